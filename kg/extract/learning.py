"""Learning of the weights that rank the claims to a figure: the work of `kg.extract.training`.

Goes in: `Lesson`s, the claims of annotated articles with those that are right. Comes out: a `Reading`.
The loss is that of a choice (minus the logarithm of the share of the right claims among those of a
figure); it is brought down by Adam with weight decay in a fixed order from a fixed start, hidden units and
columns dropped at random from a fixed seed, so that the same lessons give the same weights.

References:
    Loshchilov, Hutter: Decoupled Weight Decay Regularization (ICLR 2019).
    Srivastava et al.: Dropout (JMLR 15, 2014).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.claims import Claims, Matrix
from kg.extract.neighbours import Doubles
from kg.extract.ranking import KINDS, Reading, number_words, softmax
from kg.extract.subjects import Ints, Truths


@dataclass(frozen=True, slots=True)
class Lesson:
    """The claims to the figures of one article.

    Attributes:
        claims: The claims.
        columns: Those the reading to be learned sees.
        right: Which rows are right; at least one of each figure.
    """

    claims: Claims
    columns: Matrix
    right: Truths


@dataclass(frozen=True, slots=True)
class Settings:
    """How a reading is learned.

    Attributes:
        hidden: Hidden units.
        told: Numbers that the words of a figure tell the hidden layer.
        rounds: Times that every figure is seen.
        batch: Figures in one step.
        rate: Of the first steps; it falls to nothing.
        decay: Share of a weight lost in a step, over the rate.
        forget: The same of the weights of words.
        dropped: Share of hidden units left out in a step.
        blind: Share of columns left out in a step.
        least: How often a word must stand beside figures to be learned.
    """

    hidden: int = 48
    told: int = 8
    rounds: int = 3
    batch: int = 64
    rate: float = 3e-3
    decay: float = 2e-2
    forget: float = 0.3
    dropped: float = 0.4
    blind: float = 0.05
    least: int = 4


def learn(lessons: Sequence[Lesson], settings: Settings | None = None, *, seed: int = 0) -> Reading:
    """Return the weights under which the right claims of the lessons weigh most.

    Args:
        lessons: At least one, with at least one figure.
        settings: Those the shipped weights were learned with if None.
        seed: Of the random start, order and dropping.
    """
    chosen = settings or Settings()
    heap = _Heap(lessons, chosen)
    rng = np.random.default_rng(seed)
    width = heap.columns.shape[1]
    weights = {
        "inward": rng.standard_normal((width, chosen.hidden)) * 0.15,
        "bias": np.zeros(chosen.hidden),
        "told": rng.standard_normal((chosen.told, chosen.hidden)) * 0.2,
        "outward": rng.standard_normal(chosen.hidden) * 0.15,
        "straight": np.zeros(width),
        "words": np.hstack(
            (
                np.zeros((len(heap.vocabulary) + 1, KINDS)),
                rng.standard_normal((len(heap.vocabulary) + 1, chosen.told)) * 0.1,
            )
        ),
    }
    small = {name: value.astype(np.float32) for name, value in weights.items()}
    adam = _Adam(small, chosen, chosen.rounds * -(-heap.figures // chosen.batch))
    for _ in range(chosen.rounds):
        order = rng.permutation(heap.figures)
        for at in range(0, heap.figures, chosen.batch):
            adam.step(_slope(small, heap.batch(np.sort(order[at : at + chosen.batch])), chosen, rng))
    return Reading(heap.vocabulary, **small)


def together(readings: Sequence[Reading]) -> Reading:
    """Return one reading that scores as the mean of several over the same vocabulary."""
    count = len(readings)
    told = np.zeros(
        (sum(r.told.shape[0] for r in readings), sum(r.told.shape[1] for r in readings)), np.float32
    )
    down = across = 0
    for reading in readings:
        high, wide = reading.told.shape
        told[down : down + high, across : across + wide] = reading.told
        down, across = down + high, across + wide
    kinds = sum(r.words[:, :KINDS] for r in readings) / np.float32(count)
    return Reading(
        readings[0].vocabulary,
        np.hstack([r.inward for r in readings]),
        np.hstack([r.bias for r in readings]),
        np.hstack([kinds, *(r.words[:, KINDS:] for r in readings)]),
        told,
        np.hstack([r.outward for r in readings]) / np.float32(count),
        np.mean([r.straight for r in readings], axis=0, dtype=np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Batch:
    columns: Matrix
    group: Ints
    type: Ints
    right: Truths
    words: Ints
    holder: Ints
    count: int


class _Heap:
    """The figures of all lessons, to be drawn from in batches."""

    def __init__(self, lessons: Sequence[Lesson], settings: Settings) -> None:
        beside = [words for lesson in lessons for words in lesson.claims.words]
        seen = Counter(word for words in beside for word in set(words) if "\n" not in word)
        known = sorted(word for word, count in seen.items() if count >= settings.least)
        self.vocabulary: Mapping[str, int] = {word: row for row, word in enumerate(known)}
        self.figures = len(beside)
        self.columns = np.vstack([lesson.columns for lesson in lessons])
        self._type = np.concatenate([lesson.claims.type for lesson in lessons])
        self._right = np.concatenate([lesson.right for lesson in lessons])
        sizes = np.concatenate([np.bincount(lesson.claims.figure) for lesson in lessons])
        self._start = np.r_[0, np.cumsum(sizes)]
        self._words = [np.array(number_words(self.vocabulary, words), np.int64) for words in beside]

    def batch(self, figures: Ints) -> _Batch:
        """Return some figures with all their claims."""
        sizes = self._start[figures + 1] - self._start[figures]
        group = np.repeat(np.arange(len(figures)), sizes)
        ahead = np.cumsum(sizes) - sizes
        rows = np.arange(len(group)) - ahead[group] + self._start[figures][group]
        words = [self._words[figure] for figure in figures]
        holder = np.repeat(np.arange(len(figures)), [len(row) for row in words])
        return _Batch(
            self.columns[rows],
            group,
            self._type[rows],
            self._right[rows],
            np.concatenate(words),
            holder,
            len(figures),
        )


def _slope(
    weights: Mapping[str, Matrix], batch: _Batch, settings: Settings, rng: np.random.Generator
) -> dict[str, Matrix]:
    """Return the slope of the loss over a batch, some hidden units and columns left out."""
    kept = rng.random((1, batch.columns.shape[1])) >= settings.blind
    columns = batch.columns * kept.astype(np.float32)
    mask = (
        (rng.random((len(columns), settings.hidden)) >= settings.dropped) / (1 - settings.dropped)
    ).astype(np.float32)
    beside = np.zeros((batch.count, weights["words"].shape[1]), np.float32)
    np.add.at(beside, batch.holder, weights["words"][batch.words])
    told = np.tanh(beside[:, KINDS:])
    entering = columns @ weights["inward"] + (told @ weights["told"] + weights["bias"])[batch.group]
    hidden = np.maximum(entering, 0.0) * mask
    score = hidden @ weights["outward"] + columns @ weights["straight"] + beside[batch.group, batch.type]
    start = np.searchsorted(batch.group, np.arange(batch.count))
    odds: Doubles = softmax(score.astype(np.float64), batch.group)
    good = odds * batch.right
    pull = ((odds - good / (np.add.reduceat(good, start) + 1e-9)[batch.group]) / batch.count).astype(
        np.float32
    )
    back = np.outer(pull, weights["outward"]) * mask * (entering > 0)
    gathered = np.add.reduceat(back, start, axis=0)
    of_words = np.zeros_like(beside)
    np.add.at(of_words, (batch.group, batch.type), pull)
    of_words[:, KINDS:] = (gathered @ weights["told"].T) * (1 - told * told)
    table = np.zeros_like(weights["words"])
    np.add.at(table, batch.words, of_words[batch.holder])
    return {
        "inward": columns.T @ back,
        "bias": gathered.sum(0),
        "told": told.T @ gathered,
        "outward": hidden.T @ pull,
        "straight": columns.T @ pull,
        "words": table,
    }


class _Adam:
    """Steps down a slope: the loop's state of mean slopes and their squares."""

    def __init__(self, weights: dict[str, Matrix], settings: Settings, steps: int) -> None:
        self._weights, self._settings, self._steps, self._done = weights, settings, steps, 0
        self._mean = {name: np.zeros_like(value) for name, value in weights.items()}
        self._square = {name: np.zeros_like(value) for name, value in weights.items()}

    def step(self, slope: Mapping[str, Matrix]) -> None:
        """Change the weights in place."""
        self._done += 1
        done, settings = self._done, self._settings
        rate = settings.rate * min(1.0, done / 50) * max(0.02, 1 - done / self._steps)
        for name, weight in self._weights.items():
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (slope[name] - mean)
            square += 0.01 * (slope[name] ** 2 - square)
            move = mean / (1 - 0.9**done) / (np.sqrt(square / (1 - 0.99**done)) + 1e-7)
            if name != "bias":
                move += (settings.forget if name == "words" else settings.decay) * weight
            weight -= rate * move
