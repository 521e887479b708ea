"""Features of neighbouring figures: what a first look at them says about the owner of each figure.

Takes `Claims` and the probability that a first look gives each row, and returns columns for a second look
(`kg.extract.figures.ranking`): how likely the entity is to own the figures before and after, those in the
same clause, sentence and paragraph, and those that measure the same thing.

References:
    Wolpert: Stacked Generalization (Neural Networks 5, 1992).
    Cohen, Carvalho: Stacked Sequential Learning (IJCAI 2005).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.extract.figures.claims import Claims, Table
from kg.extract.figures.profiles import Ints
from kg.extract.figures.reach import rank

Doubles = npt.NDArray[np.float64]

COLUMNS = 23
"""Number of columns returned for each row."""
_FINE = 10  # column steps per unit of log odds
_FLOOR = 1e-4
_NOTHING = 20  # value of a log odds column if there is no such figure
_MOST_RANK, _MOST_FIGURES, _MOST_SUM = 6, 8, 60


def neighbour_columns(claims: Claims, odds: Doubles) -> Table:
    """Return `COLUMNS` integers for each row.

    Args:
        claims: The claims to the figures of an article.
        odds: Probability of each row; those of a figure sum to 1.
    """
    figure = claims.figure
    # of a long article, keep only the entities that have a row here; nobody stays last
    _, entity = np.unique(claims.entity, return_inverse=True)
    count, nobody = len(claims.words), int(entity.max())
    of = np.zeros((count, nobody + 1))
    of[figure, entity] = odds
    best = of.argmax(axis=1)
    columns = [_log(odds), np.minimum(rank(figure, odds), _MOST_RANK)]
    for step in (-1, 1, -2, 2):
        place = np.arange(count) + step
        other = np.clip(place, 0, count - 1)
        there = (other == place) & (claims.paragraph[other] == claims.paragraph)
        beside = claims.sentence[other] == claims.sentence
        likeliest = 1 + (best[other][figure] == entity) + 2 * beside[figure]
        columns += [
            _where(there, _log(of[other[figure], entity]), figure),
            np.where(there[figure], likeliest, 0),
        ]
        if abs(step) == 1:
            apart = np.minimum(np.abs(claims.clause[other] - claims.clause), 5)
            columns += [
                _where(there, _log(of[other, nobody])[figure], figure),
                np.where(there, apart, 6)[figure],
            ]
    for group in (claims.clause, claims.sentence, claims.paragraph):
        _, home = np.unique(group, return_inverse=True)
        size = np.bincount(home)[home]
        sums = np.zeros((int(home.max()) + 1, nobody + 1))
        np.add.at(sums, home, of)
        others = (sums[home] - of)[figure, entity] / np.maximum(size - 1, 1)[figure]
        columns += [_where(size > 1, _log(others), figure), np.minimum(size, _MOST_FIGURES)[figure]]
    owned = np.maximum(of.sum(axis=0)[entity] - odds, 0)
    columns.append(np.minimum(np.rint(_FINE * np.log1p(owned)), _MOST_SUM))
    for key in (claims.measure, claims.measure * (int(claims.sentence.max()) + 1) + claims.sentence):
        columns.append(_log(_most_of_others(of, key)[figure, entity]))
    return np.stack([np.asarray(column, np.int32) for column in columns], axis=1)


def _log(odds: npt.NDArray[np.floating]) -> Ints:
    found: Ints = np.rint(_FINE * np.log(np.clip(odds, _FLOOR, 1))).astype(np.int64)
    return found


def _where(there: npt.NDArray[np.bool_], column: Ints, figure: Ints) -> Ints:
    return np.where(there[figure], column, _NOTHING)


def _most_of_others(of: Doubles, key: Ints) -> Doubles:
    """Return, for each figure and entity, the highest probability among other figures of the same key."""
    most = np.zeros_like(of)
    order = np.argsort(key, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        if len(members) > 1:
            block = of[members]
            top = block.argmax(axis=0)
            second = np.partition(block, -2, axis=0)[-2]
            mine = np.arange(len(members))[:, None] == top
            most[members] = np.where(mine, second, block.max(axis=0))
    return most
