"""An article as its page shows it: sentence by sentence, with the things that are named in it.

Provides the sentences of an article with their numbers (those in `kg:sentence`) and the places where things
are named. The places come from the extraction that the build keeps beside the store. If a graph was copied
without it, the text is split into sentences again and the names are looked up in it, longest first; the
sentence numbers are then the same, except where layout repair had to guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.graph.records import ArticleNode, Thing
from kg.text.article import parse_article


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place where a thing is named.

    Attributes:
        start: Offset of the first character in the article's text.
        end: Offset after the last character.
        iri: IRI of the thing.
    """

    start: int
    end: int
    iri: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, headline, byline or caption.

    Attributes:
        number: Its index in the article, from 0.
        start: Offset of the first character.
        end: Offset after the last character.
        paragraph: Number of the paragraph, from 0.
        kind: As in `kg.model.Sentence`.
    """

    number: int
    start: int
    end: int
    paragraph: int
    kind: str


@dataclass(frozen=True)
class Reading:
    """An article with its sentences and marks.

    Attributes:
        node: Identifier, title, date, text.
        lines: The sentences, in order.
        marks: The marks, sorted by position and without overlaps.
    """

    node: ArticleNode
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def line_at(self, place: int) -> Line | None:
        """Return the sentence that contains a position, or None between two sentences."""
        number = bisect_right(self._starts, place) - 1
        if number < 0 or place >= self.lines[number].end:
            return None
        return self.lines[number]

    def marks_in(self, line: Line) -> tuple[Mark, ...]:
        """Return the marks of a sentence, without those that extend beyond it."""
        return tuple(m for m in self.marks if line.start <= m.start and m.end <= line.end)

    def naming(self, iri: str) -> tuple[Line, ...]:
        """Return the sentences that name a thing, in order."""
        found = {line.number: line for m in self.marks if m.iri == iri and (line := self.line_at(m.start))}
        return tuple(found[number] for number in sorted(found))


def read(node: ArticleNode, document: Mapping[str, Any] | None, named: Iterable[Thing]) -> Reading:
    """Return an article as its page shows it.

    Args:
        node: The article.
        document: The extraction kept by the build, or None.
        named: The things that are named in the article according to the graph.
    """
    things = tuple(named)
    if document is None or document.get("text") != node.text:
        sentences = parse_article(node.text, doc=node.doc).sentences
        lines = tuple(Line(s.index, s.start, s.end, s.paragraph, s.kind) for s in sentences)
        return Reading(node, lines, _apart(_looked_up(node.text, things)))
    lines = tuple(
        Line(number, start, end, paragraph, kind)
        for number, (start, end, paragraph, _, kind) in enumerate(document["article"]["sentences"])
    )
    return Reading(node, lines, _apart(_mentions(document, things)))


def _mentions(document: Mapping[str, Any], things: tuple[Thing, ...]) -> list[Mark]:
    """Return the mentions of each entity as marks of the thing that has all or most of its names."""
    bearing: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        for name in thing.names:
            bearing[name].append(thing)
    found = []
    for entity in document["entities"]:
        shared: defaultdict[str, int] = defaultdict(int)
        for name in entity["names"]:
            for thing in bearing.get(name, ()):
                shared[thing.iri] += 2 + (thing.type == entity["type"])
        if shared:
            iri = min(shared, key=lambda iri: (-shared[iri], iri))
            found += [Mark(m["start"], m["end"], iri) for m in entity["mentions"]]
    return found


def _looked_up(text: str, things: tuple[Thing, ...]) -> list[Mark]:
    owner = {name: thing.iri for thing in reversed(things) for name in thing.names if name}
    if not owner:
        return []
    pattern = re.compile("|".join(map(re.escape, sorted(owner, key=lambda name: (-len(name), name)))))
    return [Mark(m.start(), m.end(), owner[m[0]]) for m in pattern.finditer(text)]


def _apart(marks: list[Mark]) -> tuple[Mark, ...]:
    """Keep the first and longest of overlapping marks."""
    kept: list[Mark] = []
    for mark in sorted(set(marks), key=lambda m: (m.start, -m.end, m.iri)):
        if mark.start < mark.end and (not kept or mark.start >= kept[-1].end):
            kept.append(mark)
    return tuple(kept)
