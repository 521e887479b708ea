"""Names by trained models: a linear chain and a recurrent network over characters, and their training.

`columns` turns what is known of each character into numbers; `linear_chain` (with `chains`) and `net` (with
`recurrence`) read them; `tagger` lets both decide. `chain_training`, `net_start`, `net_learning` and
`net_training` teach them, and are not needed for reading.
"""
