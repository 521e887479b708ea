"""A network that reads an article with its things marked, and scores relations and the owners of figures.

Each character is described by itself, by the type of the thing whose name it is in, and by its states in a
network trained on far more text (`kg.extract.tagging.lexical`). The types of outermost names are kept apart
from those of names inside others and of phrases that refer to a thing. A dense layer and a bidirectional
recurrent layer turn this into a state of the character in its context.

A name is represented by the states of its first and last character. The element-wise maximum over all names
of a thing represents what the article says of it elsewhere, and the maximum over the characters between two
names represents the text between them. From these and the layout features of two names
(`kg.extract.relations.traits`, `closer`), the network scores each relation. From those of a figure and a name
(`kg.extract.figures.claims`), it scores whether the thing owns the figure. Both tasks are trained on one
shared reading of the article.

Reading needs only numpy; training is in `kg.extract.context.learning`.

References:
    Miwa, Bansal: End-to-end relation extraction using LSTMs on sequences and tree structures (ACL 2016).
    Eberts, Ulges: Span-based joint entity and relation extraction with Transformer pre-training (ECAI 2020):
    the maximum over the text between two names.
    Caruana: Multitask learning (Machine Learning 28, 1997).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kg.errors import KGError
from kg.extract.context.tape import LONGEST, Floats, Ints, Tape, Value
from kg.extract.trained import read_arrays, write_arrays

MODEL = Path(__file__).resolve().parent.parent / "models" / "context.net"
BLOCK, MARGIN = 128, 16
"""Characters in a block and in the margin on either side; the recurrent layer reads all blocks at once."""
_AT_ONCE = 64
"""Most blocks of a text that are read at once."""
_LIMIT = 4.0
"""Standardised columns are clipped to this distance from their mean."""
NOTHING, UNSEEN, FIRST = 0, 1, 2
"""Rows of the table of characters: no character, one not seen in training, then those seen."""
WAYS = ("gap", "clauses", "kind", "types")
"""Features of the way between two names, each with a table of its own."""

States = Callable[[int, int], Floats]


@dataclass(frozen=True, slots=True)
class Page:
    """The characters of an article, padded to whole blocks and by `MARGIN` before and after them.

    Attributes:
        char: Row number of each character.
        outer, inner: Number that marks the thing whose name each character is in, 0 for none.
        window: First character of each block with its margins.
        place: Characters whose states are needed, ascending.
    """

    char: Ints
    outer: Ints
    inner: Ints
    window: Ints
    place: Ints

    def find(self, start: Ints, end: Ints) -> Ints:
        """Return the first and last character of each stretch as indices into `place`, (stretches, 2)."""
        return np.searchsorted(self.place, np.stack((start, end - 1), axis=1) + MARGIN)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The possible relations between the things of an article.

    Attributes:
        mention: First and last character of each name, as indices into `Page.place`, (names, 2).
        thing: Number of the thing that each name refers to.
        pair: Subject and object of each pair of names, as indices into `mention`, (pairs, 2).
        between: First character between the two and the one after the last, on the page, (pairs, 2).
        way: Features of the way between the two, (pairs, `WAYS`).
        row: Index of the pair of each relation.
        predicate: Predicate of each relation, as an index into `kg.model.PREDICATES`.
        sieved: Log odds of each relation by the sieve.
        columns: Layout features of each relation.
    """

    mention: Ints
    thing: Ints
    pair: Ints
    between: Ints
    way: Ints
    row: Ints
    predicate: Ints
    sieved: Floats
    columns: Floats


@dataclass(frozen=True, slots=True)
class Owners:
    """The possible owners of the figures of an article.

    Attributes:
        figure: First and last character of each figure, as indices into `Page.place`, (figures, 2).
        mention: First and last character of each name, likewise, (names, 2).
        row: Index of the figure of each claim.
        name: Name of each claim, as an index into `mention`; -1 for nobody.
        between: First character between figure and name and the one after the last, (claims, 2).
        type: Type of the thing of each claim.
        columns: Layout features of each claim.
    """

    figure: Ints
    mention: Ints
    row: Ints
    name: Ints
    between: Ints
    type: Ints
    columns: Floats


