"""Selecting the part of a graph to draw: around a thing, or the best connected things.

Takes a snapshot and the user's choices, and returns things and links. The selection is the same every time:
nearer things come before farther ones, then better connected before less connected ones, then by IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kg.errors import GraphError
from kg.graph.records import Thing
from kg.model import FAMILIES, PREDICATES, TYPES
from kg.out.dates import period_days
from kg.serve.links import Link, surest
from kg.serve.snapshot import Snapshot

MOST_HOPS = 3
MOST_THINGS = 2_000
MOST_LINKS = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What to draw.

    Attributes:
        types: Leaf types of the things; all if empty. The centre is drawn whatever its type.
        predicates: Relations; all if empty.
        since: First day; once a day is given, links without any date are left out.
        until: Last day (inclusive).
        min_confidence: Lowest confidence, between 0 and 1.
        limit: Largest number of things, 1 to 2,000.
    """

    types: frozenset[str] = frozenset()
    predicates: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    min_confidence: float = 0.0
    limit: int = 500

    def passes(self, link: Link) -> bool:
        """Tell whether a link has the chosen relations, days and confidence."""
        if self.predicates and link.predicate not in self.predicates:
            return False
        if not self.asks_what_is_told:
            return True
        told = link.told
        if told.confidence < self.min_confidence:
            return False
        if self.since and (told.end is None or told.end < self.since):
            return False
        return not (self.until and (told.start is None or told.start > self.until))

    @property
    def asks_what_is_told(self) -> bool:
        """Whether the choice depends on the statements of links."""
        return bool(self.min_confidence or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a graph.

    Attributes:
        things: The centre first, then by distance, number of facts and IRI.
        links: The links between these things, sorted.
        truncated: Whether something that matches was left out because of the limit.
    """

    things: tuple[Thing, ...]
    links: tuple[Link, ...]
    truncated: bool


def choose(values: Mapping[str, str]) -> Choice:
    """Return the choice made by the texts `types`, `predicates`, `since`, `until`, `min_confidence`, `limit`.

    Raises:
        GraphError: One of them is not valid; the message names it and says what is.
    """
    return Choice(
        types=leaf_types(values.get("types", "")),
        predicates=frozenset(_listed("predicates", values.get("predicates", ""), PREDICATES)),
        since=_day(values, "since", 0),
        until=_day(values, "until", 1),
        min_confidence=_number(values, "min_confidence", 0.0, 0.0, 1.0),
        limit=whole(values, "limit", 500, 1, MOST_THINGS),
    )


def leaf_types(text: str) -> frozenset[str]:
    """Return the leaf types of a comma-separated list of types and families; none for an empty text.

    >>> sorted(leaf_types("Location,Company"))
    ['AdministrativeDivision', 'Company', 'DevelopmentZone', 'Place']

    Raises:
        GraphError: A name is neither a type nor a family.
    """
    names = _listed("types", text, dict.fromkeys((*FAMILIES, *TYPES)))
    return frozenset(leaf for name in names for leaf in FAMILIES.get(name, (name,)))


def whole(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Return a whole number between two inclusive bounds; a larger one counts as the upper bound.

    Raises:
        GraphError: The text is not such a number.
    """
    text = values.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < least:
        raise GraphError(f"{name} must be a whole number from {least} to {most}, not {text[:40]}")
    return min(int(text), most)


def part(snapshot: Snapshot, choice: Choice, *, centre: Thing | None = None, hops: int = 1) -> Part:
    """Return the part of a graph to draw.

    Args:
        snapshot: The graph.
        choice: What it may contain, and how much.
        centre: The thing in the middle; without one, the best connected things are taken.
        hops: How many links away from the centre to go, 1 to 3.
    """
    if centre is None:
        things, cut = _best(snapshot, choice)
    else:
        things, cut = _near(snapshot, choice, centre, hops)
    kept = {thing.iri for thing in things}
    # each link once, from its source
    between = [
        link
        for iri in sorted(kept)
        for link in snapshot.links_of(iri)
        if link.source == iri and link.target in kept and choice.passes(link)
    ]
    if len(between) > MOST_LINKS:
        between = sorted(sorted(between, key=surest)[:MOST_LINKS], key=lambda link: link.id)
        cut = True
    return Part(things, tuple(between), cut)


def _best(snapshot: Snapshot, choice: Choice) -> tuple[tuple[Thing, ...], bool]:
    if choice.asks_what_is_told:
        snapshot.links.read_all()
    degree: defaultdict[str, int] = defaultdict(int)
    for link in snapshot.links:
        if choice.passes(link) and all(_fits(snapshot, choice, end) for end in (link.source, link.target)):
            degree[link.source] += 1
            degree[link.target] += 1
    ranked = sorted(degree, key=lambda iri: (-degree[iri], iri))
    return tuple(snapshot.things[iri] for iri in ranked[: choice.limit]), len(ranked) > choice.limit


def _near(snapshot: Snapshot, choice: Choice, centre: Thing, hops: int) -> tuple[tuple[Thing, ...], bool]:
    found = {centre.iri: centre}
    edge = [centre.iri]
    for _ in range(hops):
        outside = {link.other(iri) for iri in edge for link in snapshot.links_of(iri) if choice.passes(link)}
        new = _ranked(snapshot, (i for i in outside if i not in found and _fits(snapshot, choice, i)))
        room = choice.limit - len(found)
        edge = new[:room]
        found.update((iri, snapshot.things[iri]) for iri in edge)
        if len(new) > room:
            return tuple(found.values()), True
    return tuple(found.values()), False


def _ranked(snapshot: Snapshot, iris: Iterable[str]) -> list[str]:
    return sorted(iris, key=lambda iri: (-snapshot.degree[iri], iri))


def _fits(snapshot: Snapshot, choice: Choice, iri: str) -> bool:
    return not choice.types or snapshot.things[iri].type in choice.types


def _listed(name: str, text: str, valid: Iterable[str]) -> list[str]:
    known = tuple(valid)
    given = [word.strip() for word in text.split(",") if word.strip()]
    for word in given:
        if word not in known:
            raise GraphError(f"{name} has an unknown name {word[:40]}", valid=known)
    return given


def _day(values: Mapping[str, str], name: str, end: int) -> date | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    days = period_days(text)
    if days is None:
        raise GraphError(
            f"{name} must be a day, month or year, not {text[:40]}", valid=("2023-09-21", "2023-09", "2023")
        )
    return days[end]


def _number(values: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    text = values.get(name, "").strip()
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not least <= number <= most:
        raise GraphError(f"{name} must be a number from {least:g} to {most:g}, not {text[:40]}")
    return number
