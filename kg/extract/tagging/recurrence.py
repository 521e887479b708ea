"""A gated recurrent layer that reads sequences from both ends, and the slope of a loss through it.

What the layer knows at a character is the sum of all that stands before it (and, the other way, after it),
each part kept as long as the gates hold it: the head of a long name is still known at its end, which a layer
that looks a fixed number of places to either side cannot do.

With x the inputs of a character and h the state of the one before, for each direction:

    reset, keep = σ(x + h U)    fresh = tanh(x + reset · h U)    state = (1 − keep) · fresh + keep · h

References:
    Cho et al.: Learning phrase representations using RNN encoder-decoder (EMNLP 2014).
    Schuster, Paliwal: Bidirectional recurrent neural networks (IEEE Trans. Signal Processing 45, 1997).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Given = tuple[Floats, Floats]
"""The inputs of the places at which the two directions are."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What reading has left behind that its slope needs: (places, 2, sequences, …).

    The second direction is told in the order in which it was read, from the end.
    """

    before: Floats
    gates: Floats
    fresh: Floats
    recurrent: Floats


def scaled(values: Floats, half: int) -> Floats:
    """Return weights of a layer, or inputs made with them, as `run` and `run_reset_first` read them.

    σ(x) is 1 / (1 + exp(−x)) and tanh(x) is 1 − 2 / (1 + exp(2x)), and numpy's exponential of single
    precision takes a third of the time of its tanh: so what goes into gates is turned by −1 and what goes
    into the fresh state doubled, once in the weights and not at each place.

    Args:
        values: (…, 3 · half) or (…, 6 · half): reset, keep and fresh, of one direction or of both.
        half: Width of the state of a direction.
    """
    factors = np.repeat(np.array((-1, -1, 2), dtype=values.dtype), half)
    made: Floats = values * np.tile(factors, values.shape[-1] // len(factors))
    return made


def run(inputs: Floats, weights: Floats, *, margin: int = 0) -> Floats:
    """Return the states of both directions side by side.

    Args:
        inputs: (places, sequences, 6 · half), made with `scaled` weights: for each direction reset, keep
            and fresh.
        weights: (2, half, 3 · half), `scaled`: of the state before, by direction.
        margin: So many places at either end are read for what stands between them, and not told.

    Returns:
        (places − 2 · margin, sequences, 2 · half).
    """
    half = weights.shape[1]
    found = np.empty((2, inputs.shape[1], 3 * half), dtype=inputs.dtype)

    def step(state: Floats, given: Given) -> tuple[Floats, Floats]:
        np.matmul(state, weights, out=found)
        gates, fresh = found[..., : 2 * half], found[..., 2 * half :]
        _add(gates, given, slice(2 * half))
        _sigmoid(gates)
        fresh *= gates[..., :half]
        _add(fresh, given, slice(2 * half, None))
        return fresh, gates[..., half:]

    return _walk(inputs, half, margin, step)


def run_reset_first(inputs: Floats, gates: Floats, fresh: Floats, *, margin: int = 0) -> Floats:
    """Return the states of the other form of this cell, in which the state is reset before it is weighed.

        fresh = tanh(x + (reset · h) U)

    Args:
        inputs: As for `run`.
        gates: (2, half, 2 · half), `scaled`: weights of reset and keep of the state before, by direction.
        fresh: (2, half, half), likewise: weights of the reset state.
        margin: As for `run`.

    Returns:
        As `run`.
    """
    half = fresh.shape[1]
    both = np.empty((2, inputs.shape[1], 2 * half), dtype=inputs.dtype)
    old, new = (np.empty((2, inputs.shape[1], half), dtype=inputs.dtype) for _ in range(2))

    def step(state: Floats, given: Given) -> tuple[Floats, Floats]:
        np.matmul(state, gates, out=both)
        _add(both, given, slice(2 * half))
        _sigmoid(both)
        np.multiply(state, both[..., :half], out=old)
        np.matmul(old, fresh, out=new)
        _add(new, given, slice(2 * half, None))
        return new, both[..., half:]

    return _walk(inputs, half, margin, step)


def _add(values: Floats, given: Given, columns: slice) -> None:
    """Add some columns of the inputs to the values of each direction, in place."""
    for own, inputs in zip(values, given, strict=True):
        own += inputs[:, columns]


def _walk(
    inputs: Floats, half: int, margin: int, step: Callable[[Floats, Given], tuple[Floats, Floats]]
) -> Floats:
    """Return the states of both directions side by side.

    Args:
        inputs: As for `run`.
        half: Width of the state of a direction.
        margin: As for `run`.
        step: Gives, of the state before and the inputs of a place in each direction, twice what the fresh
            state is the tanh of, and keep; what it gives is overwritten.
    """
    places, sequences, _ = inputs.shape
    state = np.zeros((2, sequences, half), dtype=inputs.dtype)
    states = np.empty((places - 2 * margin, sequences, 2 * half), dtype=inputs.dtype)
    with np.errstate(over="ignore"):
        # behind the last place that is told, a direction has nothing more to read
        for place in range(places - margin):
            given = inputs[place, :, : 3 * half], inputs[places - 1 - place, :, 3 * half :]
            fresh, keep = step(state, given)
            _tanh(fresh)
            state -= fresh
            state *= keep
            state += fresh
            if place >= margin:
                states[place - margin, :, :half] = state[0]
                states[places - 1 - margin - place, :, half:] = state[1]
    return states


def _sigmoid(turned: Floats) -> None:
    """Put σ(x) in the place of −x."""
    np.exp(turned, out=turned)
    turned += 1
    np.reciprocal(turned, out=turned)


def _tanh(doubled: Floats) -> None:
    """Put tanh(x) in the place of 2x."""
    _sigmoid(doubled)
    doubled *= -2
    doubled += 1


def remember(inputs: Floats, weights: Floats) -> tuple[Floats, Memory]:
    """Return what `run` returns, and what `slopes` needs of the way to it."""
    half = weights.shape[1]
    turned = _turned(inputs, half)
    places, _, sequences, _ = turned.shape
    shape = (places, 2, sequences, half)
    before, fresh, recurrent = (np.empty(shape, dtype=inputs.dtype) for _ in range(3))
    gates = np.empty((places, 2, sequences, 2 * half), dtype=inputs.dtype)
    state = np.zeros(shape[1:], dtype=inputs.dtype)
    states = np.empty(shape, dtype=inputs.dtype)
    with np.errstate(over="ignore"):
        for place in range(places):
            found, given = state @ weights, turned[place]
            before[place] = state
            np.add(given[..., : 2 * half], found[..., : 2 * half], out=gates[place])
            np.negative(gates[place], out=gates[place])
            _sigmoid(gates[place])
            recurrent[place] = found[..., 2 * half :]
            np.multiply(gates[place, ..., :half], recurrent[place], out=fresh[place])
            fresh[place] += given[..., 2 * half :]
            fresh[place] *= 2
            _tanh(fresh[place])
            state = fresh[place] + gates[place, ..., half:] * (state - fresh[place])
            states[place] = state
    return _side_by_side(states), Memory(before, gates, fresh, recurrent)


def slopes(memory: Memory, weights: Floats, told: Floats) -> tuple[Floats, Floats]:
    """Return the slope of a loss in the inputs and in the weights.

    Args:
        memory: From `remember`.
        weights: As for `remember`.
        told: Slope of the loss in what `remember` returned.
    """
    half = weights.shape[1]
    places, _, sequences, _ = memory.fresh.shape
    down = np.empty((places, 2, sequences, half), dtype=told.dtype)
    down[:, 0] = told[..., :half].transpose(1, 0, 2)
    down[:, 1] = told[:, ::-1, half:].transpose(1, 0, 2)
    # reset, keep and fresh as `weights` see them; what the inputs see differs in the last alone
    made = np.empty((places, 2, sequences, 3 * half), dtype=told.dtype)
    fresh_made = np.empty((places, 2, sequences, half), dtype=told.dtype)
    back = weights.transpose(0, 2, 1).copy()
    carried = np.zeros((2, sequences, half), dtype=told.dtype)
    for place in range(places - 1, -1, -1):
        slope = down[place] + carried
        reset, keep = memory.gates[place, ..., :half], memory.gates[place, ..., half:]
        fresh, before = memory.fresh[place], memory.before[place]
        own = slope * (1 - keep) * (1 - fresh * fresh)
        made[place, ..., :half] = own * memory.recurrent[place] * reset * (1 - reset)
        made[place, ..., half : 2 * half] = slope * (before - fresh) * keep * (1 - keep)
        made[place, ..., 2 * half :] = own * reset
        fresh_made[place] = own
        carried = slope * keep + made[place] @ back
    in_weights = np.stack([
        memory.before[:, side].reshape(-1, half).T @ made[:, side].reshape(-1, 3 * half) for side in (0, 1)
    ])  # fmt: skip
    made[..., 2 * half :] = fresh_made
    in_inputs = np.concatenate([made[:, 0].transpose(1, 0, 2), made[::-1, 1].transpose(1, 0, 2)], axis=2)
    return in_inputs, in_weights


def _turned(inputs: Floats, half: int) -> Floats:
    """Return inputs as (places, 2, sequences, 3 · half), those of the second direction from the end."""
    sequences, places, _ = inputs.shape
    turned = np.empty((places, 2, sequences, 3 * half), dtype=inputs.dtype)
    turned[:, 0] = inputs[..., : 3 * half].transpose(1, 0, 2)
    turned[:, 1] = inputs[:, ::-1, 3 * half :].transpose(1, 0, 2)
    return turned


def _side_by_side(states: Floats) -> Floats:
    made: Floats = np.concatenate(
        [states[:, 0].transpose(1, 0, 2), states[::-1, 1].transpose(1, 0, 2)], axis=2
    )
    return made
