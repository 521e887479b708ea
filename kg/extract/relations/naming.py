"""What the names in an article say about each other: one contains another, or they share rare pieces.

恒岳机械大连分公司 contains 恒岳机械; 佳通轮胎 and 全钢轮胎 share 轮胎. Takes the forms of the things and
returns sparse tables over pairs of things. The work is linear in the names, since pieces that many things
share are uninformative and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_COMMON = 6
"""A piece found in the names of more things than this is uninformative."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse table over ordered pairs of things; 0 for pairs without an entry.

    Attributes:
        size: Number of things.
        key: `first * size + second` of each entry, ascending.
        value: Value of each entry.
    """

    size: int
    key: Ints
    value: Ints

    def at(self, first: Ints, second: Ints) -> Ints:
        """Return the values of some pairs."""
        if not len(self.key):
            return np.zeros(len(first), np.int64)
        sought = first * self.size + second
        place = np.minimum(np.searchsorted(self.key, sought), len(self.key) - 1)
        return np.where(self.key[place] == sought, self.value[place], 0)

    def pairs(self) -> tuple[Ints, Ints]:
        """Return the pairs that have an entry."""
        return self.key // self.size, self.key % self.size


def sparse(size: int, values: Mapping[tuple[int, int], int]) -> Sparse:
    """Return a table of values given by pair."""
    rows = sorted((a * size + b, value) for (a, b), value in values.items())
    return Sparse(
        size, np.array([key for key, _ in rows], np.int64), np.array([value for _, value in rows], np.int64)
    )


def find_inside(names: Sequence[str], forms: Sequence[Sequence[str]]) -> dict[tuple[int, int], int]:
    """Return, for each (thing, other), where a form of the thing stands in the other's longer name.

    The value is 1 at its start, 2 within, 3 at its end. If several forms stand in it, the first counts.

    >>> find_inside(["大连市", "大连市政府"], [["大连市", "大连"], ["大连市政府"]])
    {(0, 1): 1}
    """
    by_start: dict[str, list[int]] = {}
    for thing, own in enumerate(forms):
        for start in dict.fromkeys(form[:2] for form in own):
            by_start.setdefault(start, []).append(thing)
    found: dict[tuple[int, int], int] = {}
    for other, name in enumerate(names):
        met = {thing for at in range(len(name) - 1) for thing in by_start.get(name[at : at + 2], ())}
        for thing in sorted(met - {other}):
            for form in forms[thing]:
                if form in name and len(form) < len(name):
                    found[thing, other] = 1 if name.startswith(form) else 3 if name.endswith(form) else 2
                    break
    return found


def find_shared(forms: Sequence[Sequence[str]]) -> dict[tuple[int, int], int]:
    """Return, for pairs of things, how many two-character pieces their names share that few others have.

    >>> find_shared([["佳通轮胎"], ["全钢轮胎", "轮胎"], ["互感器"]])
    {(0, 1): 1, (1, 0): 1}
    """
    having: dict[str, dict[int, None]] = defaultdict(dict)
    for thing, own in enumerate(forms):
        for form in own:
            for at in range(len(form) - 1):
                having[form[at : at + 2]][thing] = None
    found: dict[tuple[int, int], int] = defaultdict(int)
    for things in having.values():
        if 1 < len(things) <= _COMMON:
            for a in things:
                for b in things:
                    if a != b:
                        found[a, b] += 1
    return dict(found)
