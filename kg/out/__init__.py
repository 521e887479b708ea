"""What leaves the graph: files for Gephi, RDF tools and spreadsheets."""
