"""A network that reads an article with its things marked, and tells relations and the owners of figures.

Each character is described by itself, by the type of the thing whose name it stands in (the outermost name
and, apart, names inside others and phrases that refer to a thing) and by the states of a network of much
wider reading (`kg.extract.tagging.lexical`). A layer and a recurrent layer over these, from both ends, make
of it what it is in its surroundings. What stands at the two ends of a name is the name; of two names and
what the layout says of them (`kg.extract.relations.traits`, `closer`) it is told how likely each relation
is, of a figure and a name (`kg.extract.figures.claims`) how likely the thing owns the figure. Both learn on
one and the same reading.

Reading needs numpy alone; training lives in `kg.extract.context.learning`.

References:
    Miwa, Bansal: End-to-end relation extraction using LSTMs on sequences and tree structures (ACL 2016).
    Caruana: Multitask learning (Machine Learning 28, 1997).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kg.errors import KGError
from kg.extract.context.tape import Floats, Ints, Tape, Value
from kg.extract.trained import read_arrays, write_arrays

MODEL = Path(__file__).resolve().parent.parent / "models" / "context.net"
BLOCK, MARGIN = 128, 16
"""The recurrent layer reads so many characters at once, all blocks side by side, and so many around each."""
_AT_ONCE = 64
"""So many blocks of a text are read at once."""
_LIMIT = 4.0
"""Columns count no more than so many times their usual distance from their mean."""
NOTHING, UNSEEN, FIRST = 0, 1, 2
"""Rows of the table of characters: none, one that training has not seen, then those that it has."""
WAYS = ("gap", "clauses", "kind", "types")
"""What is told of the way between two names, a table each."""

States = Callable[[int, int], Floats]


@dataclass(frozen=True, slots=True)
class Page:
    """The characters of an article, padded before and behind by `MARGIN` and to whole blocks.

    Attributes:
        char: Number of the row of each.
        outer, inner: Of each a number for the thing whose name it is in, 0 for none.
        window: First character of each block with its margins.
        place: Characters whose states are asked for, ascending.
    """

    char: Ints
    outer: Ints
    inner: Ints
    window: Ints
    place: Ints

    def find(self, start: Ints, end: Ints) -> Ints:
        """Return first and last character of stretches as numbers in `place`; (stretches, 2)."""
        return np.searchsorted(self.place, np.stack((start, end - 1), axis=1) + MARGIN)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The relations that may be between the things of an article.

    Attributes:
        mention: First and last character of each name, as numbers in `Page.place`; (names, 2).
        pair: Subject and object of each pair of names, as numbers in `mention`; (pairs, 2).
        way: What is told of the way between them, (pairs, `WAYS`).
        row: Of each relation the pair.
        predicate: Of each relation, a number in `kg.model.PREDICATES`.
        sieved: The log odds that the sieve gives each.
        columns: What the layout says of each.
    """

    mention: Ints
    pair: Ints
    way: Ints
    row: Ints
    predicate: Ints
    sieved: Floats
    columns: Floats


@dataclass(frozen=True, slots=True)
class Owners:
    """What may own the figures of an article.

    Attributes:
        figure: First and last character of each figure, as numbers in `Page.place`; (figures, 2).
        mention: Of each name, likewise.
        row: Of each claim the figure.
        name: Of each claim the name, a number in `mention`; -1 for nobody.
        type: Of each claim the type of the thing.
        columns: What the layout says of each claim.
    """

    figure: Ints
    mention: Ints
    row: Ints
    name: Ints
    type: Ints
    columns: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network.

    Attributes:
        characters: Code points that have a row, ascending.
        weights: By name; see `_WEIGHTS`.
    """

    characters: Ints
    weights: Mapping[str, Floats]

    def rows(self, text: str) -> Ints:
        """Return the number of the row of each character of a text."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
        at = np.minimum(np.searchsorted(self.characters, codes), len(self.characters) - 1)
        return np.where(self.characters[at] == codes, at + FIRST, UNSEEN)

    def read(self, page: Page, states: States) -> Floats:
        """Return the states of the characters that a page asks for.

        Args:
            page: The article.
            states: What `lexical` says of the characters of the page from one to another, 0 for padding.
        """
        tape = Tape(self.weights)
        found = np.empty((len(page.place), 2 * self.weights["recurrence"].shape[1]), np.float32)
        # a long text in parts, so that what is worked out on the way does not grow with it
        for first in range(0, len(page.window), _AT_ONCE):
            windows = page.window[first : first + _AT_ONCE]
            start, end = int(windows[0]), int(windows[-1]) + BLOCK + 2 * MARGIN
            here = slice(*np.searchsorted(page.place, (start + MARGIN, end - MARGIN)).tolist())
            if here.start < here.stop:
                part = Page(
                    page.char[start:end],
                    page.outer[start:end],
                    page.inner[start:end],
                    windows - start,
                    page.place[here] - start,
                )
                found[here] = read(tape, part, states(start, end)).data
        return found

    def relations(self, states: Floats, pairs: Pairs) -> Floats:
        """Return the log odds of each relation that may be; `states` as from `read`."""
        return find_relations(Tape(self.weights), Value(states), pairs).data

    def owners(self, states: Floats, owners: Owners) -> Floats:
        """Return a score for each claim: the logarithm of its share of the figure, but for a constant."""
        return find_owners(Tape(self.weights), Value(states), owners).data[:, 0]

    def save(self, path: Path) -> None:
        """Write the network as one file, the same bytes for the same network; half precision is enough."""
        arrays = (self.weights[name] for name in WEIGHTS)
        write_arrays(path, (self.characters, *(a.astype(np.float16) for a in arrays)))