@dataclass(frozen=True, slots=True)
class Seen:
    """An article as the network has read it.

    Attributes:
        asked: States of the characters in `Page.place`.
        passed: What each character contributes to the text between two names.
    """

    asked: Value
    passed: Value


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network.

    Attributes:
        characters: Code points that have a row, ascending.
        weights: Weights by name; see `WEIGHTS`.
    """

    characters: Ints
    weights: Mapping[str, Floats]

    def rows(self, text: str) -> Ints:
        """Return the row number of each character of a text."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
        at = np.minimum(np.searchsorted(self.characters, codes), len(self.characters) - 1)
        return np.where(self.characters[at] == codes, at + FIRST, UNSEEN)

    def read(self, page: Page, states: States) -> Seen:
        """Return an article as the network has read it.

        Args:
            page: The article.
            states: Function that returns the states of the characters of the page from one position to
                another, from `kg.extract.tagging.lexical`, 0 for padding.
        """
        tape = Tape(self.weights)
        asked = np.empty((len(page.place), 2 * self.weights["recurrence"].shape[1]), np.float32)
        passed = np.zeros((len(page.char), len(self.weights["passed.b"])), np.float32)
        # read a long text in parts, so that the memory for intermediate results does not grow with it
        for first in range(0, len(page.window), _AT_ONCE):
            windows = page.window[first : first + _AT_ONCE]
            start, end = int(windows[0]), int(windows[-1]) + BLOCK + 2 * MARGIN
            since, upto = start + MARGIN, end - MARGIN
            first_asked, behind, near = np.searchsorted(page.place, (since, upto, upto + LONGEST)).tolist()
            if first_asked == near:
                continue  # no name or figure is near enough to need these characters
            here = slice(first_asked, behind)
            part = Page(
                page.char[start:end],
                page.outer[start:end],
                page.inner[start:end],
                windows - start,
                page.place[here] - start,
            )
            seen = read(tape, part, states(start, end))
            asked[here] = seen.asked.data
            passed[since:upto] = seen.passed.data[MARGIN:-MARGIN]
        return Seen(Value(asked), Value(passed))

    def relations(self, seen: Seen, pairs: Pairs) -> Floats:
        """Return the log odds of each possible relation; `seen` is as returned by `read`."""
        return find_relations(Tape(self.weights), seen, pairs).data

    def owners(self, seen: Seen, owners: Owners) -> Floats:
        """Return a score for each claim: the log of its probability, up to a constant for each figure."""
        return find_owners(Tape(self.weights), seen, owners).data[:, 0]

    def save(self, path: Path) -> None:
        """Write the network to one file, the same bytes for the same network; half precision is enough."""
        arrays = (self.weights[name] for name in WEIGHTS)
        write_arrays(path, (self.characters, *(a.astype(np.float16) for a in arrays)))


COUNTED = ("columns mean", "columns scale", "claim mean", "claim scale")
"""Weights that are computed from the data and not learned."""
WEIGHTS = (
    "char", "outer", "inner", "entrance.w", "entrance.b", "lexical.w", "gates.w", "gates.b", "recurrence",
    "subject.w", "subject.b", "object.w", "object.b", *(f"way {name}" for name in WAYS), "columns.w",
    "predicate", "relation.w", "relation.b", "answer", "trust", "bias",
    "figure.w", "figure.b", "owner.w", "owner.b", "claim.w", "type", "claims.w", "claims.b",
    "choice.w", "choice.b", "passed.w", "passed.b", "between.w", "between claim.w",
    "gist.w", "gist.b", "gist subject.w", "gist object.w",
    *COUNTED,
)  # fmt: skip
"""Names of the weights, in the order of the file."""


