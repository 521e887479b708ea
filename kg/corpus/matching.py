"""Match predicted entities with annotated ones: they must share a family and a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from kg.model import FAMILY_OF

_IGNORED = re.compile(r"[\s“”\"‘’'《》〈〉「」『』]")


def squeeze(name: str) -> str:
    """Return a name in the form used for comparison.

    >>> squeeze("“甘心　办”（ＡＢ）")
    '甘心办(ab)'
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name)).lower()


def match(
    predicted: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], *, relaxed: bool = False
) -> dict[str, str]:
    """Pair entities one to one, best agreement first, and return the gold id by predicted id."""
    candidates = []
    known = [(g, family_of(g), names_of(g)) for g in gold]
    for p in predicted:
        family, names = family_of(p), names_of(p)
        for g, g_family, g_names in known:
            if family == g_family and (agreement := _agreement(names, g_names, relaxed)):
                candidates.append(
                    (-agreement, p["type"] != g["type"], str(p["id"]), str(g["id"]), p["id"], g["id"])
                )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for *_, p_id, g_id in sorted(candidates, key=lambda row: row[:4]):
        if p_id not in found and g_id not in taken:
            found[p_id] = g_id
            taken.add(g_id)
    return found


def family_of(entity: Mapping[str, Any]) -> str:
    """Return the coarse family of an entity, or its type if the type has no family."""
    return FAMILY_OF.get(entity["type"], str(entity["type"]))


def names_of(entity: Mapping[str, Any]) -> set[str]:
    """Return the names of an entity in the form used for comparison."""
    return {squeeze(name) for name in entity["names"]}


def _agreement(predicted: set[str], gold: set[str], relaxed: bool) -> float:
    shared = len(predicted & gold)
    if shared or not relaxed:
        return shared
    best = 0.0
    for p in predicted:
        for g in gold:
            short, long = sorted((len(p), len(g)))
            if short and short >= 0.6 * long and (p in g or g in p):
                best = max(best, short / long)
    return best
