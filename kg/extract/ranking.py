"""A trained linear ranking: weights of features, learned so that the right candidate scores best.

Goes in: groups of candidates, each a row of features, one or more of them right. Comes out: a
weight for each feature; a candidate's score is the sum of its own. The model is a conditional
log-linear one over the candidates of a group (as for choosing an antecedent), fitted by
L-BFGS from zero (`kg.extract.descent`), in a fixed order.
What the candidates are is `kg.extract.subjects`; the file is plain text, a weight and a
feature a line.

References:
    Berger, Della Pietra, Della Pietra: A Maximum Entropy Approach to Natural Language
    Processing (Computational Linguistics 22, 1996).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.errors import KGError
from kg.extract.descent import descend

Row = Sequence[Sequence[str]]
"""Features of one candidate, in groups that candidates may share."""

MODEL = Path(__file__).resolve().parent / "models" / "figures.weights"
_ROUNDS = 120
_PRIOR = 12.0  # inverse variance of the weights beforehand
_RARE = 2  # features seen less often are not learned
_SMALL = 0.03  # weights below are not written


@dataclass(frozen=True, slots=True)
class Group:
    """One choice: its candidates and which of them are right (at least one)."""

    rows: tuple[Row, ...]
    right: tuple[int, ...]


class Ranking:
    """Weights at work; sums of groups of features are kept, for candidates share them."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._sums: dict[Sequence[str], float] = {}

    def score(self, row: Row) -> float:
        """Return the score of a candidate."""
        total, get, sums = 0.0, self._weights.get, self._sums
        for part in row:
            if isinstance(part, tuple):
                if part not in sums:
                    sums[part] = sum([get(feature, 0.0) for feature in part])
                total += sums[part]
            else:
                total += sum([get(feature, 0.0) for feature in part])
        return total


@cache
def read_weights(path: Path = MODEL) -> Mapping[str, float]:
    """Return the weight of each feature.

    Raises:
        KGError: The file is missing or no file of weights.
    """
    if not path.is_file():
        raise KGError(
            "the trained model is missing from this installation of kg; install it again", file=path.name
        )
    weights = {}
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            weight, _, feature = line.removesuffix("\n").partition("\t")
            try:
                weights[feature.replace("\\n", "\n")] = float(weight)
            except ValueError as error:
                raise KGError("no weight", file=path.name, place=f"line {number}") from error
    return weights


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    """Write weights in order of their features, without those close to 0."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{w:.2f}\t{_escape(feature)}\n" for feature, w in sorted(weights.items()) if abs(w) >= _SMALL)
    path.write_text("".join(lines), encoding="utf-8", newline="")


def _escape(feature: str) -> str:
    return feature.replace("\n", "\\n")


def learn(groups: Iterable[Group]) -> dict[str, float]:
    """Return the weights under which the right candidates of the groups score best.

    >>> weights = learn([Group(((("near",),), (("far",),)), (0,))] * 3)
    >>> weights["near"] > 0 > weights["far"]
    True
    """
    groups = tuple(groups)
    seen = Counter(f for group in groups for f in {f for row in group.rows for part in row for f in part})
    number = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= _RARE))}
    index: list[int] = []
    starts, firsts, right = [0], [0], []
    for group in groups:
        for at, row in enumerate(group.rows):
            index.extend(sorted({number[f] for part in row for f in part if f in number}))
            # an end mark keeps a row without features from being empty
            index.append(len(number))
            starts.append(len(index))
            right.append(at in group.right)
        firsts.append(len(right))
    problem = _Problem(
        np.array(index), np.array(starts), np.array(firsts), np.array(right, float), len(number)
    )
    weights = descend(problem, problem.size, _ROUNDS)
    return {f: float(weights[i]) for f, i in number.items()}


_Vector = npt.NDArray[np.float64]


class _Problem:
    """The loss of weights, and its slope."""

    def __init__(
        self,
        index: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int64],
        firsts: npt.NDArray[np.int64],
        right: _Vector,
        size: int,
    ) -> None:
        self.index, self.starts, self.firsts, self.right, self.size = index, starts, firsts, right, size
        self.lengths = np.diff(starts)
        self.group = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))

    def __call__(self, weights: _Vector) -> tuple[float, _Vector]:
        scores = np.add.reduceat(np.append(weights, 0.0)[self.index], self.starts[:-1])
        first = self.firsts[:-1]
        odds = np.exp(scores - np.maximum.reduceat(scores, first)[self.group])
        total = np.add.reduceat(odds, first)
        # a right choice too far behind to be represented still counts
        good = np.add.reduceat(odds * self.right, first) + 1e-12
        loss = float(np.sum(np.log(total) - np.log(good)) + _PRIOR / 2 * weights @ weights)
        pull = odds / total[self.group] - odds * self.right / good[self.group]
        slope = np.bincount(self.index, np.repeat(pull, self.lengths), self.size + 1)[: self.size]
        return loss, slope + _PRIOR * weights
