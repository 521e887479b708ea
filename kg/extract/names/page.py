"""An article as the grammar of names reads it: its characters, the word of each, and its sentences.

What all sentences share (the word of each character, the positions of the phrases with which
expressions begin) is computed once per article.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from kg.extract.names.openings import Openings
from kg.model import Mention, Sentence, Word


class Page:
    """The text of an article with its words.

    Args:
        normal: `Article.normal`.
        words: The segmenter's words; together they cover the text.
    """

    __slots__ = ("_starts", "at", "normal", "words")

    def __init__(self, normal: str, words: tuple[Word, ...]) -> None:
        self.normal, self.words = normal, words
        self.at: list[int] = []
        for number, word in enumerate(words):
            self.at += [number] * (word.end - word.start)
        self._starts: dict[Openings, list[tuple[int, int]]] = {}

    def starts(self, openings: Openings) -> list[tuple[int, int]]:
        """Return `openings.starts` of the text, which is computed at the first call."""
        if openings not in self._starts:
            self._starts[openings] = openings.starts(self.normal)
        return self._starts[openings]


class Line:
    """A sentence with the word of each character, and the known names in it.

    Known names are atoms: a name that is grown over one includes all of it, however the
    segmenter split its characters.
    """

    __slots__ = ("_at", "_page", "_starts", "_words", "atoms", "end", "normal", "start")

    def __init__(self, page: Page, start: int, end: int, known: Iterable[Mention] = ()) -> None:
        self._page, self._at, self._words = page, page.at, page.words
        self.normal, self.start, self.end = page.normal, start, end
        self.atoms = {
            mention.end: mention.start for mention in known if start <= mention.start and mention.end <= end
        }
        self._starts = sorted(self.atoms.values())

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that contain characters of the sentence."""
        if self.start >= self.end:
            return ()
        return self._words[self._at[self.start] : self._at[self.end - 1] + 1]

    def atoms_between(self, start: int, end: int) -> list[int]:
        """Return the starts of the atoms that begin after one position and before another, in order."""
        return self._starts[bisect_right(self._starts, start) : bisect_left(self._starts, end)]

    def word(self, place: int) -> Word:
        """Return the word that contains the character at a position in the article."""
        return self._words[self._at[place]]

    def cut(self, start: int, end: int) -> list[tuple[str, str]]:
        """Return the characters and part of speech of each word between two positions, cut at these."""
        found = []
        while start < end:
            word = self._words[self._at[start]]
            stop = min(word.end, end)
            found.append((self.normal[start:stop], word.tag))
            start = word.end
        return found

    def find(self, openings: Openings) -> Iterator[tuple[str, re.Match[str]]]:
        """Yield what `openings.find` finds in the sentence."""
        starts = self._page.starts(openings)
        first = bisect_left(starts, (self.start, 0))
        last = bisect_left(starts, (self.end, 0), first)
        return openings.find(self.normal, starts[first:last], self.end) if first < last else iter(())


def by_sentence(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Return the mentions that begin in each sentence; the given mentions must be in order."""
    found: list[list[Mention]] = [[] for _ in sentences]
    at = 0
    for sentence in sentences:
        while at < len(mentions) and mentions[at].start < sentence.start:
            at += 1
        while at < len(mentions) and mentions[at].start < sentence.end:
            found[sentence.index].append(mentions[at])
            at += 1
    return found
