"""Finding things by any of their names, in characters or in pinyin.

Takes things with their names and builds an index in memory that answers in milliseconds for 100,000 names. A
name matches if it equals the typed text, begins with it or contains it. In pinyin, whole syllables
(`taipingwan`) or their initials (`tpw`) match in the same ways, but only from the start of a syllable.
Character width, case and traditional characters make no difference.

The names are stored in one long text, one per line, so that looking for a part of a name is a single search
of the standard library; there is no tree and no table of n-grams.
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
        thing: The thing.
        name: Its best matching name.
        rank: Where the name matches: 0 as a whole, 1 at its beginning, 2 in another part.
        pinyin: Whether it matches in pinyin and not in characters.
        degree: Number of facts of the thing.
    """

    thing: Thing
    name: str
    rank: int
    pinyin: bool
    degree: int


class Index:
    """A searchable index of the names of things."""

    def __init__(self, things: Iterable[Thing], degree: dict[str, int]) -> None:
        """Index all names of the things.

        Args:
            things: The things that can be found.
            degree: Number of facts by IRI; among equal matches, things with more facts come first.
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
        """Return the best matching things, each once.

        Exact matches come before beginnings and beginnings before parts; then characters before pinyin,
        more facts before fewer, and shorter names before longer.

        Args:
            typed: Name, part of a name, pinyin or initials; over 100 characters, it matches nothing.
            types: Leaf types of the things wanted; all if empty.
            limit: Largest number of results, at least 1.
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
            # a single letter matches a syllable of almost every name
            for number, rank in lines.find(wanted):
                if rank < 2 or len(wanted) > 1:
                    yield number, rank, True


class _Lines:
    """Texts, one per line, that are searched all at once."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Join texts, each given as its parts; a match must begin where a part begins.

        A text of one part can match anywhere.
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
                # the characters that do not begin a part: no match may start there
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
        """Yield number and rank (0 whole, 1 beginning, 2 part) of each text that contains the wanted one."""
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
            # a name counts once, and its first match is its best one
            at = self._all.find(wanted, self._all.index("\n", at))


def fold(name: str) -> str:
    """Return a name in the form used for comparison: NFKC, simplified characters, no case and no spaces.

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
