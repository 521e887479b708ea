"""Names that overlap: what the tagger says of those around a name, and which of them stand in the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.extract.names.nested import READ
from kg.extract.tagging.tagger import Tagged
from kg.extract.tagging.usage import Key
from kg.model import FAMILY_OF, TYPES, Mention, by_place

_AS_LIKELY = 0.5
"""A name that the tagger chose nowhere stands where its probability is at least this share of its highest."""


def settle(tagged: Sequence[Tagged], groups: Sequence[tuple[Sequence[int], float]]) -> list[Mention]:
    """Return the mentions of groups of names, in order.

    A group stands where the tagger chose it, or else where it is likeliest. Of names that cross, and of names
    of the same stretch, the likelier group wins. A name inside another one is returned (`READ`) if its
    group stands nowhere else.

    Args:
        tagged: Names that the tagger read, in order.
        groups: Numbers of the names in each group, and the probability of the group, which becomes their
            confidence.
    """
    rows = []
    for group, (members, probability) in enumerate(groups):
        stands = [n for n in members if tagged[n].chosen]
        if not stands:
            least = _AS_LIKELY * max(tagged[n].mention.confidence for n in members)
            stands = [n for n in members if tagged[n].mention.confidence >= least]
        rows += [(-probability, group, n) for n in stands]
    # the names that stand at each character
    standing: dict[int, list[Mention]] = defaultdict(list)
    kept = []
    for doubt, group, n in sorted(rows):
        mention = tagged[n].mention
        others = {other for at in (mention.start, mention.end - 1) for other in standing.get(at, ())}
        if all(_holds(mention, other) or _holds(other, mention) for other in others):
            kept.append((group, replace(mention, confidence=round(-doubt, 4))))
            for at in range(mention.start, mention.end):
                standing[at].append(mention)
    inner = [any(_holds(other, m) for other in standing[m.start]) for _, m in kept]
    outside = {group for (group, _), inside in zip(kept, inner, strict=True) if not inside}
    made = [
        replace(mention, by=READ) if inside else mention
        for (group, mention), inside in zip(kept, inner, strict=True)
        if not inside or group not in outside
    ]
    return sorted(made, key=by_place)


def _holds(outer: Mention, inner: Mention) -> bool:
    """Return whether a name is a part of a longer one."""
    holds = outer.start <= inner.start and inner.end <= outer.end
    return holds and (outer.start, outer.end) != (inner.start, inner.end)


def overlap_columns(
    tagged: Sequence[Tagged], best: Mapping[Key, int], places: Mapping[Key, Sequence[int]]
) -> dict[str, list[float]]:
    """Return columns on the names that overlap one: how sure the tagger was of them, how often they hold it.

    Args:
        tagged: Names that the tagger read, in order.
        best: The likeliest name of each group.
        places: Positions of the name of each group in the text.
    """
    over: dict[int, list[int]] = defaultdict(list)
    owner: dict[int, Mention] = {}
    read = Counter(reading.mention.text for reading in tagged if reading.chosen)
    for n, reading in enumerate(tagged):
        for at in range(reading.mention.start, reading.mention.end):
            over[at].append(n)
            if reading.chosen:
                owner[at] = reading.mention
    rows = []
    for key, number in best.items():
        mention = tagged[number].mention
        sure = {"outer": 0.0, "inner": 0.0, "cross": 0.0, "same": 0.0}
        alike = together = mention.confidence
        often = 0
        holder: Mention | None = None
        for n in sorted({n for at in range(mention.start, mention.end) for n in over[at]} - {number}):
            other = tagged[n].mention
            if _holds(other, mention):
                kind = "outer"
                if holder is None or other.confidence > holder.confidence:
                    holder = other
            elif _holds(mention, other):
                kind = "inner"
            else:
                same = (mention.start, mention.end) == (other.start, other.end)
                kind = "same" if same else "cross"
            sure[kind] = max(sure[kind], other.confidence)
            together += other.confidence
            alike += other.confidence * (FAMILY_OF[other.type] == key[1])
            often = max(often, read[other.text] if kind != "same" else 0)
        inside = free = 0
        for place in places[key]:
            first, last = owner.get(place), owner.get(place + len(key[0]) - 1)
            free += first is last is None
            inside += first is not None and first is last and len(first.text) > len(key[0])
        rows.append((
            *(100 * p for p in sure.values()), TYPES.index(holder.type) + 1 if holder else 0,
            holder is not None and holder.start == mention.start,
            holder is not None and holder.end == mention.end,
            100 * alike, 100 * together, often, inside, free, tagged[number].chosen,
        ))  # fmt: skip
    names = (
        "outer", "inner", "cross", "same", "outer:type", "outer:opens", "outer:closes", "family here",
        "any here", "overlap:read", "inside", "free", "chosen",
    )  # fmt: skip
    return by_column(names, rows)


def by_column(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    """Return a table given by rows as its columns by name."""
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
