"""Features of two things that may be related, for the trained model.

Takes the layout of an article and its pairs, and returns a table with one row for each relation that the
ontology allows between the two things of a pair. All features are whole numbers: distances, counts, ranks,
categories and flags. No feature holds a name or a word of the text; what the words say is added by
`kg.extract.relations.wording`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from kg import ontology
from kg.extract.relations.chain import level
from kg.extract.relations.geography import Fit, Geography, reach
from kg.extract.relations.layout import GAPS, SIDES, Flags, Ints, Layout
from kg.extract.relations.meetings import Meetings, theme_ranks
from kg.model import PREDICATES, TYPES, Entity

Floats = npt.NDArray[np.float64]

FITS: tuple[Fit, ...] = ("unknown", "above", "same", "below", "near", "away")
_FIT = {fit: n for n, fit in enumerate(FITS)}
FAR = 10_000


@dataclass(frozen=True, slots=True)
class Table:
    """Possible relations of one article.

    Attributes:
        pair: Row of `Meetings` for each possible relation.
        subject, object: Numbers of the two things.
        predicate: Index into `kg.model.PREDICATES`.
        left, right: Rows of `Layout` of the two mentions that stand closest together, in text order.
        forward: Whether the left one is the subject.
        columns: Features, one row per relation and one column for each of `names`.
        names: Names of the columns.
        things: Features of each thing by itself; see `things_of`.
    """

    pair: Ints
    subject: Ints
    object: Ints
    predicate: Ints
    left: Ints
    right: Ints
    forward: Flags
    columns: npt.NDArray[np.int32]
    names: tuple[str, ...]
    things: Mapping[str, Ints]

    def ends(self) -> tuple[Ints, Ints]:
        """Return the rows of `Layout` of the subject's mention and of the object's."""
        return (
            np.where(self.forward, self.left, self.right),
            np.where(self.forward, self.right, self.left),
        )

    def kept(self, which: Flags) -> Table:
        """Return a table with some of the rows."""
        return Table(
            self.pair[which], self.subject[which], self.object[which], self.predicate[which],
            self.left[which], self.right[which], self.forward[which], self.columns.T[:, which].T, self.names,
            self.things,
        )  # fmt: skip

    def with_columns(self, columns: Mapping[str, Ints]) -> Table:
        """Return a table with further columns."""
        return self._joined(np.array(list(columns.values())), columns)

    def with_scores(self, columns: Mapping[str, Floats]) -> Table:
        """Return a table with further columns of log odds and similar scores, stored in tenths."""
        return self._joined(np.rint(10 * np.array(list(columns.values()))), columns)

    def _joined(self, values: npt.NDArray[Any], columns: Iterable[str]) -> Table:
        if repeated := set(self.names) & set(columns):
            raise ValueError(f"two columns are named {min(repeated)!r}")
        more = np.clip(values, -FAR, FAR).astype(np.int32)
        # stored column by column, as the trees read them
        joined = np.concatenate([self.columns.T, more]).T
        return replace(self, columns=joined, names=(*self.names, *columns))


@cache
def allowed() -> Flags:
    """Return whether the ontology allows a predicate (first axis) between two types."""
    allows = ontology.load().allows
    return np.array([[[allows(p, s, o) for o in TYPES] for s in TYPES] for p in PREDICATES])


def lay_out(layout: Layout, meetings: Meetings, geography: Geography) -> Table:
    """Return the possible relations between the pairs of an article, with the features cheap to compute."""
    pair, subject, object_, predicate = _rows(layout, meetings)
    left, right = meetings.left[pair], meetings.right[pair]
    forward = layout.who[left] == subject
    nothing = np.zeros((len(pair), 0), np.int32)
    things = things_of(layout)
    rows = Table(pair, subject, object_, predicate, left, right, forward, nothing, (), things)
    s, o = rows.ends()
    columns = {"predicate": predicate, "forward": forward.astype(np.int64)}
    for name in ("type", "count", "rank", "paragraph"):
        columns |= {f"s:{name}": things[name][subject], f"o:{name}": things[name][object_]}
    columns["s-first"] = (things["first"][subject] < things["first"][object_]).astype(np.int64)
    columns |= _of_distance(layout, meetings, rows)
    columns |= {
        "heads": (layout.subject[layout.clause[o]] == subject).astype(np.int64),
        "headed": (layout.subject[layout.clause[s]] == object_).astype(np.int64),
        "place s": (layout.place[layout.clause[o]] == subject).astype(np.int64),
        "place o": (layout.place[layout.clause[s]] == object_).astype(np.int64),
        "s:nested": layout.nested[s].astype(np.int64),
        "o:nested": layout.nested[o].astype(np.int64),
    }
    columns |= _of_names(layout, meetings, rows, geography)
    columns |= _of_rivals(layout, rows, columns["gap"] + 40 * columns["sentences"])
    nearer = np.where(columns["steps"] > 0, columns["steps"], FAR)
    columns["rank by steps"] = rank_within(predicate * len(layout.entities) + subject, nearer)
    return rows.with_columns(columns)


def _rows(layout: Layout, meetings: Meetings) -> tuple[Ints, Ints, Ints, Ints]:
    """Return each (pair, subject, object, predicate) that the ontology allows; symmetric ones once."""
    rules = allowed()
    low, high = layout.type_of[meetings.low], layout.type_of[meetings.high]
    both = PREDICATES.index("cooperatesWith")
    there, back = rules[:, low, high].copy(), rules[:, high, low].copy()
    there[both] |= back[both]
    back[both] = False
    p1, n1 = np.nonzero(there)
    p2, n2 = np.nonzero(back)
    pair, predicate = np.concatenate([n1, n2]), np.concatenate([p1, p2])
    subject = np.concatenate([meetings.low[n1], meetings.high[n2]])
    object_ = np.concatenate([meetings.high[n1], meetings.low[n2]])
    order = np.lexsort((object_, subject, predicate))
    return pair[order], subject[order], object_[order], predicate[order]


def things_of(layout: Layout) -> dict[str, Ints]:
    """Return the features of each thing by itself."""
    size = len(layout.entities)
    count = np.bincount(layout.who, minlength=size)
    first = np.full(size, FAR)
    np.minimum.at(first, layout.who, np.arange(len(layout.who)))
    return {
        "type": layout.type_of,
        "count": count,
        "share": 100 * count // max(1, int(count.max(initial=1))),
        "rank": theme_ranks(layout),
        "first": first,
        "paragraph": layout.paragraph[first],
        "named": np.bincount(layout.who[~layout.refers], minlength=size),
        "sure": np.array([round(100 * e.confidence) for e in layout.entities], np.int64),
        "length": np.array([len(e.name) for e in layout.entities], np.int64),
        "known": np.array([e.record is not None for e in layout.entities], np.int64),
        "heads": np.bincount(layout.subject[layout.subject >= 0], minlength=size),
        "kind": np.array([_kind(e) for e in layout.entities], np.int64),
    }


def _of_distance(layout: Layout, meetings: Meetings, rows: Table) -> dict[str, Ints]:
    outer = np.cumsum(~layout.nested)
    near, far = layout.past_lists(rows.left, rows.right)
    return {
        "gap": np.maximum(layout.start[rows.right] - layout.end[rows.left], -1),
        "sentences": layout.sentence[rows.right] - layout.sentence[rows.left],
        "paragraphs": layout.paragraph[rows.right] - layout.paragraph[rows.left],
        "names": rows.right - rows.left,
        "outer": outer[rows.right] - outer[rows.left],
        "way:outer": outer[far] - outer[near],
        "together:sentences": meetings.sentences[rows.pair],
    }


def _of_names(layout: Layout, meetings: Meetings, rows: Table, geography: Geography) -> dict[str, Ints]:
    """Return the features of the two names, computed once per pair and turned to the direction of the row."""
    ids = [e.id for e in layout.entities]
    names = [e.name for e in layout.entities]
    starts = np.array([hash_of(n) for n in names], np.int64)
    size = len(meetings)
    prefix = np.zeros(size, np.int64)
    fits, steps = np.zeros((size, 2), np.int64), np.zeros((size, 2), np.int64)
    where = np.array([len(geography.where[i]) for i in ids], np.int64)
    low, high = meetings.low.tolist(), meetings.high.tolist()
    for n in np.flatnonzero(starts[meetings.low] == starts[meetings.high]).tolist():
        prefix[n] = shared_start(names[low[n]], names[high[n]])
    both = np.flatnonzero((where[meetings.low] > 0) & (where[meetings.high] > 0))
    # `lie` depends only on the places of the two things, so it is computed once per pair of places
    alike = np.array([geography.alike(i) for i in ids], np.int64)
    code = alike[meetings.low[both]] * len(ids) + alike[meetings.high[both]]
    distinct, first, back = np.unique(code, return_index=True, return_inverse=True)
    if len(distinct):
        pairs = [(ids[low[n]], ids[high[n]]) for n in both[first].tolist()]
        told = np.array(
            [(_FIT[t], _FIT[b], up, down) for t, b, up, down in (geography.lie(*p) for p in pairs)]
        )
        fits[both], steps[both] = told[back, :2], told[back, 2:]
    turned = (rows.subject == meetings.high[rows.pair]).astype(np.int64)
    return {
        "o holds s": layout.inside.at(rows.subject, rows.object),
        "s holds o": layout.inside.at(rows.object, rows.subject),
        "shared": layout.shared.at(rows.subject, rows.object),
        "prefix": prefix[rows.pair],
        "fit": fits[rows.pair, turned],
        "steps": steps[rows.pair, turned],
        "s:placed": np.minimum(where[rows.subject], 1),
        "o:placed": np.minimum(where[rows.object], 1),
    }


def _kind(entity: Entity) -> int:
    """Return the level of a division (2 province … 6 village, 1 unknown), 7 for a state body, else 0."""
    if entity.type == "AdministrativeDivision":
        known = level(entity)
        return 1 if known is None else known + 2
    return 7 if reach(entity) == "National" else 0


def shared_start(one: str, other: str) -> int:
    """Return the length of the common prefix of two names, in characters.

    >>> shared_start("恒岳机械", "恒岳轴承")
    2
    """
    alike = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        alike += 1
    return alike


def hash_of(start: str) -> int:
    """Return a number for the first two characters of a name.

    >>> hash_of("大连市") == hash_of("大连港")
    True
    """
    return ord(start[0]) * 0x110000 + (ord(start[1]) if len(start) > 1 else 0) if start else 0


def _of_rivals(layout: Layout, rows: Table, distance: Ints) -> dict[str, Ints]:
    """Return how many mentions between the two could be subject or object instead, and ranks by distance."""
    rules = allowed()
    types = layout.type_of[layout.who]
    seen = np.zeros((len(types) + 1, len(TYPES)), np.int64)
    np.cumsum(np.eye(len(TYPES), dtype=np.int64)[types], axis=0, out=seen[1:])
    between = seen[rows.right] - seen[np.minimum(rows.left + 1, rows.right)]
    s_type, o_type = layout.type_of[rows.subject], layout.type_of[rows.object]
    size = len(layout.entities)
    of_object = rows.predicate * size + rows.object
    of_subject = rows.predicate * size + rows.subject
    side = rows.forward.astype(np.int64)
    return {
        "rivals of s": np.einsum("ij,ij->i", between, rules[rows.predicate, :, o_type].astype(np.int64)),
        "rivals of o": np.einsum("ij,ij->i", between, rules[rows.predicate, s_type].astype(np.int64)),
        "rank of s": rank_within(of_object, distance),
        "rank of o": rank_within(of_subject, distance),
        "rank of s, side": rank_within(of_object * 2 + side, distance),
        "rank of o, side": rank_within(of_subject * 2 + side, distance),
    }


def rank_within(group: Ints, value: Ints) -> Ints:
    """Return, for each value, how many of the same group are smaller.

    >>> rank_within(np.array([1, 1, 2, 1]), np.array([5, 3, 9, 5])).tolist()
    [1, 0, 0, 1]
    """
    if not len(value):
        return value
    low = int(value.min())
    key = group * (int(value.max()) - low + 1) + value - low
    order = np.argsort(key, kind="stable")
    sorted_group, sorted_key = group[order], key[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = sorted_group[1:] != sorted_group[:-1]
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(fresh, place, 0))
    other = fresh.copy()
    other[1:] |= sorted_key[1:] != sorted_key[:-1]
    better = np.maximum.accumulate(np.where(other, place, 0)) - start
    ranks = np.empty(len(order), np.int64)
    ranks[order] = better
    return ranks


CATEGORIES: dict[str, int] = {
    "predicate": len(PREDICATES), "s:type": len(TYPES), "o:type": len(TYPES), "s:before": len(SIDES),
    "o:before": len(SIDES), "s:after": len(SIDES), "o:after": len(SIDES), "s:gap": len(GAPS),
    "o:gap": len(GAPS),
    "fit": len(FITS), "o holds s": 4, "s holds o": 4, "other subject": len(TYPES) + 1,
    "way:kind": len(GAPS), "s:list before": len(SIDES), "o:list before": len(SIDES), "s:kind": 8, "o:kind": 8,
}  # fmt: skip
"""Categorical columns (numbers without an order), with the number of categories."""
