"""Linear-chain models over characters, applied with numpy.

A character is described by the features that `kg.extract.tagging.columns` builds: 64-bit numbers, zero for
none. A model, trained by `kg.extract.tagging.chain_training`, holds a weight for each pair of feature and
label, and for each transition between labels. Labels are those of `encode`: `B-x`, `I-x` and `E-x` for the
beginning, inside and end of a name of kind x, `S-x` for a name of one character, `O` outside names. Only
sequences of whole names are allowed: `I-x` and `E-x` follow `B-x` or `I-x`, the others follow `O`, `E-x` or
`S-x`.

References:
    Lafferty, McCallum, Pereira: Conditional Random Fields (ICML 2001).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.tagging.chains import Chains, Floats, Integers, Stretch
from kg.extract.tagging.columns import Features
from kg.extract.trained import read_arrays, write_arrays

_BUCKET_BITS = 18
_ENDS = 6  # how many likely ends after a beginning are looked at


def encode(length: int, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return the label of each character: `B-`, `I-`, `E-` or `S-` (a name of one character), else `O`.

    Later spans overwrite earlier ones.

    >>> encode(5, [(1, 3, "Place"), (4, 5, "Person")])
    ['O', 'B-Place', 'E-Place', 'O', 'S-Person']
    """
    labels = ["O"] * length
    for start, end, kind in spans:
        inside = [f"I-{kind}"] * (end - start - 2)
        labels[start:end] = [f"S-{kind}"] if end - start == 1 else [f"B-{kind}", *inside, f"E-{kind}"]
    return labels


