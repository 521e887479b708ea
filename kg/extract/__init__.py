"""What the text says, as spans: names, figures, dates and relations, each with its place.

`pipeline` puts the steps in their order: `segment` cuts words; `names` finds known names and candidates for
unknown ones; `tagging` lets trained models decide which are names; `clustering` makes things of them;
`clauses` (with `coreference`, `heads`, `wholes`, `descent`) and `dates` tell how the sentences are built;
`relations` and `figures` what they say. `training` teaches the models of `models`, `trees` are what two of
them are made of. `document` is an extraction as JSON, `spacy_doc` as a spaCy document.
"""
