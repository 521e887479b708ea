"""Forward and backward sums over the label sequences of a linear-chain model.

References:
    Rabiner: A tutorial on hidden Markov models (Proc. IEEE 77, 1989): the scaled forward-backward algorithm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Stretch = tuple[int, int]


class Chains:
    """Forward-backward sums of stretches, computed in lockstep for all stretches and both directions.

    Args:
        scores: Score of each label of each character, (characters, labels).
        stretches: (start, end) of each stretch, disjoint and not empty.
        first: 1 for each label that may begin a stretch, else 0.
        last: 1 for each label that may end a stretch, else 0.
        chances: Factor of each transition, (label, next label).
    """

    def __init__(
        self, scores: Floats, stretches: Sequence[Stretch], first: Floats, last: Floats, chances: Floats
    ) -> None:
        order = sorted(stretches, key=lambda s: (s[0] - s[1], s))
        bounds = np.array(order, dtype=np.int64)
        lengths = bounds[:, 1] - bounds[:, 0]
        longest = int(lengths[0])
        active = np.searchsorted(-lengths, -np.arange(1, longest + 1), side="right").tolist()
        self._top = scores.max(axis=1)
        odds = self._odds = np.exp((scores - self._top[:, None]).astype(np.float32))
        # row 0 runs forward from the starts, row 1 backward from the ends
        sides = np.stack([bounds[:, 0], bounds[:, 1] - 1])
        stride = np.array([[1], [-1]])
        moves = np.stack([chances, chances.T]).astype(np.float32)
        edges = np.stack([first, last]).astype(np.float32)[:, None, :]
        half = np.arange(2)[:, None]
        self._sums = np.zeros((2, *scores.shape), dtype=np.float32)
        totals = np.ones((2, len(scores)), dtype=np.float32)
        now = edges
        for step in range(longest):
            here = sides[:, : active[step]] + step * stride
            now = odds[here] * (np.matmul(now[:, : active[step]], moves) if step else now)
            total = now.sum(axis=2)
            now = now / total[:, :, None]
            self._sums[half, here] = now
            totals[half, here] = total
        # the sums were scaled to 1 at each step: add up the logarithms of the divisors from the edge
        scale = np.log(totals.astype(np.float64)) + self._top
        start, end = bounds[:, 0], bounds[:, 1]
        forward = np.concatenate(([0.0], np.cumsum(scale[0])))
        backward = np.concatenate(([0.0], np.cumsum(scale[1])))
        self._scale = np.zeros((2, len(scores)))
        self._log_total = np.zeros(len(scores))
        place = np.repeat(np.arange(len(order)), lengths)
        at = np.repeat(start - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
        self._scale[0, at] = forward[at + 1] - forward[start][place]
        self._scale[1, at] = backward[end][place] - backward[at]
        ends = self._sums[0, end - 1].astype(np.float64) @ last
        self._log_total[at] = (np.log(ends) + self._scale[0, end - 1])[place]

    def log_forward(self, at: Integers, label: Integers) -> Floats:
        """Return the log weight of all paths up to a label, including the label's own score."""
        sums: Floats = np.log(self._sums[0, at, label].astype(np.float64)) + self._scale[0, at]
        return sums

    def log_backward(self, at: Integers, label: Integers) -> Floats:
        """Return the log weight of all paths onwards from a label, including the label's own score."""
        sums: Floats = np.log(self._sums[1, at, label].astype(np.float64)) + self._scale[1, at]
        return sums

    def log_total(self, at: Integers) -> Floats:
        """Return the log weight of all label sequences of the stretch that a character is in."""
        return self._log_total[at]

    def marginals(self) -> Floats:
        """Return the probability of each label of each character."""
        # both directions include the label's own odds
        own = np.divide(
            self._sums[0] * self._sums[1], self._odds, where=self._odds > 0, out=np.zeros_like(self._odds)
        )
        shift = self._scale[0] + self._scale[1] - self._log_total - self._top
        probabilities: Floats = own * np.exp(shift)[:, None]
        return probabilities
