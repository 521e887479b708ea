"""Arithmetic on arrays that remembers how it came about, so that the slope of a loss can be told.

A network is written once, as steps on `Value`s. A `Tape` that learns notes for each step how the slope of
what comes out becomes that of what went in, and `Tape.slopes` plays it back from the end (reverse-mode
differentiation); one that reads notes nothing. There are as many kinds of steps as
`kg.extract.context.network` needs, no more. All sums are made in a fixed order.

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


@dataclass(eq=False, slots=True)
class Value:
    """An array with the slope of the loss in it, as far as it has been told."""

    data: Floats
    slope: Floats | None = None

    def add(self, slope: Floats) -> None:
        """Add to the slope."""
        self.slope = slope if self.slope is None else self.slope + slope


@dataclass(slots=True)
class Tape:
    """The steps taken so far.

    Attributes:
        weights: By name, what is learned.
        learning: Whether the steps are noted.
        dropped: Share of numbers that `drop` sets to 0 while learning.
        rng: What is dropped is drawn from it.
    """

    weights: Mapping[str, Floats]
    learning: bool = False
    dropped: float = 0.0
    rng: np.random.Generator | None = None
    _back: list[Callable[[], None]] = field(default_factory=list)
    _learned: dict[str, Value] = field(default_factory=dict)

    def weight(self, name: str) -> Value:
        """Return what is learned under a name."""
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
        """Return x W of numbers that are given and not learned."""
        w = self.weight(f"{name}.w")
        return self._note(Value(x @ w.data), lambda slope: w.add(x.T @ slope))

    def rows(self, name: str, numbers: Ints) -> Value:
        """Return rows of a table."""
        table = self.weight(name)
        return self._note(
            Value(table.data[numbers]), lambda slope: table.add(_gathered(slope, numbers, len(table.data)))
        )

    def pick(self, x: Value, numbers: Ints) -> Value:
        """Return rows of a value."""
        return self._note(Value(x.data[numbers]), lambda slope: x.add(_gathered(slope, numbers, len(x.data))))

    def sum(self, *terms: Value) -> Value:
        """Return the sum of values of one shape."""
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
        """Return x times given factors, of the same shape or one that fits it."""
        return self._note(Value(x.data * factors), lambda slope: x.add(slope * factors))

    def relu(self, x: Value) -> Value:
        """Return what is above 0, and 0 for the rest."""
        made = np.maximum(x.data, 0)
        return self._note(Value(made), lambda slope: x.add(slope * (made > 0)))

    def drop(self, x: Value) -> Value:
        """Return x with a share of it set to 0 while learning, the others grown to make up for it."""
        if self.rng is None or not self.dropped:
            return x
        kept = self.rng.random(x.data.shape, dtype=np.float32) >= self.dropped
        return self.times(x, kept * np.float32(1 / (1 - self.dropped)))

    def noise(self, x: Floats) -> Floats:
        """Return numbers that are given, as `drop` leaves them."""
        return self.drop(Value(x)).data

    def dot(self, x: Value, y: Value) -> Value:
        """Return the sums of the products of two values, a number for each row."""
        made = np.einsum("ij,ij->i", x.data, y.data)

        def back(slope: Floats) -> None:
            x.add(slope[:, None] * y.data)
            y.add(slope[:, None] * x.data)

        return self._note(Value(made), back)

    def scaled(self, name: str, numbers: Ints, by: Floats) -> Value:
        """Return the learned factor of each row times what is given of it."""
        factors = self.weight(name)
        size = len(factors.data)
        return self._note(
            Value(factors.data[numbers] * by),
            lambda slope: factors.add(np.bincount(numbers, slope * by, size).astype(np.float32)),
        )

    def recurrent(self, x: Value, name: str, windows: Ints, margin: int) -> Value:
        """Return the states of a recurrent layer that reads windows of the rows of x from both ends.

        Args:
            x: What the layer reads, made for its gates; see `recurrence`.
            name: Of its weights.
            windows: (windows, places), the rows that each reads; they overlap by twice the margin.
            margin: So many places at either end of a window are read and not told.
        """
        w = self.weight(name)
        count, places = windows.shape
        flat = windows.ravel()
        inputs = x.data[windows]
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
            whole[:, told] = slope.reshape(count, -1, width)
            into, own = recurrence.slopes(memory, w.data, whole)
            w.add(own)
            x.add(_gathered(into.reshape(count * places, -1), flat, len(x.data)))

        return self._note(Value(states[:, told].reshape(-1, width)), back)

    def slopes(self) -> dict[str, Floats]:
        """Return the slope of the loss in all that is learned, when that in what came out has been told."""
        for play in reversed(self._back):
            play()
        return {name: v.slope for name, v in self._learned.items() if v.slope is not None}


def _gathered(slope: Floats, numbers: Ints, size: int) -> Floats:
    """Return for each of some rows the sum of the slopes of those that were read from it."""
    order = np.argsort(numbers, kind="stable")
    used, starts = np.unique(numbers[order], return_index=True)
    out = np.zeros((size, *slope.shape[1:]), dtype=slope.dtype)
    if len(used):
        out[used] = np.add.reduceat(slope[order], starts, axis=0)
    return out
