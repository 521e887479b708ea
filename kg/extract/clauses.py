"""Clauses of sentences: who or what each is about, and where it happens.

Chinese newspaper sentences run on through commas and name their subject once. This module
divides the sentences of an article into clauses. Each clause has its entities (names, and
phrases that refer to one), its subject, which is carried over if it has none of its own, and
the place where it happens. Clauses end at ，；： outside brackets, title marks and names. How
entities are related is determined in `kg.extract.relations`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kg.extract.coreference import find_references
from kg.extract.heads import Placed, own_subject, place_set
from kg.model import FAMILY_OF, Article, Entity, Sentence, Word

__all__ = ["LONGEST", "Clause", "Placed", "coordinated", "parse_clauses", "place_mentions", "topics"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with one predicate.

    Attributes:
        start: First character.
        end: Character after the last, its punctuation mark included.
        sentence: Index of the sentence.
        mentions: Names of entities in the clause, and references to them, in order of start.
        subject: Id of the entity that the clause is about (its own subject or one carried over), or None.
        subject_start: Where that subject was last named, or None.
        place: Id of the location where the clause happens, or None.
    """

    start: int
    end: int
    sentence: int
    mentions: tuple[Placed, ...]
    subject: str | None
    subject_start: int | None
    place: str | None


LONGEST = 300
"""Maximum length of a clause in characters; a name at the cut is kept whole."""

_OPEN, _CLOSE = "（(《〈【[", "）)》〉】]"
_MARK = re.compile(f"[，；：,;{re.escape(_OPEN + _CLOSE)}]")
_CATAPHORA = re.compile(
    r"[\s“”]*(?:作为|身为|位于|地处|坐落|依托|凭借|围绕|聚焦|通过|立足|自从?|按照|根据|为了?|随着|占地|总投资)"
)
_CARRIED = ("Organization", "Location", "Project", "Initiative", "Event", "Product")
_SAYS = re.compile(r"^.{0,12}?(?:说|表示|介绍|指出|强调|认为|告诉|坦言|透露|称)")
_JOINED = re.compile(r"^[”》」）)]*(?:、|和|与|及|以及|同|暨|—|-)[“《「（(]*$")


def coordinated(text: str, first: Placed, second: Placed) -> bool:
    """Return whether two neighbouring mentions are members of one list (A、B; A和B; A与B).

    >>> coordinated("甲区和乙区", Placed(0, 2, "e1", "x"), Placed(3, 5, "e2", "x"))
    True
    """
    return first.end < second.start <= first.end + 6 and bool(_JOINED.match(text[first.end : second.start]))


def place_mentions(article: Article, entities: Sequence[Entity]) -> tuple[Placed, ...]:
    """Return the names of the entities and the references to them in order of start, without nested ones."""
    rows = [Placed(m.start, m.end, e.id, e.type) for e in entities for m in e.mentions]
    rows += [Placed(r.start, r.end, r.entity, r.type) for r in find_references(article, tuple(entities))]
    rows.sort(key=lambda row: (row.start, -row.end, row.entity))
    kept: list[Placed] = []
    for row in rows:
        nested = kept and row.start < kept[-1].end and (row.start, row.end) != (kept[-1].start, kept[-1].end)
        if not nested:
            kept.append(row)
    return tuple(kept)


def topics(article: Article, placed: Sequence[Placed]) -> tuple[str | None, ...]:
    """Return the id of the location that each part is mainly about, or None.

    Each mention of a division or zone counts once, or four times in the part's first 150
    characters (headline and lead). Ties go to the location named first.
    """
    found: list[str | None] = []
    at = 0
    for part in article.parts:
        counts: Counter[str] = Counter()
        while at < len(placed) and placed[at].start < part.end:
            if placed[at].type in ("AdministrativeDivision", "DevelopmentZone"):
                counts[placed[at].entity] += 4 if placed[at].start < part.start + 150 else 1
            at += 1
        found.append(counts.most_common(1)[0][0] if counts else None)
    return tuple(found)


