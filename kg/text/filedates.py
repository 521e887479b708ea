"""Dates in metadata and file names.

The value of a `date` key, a file name or a path gives `2023`, `2023-09`, `2023-09-21` or None.
Dates in the sentences of an article are handled in `kg.text.published`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from kg.text.filenames import told

_WRITTEN = re.compile(
    r"^\s*(?P<y>(?:19|"
    r"20)\d\d)(?:\s*[-/.年]\s*(?P<m>\d{1,2})(?:\s*[-/.月]\s*(?P<d>\d{1,2})\s*"
    r"日?)?)?\s*[年月]?(?:[T\s].*)?$|^\s*(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)?\s*$"
)
_IN_NAME = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-_.年]?)(?P<m>0[1-9]|1[0-2]|"
    r"(?<=[-_.年])[1-9])(?:(?P<t>[-_.月]?)(?P<d>0[1-9]|[12]\d|3[01]|(?<=[-_.月])[1-9]))?(?!\d)"
)


def parse_date(text: str | None) -> str | None:
    """Return a metadata date as `2023`, `2023-09` or `2023-09-21`; None if it is not a date.

    >>> parse_date("2023/9/21"), parse_date("2023-09-21T08:00:00+08:00"), parse_date("soon")
    ('2023-09-21', '2023-09-21', None)
    """
    found = _WRITTEN.match(text or "")
    if not found:
        return None
    return canonical(found["y"] or found["y2"], found["m"] or found["m2"], found["d"] or found["d2"])


def date_in_name(name: str) -> str | None:
    """Return the date contained in a file name, or None.

    >>> date_in_name("2023-09-21_太平湾"), date_in_name("大连日报20230921第1版"), date_in_name("t101")
    ('2023-09-21', '2023-09-21', None)
    """
    for found in _IN_NAME.finditer(name):
        if not found["d"] and not found["s"]:
            continue  # 202309 may be any number
        made = canonical(found["y"], found["m"], found["d"])
        if made:
            return made
    return None


def date_in_path(path: Path) -> str | None:
    """Return the date in a file's name, else that of its folder if the entire folder name is a date.

    >>> date_in_path(Path("2023-09-21/第1版.txt"))
    '2023-09-21'
    """
    found = date_in_name(told(path.stem))
    if found:
        return found
    above = told(path.parent.name)
    folder = date_in_name(above)
    return folder if folder and len(folder) == 10 and re.fullmatch(r"[\d\-_.年月日]{8,11}", above) else None


def canonical(year: str | None, month: str | None, day: str | None) -> str | None:
    """Return year, month and day as one value; None if there is no such date.

    >>> canonical("2023", "9", None), canonical("2023", "13", None)
    ('2023-09', None)
    """
    try:
        date(int(year or 0), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return f"{year}" + (f"-{int(month):02}" if month else "") + (f"-{int(day):02}" if month and day else "")
