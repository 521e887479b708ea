"""Training loop for the network of `kg.extract.context.network`: its loss, and steps of Adam.

The loss is the sum of two: for each possible relation, whether it holds; for each figure, which claim to it
is right. Articles are read in batches of four, in a new order each round, and every other time with some of
their things missing, as will happen in use. All randomness comes from one generator with a fixed seed, and
all sums are computed in a fixed order: the same articles give the same network.

References:
    Loshchilov, Hutter: Decoupled Weight Decay Regularization (ICLR 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract import trees
from kg.extract.context.network import (
    COUNTED,
    WAYS,
    Network,
    Owners,
    Page,
    Pairs,
    find_owners,
    find_relations,
    read,
)
from kg.extract.context.sheets import MARK_SIZE, WAY_SIZES, padded
from kg.extract.context.tape import Floats, Ints, Tape
from kg.extract.tagging.lexical import WIDTH as LEXICAL
from kg.model import PREDICATES, TYPES

Flags = npt.NDArray[np.bool_]

WIDTH = 128
"""Width of the state of a character, half of it for each direction."""
DEEP = 96
"""Width of the representation of a possible relation, and of a claim."""
PASSED = 48
"""Width of what a character contributes to the text between two names."""
GIST = 48
"""Width of the gist, which represents all that an article says of a thing."""
_CHAR, _OUTER, _INNER = 48, 24, 16
_SCALE = np.float32(1 / 2000)
_LONGEST = 1.0
_BETAS = (0.9, 0.999)
_EPSILON = np.float32(1e-8)
_WARM_UP = 150


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings.

    Attributes:
        rounds: Number of times each article is read.
        rate: Largest step size; steps grow over the first 150 and shrink to a fiftieth at the end.
        dropped: Share of values dropped at random, 0 to 1.
        decay: Share of a weight that a step of size 1 removes (weight decay).
        batch: Articles per step.
        seed: Seed of the generator.
    """

    rounds: int = 8
    rate: float = 2e-3
    dropped: float = 0.25
    decay: float = 0.02
    batch: int = 4
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article with the right answers.

    Attributes:
        page, pairs, owners: The article; `owners` has at least one figure, or is None.
        lexical: States of its characters from `kg.extract.tagging.lexical`, in half precision.
        right: Whether each relation holds.
        owned: Whether each claim is right; at least one claim to each figure is.
    """

    page: Page
    pairs: Pairs
    owners: Owners | None
    lexical: npt.NDArray[np.float16]
    right: Flags
    owned: Flags


def begin(characters: Ints, lessons: Sequence[Lesson], seed: int) -> Network:
    """Return a network with random weights.

    Args:
        characters: Code points that get a row, ascending.
        lessons: Lessons from which the means and scales of the columns are computed.
        seed: Seed of the generator.
    """
    rng = np.random.default_rng(seed)

    def table(rows: int, width: int, size: float = 0.1) -> Floats:
        return rng.normal(0, size, (rows, width)).astype(np.float32)

    def layer(width: int, *shape: int) -> Floats:
        return rng.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.sqrt(width))

    half, told = WIDTH // 2, _CHAR + _OUTER + _INNER
    columns = np.concatenate([lesson.pairs.columns for lesson in lessons[::7]]).astype(np.float32)
    claims = np.concatenate([t.owners.columns for t in lessons[::3] if t.owners]).astype(np.float32)
    read_of = told + LEXICAL
    weights = {
        "char": table(len(characters) + 2, _CHAR, 1.0),
        "outer": table(MARK_SIZE, _OUTER, 1.0),
        "inner": table(MARK_SIZE, _INNER, 1.0),
        "entrance.w": layer(read_of, told, WIDTH),
        "entrance.b": layer(read_of, WIDTH),
        "lexical.w": layer(read_of, LEXICAL, WIDTH),
        "gates.w": layer(half, WIDTH, 6 * half),
        "gates.b": layer(half, 6 * half),
        "recurrence": layer(half, 2, half, 3 * half),
        "columns.w": layer(columns.shape[1], columns.shape[1], DEEP),
        "claim.w": layer(claims.shape[1], claims.shape[1], DEEP),
        "predicate": table(len(PREDICATES), DEEP),
        "answer": table(len(PREDICATES), DEEP),
        "type": table(len(TYPES) + 1, DEEP),
        "trust": np.full(len(PREDICATES), 0.5, np.float32),
        "bias": np.zeros(len(PREDICATES), np.float32),
        "choice.w": layer(DEEP, DEEP, 1),
        "choice.b": np.zeros(1, np.float32),
        "passed.w": layer(WIDTH, WIDTH, PASSED),
        "passed.b": layer(WIDTH, PASSED),
        "between.w": layer(PASSED, PASSED, DEEP),
        "between claim.w": layer(PASSED, PASSED, DEEP),
        "gist.w": layer(2 * WIDTH, 2 * WIDTH, GIST),
        "gist.b": layer(2 * WIDTH, GIST),
        "gist subject.w": layer(GIST, GIST, DEEP),
        "gist object.w": layer(GIST, GIST, DEEP),
        "columns mean": columns.mean(axis=0),
        "columns scale": columns.std(axis=0) + np.float32(0.05),
        "claim mean": claims.mean(axis=0),
        "claim scale": claims.std(axis=0) + np.float32(0.05),
    }
    for name in ("subject", "object", "figure", "owner"):
        weights |= {f"{name}.w": layer(2 * WIDTH, 2 * WIDTH, DEEP), f"{name}.b": layer(2 * WIDTH, DEEP)}
    for name in ("relation", "claims"):
        weights |= {f"{name}.w": layer(DEEP, DEEP, DEEP), f"{name}.b": layer(DEEP, DEEP)}
    weights |= {f"way {name}": table(size, DEEP) for name, size in zip(WAYS, WAY_SIZES, strict=True)}
    return Network(characters, weights)


def train(start: Network, lessons: Sequence[Sequence[Lesson]], settings: Settings) -> Network:
    """Return the network that results from training on articles.

    Args:
        start: Initial network, such as from `begin`.
        lessons: One or more lessons for each article, which are used in turn.
        settings: Training settings.
    """
    network = Network(start.characters, {name: w.copy() for name, w in start.weights.items()})
    rng = np.random.default_rng(settings.seed)
    adam = _Adam(network.weights, settings.decay)
    steps = settings.rounds * -(-len(lessons) // settings.batch)
    done = 0
    for turn in range(settings.rounds):
        order = rng.permutation(len(lessons))
        for first in range(0, len(order), settings.batch):
            batch = [
                lessons[i][(turn + i) % len(lessons[i])]
                for i in order[first : first + settings.batch].tolist()
            ]
            done += 1
            rate = settings.rate * min(1.0, done / _WARM_UP) * (0.02 + 0.98 * (1 - done / steps))
            adam.step(slopes(network, batch, settings.dropped, rng)[1], rate)
    return network


def slopes(
    network: Network, lessons: Sequence[Lesson], dropped: float = 0.0, rng: np.random.Generator | None = None
) -> tuple[float, dict[str, Floats]]:
    """Return the loss of some lessons (nats divided by 2,000) and its gradient by name of the weight.

    Args:
        network: The network in its current state.
        lessons: At least one.
        dropped: See `Settings`.
        rng: Generator that draws what to drop; if None, nothing is dropped.
    """
    tape = Tape(network.weights, learning=True, dropped=dropped, rng=rng)
    characters = [len(t.page.char) for t in lessons]
    page = Page(
        np.concatenate([t.page.char for t in lessons]),
        np.concatenate([t.page.outer for t in lessons]),
        np.concatenate([t.page.inner for t in lessons]),
        _moved([t.page.window for t in lessons], characters),
        _moved([t.page.place for t in lessons], characters),
    )
    lexical = np.concatenate([padded(t.lexical, len(t.page.char)) for t in lessons])
    seen = read(tape, page, lexical)
    places = [len(t.page.place) for t in lessons]
    scores = find_relations(tape, seen, _pairs([t.pairs for t in lessons], places, characters))
    right = np.concatenate([t.right for t in lessons])
    sure = trees.probability(scores.data.astype(float))
    loss = float(np.sum(np.logaddexp(0, scores.data) - scores.data * right))
    scores.add((sure - right).astype(np.float32) * _SCALE)
    owned = [
        (t.owners, n, m)
        for t, n, m in zip(lessons, _before(places), _before(characters), strict=True)
        if t.owners
    ]
    if owned:
        owners = _owners(owned)
        choice = find_owners(tape, seen, owners)
        good = np.concatenate([t.owned for t in lessons if t.owners])
        share = trees.shares(choice.data[:, 0].astype(float), owners.row)
        start = np.searchsorted(owners.row, np.arange(len(owners.figure)))
        rightly = np.add.reduceat(share * good, start)
        loss -= float(np.log(rightly + 1e-9).sum())
        choice.add(
            ((share - share * good / (rightly + 1e-9)[owners.row]).astype(np.float32) * _SCALE)[:, None]
        )
    return loss * float(_SCALE), tape.slopes()


def _moved(parts: Sequence[Ints], sizes: Sequence[int]) -> Ints:
    """Return index arrays concatenated, each shifted by the sizes before it; negative indices stay."""
    made: Ints = np.concatenate(
        [np.where(part < 0, part, part + n) for part, n in zip(parts, _before(sizes), strict=True)]
    )
    return made


def _before(sizes: Sequence[int]) -> list[int]:
    """Return, for each of some consecutive parts, the total size of the parts before it."""
    before: list[int] = np.cumsum([0, *sizes[:-1]]).tolist()
    return before


def _pairs(pairs: Sequence[Pairs], places: Sequence[int], characters: Sequence[int]) -> Pairs:
    names, met = [len(p.mention) for p in pairs], [len(p.pair) for p in pairs]
    things = [int(p.thing.max(initial=-1)) + 1 for p in pairs]
    return Pairs(
        _moved([p.mention for p in pairs], places),
        _moved([p.thing for p in pairs], things),
        _moved([p.pair for p in pairs], names),
        _moved([p.between for p in pairs], characters),
        np.concatenate([p.way for p in pairs]),
        _moved([p.row for p in pairs], met),
        np.concatenate([p.predicate for p in pairs]),
        np.concatenate([p.sieved for p in pairs]),
        np.concatenate([p.columns for p in pairs]),
    )


def _owners(owned: Sequence[tuple[Owners, int, int]]) -> Owners:
    """Return owners concatenated; each comes with the number of places and characters before its page."""
    owners = [o for o, _, _ in owned]
    names, figures = [len(o.mention) for o in owners], [len(o.figure) for o in owners]
    return Owners(
        np.concatenate([o.figure + n for o, n, _ in owned]),
        np.concatenate([o.mention + n for o, n, _ in owned]),
        _moved([o.row for o in owners], figures),
        _moved([o.name for o in owners], names),
        np.concatenate([o.between + m for o, _, m in owned]),
        np.concatenate([o.type for o in owners]),
        np.concatenate([o.columns for o in owners]),
    )


class _Adam:
    """Updates weights in place."""

    def __init__(self, weights: Mapping[str, Floats], decay: float) -> None:
        self._weights, self._decay, self._steps = weights, decay, 0
        self._mean = {name: np.zeros_like(w) for name, w in weights.items() if name not in COUNTED}
        self._square = {name: np.zeros_like(w) for name, w in self._mean.items()}

    def step(self, slope: dict[str, Floats], rate: float) -> None:
        self._steps += 1
        length = np.sqrt(sum(float(np.square(s, dtype=np.float64).sum()) for s in slope.values()))
        scale = np.float32(min(1.0, _LONGEST / max(float(length), 1e-6)))
        one, two = _BETAS
        size = np.float32(rate * np.sqrt(1 - two**self._steps) / (1 - one**self._steps))
        for name, own in sorted(slope.items()):
            own = own * scale
            mean, square, weight = self._mean[name], self._square[name], self._weights[name]
            mean += np.float32(1 - one) * (own - mean)
            square += np.float32(1 - two) * (own * own - square)
            weight *= np.float32(1 - rate * self._decay)
            weight -= size * mean / (np.sqrt(square) + _EPSILON)
