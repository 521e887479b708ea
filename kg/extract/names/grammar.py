"""The grammar of names that are in no list: the ending shows the kind, and the name is grown leftwards.

A name is grown word by word to the left of its ending, up to a word that cannot be part of a name
(a governing verb, a particle, a pronoun, punctuation). Words on the left that merely introduce the
name (重点, 一批, 加快) are then trimmed. The resulting candidates may overlap; the choice among them
is made elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.names import lexicon as lx
from kg.extract.names.openings import Opening, Openings
from kg.extract.names.page import Line
from kg.model import Mention, Word


@dataclass(frozen=True, slots=True)
class Kind:
    """How names of one kind are grown: how far, and over which words."""

    type: str
    endings: tuple[str, ...]
    longest: int
    numbers: bool = False
    verbs: bool = True
    needs_proper: bool = False


KINDS = (
    Kind("Company", lx.COMPANY_LEGAL, 28),
    Kind("Company", lx.COMPANY_TRADE, 10, verbs=False, needs_proper=True),
    Kind("GovernmentBody", lx.GOVERNMENT, 26),
    Kind("Institution", lx.INSTITUTION, 28),
    Kind("DevelopmentZone", lx.ZONE, 26),
    Kind("Place", lx.PLACE, 18, needs_proper=True),
    Kind("Project", lx.PROJECT, 36, numbers=True),
    Kind("Initiative", lx.INITIATIVE, 18, numbers=True),
    Kind("Event", lx.EVENT, 44, numbers=True),
    Kind("AdministrativeDivision", lx.SETTLEMENT, 6, verbs=False, needs_proper=True),
)

# Parts of speech (ICTCLAS, as jieba writes them) at which the growth of a name to the left stops
_STOP_TAGS = frozenset(
    ("p", "c", "u", "uj", "ul", "uz", "ud", "ug", "uv", "r", "rr", "rz", "y", "e", "o", "d", "f", "k")
)
_PROPER_TAGS = frozenset(("ns", "nr", "nt", "nz", "nrt", "nrfg", "eng"))
_BRACKETS = {")": "(", "）": "（", "”": "“", "】": "【", "》": "《", "’": "‘"}
_JOINERS = frozenset("·-—+/×&~.")
_CITY_WORDS = frozenset("省市区县州旗镇")


# Kinds by number, as two kinds may have the same type
_KINDS = {str(number): kind for number, kind in enumerate(KINDS)}
_ENDINGS = Openings({name: Opening(kind.endings) for name, kind in _KINDS.items()})


def find_names(line: Line, text: str) -> Iterator[Mention]:
    """Yield the candidate names of one sentence.

    Args:
        line: The sentence, over `Article.normal`.
        text: `Article.text`.
    """
    for name, found in line.find(_ENDINGS):
        kind = _KINDS[name]
        start = _grow(line, found.start(), kind)
        if start is None:
            continue
        end = _close(line, found.end())
        start = _trim(line, _cut(line, start, found.start()), found.start())
        if start < found.start() and _is_name(line, start, found.start(), end, kind):
            yield Mention(start, end, text[start:end], kind.type, f"grammar:{kind.type}", 0.6)


def _grow(line: Line, ending: int, kind: Kind) -> int | None:
    """Return the start of the name before an ending, or None if nothing before it can belong to a name."""
    place = ending
    floor = max(line.start, ending - kind.longest)
    while place > floor:
        if place in line.atoms:
            place = line.atoms[place]
            continue
        last = line.normal[place - 1]
        if last in _BRACKETS:
            opening = line.normal.rfind(_BRACKETS[last], max(floor, place - 16), place - 1)
            if opening < 0 or (last == "》" and kind.type != "Event"):
                break
            place = opening
            continue
        if last in _JOINERS:
            if place - 2 < floor or line.normal[place - 2] in "—-。":
                break
            place -= 1
            continue
        word = line.word(place - 1)
        surface = line.normal[max(word.start, line.start) : place]
        if surface in _RELATING or (word.tag == "x" and not surface.isalnum()):
            break
        if not _may_hold(line, word, surface, kind):
            break
        place = word.start
    return None if place == ending else max(place, line.start)


def _may_hold(line: Line, word: Word, surface: str, kind: Kind) -> bool:
    """Return whether a word can be part of a name that continues to its right."""
    tag = word.tag
    if tag == "m" or surface[0].isdigit():
        return (
            kind.numbers
            or surface[-1] in "一二三四五六七八九十百千"
            or line.normal[word.start - 1 : word.start] == "第"
            or surface.startswith("第")
        )
    if tag in ("t", "tg"):
        return kind.type == "Event" and surface[:2].isdigit()
    if tag == "q":
        return kind.numbers or surface in ("号", "届", "期", "院", "所", "局")
    if surface in _AND:
        left = line.word(word.start - 1) if word.start > line.start else None
        return (
            kind.type in ("GovernmentBody", "Institution")
            and left is not None
            and left.tag in ("n", "vn", "v")
            and surface != "及"
        )
    if surface in lx.ACTION:
        return kind.verbs and len(surface) > 1 and tag in ("v", "vn") and surface in _NOUN_VERBS
    if tag in _STOP_TAGS:
        return False
    if tag in _VERB_TAGS:
        return kind.verbs and len(surface) > 1
    return True


_AND = frozenset("和与及")
_VERB_TAGS = frozenset(("v", "vd", "ad", "z"))


# Verbs of ACTION that also occur inside names: 技术应用中心, 投资集团, 城市运营公司
_NOUN_VERBS = frozenset(
    """
    发展 投资 建设 运营 设计 研发 制造 生产 服务 应用 推广 出口 培育 规划 对接 采购 供应 销售 使用
    集聚 组织 创新
    """.split()
)


# Words that stand between a parent and its subsidiary, or between partners, but never inside a name
_RELATING = frozenset(
    """
    旗下 所属 下属 会同 共建 签署 签订 签下 联手 携手 联合 位列 跻身 全资 控股子公司 子公司 承建方
    投资方 建设方 下称 以下简称 简称
    """.split()
)


_CLOSED_BY = re.compile(r"[(（](?:有限合伙|普通合伙|[一二三四]期|[A-Z]型|筹)[)）]")


def _close(line: Line, end: int) -> int:
    """Return the end of a name, including a bracket that belongs to it: 合伙企业(有限合伙), 项目（一期）."""
    found = _CLOSED_BY.match(line.normal, end)
    return found.end() if found else end


def _cut(line: Line, start: int, ending: int) -> int:
    """Return the start of a name after the last verb that governs a known name: 落子|龙湾区产业园."""
    starts = line.atoms_between(start, ending)
    if not starts:
        return start
    place, cut = start, start
    while place < ending:
        word = line.word(place)
        if (
            word.end in starts
            and word.tag in ("v", "vn", "p", "d", "vd", "ad")
            and line.normal[place : word.end] not in _NOUN_VERBS
        ):
            cut = word.end
        place = word.end
    return cut


def _trim(line: Line, start: int, ending: int) -> int:
    """Return the start of a name without the words that merely introduce it."""
    size = _SIZE.match(line.normal, start, ending)
    if size:
        start = size.end()
    while start < ending:
        word = line.word(start)
        surface = line.normal[start : min(word.end, ending)]
        leads = (
            surface in lx.ACTION
            or surface in _LEADING
            or (word.tag in _LEADING_TAGS
            and not (surface in _NOUN_VERBS or surface[0].isdigit()))
            or (word.tag == "m" and surface not in ("第一", "第二", "第三") and not surface[0].isdigit()
            and not surface.startswith("第") and len(surface) == 1)
        )  # fmt: skip
        if not leads and surface[0] not in _JOINERS:
            return start
        start += len(surface)
    return start


# (二)…, 34万平方米…, 6台…: the number of a list item or a size introduces a name; a capacity
# (30万吨…, 50兆瓦…) belongs to it
_SIZE = re.compile(
    r"[(（][一二三四五六七八九十\d]{1,2}[)）]"
    r"|(?:总投资)?[\d.]+(?:多|余)?[万亿]?(?:平方米|平方公里|公里|亩|套|台|辆|人|亿元|万元|元|美元|公顷|家|户|个|项)(?:的)?"
)
_LEADING_TAGS = frozenset(("v", "vd", "d", "ad", "p", "c", "f", "q", "u", "uj", "r", "y"))
_LEADING = frozenset(
    """
    重点 重大 一批 多个 全国 首个 首批 首家 最大 新 大 个 家 条 座 等 省级 市级 国家级 大型 现代
    一流 传统 主导 相关 著名 知名 龙头 企业
    """.split()
)


def _is_name(line: Line, start: int, ending: int, end: int, kind: Kind) -> bool:
    """Return whether the words before an ending make a name together with it."""
    normal, length = line.normal, ending - start
    if kind.type in _COUNTABLE and (
        _COUNTED.search(normal, start, ending)
        or _COUNT_BEFORE.search(normal[max(line.start, start - 10) : start])
    ):
        return False
    if kind.type == "Project" and normal.endswith("重点", start, ending):
        return False
    if kind.type == "GovernmentBody" and (
        normal[end - 2 : end] in _NO_BODY or normal.startswith("长", end) or normal[ending - 1] == "副"
    ):
        return False
    words = line.cut(start, ending)
    specific = [(surface, tag) for surface, tag in words if surface not in lx.GENERIC]
    if not specific:
        return False
    proper = odd = False
    for surface, tag in specific:
        proper = proper or tag in _PROPER_TAGS or (surface[0].isascii() and surface[0].isalpha())
        odd = odd or (len(surface) == 1 and tag in _ODD_TAGS)
    if kind.type == "Company" and kind.needs_proper:
        return (
            2 <= length <= 5
            and (proper or (odd and all(len(s) == 1 for s, _ in specific)))
            and _bounded(line, start, end)
        )
    if kind.type == "AdministrativeDivision":
        return 1 <= length <= 4 and (proper or odd) and len(words) <= 2
    if kind.type == "GovernmentBody":
        first, tag = words[0]
        return tag in _PLACE_TAGS or first[-1] in _CITY_WORDS or first in ("国家", "全国", "中国")
    if kind.type in ("Initiative", "Event"):
        return length >= 2 and (len(specific) >= 2 or proper or normal.find("“", start, ending) >= 0)
    if kind.type == "Project":
        return (
            proper
            or (len(specific) >= 2 and length >= 4)
            or (length >= 4 and any(s[0].isdigit() for s, _ in specific))
        )
    if kind.needs_proper:
        return proper or odd
    return proper or odd or len(specific) >= 2


_COUNTABLE = frozenset(("Project", "DevelopmentZone", "Event"))
_ODD_TAGS = frozenset(("n", "x", "ng", "vg", "ag", "j", "b", "zg", "g"))
_PLACE_TAGS = frozenset(("ns", "nt", "nr", "nz"))
# 12个重点项目 is a count, not a name
_COUNTED = re.compile(r"[\d一二三四五六七八九十两多数百余](?:个|座|台|条|批|大|家|项|类|处)(?!平台)")
_COUNT_BEFORE = re.compile(
    r"[\d一二三四五六七八九十两多数百余](?:个|座|台|条|批|大|家|项|类|处)[\u4e00-\u9fff]{0,4}$"
)
_NO_BODY = frozenset("布局 格局 结局 全局 开局 当局 大局 时局 党委".split())


def _bounded(line: Line, start: int, end: int) -> bool:
    """Return whether a name without a legal form as ending stands apart from the words around it."""
    after = line.normal[end : end + 1]
    before = line.normal[start - 1 : start]
    word = line.word(end) if end < line.end else None
    ends = not after or after in "，、。；：（(”》！？\n 等与和及的在将已"
    ends = ends or (word is not None and word.tag in ("v", "d", "p", "c"))
    begins = not before.isalnum() or line.word(start - 1).tag in ("v", "p", "c", "uj", "d", "x", "n")
    return ends and begins
