"""Choice among overlapping candidates.

A longer name wins over the names inside it (大连船舶重工集团 over 大连). Of two candidates of equal
length, the one with the higher confidence wins. A candidate that overlaps a chosen one is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import Mention, by_place


def choose(candidates: Iterable[Mention], length: int) -> tuple[Mention, ...]:
    """Return the chosen mentions, without overlaps, in order of start.

    Args:
        candidates: The candidates, in any order.
        length: Number of characters in the text.
    """
    taken = bytearray(length)
    kept = []
    for mention in sorted(candidates, key=lambda m: (m.start - m.end, -m.confidence, m.start, m.type, m.by)):
        if taken.find(1, mention.start, mention.end) < 0:
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return tuple(sorted(kept, key=by_place))
