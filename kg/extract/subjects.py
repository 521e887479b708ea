"""An article laid out for the question whose figure it is: mentions, entities and where they stand.

Goes in: an article with its words, clauses and entities. Comes out: a `Board` with what can be
said of each mention (opens its sentence, one of a list, behind a preposition) and of each entity
(named how often, in a heading) whatever the figure. What a figure adds is `kg.extract.claims`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.extract.clauses import Clause, Placed, topics
from kg.extract.units import read_indicators, units
from kg.extract.wholes import settle_wholes, stands_for_whole
from kg.model import FAMILY_OF, Article, Entity, Quantity, Word

_BEHIND = re.compile(
    r"(?:由|被|与|和|同|跟|向|为|把|将|给|让|对|据|按照|根据|依托|围绕|通过|随着|经|比|除|借助|占|距|对接|超过|列|居)[“《「]?\Z"
)
_BEHIND_PLACE = re.compile(r"(?:在|从|于|赴|到|位于|地处|坐落于?|落户|落地|走进|入驻|选址)[“《「]?\Z")
_LIST = re.compile(r"[”》」）)]*(?:、|等(?!于)|以及)")
_LISTED = re.compile(r"、[“《「（(]*\Z")
_LINE_END = re.compile(r"[。！？；：…!?;:][”」』’）)]*\s*\Z")
_SCENE = re.compile(r"(?:在|走进|来到|步入|置身)?[“《]?\Z")
_SCENE_END = re.compile(r"[”》]?(?:[里内中上]|[^，。；的]{0,5}(?:里|内|中|上|现场|车间))?，")
_NOUN = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:产量|产能|产值|收入|订单|销量|市场|占有率|增加值|企业|产业|项目|面积|种植))"
)


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
    """A mention and what can be said of it whatever the figure.

    Attributes:
        mention: The mention.
        family: Coarse family of its type.
        features: In a fixed order.
    """

    mention: Placed
    family: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """An article laid out for the search of subjects.

    Attributes:
        article: The article.
        words: Its words.
        entities: Its things by id.
        clauses: Its clauses, 全市 and the like settled.
        rows: The mentions of each clause.
        profiles: What can be said of each entity whatever the figure.
        topics: Of each part, the location it is about.
        headings: For each clause the entities of the heading before it.
        openers: The entity that each paragraph names first.
        firsts: The entity that each sentence names first.
    """

    article: Article
    words: Sequence[Word]
    entities: Mapping[str, Entity]
    clauses: tuple[Clause, ...]
    rows: tuple[tuple[Standing, ...], ...]
    profiles: Mapping[str, tuple[str, ...]]
    topics: tuple[str | None, ...]
    headings: tuple[tuple[str, ...], ...]
    openers: Mapping[int, str]
    firsts: Mapping[int, str]


def lay_out(
    article: Article, words: Sequence[Word], clauses: Sequence[Clause], entities: Sequence[Entity]
) -> Board:
    """Return the board of an article."""
    settled = settle_wholes(article, clauses, entities)
    placed = tuple(mention for clause in settled for mention in clause.mentions)
    openers: dict[int, str] = {}
    firsts: dict[int, str] = {}
    headings: list[tuple[str, ...]] = []
    heading: tuple[str, ...] = ()
    titled: set[str] = set()
    for clause in settled:
        running = is_running(article, clause.sentence)
        if clause.mentions and not running:
            heading = tuple(mention.entity for mention in clause.mentions)
            titled.update(heading)
        headings.append(heading)
        for mention in clause.mentions[:1]:
            firsts.setdefault(clause.sentence, mention.entity)
            if running:
                openers.setdefault(article.sentences[clause.sentence].paragraph, mention.entity)
    return Board(
        article,
        words,
        {e.id: e for e in entities},
        settled,
        tuple(tuple(_standings(article, clause)) for clause in settled),
        _profiles(entities, Counter(mention.entity for mention in placed), titled),
        topics(article, placed),
        tuple(headings),
        openers,
        firsts,
    )


def _profiles(
    entities: Sequence[Entity], counts: Mapping[str, int], titled: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return how often each entity is named, beside others of its type, and whether in a heading."""
    kin: dict[str, list[Entity]] = {}
    for entity in entities:
        kin.setdefault(entity.type, []).append(entity)
    most = max(counts.values(), default=0)
    found = {}
    for type_, members in kin.items():
        members.sort(key=lambda e: (-counts.get(e.id, 0), e.mentions[0].start if e.mentions else 0, e.id))
        family = FAMILY_OF[type_]
        for rank, entity in enumerate(members):
            count = counts.get(entity.id, 0)
            rank = min(rank, 4)
            row = [
                f"type {type_}",
                f"often {rank} {type_}",
                f"often {rank} of {min(len(members), 5)} {family}",
                f"named {step(count)} {family}",
            ]
            if count == most:
                row.append("named most often")
            if entity.id in titled:
                row.append(f"in a heading {family}")
            found[entity.id] = tuple(row)
    return found


_STEPS = (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320)


def step(number: int) -> int:
    """Return a number rounded down to a coarse scale.

    >>> step(6), step(100)
    (5, 80)
    """
    return _STEPS[bisect_right(_STEPS, max(0, number)) - 1]


def _standings(article: Article, clause: Clause) -> Iterator[Standing]:
    text = article.normal
    sentence = article.sentences[clause.sentence]
    for index, mention in enumerate(clause.mentions):
        family = FAMILY_OF[mention.type]
        features = []
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
        features += [f"{feature} {family}" for feature in features]
        after = text[mention.end : mention.end + 1].strip()
        ahead = text[max(clause.start, mention.start - 1) : mention.start].strip()
        features += [f"before {after}", f"before {after} {family}", f"behind {ahead}"]
        yield Standing(mention, family, tuple(features))


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


def _company(text: str, other: Clause, mention: Placed, following: Placed | None) -> Iterator[str]:
    """Yield what stands around a mention in its own clause."""
    if other.subject == mention.entity and other.subject_start == mention.start:
        yield "named as subject"
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
