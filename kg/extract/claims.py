"""Whose figure it is: the entities that may be the subject of a figure, and what speaks for each.

Goes in: a `Board`, a figure and the subjects of the figures before. Comes out: a `Claim` for every
entity named near the figure, for the topic and the last heading, and one for nobody (the figure
is no observation), each with its features. `kg.extract.ranking` weighs them. It is not asked
here what the figure measures (`kg.extract.indicators`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.extract.clauses import Clause, Placed
from kg.extract.ranking import Row
from kg.extract.subjects import Board, Standing, domain, quantity_kind, step
from kg.model import FAMILY_OF, Quantity

_REACH = 50  # clauses looked back over: four or five long paragraphs
_AHEAD = 3  # clauses looked ahead, within the sentence
_PROJECTS = re.compile(r"签约|开工|动工|破土|落笔|参会|项目[^，。]{0,8}(?:总投资|投资额)|总投资|投资额")
_LED = re.compile(r"[^，。；：、的]{0,3}的[“《「]?")
_APPOSED = re.compile(r"[^，。；：、的]{0,2}[“《「]?")
_ADVERBS = frozenset("约 近 超 达 逾 为 了 过 到 至 超过 突破 达到 高达 将近 接近 达".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its place.

    Attributes:
        quantity: The quantity.
        clause: Index of its clause.
        within: Type of the entity whose name it is part of, or empty.
        plain: Whether the rules of the annotation contract take it for an observation.
    """

    quantity: Quantity
    clause: int
    within: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """An entity that may own a figure, or nobody.

    Attributes:
        mention: Where it is named nearest before the figure, else behind it; None for nobody.
        row: Its features.
    """

    mention: Placed | None
    row: Row


@dataclass(slots=True)
class Past:
    """The subjects of the figures before, in order: not a record, only the loop's state."""

    last: str | None = None
    clause: int = -1
    end: int = 0
    paragraphs: dict[str, int] = field(default_factory=dict)

    def take(self, board: Board, figure: Figure, owner: str) -> None:
        """Note the subject of a figure."""
        self.last, self.clause, self.end = owner, figure.clause, figure.quantity.end
        self.paragraphs[owner] = board.article.sentences[board.clauses[figure.clause].sentence].paragraph


@dataclass(frozen=True, slots=True)
class _Measure:
    """What a figure says of itself: its kind, the domain of its indicator and the words beside it."""

    kind: str
    field: str
    words: tuple[tuple[str, str], ...]


def _measure(board: Board, clause: Clause, quantity: Quantity) -> _Measure:
    text, words = board.article.normal, board.words
    ends = bisect_left(words, quantity.start + 1, key=lambda word: word.end)
    before = [text[w.start : w.end] for w in words[max(0, ends - 3) : ends] if w.start >= clause.start]
    while before and before[-1] in _ADVERBS:
        before.pop()
    before = ["", "", *before][-2:]
    at = bisect_left(words, quantity.end, key=lambda word: word.start)
    after = [text[w.start : w.end] for w in words[at : at + 2]]
    after = [*after, "", ""][:2]
    kind = quantity_kind(quantity)
    field = domain(text, quantity, clause.start, clause.end) or "anything"
    told = (
        ("counts", kind),
        ("measures", field),
        ("in", quantity.classifier),
        ("behind", before[1]),
        ("far behind", before[0]),
        ("before", after[0]),
        ("far before", after[1]),
        ("both", f"{field} {kind}"),
        ("around", f"{before[1]}…{after[0]}"),
    )
    return _Measure(kind, field, told)


