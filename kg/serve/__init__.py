"""A graph over HTTP: SPARQL endpoint, pages of things and articles, search, data for the explorer.

`kg.serve.app` puts the parts together; each other module is one of them. Everything reads
the graph only, works without JavaScript but for the explorer, and loads nothing from elsewhere.
"""
