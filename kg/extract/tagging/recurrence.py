"""A bidirectional gated recurrent layer, and the gradient of a loss through it.

The state at a character sums up everything before it (or, in the other direction, after it), and the gates
decide how long each part is kept. The beginning of a long name is therefore still known at its end. A layer
that looks a fixed number of places to either side cannot do this.

With x the inputs of a character and h the state at the previous one, for each direction:

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
"""The inputs at the current places of the two directions."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Values kept from the forward pass for the backward pass, (places, 2, sequences, …).

    The second direction is stored in the order in which it was read, from the end.
    """

    before: Floats
    gates: Floats
    fresh: Floats
    recurrent: Floats


def scaled(values: Floats, half: int) -> Floats:
    """Return weights of a layer, or inputs computed with them, in the form that `run` needs.

    `run_reset_first` needs the same form. σ(x) is 1 / (1 + exp(−x)) and tanh(x) is 1 − 2 / (1 + exp(2x)), and
    numpy's single-precision exponential takes a third of the time of its tanh. So the inputs of the gates are
    negated and those of the fresh state doubled, once in the weights instead of at each place.

    Args:
        values: (…, 3 · half) or (…, 6 · half): reset, keep and fresh, of one direction or of both.
        half: Width of the state of one direction.
    """
    factors = np.repeat(np.array((-1, -1, 2), dtype=values.dtype), half)
    made: Floats = values * np.tile(factors, values.shape[-1] // len(factors))
    return made


def run(inputs: Floats, weights: Floats, *, margin: int = 0) -> Floats:
    """Return the states of both directions side by side.

    Args:
        inputs: (places, sequences, 6 · half), computed with `scaled` weights: reset, keep and fresh for
            each direction.
        weights: (2, half, 3 · half), `scaled`: weights of the previous state, by direction.
        margin: Number of places at either end that are read only as context and not returned.

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
    """Return the states of the other form of this cell, which resets the state before weighting it.

        fresh = tanh(x + (reset · h) U)

    Args:
        inputs: As for `run`.
        gates: (2, half, 2 · half), `scaled`: weights of the previous state for reset and keep, by direction.
        fresh: (2, half, half), `scaled`: weights of the reset state, by direction.
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
        half: Width of the state of one direction.
        margin: As for `run`.
        step: Function of the previous state and the inputs at a place, in each direction. It returns twice
            the argument of the tanh in the fresh state, and keep; both are overwritten.
    """
    places, sequences, _ = inputs.shape
    state = np.zeros((2, sequences, half), dtype=inputs.dtype)
    states = np.empty((places - 2 * margin, sequences, 2 * half), dtype=inputs.dtype)
    with np.errstate(over="ignore"):
        # a direction stops after the last place whose state is returned
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
    """Replace −x by σ(x), in place."""
    np.exp(turned, out=turned)
    turned += 1
    np.reciprocal(turned, out=turned)


def _tanh(doubled: Floats) -> None:
    """Replace 2x by tanh(x), in place."""
    _sigmoid(doubled)
    doubled *= -2
    doubled += 1


def remember(inputs: Floats, weights: Floats) -> tuple[Floats, Memory]:
    """Return the states as `run` does, and the intermediate values that `slopes` needs."""
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
    """Return the gradient of a loss with respect to the inputs and to the weights.

    Args:
        memory: As returned by `remember`.
        weights: As for `remember`.
        told: Gradient of the loss with respect to the states that `remember` returned.
    """
    half = weights.shape[1]
    places, _, sequences, _ = memory.fresh.shape
    down = np.empty((places, 2, sequences, half), dtype=told.dtype)
    down[:, 0] = told[..., :half].transpose(1, 0, 2)
    down[:, 1] = told[:, ::-1, half:].transpose(1, 0, 2)
    # gradient of reset, keep and fresh for `weights`; that for the inputs differs only in fresh
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
    """Return inputs as (places, 2, sequences, 3 · half), the second direction in reverse order."""
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
