"""A file-based shuffle, which moves rows from the tasks that produce them to the tasks that need them.

A task writes its output for all other tasks to one file, grouped by part, and returns the position of each
part. The task for a part reads its piece of every file. So there are as many files as tasks, not as pairs of
tasks, and a task that is run again writes the same file again.
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
# file name, offset of the first byte, and offset after the last byte
Piece = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of the parts in a file.

    Attributes:
        file: Name of the file.
        numbers: Numbers of the parts that it contains, in ascending order.
        offsets: Start of each part, followed by the end of the last one.
    """

    file: str
    numbers: tuple[int, ...]
    offsets: tuple[int, ...]

    def piece(self, number: int) -> Piece | None:
        """Return the piece of the file that holds a part, or None if the file has nothing for it."""
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            return None
        return self.file, self.offsets[at], self.offsets[at + 1]


def put(folder: Folder, file: str, parts: Mapping[int, bytes]) -> Parts:
    """Write a file of parts; return their positions."""
    numbers = sorted(parts)
    offsets = [0]
    for number in numbers:
        offsets.append(offsets[-1] + len(parts[number]))
    folder.write(file, b"".join(parts[number] for number in numbers))
    return Parts(file, tuple(numbers), tuple(offsets))


def take(folder: Folder, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the bytes of each piece."""
    for file, start, end in pieces:
        yield folder.read(file, start, end)


def pieces(parts: Iterable[Parts], number: int) -> tuple[Piece, ...]:
    """Return the pieces of several files that hold a part, in the order of the files."""
    return tuple(found for one in parts if (found := one.piece(number)) is not None)


def pack(rows: Sequence[Row]) -> bytes:
    """Return rows of JSON values as bytes.

    >>> list(unpack(pack([["太平湾", 1], []])))
    [['太平湾', 1], []]
    """
    lines = "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return zlib.compress(lines.encode("utf-8", "surrogatepass"), 1)


def unpack(data: bytes) -> Iterator[Row]:
    """Yield the rows from packed bytes; the inverse of `pack`."""
    for line in zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n"):
        if line:
            yield json.loads(line)


def put_rows(folder: Folder, file: str, rows: Mapping[int, Sequence[Row]]) -> Parts:
    """Write a file of rows grouped by part; return the positions of the parts."""
    return put(folder, file, {number: pack(some) for number, some in rows.items()})


def take_rows(folder: Folder, where: Iterable[Piece]) -> Iterator[Row]:
    """Yield the rows of some pieces."""
    for data in take(folder, where):
        yield from unpack(data)


def number_of(*words: str) -> int:
    """Return a hash of some words, from 0 to 2^64 - 1, that is the same on every machine."""
    text = "\x1f".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
