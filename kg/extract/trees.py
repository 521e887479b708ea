"""Boosted trees over integer columns: trained, stored as text, and evaluated by a few array look-ups.

A tree asks the same few questions of every row (it is *oblivious*), so that the answers, read as the
binary digits of a number, give the index of the leaf. The rows of an article are thus scored in a
handful of array operations. A question is `column > threshold`, or `column == kind` if the numbers of
the column are kinds without an order (categories). Training takes Newton steps on the logistic loss.
Each tree is grown on a pseudo-random sample of the rows with a fixed seed: the same rows give the
same trees.

References:
    Friedman: Greedy Function Approximation: A Gradient Boosting Machine (Annals of Statistics 29, 2001).
    Prokhorenkova et al.: CatBoost: Unbiased Boosting with Categorical Features (NeurIPS 2018), on
    oblivious trees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

BINS = 48
"""Maximum number of bins of an ordered column."""
_SEED = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of training.

    Attributes:
        trees: Number of trees.
        depth: Number of questions per tree, at most 8.
        rate: Share of each Newton step that is taken (learning rate), 0 to 1.
        ridge: Weight of the penalty on the square of a leaf's value.
        rows, columns: Share of rows drawn for each tree and of columns drawn for each question, 0 to 1.
        least: Minimum sum of second derivatives on either side of a question, over all leaves.
        draws: Number of times that `trees` trees are trained, each time with rows and columns drawn anew;
            the score is the mean.
    """

    trees: int = 200
    depth: int = 6
    rate: float = 0.1
    ridge: float = 8.0
    rows: float = 0.6
    columns: float = 0.4
    least: float = 3.0
    draws: int = 1


@dataclass(frozen=True, slots=True)
class Forest:
    """Trained trees.

    Attributes:
        names: Names of the columns of the table that `score` takes, in order.
        column, limit, equal: Column of each question, its threshold or kind, and whether it is a kind.
        asked: Numbers of the questions of each tree.
        leaves: Value of each leaf of each tree.
        start: Score before the first tree.
    """

    names: tuple[str, ...]
    column: npt.NDArray[np.int64]
    limit: Ints
    equal: npt.NDArray[np.bool_]
    asked: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.float32]
    start: float

    def score(self, table: Ints) -> Floats:
        """Return the score of each row of a table with the columns `names`, as log odds."""
        if not len(self.asked):
            return np.full(len(table), self.start)
        # each column is contiguous in memory, so that a question reads it sequentially
        values = np.ascontiguousarray(table.T)[self.column]
        answers = values > self.limit[:, None]
        kinds = np.flatnonzero(self.equal)
        answers[kinds] = values[kinds] == self.limit[kinds, None]
        digits = answers.view(np.uint8)
        depth = self.asked.shape[1]
        place = np.zeros((len(self.asked), len(table)), np.uint8)
        for n in range(depth):
            place += digits[self.asked[:, n]] << np.uint8(n)
        flat = place + (np.arange(len(self.asked), dtype=np.int32) << depth)[:, None]
        total: Floats = self.leaves.ravel()[flat].sum(axis=0, dtype=np.float64)
        return self.start + total

    def to_json(self) -> dict[str, Any]:
        """Return the trees as plain values."""
        return {
            "names": list(self.names),
            "questions": [
                [int(c), int(t), int(e)] for c, t, e in zip(self.column, self.limit, self.equal, strict=True)
            ],
            "asked": self.asked.tolist(),
            "leaves": [[round(float(v), 4) for v in row] for row in self.leaves],
            "start": self.start,
        }


def from_json(value: Mapping[str, Any]) -> Forest:
    """Return the trees that `Forest.to_json` represented as plain values."""
    questions = np.array(value["questions"], np.int64).reshape(-1, 3)
    return Forest(
        tuple(value["names"]),
        questions[:, 0],
        questions[:, 1].astype(np.int32),
        questions[:, 2].astype(bool),
        np.array(value["asked"], np.int64),
        np.array(value["leaves"], np.float32),
        float(value["start"]),
    )


