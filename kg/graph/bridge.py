"""Convert quads to rdflib, for every library that works with rdflib, pySHACL among them.

The result is rdflib's own in-memory dataset: quick to traverse and independent of the store it came from.
For a graph of millions of quads, open the store with oxrdflib instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib import Dataset, Graph


def to_rdflib(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] | None = None) -> Dataset:
    """Return an rdflib.Dataset with the same quads; its default graph is the union of all graphs.

    Args:
        quads: Quads in named graphs.
        prefixes: Prefixes to bind.
    """
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    _bind(dataset, prefixes)
    terms: dict[Any, Any] = {}
    graphs: dict[Any, Graph] = {}
    for quad in quads:
        name = quad.graph_name
        if name not in graphs:
            graphs[name] = (
                dataset.default_graph
                if isinstance(name, ox.DefaultGraph)
                else dataset.graph(_term(name, terms))
            )
        graphs[name].add(
            (_term(quad.subject, terms), _term(quad.predicate, terms), _term(quad.object, terms))
        )
    return dataset


def to_rdflib_graph(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] | None = None) -> Graph:
    """Return an rdflib.Graph with the triples of all named graphs, each once."""
    from rdflib import Graph

    graph = Graph()
    _bind(graph, prefixes)
    terms: dict[Any, Any] = {}
    for quad in quads:
        graph.add((_term(quad.subject, terms), _term(quad.predicate, terms), _term(quad.object, terms)))
    return graph


def _bind(graph: Graph, prefixes: Mapping[str, str] | None) -> None:
    for name, iri in (prefixes or {}).items():
        graph.bind(name, iri, replace=True)


def _term(term: Any, known: dict[Any, Any]) -> Any:
    # creating an rdflib term costs more than looking one up, and predicates and types recur
    found = known.get(term)
    if found is None:
        found = known[term] = _from_ox(term)
    return found


def _from_ox(term: Any) -> Any:
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
            return Literal(term.value)
        # keep the lexical form: rdflib would turn 0.90 into 0.9, which is a different literal
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"rdflib has no counterpart of {term!r}")
