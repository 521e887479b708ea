"""Relations between things as the server walks them: one link per fact, found once when a graph is opened.

In: a store whose default graph is the union of its articles. Out: `Link` records and, for each
thing, the numbers of its links. The words that say so stay in the store until they are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.model import PREDICATES
from kg.out.dates import envelope, period_days
from kg.out.view import SYMMETRIC

# the firmest first: a fact that one article states and another plans is stated
STATUSES = ("stated", "reported", "planned")


@dataclass(frozen=True, slots=True)
class Link:
    """One fact between two things.

    Attributes:
        source: IRI of the subject; of a symmetric relation, the smaller of the two.
        predicate: One of `kg.model.PREDICATES`.
        target: IRI of the object.
        weight: Number of statements that say so, at least 1.
        confidence: That of the best statement, between 0 and 1.
        status: `stated`, `reported` or `planned`: the firmest of all statements.
        start: First day of the dates of the statements, or of their articles; None if none is known.
        end: The last such day (inclusive).
    """

    source: str
    predicate: str
    target: str
    weight: int
    confidence: float
    status: str
    start: date | None
    end: date | None

    @property
    def id(self) -> str:
        """A text that no other link of the graph has."""
        return f"{self.source}|{self.predicate}|{self.target}"

    def other(self, iri: str) -> str:
        """Return the end that is not the given one."""
        return self.target if self.source == iri else self.source


@dataclass(frozen=True, slots=True)
class _Said:
    confidence: float
    rank: int
    days: tuple[date | None, date | None]


def links(store: ox.Store, things: Mapping[str, object]) -> tuple[Link, ...]:
    """Return the facts between the given things, sorted by source, predicate and target."""
    known = set(PREDICATES)
    subjects = _values(store, v.SUBJECT)
    objects = _values(store, v.OBJECT)
    confidences = _values(store, v.kg("confidence"))
    statuses = _values(store, v.kg("status"))
    dates = _values(store, v.kg("date"))
    articles = _values(store, v.kg("inArticle"))
    published = _values(store, v.kg("published"))
    days = cache(period_days)
    found: defaultdict[tuple[str, str, str], list[_Said]] = defaultdict(list)
    for node, iri in _pairs(store, v.PREDICATE):
        predicate = iri.removeprefix(v.KG)
        source, target = subjects.get(node), objects.get(node)
        if predicate not in known or source not in things or target not in things:
            continue
        assert source is not None
        assert target is not None
        if predicate in SYMMETRIC and target < source:
            source, target = target, source
        span = days(dates.get(node, "")) or days(published.get(articles.get(node, ""), ""))
        status = statuses.get(node, STATUSES[0])
        rank = STATUSES.index(status) if status in STATUSES else len(STATUSES) - 1
        found[source, predicate, target].append(
            _Said(float(confidences.get(node, 1)), rank, span or (None, None))
        )
    return tuple(
        Link(
            *key,
            weight=len(said),
            confidence=max(s.confidence for s in said),
            status=STATUSES[min(s.rank for s in said)],
            start=span[0],
            end=span[1],
        )
        for key, said in sorted(found.items())
        for span in [envelope(s.days for s in said)]
    )


def by_thing(found: tuple[Link, ...]) -> dict[str, tuple[Link, ...]]:
    """Return for each thing the links that it is an end of."""
    ends: defaultdict[str, list[Link]] = defaultdict(list)
    for link in found:
        for end in {link.source, link.target}:
            ends[end].append(link)
    return {iri: tuple(same) for iri, same in ends.items()}


def _values(store: ox.Store, predicate: ox.NamedNode) -> dict[str, str]:
    return dict(_pairs(store, predicate))


def _pairs(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
        subject, object_ = quad.subject, quad.object
        if not isinstance(subject, ox.Triple) and not isinstance(object_, ox.Triple):
            yield subject.value, object_.value
