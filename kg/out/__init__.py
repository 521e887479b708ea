"""Export of the graph: files for Gephi, RDF tools and spreadsheets."""
