"""Relations between things, ready for traversal: one link per fact, found once when a graph is opened.

Takes a store whose default graph is the union of its articles. Provides `Links`, which knows for each thing
the facts that have it as subject or object. How often, with what confidence and when a fact is stated is read
from its statements on first use, and kept; the text stays in the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.graph.read import statement_nodes
from kg.model import PREDICATES, undirected
from kg.out.dates import envelope, period_days

# firmest first: a fact that one article states and another has as a plan counts as stated
STATUSES = ("stated", "reported", "planned")
_UNION = ox.DefaultGraph()

Days = tuple[date | None, date | None]
_days = cache(period_days)


@dataclass(frozen=True, slots=True)
class Told:
    """Summary of the statements of a fact.

    Attributes:
        weight: Number of statements; 0 if there is only the triple.
        confidence: Highest confidence of a statement, between 0 and 1.
        status: `stated`, `reported` or `planned`: the firmest of the statements.
        start: First day of the statements' dates, or of their articles' dates; None if none is known.
        end: The last such day (inclusive).
    """

    weight: int
    confidence: float
    status: str
    start: date | None
    end: date | None


@dataclass(slots=True, eq=False)
class Link:
    """One fact between two things; the summary of its statements is read on first use.

    Attributes:
        source: IRI of the subject; for a symmetric relation, the smaller of the two.
        predicate: One of `kg.model.PREDICATES`.
        target: IRI of the object.
    """

    source: str
    predicate: str
    target: str
    _links: Links = field(repr=False)
    _told: Told | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """Identifier of the link, unique in the graph."""
        return f"{self.source}|{self.predicate}|{self.target}"

    @property
    def told(self) -> Told:
        """Summary of its statements."""
        if self._told is None:
            self._told = self._links.read(self)
        return self._told

    @property
    def is_read(self) -> bool:
        """Whether the summary has been read already."""
        return self._told is not None

    def learn(self, told: Told) -> None:
        """Set the summary, for a caller that has read the statements itself."""
        self._told = told

    def other(self, iri: str) -> str:
        """Return the IRI of the other end."""
        return self.target if self.source == iri else self.source


def surest(link: Link) -> tuple[int, float, str]:
    """Return a sort key for links: those stated most often first, then those with the highest confidence."""
    return -link.told.weight, -link.told.confidence, link.id


@dataclass(frozen=True, slots=True)
class _Statement:
    confidence: float
    rank: int
    days: Days


class Links:
    """The facts between the things of a graph."""

    def __init__(self, store: ox.Store, things: Mapping[str, object]) -> None:
        """Find the facts.

        Args:
            store: Its default graph has each fact as a triple, and a statement for each place that states it.
            things: The things to include, by IRI.
        """
        self._store = store
        found = set()
        for predicate in PREDICATES:
            for source, target in _pairs(store, v.kg(predicate)):
                if source in things and target in things:
                    found.add(undirected(source, predicate, target))
        self._all = tuple(Link(*key, self) for key in sorted(found))
        ends: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self._all:
            for end in {link.source, link.target}:
                ends[end].append(link)
        self._ends = {iri: tuple(same) for iri, same in ends.items()}
        self._published: dict[str, str] | None = None

    def __iter__(self) -> Iterator[Link]:
        """Yield all links, sorted by source, predicate and target."""
        return iter(self._all)

    def of(self, iri: str) -> tuple[Link, ...]:
        """Return the links of a thing, in either direction."""
        return self._ends.get(iri, ())

    def degrees(self) -> dict[str, int]:
        """Return the number of links of each thing that has any."""
        return {iri: len(same) for iri, same in self._ends.items()}

    def read(self, link: Link) -> Told:
        """Return the summary of a link's statements, looked up from its end with fewer links."""
        nodes = statement_nodes(
            self._store,
            link.source,
            link.predicate,
            link.target,
            from_object=len(self.of(link.target)) < len(self.of(link.source)),
        )
        return _together([self._statement(node) for node in nodes])

    def read_all(self) -> None:
        """Read the summaries of all links: much faster than one by one, much slower than only a few."""
        if all(link.is_read for link in self._all):
            return
        store = self._store
        subjects, objects = dict(_pairs(store, v.SUBJECT)), dict(_pairs(store, v.OBJECT))
        confidences = dict(_pairs(store, v.kg("confidence")))
        statuses = dict(_pairs(store, v.kg("status")))
        dates, articles = dict(_pairs(store, v.kg("date"))), dict(_pairs(store, v.kg("inArticle")))
        found: defaultdict[tuple[str, str, str], list[_Statement]] = defaultdict(list)
        for node, iri in _pairs(store, v.PREDICATE):
            if node not in subjects or node not in objects:
                continue
            key = undirected(subjects[node], iri.removeprefix(v.KG), objects[node])
            days = _days(dates.get(node, "")) or self._issued(articles.get(node, ""))
            found[key].append(_said(confidences.get(node), statuses.get(node), days))
        for link in self._all:
            link.learn(_together(found[link.source, link.predicate, link.target]))

    def _statement(self, node: ox.NamedNode) -> _Statement:
        def value(name: str) -> str | None:
            for quad in self._store.quads_for_pattern(node, v.kg(name), None, _UNION):
                assert not isinstance(quad.object, ox.Triple)
                return quad.object.value
            return None

        days = _days(value("date") or "") or self._issued(value("inArticle") or "")
        return _said(value("confidence"), value("status"), days)

    def _issued(self, article: str) -> Days:
        """Return the first and last day of an article's date."""
        if self._published is None:
            self._published = dict(_pairs(self._store, v.kg("published")))
        return _days(self._published.get(article, "")) or (None, None)


def _said(confidence: str | None, status: str | None, days: Days) -> _Statement:
    # an unknown status counts as the least firm
    rank = STATUSES.index(status or STATUSES[0]) if status in (None, *STATUSES) else len(STATUSES) - 1
    return _Statement(1.0 if confidence is None else float(confidence), rank, days)


def _together(said: Sequence[_Statement]) -> Told:
    start, end = envelope(s.days for s in said)
    return Told(
        weight=len(said),
        confidence=max((s.confidence for s in said), default=1.0),
        status=STATUSES[min((s.rank for s in said), default=0)],
        start=start,
        end=end,
    )


def _pairs(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, predicate, None, _UNION):
        subject, object_ = quad.subject, quad.object
        if not isinstance(subject, ox.Triple) and not isinstance(object_, ox.Triple):
            yield subject.value, object_.value
