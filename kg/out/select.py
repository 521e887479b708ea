"""Read the chosen part of a graph as records, in groups of things so that memory use stays bounded.

The input is a graph that answers SPARQL (`kg.graph.graph.Graph`) and a `Choice` (checked by
`kg.out.choose`). The output is `Node`, `Edge` and `Figure` records in a fixed order, one at a time: a file of
a million edges needs no more memory than a table of its things.

Facts are identified by their statement nodes: a direct triple that no statement supports is not exported.
This module writes no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter

from kg.model import SYMMETRIC
from kg.out.dates import envelope, period_days
from kg.out.statements import PREFIXES, Choice, Queryable, chunks, order, statements, things, values
from kg.out.view import Edge, Figure, Node, short_id, short_label

_STATUS_ORDER = {"stated": 0, "reported": 1, "planned": 2}


@dataclass(slots=True)
class Place:
    """What a view keeps about a thing: only a few values, so that millions of edges can be streamed."""

    id: str
    type: str
    degree: int = 0
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A chosen part of a graph.

    Attributes:
        graph: The graph to query.
        choice: The user's filters.
        things: The chosen things by IRI, in the order in which they are written.
        edge_count: Number of edges that `edges` yields.
    """

    graph: Queryable
    choice: Choice
    things: dict[str, Place]
    edge_count: int = 0

    @property
    def dated(self) -> bool:
        """Whether any exported edge has a date."""
        return any(place.start for place in self.things.values())


def edges(view: View) -> Iterator[Edge]:
    """Yield the chosen relations between chosen things, sorted by source, relation, target and id."""
    for group in chunks(view.things):
        yield from (_named(edge, view) for edge in _of_group(view, group))


def evidence(view: View) -> Iterator[str]:
    """Yield the IRIs of the chosen statements and observations; the view must not be aggregated."""
    for group in chunks(view.things):
        yield from (edge.id for edge in _of_group(view, group))
    yield from (figure.iri for figure in figures(view))


def _of_group(view: View, group: tuple[str, ...]) -> Iterator[Edge]:
    found = [e for e in statements(view.graph, group, view.choice) if e.target in view.things]
    if not view.choice.aggregate:
        yield from found
        return
    # A symmetric fact is one edge, whatever the direction of its statements: from the end that sorts first.
    turned = [replace(e, source=e.target, target=e.source) for e in _symmetric_into(view, group)]
    kept = [e for e in found if not e.symmetric or e.source <= e.target]
    kept += [e for e in turned if e.source < e.target]
    for _, same in groupby(sorted(kept, key=order), key=attrgetter("source", "predicate", "target")):
        yield _merged(tuple(same))


def _symmetric_into(view: View, group: tuple[str, ...]) -> list[Edge]:
    wanted = SYMMETRIC & view.choice.predicates if view.choice.predicates else SYMMETRIC
    if not wanted:
        return []
    choice = replace(view.choice, predicates=wanted)
    return [e for e in statements(view.graph, group, choice, "object") if e.source in view.things]


def _merged(same: tuple[Edge, ...]) -> Edge:
    best = min(same, key=lambda edge: (-edge.confidence, edge.id))
    start, end = envelope((edge.start, edge.end) for edge in same)
    return replace(
        best,
        id="",
        weight=float(len(same)),
        start=start,
        end=end,
        articles=tuple(sorted({doc for edge in same for doc in edge.articles})),
        status=min((edge.status for edge in same), key=lambda status: (_STATUS_ORDER.get(status, 3), status)),
    )


def _named(edge: Edge, view: View) -> Edge:
    source, target = view.things[edge.source].id, view.things[edge.target].id
    name = short_id(edge.id) if edge.id else f"{source}|{edge.predicate}|{target}"
    return replace(edge, id=name, source=source, target=target)


def nodes(view: View) -> Iterator[Node]:
    """Yield the chosen things, sorted by IRI."""
    for group in chunks(view.things):
        facts = _told(view.graph, group, ("skos:prefLabel", "skos:altLabel", "kg:code", "kg:inArticle"))
        for iri in group:
            told, place = facts.get(iri, {}), view.things[iri]
            preferred = told.get("prefLabel", [])
            names = tuple(dict.fromkeys([*preferred, *told.get("altLabel", [])])) or (place.id,)
            yield Node(
                id=place.id,
                iri=iri,
                label=short_label(names),
                name=names[0],
                names=names,
                type=place.type,
                code=min(told.get("code", [""])),
                articles=len(told.get("inArticle", [])),
                degree=place.degree,
                start=place.start,
                end=place.end,
            )


def _told(
    graph: Queryable, iris: Sequence[str], properties: Sequence[str]
) -> dict[str, dict[str, list[str]]]:
    """Return what the graph says about things: sorted values by IRI and local name of the property."""
    found: dict[str, dict[str, list[str]]] = {}
    # one query per property: with a variable for the property, the store would go through every triple
    for name in properties:
        rows = graph.query(
            f"{PREFIXES} SELECT (STR(?s) AS ?i) (STR(?v) AS ?x) WHERE {{ "
            f"VALUES ?s {{ {values(iris)} }} ?s {name} ?v }}"
        )
        for iri, value in sorted({(row[0], row[1]) for row in rows}):
            found.setdefault(iri, {}).setdefault(name.partition(":")[2], []).append(value)
    return found


