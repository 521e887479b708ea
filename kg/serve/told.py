"""The content of a thing's or an article's page: grouped, in order, and cut where it is long.

Takes a snapshot and a thing or an article, and returns records for a template to render. The module does not
depend on HTML or on the language of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg import ontology
from kg.graph import vocabulary as v
from kg.graph.records import Fact, Figure, Statement, Thing
from kg.model import PREDICATES
from kg.out.dates import period_days
from kg.serve.articles import Line, Mark, Reading
from kg.serve.links import STATUSES
from kg.serve.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and the thing that it names, or None."""

    text: str
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One fact on a thing's page."""

    other: Thing
    status: str
    confidence: float
    qualifiers: tuple[tuple[str, str], ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one relation and direction; `label` names the property for that direction."""

    predicate: str
    label: str
    incoming: bool
    facts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A dated fact or figure: its first day, the date as written, and either the fact or the figure."""

    day: str
    date: str
    group: Group | None = None
    said: Said | None = None
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that names a thing, split into pieces."""

    doc: str
    line: Line
    pieces: tuple[Piece, ...]


def groups(snapshot: Snapshot, thing: Thing) -> tuple[Group, ...]:
    """Return the facts of a thing by relation and direction, the best supported first in each."""
    outgoing, incoming = snapshot.facts(thing)
    found: defaultdict[tuple[int, bool], list[Said]] = defaultdict(list)
    for said in outgoing:
        found[PREDICATES.index(said.predicate), False].append(_said(said, said.object))
    for said in incoming:
        found[PREDICATES.index(said.predicate), True].append(_said(said, said.subject))
    known = ontology.load().properties
    return tuple(
        Group(
            PREDICATES[number],
            (known[PREDICATES[number]].inverse if back else None) or PREDICATES[number],
            back,
            tuple(sorted(same, key=lambda s: (-len(s.statements), -s.confidence, s.other.iri))),
        )
        for (number, back), same in sorted(found.items())
    )


def _said(fact: Fact, other: Thing) -> Said:
    status = min((e.status for e in fact.evidence), key=STATUSES.index)
    return Said(other, status, fact.confidence, fact.qualifiers, fact.statements)


def moments(facts: Iterable[Group], figures: Iterable[Figure]) -> tuple[Moment, ...]:
    """Return the facts and figures with dates of their own, newest first; planned figures are included."""
    found = []
    for group in facts:
        for said in group.facts:
            for key, text in said.qualifiers:
                days = period_days(text) if key == "date" else None
                if days:
                    found.append(Moment(days[0].isoformat(), text, group=group, said=said))
    found += [Moment(f.start, f.period, figure=f) for f in figures if f.start and f.period]
    return tuple(sorted(found, key=lambda m: m.day, reverse=True))


def quotes(snapshot: Snapshot, thing: Thing, most: int) -> tuple[tuple[Quote, ...], int]:
    """Return the first sentences that name a thing, and the number of all that do."""
    found: list[Quote] = []
    total = 0
    for doc in thing.docs:
        reading = snapshot.reading(doc)
        lines = reading.naming(thing.iri)
        total += len(lines)
        for line in lines[: most - len(found)]:
            own = [mark for mark in reading.marks_in(line) if mark.iri == thing.iri]
            found.append(Quote(doc, line, pieces(snapshot, reading, line.start, line.end, own)))
    return tuple(found), total


def pieces(
    snapshot: Snapshot, reading: Reading, start: int, end: int, marks: Iterable[Mark]
) -> tuple[Piece, ...]:
    """Return the text between two positions in pieces; those under a mark come with their thing.

    Args:
        snapshot: The graph.
        reading: The article.
        start: Offset of the first character.
        end: Offset after the last character.
        marks: The marks between the two positions, in order.
    """
    text = reading.node.text
    found = []
    for mark in marks:
        found += [
            Piece(text[start : mark.start]),
            Piece(text[mark.start : mark.end], snapshot.things[mark.iri]),
        ]
        start = mark.end
    return tuple(piece for piece in (*found, Piece(text[start:end])) if piece.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of an article."""

    subject: Thing
    predicate: str
    object: Thing
    status: str
    sentence: int
    quote: str
    start: int


def paragraphs(
    snapshot: Snapshot, reading: Reading
) -> tuple[tuple[tuple[Line, tuple[Piece, ...]], ...], ...]:
    """Return the sentences of an article, split into pieces, paragraph by paragraph."""
    found: dict[int, list[tuple[Line, tuple[Piece, ...]]]] = {}
    for line in reading.lines:
        told = pieces(snapshot, reading, line.start, line.end, reading.marks_in(line))
        found.setdefault(line.paragraph, []).append((line, told))
    return tuple(tuple(lines) for lines in found.values())


def statements(snapshot: Snapshot, article: str) -> tuple[Row, ...]:
    """Return the statements of an article, in the order of its text.

    Args:
        snapshot: The graph.
        article: IRI of the article, which is also that of its named graph.
    """
    graph = ox.NamedNode(article)
    found = []
    for quad in snapshot.graph.store.quads_for_pattern(None, v.RDF_TYPE, v.kg("Statement"), graph):
        said: dict[str, Any] = {
            v.local_name(pair.predicate)
            if pair.predicate.value.startswith(v.KG)
            else _last(pair): pair.object
            for pair in snapshot.graph.store.quads_for_pattern(quad.subject, None, None, graph)
        }
        ends = [snapshot.things.get(said[key].value) for key in ("subject", "object")]
        predicate = v.local_name(said["predicate"])
        if ends[0] and ends[1] and predicate in PREDICATES:
            found.append(
                Row(
                    ends[0],
                    predicate,
                    ends[1],
                    said["status"].value,
                    int(said["sentence"].value),
                    said["quote"].value,
                    int(said["start"].value),
                )
            )
    return tuple(sorted(found, key=lambda row: (row.start, row.subject.iri, row.predicate, row.object.iri)))


def _last(pair: ox.Quad) -> str:
    return pair.predicate.value.rpartition("#")[2]
