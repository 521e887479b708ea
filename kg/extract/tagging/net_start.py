"""Initial networks (`net`) for training: drawn at random, or taken over from a trained network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from kg.extract.tagging import net
from kg.extract.tagging.net import Codes, Floats, Net


def begin(kinds: Sequence[str], keys: Mapping[str, Codes], width: int, seed: int = 0) -> Net:
    """Return a network drawn at random.

    Args:
        kinds: Kinds of names.
        keys: Codes that get a row in each table, by name of the table, ascending and without 0.
        width: Output width of the layers for each character, even.
        seed: Seed of the generator.
    """
    rng = np.random.default_rng(seed)
    tables = {name: _rows(len(keys[name]) + net.FIRST, size, rng) for name, size in net.WIDTHS.items()}
    sizes = [(net.entrance_width(), width), (width, 3 * width), (width, 4 * len(kinds) + 1)]
    layers = tuple(_layer(*size, rng) for size in sizes)
    half = width // 2
    recurrent = np.stack([_layer(half, 3 * half, rng)[0] for _ in range(2)])
    return Net(tuple(kinds), dict(keys), tables, layers, recurrent)


def widened(start: Net, width: int, seed: int = 0) -> Net:
    """Return a network with the tables of another, and with layers of some width drawn at random.

    Args:
        start: Network whose tables to take over; returned as it is if its layers already have this width.
        width: Output width of the layers for each character, even.
        seed: Seed of the generator.
    """
    if len(start.layers[0][1]) == width:
        return start
    drawn = begin(start.kinds, start.keys, width, seed)
    return replace(drawn, tables=start.tables)


def resume(
    start: Net, kinds: Sequence[str], keys: Mapping[str, Codes], seed: int = 0, *, given: int = 0
) -> Net:
    """Return a network for other kinds of names that starts from what another has learnt.

    Args:
        start: Network to start from.
        kinds: Kinds of names.
        keys: Codes that get a row if they have none yet, by name of the table.
        seed: Seed of the generator; new rows and the output layer are drawn at random.
        given: Number of values given for each character besides its rows; `start` has none or as many.
    """
    rng = np.random.default_rng(seed)
    both, tables = {}, {}
    for name, size in net.WIDTHS.items():
        both[name] = np.union1d(start.keys[name], keys[name])
        tables[name] = _rows(len(both[name]) + net.FIRST, size, rng)
        tables[name][net.UNSEEN] = start.tables[name][net.UNSEEN]
        tables[name][np.searchsorted(both[name], start.keys[name]) + net.FIRST] = start.tables[name][
            net.FIRST :
        ]
    width = len(start.layers[0][1])
    entrance, bias = start.layers[0]
    if given > start.given:
        entrance = np.concatenate([entrance, _layer(given, width, rng)[0]])
    layers = (
        (entrance.copy(), bias.copy()),
        *((w.copy(), b.copy()) for w, b in start.layers[1:-1]),
        _layer(width, 4 * len(kinds) + 1, rng),
    )
    return Net(tuple(kinds), both, tables, layers, start.recurrence.copy())


def _rows(count: int, width: int, rng: np.random.Generator) -> Floats:
    table = rng.normal(0, 0.3, (count, width)).astype(np.float32)
    table[net.NOTHING] = 0
    return table


def _layer(inner: int, outer: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    weights = rng.normal(0, np.sqrt(1.0 / inner), (inner, outer)).astype(np.float32)
    return weights, np.zeros(outer, dtype=np.float32)
