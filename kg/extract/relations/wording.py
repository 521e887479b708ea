"""What the words say about a possible relation, as sums of weights.

Each token around and between two names (`kg.extract.relations.tokens`) has a weight for each predicate,
learned on gold articles by logistic regression on top of the score that is already known. The sums, one
for each group of tokens, are feature columns for the trees (`kg.extract.trees`). Weights of mention tokens
are summed once per mention and predicate, those of pair tokens once per pair.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
"""The sums of a row: the tokens of its two mentions by group, then those of the pair."""
_SHIFT = 14
"""How many of the 32 bits of a code are dropped when codes are looked up by their leading bits."""
_ROLES = (101, 102)
"""Marks for a mention's tokens when it is the subject and when it is the object."""


@dataclass(frozen=True, slots=True)
class Context:
    """The tokens of the rows of a table.

    Attributes:
        single: Tokens of each mention.
        paired: Tokens of each pair of mentions in one direction.
        mentions: For each row, the mention of the subject and that of the object.
        pair: For each row, its row in `paired`.
        sizes: Number of mentions and number of pairs.
    """

    single: Tokens
    paired: Tokens
    mentions: tuple[Ints, Ints]
    pair: Ints
    sizes: tuple[int, int]

    def by_row(self) -> Tokens:
        """Return the tokens of each row, with their index in `COLUMNS` as the group."""
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
    return Context(of_mentions(layout, items), paired, rows.ends(), back, (len(layout.start), len(first)))


@dataclass(frozen=True, slots=True)
class Wording:
    """Learned weights of tokens.

    Attributes:
        codes: Codes of the tokens that have weights, ascending.
        weights: Weights by token and predicate.
    """

    codes: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]
    _start: list[Ints] = field(default_factory=list, compare=False)

    def columns(self, context: Context, predicate: Ints) -> Floats:
        """Return the sums of weights for each row, one column for each of `COLUMNS`.

        Args:
            context: The tokens of the rows.
            predicate: Predicate of each row, as an index into `kg.model.PREDICATES`.
        """
        single, paired = context.single, context.paired
        found = [
            self._sums(Tokens(single.row, single.group, mix(mark, single.code)), context.sizes[0])[
                mention, :, predicate
            ]
            for mark, mention in zip(_ROLES, context.mentions, strict=True)
        ]
        found.append(self._by_row(paired, context.pair, context.sizes[1], predicate))
        return np.concatenate(found, axis=1)

    def _sums(self, tokens: Tokens, size: int) -> Floats:
        """Return the sums of weights for single mentions by row, group and predicate."""
        at, known = self.find(tokens.code)
        kinds = len(PREDICATES)
        place = tokens.row[known] * SINGLE + tokens.group[known]
        flat = (place[:, None] * kinds + np.arange(kinds)).ravel()
        total = np.bincount(flat, self.weights[at[known]].ravel(), size * SINGLE * kinds)
        return total.astype(float).reshape(size, SINGLE, kinds)

    def _by_row(self, tokens: Tokens, pair: Ints, size: int, predicate: Ints) -> Floats:
        """Return the sums of weights for pairs by table row and group; few rows share a pair."""
        at, known = self.find(tokens.code)
        # a stable sort of 16-bit numbers is a radix sort
        row = tokens.row[known].astype(np.uint16 if size < 1 << 16 else np.int64)
        order = np.argsort(row, kind="stable")
        first = np.searchsorted(row[order], np.arange(size + 1))
        to, place = stretch(first[pair], first[pair + 1])
        token = order[place]
        groups = len(GROUPS) - SINGLE
        weights = self.weights[at[known][token], predicate[to]]
        where = to * groups + tokens.group[known][token] - SINGLE
        total: Floats = np.bincount(where, weights, len(pair) * groups).astype(float)
        return total.reshape(len(pair), groups)

    def find(self, codes: Codes) -> tuple[Ints, Flags]:
        """Return the index of each token, and whether it is known.

        Codes are hashes, so each is found a step or two after the place given by its leading bits.
        """
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), bool)
        if not self._start:
            heads = np.searchsorted(self.codes >> _SHIFT, np.arange((1 << 32 - _SHIFT) + 1))
            self._start.append(heads)
            self._start.append(np.arange(max(1, int(np.diff(heads).max()))))
        heads, steps = self._start
        sought = codes.astype(np.uint32)
        at = heads[sought >> _SHIFT]
        known = np.zeros(len(sought), bool)
        found = np.zeros(len(sought), np.int64)
        for step in steps.tolist():
            # nothing follows the last code; looking at it again does no harm
            here = np.minimum(at + step, len(self.codes) - 1)
            hit = self.codes[here] == sought
            found[hit] = here[hit]
            known |= hit
        return found, known

    def to_json(self) -> dict[str, Any]:
        """Return codes and weights as plain values: base64 of their little-endian bytes."""
        return {
            "codes": base64.b64encode(self.codes.astype("<u4").tobytes()).decode(),
            "weights": base64.b64encode(self.weights.astype("<f2").tobytes()).decode(),
        }


def from_json(value: Mapping[str, str]) -> Wording:
    """Return the weights written by `Wording.to_json`.

    Raises:
        ValueError: Codes and weights do not match.
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
    """Return the weights that best separate right rows from wrong ones, given the scores so far.

    Args:
        contexts: Tokens of each article.
        predicate: Predicate of each row, by article.
        offset: Log odds of each row without these weights.
        right: Whether each row is right.
        prior: Inverse variance of the prior on the weights.
        rare: Tokens that occur in fewer articles than this get no weight.
        rounds: Maximum number of descent steps.
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
    # rounded as in the model file
    rounded = known.weights.astype(np.float16).astype(np.float32)
    told = rounded.any(axis=1)
    return Wording(codes[told], rounded[told])


def _frequent(contexts: Sequence[Context], rare: int) -> npt.NDArray[np.uint32]:
    """Return the codes of the tokens that occur in at least `rare` articles, ascending."""
    seen = []
    for context in contexts:
        single = [mix(mark, context.single.code) for mark in _ROLES]
        seen.append(np.unique(np.concatenate([*single, context.paired.code]).astype(np.uint32)))
    codes, counts = np.unique(np.concatenate(seen), return_counts=True)
    return codes[counts >= rare]
