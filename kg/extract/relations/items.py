"""An article as one sequence of items: words, and names represented by their type.

Built once per article on top of `kg.extract.relations.layout`, so that the items before, after and between
names can be looked up for whole columns at once. Each item has a code, a number computed from its surface
form. All figures share one code, and so do all names of one type. Nothing is weighed here.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kg.extract.relations.layout import Flags, Ints, Layout
from kg.model import TYPES

Codes = npt.NDArray[np.uint64]

_FIGURE = re.compile(r"[\d０-９.,，％%]+")
_NO_PREDICATE = ("vd", "vi", "vf", "vshi", "vyou")
_EDGE = 2
"""Number of empty items on either side, so that neighbours can be looked up everywhere."""
_MIX = 0x9DDFEA08EB382D69
_HALF = 32
_ALL = (1 << 64) - 1


@lru_cache(maxsize=1 << 16)
def code_of(surface: str) -> int:
    """Return the code of a surface form, the same in every run.

    >>> code_of("12.5") == code_of("3亿"[:1]) != code_of("生产")
    True
    """
    if _FIGURE.fullmatch(surface):
        surface = "#"
    return zlib.crc32((surface.strip() or "\n").encode())


def mix(*parts: Codes | Ints | int) -> Codes:
    """Return one code for the numbers of each row, column by column (a multiplicative hash, 32 bits).

    Numbers that are the same for all rows come first.
    """
    same = 0
    total: Codes | None = None
    for part in parts:
        if isinstance(part, int):
            same = (same ^ part) * _MIX & _ALL
            same ^= same >> _HALF
        else:
            column = part.astype(np.uint64, copy=False)
            total = column ^ np.uint64(same) if total is None else total ^ column
            total *= np.uint64(_MIX)
            total ^= total >> np.uint64(_HALF)
    return np.zeros(0, np.uint64) if total is None else total & np.uint64(0xFFFFFFFF)


class Items:
    """The items of one article. Read-only.

    Attributes:
        code: Code of each item. Item `n` is at index `n + 2`, with empty items on both sides.
        word, verb: Whether each item is a word, and whether it is a verb.
        first, next: For each mention, its item and the one after it.
        begin, end: For each mention, the first item of its list and the one after the list.
        clause_first, clause_next: For each clause, its first item and the one after the clause.
        verb_before, verb_after: For each mention, the code of the nearest verb before and after its list
            within its clause; 1 if there is none.
    """

    def __init__(self, layout: Layout) -> None:
        outer = np.flatnonzero(~layout.nested & ~layout.refers)
        outer = outer[np.unique(layout.start[outer], return_index=True)[1]]
        free = np.flatnonzero(layout.word_free)
        words = layout.words
        surfaces = layout.surfaces
        code = np.array([code_of(surfaces[n]) for n in free.tolist()], np.uint64)
        verb = np.array(
            [words[n].tag[:1] == "v" and words[n].tag not in _NO_PREDICATE for n in free.tolist()], bool
        )
        names = _TYPE_CODES[layout.type_of[layout.who[outer]]]
        start = np.concatenate([layout.word_start[free], layout.start[outer]])
        order = np.argsort(start, kind="stable")
        edge = np.zeros(_EDGE, np.uint64)
        self.code = np.concatenate([edge, np.concatenate([code, names])[order], edge, edge])
        self.word: Flags = np.concatenate([np.ones(len(free), bool), np.zeros(len(outer), bool)])[order]
        self.verb: Flags = np.concatenate([verb, np.zeros(len(outer), bool)])[order]
        start = start[order]
        self.size = size = len(start)
        self.first = np.maximum(np.searchsorted(start, layout.start, "right") - 1, 0)
        self.next = np.maximum(np.searchsorted(start, layout.end), self.first + 1)
        self.begin, self.end = self.first[layout.group], self.next[layout.group_last]
        self.clause_first = np.searchsorted(start, layout.clause_start)
        self.clause_next = np.searchsorted(start, layout.clause_end)
        place = np.arange(size)
        self._verb_at = np.maximum.accumulate(np.where(self.verb, place, -1)) if size else place
        ahead = np.where(self.verb, place, size)
        self._verb_from = np.minimum.accumulate(ahead[::-1])[::-1] if size else place
        here = layout.clause
        before, after = self.last_verb(self.begin), self.first_verb(self.end)
        self.verb_before = np.where(before >= self.clause_first[here], self.at(before), np.uint64(1))
        self.verb_after = np.where(after < self.clause_next[here], self.at(after), np.uint64(1))

    def at(self, item: Ints) -> Codes:
        """Return the codes of items; 0 beyond either end of the article."""
        return self.code.take(item + _EDGE, mode="clip")

    def last_verb(self, before: Ints) -> Ints:
        """Return the last verb before each item, or -1 if there is none."""
        if not self.size:
            return np.full(len(before), -1)
        found = self._verb_at[np.clip(before - 1, 0, self.size - 1)]
        return np.where(before > 0, found, -1)

    def first_verb(self, item: Ints) -> Ints:
        """Return the first verb at or after each item, or the number of items if there is none."""
        if not self.size:
            return np.zeros(len(item), np.int64)
        return np.where(item < self.size, self._verb_from[np.minimum(item, self.size - 1)], self.size)


_TYPE_CODES = np.array([code_of(f"<{name}>") for name in TYPES], np.uint64)
