"""Array operations that record how to compute the gradient of a loss (reverse-mode differentiation).

A network is written once, as operations on `Value`s. A `Tape` that is learning records, for each operation,
how the gradient of its output becomes that of its inputs, and `Tape.slopes` replays the records from the end.
A tape that only reads records nothing. There are only the operations that `kg.extract.context.network` needs.
All sums are computed in a fixed order.

References:
    Griewank, Walther: Evaluating Derivatives (2nd ed., SIAM 2008), chapter 3.
    Srivastava et al.: Dropout, a simple way to prevent neural networks from overfitting (JMLR 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kg.extract.tagging import recurrence

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LONGEST = 255
"""Largest number of rows in a stretch for `Tape.highest`."""
_AT_ONCE = 4096
"""Number of rows that it processes at once if there are very many."""


@dataclass(eq=False, slots=True)
class Value:
    """An array, with the gradient of the loss with respect to it as accumulated so far."""

    data: Floats
    slope: Floats | None = None

    def add(self, slope: Floats) -> None:
        """Add to the gradient."""
        self.slope = slope if self.slope is None else self.slope + slope


@dataclass(slots=True)
class Tape:
    """The operations carried out so far.

    Attributes:
        weights: Learned weights, by name.
        learning: Whether operations are recorded.
        dropped: Share of values that `drop` sets to 0 while learning.
        rng: Generator that draws what to drop.
    """

    weights: Mapping[str, Floats]
    learning: bool = False
    dropped: float = 0.0
    rng: np.random.Generator | None = None
    _back: list[Callable[[], None]] = field(default_factory=list)
    _learned: dict[str, Value] = field(default_factory=dict)

    def weight(self, name: str) -> Value:
        """Return the learned weight with a name."""
        if name not in self._learned:
            self._learned[name] = Value(self.weights[name])
        return self._learned[name]

    def _note(self, made: Value, back: Callable[[Floats], None]) -> Value:
        if self.learning:

            def play() -> None:
                if made.slope is not None:
                    back(made.slope)

            self._back.append(play)
        return made

    def linear(self, x: Value, name: str, *, bias: bool = True) -> Value:
        """Return x W + b."""
        w = self.weight(f"{name}.w")
        b = self.weight(f"{name}.b") if bias else None
        made = x.data @ w.data
        if b is not None:
            made += b.data

        def back(slope: Floats) -> None:
            w.add(x.data.T @ slope)
            if b is not None:
                b.add(slope.sum(axis=0))
            x.add(slope @ w.data.T)

        return self._note(Value(made), back)

    def taught(self, x: Floats, name: str) -> Value:
        """Return x W for an input x that is given and not learned."""
        w = self.weight(f"{name}.w")
        return self._note(Value(x @ w.data), lambda slope: w.add(x.T @ slope))

    def rows(self, name: str, numbers: Ints) -> Value:
        """Return rows of a learned table."""
        table = self.weight(name)
        return self._note(
            Value(table.data[numbers]), lambda slope: table.add(_gathered(slope, numbers, len(table.data)))
        )

    def pick(self, x: Value, numbers: Ints) -> Value:
        """Return rows of a value."""
        return self._note(Value(x.data[numbers]), lambda slope: x.add(_gathered(slope, numbers, len(x.data))))

    def choose(self, x: Value, numbers: Ints) -> Value:
        """Return distinct rows of a value: faster than `pick`, but no number may occur twice."""

        def back(slope: Floats) -> None:
            x.add(_placed(slope, numbers, len(x.data)))

        return self._note(Value(x.data[numbers]), back)

    def place(self, x: Value, numbers: Ints, size: int) -> Value:
        """Return `size` rows: those of x at the positions `numbers`, which are distinct, and 0 elsewhere."""
        return self._note(Value(_placed(x.data, numbers, size)), lambda slope: x.add(slope[numbers]))

    def highest(self, x: Value, stretch: Ints) -> Value:
        """Return the maximum of each column over stretches of rows, 0 where a stretch is empty.

        Args:
            x: (rows, columns).
            stretch: First row of each stretch and the row after its last, at most `LONGEST` rows,
                (stretches, 2).
        """
        if not self.learning and len(x.data) > _AT_ONCE + LONGEST:
            return Value(_by_parts(self.highest, x.data, stretch))
        made = np.zeros((len(stretch), x.data.shape[1]), x.data.dtype)
        # offset of the maximum from the first row of its stretch
        far = np.zeros(made.shape, np.uint8)
        # two runs of 2^n rows, which may overlap, cover a stretch; 2^n is the largest power that fits in it
        _, power = np.frexp(np.maximum(stretch[:, 1] - stretch[:, 0], 0))
        best, behind = x.data, np.zeros(x.data.shape, np.uint8)
        for n in range(int(power.max(initial=0))):
            if n:
                half = 2 ** (n - 1)
                one, two = slice(None, -half), slice(half, None)
                if self.learning:
                    behind = np.where(best[one] >= best[two], behind[one], behind[two] + np.uint8(half))
                best = np.maximum(best[one], best[two])
            here = np.flatnonzero(power == n + 1)
            first, last = stretch[here, 0], stretch[here, 1] - 2**n
            made[here] = np.maximum(best[first], best[last])
            if self.learning:
                later = behind[last] + (last - first).astype(np.uint8)[:, None]
                far[here] = np.where(best[first] >= best[last], behind[first], later)
        some = np.flatnonzero(power)

        def back(slope: Floats) -> None:
            width = slope.shape[1]
            at = (stretch[some, :1] + far[some]) * width + np.arange(width)
            told = np.bincount(at.ravel(), slope[some].ravel(), x.data.size)
            x.add(told.reshape(x.data.shape).astype(x.data.dtype))

        return self._note(Value(made), back)

    def sum(self, *terms: Value) -> Value:
        """Return the sum of values of the same shape."""
        made = terms[0].data.copy()
        for term in terms[1:]:
            made += term.data

        def back(slope: Floats) -> None:
            for term in terms:
                term.add(slope)

        return self._note(Value(made), back)

    def beside(self, *parts: Value) -> Value:
        """Return values side by side."""
        ends = np.cumsum([p.data.shape[1] for p in parts])

        def back(slope: Floats) -> None:
            for part, piece in zip(parts, np.split(slope, ends[:-1], axis=1), strict=True):
                part.add(piece)

        return self._note(Value(np.concatenate([p.data for p in parts], axis=1)), back)

    def times(self, x: Value, factors: Floats) -> Value:
        """Return x times given factors, of the same shape or one that broadcasts to it."""
        return self._note(Value(x.data * factors), lambda slope: x.add(slope * factors))

    def relu(self, x: Value) -> Value:
        """Return x where it is above 0, and 0 elsewhere."""
        made = np.maximum(x.data, 0)
        return self._note(Value(made), lambda slope: x.add(slope * (made > 0)))

    def drop(self, x: Value) -> Value:
        """Return x, while learning with a share set to 0 and the rest scaled up to compensate (dropout)."""
        # draw bytes, which takes a quarter of the time
        out_of = 256
        without = round(self.dropped * out_of)
        if self.rng is None or not without:
            return x
        kept = self.rng.integers(0, out_of, x.data.shape, np.uint8) >= without
        return self.times(x, kept * np.float32(out_of / (out_of - without)))

    def noise(self, x: Floats) -> Floats:
        """Return given values after dropout, as in `drop`."""
        return self.drop(Value(x)).data

    def dot(self, x: Value, y: Value) -> Value:
        """Return the dot product of each row of x with the same row of y."""
        made = np.einsum("ij,ij->i", x.data, y.data)

        def back(slope: Floats) -> None:
            x.add(slope[:, None] * y.data)
            y.add(slope[:, None] * x.data)

        return self._note(Value(made), back)

    def scaled(self, name: str, numbers: Ints, by: Floats) -> Value:
        """Return the learned factor of each row, chosen by `numbers`, times its given value in `by`."""
        factors = self.weight(name)
        size = len(factors.data)
        return self._note(
            Value(factors.data[numbers] * by),
            lambda slope: factors.add(np.bincount(numbers, slope * by, size).astype(np.float32)),
        )

    def recurrent(self, x: Value, name: str, first: Ints, places: int, margin: int) -> Value:
        """Return the states of a recurrent layer that reads windows of the rows of x from both ends.

        Args:
            x: Inputs of the layer, computed for its gates; see `kg.extract.tagging.recurrence`.
            name: Name of its weights.
            first: First row of each window; windows may overlap.
            places: Number of rows in a window.
            margin: Number of rows at either end of a window that are read but not returned.
        """
        w = self.weight(name)
        inputs = x.data[first[:, None] + np.arange(places)]
        told = slice(margin, places - margin)
        if not self.learning:
            half = w.data.shape[1]
            states = recurrence.run(
                recurrence.scaled(inputs, half).transpose(1, 0, 2),
                recurrence.scaled(w.data, half),
                margin=margin,
            )
            return Value(states.transpose(1, 0, 2).reshape(-1, states.shape[-1]))
        states, memory = recurrence.remember(inputs, w.data)
        width = states.shape[-1]

        def back(slope: Floats) -> None:
            whole = np.zeros_like(states)
            whole[:, told] = slope.reshape(len(first), -1, width)
            into, own = recurrence.slopes(memory, w.data, whole)
            w.add(own)
            read = np.zeros_like(x.data)
            for start, window in zip(first.tolist(), into, strict=True):
                read[start : start + places] += window
            x.add(read)

        return self._note(Value(states[:, told].reshape(-1, width)), back)

    def slopes(self) -> dict[str, Floats]:
        """Return the gradients of the weights by name; the gradients of the outputs must have been added."""
        for play in reversed(self._back):
            play()
        return {name: v.slope for name, v in self._learned.items() if v.slope is not None}


def _by_parts(highest: Callable[[Value, Ints], Value], x: Floats, stretch: Ints) -> Floats:
    """Return the result of `Tape.highest` part by part, so that its working memory does not grow with x."""
    made = np.empty((len(stretch), x.shape[1]), x.dtype)
    part = stretch[:, 0] // _AT_ONCE
    for n in np.unique(part).tolist():
        here, first = part == n, n * _AT_ONCE
        made[here] = highest(Value(x[first : first + _AT_ONCE + LONGEST]), stretch[here] - first).data
    return made


def _placed(rows: Floats, numbers: Ints, size: int) -> Floats:
    made = np.zeros((size, *rows.shape[1:]), rows.dtype)
    made[numbers] = rows
    return made


def _gathered(slope: Floats, numbers: Ints, size: int) -> Floats:
    """Return the gradient of each row of a table: the sum over all places that were read from it."""
    order = np.argsort(numbers, kind="stable")
    used, starts = np.unique(numbers[order], return_index=True)
    out = np.zeros((size, *slope.shape[1:]), dtype=slope.dtype)
    if len(used):
        out[used] = np.add.reduceat(slope[order], starts, axis=0)
    return out
