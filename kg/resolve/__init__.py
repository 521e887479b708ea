"""Who is meant: entities of many articles become things."""
