"""Trained weights that rank the claims to a figure, read in two rounds.

Goes in: `Claims`. Comes out: the probability of each row that its entity owns the figure, or that nobody
does. A `Reading` is a small network over the columns (one hidden layer beside a linear part) to which the
words beside the figure add a weight for each type of owner; the second reading sees, besides, what the
first thinks of the figures around (`kg.extract.neighbours`). Learning is `kg.extract.learning`; the file
is NumPy's `.npz`, plain arrays.

References:
    Wolpert: Stacked Generalization (Neural Networks 5, 1992): one reading over another.
    Platt: Probabilistic Outputs for Support Vector Machines (1999): the confidence.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.errors import KGError
from kg.extract import claims as first_columns
from kg.extract import neighbours
from kg.extract.claims import NOBODY, Claims, Matrix
from kg.extract.neighbours import Doubles, second_reading
from kg.extract.subjects import Ints

MODEL = Path(__file__).resolve().parent / "models" / "figures.npz"
KINDS = NOBODY + 1
"""Columns of `Reading.words` that weigh a type of owner each, nobody last; the rest feed the network."""

_ARRAYS = ("inward", "bias", "words", "told", "outward", "straight")


@dataclass(frozen=True, slots=True)
class Reading:
    """The weights of one reading.

    Attributes:
        vocabulary: Row in `words` of each word beside a figure.
        inward: Columns by hidden units.
        bias: Of each hidden unit.
        words: For each word, and last for every figure, `KINDS` weights and what it tells the hidden layer.
        told: What the words tell by hidden units.
        outward: Of each hidden unit.
        straight: Of each column, past the hidden layer.
    """

    vocabulary: Mapping[str, int]
    inward: Matrix
    bias: Matrix
    words: Matrix
    told: Matrix
    outward: Matrix
    straight: Matrix

    def odds(self, claims: Claims, columns: Matrix) -> Doubles:
        """Return the probability of each row; those of a figure sum to 1."""
        told = sum_words(self.words, [number_words(self.vocabulary, row) for row in claims.words])
        hidden = columns @ self.inward
        hidden += (np.tanh(told[:, KINDS:]) @ self.told + self.bias)[claims.figure]
        np.maximum(hidden, 0.0, out=hidden)
        score = hidden @ self.outward + columns @ self.straight + told[claims.figure, claims.type]
        return softmax(score.astype(np.float64), claims.figure)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The two readings and how far their probability can be trusted.

    Attributes:
        first: Sees each figure alone.
        second: Sees what the first makes of the figures around.
        trust: Slope and offset of the log-odds of being right over those of the second reading.
        least: Probability of owner and entity together below which none is named, between 0 and 1.
    """

    first: Reading
    second: Reading
    trust: tuple[float, float]
    least: float

    def odds(self, claims: Claims) -> Doubles:
        """Return the probability of each row; those of a figure sum to 1."""
        first = self.first.odds(claims, claims.columns)
        return self.second.odds(claims, np.hstack((claims.columns, second_reading(claims, first))))

    def confidence(self, odds: float) -> float:
        """Return how likely an owner of a given probability is right, to the hundredth."""
        return confidence(odds, self.trust)


def confidence(odds: float, trust: tuple[float, float]) -> float:
    """Return a probability put right by slope and offset of its log-odds, to the hundredth.

    >>> confidence(0.5, (1.0, 0.0)), confidence(0.9, (0.5, 0.0))
    (0.5, 0.75)
    """
    safe = min(max(odds, 1e-6), 1 - 1e-6)
    logit = trust[0] * float(np.log(safe / (1 - safe))) + trust[1]
    return round(1 / (1 + float(np.exp(-logit))), 2)


def softmax(score: Doubles, group: Ints) -> Doubles:
    """Return scores as probabilities that sum to 1 in each group; groups are numbered from 0, in order.

    >>> softmax(np.array([0.0, 0.0, 5.0]), np.array([0, 0, 1])).tolist()
    [0.5, 0.5, 1.0]
    """
    start = np.searchsorted(group, np.arange(int(group[-1]) + 1))
    raised = np.exp(score - np.maximum.reduceat(score, start)[group])
    shares: Doubles = raised / np.add.reduceat(raised, start)[group]
    return shares


def number_words(vocabulary: Mapping[str, int], words: Sequence[str]) -> list[int]:
    """Return the rows of the words that are known, and last the row of every figure."""
    return [*(vocabulary[word] for word in words if word in vocabulary), len(vocabulary)]


def sum_words(table: Matrix, rows: Sequence[Sequence[int]]) -> Matrix:
    """Return for each figure the sum of its rows of a table; none has no row."""
    flat = np.array([row for figure in rows for row in figure], np.int64)
    start = np.cumsum([0, *(len(figure) for figure in rows[:-1])])
    total: Matrix = np.add.reduceat(table[flat], start, axis=0)
    return total


def write_ranking(ranking: Ranking, path: Path) -> None:
    """Write weights to a file, the same bytes for the same weights."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "trust": np.array(ranking.trust, np.float64),
        "least": np.array([ranking.least], np.float64),
    }
    for name, reading in (("first", ranking.first), ("second", ranking.second)):
        known = "\n".join(sorted(reading.vocabulary, key=lambda word: reading.vocabulary[word]))
        arrays[f"{name}.vocabulary"] = np.frombuffer(known.encode("utf-8"), np.uint8)
        for key in _ARRAYS:
            arrays[f"{name}.{key}"] = getattr(reading, key).astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)


@cache
def read_ranking(path: Path = MODEL) -> Ranking:
    """Return the weights of a file.

    Raises:
        KGError: The file is missing, is no file of weights, or was made for other columns.
    """
    if not path.is_file():
        raise KGError(
            "the trained model is missing from this installation of kg; install it again", file=path.name
        )
    try:
        with np.load(path, allow_pickle=False) as arrays:
            readings = [_reading(arrays, name) for name in ("first", "second")]
            trust, least = arrays["trust"].tolist(), float(arrays["least"][0])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise KGError(f"no file of weights: {error}", file=path.name) from error
    widths = [reading.inward.shape[0] for reading in readings]
    expected = [first_columns.WIDTH, first_columns.WIDTH + neighbours.WIDTH]
    if widths != expected:
        raise KGError(
            f"weights for {widths} columns; this version of kg has {expected}: train them again",
            file=path.name,
        )
    return Ranking(readings[0], readings[1], (trust[0], trust[1]), least)


def _reading(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Reading:
    known = arrays[f"{name}.vocabulary"].tobytes().decode("utf-8").split("\n")
    parts = [arrays[f"{name}.{key}"].astype(np.float32) for key in _ARRAYS]
    return Reading({word: row for row, word in enumerate(known)}, *parts)
