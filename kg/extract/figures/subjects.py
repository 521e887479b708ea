"""An article laid out for finding the owners of its figures: mentions, entities and their positions.

Takes an article with its words, clauses and entities, and returns a `Board`. Its arrays hold the features of
each mention, entity, clause and sentence that do not depend on the figure. Those that do are added in
`kg.extract.figures.claims`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.clauses import Clause, Placed, topics
from kg.extract.figures.pointers import Pointers, find_pointers
from kg.extract.figures.profiles import Ints, Profiles, Truths, find_profiles
from kg.extract.figures.standing import FLAGS, is_running, standings
from kg.extract.salience import Salience
from kg.extract.wholes import settle_wholes
from kg.model import Article, Entity, Word

CHARACTERS = "的、，“”（(等和与及：；。在由是有达已将共为里内中上以于至\n"
"""Characters beside a name that are distinguished."""
COUNTED = "，、；。的：“（与和"
"""Characters counted between a name and a figure."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The mentions of an article, in order of `start`: an array for each attribute.

    Attributes:
        start: First character.
        end: Character after the last.
        entity: Index of the entity.
        clause: Index of the clause.
        sentence: Index of the sentence.
        paragraph: Number of the paragraph.
        behind: Index of the character after it in `CHARACTERS`, sorted by code point; their number for any
            other character.
        ahead: The same for the character before it.
        flags: A column for each of `FLAGS`.
    """

    start: Ints
    end: Ints
    entity: Ints
    clause: Ints
    sentence: Ints
    paragraph: Ints
    behind: Ints
    ahead: Ints
    flags: Truths


@dataclass(frozen=True, slots=True)
class Scene:
    """What clauses, sentences and larger units are about, as indices of entities; -1 for nothing.

    Attributes:
        subject: The subject of each clause.
        named: Offset at which the subject of each clause was last named.
        place: The place of each clause.
        heading: The entities named by the heading before each clause.
        first: The entity that each sentence names first.
        opener: The entity that each paragraph names first.
        topic: The location that each part is about.
        most: The entity named most in the article.
    """

    subject: Ints
    named: Ints
    place: Ints
    heading: tuple[tuple[int, ...], ...]
    first: Ints
    opener: Ints
    topic: Ints
    most: int


@dataclass(frozen=True, slots=True)
class Board:
    """An article laid out for finding the subjects of figures.

    Attributes:
        article: The article.
        words: Its words.
        starts: Where each word starts.
        ends: Where each word ends.
        clauses: Its clauses, with 全市 and the like resolved.
        placed: The mentions of the clauses, in order.
        ids: The ids of the entities; the arrays index entities in this order.
        names: The names of each entity, one per line.
        marks: The mentions.
        profiles: The entities.
        scene: What clauses, sentences and larger units are about.
        opens: First character of each clause.
        sentence: Index of the sentence of each clause.
        paragraph: Paragraph of each sentence.
        part: Part of each sentence.
        pointers: The phrases that point back.
        beside: What is beside each mention, as words whose weights are learned.
        counted: Positions of each of `COUNTED` and, last, of verbs.
        salience: Salience of the entities, for each of `kg.extract.salience.KEPT`.
    """

    article: Article
    words: Sequence[Word]
    starts: Sequence[int]
    ends: Sequence[int]
    clauses: tuple[Clause, ...]
    placed: tuple[Placed, ...]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    marks: Marks
    profiles: Profiles
    scene: Scene
    opens: Ints
    sentence: Ints
    paragraph: Ints
    part: Ints
    pointers: Pointers
    beside: tuple[tuple[str, ...], ...]
    counted: tuple[Ints, ...]
    salience: Salience


def lay_out(
    article: Article, words: Sequence[Word], clauses: Sequence[Clause], entities: Sequence[Entity]
) -> Board:
    """Return the board of an article.

    Args:
        article: The article.
        words: Its words.
        clauses: Its clauses.
        entities: Its entities.
    """
    settled = settle_wholes(article, clauses, entities)
    placed = tuple(mention for clause in settled for mention in clause.mentions)
    number = {entity.id: index for index, entity in enumerate(entities)}
    codes = np.frombuffer((article.normal + "  ").encode("utf-32-le", "surrogatepass"), np.uint32)
    sentence = _whole(clause.sentence for clause in settled)
    paragraph = _whole(s.paragraph for s in article.sentences)
    marks = _marks(article, settled, placed, number, codes, (sentence, paragraph))
    scene, titled = _scene(article, settled, placed, number, marks)
    heads = (scene.subject[marks.clause] == marks.entity) & (scene.named[marks.clause] == marks.start)
    starts, ends = [word.start for word in words], [word.end for word in words]
    verbs = _whole(word.start for word in words if word.tag == "v")
    return Board(
        article,
        words,
        starts,
        ends,
        settled,
        placed,
        tuple(entity.id for entity in entities),
        tuple("\n".join(entity.names) for entity in entities),
        marks,
        find_profiles(article, entities, marks.entity, titled),
        scene,
        _whole(clause.start for clause in settled),
        sentence,
        paragraph,
        _whole(s.part for s in article.sentences),
        find_pointers(article, entities),
        _beside(article.normal, starts, ends, placed),
        (*(np.flatnonzero(codes == ord(c)) for c in COUNTED), verbs),
        Salience(article.sentences, marks.entity, marks.sentence, heads),
    )


BESIDE = 3
"""Number of words that describe what is beside each mention."""


def _beside(
    text: str, starts: Sequence[int], ends: Sequence[int], placed: Sequence[Placed]
) -> tuple[tuple[str, ...], ...]:
    found = []
    for mention in placed:
        at, last = bisect_left(starts, mention.end), bisect_right(ends, mention.start) - 1
        after = text[starts[at] : ends[at]] if at < len(starts) else ""
        before = text[starts[last] : ends[last]] if last >= 0 else ""
        found.append((f"name {after}", f"{before} name", f"{mention.type} {after}"))
    return tuple(found)


def _whole(values: object) -> Ints:
    return np.array(list(values), np.int64)  # type: ignore[call-overload]


_KNOWN = np.array(sorted(map(ord, CHARACTERS)))


def _characters(codes: npt.NDArray[np.uint32]) -> Ints:
    """Return the index of each character among the known ones, or their number for any other."""
    at = np.minimum(np.searchsorted(_KNOWN, codes), len(_KNOWN) - 1)
    return np.where(_KNOWN[at] == codes, at, len(_KNOWN))


def _marks(
    article: Article,
    clauses: Sequence[Clause],
    placed: Sequence[Placed],
    number: dict[str, int],
    codes: npt.NDArray[np.uint32],
    homes: tuple[Ints, Ints],
) -> Marks:
    start, end = _whole(m.start for m in placed), _whole(m.end for m in placed)
    clause = np.repeat(np.arange(len(clauses)), [len(c.mentions) for c in clauses])
    rows = [row for c in clauses for row in standings(article, c)]
    sentence = homes[0][clause]
    return Marks(
        start,
        end,
        _whole(number[m.entity] for m in placed),
        clause,
        sentence,
        homes[1][sentence],
        _characters(codes[end]),
        _characters(codes[start - 1]),
        np.array(rows, bool).reshape(len(placed), len(FLAGS)),
    )


def _scene(
    article: Article,
    clauses: Sequence[Clause],
    placed: Sequence[Placed],
    number: dict[str, int],
    marks: Marks,
) -> tuple[Scene, Truths]:
    """Return the scene, and whether a heading names each entity."""
    sentences = article.sentences
    first = np.full(len(sentences), -1, np.int64)
    opener = np.full(max((s.paragraph for s in sentences), default=0) + 1, -1, np.int64)
    titled = np.zeros(len(number), bool)
    heading: tuple[int, ...] = ()
    headings = []
    for clause in clauses:
        if clause.mentions:
            lead, paragraph = number[clause.mentions[0].entity], sentences[clause.sentence].paragraph
            if first[clause.sentence] < 0:
                first[clause.sentence] = lead
            if not is_running(article, clause.sentence):
                heading = tuple(sorted({number[mention.entity] for mention in clause.mentions}))
                titled[list(heading)] = True
            elif opener[paragraph] < 0:
                opener[paragraph] = lead
        headings.append(heading)
    counts = np.bincount(marks.entity, minlength=len(number))
    most = -1
    if len(placed):
        leading = marks.entity[counts[marks.entity] == counts.max()]
        most = int(leading[0])
    index: dict[str | None, int] = {None: -1}
    index.update(number)
    return Scene(
        _whole(index[clause.subject] for clause in clauses),
        _whole(-1 if clause.subject_start is None else clause.subject_start for clause in clauses),
        _whole(index[clause.place] for clause in clauses),
        tuple(headings),
        first,
        opener,
        _whole(index[topic] for topic in topics(article, placed)),
        most,
    ), titled
