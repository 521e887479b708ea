"""Coreference of common nouns (该区, 全市, 公司, 项目, 双方) that stand for a thing named before.

Each such phrase of an article is resolved to an entity. The antecedent is the latest
compatible entity in the same part of the page, never in another part. A word for an
administrative level (全市, 全省, 我县) that has no antecedent refers to the first compatible
entity of the part. Pronouns (它, 其) are not resolved here: `kg.extract.clauses` accounts for
them by carrying the subject over from clause to clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Article, Entity, Mention


@dataclass(frozen=True, slots=True)
class Reference:
    """A phrase that refers to an entity.

    Attributes:
        start: First character.
        end: Character after the last.
        entity: Id of the entity.
        type: Its type.
    """

    start: int
    end: int
    entity: str
    type: str


# 该/此/本/这家 always point back; a bare noun does so only at the start of a phrase.
_LEVEL = re.compile(r"(?:该|全|我|本|此)(省|自治区|市|区|县|旗|镇|乡|村|街道|社区)(?![域间内长级委政府])")
_NOUN = re.compile(
    r"(该|此|本|这家|这个|这一|这座|这项)?"
    r"(新区|开发区|经开区|高新区|产业园区|产业园|示范区|自贸区|园区|基地|合作区"
    r"|公司|企业|集团|银行|项目|工程|学校|大学|学院|研究院|研究所|实验室|医院|中心|港口|机场)"
)
_BOTH = re.compile(r"双方|两地|两市|两区|两省|两家")
_OPENS = re.compile(
    r"(?:^|[\n。！？；：，]|[在对为让使到入向由据从给于与和同]|目前|如今|眼下|今年|去年|近年来|未来)\s*$"
)
_NOT_AFTER = re.compile(r"[们类群名家化制数]|总?投资|密集|多|越来越|建设|是最|为王|开工|落地|集群|人才")
_LEVELS = frozenset("自治区 街道 社区 省 市 区 县 旗 镇 乡 村".split())
_ZONE_NOUNS = frozenset("新区 开发区 经开区 高新区 产业园区 产业园 示范区 自贸区 园区 基地 合作区 区".split())
_PLACE_NOUNS = frozenset("大学 学院 研究院 研究所 实验室 医院 中心 港口 机场".split())
_SCHOOLS = ("大学", "学院", "学校", "中学", "小学")
_FIRMS = ("公司", "企业", "集团", "银行")
_COMPANY_TYPES = ("Company", "CentralEnterprise")
_BODIES = (
    "Company",
    "CentralEnterprise",
    "AdministrativeDivision",
    "DevelopmentZone",
    "GovernmentBody",
    "Institution",
)


def _ends(name: str, nouns: frozenset[str]) -> Iterator[str]:
    """Yield those of the nouns, up to four characters long, that a name ends with."""
    for size in (1, 2, 3, 4):
        if name[-size:] in nouns:
            yield name[-size:]


def _kinds(entity: Entity) -> Iterator[str]:
    """Yield the nouns that may refer to an entity."""
    if entity.type == "AdministrativeDivision":
        for name in entity.names:
            yield from (level for level in _ends(name, _LEVELS) if level != name)
    elif entity.type == "DevelopmentZone":
        yield "园区"
        for name in entity.names:
            yield from _ends(name, _ZONE_NOUNS)
    elif entity.type in _COMPANY_TYPES:
        yield "公司"
        yield "企业"
        for name in entity.names:
            for noun in ("集团", "银行"):
                if noun in name:
                    yield noun
    elif entity.type == "Project":
        yield "项目"
        yield "工程"
    elif entity.type in ("Institution", "Place"):
        for name in entity.names:
            yield from _ends(name, _PLACE_NOUNS)
            if name.endswith(_SCHOOLS):
                yield "学校"


def _phrases(text: str, start: int, end: int, named: bytearray) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (start, end, noun, whether it points back by itself) of each phrase that overlaps no name."""
    for found in _LEVEL.finditer(text, start, end):
        if named.find(1, found.start(), found.end()) < 0:
            yield found.start(), found.end(), found[1], True
    for found in _NOUN.finditer(text, start, end):
        if named.find(1, found.start(), found.end()) >= 0:
            continue
        before = text[max(start, found.start() - 4) : found.start()]
        if found[1] or (_OPENS.search(before) and not _NOT_AFTER.match(text[found.end() : found.end() + 3])):
            yield found.start(), found.end(), found[2], bool(found[1])
    for found in _BOTH.finditer(text, start, end):
        if named.find(1, found.start(), found.end()) < 0:
            yield found.start(), found.end(), "双方", True


def find_references(article: Article, entities: tuple[Entity, ...]) -> tuple[Reference, ...]:
    """Return the references of an article in order of start.

    Phrases like 双方 give two references with the same span, one to each party.
    """
    named = bytearray(len(article.text))
    by_place: list[tuple[int, Mention, Entity]] = []
    for entity in entities:
        for mention in entity.mentions:
            named[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            by_place.append((mention.start, mention, entity))
    by_place.sort(key=lambda row: (row[0], -row[1].end, row[2].id))
    starts = [row[0] for row in by_place]
    kinds = {entity.id: tuple(dict.fromkeys(_kinds(entity))) for entity in entities}
    found: list[Reference] = []
    for part in article.parts:
        inside = by_place[bisect_left(starts, part.start) : bisect_left(starts, part.end)]
        phrases = sorted(_phrases(article.normal, part.start, part.end, named))
        found.extend(_sweep(inside, phrases, kinds))
    return tuple(found)


def _sweep(
    named: list[tuple[int, Mention, Entity]],
    phrases: Iterable[tuple[int, int, str, bool]],
    kinds: dict[str, tuple[str, ...]],
) -> Iterator[Reference]:
    latest: dict[str, Entity] = {}
    first: dict[str, Entity] = {}
    for _, _, entity in named:
        for kind in kinds[entity.id]:
            first.setdefault(kind, entity)
    recent: list[Entity] = []
    at = 0
    for start, end, noun, _ in phrases:
        while at < len(named) and named[at][0] < start:
            entity = named[at][2]
            for kind in kinds[entity.id]:
                latest[kind] = entity
            if entity.type in _BODIES:
                recent = [*[e for e in recent if e.id != entity.id], entity][-2:]
            at += 1
        if noun == "双方":
            for side in recent if len(recent) == 2 else ():
                yield Reference(start, end, side.id, side.type)
            continue
        meant = latest.get(noun) or (first.get(noun) if len(noun) <= 2 and noun not in _FIRMS else None)
        if meant is not None:
            yield Reference(start, end, meant.id, meant.type)