def _spans(text: str, sentence: Sentence, placed: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses of a sentence; together they cover it."""
    depth, begin, at = 0, sentence.start, 0
    cut = begin + LONGEST
    marks = (found.start() for found in _MARK.finditer(text, sentence.start, sentence.end))
    for i in chain(marks, (sentence.end,)):
        # If no mark comes for long (a broken layout, an open bracket), a cut keeps all later work linear.
        while cut < i:
            while at < len(placed) and placed[at].end <= cut:
                at += 1
            if at < len(placed) and placed[at].start <= cut:
                cut = placed[at].end
                continue
            yield begin, cut + 1
            begin, depth, cut = cut + 1, 0, cut + 1 + LONGEST
        if i == sentence.end:
            break
        mark = text[i]
        if mark in _OPEN:
            depth += 1
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        if (depth or mark in _CLOSE) and i - begin < LONGEST:
            continue
        while at < len(placed) and placed[at].end <= i:
            at += 1
        if at < len(placed) and placed[at].start <= i:
            continue
        yield begin, i + 1
        begin, depth, cut = i + 1, 0, i + 1 + LONGEST
    if begin < sentence.end:
        yield begin, sentence.end


def _verb_starts(words: Sequence[Word]) -> list[int]:
    tags = {word.tag for word in words}
    verbs = {tag for tag in tags if tag.startswith("v")} - {"vn", "vd", "vi"}
    return [word.start for word in words if word.tag in verbs]


def parse_clauses(
    article: Article, words: tuple[Word, ...], entities: tuple[Entity, ...]
) -> tuple[Clause, ...]:
    """Return the clauses of an article in order of start.

    Args:
        article: The article.
        words: Its words (`kg.extract.segment.words`); their parts of speech show which are verbs.
        entities: Its entities with their mentions.
    """
    text = article.normal
    placed = place_mentions(article, entities)
    topic = topics(article, placed)
    verbs = _verb_starts(words)
    forms = _forms(entities)
    found: list[Clause] = []
    starts = [row.start for row in placed]
    at = verb_at = 0
    state = _Carried()
    for sentence in article.sentences:
        if sentence.part != state.part:
            state = _Carried(
                part=sentence.part, topic=topic[sentence.part] if sentence.part < len(topic) else None
            )
            state.place = forms.get(article.parts[sentence.part].place or "") if article.parts else None
        if sentence.paragraph != state.paragraph:
            state.open_paragraph(sentence.paragraph)
        at = bisect_left(starts, sentence.start, at)
        until = bisect_left(starts, sentence.end, at)
        verb_at = bisect_left(verbs, sentence.start, verb_at)
        verbs_until = bisect_left(verbs, sentence.end, verb_at)
        found.extend(_sentence(text, sentence, placed[at:until], verbs[verb_at:verbs_until], state))
        at, verb_at = until, verbs_until
    return tuple(found)


class _Carried:
    """What is carried over from clause to clause; the mutable state of a loop, not a record."""

    def __init__(self, part: int = -1, topic: str | None = None) -> None:
        self.part, self.topic, self.paragraph = part, topic, -1
        self.subject: str | None = None
        self.subject_start: int | None = None
        self.place: str | None = None

    def open_paragraph(self, paragraph: int) -> None:
        self.paragraph = paragraph
        self.place = None
        self.subject, self.subject_start = None, None

    def take(self, mention: Placed) -> None:
        self.subject, self.subject_start = mention.entity, mention.start
        if FAMILY_OF[mention.type] == "Location":
            self.place = mention.entity


def _forms(entities: Sequence[Entity]) -> dict[str, str]:
    return {name: e.id for e in reversed(entities) if e.family == "Location" for name in e.names}


def _sentence(
    text: str, sentence: Sentence, placed: Sequence[Placed], verbs: Sequence[int], state: _Carried
) -> Iterator[Clause]:
    """Yield the clauses of one sentence, carrying over the subject and the place."""
    drafts: list[tuple[int, int, tuple[Placed, ...], Placed | None, Placed | None]] = []
    at, count = 0, len(placed)
    for start, end in _spans(text, sentence, placed):
        first = at
        while at < count and placed[at].start < end:
            at += 1
        if first < at:
            inside = tuple(placed[first:at])
            first_verb = bisect_left(verbs, start)
            own = own_subject(
                text, start, end, inside, verbs[first_verb : bisect_left(verbs, end, first_verb)]
            )
            drafts.append((start, end, inside, own, place_set(text, start, inside)))
        else:
            drafts.append((start, end, (), None, None))
    # a clause that has no subject and leads up to a later clause takes the subject of that clause
    ahead: Placed | None = None
    for i in range(len(drafts) - 1, -1, -1):
        start, end, inside, own, place = drafts[i]
        if own is None and ahead is not None and _CATAPHORA.match(text, start, end):
            drafts[i] = (start, end, inside, ahead, place)
        else:
            ahead = own
    for start, end, inside, own, place in drafts:
        if place is not None:
            state.place = place.entity
        subject, subject_start = state.subject or state.topic, state.subject_start
        if own is not None:
            subject, subject_start = own.entity, own.start
            speaks = own.type == "Person"
            if FAMILY_OF[own.type] in _CARRIED and not speaks:
                state.take(own)
        yield Clause(start, end, sentence.index, inside, subject, subject_start, state.place or state.topic)
