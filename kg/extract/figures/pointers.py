"""Phrases that point back to something named (该公司, 全市, 园区), and the entities each may refer to.

Takes an article's text and entities, and returns `Pointers`. `kg.extract.coreference` chooses a single
antecedent for each phrase. Here all entities that fit are kept, so that the scoring of the owners of a figure
can take them into account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.wholes import ranks_of
from kg.model import FAMILY_OF, Article, Entity

Ints = npt.NDArray[np.int64]

RANKS = "省市区县州旗镇乡村"
_FIRMS = tuple("公司 企业 集团 厂 银行".split())
_ZONES = tuple(
    "园区 产业园区 产业园 工业园 开发区 经开区 高新区 新区 示范区 自贸区 合作区 保税区 综保区 片区 基地"
    " 集聚区 试验区".split()
)
_PROJECTS = tuple("项目 工程".split())
_OTHERS = tuple(
    "港口 港区 机场 大学 学院 学校 医院 研究院 研究所 实验室 中心 平台 联盟 景区 大桥 隧道 铁路 高铁 公路"
    " 高速 线路 班列 航线 电站 水电站 电厂 水库 码头 口岸 商城 协会 海关".split()
)
_SHORT = "港院校厂局行社馆园站线店船矿团岛湖会企业"
GROUPS = ("none", "rank", "firm", "zone", "project", "other")
"""Kinds of antecedent that a phrase points to; the first stands for none."""

_NOUNS = "|".join(sorted((*_FIRMS, *_ZONES, *_PROJECTS, *_OTHERS), key=lambda noun: (-len(noun), noun)))
# 企业 without 该 or 全 means firms in general
_BARE = "|".join(noun for noun in _NOUNS.split("|") if noun != "企业")
# the possible first characters are tested first, so that most positions are ruled out quickly
_FIRST = "".join(sorted({noun[0] for noun in _NOUNS.split("|")} | set("该本此全我这厂港院" + RANKS)))
_POINTER = re.compile(
    rf"(?=[{_FIRST}])(?:(?:[该本此全]|这[家个座条项])(?P<noun>{_NOUNS}|市场|产品|产业|集群)"
    rf"|[该全我本此](?P<rank>[{RANKS}])(?![域长委])"
    rf"|[该全本此](?P<short>[{_SHORT}])"
    rf"|(?P<inner>[{RANKS}厂港院])[里内](?![的外])"
    rf"|(?<![\u4e00-\u9fff])(?P<of>[{RANKS}])(?=[\u4e00-\u9fff]{{1,6}}[局委办厅](?![\u4e00-\u9fff]{{0,2}}长))"
    rf"|(?<![\u4e00-\u9fff“”])(?P<bare>{_BARE})(?![们群化])"
    rf"|(?<=[在对为让使到由从给于与和同])(?P<led>{_BARE})(?![们群化]))"
)


@dataclass(frozen=True, slots=True)
class Pointers:
    """The phrases of an article that point back, in order of `start`.

    Attributes:
        start: First character of each.
        group: Index in `GROUPS` of each.
        noun: Row in `fits` of each.
        latest: Of the entities that fit each phrase best, the one named last before it; -1 for none.
        fits: Whether each noun (row) may refer to each entity (column): 0 not at all, 1 by its type, 2 by its
            name as well.
        main: Of the entities that fit each noun best, the one named most; -1 for none.
    """

    start: Ints
    group: Ints
    noun: Ints
    latest: Ints
    fits: Ints
    main: Ints


def find_pointers(article: Article, entities: Sequence[Entity]) -> Pointers:
    """Return the phrases of an article that point back to one of its entities.

    Phrases inside names are ignored.

    Args:
        article: The article.
        entities: Its entities.
    """
    named = bytearray(len(article.normal) + 1)
    for entity in entities:
        for mention in entity.mentions:
            named[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    found = [
        (match.start(), next(filter(None, match.groups())))
        for match in _POINTER.finditer(article.normal)
        if not (named[match.start()] or named[match.end() - 1])
    ]
    nouns = {noun: row for row, noun in enumerate(dict.fromkeys(noun for _, noun in found))}
    fits = [[_fit(noun, entity) for entity in entities] for noun in nouns]
    best = [[n for n, fit in enumerate(row) if fit and fit == max(row)] for row in fits]
    main = [max(row, key=lambda n: len(entities[n].mentions), default=-1) for row in best]
    groups = [_group(noun) for noun in nouns]
    return Pointers(
        np.array([start for start, _ in found], np.int64),
        np.array([groups[nouns[noun]] for _, noun in found], np.int64),
        np.array([nouns[noun] for _, noun in found], np.int64),
        np.array(list(_latest([(start, nouns[noun]) for start, noun in found], best, entities)), np.int64),
        np.array(fits, np.int64).reshape(len(nouns), len(entities)),
        np.array(main, np.int64),
    )


def _latest(
    found: Sequence[tuple[int, int]], best: Sequence[Sequence[int]], entities: Sequence[Entity]
) -> Iterator[int]:
    """Yield, for each phrase, the last-named of the entities that fit its noun best."""
    meant: list[list[int]] = [[] for _ in entities]
    for noun, row in enumerate(best):
        for n in row:
            meant[n].append(noun)
    named = sorted((m.start, n) for n, entity in enumerate(entities) for m in entity.mentions)
    latest = [-1] * len(best)
    at = 0
    for start, noun in found:
        while at < len(named) and named[at][0] < start:
            for other in meant[named[at][1]]:
                latest[other] = named[at][1]
            at += 1
        yield latest[noun]


def _group(noun: str) -> int:
    for number, nouns in enumerate((RANKS, _FIRMS, _ZONES, _PROJECTS), 1):
        if noun in nouns:
            return number
    return GROUPS.index("other")


def _fit(noun: str, entity: Entity) -> int:
    """Return how well an entity fits a noun: 0 not at all, 1 by its type, 2 by its name as well."""
    if noun in RANKS:
        return 2 if FAMILY_OF[entity.type] == "Location" and noun in ranks_of(entity) else 0
    ends = any(name.endswith(noun) for name in entity.names)
    if noun in _FIRMS or noun == "企":
        firm = entity.type in ("Company", "CentralEnterprise")
        return (2 if any(noun in name for name in entity.names) else 1) if firm else 0
    if noun in _ZONES:
        return (
            2 if ends and entity.type != "AdministrativeDivision" else int(entity.type == "DevelopmentZone")
        )
    if noun in _PROJECTS:
        return 2 if ends else int(entity.type == "Project")
    if ends:
        return 2
    return int(any(noun in name for name in entity.names))
