"""A small neural network that reads names alongside the linear chain.

Each character is described by the columns of `kg.extract.tagging.tagger.Marks`: the character itself, the
pairs of characters it is part of, its word, part of speech, known name, candidate of the grammar, quotes and
shape. Each value has an embedding, a row of a table. The embeddings, together with the states of a network
trained on far more text (`kg.extract.tagging.lexical`), pass through a dense layer and then a bidirectional
recurrent layer (`kg.extract.tagging.recurrence`). The output is a probability for each label and character.
From public corpora the network has learnt which characters and words are alike. The linear models, which
weigh each one separately, cannot know that. The two err in different places, and together they are right
more often than either alone.

Reading needs only numpy; training is in `kg.extract.tagging.net_training`.

References:
    Huang, Xu, Yu: Bidirectional LSTM-CRF models for sequence tagging (arXiv:1508.01991, 2015).
    Collobert et al.: Natural Language Processing (Almost) from Scratch (JMLR 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.errors import KGError
from kg.extract.tagging import recurrence
from kg.extract.trained import Array, read_arrays, write_arrays

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]
Given = Callable[[int, int], Floats]

# What is read for each character: the tables and the widths of their rows. `cc` is the pair with the
# next character; it is read a second time as the pair with the previous one.
WIDTHS: Mapping[str, int] = {
    "c": 48, "w": 24, "t": 16, "k": 16, "g": 16, "q": 4, "s": 4, "cc": 24,
}  # fmt: skip
READ = (*WIDTHS, "cc<")
# Rows of a table: no value, a value not seen in training, then the values seen
NOTHING, UNSEEN, FIRST = 0, 1, 2
# The recurrent layer reads a text in blocks of this many characters, all blocks at once, with a margin of
# this many around each: characters further away hardly matter
_BLOCK, _MARGIN = 64, 12
# Most blocks of a text that are read at once
_AT_ONCE = 128
# Weights and biases of three layers, and the weights of the recurrent layer
_ARRAYS = 7
# Added to each probability, so that no label is ruled out for good
_LEAST = 1e-6
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Net:
    """A trained network.

    Attributes:
        kinds: Kinds of names, in order; labels are numbered O, S-…, E-…, B-…, I-… as in `linear_chain`.
        keys: Codes that have a row in each table, by name of the table, ascending.
        tables: Rows of each table, by name; there are `len(keys) + 2` rows.
        layers: Weights and bias of the input layer, of the inputs of the recurrent layer and of the output
            layer.
        recurrence: Weights of the previous state in the recurrent layer; `recurrence.run` takes them scaled.
    """

    kinds: tuple[str, ...]
    keys: Mapping[str, Codes]
    tables: Mapping[str, Floats]
    layers: tuple[tuple[Floats, Floats], ...]
    recurrence: Floats

    @property
    def given(self) -> int:
        """Number of values of `kg.extract.tagging.lexical` read with each character: all of them or none."""
        return len(self.layers[0][0]) - entrance_width()

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels in the order of their numbers."""
        return ("O", *(f"{mark}-{kind}" for mark in "SEBI" for kind in self.kinds))

    def rows(self, columns: Mapping[str, Codes]) -> Integers:
        """Return the row number of each character in each table of `READ`.

        Args:
            columns: Columns by name, those of `WIDTHS` except `cc`: codes, or 0 where there is no value.
        """
        return rows(self.keys, columns)

    def probabilities(self, columns: Mapping[str, Codes], given: Given | None = None) -> Floats:
        """Return the probability of each label for each character, (characters, labels), 0 to 1.

        Args:
            columns: As for `rows`.
            given: Function that returns the given values of the characters from one position to another,
                (characters, `self.given`); None if `self.given` is 0.
        """
        table = self.rows(columns)
        length = len(table)
        count = -(-length // _BLOCK)
        padded = np.full((count * _BLOCK + 2 * _MARGIN, len(READ)), NOTHING, dtype=np.int64)
        padded[_MARGIN : _MARGIN + length] = table
        made = np.empty((count * _BLOCK, len(self.layers[2][1])), dtype=np.float32)
        # read a long text in parts, so that the memory for intermediate results does not grow with it
        for first in range(0, count, _AT_ONCE):
            start, end = first * _BLOCK, min(first + _AT_ONCE, count) * _BLOCK
            seen = padded[start : end + 2 * _MARGIN]
            beside = np.zeros((len(seen), self.given), dtype=np.float32)
            if given is not None:
                known, behind = max(start - _MARGIN, 0), min(end + _MARGIN, length)
                beside[known + _MARGIN - start : behind + _MARGIN - start] = given(known, behind)
            made[start:end] = self._of_blocks(seen, beside)
        return made[:length]

    def _of_blocks(self, padded: Integers, given: Floats) -> Floats:
        """Return the probabilities for the rows of some blocks, given with a margin before and after them."""
        count = (len(padded) - 2 * _MARGIN) // _BLOCK
        places = np.arange(_BLOCK + 2 * _MARGIN)[:, None] + np.arange(count) * _BLOCK
        entrance, inner, (weights, bias) = self.layers
        half = self.recurrence.shape[1]
        state = np.maximum(self.look_up(padded, given) @ entrance[0] + entrance[1], 0)
        inputs = state @ recurrence.scaled(inner[0], half) + recurrence.scaled(inner[1], half)
        states = recurrence.run(inputs[places], recurrence.scaled(self.recurrence, half), margin=_MARGIN)
        state = state[_MARGIN : _MARGIN + count * _BLOCK]
        state += states.transpose(1, 0, 2).reshape(state.shape)
        made: Floats = softmax(state @ weights + bias)
        return made

    def log_probabilities(self, columns: Mapping[str, Codes], given: Given | None = None) -> Floats:
        """Return the natural logarithms of the probabilities, each at least that of one in a million.

        Adding a fraction of them to the scores of a linear chain with the same kinds
        (`kg.extract.tagging.linear_chain.Model.scores`) combines the two models; the chain still ensures
        whole names.

        Args:
            columns, given: As for `probabilities`.
        """
        made: Floats = np.log(self.probabilities(columns, given) + np.float32(_LEAST))
        return made

    def look_up(self, table: Integers, given: Floats | None = None) -> Floats:
        """Return the embeddings in the rows of the tables and the given values, side by side.

        Args:
            table: (…, `READ`), as returned by `rows`.
            given: (…, `self.given`); None if that is 0.
        """
        found = [self.tables[table_of(name)][table[..., at]] for at, name in enumerate(READ)]
        return np.concatenate(found if given is None else [*found, given], axis=-1)

    def save(self, path: Path) -> None:
        """Write the network to one file, the same bytes for the same network; half precision is enough."""
        tables: list[Array] = []
        for name in WIDTHS:
            tables += (self.keys[name], self.tables[name].astype(np.float16))
        weights = (*(array for layer in self.layers for array in layer), self.recurrence)
        halved = (array.astype(np.float16) for array in weights)
        write_arrays(path, (np.array(self.kinds), *tables, *halved))


def entrance_width() -> int:
    """Return the total width of what is read from the tables for a character."""
    return sum(WIDTHS[table_of(name)] for name in READ)


def rows(keys: Mapping[str, Codes], columns: Mapping[str, Codes]) -> Integers:
    """Return the row number of each character in each table of `READ`; see `Net.rows`."""
    found = {name: _places(keys[name], columns[name]) for name in WIDTHS if name != "cc"}
    found["cc"] = _places(keys["cc"], pairs(columns["c"]))
    before = np.full_like(found["cc"], NOTHING)
    before[1:] = found["cc"][:-1]
    return np.stack([before if name == "cc<" else found[name] for name in READ], axis=1)


def pairs(characters: Codes) -> Codes:
    """Return the code of each pair of a character and the next one, 0 for the last character."""
    made = np.zeros_like(characters)
    made[:-1] = (characters[:-1] * _PAIR) ^ characters[1:]
    return made


def _places(keys: Codes, codes: Codes) -> Integers:
    if not len(keys):
        return np.where(codes == 0, NOTHING, UNSEEN)
    at = np.minimum(np.searchsorted(keys, codes), len(keys) - 1)
    return np.where(keys[at] == codes, at + FIRST, np.where(codes == 0, NOTHING, UNSEEN))


def table_of(name: str) -> str:
    """Return the name of the table that an entry of `READ` is read from."""
    return "cc" if name == "cc<" else name


def softmax(scores: Floats) -> Floats:
    """Return the softmax of scores along the last axis."""
    made: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    made /= made.sum(axis=-1, keepdims=True)
    return made


@cache
def open_net(path: Path) -> Net:
    """Return the network in a file, opened once per process; raises as `read_net` does."""
    return read_net(path)


def read_net(path: Path) -> Net:
    """Return the network in a file.

    Raises:
        KGError: The file is missing or is not a network.
    """
    found = iter(
        read_arrays(
            path,
            1 + 2 * len(WIDTHS) + _ARRAYS,
            what="network",
            trainer="kg.extract.tagging.net_training",
        )
    )
    kinds = tuple(str(kind) for kind in next(found))
    keys, tables = {}, {}
    for name in WIDTHS:
        keys[name], tables[name] = next(found), next(found).astype(np.float32)
    *layers, recurrent = (array.astype(np.float32) for array in found)
    if recurrent.ndim != 3 or layers[2].shape != (2 * recurrent.shape[1], 2 * recurrent.shape[2]):
        raise KGError(
            "is a network of another version of kg; "
            "train it again with python -m kg.extract.tagging.net_training",
            file=path,
        )
    return Net(kinds, keys, tables, tuple(zip(layers[::2], layers[1::2], strict=True)), recurrent)
