"""How words are used in annotated articles: how often they occur, and how often they name a thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import FAMILY_OF

Key = tuple[str, str]
"""A name, as returned by `clean_name`, and a family of types."""
_OFTEN = 20  # largest number of articles in `Usage.columns`
_FAMILIES = tuple(dict.fromkeys(FAMILY_OF.values()))


@dataclass(frozen=True, slots=True)
class Usage:
    """How words are used in annotated articles: how many contain them, and in how many they name a thing.

    Attributes:
        seen: Number of articles that contain a name, by name.
        named: Number of articles in which it names a thing of a family, by name and family.
    """

    seen: Mapping[str, int]
    named: Mapping[Key, int]

    def columns(self, key: Key) -> tuple[int, int, int]:
        """Return how many articles contain the words, and in what share of them they name a thing.

        There are two shares, in hundredths: for this family and for any. They are smoothed by one further
        article in which the words mostly name a thing, so that a few articles do not decide. They are -1
        where no article contains the words.
        """
        name, _ = key
        seen = self.seen.get(name, 0)
        if not seen:
            return 0, -1, -1
        own = self.named.get(key, 0)
        every = max(self.named.get((name, other), 0) for other in _FAMILIES)
        share, any_share = (round(100 * (count + 0.8) / (seen + 1)) for count in (own, every))
        return min(seen, _OFTEN), share, any_share


NO_USAGE = Usage({}, {})
