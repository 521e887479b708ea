"""Name recognition by trained models: a linear chain and a recurrent network over characters.

`columns` turns what is known of each character into numbers; `linear_chain` (with `chains`) and `net` (with
`recurrence`) read them; `tagger` combines the two. `review` decides which of the names that they consider
denote things, by what the whole article shows of each (`review_features`, `overlaps`, `usage`).
`names_training`, `chain_training`, `net_start`, `net_learning`, `net_training`, `cross_reading` and
`review_training` train them and are not needed for reading.
"""