def decode(labels: Sequence[str], start: int) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of each whole name in a sequence of labels; the inverse of `encode`.

    >>> list(decode(["O", "B-Place", "E-Place", "O", "S-Person"], 10))
    [(11, 13, 'Place'), (14, 15, 'Person')]
    """
    begin, kind = -1, ""
    for at, label in enumerate(labels, start):
        mark, _, name = label.partition("-")
        if mark == "S":
            yield at, at + 1, name
        elif mark == "E" and begin >= 0 and name == kind:
            yield begin, at + 1, name
        if mark == "B":
            begin, kind = at, name
        elif mark != "I" or name != kind:
            begin = -1


@dataclass(frozen=True, slots=True)
class Span:
    """A name that a model reads.

    Attributes:
        start: First character.
        end: Character after the last.
        kind: Kind of name, as in its labels.
        probability: Probability under the model that exactly this name is here, 0 to 1.
        begins, ends: Probability that a name of any kind begins at its start, and that one ends at its end.
        chosen: Whether it is the likeliest of the names that overlap it, and likely enough.
    """

    start: int
    end: int
    kind: str
    probability: float
    begins: float
    ends: float
    chosen: bool


class Model:
    """A trained model, ready for use.

    Args:
        kinds: Kinds of names, in order.
        keys: Features that have weights, ascending.
        pointers: Where the weights of each feature begin in `columns` and `weights`; one more than `keys`.
        columns: Label number of each weight; labels are numbered O, S-…, E-…, B-…, I-….
        weights: The weights.
        transitions: Weight of each transition, (label, next label).
    """

    def __init__(
        self,
        kinds: Sequence[str],
        keys: Features,
        pointers: Integers,
        columns: npt.NDArray[np.uint8],
        weights: npt.NDArray[np.float32],
        transitions: Floats,
    ) -> None:
        self.kinds = tuple(kinds)
        self.keys, self.pointers, self.columns, self.weights = keys, pointers, columns, weights
        self.transitions = transitions
        count = len(self.kinds)
        self.size = 4 * count + 1
        # labels: O 0, S 1.., E 1+n.., B 1+2n.., I 1+3n..
        self._begin, self._inside = 2 * count + 1, 3 * count + 1
        # a row of weights for each feature, and a row of zeros at the end for -1, no feature
        self._table = np.zeros((len(keys) + 1, self.size), dtype=np.float32)
        self._table[np.repeat(np.arange(len(keys)), np.diff(pointers)), columns] = weights
        edges = np.arange(2**_BUCKET_BITS, dtype=np.uint64) << np.uint64(64 - _BUCKET_BITS)
        self._buckets = np.append(np.searchsorted(keys, edges), len(keys))
        self._longest = int(np.diff(self._buckets).max(initial=0))
        self._chances = np.where(_allowed(count), np.exp(transitions), 0.0)
        self._first, self._last = np.ones(self.size), np.ones(self.size)
        self._first[self._inside :] = self._first[count + 1 : self._begin] = 0
        self._last[self._begin :] = 0  # a name that has begun must end

    def scores(self, rows: Features) -> Floats:
        """Return the score of each label for each row of features: the sum of their weights."""
        found = self._find(rows.ravel()).reshape(rows.shape)
        sums = np.zeros((len(rows), self.size), dtype=np.float32)
        for column in found.T:
            sums += self._table[column]
        return sums.astype(np.float64)

    def _find(self, features: Features) -> Integers:
        """Return the index of each feature in `keys`, -1 where it is not there."""
        bucket = (features >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
        place, last = self._buckets[bucket], self._buckets[bucket + 1]
        found = np.full(len(features), -1, dtype=np.int64)
        open_ = np.flatnonzero(place < last)
        for _ in range(self._longest):
            here = place[open_]
            same = self.keys[here] == features[open_]
            found[open_[same]] = here[same]
            place[open_] += 1
            open_ = open_[~same & (here + 1 < last[open_])]
            if not len(open_):
                break
        return found

    def read(
        self,
        scores: Floats,
        stretches: Sequence[Stretch],
        *,
        least: float = 0.5,
        considered: float = 0.5,
        also: Iterable[tuple[int, int, str]] = (),
    ) -> list[Span]:
        """Return the names that are worth considering, in order; they may overlap.

        The probability of a name is the share of all label sequences, weighted by the model, that contain
        exactly this name. The names read are therefore right as often as their probabilities say.

        Args:
            scores: Scores of each character, as returned by `scores`.
            stretches: (start, end) of each sequence, disjoint and not empty.
            least: Lowest probability of a name that can be chosen; of overlapping names, the likeliest is.
            considered: Lowest probability of a name that is returned at all.
            also: (start, end, kind) of names that are returned however unlikely they are, unless a sequence
                ends inside them or their kind is unknown to the model.
        """
        if not stretches:
            return []
        chains = Chains(scores, stretches, self._first, self._last, self._chances)
        told = chains.marginals()
        stretch_of = np.full(len(told), -1, dtype=np.int64)
        for number, (start, end) in enumerate(stretches):
            stretch_of[start:end] = number
        asked = {
            (start, end, self.kinds.index(kind))
            for start, end, kind in also
            if kind in self.kinds and stretch_of[start] >= 0 and stretch_of[start] == stretch_of[end - 1]
        }
        candidates = sorted(asked | self._candidates(told, stretch_of, considered))
        chances = self._chance_of(candidates, scores, chains) if candidates else ()
        rows = sorted(
            (-chance, *name)
            for name, chance in zip(candidates, np.asarray(chances).tolist(), strict=True)
            if chance >= considered or name in asked
        )
        count = len(self.kinds)
        single = told[:, 1 : count + 1].sum(axis=1)
        begins = single + told[:, self._begin : self._inside].sum(axis=1)
        ends = single + told[:, count + 1 : self._begin].sum(axis=1)
        taken = bytearray(len(scores))
        found = []
        for chance, start, end, kind in rows:
            chosen = -chance >= least and taken.find(1, start, end) < 0
            if chosen:
                taken[start:end] = b"\1" * (end - start)
            edges = float(begins[start]), float(ends[end - 1])
            found.append(Span(start, end, self.kinds[kind], -chance, *edges, chosen))
        return sorted(found, key=lambda span: (span.start, span.end, span.kind))

    def path(self, span: Span) -> Integers:
        """Return the label numbers of the characters of a name."""
        count, kind, size = len(self.kinds), self.kinds.index(span.kind), span.end - span.start
        if size == 1:
            return np.array([1 + kind])
        return np.array([self._begin + kind, *[self._inside + kind] * (size - 2), 1 + count + kind])

    def _candidates(self, told: Floats, stretch_of: Integers, least: float) -> set[tuple[int, int, int]]:
        """Return (start, end, kind number) of names whose first and last labels are likely enough.

        Args:
            told: Probability of each label of each character.
            stretch_of: Number of the sequence that each character is in.
            least: As `considered` in `read`.
        """
        count = len(self.kinds)
        likely = told >= least * 0.999
        found = {(at, at + 1, kind) for at, kind in np.argwhere(likely[:, 1 : count + 1]).tolist()}
        begins = np.argwhere(likely[:, self._begin : self._inside]).tolist()
        ends = np.argwhere(likely[:, count + 1 : self._begin]).tolist()
        by_kind: dict[int, list[int]] = {}
        for at, kind in ends:
            by_kind.setdefault(kind, []).append(at)
        for at, kind in begins:
            behind = by_kind.get(kind, [])
            for last in behind[bisect_right(behind, at) :][:_ENDS]:
                if stretch_of[last] != stretch_of[at]:
                    break
                found.add((at, last + 1, kind))
        return found

    def _chance_of(self, names: Sequence[tuple[int, int, int]], scores: Floats, chains: Chains) -> Floats:
        """Return the probability of each name: the share of all label sequences that contain it."""
        begin, inside, count = self._begin, self._inside, len(self.kinds)
        start, end, kind = np.array(names, dtype=np.int64).T
        last = end - 1
        single = last == start
        first = np.where(single, 1 + kind, begin + kind)
        final = np.where(single, 1 + kind, 1 + count + kind)
        staying = np.zeros((len(scores) + 1, count))
        i = np.arange(inside, self.size)
        np.cumsum(scores[:, inside:] + self.transitions[i, i], axis=0, out=staying[1:])
        b, e, inner = begin + kind, 1 + count + kind, inside + kind
        # straight from B to E, or through I … I, where the first I follows B and not I
        path = np.where(
            last - start > 1,
            staying[last, kind]
            - staying[np.minimum(start + 1, last), kind]
            + self.transitions[b, inner]
            - self.transitions[inner, inner]
            + self.transitions[inner, e],
            self.transitions[b, e],
        )
        # both sums include the score of the last character, or of the only one
        path = np.where(single, -scores[start, first], path)
        with np.errstate(divide="ignore"):
            log = chains.log_forward(start, first) + path + chains.log_backward(last, final)
        probabilities: Floats = np.minimum(np.exp(log - chains.log_total(start)), 1.0)
        return probabilities

    def save(self, path: Path) -> None:
        """Write the model to one file, the same bytes for the same model; half precision keeps it small."""
        write_arrays(
            path,
            (
                np.array(self.kinds),
                self.keys,
                np.diff(self.pointers).astype(np.uint8),
                self.columns.astype(np.uint8),
                self.weights.astype(np.float16),
                self.transitions.astype(np.float32),
            ),
        )


def _allowed(count: int) -> npt.NDArray[np.bool_]:
    """Return which label may follow which; see the module docstring."""
    size = 4 * count + 1
    allowed = np.zeros((size, size), dtype=bool)
    allowed[: 2 * count + 1, : count + 1] = True
    allowed[: 2 * count + 1, 2 * count + 1 : 3 * count + 1] = True
    for kind in range(count):
        for source in (2 * count + 1 + kind, 3 * count + 1 + kind):
            allowed[source, 3 * count + 1 + kind] = allowed[source, count + 1 + kind] = True
    return allowed


@cache
def open_model(path: Path) -> Model:
    """Return the model in a file, opened once per process.

    Raises:
        KGError: The file is missing or is not a model.
    """
    kinds, keys, counts, columns, weights, transitions = read_arrays(
        path, 6, what="model", trainer="kg.extract.training"
    )
    pointers = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return Model([str(k) for k in kinds], keys, pointers, columns, weights, transitions.astype(np.float64))
