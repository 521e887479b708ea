"""Extraction of names, figures, dates and relations from the text, each with its span.

`pipeline` runs the steps in order: `segment` splits the text into words; `names` finds known names and
candidates for unknown ones; `tagging` lets trained models decide which of them are names; `clustering` groups
names into things; `clauses` (with `coreference`, `heads`, `wholes`, `descent`) and `dates` analyse how the
sentences are built; `relations` and `figures` find what they say. `training` trains the models in `models`,
two of which are made of `trees`. `document` is an extraction as JSON, `spacy_doc` as a spaCy document.
"""
