"""What the words around a figure and beside a name say of its owner, before any structure is looked at.

Goes in: `Claims`. Comes out: columns for each row: how likely the words beside the figure call for an owner
of that kind (an 吞吐量 for a port, a 总投资 for a project), and how far the words beside the entity's name
speak for it. A kind is a type of entity with the last character of its name, where that is frequent. Both
are linear; they are learned in `kg.extract.figures.learning`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.figures.claims import NOBODY, Claims, Matrix, Table
from kg.extract.figures.profiles import Ints
from kg.extract.figures.subjects import BESIDE
from kg.extract.names.lexicon import ENDINGS

Doubles = npt.NDArray[np.float64]

COLUMNS = 6
"""Columns that are told of each row."""
TYPES = NOBODY + 1
ENDS = len(ENDINGS) + 2
_FINE = 10  # steps of a column in one unit of log odds


@dataclass(frozen=True, slots=True)
class Calling:
    """Weights of words.

    Attributes:
        vocabulary: Number of each word.
        kinds: The kinds told apart, as type times `ENDS` plus ending; each type follows as a kind of its own.
        words: For each word, and last for every figure, a weight for each kind.
        beside: For each word, and last 0, its weight beside a name.
    """

    vocabulary: Mapping[str, int]
    kinds: Ints
    words: Matrix
    beside: Matrix

    def columns(self, claims: Claims) -> Table:
        """Return `COLUMNS` numbers for each row, in tenths of log odds."""
        score = sum_words(self.words, [number_words(self.vocabulary, row) for row in claims.words])
        share = np.exp(score - score.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        of_type = np.zeros((len(share), TYPES), share.dtype)
        np.add.at(of_type.T, self.types(), share.T)
        figure, type_ = claims.figure, claims.type
        kind = np.log(share + 1e-4)[figure, self.number(claims)]
        type_log = np.log(of_type + 1e-4)
        by_type = type_log[figure, type_]
        start = np.searchsorted(figure, np.arange(len(claims.words)))
        somebody = np.where(type_ == NOBODY, -99.0, by_type)
        found = (
            kind,
            by_type,
            type_log[figure, NOBODY],
            kind - np.maximum.reduceat(kind, start)[figure],
            by_type - np.maximum.reduceat(somebody, start)[figure],
            self.named(claims),
        )
        columns: Table = np.rint(np.stack(found) * _FINE).astype(np.int32)
        return columns.T

    def types(self) -> Ints:
        """Return the type of each kind."""
        return np.append(self.kinds // ENDS, np.arange(TYPES))

    def number(self, claims: Claims) -> Ints:
        """Return the kind of each row: its type and ending, or its type alone where that is rare."""
        kind = claims.type * ENDS + np.where(claims.type == NOBODY, 0, claims.ending)
        at = np.searchsorted(self.kinds, kind)
        known = np.append(self.kinds, -1)[at] == kind
        return np.where(known, at, len(self.kinds) + claims.type)

    def named(self, claims: Claims) -> Matrix:
        """Return for each row the weight of the words beside its nearest mention, 0 without one."""
        rows = number_beside(self.vocabulary, claims)
        weights: Matrix = self.beside[rows].sum(axis=1)
        return weights


def number_words(vocabulary: Mapping[str, int], words: Sequence[str]) -> list[int]:
    """Return the numbers of the words that are known, and last that of every figure."""
    return [*(vocabulary[word] for word in words if word in vocabulary), len(vocabulary)]


def number_beside(vocabulary: Mapping[str, int], claims: Claims) -> Ints:
    """Return for each row the numbers of the words beside its nearest mention; those unknown are the last."""
    last = len(vocabulary)
    # only of the mentions that are asked for: an article is read figure by figure, not whole each time
    met, place = np.unique(claims.near, return_inverse=True)
    blank = ("",) * BESIDE
    words = (claims.beside[mention] if mention >= 0 else blank for mention in met.tolist())
    table = [[vocabulary.get(word, last) for word in row] for row in words]
    rows: Ints = np.array(table, np.int64)[place]
    return rows


def sum_words(table: Matrix, rows: Sequence[Sequence[int]]) -> Matrix:
    """Return for each figure the sum of its rows of a table; none has no row."""
    flat = np.array([row for figure in rows for row in figure], np.int64)
    start = np.cumsum([0, *(len(figure) for figure in rows[:-1])])
    total: Matrix = np.add.reduceat(table[flat], start, axis=0)
    return total
