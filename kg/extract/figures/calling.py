"""Lexical evidence for the owner of a figure: the words around the figure and those beside a name.

Takes `Claims` and returns columns for each row: how likely the words beside the figure call for an owner of
that kind (吞吐量 for a port, 总投资 for a project), and how strongly the words beside the entity's name
support it. No structure is considered yet. A kind is an entity type combined with the last character of the
name, where that combination is frequent. Both models are linear; they are learned in
`kg.extract.figures.learning`.
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
"""Number of columns returned for each row."""
TYPES = NOBODY + 1
ENDS = len(ENDINGS) + 2
_FINE = 10  # column steps per unit of log odds


@dataclass(frozen=True, slots=True)
class Calling:
    """Word weights.

    Attributes:
        vocabulary: Index of each word.
        kinds: The kinds distinguished, encoded as type times `ENDS` plus ending. Each type alone is a further
            kind, numbered after these.
        words: Weights of each word for each kind; a last row applies to every figure.
        beside: Weight of each word beside a name; the last entry, for unknown words, is 0.
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
        """Return the kind of each row: type and ending, or the type alone if the combination is rare."""
        kind = claims.type * ENDS + np.where(claims.type == NOBODY, 0, claims.ending)
        at = np.searchsorted(self.kinds, kind)
        known = np.append(self.kinds, -1)[at] == kind
        return np.where(known, at, len(self.kinds) + claims.type)

    def named(self, claims: Claims) -> Matrix:
        """Return, for each row, the weight of the words beside its nearest mention, or 0 without one."""
        rows = number_beside(self.vocabulary, claims)
        weights: Matrix = self.beside[rows].sum(axis=1)
        return weights


def number_words(vocabulary: Mapping[str, int], words: Sequence[str]) -> list[int]:
    """Return the indices of the known words, followed by the index that applies to every figure."""
    return [*(vocabulary[word] for word in words if word in vocabulary), len(vocabulary)]


def number_beside(vocabulary: Mapping[str, int], claims: Claims) -> Ints:
    """Return, for each row, the indices of the words beside its nearest mention; the last if unknown."""
    last = len(vocabulary)
    # look up only the mentions needed: an article is read figure by figure, not as a whole each time
    met, place = np.unique(claims.near, return_inverse=True)
    blank = ("",) * BESIDE
    words = (claims.beside[mention] if mention >= 0 else blank for mention in met.tolist())
    table = [[vocabulary.get(word, last) for word in row] for row in words]
    rows: Ints = np.array(table, np.int64)[place]
    return rows


def sum_words(table: Matrix, rows: Sequence[Sequence[int]]) -> Matrix:
    """Return, for each figure, the sum of its rows of a table; every figure has at least one row."""
    flat = np.array([row for figure in rows for row in figure], np.int64)
    start = np.cumsum([0, *(len(figure) for figure in rows[:-1])])
    total: Matrix = np.add.reduceat(table[flat], start, axis=0)
    return total
