"""Pictures for a thing's page, as numbers that a template turns into SVG.

The neighbourhood is drawn as a tree to both sides: relations from the thing on the right, relations to it on
the left. Each neighbour has its own row, so that labels never overlap, whatever their length. The chart of an
indicator has one bar for each period. Both are the same every time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.graph.records import Figure, Thing
from kg.model import PREDICATES, SYMMETRIC
from kg.out.view import short_label
from kg.serve.links import Link, surest
from kg.serve.snapshot import Snapshot

ROW = 24
GAP = 16
WIDTH = 880
MOST_ROWS = 14
BAR = 72
CHART_HEIGHT = 120
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbour in the picture: the position of its dot, and the curve to it from the centre."""

    thing: Thing
    label: str
    link: Link
    x: int
    y: int
    curve: str
    left: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a relation above its neighbours."""

    predicate: str
    incoming: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The picture of a thing's neighbourhood.

    Attributes:
        height: Height in the units of the picture, whose width is `WIDTH`.
        middle: Distance of the centre from the top.
        places: The neighbours.
        headings: The names of the relations.
        total: Number of neighbours of the thing.
        shown: Number of neighbours that are drawn.
    """

    height: int
    middle: int
    places: tuple[Place, ...]
    headings: tuple[Heading, ...]
    total: int
    shown: int


def neighbourhood(snapshot: Snapshot, centre: Thing) -> Neighbourhood:
    """Return the picture of a thing's neighbourhood, with the best supported links of each relation first."""
    sides: dict[bool, defaultdict[str, list[Link]]] = {
        False: defaultdict(list),
        True: defaultdict(list),
    }
    links = snapshot.links_of(centre.iri)
    for link in links:
        left = link.source != centre.iri and link.predicate not in SYMMETRIC
        sides[left][link.predicate].append(link)
    chosen = {left: _chosen(groups) for left, groups in sides.items()}
    heights = {left: _height(groups) for left, groups in chosen.items()}
    height = max(*heights.values(), 3 * ROW) + GAP
    middle = height // 2
    places: list[Place] = []
    headings: list[Heading] = []
    for left, groups in chosen.items():
        y = (height - heights[left]) // 2
        x = WIDTH // 2 - 190 if left else WIDTH // 2 + 190
        for predicate, group in groups:
            headings.append(Heading(predicate, left, x, y + GAP - 4))
            y += GAP
            for link in group:
                thing = snapshot.things[link.other(centre.iri)]
                at = y + ROW // 2
                places.append(
                    Place(thing, short_label(thing.names, 15), link, x, at, _curve(x, at, middle, left), left)
                )
                y += ROW
    neighbours = {link.other(centre.iri) for link in links}
    shown = {place.thing.iri for place in places}
    return Neighbourhood(height, middle, tuple(places), tuple(headings), len(neighbours), len(shown))


def _chosen(groups: dict[str, list[Link]]) -> list[tuple[str, list[Link]]]:
    """Share the rows out among the relations, one row each in turn, so that all of them are shown."""
    ranked = {
        predicate: sorted(groups[predicate], key=surest) for predicate in PREDICATES if groups.get(predicate)
    }
    taken = dict.fromkeys(ranked, 0)
    room = MOST_ROWS
    while room and any(taken[p] < len(ranked[p]) for p in ranked):
        for predicate in ranked:
            if room and taken[predicate] < len(ranked[predicate]):
                taken[predicate] += 1
                room -= 1
    return [(p, ranked[p][: taken[p]]) for p in ranked if taken[p]]


def _height(groups: Sequence[tuple[str, list[Link]]]) -> int:
    return sum(GAP + ROW * len(group) for _, group in groups)


def _curve(x: int, y: int, middle: int, left: bool) -> str:
    start = WIDTH // 2 + (-70 if left else 70)
    bend = (start + x) // 2
    return f"M{start} {middle}C{bend} {middle} {bend} {y} {x} {y}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One period of a chart: the position and height of its bar, and the figure that labels it."""

    figure: Figure
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The values of one indicator over its periods.

    Attributes:
        indicator: What is measured.
        unit: Key of the unit.
        bars: The bars, in order of their periods.
        width: Width of the picture; its height is `CHART_HEIGHT`.
        zero: Distance of the base line from the top.
    """

    indicator: str
    unit: str
    bars: tuple[Bar, ...]
    width: int
    zero: int


def charts(figures: Sequence[Figure]) -> tuple[Chart, ...]:
    """Return a chart for each indicator and unit with values for two or more periods, by indicator.

    If articles differ about a period, the value with the highest confidence is drawn; the table has them all.
    """
    series: defaultdict[tuple[str, str], dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        if figure.value is None or figure.period is None or figure.evidence.status == "planned":
            continue
        known = series[figure.indicator, figure.unit]
        held = known.get(figure.period)
        if held is None or held.evidence.confidence < figure.evidence.confidence:
            known[figure.period] = figure
    return tuple(
        _chart(indicator, unit, sorted(known.values(), key=lambda f: (f.start or "", f.end or "")))
        for (indicator, unit), known in sorted(series.items())
        if len(known) > 1
    )


def _chart(indicator: str, unit: str, figures: list[Figure]) -> Chart:
    shown = figures[-MOST_BARS:]
    values = [figure.value or Decimal(0) for figure in shown]
    top, bottom = max(*values, Decimal(0)), min(*values, Decimal(0))
    # room above for the value and below for the period
    space = CHART_HEIGHT - 44
    span = (top - bottom) or Decimal(1)
    zero = 22 + int(space * top / span)
    bars = []
    for number, (figure, value) in enumerate(zip(shown, values, strict=True)):
        height = max(1, int(space * abs(value) / span))
        bars.append(Bar(figure, number * BAR, zero - height if value >= 0 else zero, height))
    return Chart(indicator, unit, tuple(bars), BAR * len(bars), zero)
