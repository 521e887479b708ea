"""Which things of an article are scored as a pair, and where the two stand closest together.

Paired are:

- things named within `WINDOW` names of each other in one part of the page;
- each thing with the few that its part names most often (`THEMES`), because news takes its place and its
  main actor for granted;
- a thing with one whose name contains its own;
- a place with the nearest place that it is known to lie in.

Work and result grow linearly with the article. Whether a pair is related, and how, is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.extract.relations.geography import Geography
from kg.extract.relations.layout import FAMILY_NAMES, Flags, Ints, Layout

WINDOW = 12
"""Maximum distance between two mentions, in names."""
THEMES = {"Location": 3, "Organization": 3, "Project": 2, "Event": 2, "Initiative": 1}
"""By family, how many of the things a part names most often are paired with all others of the part."""
ORDERED = (
    "tight",
    "list",
    "with",
    "possessive",
    "same_clause",
    "same_sentence",
    "heads",
    "headed",
    "placed",
    "holds",
)
"""Properties of two mentions, one before the other; see `_flags`."""


@dataclass(frozen=True, slots=True)
class Meetings:
    """Pairs of things, each unordered pair once, in order of their numbers.

    Attributes:
        low, high: Numbers of the two things, `low < high`.
        left, right: Rows of `Layout` of the two mentions that stand closest together, in text order.
        sentences, clauses: In how many sentences and clauses the two occur together, among the pairs of
            mentions examined.
        times: How many pairs of mentions were examined.
        ever: For each pair, whether each property of `ORDERED` holds anywhere, with `low` standing first
            (`ever[:, 0]`) and with `high` standing first (`ever[:, 1]`).
    """

    low: Ints
    high: Ints
    left: Ints
    right: Ints
    sentences: Ints
    clauses: Ints
    times: Ints
    ever: Flags

    def __len__(self) -> int:
        return len(self.low)


def theme_ranks(layout: Layout) -> Ints:
    """Return the rank of each thing in its family by how often the article names it (0: most often)."""
    count = np.bincount(layout.who, minlength=len(layout.entities))
    order = np.lexsort((np.arange(len(count)), -count, layout.family_of))
    family = layout.family_of[order]
    first = np.searchsorted(family, family)
    ranks = np.empty(len(count), np.int64)
    ranks[order] = np.arange(len(count)) - first
    return ranks


def find_meetings(layout: Layout, geography: Geography | None = None) -> Meetings:
    """Return the pairs of things of an article that are to be scored.

    Args:
        layout: The article.
        geography: Tells which of its places lies in which; such places are paired wherever they stand.
    """
    pairs = [_near(layout), _themes(layout), _closest(layout, *layout.inside.pairs())]
    if geography is not None:
        pairs.append(_closest(layout, *_contained(layout, geography)))
    left, right = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    a, b = layout.who[left], layout.who[right]
    apart = a != b
    left, right, a, b = left[apart], right[apart], a[apart], b[apart]
    size = max(1, len(layout.entities))
    turned = (a > b).astype(np.int64)
    pair = np.minimum(a, b) * size + np.maximum(a, b)
    gap = np.maximum(layout.start[right] - layout.end[left], -1) + 40 * (
        layout.sentence[right] - layout.sentence[left]
    )
    order = np.lexsort((right, left, gap, pair))
    left, right, pair, turned = left[order], right[order], pair[order], turned[order]
    fresh = np.ones(len(pair), bool)
    fresh[1:] = (pair[1:] != pair[:-1]) | (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    left, right, pair, turned = left[fresh], right[fresh], pair[fresh], turned[fresh]
    keys, first, times = np.unique(pair, return_index=True, return_counts=True)
    where = np.searchsorted(keys, pair)
    ever = np.zeros((len(keys), 2, len(ORDERED)), bool)
    flags = _flags(layout, left, right)
    for n in range(len(ORDERED)):
        ever[where[flags[:, n]], turned[flags[:, n]], n] = True
    return Meetings(
        keys // size,
        keys % size,
        left[first],
        right[first],
        _together(layout.sentence, left, right, where, len(keys)),
        _together(layout.clause, left, right, where, len(keys)),
        times,
        ever,
    )


def _near(layout: Layout) -> tuple[Ints, Ints]:
    count = len(layout.start)
    lefts, rights = [], []
    for step in range(1, min(WINDOW, count - 1) + 1):
        i = np.arange(count - step)
        kept = layout.part[i] == layout.part[i + step]
        lefts.append(i[kept])
        rights.append(i[kept] + step)
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *lefts]), np.concatenate([nothing, *rights])


def _themes(layout: Layout) -> tuple[Ints, Ints]:
    """Pair each mention with the nearest mentions, before and after, of the themes of its part."""
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for part in np.unique(layout.part):
        here = np.flatnonzero(layout.part == part)
        count = np.bincount(layout.who[here], minlength=len(layout.entities))
        for family, most in THEMES.items():
            often = np.flatnonzero((layout.family_of == FAMILY_NAMES.index(family)) & (count > 1))
            for theme in often[np.argsort(-count[often], kind="stable")][:most]:
                places = here[layout.who[here] == theme]
                after = np.searchsorted(places, here)
                for shift in (-1, 0):
                    near = after + shift
                    kept = (near >= 0) & (near < len(places))
                    other, own = places[near[kept]], here[kept]
                    lefts.append(np.minimum(other, own))
                    rights.append(np.maximum(other, own))
    return np.concatenate(lefts), np.concatenate(rights)


def _closest(layout: Layout, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return, for pairs of things, the first mention of `other` and the mentions of `one` next to it."""
    order = np.lexsort((np.arange(len(layout.who)), layout.who))
    key = layout.who[order] * (len(order) + 1) + order
    first = order[np.searchsorted(key, other * (len(order) + 1))] if len(order) else order
    after = np.searchsorted(key, one * (len(order) + 1) + first)
    found = []
    for shift in (-1, 0):
        near = np.clip(after + shift, 0, len(order) - 1)
        kept = layout.who[order[near]] == one if len(order) else np.zeros(0, bool)
        found.append((first[kept], order[near[kept]]))
    (a, b), (c, d) = found
    here, there = np.concatenate([a, c]), np.concatenate([b, d])
    return np.minimum(here, there), np.maximum(here, there)


