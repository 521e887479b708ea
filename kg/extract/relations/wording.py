"""What the words between and around two things say of a possible relation, as one sum of weights.

For each possible relation the words at some places (between the two names, before and after them, in
the clause, at the ends of the names) are looked up; each has a weight for the predicate, learned
on gold articles by logistic regression on top of what the layout says already. Words inside names
do not count as words. The sums, one for each group of places, are columns for the trees
(`kg.extract.relations.trees`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract.descent import descend
from kg.extract.relations.layout import GAPS, Flags, Ints, Layout
from kg.model import PREDICATES, TYPES

Floats = npt.NDArray[np.float64]

FIELDS = (
    "between", "between-back", "after", "after-back", "before", "before-back", "gap", "gap-back", "clause",
    "s:before", "s:after", "o:before", "o:after", "s:name", "o:name", "types", "way",
)  # fmt: skip
GROUPS = {
    "between": (0, 1),
    "around": (2, 3, 4, 5),
    "gap": (6, 7),
    "clause": (8,),
    "beside": (9, 10, 11, 12),
    "names": (13, 14),
    "types": (15,),
    "way": (16,),
}
"""The fields whose weights are added up in one column."""
_BETWEEN = 20  # words; farther apart they say nothing
_GAP = 6  # characters of a gap that is taken as it stands
_CLAUSE = 24  # words of a clause


@dataclass(frozen=True, slots=True)
class Tokens:
    """What stands at the places of each row: `field`, `token` and the row they belong to.

    Attributes:
        row: Number of the row, ascending within each field.
        field: Number of the field in `FIELDS`.
        token: Number in the vocabulary, 0 where it is unknown.
    """

    row: Ints
    field: Ints
    token: Ints


def find_tokens(
    layout: Layout,
    subject: Ints,
    object_: Ints,
    left: Ints,
    right: Ints,
    forward: Flags,
    number: Mapping[str, int],
) -> Tokens:
    """Return what stands between and around the two mentions of each row.

    Args:
        layout: The article.
        subject, object_: Numbers of the two things of each row.
        left, right: Rows of the layout of their two mentions, in order of text.
        forward: Whether the left one is the subject.
        number: The vocabulary.
    """
    words = np.array([number.get(s, 0) for s in layout.surfaces], np.int64) * layout.word_free
    rows = np.arange(len(left))
    back = (~forward).astype(np.int64)
    s, o = np.where(forward, left, right), np.where(forward, right, left)
    ways = way_codes(layout, subject, object_, left, right, forward)
    left, right = layout.past_lists(left, right)
    first, last = layout.next_word[left], layout.first_word[right]
    end = layout.clause_last[layout.clause[right]]
    begin = layout.clause_first[layout.clause[left]]
    at = layout.clause[o]
    near = (last - first <= _BETWEEN) & (layout.sentence[right] - layout.sentence[left] <= 1)
    beyond = layout.next_word[right]
    pieces = [
        (0 + back, *_stretch(first, np.where(near, last, first))),
        (2 + back, *_stretch(beyond, np.minimum(beyond + 4, end))),
        (4 + back, *_stretch(np.maximum(layout.first_word[left] - 3, begin), layout.first_word[left])),
        (
            8 + 0 * back,
            *_stretch(
                layout.clause_first[at], np.minimum(layout.clause_last[at], layout.clause_first[at] + _CLAUSE)
            ),
        ),
        (9 + 0 * back, *_stretch(np.maximum(layout.first_word[s] - 1, 0), layout.first_word[s])),
        (10 + 0 * back, *_stretch(layout.next_word[s], np.minimum(layout.next_word[s] + 1, len(words)))),
        (11 + 0 * back, *_stretch(np.maximum(layout.first_word[o] - 1, 0), layout.first_word[o])),
        (12 + 0 * back, *_stretch(layout.next_word[o], np.minimum(layout.next_word[o] + 1, len(words)))),
    ]
    row = [r for _, r, _ in pieces]
    field = [f[r] for f, r, _ in pieces]
    token = [words[w] for _, _, w in pieces]
    apart = layout.start[right] - layout.end[left]
    short = rows[(apart >= 0) & (apart <= _GAP)]
    text, ends, starts = layout.text, layout.end[left], layout.start[right]
    row.append(short)
    field.append(6 + back[short])
    token.append(
        np.array([number.get(text[ends[n] : starts[n]] or "+", 0) for n in short.tolist()], np.int64)
    )
    endings = np.array(
        [[number.get(e.name[-n:], 0) for n in (1, 2, 3)] for e in layout.entities], np.int64
    ).reshape(-1, 3)
    for which, of in ((13, subject), (14, object_)):
        row.append(np.repeat(rows, 3))
        field.append(np.full(3 * len(rows), which))
        token.append(endings[of].ravel())
    kinds = layout.type_of[subject] * len(TYPES) + layout.type_of[object_]
    for which, codes, mark in ((15, kinds, "t"), (16, ways, "w")):
        distinct, place = np.unique(codes, return_inverse=True)
        known_codes = np.array([number.get(f"{mark}{c}", 0) for c in distinct.tolist()], np.int64)
        row.append(rows)
        field.append(np.full(len(rows), which))
        token.append(known_codes[place])
    joined = Tokens(np.concatenate(row), np.concatenate(field), np.concatenate(token))
    known = joined.token > 0
    return Tokens(joined.row[known], joined.field[known], joined.token[known])


def way_codes(layout: Layout, subject: Ints, object_: Ints, left: Ints, right: Ints, forward: Flags) -> Ints:
    """Return a number for the way from subject to object: side, clauses, lists, what governs, who heads."""
    near, far = layout.past_lists(left, right)
    s, o = np.where(forward, left, right), np.where(forward, right, left)
    outer = np.cumsum(~layout.nested)
    between = np.clip(outer[far] - outer[near], 0, 4)
    clauses = np.clip(layout.clause[far] - layout.clause[near], 0, 2)
    sentences = np.clip(layout.sentence[far] - layout.sentence[near], 0, 2)
    kind = np.where(between == 1, layout.gap[near], 0)
    heads = (layout.subject[layout.clause[o]] == subject) + 2 * (layout.subject[layout.clause[s]] == object_)
    own = layout.subject_start[layout.clause[s]] == layout.start[s]
    lists = (layout.group_size[s] > 1) + 2 * (layout.group_size[o] > 1)
    code = forward.astype(np.int64)
    for value, size in (
        (between, 5), (clauses, 3), (sentences, 3), (kind, len(GAPS)), (heads, 4), (own.astype(np.int64), 2),
        (lists, 4),
        (np.clip(layout.before[layout.group[o]], 0, 5), 6),
    ):  # fmt: skip
        code = code * size + value
    return code


def surfaces(layout: Layout) -> Iterable[str]:
    """Yield everything of an article that may be in a vocabulary: words, gaps of names, endings of names."""
    yield from (s for s, free in zip(layout.surfaces, layout.word_free.tolist(), strict=True) if free)
    for e in layout.entities:
        yield from {e.name[-n:] for n in (1, 2, 3)}
    yield "+"
    yield from (f"t{n}" for n in range(len(TYPES) ** 2))
    for a, b in zip(layout.end[:-1].tolist(), layout.start[1:].tolist(), strict=True):
        if 0 < b - a <= _GAP:
            yield layout.text[a:b]


def _stretch(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return (row, place) for each place of the stretches from `first` to `last`, the upper bound out."""
    length = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(first)), length)
    starts = np.concatenate([[0], np.cumsum(length)[:-1]]) if len(length) else length
    return row, np.arange(len(row)) - starts[row] + first[row]


