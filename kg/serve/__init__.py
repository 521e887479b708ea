"""Serve a graph over HTTP: SPARQL endpoint, pages of things and articles, search, data for the explorer.

`kg.serve.app` assembles the server from the other modules. They only read the graph. Everything except the
explorer works without JavaScript, and nothing is loaded from other hosts.
"""
