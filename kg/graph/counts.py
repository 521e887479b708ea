"""How much of what is in a graph, counted inside the store.

In: a store whose default graph is the union of its named graphs. Out: `kg.graph.records.Stats`. No
record is made on the way, so that counting a graph takes a fraction of what reading it takes.
"""

from __future__ import annotations

from typing import Any, cast

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.graph.records import Stats
from kg.model import PREDICATES, TYPES

_FACTS = """SELECT ?predicate (COUNT(*) AS ?facts) (SUM(?places) AS ?n) WHERE {
  { SELECT ?predicate (COUNT(*) AS ?places) WHERE {
      ?statement rdf:predicate ?predicate ; rdf:subject ?subject ; rdf:object ?object
      BIND(?predicate = kg:cooperatesWith && STR(?object) < STR(?subject) AS ?turned)
      BIND(IF(?turned, ?object, ?subject) AS ?one) BIND(IF(?turned, ?subject, ?object) AS ?other) }
    GROUP BY ?predicate ?one ?other }
  FILTER(?predicate IN (%s)) } GROUP BY ?predicate"""
_SENTENCES = """SELECT (COUNT(*) AS ?n) WHERE {
  { SELECT DISTINCT ?article ?sentence WHERE { GRAPH ?article { ?place kg:sentence ?sentence } } } }"""


def stats(store: ox.Store) -> Stats:
    """Return the counts of a graph."""
    facts = _rows(store, _FACTS % ", ".join(f"kg:{name}" for name in PREDICATES))
    by_type = {kind: _instances(store, kind) for kind in TYPES}
    by_predicate = {_name(predicate): int(n.value) for predicate, n, _ in facts}
    return Stats(
        articles=_one(store, "SELECT (COUNT(*) AS ?n) WHERE { ?article kg:doc ?doc }"),
        things=sum(by_type.values()),
        facts=sum(by_predicate.values()),
        statements=sum(int(places.value) for _, _, places in facts),
        observations=_one(store, "SELECT (COUNT(*) AS ?n) WHERE { ?figure kg:subject ?thing }"),
        sentences=_one(store, _SENTENCES),
        quads=quads(store),
        things_by_type=_ranked(by_type),
        facts_by_predicate=_ranked(by_predicate),
        inferred_by_rule=inferred(store),
    )


def quads(store: ox.Store) -> int:
    """Return how many quads the articles' graphs hold.

    Their union in the default graph does not count, nor does what rules inferred.
    """
    return sum(n for graph, n in _by_graph(store) if not v.is_rule(graph))


def inferred(store: ox.Store) -> tuple[tuple[str, int], ...]:
    """Return how many facts each rule inferred, by its name."""
    found = ((v.local_name(graph), n) for graph, n in _by_graph(store) if v.is_rule(graph))
    return tuple(sorted(found))


def _by_graph(store: ox.Store) -> list[tuple[ox.NamedNode, int]]:
    rows = _rows(store, "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph")
    return [(cast(ox.NamedNode, graph), int(n.value)) for graph, n in rows]


def _instances(store: ox.Store, kind: str) -> int:
    """Return how many things of a type bear a name."""
    return _one(
        store,
        "SELECT (COUNT(*) AS ?n) WHERE { "
        f"{{ SELECT DISTINCT ?thing WHERE {{ ?thing a kg:{kind} ; skos:prefLabel ?label }} }} }}",
    )


def _ranked(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((k, n) for k, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))


def _name(term: Any) -> str:
    return v.local_name(cast(ox.NamedNode, term))


def _one(store: ox.Store, sparql: str) -> int:
    return int(_rows(store, sparql)[0][0].value)


def _rows(store: ox.Store, sparql: str) -> list[Any]:
    return list(cast(ox.QuerySolutions, store.query(sparql, prefixes=v.prefixes())))
