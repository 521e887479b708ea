"""The second reading: what a first one thinks of the figures around says whose a figure is.

Goes in: `Claims` and the probability that a first reading gives each row. Comes out: further columns:
how sure it was, and how likely the same entity owns the figures before and after, those of sentence,
paragraph and article. Lists, growth rates behind their level and dropped subjects show in these.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.extract.claims import Claims, Matrix
from kg.extract.subjects import Ints

Doubles = npt.NDArray[np.float64]

_STEPS = (-1, -2, 1, 2)
WIDTH = 3 + 4 * 3 + 2 * 6 + 3 * 3
"""Columns of the second reading."""


def second_reading(claims: Claims, odds: Doubles) -> Matrix:
    """Return `WIDTH` columns for each row.

    Args:
        claims: The rows.
        odds: Probability of each row in the first reading; those of a figure sum to 1.
    """
    figure, count = claims.figure, len(claims.words)
    many = int(claims.entity.max()) + 1  # nobody has the highest number
    start = np.searchsorted(figure, np.arange(count))
    best = np.maximum.reduceat(odds, start)[figure]
    next_best = np.maximum.reduceat(np.where(odds >= best, 0.0, odds), start)[figure]
    columns = [
        np.log(odds + 1e-4) / 4,
        odds - np.where(odds >= best, next_best, best),
        (odds > 0.5).astype(float),
    ]
    keys = figure * many + claims.entity
    for step in _STEPS:
        columns += _at_step(claims, odds, keys, step, many)
    for group in (claims.sentence, claims.paragraph, np.zeros(count, np.int64)):
        columns += _in_group(claims, odds, group, many)
    return np.stack(columns, 1).astype(np.float32)


def _at_step(claims: Claims, odds: Doubles, keys: Ints, step: int, many: int) -> list[Doubles]:
    """Return how likely the entity owns the figure `step` places on, by what the two share."""
    figure, count = claims.figure, len(claims.words)
    every = np.arange(count)
    there = (every + step >= 0) & (every + step < count)
    other = np.clip(every + step, 0, count - 1)
    wanted = keys + step * many
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    owned = np.where((keys[at] == wanted) & there[figure], odds[at], 0.0)
    shares = [
        (there & (home[other] == home))[figure].astype(float)
        for home in (claims.sentence, claims.paragraph, claims.clause)
    ]
    columns = [owned, owned * shares[0], owned * shares[1]]
    if abs(step) == 1:
        last = np.searchsorted(figure, np.arange(count), "right") - 1
        nobody = np.where(there, odds[last][other], 0.0)[figure]
        columns += [owned * shares[2], nobody, nobody * shares[0], *shares]
    return columns


def _in_group(claims: Claims, odds: Doubles, group: Ints, many: int) -> list[Doubles]:
    """Return the entity's share of the other figures of a group, their number, and that of those before."""
    figure = claims.figure
    shifted = group - group.min()
    keys = shifted[figure] * many + claims.entity
    order = np.lexsort((figure, keys))
    sorted_keys = keys[order]
    fresh = np.r_[True, sorted_keys[1:] != sorted_keys[:-1]]
    number = np.cumsum(fresh) - 1
    running = np.cumsum(odds[order])
    base = (running - odds[order])[fresh][number]
    total = np.bincount(number, odds[order])[number]
    rest, before = np.empty(len(odds)), np.empty(len(odds))
    rest[order] = total - odds[order]
    before[order] = running - odds[order] - base
    size = np.bincount(shifted)[shifted][figure]
    return [rest / np.maximum(1, size - 1), np.minimum(rest, 3) / 3, np.minimum(before, 3) / 3]