def _contained(layout: Layout, geography: Geography) -> tuple[Ints, Ints]:
    """Return the places known to lie in another place of the article, and the nearest such container."""
    ids = [e.id for e in layout.entities]
    nearest = geography.nearest(ids)
    pairs = [(layout.number[a], layout.number[b]) for a, b in nearest.items()]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def _flags(layout: Layout, left: Ints, right: Ints) -> Flags:
    """Return, for pairs of mentions, which properties of `ORDERED` hold.

    In order: neighbours, by the text between them (tight, list, with, possessive); in one clause; in one
    sentence; the left one is the subject of the right one's clause; the right one is the subject of the
    left one's clause; the left one is the place in force at the right one; the right one lies within the
    left one's name.
    """
    a, b = layout.who[left], layout.who[right]
    inside = layout.start[right] < layout.end[left]
    outer = np.cumsum(~layout.nested)
    next_to = ~layout.nested[right] & ~layout.nested[left] & (outer[right] - outer[left] == 1)
    kind = np.where(next_to, layout.gap[left], 0)
    one_sentence = layout.sentence[left] == layout.sentence[right]
    return np.stack(
        [
            kind == 1,
            (layout.group[left] == layout.group[right]) & ~inside,
            kind == 3,
            kind == 4,
            layout.clause[left] == layout.clause[right],
            one_sentence,
            layout.subject[layout.clause[right]] == a,
            layout.subject[layout.clause[left]] == b,
            layout.place[layout.clause[right]] == a,
            inside,
        ],
        axis=1,
    )


def _together(unit: Ints, left: Ints, right: Ints, where: Ints, size: int) -> Ints:
    """Return in how many sentences (or clauses) the two things of each pair occur together."""
    one = unit[left] == unit[right]
    if not one.any():
        return np.zeros(size, np.int64)
    most = int(unit.max()) + 1
    met = np.unique(where[one] * most + unit[left][one])
    return np.bincount(met // most, minlength=size)
