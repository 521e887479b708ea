"""Learning of the weights that rank the claims to a figure, for `kg.extract.training`.

Takes `Lesson`s: the claims of annotated articles, and which of them are right. Returns the word weights
(`learn_calling`) and the trees that combine these with all other features (`learn_trees`). The loss is that
of a choice: the negative logarithm of the right claims' share of the probability among all claims to a
figure. Everything runs in a fixed order from a fixed start, so the same lessons give the same weights.

References:
    Kingma, Ba: Adam (ICLR 2015): the optimiser of the word weights.
    Friedman: Greedy Function Approximation (Annals of Statistics 29, 2001): the trees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract import trees
from kg.extract.figures.calling import ENDS, TYPES, Calling, Doubles, number_beside, number_words
from kg.extract.figures.claims import KINDS_OF, NOBODY, Claims, Table
from kg.extract.figures.profiles import Ints, Truths
from kg.extract.figures.ranking import names, offset

_LEAST_WORD = 3  # figures or names that a word must occur beside to get a weight
_LEAST_KIND = 25  # owners that a kind must have to be distinguished
_STEPS = 40
_STEPS_BESIDE = 30


@dataclass(frozen=True, slots=True)
class Lesson:
    """The claims to the figures of one article.

    Attributes:
        claims: The claims.
        right: Whether each row is right; at least one row of each figure is.
        read: Probability of each row, from a network that has not seen the article.
    """

    claims: Claims
    right: Truths
    read: Doubles


TREES = trees.Settings(trees=250, depth=6, rate=0.09, ridge=8.0, rows=0.4, columns=0.25)
SECOND = trees.Settings(trees=250, depth=6, rate=0.06, ridge=8.0, rows=0.4, columns=0.25)


def learn_calling(lessons: Sequence[Lesson]) -> Calling:
    """Learn from lessons how words indicate the owner of a figure.

    Args:
        lessons: At least one, with at least one figure.
    """
    seen = Counter(w for lesson in lessons for words in lesson.claims.words for w in set(words))
    seen += Counter(w for lesson in lessons for words in lesson.claims.beside for w in set(words))
    vocabulary = {
        word: row
        for row, word in enumerate(sorted(w for w, n in seen.items() if n >= _LEAST_WORD and "\n" not in w))
    }
    frequent = Counter(
        kind
        for lesson in lessons
        for kind in _kind(lesson.claims)[lesson.right].tolist()
        if kind != NOBODY * ENDS
    )
    kinds = np.array(sorted(kind for kind, n in frequent.items() if n >= _LEAST_KIND), np.int64)
    width = len(kinds) + TYPES
    blank = Calling(
        vocabulary,
        kinds,
        np.zeros((len(vocabulary) + 1, width), np.float32),
        np.zeros(len(vocabulary) + 1, np.float32),
    )
    weighed = _weigh_words(blank, lessons)
    return _weigh_beside(Calling(vocabulary, kinds, weighed, blank.beside), lessons)


def _kind(claims: Claims) -> Ints:
    kind: Ints = claims.type * ENDS + np.where(claims.type == NOBODY, 0, claims.ending)
    return kind


def _weigh_words(blank: Calling, lessons: Sequence[Lesson]) -> npt.NDArray[np.float32]:
    """Learn weights that predict the kind of each figure's owner from the words beside the figure."""
    count = sum(len(lesson.claims.words) for lesson in lessons)
    goal = np.zeros((count, blank.words.shape[1]), np.float32)
    rows: list[list[int]] = []
    for lesson in lessons:
        claims, right = lesson.claims, lesson.right
        np.add.at(goal, (claims.figure[right] + len(rows), blank.number(claims)[right]), 1.0)
        rows += [number_words(blank.vocabulary, words) for words in claims.words]
    goal /= goal.sum(axis=1, keepdims=True)
    flat = np.array([word for row in rows for word in row], np.int64)
    sizes = np.array([len(row) for row in rows])
    start = np.cumsum(sizes) - sizes
    order = np.argsort(flat, kind="stable")
    met, first = np.unique(flat[order], return_index=True)
    holder = np.repeat(np.arange(count), sizes)[order]
    weights = blank.words.copy()
    adam = Adam(weights, 0.06, _STEPS)
    for _ in range(_STEPS):
        score = np.add.reduceat(weights[flat], start, axis=0)
        share = np.exp(score - score.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        slope = np.zeros_like(weights)
        slope[met] = np.add.reduceat(((share - goal) / count)[holder], first, axis=0)
        slope[:-1] += 0.1 / count * weights[:-1]
        adam.step(slope)
    return weights


def _weigh_beside(told: Calling, lessons: Sequence[Lesson]) -> Calling:
    """Return `told` with learned weights of the words beside a name, for or against its entity."""
    numbers = np.vstack([number_beside(told.vocabulary, lesson.claims) for lesson in lessons])
    before = np.concatenate([told.columns(lesson.claims)[:, 0] / 10.0 for lesson in lessons])
    right = np.concatenate([lesson.right for lesson in lessons])
    group = together([lesson.claims for lesson in lessons])
    start = np.searchsorted(group, np.arange(int(group[-1]) + 1))
    weights = np.zeros(len(told.beside))
    adam = Adam(weights, 0.15, _STEPS_BESIDE)
    for _ in range(_STEPS_BESIDE):
        share = trees.shares(before + weights[numbers].sum(axis=1), group)
        good = share * right
        pull = share - good / (np.add.reduceat(good, start) + 1e-9)[group]
        slope = np.bincount(numbers.ravel(), np.repeat(pull, numbers.shape[1]), len(weights)) + 0.4 * weights
        slope[-1] = 0.0
        adam.step(slope)
    return Calling(told.vocabulary, told.kinds, told.words, weights.astype(np.float32))


def together(claims: Sequence[Claims]) -> Ints:
    """Return the figure of each row, numbered across several articles as if they were one."""
    before = np.cumsum([0, *(len(c.words) for c in claims[:-1])])
    group: Ints = np.concatenate([c.figure + n for c, n in zip(claims, before.tolist(), strict=True)])
    return group


class Adam:
    """Adam optimiser: holds the running means of the gradients and of their squares."""

    def __init__(self, weights: npt.NDArray[np.floating], rate: float, steps: int) -> None:
        self._weights, self._rate, self._steps, self._done = weights, rate, steps, 0
        self._mean = np.zeros_like(weights)
        self._square = np.zeros_like(weights)

    def step(self, slope: npt.NDArray[np.floating]) -> None:
        """Update the weights in place."""
        self._done += 1
        done = self._done
        rate = self._rate * min(1.0, 2 * (1 - done / self._steps) + 0.05)
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.05 * (slope**2 - self._square)
        move = self._mean / (1 - 0.9**done) / (np.sqrt(self._square / (1 - 0.95**done)) + 1e-6)
        self._weights -= rate * move


def learn_trees(
    tables: Sequence[Table],
    lessons: Sequence[Lesson],
    settings: trees.Settings,
    before: Sequence[Doubles],
    *,
    moved: int = 0,
) -> trees.Forest:
    """Learn trees that score the right claims of the lessons highest.

    Args:
        tables: Features of each lesson's claims: the columns of `kg.extract.figures.claims` first, preceded
            only by `moved` others.
        lessons: At least one, with at least one figure.
        settings: How the trees are learned.
        before: Probability of each claim, from models learned without the lesson; the trees build on it.
        moved: Number of columns before those of the claims.
    """
    table = np.concatenate(list(tables))
    columns = names(table.shape[1])
    return trees.learn(
        table,
        np.concatenate([lesson.right for lesson in lessons]),
        columns,
        {columns[moved + place]: size for place, size in KINDS_OF.items()},
        settings,
        offset=offset(np.concatenate(list(before))),
        group=together([lesson.claims for lesson in lessons]),
    )
