"""Whose figure it is: the entity that a quantity is said of.

Goes in: the clauses of an article and a quantity in one of them. Comes out: the candidates for
its subject, best first. Every entity named near the quantity gets points for where it stands
(head of 总投资5亿元的X, subject of the clause, same sentence, same paragraph), for how its type
agrees with what is measured (总投资 is a project's, 地区生产总值 a district's) and for owning the figure
before; it loses some as a member of a list or behind a preposition. The points are in
`kg.extract.points`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.extract.clauses import Clause, Placed
from kg.extract.points import POINTS
from kg.extract.units import read_indicators, units
from kg.extract.wholes import settle_wholes, stands_for_whole
from kg.model import FAMILY_OF, TYPES, Article, Entity, Quantity

_REACH = 40  # clauses looked back over: three or four long paragraphs
# Points that a mention in an earlier clause, or in an earlier sentence, can still gain at most from being
# the subject of the clause, keeping to the last figure, or being the event of the projects
_MOST, _MOST_APART = 4.5, 2.5
_BEHIND = re.compile(
    r"(?:由|被|与|和|同|跟|向|为|把|将|给|让|对|据|按照|根据|依托|围绕|通过|随着|经|比|除|借助|占|距|对接|超过|列|居)[“《「]?\Z"
)
_BEHIND_PLACE = re.compile(r"(?:在|从|于|赴|到|位于|地处|坐落于?|落户|落地|走进|入驻|选址)[“《「]?\Z")
_LIST = re.compile(r"[”》」）)]*(?:、|等(?!于)|以及)")
_LISTED = re.compile(r"、[“《「（(]*\Z")
_LINE_END = re.compile(r"[。！？；：…!?;:][”」』’）)]*\s*\Z")
_SCENE = re.compile(r"(?:在|走进|来到|步入|置身)?[“《]?\Z")
_SCENE_END = re.compile(r"[”》]?(?:[里内中上]|[^，。；的]{0,5}(?:里|内|中|上|现场|车间))?，")
_PROJECTS = re.compile(r"签约|开工|动工|破土|落笔|参会|项目[^，。]{0,8}(?:总投资|投资额)|总投资|投资额")
_NOUN = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:产量|产能|产值|收入|订单|销量|市场|占有率|增加值|企业|产业|项目|面积|种植))"
)
_LED = re.compile(r"[^，。；：、的]{0,3}的[“《「]?")
_APPOSED = re.compile(r"[^，。；：、的]{0,2}[“《「]?")


@dataclass(frozen=True, slots=True)
class Owner:
    """A candidate for the subject of a figure.

    Attributes:
        mention: Where it was last named before the figure, or just behind it.
        points: Its points; the candidate with most owns the figure.
        features: What speaks for and against it.
    """

    mention: Placed
    points: float
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastFigure:
    """The figure before, whose subject is known.

    Attributes:
        subject: Entity id.
        clause: Index of its clause.
        end: Character after its last.
    """

    subject: str
    clause: int
    end: int


@cache
def _domains() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table = read_indicators()
    words = sorted(table, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words))), table


def domain(text: str, quantity: Quantity, start: int, end: int) -> str:
    """Return the domain of a figure, by the last indicator word before it or the first behind."""
    pattern, table = _domains()
    found = ""
    for match in pattern.finditer(text, start, quantity.start):
        found = table[match[0]]
    if not found and (after := pattern.search(text, quantity.end, min(end, quantity.end + 8))):
        found = table[after[0]]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """A mention and what speaks for and against its entity whatever the figure.

    Attributes:
        mention: The mention.
        family: Coarse family of its type.
        features: Sorted.
        points: Their sum.
        bare: Points of the type alone, for a mention behind the figure.
    """

    mention: Placed
    family: str
    features: tuple[str, ...]
    points: float
    bare: float


@dataclass(frozen=True, slots=True)
class Board:
    """An article laid out for the search of subjects: its clauses and the standing of their mentions."""

    article: Article
    clauses: tuple[Clause, ...]
    rows: tuple[tuple[Standing, ...], ...]


def lay_out(article: Article, clauses: Sequence[Clause], entities: Sequence[Entity]) -> Board:
    """Return the board of an article."""
    counts = {e.id: len(e.mentions) for e in entities}
    most = max(counts.values(), default=0)
    settled = settle_wholes(article, clauses, entities)
    rows = tuple(tuple(_standings(article, clause, counts, most)) for clause in settled)
    return Board(article, settled, rows)


def _standings(article: Article, clause: Clause, counts: Mapping[str, int], most: int) -> Iterator[Standing]:
    text = article.normal
    sentence = article.sentences[clause.sentence]
    heading = bool(clause.mentions) and not is_running(article, clause.sentence)
    for index, mention in enumerate(clause.mentions):
        family = FAMILY_OF[mention.type]
        features = [f"type {mention.type}"]
        if counts.get(mention.entity) == most:
            features.append("named most often")
        bare = _sum(features)
        if heading:
            features.append(f"in a heading {family}")
        lead = text[sentence.start : min(mention.start, sentence.start + 12)].strip(" \n\t“《")
        if not lead:
            features.append("opens sentence")
        if (
            mention.start - sentence.start < 8
            and _SCENE.fullmatch(lead)
            and _SCENE_END.match(text, mention.end)
        ):
            features.append("sets the scene")
        if stands_for_whole(text, clause, mention):
            features.append("stands for the whole")
        if mention.type in ("Product", "Industry") and _NOUN.match(text, mention.end):
            features.append("modifies a noun")
        following = clause.mentions[index + 1] if index + 1 < len(clause.mentions) else None
        features += _company(text, clause, mention, following)
        yield Standing(mention, family, tuple(sorted(features)), _sum(features), bare)


def _sum(features: Sequence[str]) -> float:
    total = 0.0
    for feature in features:
        total += POINTS.get(feature, 0.0)
    return total


def owners(board: Board, at: int, quantity: Quantity, field: str, last: LastFigure | None) -> list[Owner]:
    """Return the candidates for the subject of a quantity that can win, best first.

    Args:
        board: The article.
        at: Index of the quantity's clause.
        quantity: The quantity.
        field: Its `domain`.
        last: The figure before that has a subject, or None.
    """
    article, clauses = board.article, board.clauses
    clause, kind = clauses[at], quantity_kind(quantity)
    here = article.sentences[clause.sentence]
    projects = bool(_PROJECTS.search(article.normal, clause.start, clause.end))
    gains = {
        type_: _sum((f"type {type_} measures {field or 'anything'}", f"type {type_} counts {kind}"))
        for type_ in TYPES
    }
    best: dict[str, Owner] = {}
    event, top = False, float("-inf")
    for back in range(min(len(clauses) - 1, at + 3), max(-1, at - _REACH), -1):
        row, other = board.rows[back], clauses[back]
        if not row or (back > at and other.sentence != clause.sentence):
            continue
        sentence = article.sentences[other.sentence]
        if sentence.part != here.part:
            continue
        apart = [f"sentences {min(clause.sentence - other.sentence, 4)}"]
        if sentence.paragraph != here.paragraph:
            apart.append("other paragraph")
        away = _sum(apart) + POINTS.get(f"clauses {min(max(at - back, 0), 5)}", 0.0)
        for standing in reversed(row):
            mention = standing.mention
            gain = gains[mention.type] + (_MOST if other.sentence == clause.sentence else _MOST_APART)
            if back < at and standing.points + away + gain < top:
                continue
            features = [
                f"type {mention.type} measures {field or 'anything'}",
                f"type {mention.type} counts {kind}",
                *_where(article.normal, clause, mention, quantity, at - back),
                *_continuity(clauses, at, mention, last),
            ]
            if mention.entity == clause.subject:
                features += ["subject of clause", f"subject of clause {standing.family}"]
            points = standing.bare
            if mention.start < quantity.start:
                features += apart
                points = standing.points
                if mention.type == "Event":
                    features += _event(clause, other, projects, event)
                    event = True
            points += _sum(features)
            held = best.get(mention.entity)
            if held is None or points > held.points:
                best[mention.entity] = Owner(mention, points, (*standing.features, *features))
                top = max(top, points)
    return sorted(best.values(), key=lambda o: (-o.points, -o.mention.start))


def _event(clause: Clause, other: Clause, projects: bool, seen: bool) -> Iterator[str]:
    """Yield what speaks for an event: 签约, 开工 and totals of projects are its figures."""
    if not seen:
        yield "nearest Event"
    if projects and clause.sentence - other.sentence < 2:
        yield "event of the projects" if clause.sentence == other.sentence else "event of the projects before"


@cache
def _kinds() -> Mapping[str, str]:
    return {unit.key: unit.kind for unit in units().values()}


def quantity_kind(quantity: Quantity) -> str:
    """Return the quantity kind of a unit: money, area, count …"""
    return _kinds().get(quantity.unit, "count")


def is_running(article: Article, index: int) -> bool:
    """Tell whether a sentence is running text: a short line without a full stop is a headline."""
    sentence = article.sentences[index]
    if sentence.kind != "body":
        return sentence.kind == "caption"
    if sentence.end - sentence.start > 40:
        return True
    return bool(_LINE_END.search(article.normal, sentence.start, sentence.end))


def _continuity(
    clauses: Sequence[Clause], at: int, mention: Placed, last: LastFigure | None
) -> Iterator[str]:
    """Yield whether an entity owns the figure before, or was named since."""
    if last is None:
        return
    same = clauses[last.clause].sentence == clauses[at].sentence
    if mention.entity == last.subject:
        yield "owns last figure of sentence" if same else "owns last figure"
    if same and mention.start >= last.end:
        yield "named since last figure"
        yield f"named since last figure {FAMILY_OF[mention.type]}"


def _where(text: str, clause: Clause, mention: Placed, quantity: Quantity, back: int) -> Iterator[str]:
    if mention.start <= quantity.start < mention.end:
        yield "around"
    elif mention.start >= quantity.end:
        yield "behind" if back == 0 else "behind, later clause"
        gap = text[quantity.end : mention.start]
        if back == 0 and _LED.fullmatch(gap):
            yield "led to"
        elif back == 0 and _APPOSED.fullmatch(gap):
            yield "next behind"
    else:
        yield f"clauses {min(back, 5)}"
        gap = text[mention.end : quantity.start].strip("”》 约近超达的逾")
        if not gap:
            yield "next before"


def _company(text: str, other: Clause, mention: Placed, following: Placed | None) -> Iterator[str]:
    """Yield what stands around a mention in its own clause."""
    if other.subject == mention.entity and other.subject_start == mention.start:
        yield "named as subject"
        yield f"named as subject {FAMILY_OF[mention.type]}"
    before = text[max(other.start, mention.start - 6) : mention.start]
    if _BEHIND.search(before):
        yield "behind preposition"
    elif _BEHIND_PLACE.search(before):
        yield "behind place preposition"
    if _LIST.match(text, mention.end) or _LISTED.search(before):
        yield "listed"
    if following is not None:
        between = text[mention.end : following.start]
        if between.strip("”“的（(") == "" and len(between) <= 3:
            yield "before a name"
            if FAMILY_OF[following.type] == FAMILY_OF[mention.type]:
                yield "before a name of its family"
    else:
        yield "last of clause"
