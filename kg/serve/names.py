"""Finding things by any of their names, in characters or in pinyin.

In: things with their names. Out: an index in memory that answers in milliseconds for 100,000
names. A name fits by being what was typed, by beginning with it or by holding it; in pinyin,
whole syllables (`taipingwan`) or their initials (`tpw`) do the same, from the beginning of a
syllable. Width, case and traditional characters do not matter.

Names lie in one long text, a line each, so that looking for a part of a name is one search of
the standard library; no tree or table of n-grams is kept.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg.graph.records import Thing
from kg.serve.pinyin import syllables
from kg.text.normal import simplify

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found.

    Attributes:
        thing: What was found.
        name: The name that fits best.
        rank: 0 the name itself, 1 its beginning, 2 a part of it.
        pinyin: Whether it fits in pinyin and not in characters.
        degree: Number of facts of the thing.
    """

    thing: Thing
    name: str
    rank: int
    pinyin: bool
    degree: int


class Index:
    """Names of things, ready to be searched."""

    def __init__(self, things: Iterable[Thing], degree: dict[str, int]) -> None:
        """Index all names of the things.

        Args:
            things: What can be found.
            degree: Number of facts by IRI; those with more come first among equals.
        """
        self._names: list[tuple[Thing, str]] = [(thing, name) for thing in things for name in thing.names]
        self._degree = degree
        self._plain = _Lines(([fold(name)] for _, name in self._names))
        spelt = [syllables(fold(name)) for _, name in self._names]
        self._full = _Lines(spelt)
        self._initials = _Lines([part[0] for part in parts] for parts in spelt)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, typed: str, *, types: frozenset[str] = frozenset(), limit: int = 20) -> list[Hit]:
        """Return the things that fit best, each once.

        Exact before beginning before part, characters before pinyin, then the most facts, then the
        shortest name.

        Args:
            typed: Name, part of a name, pinyin or initials; beyond 100 characters nothing is found.
            types: Leaf types of the things wanted; all when empty.
            limit: How many at most, at least 1.
        """
        wanted = fold(typed)
        if not wanted or len(wanted) > LONGEST:
            return []
        best: dict[str, tuple[tuple[int, bool, int, int, str, str], Hit]] = {}
        for number, rank, pinyin in self._matches(wanted):
            thing, name = self._names[number]
            if types and thing.type not in types:
                continue
            degree = self._degree.get(thing.iri, 0)
            key = (rank, pinyin, -degree, len(name), name, thing.iri)
            if thing.iri not in best or key < best[thing.iri][0]:
                best[thing.iri] = key, Hit(thing, name, rank, pinyin, degree)
        return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])[:limit]]

    def _matches(self, wanted: str) -> Iterator[tuple[int, int, bool]]:
        for number, rank in self._plain.find(wanted):
            yield number, rank, False
        if not wanted.isascii():
            return
        for lines in (self._full, self._initials):
            # a single letter fits a syllable of almost everything
            for number, rank in lines.find(wanted):
                if rank < 2 or len(wanted) > 1:
                    yield number, rank, True


class _Lines:
    """Texts one under another, searched at once."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Put texts together, each given as its parts; a match must begin where a part begins.

        A text of one part can be matched anywhere.
        """
        lines: list[str] = []
        self._starts: list[int] = []
        inside: list[int] = []
        place = 1
        for parts in texts:
            line = "".join(parts)
            self._starts.append(place)
            lines.append(line)
            if len(parts) > 1:
                # the characters that begin no part, to be turned down
                at = place
                for part in parts:
                    inside += range(at + 1, at + len(part))
                    at += len(part)
            place += len(line) + 1
        self._all = "\n" + "\n".join(lines) + "\n"
        self._inside = bytearray(len(self._all))
        for at in inside:
            self._inside[at] = 1

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield number and rank (0 whole, 1 beginning, 2 part) of each text that holds what is wanted."""
        at = self._all.find(wanted)
        while at >= 0:
            if self._inside[at]:
                at = self._all.find(wanted, at + 1)
                continue
            number = bisect_right(self._starts, at) - 1
            end = at + len(wanted)
            if at != self._starts[number]:
                yield number, 2
            else:
                yield number, 0 if self._all[end] == "\n" else 1
            # a name counts once, and its first match is its best
            at = self._all.find(wanted, self._all.index("\n", at))


def fold(name: str) -> str:
    """Return a name as it is compared: compatible forms, simplified characters, no case and no spaces.

    >>> fold("太平灣 Ａ區")
    '太平湾a区'
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    if not plain.isascii():
        plain = "".join(map(_simplified, plain))
    return "".join(c for c in plain if c.isprintable() and not c.isspace() and c not in "'’‘")


@cache
def _simplified(character: str) -> str:
    return simplify(character, "Hant")
