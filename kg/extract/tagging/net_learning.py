"""Training loop for networks of `kg.extract.tagging.net`: the gradient of the loss, and steps of Adam.

It is written with numpy, so that training needs no package that reading does not need. All randomness comes
from one generator with a fixed seed, and all sums are computed in a fixed order: the same texts give the same
network.

References:
    Kingma, Ba: Adam, a method for stochastic optimization (ICLR 2015).
    Werbos: Backpropagation through time (Proc. IEEE 78, 1990).
    Srivastava et al.: Dropout, a simple way to prevent neural networks from overfitting (JMLR 2014).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.tagging import net, recurrence
from kg.extract.tagging.net import Floats, Integers, Net

# Label of a character that is not learned from
IGNORED = -1
# Texts are concatenated with a gap between them and cut into stretches
_GAP = 4
_STRETCH = 128
_WARM_UP = 50
_LONGEST_STEP = 1.0
_BETAS = (0.9, 0.999)
_EPSILON = np.float32(1e-8)


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text.

    Attributes:
        rows: Row numbers, as returned by `net.rows`.
        labels: Label number of each character, `IGNORED` where there is none to learn.
        given: Values given for each character besides its rows, (characters, `Net.given`), half precision.
    """

    rows: Integers
    labels: Integers
    given: npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings.

    Attributes:
        rounds: Number of times each text is read.
        rate: Largest step size; steps grow over the first 50 and shrink to 0 at the end.
        dropped: Share of the inputs of a layer that is dropped at random, 0 to 1.
        unseen: Share of table rows that are read as if they had not been seen in training.
        batch: Stretches of 128 characters per step.
        seed: Seed of the generator.
    """

    rounds: int
    rate: float = 3e-3
    dropped: float = 0.3
    unseen: float = 0.1
    batch: int = 32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Slopes:
    """The gradient of the loss.

    Attributes:
        layers: With respect to the weights and bias of each layer.
        recurrence: With respect to the weights of the recurrent layer.
        read: With respect to each input value, (stretches, characters, width of the input layer).
    """

    layers: tuple[tuple[Floats, Floats], ...]
    recurrence: Floats
    read: Floats


def slopes(
    network: Net,
    rows: Integers,
    labels: Integers,
    given: Floats | None = None,
    *,
    dropped: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[float, Slopes]:
    """Return the mean loss of a batch (cross-entropy in nats) and its gradient.

    Args:
        network: The network in its current state.
        rows: (stretches, characters, `net.READ`).
        labels: (stretches, characters).
        given: (stretches, characters, `network.given`); None if that is 0.
        dropped: See `Settings`.
        rng: Generator that draws what to drop; if None, nothing is dropped.
    """
    entrance, inner, (exit_weights, exit_bias) = network.layers
    found, found_mask = _drop(network.look_up(rows, given), 0.7 * dropped, rng)
    first = np.maximum(found @ entrance[0] + entrance[1], 0)
    seen, seen_mask = _drop(first, dropped, rng)
    states, memory = recurrence.remember(seen @ inner[0] + inner[1], network.recurrence)
    last, last_mask = _drop(first + states, dropped, rng)
    loss, slope = _loss(last @ exit_weights + exit_bias, labels)

    down = slope @ exit_weights.T * last_mask
    into, in_recurrence = recurrence.slopes(memory, network.recurrence, down)
    own = (down + into @ inner[0].T * seen_mask) * (first > 0)
    made = (
        (_product(found, own), _sum(own)),
        (_product(seen, into), _sum(into)),
        (_product(last, slope), _sum(slope)),
    )
    return loss, Slopes(made, in_recurrence, own @ entrance[0].T * found_mask)


def _drop(state: Floats, share: float, rng: np.random.Generator | None) -> tuple[Floats, Floats]:
    """Return values with a share set to 0 and the others scaled up to compensate, and the factors."""
    if rng is None or share == 0:
        return state, np.ones(1, dtype=state.dtype)
    mask = (rng.random(state.shape, dtype=np.float32) >= share) * np.float32(1 / (1 - share))
    return state * mask, mask


def _loss(scores: Floats, labels: Integers) -> tuple[float, Floats]:
    chances = net.softmax(scores)
    taught = labels != IGNORED
    right = (*np.nonzero(taught), labels[taught])
    count = max(int(taught.sum()), 1)
    loss = -np.log(np.maximum(chances[right], 1e-30)).sum(dtype=np.float64) / count
    slope = chances * taught[..., None]
    slope[right] -= 1
    return float(loss), slope / np.float32(count)


def _product(inputs: Floats, slope: Floats) -> Floats:
    made: Floats = inputs.reshape(-1, inputs.shape[-1]).T @ slope.reshape(-1, slope.shape[-1])
    return made


def _sum(slope: Floats) -> Floats:
    made: Floats = slope.reshape(-1, slope.shape[-1]).sum(axis=0)
    return made


def by_row(rows: Integers, read: Floats, table: str) -> tuple[Integers, Floats]:
    """Return the rows of a table that were read, except `NOTHING`, which stays 0, and the gradient of each.

    Args:
        rows: (stretches, characters, `net.READ`).
        read: `Slopes.read`.
        table: Name of a table.
    """
    numbers, parts, at = [], [], 0
    for place, name in enumerate(net.READ):
        width = net.WIDTHS[net.table_of(name)]
        if net.table_of(name) == table:
            numbers.append(rows[..., place].ravel())
            parts.append(read[..., at : at + width].reshape(-1, width))
        at += width
    flat, slope = np.concatenate(numbers), np.concatenate(parts)
    order = np.argsort(flat, kind="stable")
    used, starts = np.unique(flat[order], return_index=True)
    sums = np.add.reduceat(slope[order], starts, axis=0)
    kept = used != net.NOTHING
    return used[kept], sums[kept]


class _Adam:
    """Updates the weights of a network in place; in tables, only the rows that were read."""

    def __init__(self, network: Net) -> None:
        self._network = network
        self._moments: dict[str, tuple[Floats, Floats]] = {}
        self._steps = 0

    def step(self, rows: Integers, made: Slopes, rate: float) -> None:
        self._steps += 1
        tables = {name: by_row(rows, made.read, name) for name in net.WIDTHS}
        parts = [part for layer in made.layers for part in layer] + [slope for _, slope in tables.values()]
        parts.append(made.recurrence)
        length = np.sqrt(sum(np.square(part).sum(dtype=np.float64) for part in parts))
        scale = np.float32(min(1.0, _LONGEST_STEP / max(length, 1e-6)))
        for number, (layer, own) in enumerate(zip(self._network.layers, made.layers, strict=True)):
            for target, slope, name in zip(layer, own, "wb", strict=True):
                self._move(f"{name}{number}", target, slice(None), slope * scale, rate)
        self._move("recurrence", self._network.recurrence, slice(None), made.recurrence * scale, rate)
        for name, (used, slope) in tables.items():
            self._move(f"table {name}", self._network.tables[name], used, slope * scale, rate)

    def _move(self, key: str, target: Floats, where: slice | Integers, slope: Floats, rate: float) -> None:
        if key not in self._moments:
            self._moments[key] = (np.zeros_like(target), np.zeros_like(target))
        mean, square = self._moments[key]
        one, two = _BETAS
        mean[where] = one * mean[where] + (1 - one) * slope
        square[where] = two * square[where] + (1 - two) * slope * slope
        size = np.float32(rate * np.sqrt(1 - two**self._steps) / (1 - one**self._steps))
        target[where] -= size * mean[where] / (np.sqrt(square[where]) + _EPSILON)


def train(start: Net, texts: Sequence[Text], settings: Settings) -> Net:
    """Return the network that results from training on texts.

    Args:
        start: Initial network, from `kg.extract.tagging.net_start`.
        texts: Labelled texts, at least one.
        settings: Training settings.
    """
    network = Net(
        start.kinds,
        start.keys,
        {name: table.copy() for name, table in start.tables.items()},
        tuple((weights.copy(), bias.copy()) for weights, bias in start.layers),
        start.recurrence.copy(),
    )
    rng = np.random.default_rng(settings.seed)
    adam, done = _Adam(network), 0
    characters = sum(len(text.labels) + _GAP for text in texts)
    steps = settings.rounds * -(-characters // (_STRETCH * settings.batch))
    for _ in range(settings.rounds):
        for rows, labels, given in _batches(texts, settings.batch, rng):
            done += 1
            fall = 0.5 + 0.5 * np.cos(np.pi * min(done / steps, 1.0))
            rate = settings.rate * min(done / _WARM_UP, 1.0) * fall
            hidden = (rng.random(rows.shape, dtype=np.float32) < settings.unseen) & (rows != net.NOTHING)
            shown = np.where(hidden, net.UNSEEN, rows)
            _, made = slopes(network, shown, labels, given, dropped=settings.dropped, rng=rng)
            adam.step(shown, made, rate)
    return network


def _batches(
    texts: Sequence[Text], size: int, rng: np.random.Generator
) -> Iterator[tuple[Integers, Integers, Floats]]:
    """Yield batches of stretches in random order, cut from the texts concatenated in random order."""
    # start with a gap of random length, so that the cuts fall elsewhere in each round
    width = texts[0].given.shape[1]
    parts = [_blank(int(rng.integers(_STRETCH)), width)]
    for number in rng.permutation(len(texts)):
        parts += [texts[number], _blank(_GAP, width)]
    parts.append(_blank(-sum(len(part.labels) for part in parts) % _STRETCH, width))
    rows = np.concatenate([part.rows for part in parts]).reshape(-1, _STRETCH, len(net.READ))
    labels = np.concatenate([part.labels for part in parts]).reshape(-1, _STRETCH)
    given = np.concatenate([part.given for part in parts]).reshape(len(rows), _STRETCH, width)
    order = rng.permutation(len(rows))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield rows[chosen], labels[chosen], given[chosen].astype(np.float32)


def _blank(length: int, width: int) -> Text:
    return Text(
        np.full((length, len(net.READ)), net.NOTHING, dtype=np.int64),
        np.full(length, IGNORED, dtype=np.int64),
        np.zeros((length, width), dtype=np.float16),
    )