def figures(view: View) -> Iterator[Figure]:
    """Yield the chosen things' observations that pass the day and confidence filters, sorted by thing and id.

    The days of a figure are those of its period, or else those of its article's date.
    """
    for group in chunks(view.things):
        names = _told(view.graph, group, ("skos:prefLabel",))
        rows = view.graph.query(
            f"{PREFIXES} SELECT (STR(?s) AS ?si) (STR(?ob) AS ?i) (STR(?ind) AS ?ii) (STR(?v) AS ?vi) "
            "(STR(?un) AS ?ui) (STR(?x) AS ?xi) (STR(?b) AS ?bi) (STR(?pl) AS ?pi) (STR(?day) AS ?di) "
            "(STR(?n) AS ?ni) (STR(?q) AS ?qi) (STR(?c) AS ?ci) (STR(?st) AS ?ti) (STR(?by) AS ?yi) "
            f"WHERE {{ VALUES ?s {{ {values(group)} }} ?ob kg:subject ?s ; kg:indicator ?ind . "
            "OPTIONAL { ?ob kg:value ?v } OPTIONAL { ?ob kg:unit ?u . ?u skos:notation ?un } "
            "OPTIONAL { ?ob kg:valueText ?x } OPTIONAL { ?ob kg:bound ?b } "
            "OPTIONAL { ?ob kg:period ?p . ?p rdfs:label ?pl } OPTIONAL { ?ob kg:quote ?q } "
            "OPTIONAL { ?ob kg:confidence ?c } OPTIONAL { ?ob kg:status ?st } OPTIONAL { ?ob kg:by ?by } "
            "OPTIONAL { ?ob kg:inArticle ?a OPTIONAL { ?a kg:published ?day } OPTIONAL { ?a kg:doc ?n } } }"
        )
        ordered = sorted(tuple(row[i] or "" for i in range(14)) for row in rows)
        for _, same in groupby(ordered, key=lambda row: row[1]):
            row = next(same)
            name = names.get(row[0], {}).get("prefLabel", [""])[0]
            figure = _figure(row, view.things[row[0]].id, name)
            if _passes_figure(figure, view.choice):
                yield figure


def _figure(row: Sequence[str], thing: str, name: str) -> Figure:
    days = period_days(row[7]) or period_days(row[8])
    return Figure(
        id=short_id(row[1]),
        iri=row[1],
        thing=thing,
        name=name,
        indicator=row[2],
        value=row[3],
        unit=row[4],
        value_text=row[5],
        bound=row[6],
        period=row[7],
        start=days[0] if days else None,
        end=days[1] if days else None,
        article=row[9],
        quote=row[10],
        confidence=float(row[11] or 1),
        status=row[12] or "stated",
        by=row[13],
    )


def _passes_figure(figure: Figure, choice: Choice) -> bool:
    if figure.confidence < choice.min_confidence:
        return False
    if choice.since and (figure.end is None or figure.end < choice.since):
        return False
    return not (choice.until and (figure.start is None or figure.start > choice.until))


def open_view(graph: Queryable, choice: Choice, *, hops: int = 1) -> View:
    """Find the chosen things and count the edges at each.

    A choice of things (types, a centre) keeps all that match, even without an edge; a choice of statements
    (relations, days, confidence) keeps the things that take part in one. The centre is always kept.

    Args:
        graph: The graph.
        choice: The checked filters.
        hops: How many relations away from the centre to go, at least 0; without a centre, it has no effect.
    """
    kinds = things(graph, choice.types)
    if choice.centre is not None:
        kinds |= {choice.centre: things(graph)[choice.centre]} if choice.centre not in kinds else {}
        near = _around(graph, choice, kinds, hops)
        kinds = {iri: kind for iri, kind in kinds.items() if iri in near}
    kinds = dict(sorted(kinds.items()))
    used: set[str] = set()
    ids = {short_id(iri) for iri in kinds}
    name = short_id if len(ids) == len(kinds) else str
    view = View(graph, choice, {iri: Place(name(iri), kind) for iri, kind in kinds.items()})
    by_id = {place.id: place for place in view.things.values()}
    count = 0
    for edge in edges(view):
        count += 1
        for end in {edge.source, edge.target}:
            place = by_id[end]
            place.degree += 1
            place.start, place.end = envelope(((place.start, place.end), (edge.start, edge.end)))
            used.add(end)
    if choice.of_statements:
        kept = {iri: p for iri, p in view.things.items() if p.id in used or iri == choice.centre}
        view = replace(view, things=kept)
    return replace(view, edge_count=count)


def _around(graph: Queryable, choice: Choice, kinds: dict[str, str], hops: int) -> set[str]:
    """Return the IRIs within `hops` relations of the centre, along chosen statements in either direction."""
    near = edge_of = {choice.centre or ""}
    for _ in range(hops):
        found: set[str] = set()
        for group in chunks(sorted(edge_of)):
            found |= {edge.target for edge in statements(graph, group, choice)}
            found |= {edge.source for edge in statements(graph, group, choice, "object")}
        edge_of = {iri for iri in found if iri in kinds} - near
        near = near | edge_of
        if not edge_of:
            break
    return near
