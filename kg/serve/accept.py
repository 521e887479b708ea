"""Content negotiation: choosing the offered media type that a client prefers.

Takes the value of `Accept` (RFC 9110, section 12.5.1) and returns one of the offered media types, or None.
The quality of a type is that of the most specific media range that matches it; among types of the same
quality, the one offered first wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^,;]*)*)\s*")
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """A media range with its quality, 0 to 1."""

    kind: str
    subkind: str
    quality: float

    def fits(self, media_type: str) -> int:
        """Return how specifically the range matches a type: 3 itself, 2 `text/*`, 1 `*/*`, 0 no match."""
        kind, _, subkind = media_type.partition("/")
        if self.kind == "*":
            return 1
        if self.kind != kind:
            return 0
        return 2 if self.subkind == "*" else 3 * (self.subkind == subkind)


def ranges(header: str) -> list[Range]:
    """Return the media ranges of an `Accept` header; malformed ones are ignored.

    >>> [(r.subkind, r.quality) for r in ranges("text/html, */*;q=0.5")]
    [('html', 1.0), ('*', 0.5)]
    """
    found = []
    for part in header.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        quality = 1.0
        for parameter in match[3].split(";"):
            weight = _QUALITY.fullmatch(parameter)
            if weight:
                quality = min(1.0, float(weight[1]))
        found.append(Range(match[1].lower(), match[2].lower(), quality))
    return found


def choose(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that a client prefers, or None if it accepts none of them.

    >>> choose("text/*;q=0.3, text/turtle;q=0.7", ("text/html", "text/turtle"))
    'text/turtle'
    >>> choose("image/png", ("text/html",)) is None
    True
    >>> choose(None, ("text/html", "text/turtle"))
    'text/html'
    """
    asked = ranges(header) if header and header.strip() else [Range("*", "*", 1.0)]
    best, likes = None, 0.0
    for media_type in offered:
        fitting = [(r.fits(media_type), r.quality) for r in asked if r.fits(media_type)]
        quality = max(fitting, default=(0, 0.0))[1]
        if quality > likes:
            best, likes = media_type, quality
    return best
