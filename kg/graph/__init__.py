"""The RDF graph: identifiers, triples with evidence, the store on disk, validation."""
