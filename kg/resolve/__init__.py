"""Entity resolution across articles: group the entities of many articles into things."""
