"""Minimisation of the loss of the models that are trained in this package: limited-memory BFGS from zero.

References:
    Nocedal, Wright: Numerical Optimization, 2nd ed., algorithm 7.4 (Springer 2006).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def descend(loss: Callable[[Vector], tuple[float, Vector]], size: int, rounds: int) -> Vector:
    """Return the weights that minimise a loss; the steps taken are the same every time.

    Args:
        loss: Convex function that returns the loss and its gradient at given weights.
        size: Number of weights.
        rounds: Maximum number of steps.

    >>> bool(abs(descend(lambda w: (float((w - 3) @ (w - 3)), 2 * (w - 3)), 2, 20) - 3).max() < 1e-3)
    True
    """
    weights = np.zeros(size)
    value, slope = loss(weights)
    memory: list[tuple[Vector, Vector]] = []
    for _ in range(rounds):
        way = slope.copy()
        shares = []
        for moved, turned in reversed(memory):
            share = float(moved @ way) / float(moved @ turned)
            shares.append(share)
            way -= share * turned
        if memory:
            moved, turned = memory[-1]
            way *= float(moved @ turned) / float(turned @ turned)
        for (moved, turned), share in zip(memory, reversed(shares), strict=True):
            way += (share - float(turned @ way) / float(moved @ turned)) * moved
        way = -way
        length = 1.0 if memory else 1.0 / max(1.0, float(np.sqrt(slope @ slope)))
        for _ in range(30):
            new = weights + length * way
            new_value, new_slope = loss(new)
            if new_value <= value + 1e-4 * length * float(slope @ way):
                break
            length /= 2
        else:
            break
        moved, turned = new - weights, new_slope - slope
        if float(moved @ turned) > 1e-10:
            memory = [*memory[-7:], (moved, turned)]
        done = value - new_value < 1e-5 * abs(new_value)
        weights, value, slope = new, new_value, new_slope
        if done:
            break
    return weights