@dataclass(frozen=True, slots=True)
class Wording:
    """Weights at work.

    Attributes:
        number: The vocabulary: a number from 1 for each known token.
        weights: By field, token and predicate.
    """

    number: Mapping[str, int]
    weights: npt.NDArray[np.float32]

    def columns(self, tokens: Tokens, predicate: Ints) -> Floats:
        """Return the sum of weights of each row, one column for each of `GROUPS`."""
        values = self.weights[tokens.field, tokens.token, predicate[tokens.row]]
        return sums(tokens, values, len(predicate))

    def to_json(self) -> dict[str, Any]:
        """Return vocabulary and weights as plain values; what has no weight is left out."""
        field, token, predicate = np.nonzero(self.weights)
        order = np.lexsort((predicate, field, token))
        rows: dict[int, list[float]] = {}
        for n in order.tolist():
            f, t, p = int(field[n]), int(token[n]), int(predicate[n])
            rows.setdefault(t, []).extend((f * len(PREDICATES) + p, round(float(self.weights[f, t, p]), 3)))
        words = {number: word for word, number in self.number.items()}
        return {words[t]: row for t, row in rows.items()}


def from_json(value: Mapping[str, Sequence[float]]) -> Wording:
    """Return the weights that `Wording.to_json` wrote."""
    number = {word: n for n, word in enumerate(value, 1)}
    weights = np.zeros((len(FIELDS), len(number) + 1, len(PREDICATES)), np.float32)
    for word, row in value.items():
        places = np.array(row[::2], np.int64)
        weights[places // len(PREDICATES), number[word], places % len(PREDICATES)] = row[1::2]
    return Wording(number, weights)


def sums(tokens: Tokens, values: npt.NDArray[Any], rows: int) -> Floats:
    """Return the sum of the values of each row's tokens, one column for each of `GROUPS`."""
    group = np.zeros(len(FIELDS), np.int64)
    for n, fields in enumerate(GROUPS.values()):
        group[list(fields)] = n
    place = tokens.row * len(GROUPS) + group[tokens.field]
    found: Floats = np.bincount(place, values, rows * len(GROUPS)).astype(float)
    return found.reshape(rows, len(GROUPS))


def learn(
    tokens: Sequence[Tokens],
    predicate: Sequence[Ints],
    offset: Floats,
    right: Flags,
    number: Mapping[str, int],
    *,
    prior: float = 3.0,
    rare: int = 3,
    rounds: int = 60,
) -> Wording:
    """Return the weights under which the words tell right rows from wrong ones, given what is known of them.

    Args:
        tokens: Of each article.
        predicate: Of each row of each article.
        offset: Log odds of each row from its layout.
        right: Whether each row is right.
        number: The vocabulary.
        prior: Inverse variance of the weights beforehand.
        rare: Features seen in fewer rows are not learned.
        rounds: Most steps of descent.
    """
    width = (len(number) + 1) * len(PREDICATES)
    keys, rows, before = [], [], 0
    for found, which in zip(tokens, predicate, strict=True):
        keys.append(found.field * width + found.token * len(PREDICATES) + which[found.row])
        rows.append(found.row + before)
        before += len(which)
    key, row = np.concatenate(keys), np.concatenate(rows)
    distinct, feature, counts = np.unique(key, return_inverse=True, return_counts=True)
    frequent = counts >= rare
    renumbered = np.cumsum(frequent) - 1
    kept = frequent[feature]
    feature, row, distinct = renumbered[feature[kept]], row[kept], distinct[frequent]
    size, cases = len(distinct), len(right)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = offset + np.bincount(row, weights[feature], cases)
        p = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        value = float(np.sum(np.logaddexp(0, score) - score * right) + prior / 2 * weights @ weights)
        return value, np.bincount(feature, (p - right)[row], size) + prior * weights

    weights = descend(loss, size, rounds)
    full = np.zeros((len(FIELDS), len(number) + 1, len(PREDICATES)), np.float32)
    full.reshape(-1)[distinct] = np.where(np.abs(weights) < 0.02, 0, weights)
    return Wording(number, full)
