"""Features of a figure itself: its kind, the domain of its indicator and the words beside it.

Takes a quantity in its clause and returns a `Measure`, which `kg.extract.figures.claims` combines with the
entities that may own the figure. The words for what is measured come from the table
`seeds/authority/indicators.csv`; `kg.extract.figures.indicators` finds the indicator as a noun phrase.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.extract.clauses import Clause
from kg.extract.figures.units import read_indicators, units
from kg.model import Quantity, Word

KINDS = (
    "unknown", "money", "ratio", "rank", "area", "length", "mass", "power", "energy", "volume", "duration",
    "container", "count", "other",
)  # fmt: skip
"""Quantity kinds distinguished; the rarer ones of the units table are `other`, and a unit
that is not in it is `unknown`."""

FIELDS = ("anything", "project", "region", "company", "traffic", "event", "product")
"""Domains of indicators; `anything` where no word indicates one."""

TRAITS = 18
_ADVERBS = frozenset("约 近 超 达 逾 为 了 过 到 至 超过 突破 达到 高达 将近 接近".split())
_BAG = 6  # words taken from the clause before a figure
_FUTURE = re.compile(r"力争|到20|目标|预计")
_CHANGED = re.compile(r"[增降长].{0,3}\Z")
_SHARE = re.compile(r"占.{0,7}\Z")
_COMPARED = re.compile(r"比.{0,9}\Z")
_EACH = re.compile(r"每.{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its context.

    Attributes:
        quantity: The quantity.
        clause: Index of its clause.
        within: Type of the entity whose name contains it, or empty.
        plain: Whether the rules of the annotation contract accept it as an observation.
    """

    quantity: Quantity
    clause: int
    within: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """Features of a figure itself.

    Attributes:
        kind: Index in `KINDS`.
        field: Index in `FIELDS`.
        traits: `TRAITS` truth values: how it is written and what surrounds it.
        words: The words beside it, each marked with its position.
    """

    kind: int
    field: int
    traits: tuple[bool, ...]
    words: tuple[str, ...]


def measure(
    text: str,
    words: Sequence[Word],
    starts: Sequence[int],
    ends: Sequence[int],
    clause: Clause,
    figure: Figure,
) -> Measure:
    """Return the features of a figure itself.

    Args:
        text: `article.normal`.
        words: The article's words.
        starts: Where each word starts.
        ends: Where each word ends.
        clause: The figure's clause.
        figure: The figure.
    """
    quantity = figure.quantity
    kind = quantity_kind(quantity)
    field, word = domain(text, quantity, clause.start, clause.end)
    last = bisect_left(ends, quantity.start + 1)
    bag = [text[w.start : w.end] for w in words[max(0, last - 8) : last] if w.start >= clause.start]
    while bag and bag[-1] in _ADVERBS:
        bag.pop()
    bag = bag[-_BAG:]
    behind, far = ["", "", *bag][:-3:-1]
    at = bisect_left(starts, quantity.end)
    before, beyond = ([text[w.start : w.end] for w in words[at : at + 2]] + ["", ""])[:2]
    told = (
        f"in {quantity.classifier}",
        f"behind {behind}",
        f"far behind {far}",
        f"two behind {far} {behind}",
        f"before {before}",
        f"far before {beyond}",
        f"both {field} {kind}",
        f"around {behind}…{before}",
        f"indicator {word}",
        f"writes {quantity.text if len(quantity.text) < 4 else ''}",
        *(f"bag {w}" for w in bag),
    )
    return Measure(
        _place(KINDS)[kind] if kind in KINDS else len(KINDS) - 1,
        _place(FIELDS)[field],
        _traits(text, clause, figure),
        told,
    )


def _traits(text: str, clause: Clause, figure: Figure) -> tuple[bool, ...]:
    quantity = figure.quantity
    head = text[clause.start : quantity.start]
    tail = text[quantity.end : quantity.end + 4]
    near = head[-10:]  # as far back as the patterns that end at the figure reach
    return (
        figure.plain,
        quantity.text[0].isdigit(),
        len(quantity.text) < 4,
        "其中" in head,
        tail.startswith("的"),
        _CHANGED.search(near) is not None,
        _SHARE.search(near) is not None,
        "总投资" in head,
        _FUTURE.search(head) is not None,
        "全" in head[:4],
        head.count("“") > head.count("”"),
        head.count("（") > head.count("）"),
        len(head) < 3,
        "以上" in tail,
        _COMPARED.search(near) is not None,
        _EACH.search(near) is not None,
        quantity.text[0] == "第",
        "、" in tail[:2] or "，" in tail[:2],
    )


@cache
def _place(table: tuple[str, ...]) -> Mapping[str, int]:
    return {value: index for index, value in enumerate(table)}


@cache
def _domains() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table = read_indicators()
    words = sorted(table, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words))), table


def domain(text: str, quantity: Quantity, start: int, end: int) -> tuple[str, str]:
    """Return the domain of a figure and the word that indicates it.

    The word is the last one before the figure, else the first one after it. If there is none, the domain is
    `anything` and the word is empty.
    """
    pattern, table = _domains()
    found = ""
    for match in pattern.finditer(text, start, quantity.start):
        found = match[0]
    if not found and (after := pattern.search(text, quantity.end, min(end, quantity.end + 8))):
        found = after[0]
    return table.get(found, FIELDS[0]), found


@cache
def _kinds() -> Mapping[str, str]:
    return {unit.key: unit.kind for unit in units().values()}


def quantity_kind(quantity: Quantity) -> str:
    """Return the quantity kind of a quantity's unit: money, area, count …"""
    return _kinds().get(quantity.unit, KINDS[0])
