"""The text around and between two names, as tokens that can be weighted.

Takes an article and mentions or pairs of mentions, and returns tokens: numbers that encode a position and
what stands there. Tokens that do not depend on the partner of a mention (neighbours, the verbs around it,
the words of its clause, the ends of its name) are computed once per mention. Tokens for the text between
two mentions are computed once per pair and direction. Words inside names do not count as words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kg.extract.relations.items import Codes, Items, code_of, mix
from kg.extract.relations.layout import GAPS, Flags, Ints, Layout
from kg.model import TYPES

GROUPS = ("near", "verb", "clause", "name", "between", "path", "verbs", "types", "way")
"""Kinds of tokens, those of single mentions first; the weights of each kind are summed in one column."""
SINGLE = 4
"""How many of `GROUPS` concern single mentions."""
_NEAR, _VERB, _CLAUSE, _NAME, _BETWEEN, _PATH, _VERBS, _TYPES, _WAY = range(len(GROUPS))
_APART = 24  # items; the text between names farther apart is not used
_CHAIN = 10  # most items between two names for tokens of adjacent pairs
_WHOLE = 4  # most items between two names for one token of them all
_WORDS = 24  # most items of a clause from which words are taken
_NOTHING = np.uint64(7)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of some rows, which are mentions or pairs of mentions.

    Attributes:
        row: Row of each token.
        group: Kind of each token, as an index into `GROUPS`.
        code: Code of what stands where, a number below 2 ** 32.
    """

    row: Ints
    group: Ints
    code: Codes


def of_mentions(layout: Layout, items: Items) -> Tokens:
    """Return the tokens of each mention of an article; a row is a row of the layout."""
    rows = np.arange(len(layout.start))
    kind = layout.type_of[layout.who]
    before, after = items.at(items.begin - 1), items.at(items.end)
    found: list[tuple[int, Ints, Codes]] = [
        (_NEAR, rows, code)
        for code in (
            mix(1, items.at(items.first - 1)),
            mix(2, items.at(items.next)),
            mix(3, before),
            mix(4, after),
            mix(5, items.at(items.begin - 2), before),
            mix(6, after, items.at(items.end + 1)),
            mix(7, before, kind),
            mix(8, after, kind),
        )
    ]
    found += [
        (_VERB, rows, code)
        for code in (
            mix(9, items.verb_before),
            mix(10, items.verb_after),
            mix(11, items.verb_before, kind),
            mix(12, items.verb_after, kind),
        )
    ]
    first = items.clause_first[layout.clause]
    row, place = stretch(first, np.minimum(items.clause_next[layout.clause], first + _WORDS))
    word = items.word[place]
    row, place = row[word], place[word]
    found.append((_CLAUSE, row, mix(13, items.at(place), (place >= items.first[row]).astype(np.int64))))
    names = [e.name for e in layout.entities]
    for length in (1, 2, 3):
        ends = np.array([code_of(name[-length:]) for name in names], np.uint64)
        found.append((_NAME, rows, mix(14, length, ends[layout.who])))
    starts = np.array([code_of(name[:2]) for name in names], np.uint64)
    found.append((_NAME, rows, mix(15, starts[layout.who])))
    return _joined(found)


def of_pairs(
    layout: Layout, items: Items, subject: Ints, object_: Ints, left: Ints, right: Ints, forward: Flags
) -> Tokens:
    """Return the tokens of some pairs of mentions; a row is a pair.

    Args:
        layout, items: The article.
        subject, object_: Numbers of the two things.
        left, right: Rows of the layout of the two mentions, in text order.
        forward: Whether the left one is the subject.
    """
    side = forward.astype(np.int64)
    kinds = layout.type_of[subject] * len(TYPES) + layout.type_of[object_]
    found = [
        *_between(layout, items, left, right, side, kinds),
        *_governed(layout, items, subject, forward, left, right, kinds),
        (_TYPES, np.arange(len(left)), mix(30, kinds)),
        (_WAY, np.arange(len(left)), mix(31, way_codes(layout, subject, object_, left, right, forward))),
    ]
    return _joined(found)


