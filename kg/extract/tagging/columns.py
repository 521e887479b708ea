"""What is known of each character, as columns of numbers, and the features built from them.

A column holds one 64-bit number per character of an article: the code of a string (`code`), or zero
where there is no value. A template such as `"c-1 c0"` names columns and the offset from the current
character at which each is read. Its feature is a hash of these codes and of the template itself, or
zero where a code is missing. The 64-bit hashes stand for the features themselves: among a million
features, two collide with a probability of 3 in 100 million.

References:
    Weinberger et al.: Feature hashing for large scale multitask learning (ICML 2009).
    Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014): the mixing function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.uint64]
Features = npt.NDArray[np.uint64]

_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)


@lru_cache(maxsize=1 << 17)
def code(text: str) -> int:
    """Return the code of a string: the same on every machine, 0 for the empty string."""
    return (
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) if text else 0
    )


def of_characters(text: str, tell: Callable[[str], str] | None = None) -> Column:
    """Return the code of each character of a text, or of what `tell` returns for it."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if tell is None:
        return _mix(points.astype(np.uint64) + np.uint64(1))
    different, places = np.unique(points, return_inverse=True)
    return np.array([code(tell(chr(point))) for point in different.tolist()], dtype=np.uint64)[places]


def of_strings(strings: Iterable[str], counts: Sequence[int] | npt.NDArray[np.int64]) -> Column:
    """Return a column in which the code of each string is repeated `counts` times."""
    return np.repeat(np.array([code(s) for s in strings], dtype=np.uint64), counts)


def of_spans(length: int, spans: Iterable[tuple[int, int, str]]) -> Column:
    """Return the position of each character in its span (first, inner, last, only); later spans win."""
    column = np.zeros(length, dtype=np.uint64)
    for start, end, label in spans:
        if end - start == 1:
            column[start] = code("S" + label)
            continue
        column[start:end] = code("I" + label)
        column[start], column[end - 1] = code("B" + label), code("E" + label)
    return column


def joined(*columns: Column) -> Column:
    """Return a column that encodes the combination of several columns, zero where one is zero."""
    made = columns[0]
    for column in columns[1:]:
        made = _mix(made ^ (column * _MULTIPLIER))
    for column in columns:
        made = np.where(column == 0, np.uint64(0), made)
    return made


def features(
    columns: Mapping[str, Column], lines: npt.NDArray[np.int64], templates: Sequence[str]
) -> npt.NDArray[np.uint64]:
    """Return the features of each character, one column per template; zero where there is none.

    Args:
        columns: Columns by name.
        lines: Line number of each character. Outside the line of a character, `c` reads as a mark of its
            own (one column is enough to tell the edge) and the other columns read as missing.
        templates: See the module docstring.
    """
    moved: dict[str, Column] = {}
    made = np.zeros((len(templates), len(lines)), dtype=np.uint64)
    for row, template in enumerate(templates):
        total = np.full(len(lines), code(template), dtype=np.uint64)
        missing = np.zeros(len(lines), dtype=bool)
        for part in template.split():
            column = moved.get(part)
            if column is None:
                name, offset = _parse(part)
                edge = code("^") if name == "c" else 0
                column = moved[part] = _moved(columns[name], lines, offset, edge)
            missing |= column == 0
            total = _mix(total ^ column)
        total[missing] = 0
        made[row] = total
    return made.T


def _parse(part: str) -> tuple[str, int]:
    """Return the column name and the offset of one part of a template.

    >>> _parse("c-1"), _parse("word0"), _parse("word+2")
    (('c', -1), ('word', 0), ('word', 2))
    """
    name = part.rstrip("0123456789").rstrip("+-")
    return name, int(part[len(name) :])


def _moved(column: Column, lines: npt.NDArray[np.int64], offset: int, edge: int) -> Column:
    if offset == 0 or not len(column):
        return column
    moved = np.full(len(column), edge, dtype=np.uint64)
    if abs(offset) >= len(column):
        return moved
    left, right = slice(None, -abs(offset)), slice(abs(offset), None)
    here, there = (left, right) if offset > 0 else (right, left)
    moved[here] = np.where(lines[here] == lines[there], column[there], np.uint64(edge))
    return moved


def _mix(values: Column) -> Column:
    with np.errstate(over="ignore"):
        values = (values ^ (values >> _SHIFT)) * _MULTIPLIER
        return values ^ (values >> _SHIFT)