def read(tape: Tape, page: Page, lexical: Floats) -> Seen:
    """Return an article as the network has read it.

    Args:
        tape: Tape that carries out the operations.
        page: The article.
        lexical: States of its characters from `kg.extract.tagging.lexical`, 0 for padding.
    """
    told = tape.beside(
        tape.rows("char", page.char), tape.rows("outer", page.outer), tape.rows("inner", page.inner)
    )
    alone = tape.relu(
        tape.sum(tape.linear(tape.drop(told), "entrance"), tape.taught(tape.noise(lexical), "lexical"))
    )
    gates = tape.linear(tape.drop(alone), "gates")
    # the states come block by block, without margins
    states = tape.recurrent(gates, "recurrence", page.window, BLOCK + 2 * MARGIN, MARGIN)
    inside = (page.window[:, None] + MARGIN + np.arange(BLOCK)).ravel()
    around = tape.drop(tape.sum(tape.choose(alone, inside), states))
    return Seen(
        tape.choose(around, np.searchsorted(inside, page.place)),
        tape.place(tape.linear(around, "passed"), inside, len(page.char)),
    )


def find_relations(tape: Tape, seen: Seen, pairs: Pairs) -> Value:
    """Return the log odds of each possible relation."""
    names = _ends(tape, seen.asked, pairs.mention)
    way = (tape.rows(f"way {name}", pairs.way[:, n]) for n, name in enumerate(WAYS))
    gist = _gist(tape, names, pairs.thing)
    ends = (
        tape.pick(
            tape.sum(tape.linear(names, end), tape.linear(gist, f"gist {end}", bias=False)), pairs.pair[:, n]
        )
        for n, end in enumerate(("subject", "object"))
    )
    met = tape.sum(
        *ends,
        tape.linear(_passed(tape, seen, pairs.between), "between", bias=False),
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


def find_owners(tape: Tape, seen: Seen, owners: Owners) -> Value:
    """Return a score for each claim, as one column."""
    figures = tape.linear(_ends(tape, seen.asked, owners.figure), "figure")
    names = tape.linear(_ends(tape, seen.asked, owners.mention), "owner")
    claims = tape.sum(
        tape.pick(figures, owners.row),
        tape.times(
            tape.pick(names, np.maximum(owners.name, 0)), (owners.name >= 0).astype(np.float32)[:, None]
        ),
        tape.linear(_passed(tape, seen, owners.between), "between claim", bias=False),
        tape.taught(_standard(tape.weights, owners.columns, "claim"), "claim"),
        tape.rows("type", owners.type),
    )
    return tape.linear(_deeper(tape, claims, "claims"), "choice")


def _gist(tape: Tape, names: Value, thing: Ints) -> Value:
    """Return the gist of the thing of each name, from all its names; if there are very many, the first."""
    order = np.argsort(thing, kind="stable")
    start = np.searchsorted(thing[order], np.arange(int(thing.max(initial=-1)) + 2))
    stretch = np.stack((start[:-1], np.minimum(start[1:], start[:-1] + LONGEST)), axis=1)
    return tape.relu(tape.pick(tape.highest(tape.pick(tape.linear(names, "gist"), order), stretch), thing))


def _passed(tape: Tape, seen: Seen, between: Ints) -> Value:
    return tape.relu(tape.highest(seen.passed, between))


def _ends(tape: Tape, states: Value, ends: Ints) -> Value:
    return tape.beside(tape.pick(states, ends[:, 0]), tape.pick(states, ends[:, 1]))


def _deeper(tape: Tape, x: Value, name: str) -> Value:
    seen = tape.drop(tape.relu(x))
    return tape.sum(seen, tape.relu(tape.linear(seen, name)))


def _standard(weights: Mapping[str, Floats], columns: Floats, name: str) -> Floats:
    """Return columns standardised and clipped."""
    made = (columns.astype(np.float32) - weights[f"{name} mean"]) / weights[f"{name} scale"]
    return np.clip(made, -_LIMIT, _LIMIT, out=made)


@cache
def open_network(path: Path = MODEL) -> Network:
    """Return the network in a file, opened once per process; raises as `read_network` does."""
    return read_network(path)


def read_network(path: Path) -> Network:
    """Return the network in a file.

    Raises:
        KGError: The file is missing or is not such a network.
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
