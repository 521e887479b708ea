"""Name recognition by trained models: a linear chain and a recurrent network over characters.

`columns` turns what is known of each character into numbers; `linear_chain` (with `chains`) and `net` (with
`recurrence`) read them; `tagger` combines the two. `chain_training`, `net_start`, `net_learning` and
`net_training` train them and are not needed for reading.
"""
