"""What the words say of a possible relation, as sums of weights.

Each token around and between two names (`kg.extract.relations.tokens`) has a weight for each
predicate, learned on gold articles by logistic regression on top of what the layout says already. The
sums, one for each group of tokens, are columns for the trees (`kg.extract.relations.trees`). What
mentions bring along is added up once a mention and predicate, what pairs bring once a pair.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract.descent import descend
from kg.extract.relations.items import Codes, Items, mix
from kg.extract.relations.layout import Flags, Ints, Layout
from kg.extract.relations.tokens import GROUPS, SINGLE, Tokens, of_mentions, of_pairs, stretch
from kg.extract.relations.traits import Table
from kg.model import PREDICATES

Floats = npt.NDArray[np.float64]

COLUMNS = (
    *(f"{end}:{group}" for end in "so" for group in GROUPS[:SINGLE]),
    *GROUPS[SINGLE:],
)
"""What is added up for a row: the tokens of its two mentions by group, then those of the pair."""
_ROLES = (101, 102)
"""Marks of a mention's tokens where it is the subject and where it is the object."""


@dataclass(frozen=True, slots=True)
class Context:
    """The tokens of the rows of a table.

    Attributes:
        single: Tokens of each mention.
        paired: Tokens of each pair of mentions in one direction.
        mentions: Of each row the mention of the subject and that of the object.
        pair: Of each row, its row in `paired`.
        sizes: How many mentions and pairs there are.
    """

    single: Tokens
    paired: Tokens
    mentions: tuple[Ints, Ints]
    pair: Ints
    sizes: tuple[int, int]

    def by_row(self) -> Tokens:
        """Return the tokens of each row, with their place in `COLUMNS` as the group."""
        order = np.argsort(self.single.row, kind="stable")
        first = np.searchsorted(self.single.row[order], np.arange(self.sizes[0] + 1))
        found = []
        for role, (mark, mention) in enumerate(zip(_ROLES, self.mentions, strict=True)):
            row, place = stretch(first[mention], first[mention + 1])
            at = order[place]
            found.append(Tokens(row, self.single.group[at] + role * SINGLE, mix(mark, self.single.code[at])))
        order = np.argsort(self.paired.row, kind="stable")
        first = np.searchsorted(self.paired.row[order], np.arange(self.sizes[1] + 1))
        row, place = stretch(first[self.pair], first[self.pair + 1])
        at = order[place]
        found.append(Tokens(row, self.paired.group[at] + SINGLE, self.paired.code[at]))
        return Tokens(
            np.concatenate([t.row for t in found]),
            np.concatenate([t.group for t in found]),
            np.concatenate([t.code for t in found]),
        )


def context_of(layout: Layout, rows: Table) -> Context:
    """Return the tokens of the rows of a table."""
    items = Items(layout)
    directed = 2 * rows.pair + rows.forward
    _, first, back = np.unique(directed, return_index=True, return_inverse=True)
    paired = of_pairs(
        layout, items, rows.subject[first], rows.object[first], rows.left[first], rows.right[first],
        rows.forward[first],
    )  # fmt: skip
    ends = np.where(rows.forward, rows.left, rows.right), np.where(rows.forward, rows.right, rows.left)
    return Context(of_mentions(layout, items), paired, ends, back, (len(layout.start), len(first)))