def _between(
    layout: Layout, items: Items, left: Ints, right: Ints, side: Ints, kinds: Ints
) -> Iterator[tuple[int, Ints, Codes]]:
    """Yield tokens for the text between two mentions that stand close, skipping the rest of their lists."""
    left, right = layout.past_lists(left, right)
    first, last = items.next[left], items.first[right]
    apart = last - first
    close = (layout.sentence[right] - layout.sentence[left] <= 1) & (apart >= 0) & (apart <= _APART)
    row, place = stretch(first, np.where(close, last, first))
    word = items.word[place]
    row, place = row[word], place[word]
    yield _BETWEEN, row, mix(16, items.at(place), side[row])
    row, place = stretch(first, np.where(close & (apart <= _CHAIN), last + 1, first))
    yield _PATH, row, mix(17, items.at(place - 1), items.at(place), side[row])
    whole = np.flatnonzero(close & (apart <= _WHOLE))
    path = np.full(len(whole), _NOTHING)
    for n in range(_WHOLE):
        path = np.where(apart[whole] > n, mix(path, items.at(first[whole] + n)), path)
    yield _PATH, whole, mix(18, path, side[whole])
    yield _PATH, whole, mix(19, path, side[whole], kinds[whole])
    near = np.flatnonzero(close)
    side, kinds = side[near], kinds[near]
    opening, closing = items.first_verb(first[near]), items.last_verb(last[near])
    spoken = opening < last[near]
    opens = np.where(spoken, items.at(opening), np.uint64(1))
    closes = np.where(spoken, items.at(closing), np.uint64(1))
    beyond, ahead = items.verb_after[right[near]], items.verb_before[left[near]]
    for code in (
        mix(20, opens, side),
        mix(21, closes, side),
        mix(22, opens, side, kinds),
        mix(23, closes, side, kinds),
        mix(24, beyond, side),
        mix(25, beyond, opens, side),
        mix(26, opens, closes, side),
        mix(27, ahead, side),
    ):
        yield _VERBS, near, code


def _governed(
    layout: Layout, items: Items, subject: Ints, forward: Flags, left: Ints, right: Ints, kinds: Ints
) -> Iterator[tuple[int, Ints, Codes]]:
    """Yield tokens for the verb before the object, with whether the subject heads that clause."""
    s, o = np.where(forward, left, right), np.where(forward, right, left)
    heads = (layout.subject[layout.clause[o]] == subject).astype(np.int64)
    same = (layout.clause[s] == layout.clause[o]).astype(np.int64)
    rows = np.arange(len(left))
    yield _VERBS, rows, mix(28, items.verb_before[o], heads, same)
    yield _VERBS, rows, mix(29, items.verb_before[o], heads, kinds)


def way_codes(layout: Layout, subject: Ints, object_: Ints, left: Ints, right: Ints, forward: Flags) -> Ints:
    """Return a code for the path from subject to object: side, clauses, lists, what governs, who heads."""
    near, far = layout.past_lists(left, right)
    s, o = np.where(forward, left, right), np.where(forward, right, left)
    outer = np.cumsum(~layout.nested)
    between = np.clip(outer[far] - outer[near], 0, 4)
    clauses = np.clip(layout.clause[far] - layout.clause[near], 0, 2)
    sentences = np.clip(layout.sentence[far] - layout.sentence[near], 0, 2)
    kind = np.where(between == 1, layout.gap[near], 0)
    heads = (layout.subject[layout.clause[o]] == subject) + 2 * (layout.subject[layout.clause[s]] == object_)
    own = layout.subject_start[layout.clause[s]] == layout.start[s]
    lists = (layout.group_size[s] > 1) + 2 * (layout.group_size[o] > 1)
    code = forward.astype(np.int64)
    for value, size in (
        (between, 5), (clauses, 3), (sentences, 3), (kind, len(GAPS)), (heads, 4), (own.astype(np.int64), 2),
        (lists, 4),
        (np.clip(layout.before[layout.group[o]], 0, 5), 6),
    ):  # fmt: skip
        code = code * size + value
    return code


def stretch(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return (row, place) for each place in the ranges from `first` to `last`, upper bound excluded.

    >>> [column.tolist() for column in stretch(np.array([3, 9]), np.array([5, 9]))]
    [[0, 0], [3, 4]]
    """
    length = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(first)), length)
    starts = np.concatenate([[0], np.cumsum(length)[:-1]]) if len(length) else length
    return row, np.arange(len(row)) - starts[row] + first[row]


def _joined(found: list[tuple[int, Ints, Codes]]) -> Tokens:
    return Tokens(
        np.concatenate([row for _, row, _ in found]),
        np.repeat([group for group, _, _ in found], [len(row) for _, row, _ in found]),
        np.concatenate([code for _, _, code in found]),
    )