def claims(board: Board, figure: Figure, past: Past) -> list[Claim]:
    """Return what may be the subject of a figure; nobody comes last.

    Args:
        board: The article.
        figure: The figure.
        past: The subjects of the figures before.
    """
    clause, quantity = board.clauses[figure.clause], figure.quantity
    measure = _measure(board, clause, quantity)
    found = _named(board, figure, measure)
    paragraph = board.article.sentences[clause.sentence]
    topic = board.topics[paragraph.part] if paragraph.part < len(board.topics) else None
    for entity, why in ((topic, "far topic"), *((e, "far heading") for e in board.headings[figure.clause])):
        if entity is not None and entity not in found:
            first = board.entities[entity].mentions[0]
            found[entity] = (Placed(first.start, first.end, entity, first.type), [why], ())
    rows: dict[str, tuple[str, ...]] = {}
    since = _since(board, figure, past)
    listed = []
    for entity, (mention, features, standing) in found.items():
        type_ = mention.type
        if type_ not in rows:
            rows[type_] = tuple(_fit(type_, measure))
        features += _place(board, figure, measure, mention, topic)
        features += _history(board, figure, measure, mention, past)
        if entity in since:
            features += ["since", f"since {type_}", f"since {FAMILY_OF[type_]} {measure.kind}"]
        listed.append(Claim(mention, (board.profiles[entity], standing, rows[type_], features)))
    listed.append(Claim(None, (_nobody(figure, measure),)))
    return listed


def _fit(type_: str, measure: _Measure) -> Iterator[str]:
    """Yield how a type agrees with what is measured."""
    family = FAMILY_OF[type_]
    for key, value in measure.words:
        yield f"{type_} {key} {value}"
        if key in ("in", "behind", "before"):
            yield f"{family} {key} {value}"


_Found = dict[str, tuple[Placed, list[str], tuple[str, ...]]]


def _named(board: Board, figure: Figure, measure: _Measure) -> _Found:
    """Return the entities named near a figure: nearest mention, features, features of the mention alone."""
    article, clauses = board.article, board.clauses
    clause, quantity = clauses[figure.clause], figure.quantity
    here = article.sentences[clause.sentence]
    projects = bool(_PROJECTS.search(article.normal, clause.start, clause.end))
    found: _Found = {}
    before: set[str] = set()
    ranks: dict[str, int] = {}
    for back in range(min(len(clauses) - 1, figure.clause + _AHEAD), max(-1, figure.clause - _REACH), -1):
        other = clauses[back]
        sentence = article.sentences[other.sentence]
        if (back > figure.clause and other.sentence != clause.sentence) or sentence.part != here.part:
            continue
        apart = min(clause.sentence - other.sentence, 6)
        for standing in reversed(board.rows[back]):
            mention = standing.mention
            if mention.start < quantity.start and mention.entity in before:
                found[mention.entity][1].extend(_again(standing, apart, sentence.paragraph == here.paragraph))
                continue
            ahead = mention.start >= quantity.start
            if ahead and mention.entity in found:
                continue
            features = found[mention.entity][1] if mention.entity in found else []
            features += _where(article.normal, mention, quantity, figure.clause - back, measure)
            if ahead:
                found[mention.entity] = (mention, features, ())
                continue
            before.add(mention.entity)
            features += _distance(standing, apart, figure.clause - back, measure, ranks)
            paragraphs = min(here.paragraph - sentence.paragraph, 3)
            features += [f"paragraphs {paragraphs}", f"paragraphs {paragraphs} {standing.family}"]
            if mention.type == "Event" and projects and apart < 2:
                features.append(f"event of the projects {apart}")
            found[mention.entity] = (mention, features, standing.features)
    return found


def _again(standing: Standing, apart: int, same: bool) -> Iterator[str]:
    """Yield what an earlier mention adds to a later one."""
    if apart == 0:
        yield "again in sentence"
        for feature in ("named as subject", "sets the scene"):
            if feature in standing.features:
                yield f"again {feature}"
    elif same:
        yield "again in paragraph"
        if "opens sentence" in standing.features:
            yield "again opens sentence"


def _distance(
    standing: Standing, apart: int, back: int, measure: _Measure, ranks: dict[str, int]
) -> Iterator[str]:
    """Yield how far before a figure a mention stands, and how many others stand between."""
    family, type_ = standing.family, standing.mention.type
    yield f"sentences {apart}"
    yield f"sentences {apart} {family}"
    yield f"sentences {min(apart, 2)} {type_} {measure.field}"
    if apart == 0:
        yield f"clauses {min(back, 8)}"
        yield f"clauses {min(back, 4)} {family}"
    for key, most, tail in (("", 8, ""), (family, 4, family), (type_, 4, type_)):
        rank = min(ranks.get(key, 0), most)
        yield f"rank {rank} {tail}"
        if key == family:
            yield f"rank {rank} of its family"
    for key in {"", family, type_}:
        ranks[key] = ranks.get(key, 0) + 1


