"""The days that a date covers: `2023-09` is the thirty days from 2023-09-01 to 2023-09-30.

Dates as written in the graph or by the user are converted to first and last days. For a date without a year
(3月27日), no year is guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_CHINESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")


def period_days(text: str) -> tuple[date, date] | None:
    """Return the first and last day (inclusive) of a date, or None if the text is not a date with a year.

    >>> [str(day) for day in period_days("2023-02")]
    ['2023-02-01', '2023-02-28']
    >>> [str(day) for day in period_days("2021/2025-06")]
    ['2021-01-01', '2025-06-30']
    >>> period_days("3月27日") is None
    True
    """
    first, slash, last = text.partition("/")
    if slash:
        start, end = period_days(first), period_days(last)
        return (start[0], end[1]) if start and end and start[0] <= end[1] else None
    match = _ISO.fullmatch(text.strip()) or _CHINESE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        return _days(year or 0, month, day)
    except ValueError:
        return None


def _days(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


def envelope(spans: Iterable[tuple[date | None, date | None]]) -> tuple[date | None, date | None]:
    """Return the earliest first day and the latest last day of all spans, or None if no span has one."""
    starts, ends = [], []
    for start, end in spans:
        starts += [start] if start else []
        ends += [end] if end else []
    return min(starts, default=None), max(ends, default=None)
