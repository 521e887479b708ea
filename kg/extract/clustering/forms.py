"""Further names of a thing in the text that are longer or shorter than the name that was read.

A thing is named with and without what goes with it: the place or owner in front (重庆|九龙坡,
海伦市|中医医院康复楼), the kind behind (“评定分离”试点改革, 绿电铝产业), the year, level or list of an honour
(首批…试点城市, …名录). Forms were counted in articles of the train part, read by models that had not been
trained on them. Included are the forms that the gold has too, and those that help to find a thing that
would otherwise be missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.clusters import Cluster
from kg.extract.names import lexicon as lx
from kg.extract.names.fronted import FRONTS, PARTED
from kg.model import FAMILIES, Mention

# Types of what may stand in front of a name, by the type of that name: its owner or its place
_SEATS = frozenset(["AdministrativeDivision"])
_OWNERS = {**FRONTS, "GovernmentBody": _SEATS, "Institution": _SEATS}
_ORGANIZATIONS = frozenset(FAMILIES["Organization"])
_PLACES = frozenset(FAMILIES["Location"])
# Types of what may stand in front of a name, by its type, so that both together are a further form of it
_FRONTED = {
    **_OWNERS,
    "Company": _PLACES,
    "DevelopmentZone": _ORGANIZATIONS | _PLACES,
    "Event": _ORGANIZATIONS,
    "Institution": _ORGANIZATIONS | _SEATS,
    "Project": _ORGANIZATIONS | _PLACES,
}
# The first phase of a project without other phases is mostly the project itself
_FIRST_PHASE = re.compile(r"(?<=.{4})(?:一期|[(（]一期[)）])(?:工程|项目)?$")
# Minimum length of what is left of a name without its front, for that to be a name of its own
LEAST_REST = 6
# Last characters of divisions that do not contain a division named after them
_SMALL_DIVISION = frozenset("镇乡村道")
_FIELD = lx.alternation(lx.FIELD)
# 战略性新兴产业 is not an industry without its last word
_NO_FIELD = "新兴 传统 主导 特色 优势 支柱 重点 未来 核心 富民 先导".split()
_BEHIND = {
    "Initiative": re.compile(
        "(?:试点|专项|特色|工作|服务|发展|产业|管理|协同|联动|推进|招商|营商环境|建设|实施|三年|总体|行动|改革)*"
        "(?:机制|模式|格局|布局|活动|战略|改革|目标|定位|品牌|计划|行动|制度|体系|思路|工作法|方案|政策|规划)"
    ),
    "Industry": re.compile(f"(?:{_FIELD})(?!园|集群|基地|化|带|工人|工程|转移|发展|基金)"),
}
_BATCH = r"(?:\d{4}年?度?|首批|第[一二三四五六七八九十\d]+批)"
_BEFORE = {"Honor": re.compile(rf"(?:{_BATCH}|国家级?|全国|全省|省级|市级|中国|全球|世界)+$")}
_LONGEST_BEFORE = 8
_QUOTED_HEAD = re.compile(r"^“([^“”]{2,})”.+$")
# 1+8强区战略 is also called 1+8
_CODE = re.compile(
    r"(?=[^\u4e00-\u9fff]*[\d一二三四五六七八九十][+＋×])[\dA-Za-z一二三四五六七八九十+＋×]{3,}(?=[\u4e00-\u9fff])"
)
# What is often omitted from a name, by its type: one after the other
_LEFT_OUT = {
    "Initiative": (
        re.compile("^(?:深化|推进|实施|开展|落实|抓)(?=.{4})"),
        re.compile(
            "(?<=.{3})(?:工作|推进|服务)?(?:机制|模式|格局|活动|战略|改革|目标|定位|品牌|政策|行动|计划|试点)$"
        ),
    ),
    "Industry": (re.compile(f"(?<=.{{2}})(?<!{')(?<!'.join(_NO_FIELD)})(?:{_FIELD})$"),),
    "Honor": (re.compile(f"^{_BATCH}+(?=.{{4}})"), re.compile("(?<=.{4})(?:名单|名录|榜单)$")),
    "Project": (re.compile("^(?:试点|扩建|配套|新建|再签|拟建|在建|签约|规划)+(?=.{4})"),),
}


def compose(clusters: Sequence[Cluster], text: str) -> None:
    """Add names that include the mention directly in front.

    This applies to a division after one above it (大连市甘井子区), to a name that was parted from the place
    in front of it, and to a project after its owner or its zone (阳煤集团|己内酰胺项目): nine in ten such
    projects have this name.

    Args:
        clusters: The things of an article; they are changed in place.
        text: `Article.text`.
    """
    placed = sorted(((m, number) for number, c in enumerate(clusters) for m in c.mentions), key=_of_mention)
    for (front, above), (mention, number) in pairwise(placed):
        if front.end != mention.start or above == number:
            continue
        divisions = mention.type == front.type == "AdministrativeDivision"
        above_it = divisions and text[front.end - 1] not in _SMALL_DIVISION
        if mention.by == PARTED or above_it or front.type in _FRONTED.get(mention.type, ()):
            _add(clusters[number], mention, front.start, mention.end, text)


def extend(clusters: Iterable[Cluster], text: str) -> None:
    """Add names that include the kind behind the mention, or the level in front of it, if the text has it.

    Args:
        clusters: The things of an article; they are changed in place.
        text: `Article.text`.
    """
    for cluster in clusters:
        before, behind = _BEFORE.get(cluster.type), _BEHIND.get(cluster.type)
        if not (before or behind):
            continue
        for mention in list(cluster.mentions):
            start, end = mention.start, mention.end
            if behind:
                quoted = text[start - 1 : start] == "“" and text[end : end + 1] == "”"
                if found := behind.match(text, end + quoted):
                    start, end = start - quoted, found.end()
            if before and (found := before.search(text, max(0, start - _LONGEST_BEFORE), start)):
                start = found.start()
            if (start, end) != (mention.start, mention.end):
                _add(cluster, mention, start, end, text)


def behead(clusters: Sequence[Cluster]) -> None:
    """Add the names of projects without the owner or zone in front.

    Args:
        clusters: The things of an article; they are changed in place.
    """
    owners = {name for c in clusters if c.type in _OWNERS["Project"] for name in c.names}
    taken = {name for c in clusters for name in c.names}
    for cluster in clusters:
        if cluster.type != "Project":
            continue
        for mention in list(cluster.mentions):
            name = clean_name(mention.text)
            stem = _FIRST_PHASE.sub("", mention.text)
            if stem != mention.text and not _is_phased(stem, taken):
                cluster.add(
                    replace(mention, end=mention.start + len(stem), text=stem, by="beheaded"),
                    clean_name(stem),
                )
            heads = [length for length in range(2, len(name) - LEAST_REST + 1) if name[:length] in owners]
            if heads and len(name) == len(mention.text) and name[heads[-1] :] not in taken:
                start = mention.start + heads[-1]
                text = mention.text[heads[-1] :]
                cluster.add(replace(mention, start=start, text=text, by="beheaded"), clean_name(text))


def inner_names(names: Iterable[str], kind: str) -> Iterator[str]:
    """Yield the names that are contained in the names of a thing.

    Args:
        names: Names of the thing.
        kind: Its type.

    >>> list(inner_names(["三高四新战略"], "Initiative"))
    ['三高四新']
    >>> list(inner_names(["第二批国家传统村落名录"], "Honor"))
    ['国家传统村落名录', '国家传统村落']
    """
    for name in sorted(names):
        if kind == "Initiative":
            if code := _CODE.match(name):
                yield code[0]
            if quoted := _QUOTED_HEAD.match(name):
                yield quoted[1]
                continue
        for left_out in _LEFT_OUT.get(kind, ()):
            short = left_out.sub("", name)
            if short != name:
                yield short
            name = short


def owned(front: Mention, mention: Mention) -> bool:
    """Return whether a mention directly follows one that may own or contain what it names."""
    return front.end == mention.start and front.type in _OWNERS.get(mention.type, ())


def _add(cluster: Cluster, mention: Mention, start: int, end: int, text: str) -> None:
    form = replace(mention, start=start, end=end, text=text[start:end], by="composed", record=None)
    cluster.add(form, clean_name(form.text))


def _of_mention(placed: tuple[Mention, int]) -> tuple[int, int, int]:
    mention, number = placed
    return mention.start, mention.end, number


def _is_phased(stem: str, names: Iterable[str]) -> bool:
    """Return whether the names include a project itself or a phase of it after the first."""
    later = tuple(f"{stem}{mark}{phase}" for mark in ("", "(", "（") for phase in ("二期", "三期"))
    return any(name == stem or name.startswith(later) for name in names)
