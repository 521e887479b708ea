"""Query a graph for its things and for the statements that pass the user's choice.

The input is a graph that answers SPARQL and a `Choice`; the output is statements as `Edge` records that still
carry IRIs. `kg.out.select` turns them into the exported view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any, Protocol

from kg.model import TYPES
from kg.out.dates import period_days
from kg.out.view import Edge

CHUNK = 500
NS = "https://kg.example.org/ns#"
PREFIXES = (
    "PREFIX kg: <https://kg.example.org/ns#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)


class Queryable(Protocol):
    """What a view requires of a graph: SELECT queries over the union of all articles."""

    def query(self, sparql: str, /) -> Any:
        """Return rows that can be iterated and indexed by column number; unbound columns are None."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The part of a graph to export, checked by `kg.out.choose.choose`.

    Attributes:
        types: Leaf types of the things; all types when empty.
        predicates: Relations; all when empty.
        since: First day. If this or `until` is given, statements without a date are left out.
        until: Last day (inclusive).
        min_confidence: Between 0 and 1.
        aggregate: Whether to make one edge per source, target and relation.
        centre: IRI of the thing at the centre, or None for the whole graph.
        inferred: Whether RDF output includes what rules inferred.
    """

    types: frozenset[str] = frozenset()
    predicates: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    min_confidence: float = 0.0
    aggregate: bool = False
    centre: str | None = None
    inferred: bool = False

    @property
    def of_statements(self) -> bool:
        """Whether statements are filtered, so that only the things that take part in one are kept."""
        return bool(self.predicates or self.since or self.until or self.min_confidence > 0)


def things(graph: Queryable, types: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the type of every thing by IRI, sorted by IRI, or only of things of the given leaf types."""
    wanted = " ".join(f"kg:{name}" for name in sorted(types or TYPES))
    rows = graph.query(
        f"{PREFIXES} SELECT (STR(?s) AS ?iri) (STR(?t) AS ?type) WHERE {{ VALUES ?t {{ {wanted} }} ?s a ?t }}"
    )
    found: dict[str, str] = {}
    for row in rows:
        iri, leaf = row[0], row[1].removeprefix(NS)
        found[iri] = min(found.get(iri, leaf), leaf)
    return dict(sorted(found.items()))


def chunks(items: Iterable[str], size: int = CHUNK) -> Iterator[tuple[str, ...]]:
    """Yield items in groups of at most `size`."""
    iterator = iter(items)
    while group := tuple(islice(iterator, size)):
        yield group


def values(iris: Iterable[str]) -> str:
    """Return IRIs as the inside of a SPARQL VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


def statements(graph: Queryable, iris: Sequence[str], choice: Choice, end: str = "subject") -> list[Edge]:
    """Return the statements with a thing of `iris` as subject (or object) that pass the choice, sorted.

    The source and target of these edges are IRIs, not yet node ids, and so is the id of the edge.
    """
    rows = graph.query(
        f"{PREFIXES} SELECT (STR(?st) AS ?i) (STR(?s) AS ?si) (STR(?p) AS ?pi) (STR(?o) AS ?oi) "
        "(STR(?c) AS ?ci) (STR(?day) AS ?di) (STR(?n) AS ?ni) (STR(?f) AS ?fi) (STR(?q) AS ?qi) "
        "(STR(?b) AS ?bi) (STR(?u) AS ?ui) (STR(?t) AS ?ti) (STR(?m) AS ?mi) "
        f"WHERE {{ VALUES ?{end[0]} {{ {values(iris)} }} ?st rdf:{end} ?{end[0]} . "
        "?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . "
        "OPTIONAL { ?st kg:confidence ?c } OPTIONAL { ?st kg:date ?f } OPTIONAL { ?st kg:quote ?q } "
        "OPTIONAL { ?st kg:by ?b } OPTIONAL { ?st kg:status ?u } OPTIONAL { ?st kg:title ?t } "
        "OPTIONAL { ?st kg:amount ?m } "
        "OPTIONAL { ?st kg:inArticle ?a OPTIONAL { ?a kg:published ?day } OPTIONAL { ?a kg:doc ?n } } }"
    )
    ordered = sorted(tuple(row[i] or "" for i in range(13)) for row in rows)
    found = (_edge(next(same)) for _, same in groupby(ordered, key=lambda row: row[0]))
    return sorted((edge for edge in found if passes(edge, choice)), key=order)


def order(edge: Edge) -> tuple[str, str, str, str]:
    """Return the sort key of an edge."""
    return (edge.source, edge.predicate, edge.target, edge.id)


def _edge(row: Sequence[str]) -> Edge:
    days = period_days(row[7]) or period_days(row[5])
    return Edge(
        id=row[0],
        source=row[1],
        predicate=row[2].removeprefix(NS),
        target=row[3],
        confidence=float(row[4] or 1),
        start=days[0] if days else None,
        end=days[1] if days else None,
        articles=(row[6],) if row[6] else (),
        dated=row[7],
        quote=row[8],
        by=row[9],
        status=row[10] or "stated",
        title=row[11],
        amount=row[12],
    )


def passes(edge: Edge, choice: Choice) -> bool:
    """Return whether a statement passes the filters of relations, days and confidence."""
    if choice.predicates and edge.predicate not in choice.predicates:
        return False
    if edge.confidence < choice.min_confidence:
        return False
    if choice.since and (edge.end is None or edge.end < choice.since):
        return False
    return not (choice.until and (edge.start is None or edge.start > choice.until))
