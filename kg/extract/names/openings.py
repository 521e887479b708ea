"""Expressions that begin with one of many phrases, all looked for in one pass over a text.

The endings of companies, bodies and projects, the verbs of making, the posts of people: hundreds of
phrases of a dozen kinds. One automaton tells where any of them begins, and only there is the
expression of its kind tried, instead of every expression at every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extract.names import lexicon as lx


@dataclass(frozen=True, slots=True)
class Opening:
    """An expression by what it begins with.

    Attributes:
        phrases: It begins with one of these, the longest that stands at a place.
        rest: What follows, as a regular expression.
    """

    phrases: tuple[str, ...]
    rest: str = ""


class Openings:
    """Expressions ready for search, by name."""

    def __init__(self, openings: Mapping[str, Opening]) -> None:
        self._patterns = [
            (name, re.compile(f"(?:{lx.alternation(opening.phrases)}){opening.rest}"))
            for name, opening in openings.items()
        ]
        numbers: dict[str, list[int]] = {}
        for number, opening in enumerate(openings.values()):
            for phrase in sorted(set(opening.phrases)):
                numbers.setdefault(phrase, []).append(number)
        self._numbers = list(numbers.values())
        self._automaton = AhoCorasick(list(numbers), matchkind=MatchKind.Standard)

    def starts(self, text: str) -> list[tuple[int, int]]:
        """Return where a phrase of which expression (by number) begins, in order."""
        return sorted(
            {
                (start, number)
                for index, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)
                for number in self._numbers[index]
            }
        )

    def find(
        self, text: str, starts: Iterable[tuple[int, int]], end: int
    ) -> Iterator[tuple[str, re.Match[str]]]:
        """Yield the name and the match of all that is found, expression by expression, from left to right.

        Args:
            text: The text.
            starts: Those of its `starts` at which a match may begin.
            end: Where all matches end at the latest.

        >>> openings = Openings({"noun": Opening(("产品",), "的?"), "verb": Opening(("生产", "批量生产"))})
        >>> text = "批量生产产品，生产产品"
        >>> [(name, found.span()) for name, found in openings.find(text, openings.starts(text), len(text))]
        [('noun', (4, 6)), ('noun', (9, 11)), ('verb', (0, 4)), ('verb', (7, 9))]
        """
        current, free = -1, 0
        for number, start in sorted((number, start) for start, number in starts):
            if number != current:
                current, free = number, 0
            name, pattern = self._patterns[number]
            if start >= free and (found := pattern.match(text, start, end)):
                yield name, found
                free = found.end()