def _where(text: str, mention: Placed, quantity: Quantity, back: int, measure: _Measure) -> Iterator[str]:
    """Yield where a mention stands beside a figure."""
    family = FAMILY_OF[mention.type]
    if mention.start <= quantity.start < mention.end:
        place = "around"
    elif mention.start >= quantity.end:
        place = "behind" if back == 0 else "behind, later clause"
        gap = text[quantity.end : mention.start]
        if back == 0 and _LED.fullmatch(gap):
            place = "led to"
        elif back == 0 and _APPOSED.fullmatch(gap):
            place = "next behind"
    else:
        gap = text[mention.end : quantity.start]
        if back == 0 and len(gap) <= 12:
            yield f"between {gap[:6]}"
        if back < 4:
            yield f"gap {step(len(gap))}"
        if gap.strip("”》 约近超达的逾"):
            return
        place = "next before"
    yield place
    yield f"{place} {family}"
    yield f"{place} {mention.type} {measure.kind}"
    yield f"{place} {mention.type} {measure.field}"


def _place(
    board: Board, figure: Figure, measure: _Measure, mention: Placed, topic: str | None
) -> Iterator[str]:
    """Yield what an entity is to clause, sentence, paragraph and part."""
    clause, entity, type_ = board.clauses[figure.clause], mention.entity, mention.type
    paragraph = board.article.sentences[clause.sentence].paragraph
    roles = (
        ("subject of clause", entity == clause.subject),
        ("place of clause", entity == clause.place),
        ("topic", entity == topic),
        ("opens paragraph", board.openers.get(paragraph) == entity),
        ("first in sentence", board.firsts.get(clause.sentence) == entity),
        ("in the last heading", entity in board.headings[figure.clause]),
    )
    for role, held in roles:
        if held:
            yield role
            yield f"{role} {type_}"
            yield f"{role} {type_} {measure.field}"
            yield f"{role} {type_} {measure.kind}"
    if any(figure.quantity.text in name for name in board.entities[entity].names):
        yield "name holds figure"


def _since(board: Board, figure: Figure, past: Past) -> set[str]:
    """Return the entities named since the last figure, if that is in the sentence."""
    sentence = board.clauses[figure.clause].sentence
    if past.last is None or board.clauses[past.clause].sentence != sentence:
        return set()
    between = (m for c in board.clauses[past.clause : figure.clause + 1] for m in c.mentions)
    return {m.entity for m in between if past.end <= m.start < figure.quantity.start}


def _history(board: Board, figure: Figure, measure: _Measure, mention: Placed, past: Past) -> Iterator[str]:
    """Yield whether an entity owns figures before."""
    if past.last is None:
        yield "no figure before"
        return
    entity, type_, family = mention.entity, mention.type, FAMILY_OF[mention.type]
    sentences, clauses = board.article.sentences, board.clauses
    here, then = clauses[figure.clause].sentence, clauses[past.clause].sentence
    paragraph = sentences[here].paragraph
    if entity in past.paragraphs:
        yield f"owned before {family}"
        if past.paragraphs[entity] == paragraph:
            yield "owned in paragraph"
            yield f"owned in paragraph {family}"
    if entity == past.last:
        same = sentences[then].paragraph == paragraph
        near = "sentence" if here == then else "paragraph" if same else "far"
        yield f"last in {near}"
        yield f"last in {near} {type_}"
        yield f"last in {near} {measure.field}"
        yield f"last in {near} {measure.kind}"
        if past.clause == figure.clause:
            yield "last in clause"
        gap = board.article.normal[past.end : figure.quantity.start]
        if len(gap) <= 14:
            yield f"last gap {gap[:4]}"


def _nobody(figure: Figure, measure: _Measure) -> list[str]:
    """Return what speaks for and against a figure being an observation at all."""
    text, kind = figure.quantity.text, measure.kind
    within = figure.within or "no name"
    digit = text[0].isdigit()
    return [
        "nobody",
        *(f"nobody {key} {value}" for key, value in measure.words),
        f"nobody plain {figure.plain}",
        f"nobody within {within}",
        f"nobody within {within} {kind}",
        f"nobody digit {digit}",
        f"nobody digit {digit} {kind}",
        f"nobody writes {text if len(text) < 4 else ''}",
    ]
