"""Search for expressions that begin with one of many phrases, in one pass over a text.

There are hundreds of phrases of a dozen kinds: endings of companies, bodies and projects, verbs of
making, posts of people. One automaton finds where any of them begins, and the expression of its
kind is tried only there, rather than every expression at every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extract.names import lexicon as lx


@dataclass(frozen=True, slots=True)
class Opening:
    """An expression that begins with one of some phrases.

    Attributes:
        phrases: Phrases that the expression may begin with; longer ones are tried first.
        rest: Regular expression for what follows the phrase.
    """

    phrases: tuple[str, ...]
    rest: str = ""


class Openings:
    """Named expressions, compiled for search."""

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
        """Return (start of a phrase, number of its expression), in order."""
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
        """Yield the name and match of each expression found: expression by expression, from left to right.

        Args:
            text: The text.
            starts: The part of `self.starts(text)` at which a match may begin.
            end: Upper bound of all matches.

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
