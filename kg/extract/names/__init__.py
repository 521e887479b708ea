"""Names as spans: known names from the authorities, unknown names by the grammar of their kind.

`mentions` settles which of the candidates stand in the text.
"""
