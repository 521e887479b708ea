"""Where else the things of an article are named: search for their names and short forms in its text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from kg.extract.clustering import aliases
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.clusters import Cluster
from kg.extract.names.known import places_of
from kg.model import Mention, Word

SPREAD = "spread"
"""`Mention.by` of a further occurrence of a name."""


def spread(clusters: Sequence[Cluster], text: str, words: Sequence[Word]) -> None:
    """Add mentions where names of the clusters, or short forms they license, occur outside other mentions.

    Args:
        clusters: The things of an article; they are changed in place.
        text: `Article.text`.
        words: The segmenter's words.
    """
    taken = bytearray(len(text))
    for cluster in clusters:
        for mention in cluster.mentions:
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    named = {name: cluster for cluster in clusters for name in cluster.names}
    owners: dict[str, Cluster | None] = dict(named)
    places = {name for c in clusters if c.family == "Location" for name in c.names}
    for cluster in clusters:
        for name in sorted(cluster.names):
            for short in aliases.short_forms(name, cluster.type, places=places):
                if short not in owners:
                    owners[short] = cluster
                elif owners[short] is not cluster and short not in named:
                    owners[short] = None
    wanted = [n for n, owner in owners.items() if owner is not None and len(n) >= 2]
    # one pass over the text; a search for each name by itself would cost names times characters
    standing = places_of(wanted, text)
    for name in sorted(standing, key=lambda n: (-len(n), n)):
        owner = owners[name]
        size = len(name)
        found = [
            at
            for at in standing[name]
            if taken.find(1, at, at + size) < 0
            and (size >= 4 or _ends_word(words, at) or _ends_word(words, at + size))
        ]
        # a short name that mostly occurs inside other words (中央 in 中央企业) does not mean the thing there
        if owner is None or not found or (size < 4 and owner.names.get(name, len(found)) < len(found)):
            continue
        kind, called = owner.type, clean_name(name)
        for at in found:
            taken[at : at + size] = b"\1" * size
            owner.add(Mention(at, at + size, name, kind, SPREAD, 0.7), called)


def _ends_word(words: Sequence[Word], place: int) -> bool:
    """Return whether a position is at 0 or at the end of a word; the words cover the text."""
    number = bisect_left(words, place, key=attrgetter("end"))
    return not place or (number < len(words) and words[number].end == place)