COUNTED = ("columns mean", "columns scale", "claim mean", "claim scale")
"""Weights that are counted and not learned."""
WEIGHTS = (
    "char", "outer", "inner", "entrance.w", "entrance.b", "lexical.w", "gates.w", "gates.b", "recurrence",
    "subject.w", "subject.b", "object.w", "object.b", *(f"way {name}" for name in WAYS), "columns.w",
    "predicate", "relation.w", "relation.b", "answer", "trust", "bias",
    "figure.w", "figure.b", "owner.w", "owner.b", "claim.w", "type", "claims.w", "claims.b",
    "choice.w", "choice.b",
    *COUNTED,
)  # fmt: skip
"""Names of the weights, in the order of the file."""


def read(tape: Tape, page: Page, lexical: Floats) -> Value:
    """Return the states of the characters that a page asks for.

    Args:
        tape: Takes the steps.
        page: The article.
        lexical: What `kg.extract.tagging.lexical` says of its characters, 0 for padding.
    """
    told = tape.beside(
        tape.rows("char", page.char), tape.rows("outer", page.outer), tape.rows("inner", page.inner)
    )
    seen = tape.relu(
        tape.sum(tape.linear(tape.drop(told), "entrance"), tape.taught(tape.noise(lexical), "lexical"))
    )
    places = page.window[:, None] + np.arange(BLOCK + 2 * MARGIN)
    states = tape.recurrent(tape.linear(tape.drop(seen), "gates"), "recurrence", places, MARGIN)
    # the states come block by block, without margins
    block = np.searchsorted(page.window, page.place - MARGIN, "right") - 1
    at = block * BLOCK + page.place - MARGIN - page.window[block]
    return tape.drop(tape.sum(tape.pick(seen, page.place), tape.pick(states, at)))


def find_relations(tape: Tape, states: Value, pairs: Pairs) -> Value:
    """Return the log odds of each relation that may be."""
    names = _ends(tape, states, pairs.mention)
    way = (tape.rows(f"way {name}", pairs.way[:, n]) for n, name in enumerate(WAYS))
    met = tape.sum(
        tape.pick(tape.linear(names, "subject"), pairs.pair[:, 0]),
        tape.pick(tape.linear(names, "object"), pairs.pair[:, 1]),
        *way,
    )
    rows = tape.sum(
        tape.pick(met, pairs.row),
        tape.taught(_standard(tape.weights, pairs.columns, "columns"), "columns"),
        tape.rows("predicate", pairs.predicate),
    )
    return tape.sum(
        tape.dot(_deeper(tape, rows, "relation"), tape.rows("answer", pairs.predicate)),
        tape.scaled("trust", pairs.predicate, pairs.sieved),
        tape.scaled("bias", pairs.predicate, np.ones_like(pairs.sieved)),
    )


def find_owners(tape: Tape, states: Value, owners: Owners) -> Value:
    """Return a score for each claim, as one column."""
    figures = tape.linear(_ends(tape, states, owners.figure), "figure")
    names = tape.linear(_ends(tape, states, owners.mention), "owner")
    claims = tape.sum(
        tape.pick(figures, owners.row),
        tape.times(
            tape.pick(names, np.maximum(owners.name, 0)), (owners.name >= 0).astype(np.float32)[:, None]
        ),
        tape.taught(_standard(tape.weights, owners.columns, "claim"), "claim"),
        tape.rows("type", owners.type),
    )
    return tape.linear(_deeper(tape, claims, "claims"), "choice")


def _ends(tape: Tape, states: Value, ends: Ints) -> Value:
    return tape.beside(tape.pick(states, ends[:, 0]), tape.pick(states, ends[:, 1]))


def _deeper(tape: Tape, x: Value, name: str) -> Value:
    seen = tape.drop(tape.relu(x))
    return tape.sum(seen, tape.relu(tape.linear(seen, name)))


def _standard(weights: Mapping[str, Floats], columns: Floats, name: str) -> Floats:
    """Return columns as distances from their means, the far ones cut."""
    made = (columns.astype(np.float32) - weights[f"{name} mean"]) / weights[f"{name} scale"]
    return np.clip(made, -_LIMIT, _LIMIT, out=made)


@cache
def open_network(path: Path = MODEL) -> Network:
    """Return the network of a file, opened once per process; raises as `read_network`."""
    return read_network(path)


def read_network(path: Path) -> Network:
    """Return the network of a file.

    Raises:
        KGError: The file is missing or no such network.
    """
    characters, *arrays = read_arrays(
        path, 1 + len(WEIGHTS), what="network of relations and owners", trainer="kg.extract.context.training"
    )
    weights = {name: a.astype(np.float32) for name, a in zip(WEIGHTS, arrays, strict=True)}
    if weights["entrance.w"].ndim != 2 or weights["recurrence"].ndim != 3:
        raise KGError(
            "is a network of another version of kg; "
            "train it again with python -m kg.extract.context.training",
            file=path,
        )
    return Network(characters, weights)
