"""What is known of each character, as columns of numbers, and the features that are made of them.

A column holds one 64-bit number per character of an article: the code of a string (`code`), zero
where there is nothing to say. A template such as `"c-1 c0"` names columns and how many characters
beside the place at hand each is read; its feature is a hash of these codes and of the template
itself, zero where one of them is missing. Hashes of 64 bits stand for the features themselves: among
a million features two meet with a probability of 3 in 100 million.

References:
    Weinberger et al.: Feature hashing for large scale multitask learning (ICML 2009).
    Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014), the mixing.
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
    """Return the number that stands for a string: the same on every machine, 0 for the empty one."""
    return (
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) if text else 0
    )


def of_characters(text: str, tell: Callable[[str], str] | None = None) -> Column:
    """Return the codes of the characters of a text, or of what `tell` says of each character."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if tell is None:
        return _mix(points.astype(np.uint64) + np.uint64(1))
    different, places = np.unique(points, return_inverse=True)
    return np.array([code(tell(chr(point))) for point in different.tolist()], dtype=np.uint64)[places]


def of_strings(strings: Iterable[str], counts: Sequence[int] | npt.NDArray[np.int64]) -> Column:
    """Return a column with the code of each string as often as `counts` says."""
    return np.repeat(np.array([code(s) for s in strings], dtype=np.uint64), counts)


def of_spans(length: int, spans: Iterable[tuple[int, int, str]]) -> Column:
    """Return for each character its place (first, inner, last, only) in the span on it; later spans win."""
    column = np.zeros(length, dtype=np.uint64)
    for start, end, label in spans:
        if end - start == 1:
            column[start] = code("S" + label)
            continue
        column[start:end] = code("I" + label)
        column[start], column[end - 1] = code("B" + label), code("E" + label)
    return column


def joined(*columns: Column) -> Column:
    """Return a column that tells the combination of several, zero where one is zero."""
    made = columns[0]
    for column in columns[1:]:
        made = _mix(made ^ (column * _MULTIPLIER))
    for column in columns:
        made = np.where(column == 0, np.uint64(0), made)
    return made


def features(
    columns: Mapping[str, Column], lines: npt.NDArray[np.int64], templates: Sequence[str]
) -> npt.NDArray[np.uint64]:
    """Return the features of each character, one column a template; zero for none.

    Args:
        columns: By name.
        lines: Number of the line of each character: beyond its line a column reads as a mark of its own
            for `c` (the edge is worth knowing once), as nothing for the others.
        templates: As in the module's text.
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
    """Return name and offset of a part of a template.

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
