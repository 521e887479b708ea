"""Character states from a network that was trained on far more Chinese text than this corpus holds.

jieba ships a small network for words, parts of speech and names (LAC, in its folder `lac_small`), trained
by its makers on a large body of text. Its own labels are too coarse for the names that `kg` reads. But the
states of its upper layer are similar for characters in similar contexts, even for contexts that occur in no
article of the corpus. They are computed here with numpy, from the files that jieba installs, and are part of
the input of `kg.extract.tagging.net`.

References:
    Jiao, Sun, Sun: Chinese Lexical Analysis with Deep Bi-GRU-CRF Network (arXiv:1807.01882, 2018).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.errors import KGError
from kg.extract.tagging import recurrence

Floats = npt.NDArray[np.float32]

WIDTH = 256
"""Width of the state of a character."""
_HALF = WIDTH // 2
_UNKNOWN = "OOV"
# As in `net`, characters are read in blocks, all at once, each with a margin on either side; what lies beyond
# the margin changes a state, whose values are between -1 and 1, by 0.009 on average
_BLOCK, _MARGIN = 32, 8
_AT_ONCE = 64
_PART = _BLOCK * _AT_ONCE
_PARTS_KEPT = 32
_EDGE = "。"


@dataclass(frozen=True, slots=True)
class Lexical:
    """The network.

    Attributes:
        numbers: Number of each known character; unknown characters have the number of `OOV`.
        rows: Embedding of each number.
        entrances: Input weights and bias of each of the two layers, both directions side by side; all
            weights are as returned by `recurrence.scaled`.
        gates, fresh: Weights of the previous state, for each layer and by direction.
    """

    numbers: Mapping[str, int]
    rows: Floats
    entrances: tuple[tuple[Floats, Floats], ...]
    gates: tuple[Floats, ...]
    fresh: tuple[Floats, ...]

    def states(self, text: str, start: int = 0, end: int | None = None) -> Floats:
        """Return the states of the upper layer for the characters of a text, (characters, `WIDTH`).

        Args:
            text: Any text.
            start: First character to return.
            end: Character after the last; the end of the text if None.
        """
        end = len(text) if end is None else end
        first, last = start // _BLOCK, -(-end // _BLOCK)
        made = np.empty(((last - first) * _BLOCK, WIDTH), dtype=np.float32)
        # read a long text in parts, so that the memory for intermediate results does not grow with it
        for part in range(first, last, _AT_ONCE):
            upto = min(part + _AT_ONCE, last)
            numbers = self._numbers(text, part * _BLOCK - _MARGIN, upto * _BLOCK + _MARGIN)
            made[(part - first) * _BLOCK : (upto - first) * _BLOCK] = self._of_blocks(numbers)
        return made[start - first * _BLOCK : end - first * _BLOCK]

    def _numbers(self, text: str, start: int, end: int) -> npt.NDArray[np.int64]:
        """Return the numbers of a stretch, which may begin before the text and end after it."""
        unknown = self.numbers[_UNKNOWN]
        numbers = np.full(end - start, self.numbers[_EDGE], dtype=np.int64)
        known = slice(max(start, 0), min(end, len(text)))
        found = [self.numbers.get(char.lower(), unknown) for char in text[known]]
        numbers[known.start - start : known.start - start + len(found)] = found
        return numbers

    def _of_blocks(self, numbers: npt.NDArray[np.int64]) -> Floats:
        count = (len(numbers) - 2 * _MARGIN) // _BLOCK
        # the first characters of all blocks, then the second ones …: those read together lie side by side
        places = np.arange(_BLOCK + 2 * _MARGIN)[:, None] + np.arange(count) * _BLOCK
        distinct, which = np.unique(numbers, return_inverse=True)
        (weights, bias), (upper, upper_bias) = self.entrances
        inputs = (self.rows[distinct] @ weights + bias)[which[places]]
        lower = recurrence.run_reset_first(inputs, self.gates[0], self.fresh[0])
        np.matmul(lower, upper, out=inputs)
        inputs += upper_bias
        states = recurrence.run_reset_first(inputs, self.gates[1], self.fresh[1], margin=_MARGIN)
        return states.transpose(1, 0, 2).reshape(-1, WIDTH)


class States:
    """The states that the network of `open_lexical` gives the characters of a text, computed on demand.

    The states of the first 65,536 characters are kept, so that asking for them again costs no time. Of the
    rest of a longer text, only the states read last are kept, so that memory does not grow with it.

    Args:
        text: Any text.
    """

    __slots__ = ("_kept", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._kept: dict[int, Floats] = {}

    def __call__(self, start: int = 0, end: int | None = None) -> Floats:
        """Return the states of the characters from `start` to `end`, (characters, `WIDTH`)."""
        end = len(self._text) if end is None else end
        made = np.empty((end - start, WIDTH), dtype=np.float32)
        for number in range(start // _PART, -(-end // _PART)):
            first = number * _PART
            part = self._part(number)[max(start - first, 0) : end - first]
            at = max(first - start, 0)
            made[at : at + len(part)] = part
        return made

    def _part(self, number: int) -> Floats:
        if number not in self._kept:
            first = number * _PART
            part = open_lexical().states(self._text, first, min(first + _PART, len(self._text)))
            # a caller that reads on asks again for the end of the previous part
            stay = {n: p for n, p in self._kept.items() if n < _PARTS_KEPT or n == number - 1}
            self._kept = stay | {number: part}
        return self._kept[number]


@cache
def open_lexical() -> Lexical:
    """Return the network that jieba ships, opened once per process.

    Raises:
        KGError: The installed jieba lacks the files of the network.
    """
    found = find_spec("jieba")
    folder = Path(found.origin or "").parent / "lac_small" if found else Path("lac_small")
    try:
        lines = (folder / "word.dic").read_text(encoding="utf-8").rstrip("\n").split("\n")
        numbers = {char: int(number) for number, char in (line.split("\t") for line in lines)}
        model = folder / "model_baseline"
        entrances, gates, fresh = [], [], []
        for layer in (0, 2):
            sides = [_side(model, layer + side) for side in (0, 1)]
            entrances.append(
                (np.concatenate([s[0] for s in sides], axis=1), np.concatenate([s[1] for s in sides]))
            )
            gates.append(np.stack([s[2] for s in sides]))
            fresh.append(np.stack([s[3] for s in sides]))
        rows = _read(model / "word_emb")
        if len(rows) <= max(numbers.values()):
            raise ValueError("word.dic and word_emb do not fit")
    except (OSError, ValueError, struct.error) as error:
        raise KGError(
            f"the network of jieba cannot be read ({error}); install jieba 0.42.1", file="jieba/lac_small"
        ) from error
    return Lexical(numbers, rows, tuple(entrances), tuple(gates), tuple(fresh))


def _side(model: Path, number: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return one direction of a layer: input weights and bias, weights of the gates and the fresh state."""
    # both biases in one: that of the recurrent layer is added to its inputs, too
    bias = _read(model / f"fc_{number}.b_0") + _read(model / f"gru_{number}.b_0").ravel()
    # two matrices one after the other, whatever the shape in the file says
    cells = _read(model / f"gru_{number}.w_0").ravel()
    cut = 2 * _HALF * _HALF
    # the file has the gates update and reset, `recurrence` has reset and keep, with keep = 1 - update
    weights = _gates(_read(model / f"fc_{number}.w_0"))
    before = (cells[:cut].reshape(_HALF, -1), cells[cut:].reshape(_HALF, _HALF))
    gates, fresh = np.split(_gates(np.concatenate(before, axis=1)), [2 * _HALF], axis=1)
    return weights, _gates(bias), gates, fresh


def _gates(values: Floats) -> Floats:
    update, reset, fresh = np.split(values, (_HALF, 2 * _HALF), axis=-1)
    return recurrence.scaled(np.concatenate([reset, -update, fresh], axis=-1), _HALF)


def _read(path: Path) -> Floats:
    """Return the tensor of a PaddlePaddle file: two headers, a shape as protocol buffer, numbers."""
    data = path.read_bytes()
    _, levels = struct.unpack_from("<IQ", data)
    at = 12
    for _ in range(levels):
        at += 8 + int(struct.unpack_from("<Q", data, at)[0])
    size = int(struct.unpack_from("<i", data, at + 4)[0])
    shape, place, end = [], at + 8, at + 8 + size
    while place < end:
        field, place = data[place], place + 1
        value = shift = 0
        while True:
            byte, place = data[place], place + 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        # field 1 is the data type, field 2 the length of a dimension
        if field >> 3 == 2:
            shape.append(value)
    made: Floats = np.frombuffer(data, "<f4", offset=end).astype(np.float32).reshape(shape)
    return made