def probability(score: Floats) -> Floats:
    """Return log odds as probabilities."""
    return 1 / (1 + np.exp(-np.clip(score, -30, 30)))


def shares(score: Floats, group: npt.NDArray[np.int64]) -> Floats:
    """Return scores as probabilities that sum to 1 in each group; groups are numbered from 0, in order.

    >>> shares(np.array([0.0, 0.0, 5.0]), np.array([0, 0, 1])).tolist()
    [0.5, 0.5, 1.0]
    """
    start = np.searchsorted(group, np.arange(int(group[-1]) + 1))
    raised = np.exp(score - np.maximum.reduceat(score, start)[group])
    found: Floats = raised / np.add.reduceat(raised, start)[group]
    return found


def _among(p: Floats, right: npt.NDArray[np.bool_], group: npt.NDArray[np.int64]) -> Floats:
    """Return the target of each row: the probability of its group is shared among the group's right rows."""
    start = np.searchsorted(group, np.arange(int(group[-1]) + 1))
    good = p * right
    found: Floats = good / np.add.reduceat(good, start)[group]
    return found


def learn(
    table: Ints,
    right: npt.NDArray[np.bool_],
    names: Sequence[str],
    kinds: Mapping[str, int],
    settings: Settings,
    weight: Floats | None = None,
    offset: Floats | None = None,
    group: npt.NDArray[np.int64] | None = None,
) -> Forest:
    """Return trees that distinguish the right rows of a table from the others.

    Args:
        table: One row per example, one column for each of `names`.
        right: Whether each row is right.
        names: Names of the columns.
        kinds: Columns whose numbers are kinds (categories), with the number of kinds.
        settings: Settings of training.
        weight: Weight of each row; all are equal if None.
        offset: Log odds of each row from elsewhere, to which the trees add their score.
        group: Number of the group of each row, ascending from 0, if one row of each group is to be chosen.
            Scores are then compared only within groups. Each group must have at least one right row.

    Returns:
        The trees; none if there are no rows.
    """
    weight = np.ones(len(table)) if weight is None else weight
    columns = [_Column(table[:, n], kinds.get(name)) for n, name in enumerate(names)]
    share = float(np.clip((weight * right).sum() / max(1e-9, weight.sum()), 1e-6, 1 - 1e-6))
    start = float(np.log(share / (1 - share))) if offset is None and group is None else 0.0
    before = np.full(len(table), start) if offset is None else offset
    questions: dict[tuple[int, int, bool], int] = {}
    asked, leaves = [], []
    for draw in range(settings.draws if len(table) else 0):
        chance, score = np.random.default_rng(_SEED + draw), before.copy()
        for _ in range(settings.trees):
            p = probability(score) if group is None else shares(score, group)
            goal = right if group is None else _among(p, right, group)
            slope, bend = (p - goal) * weight, np.maximum(p * (1 - p), 1e-6) * weight
            drawn = chance.random(len(table) if group is None else int(group[-1]) + 1) < settings.rows
            sample = np.flatnonzero(drawn if group is None else drawn[group])
            tree, place = _grow(columns, slope[sample], bend[sample], sample, settings, chance)
            full = np.zeros(len(table), np.int64)
            for n, (column, limit, equal) in enumerate(tree):
                values = table[:, column]
                full += (values == limit if equal else values > limit).astype(np.int64) << n
            size = 1 << settings.depth
            down = np.bincount(place, slope[sample], size)
            curve = np.bincount(place, bend[sample], size)
            values_of = (-settings.rate * down / (curve + settings.ridge)).astype(np.float32)
            score += values_of[full]
            asked.append([questions.setdefault(question, len(questions)) for question in tree])
            leaves.append(values_of / np.float32(settings.draws))
    table_of = np.array(list(questions), np.int64).reshape(-1, 3)
    return Forest(
        tuple(names),
        table_of[:, 0],
        table_of[:, 1].astype(np.int32),
        table_of[:, 2].astype(bool),
        np.array(asked, np.int64).reshape(-1, settings.depth),
        np.array(leaves, np.float32).reshape(-1, 1 << settings.depth),
        start,
    )