@dataclass(frozen=True, slots=True)
class Wording:
    """Weights at work.

    Attributes:
        codes: Of the tokens that have weights, ascending.
        weights: By token and predicate.
    """

    codes: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]

    def columns(self, context: Context, predicate: Ints) -> Floats:
        """Return the sums of weights of each row, one column for each of `COLUMNS`.

        Args:
            context: The tokens of the rows.
            predicate: Of each row, as a number in `kg.model.PREDICATES`.
        """
        single, paired = context.single, context.paired
        found = [
            self._sums(Tokens(single.row, single.group, mix(mark, single.code)), 0, SINGLE, context.sizes[0])[
                mention, :, predicate
            ]
            for mark, mention in zip(_ROLES, context.mentions, strict=True)
        ]
        found.append(self._sums(paired, SINGLE, len(GROUPS), context.sizes[1])[context.pair, :, predicate])
        return np.concatenate(found, axis=1)

    def _sums(self, tokens: Tokens, first: int, last: int, size: int) -> Floats:
        """Return the sums of weights by row, group (from `first` to `last`) and predicate."""
        at, known = self.find(tokens.code)
        groups, kinds = last - first, len(PREDICATES)
        place = tokens.row[known] * groups + tokens.group[known] - first
        flat = (place[:, None] * kinds + np.arange(kinds)).ravel()
        total = np.bincount(flat, self.weights[at[known]].ravel(), size * groups * kinds)
        return total.astype(float).reshape(size, groups, kinds)

    def find(self, codes: Codes) -> tuple[Ints, Flags]:
        """Return the number of each token, and whether it is known."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), bool)
        sought = codes.astype(np.uint32)
        at = np.minimum(np.searchsorted(self.codes, sought), len(self.codes) - 1)
        return at, self.codes[at] == sought

    def to_json(self) -> dict[str, Any]:
        """Return codes and weights as plain values: base64 of their bytes, the low byte first."""
        return {
            "codes": base64.b64encode(self.codes.astype("<u4").tobytes()).decode(),
            "weights": base64.b64encode(self.weights.astype("<f2").tobytes()).decode(),
        }


def from_json(value: Mapping[str, str]) -> Wording:
    """Return the weights that `Wording.to_json` wrote.

    Raises:
        ValueError: Codes and weights do not fit each other.
    """
    codes = np.frombuffer(base64.b64decode(value["codes"]), "<u4").astype(np.uint32)
    weights = np.frombuffer(base64.b64decode(value["weights"]), "<f2").astype(np.float32)
    return Wording(codes, weights.reshape(len(codes), len(PREDICATES)))


def learn(
    contexts: Sequence[Context],
    predicate: Sequence[Ints],
    offset: Floats,
    right: Flags,
    *,
    prior: float = 10.0,
    rare: int = 3,
    rounds: int = 50,
) -> Wording:
    """Return the weights under which the words tell right rows from wrong ones, given what is known of them.

    Args:
        contexts: The tokens of each article.
        predicate: Of each row of each article.
        offset: Log odds of each row from its layout.
        right: Whether each row is right.
        prior: Inverse variance of the weights beforehand.
        rare: Tokens that stand in fewer articles are not learned.
        rounds: Most steps of descent.
    """
    codes = _frequent(contexts, rare)
    known = Wording(codes, np.zeros((len(codes), len(PREDICATES)), np.float32))
    keys, rows, before = [], [], 0
    for context, which in zip(contexts, predicate, strict=True):
        tokens = context.by_row()
        at, found = known.find(tokens.code)
        row = tokens.row[found]
        keys.append((at[found] * len(PREDICATES) + which[row]).astype(np.int32))
        rows.append((row + before).astype(np.int32))
        before += len(which)
    key, row = np.concatenate(keys), np.concatenate(rows)
    frequent = np.bincount(key, minlength=known.weights.size) >= rare
    kept = frequent[key]
    feature, row = (np.cumsum(frequent) - 1)[key[kept]].astype(np.int32), row[kept]
    size, cases = int(frequent.sum()), len(right)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = offset + np.bincount(row, weights[feature], cases)
        p = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        value = float(np.sum(np.logaddexp(0, score) - score * right) + prior / 2 * weights @ weights)
        return value, np.bincount(feature, (p - right)[row], size) + prior * weights

    weights = descend(loss, size, rounds)
    known.weights.reshape(-1)[frequent] = np.where(np.abs(weights) < 0.01, 0, weights)
    # as they will be read
    rounded = known.weights.astype(np.float16).astype(np.float32)
    told = rounded.any(axis=1)
    return Wording(codes[told], rounded[told])


def _frequent(contexts: Sequence[Context], rare: int) -> npt.NDArray[np.uint32]:
    """Return the codes of the tokens that stand in `rare` articles or more, ascending."""
    seen = []
    for context in contexts:
        single = [mix(mark, context.single.code) for mark in _ROLES]
        seen.append(np.unique(np.concatenate([*single, context.paired.code]).astype(np.uint32)))
    codes, counts = np.unique(np.concatenate(seen), return_counts=True)
    return codes[counts >= rare]
