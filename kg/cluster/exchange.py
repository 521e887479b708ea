"""Rows on their way from the tasks that make them to the tasks that need them: a shuffle over files.

A task writes what it has for all others into one file, by part, and returns where each part lies; the task
of a part reads its piece of every file. So there are as many files as tasks, not as pairs of tasks, and a
task that is run again writes the same file again.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from kg.cluster.storage import Folder

Row = list[Any]
# a file, its first byte and the one behind its last
Piece = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a file lie.

    Attributes:
        file: Its name.
        numbers: Those of the parts that it has, rising.
        offsets: Where each begins, and where the last one ends.
    """

    file: str
    numbers: tuple[int, ...]
    offsets: tuple[int, ...]

    def piece(self, number: int) -> Piece | None:
        """Return where a part lies, None where the file has nothing for it."""
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            return None
        return self.file, self.offsets[at], self.offsets[at + 1]


def put(folder: Folder, file: str, parts: Mapping[int, bytes]) -> Parts:
    """Write a file of parts; return where they lie."""
    numbers = sorted(parts)
    offsets = [0]
    for number in numbers:
        offsets.append(offsets[-1] + len(parts[number]))
    folder.write(file, b"".join(parts[number] for number in numbers))
    return Parts(file, tuple(numbers), tuple(offsets))


def take(folder: Folder, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the bytes of pieces."""
    for file, start, end in pieces:
        yield folder.read(file, start, end)


def pieces(parts: Iterable[Parts], number: int) -> tuple[Piece, ...]:
    """Return where a part lies in files, in their order."""
    return tuple(found for one in parts if (found := one.piece(number)) is not None)


def pack(rows: Sequence[Row]) -> bytes:
    """Return rows of JSON values as bytes.

    >>> list(unpack(pack([["太平湾", 1], []])))
    [['太平湾', 1], []]
    """
    lines = "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return zlib.compress(lines.encode("utf-8", "surrogatepass"), 1)


def unpack(data: bytes) -> Iterator[Row]:
    """Yield the rows that were packed."""
    for line in zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n"):
        if line:
            yield json.loads(line)


def put_rows(folder: Folder, file: str, rows: Mapping[int, Sequence[Row]]) -> Parts:
    """Write a file of rows by part; return where they lie."""
    return put(folder, file, {number: pack(some) for number, some in rows.items()})


def take_rows(folder: Folder, where: Iterable[Piece]) -> Iterator[Row]:
    """Yield the rows of pieces."""
    for data in take(folder, where):
        yield from unpack(data)


def number_of(*words: str) -> int:
    """Return a number from 0 up to 2^64 for words, the same on every machine."""
    text = "\x1f".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