class _Column:
    """One column divided into bins: the bin of each row, and the thresholds between bins."""

    def __init__(self, values: Ints, kinds: int | None) -> None:
        self.ordered = kinds is None
        self.limits: npt.NDArray[Any]
        if kinds is not None:
            self.limits = np.arange(kinds, dtype=np.int64)
            self.step = values.astype(np.int32)
            return
        distinct, counts = np.unique(values, return_counts=True)
        if len(distinct) > BINS:
            cumulated = np.cumsum(counts)
            cuts = np.searchsorted(cumulated, np.linspace(0, cumulated[-1], BINS)[1:-1])
            distinct = np.unique(distinct[np.append(cuts, len(distinct) - 1)])
        # a row is beyond threshold k if its value is greater than limits[k]
        self.limits = distinct[:-1] if len(distinct) > 1 else distinct
        self.step = np.searchsorted(self.limits, values, "left").astype(np.int32)

    @property
    def size(self) -> int:
        return len(self.limits) + (1 if self.ordered else 0)


def _grow(
    columns: Sequence[_Column],
    slope: Floats,
    bend: Floats,
    sample: npt.NDArray[np.int64],
    settings: Settings,
    chance: np.random.Generator,
) -> tuple[list[tuple[int, int, bool]], npt.NDArray[np.int64]]:
    """Return the questions of one tree, chosen greedily, and the leaf of each sampled row."""
    place = np.zeros(len(sample), np.int64)
    tree: list[tuple[int, int, bool]] = []
    for depth in range(settings.depth):
        tried = np.flatnonzero(chance.random(len(columns)) < settings.columns)
        best: tuple[float, int, int] | None = None
        for n in tried.tolist():
            gain, at = _best(columns[n], place, slope, bend, sample, 1 << depth, settings)
            if best is None or gain > best[0]:
                best = (gain, n, at)
        if best is None or best[0] <= 0:
            # a question that is false for every row keeps all trees at the same depth
            tree.append((0, np.iinfo(np.int32).max, False))
            continue
        _, n, at = best
        column = columns[n]
        step = column.step[sample]
        yes = step > at if column.ordered else step == at
        place += yes.astype(np.int64) << depth
        tree.append((n, int(column.limits[at]), not column.ordered))
    return tree, place


def _best(
    column: _Column,
    place: npt.NDArray[np.int64],
    slope: Floats,
    bend: Floats,
    sample: npt.NDArray[np.int64],
    leaves: int,
    settings: Settings,
) -> tuple[float, int]:
    """Return the gain of the best question on a column, and the index of its threshold or kind."""
    size = column.size
    key = place * size + column.step[sample]
    down = np.bincount(key, slope, leaves * size).reshape(leaves, size)
    curve = np.bincount(key, bend, leaves * size).reshape(leaves, size)
    all_down, all_curve = down.sum(axis=1, keepdims=True), curve.sum(axis=1, keepdims=True)
    if column.ordered:
        down, curve = np.cumsum(down, axis=1)[:, :-1], np.cumsum(curve, axis=1)[:, :-1]
    other_down, other_curve = all_down - down, all_curve - curve
    ridge = settings.ridge
    gain = (
        down**2 / (curve + ridge) + other_down**2 / (other_curve + ridge) - all_down**2 / (all_curve + ridge)
    ).sum(axis=0)
    narrow = np.minimum(curve.sum(axis=0), other_curve.sum(axis=0)) < settings.least
    gain[narrow] = -1.0
    at = int(np.argmax(gain)) if len(gain) else 0
    return (float(gain[at]), at) if len(gain) else (-1.0, 0)
