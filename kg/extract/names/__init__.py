"""Names as spans: known ones from the authorities, unknown ones by the grammar of their kind."""
