"""The years and months named in a text, and what the text says about them.

The normalised text and its blocks give each year with its kind (an event of that year, a tally of a whole
year, a plan, the agenda of a coming year …) and each month that has no year of its own. The date of writing
is inferred from them in `kg.text.published` and `kg.text.yearscore`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg.text.layout import Block

_MONTH_WORDS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
# The lookbehinds follow the first digit of the year, so that the search can skip ahead to digits
_YEAR = re.compile(
    r"(?P<y>(?:1(?<![\d.]1)9|2(?<![\d.]2)0)\d\d)(?:"
    r"\s*[—–~～-]+\s*(?P<to>20\d\d)年?|年(?:(?P<m>\d{1,2})月(?:份)?(?:(?P<d>\d{1,2})日)?)?|"
    r"(?=[一-龥，“《]))(?![\d.%]|[万亿余多])"
)
_BARE = re.compile(
    r"(?<![\d年—–至到、~-])(?P<rel>今年|本月|去年|明年|前年|同年|次年|当年|翌年|那年|上年)?\s?"
    r"(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|(?P<part>上旬|中旬|下旬|初|底|末|份)?)|(?P<han>十[一二]?|"
    r"[一二三四五六七八九])月(?![份一-龥]{0,2}[日号])(?=[，的初底末]|上旬|中旬|下旬|份))"
)
_PLAN_BEFORE = re.compile(
    r"(?:预计|预期|计划|力争|规划|目标|拟|有望|争取|确保|将|望|分别于|不迟于|明年)[^。；，,《》]{0,22}$|"
    r"(?:向|瞄准|锚定)$"
)
_UNTIL = re.compile(r"(?<![增升高降减涨跃加续截达])(?:到|至)$")
_TALLY = re.compile(
    r"^(?:底|末|年末|年底|度|，?(?:全|我|该|本)?(?:市|省|区|县|年|国|州|盟|旗|镇)|，|的?(?:地区生产总值|"
    r"产值|产量|营收|营业|总产值|实现|完成|达|为|GDP|末|全年|工作回顾|[\d.]+)|全年|全市|实现|完成|产值|"
    r"产量|地区生产总值|外贸|营收)"
)
_NAMED = re.compile(
    r"^(?:度?第?[一二三四1234]季度)?(?:[^，。；、]{0,14}?)(?:项目|大会|会议|论坛|活动|博览会|展|节|赛|"
    r"工作动员|动员|年会|招商|推介|培训|专场|首批|首场|第[一二三四]批|仪式|[周峰]会|集中)"
)
_BUILT = re.compile(
    r"^(?:底|末|年底|年末|上半年|下半年|[一二三四]季度|第[一二三四]季度)?(?:之?前|将|可|全面|全部|正式|"
    r"顺利|陆续|整体|基本)*(?:建成|投产|竣工|完工|投用|达产|交付|通车|投运|运营|投入|开工|实现碳|碳达峰|"
    r"碳中和|前)"
)
_AGENDA = re.compile(
    r"^.{0,6}(?:重点|主要|工作|总体)?(?:安排|计划|打算|目标|任务|重点工作|工作重点|工作思路)"
)
_LEAD_FORMULA = re.compile(r"(?:报道|讯|电|\)|）|记者)\s*$")
_SO_FAR = re.compile(
    r"^(?:以来|前\d|前[一二三四五六七八九十]|上半年|一季度|第一季度|1[至—-]|春|夏|秋|冬|金秋|初|仲|新|盛|"
    r"深|[一二三四]月)"
)

_Class = Literal[
    "lead",
    "full",
    "named",
    "title",
    "tally",
    "agenda",
    "so far",
    "as of",
    "built",
    "other",
    "plan",
    "until",
    "range",
]
NOT_PAST = ("plan", "until", "range", "agenda")
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "О": "0"}


@dataclass(frozen=True, slots=True)
class Year:
    """A year named in the text: its offset, its month if given, and what is said about it."""

    year: int
    month: int | None
    start: int
    kind: _Class
    until: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A month without a year of its own, taken to be in the year of writing."""

    month: int
    start: int
    lead: bool
    dated: bool


def lead_starts(normal: str, body: Sequence[Block]) -> frozenset[int]:
    """Return the offsets where leads begin: the first paragraph (after an editor's note) and each 本报讯."""
    starts: list[int] = []
    paragraphs = 0
    for block in body:
        if block.kind != "body":
            continue
        if paragraphs < 1 or re.match(
            r"本报讯|本报[^，。]{0,8}[讯电]|\((?:本报)?记者", normal[block.start : block.start + 20]
        ):
            starts.append(block.start)
        paragraphs += not re.match("编者按|核心提示|【?编者", normal[block.start : block.start + 6])
    return frozenset(starts)


def find_years(normal: str, body: Sequence[Block], leads: frozenset[int]) -> list[Year]:
    """Return the years named; under a heading such as 二、2024年重点工作, years from then on are agenda."""
    found: list[Year] = []
    agenda = 0
    for block in body:
        named = _years(normal, block)
        if block.kind == "headline" and re.match(
            r"[一二三四五六七八九十]、", normal[block.start : block.start + 3]
        ):
            agenda = max((y.year for y in named if y.kind == "agenda"), default=0)
        elif agenda:
            named = [replace(y, kind="agenda") if y.year >= agenda else y for y in named]
        found += [
            replace(y, kind="full")
            if y.kind == "lead" and block.kind == "body" and block.start not in leads
            else y
            for y in named
        ]
    return _without_outlier(normal, found)


def _without_outlier(normal: str, years: list[Year]) -> list[Year]:
    """Mark as a plan a lone year far after the others in which a target is reached: 2035年达到百万吨."""
    past = sorted(y.year for y in years if y.kind not in NOT_PAST)
    if len(past) < 2 or past[-1] - past[-2] <= 5:
        return years
    reached = re.compile(r"\d{4}年(?:[^，。；]{0,8})(?:达到|超过|突破|建成|全面|基本|实现)")
    return [
        replace(y, kind="plan") if y.year == past[-1] and reached.match(normal, y.start) else y for y in years
    ]


def _years(normal: str, block: Block) -> list[Year]:
    found: list[Year] = []
    for m in _YEAR.finditer(normal, block.start, block.end):
        year = int(m["y"])
        before = re.split("[。;；]", normal[max(block.start, m.start() - 26) : m.start()])[-1]
        after = normal[m.end() : min(block.end, m.end() + 26)]
        month = int(m["m"]) if m["m"] and 1 <= int(m["m"]) <= 12 else None
        kind = _class_of(m, before, after, block, month)
        if "明年" in normal[max(block.start, m.start() - 25) : m.start()].rpartition("。")[
            2
        ] and kind not in (None, "range"):
            kind = "plan"
        sentence = normal[max(block.start, m.start() - 80) : m.start()].rpartition("。")[2]
        if kind == "other" and (
            re.search("今年(?:年)?底|年底前|今后|未来", sentence)
            or any(
                y.kind in ("plan", "until") and y.year <= year and m.start() - y.start < len(sentence)
                for y in found
            )
        ):
            kind = "plan"
        if kind:
            found.append(Year(year, month, m.start(), kind, int(m["to"]) if m["to"] else 0))
    return found


def _class_of(m: re.Match[str], before: str, after: str, block: Block, month: int | None) -> _Class | None:
    if m["to"]:
        return "range"
    has_year_word = m.group().endswith(("年", "月", "日", "份"))
    if not has_year_word:
        if block.kind == "headline" and after.startswith("，"):
            return "lead"
        return "named" if _NAMED.match(after) else None
    if re.search(r"20\d\d年?[至到—-]$", before):
        return "tally"
    if _AGENDA.match(after) and block.kind in ("headline", "byline"):
        return "agenda"
    if re.match("[^。；，]{0,20}目标", after) and re.search("[向对照]$", before):
        return "plan"
    if _PLAN_BEFORE.search(before) and not re.search(r"(?:去年|今年|此前|已)[^。]{0,6}$", before):
        return "plan"
    if _UNTIL.search(before) and not before.endswith("截至"):
        return "until"
    opens = (
        block.kind == "body"
        and m.start() - block.start < 30
        and not re.search(r"\d", m.string[block.start : m.start()])
    )
    if month and re.search(r"截[至止]到?$", before):
        return "as of"
    if month:
        return "lead" if opens else "full"
    if _BUILT.match(after) and after[:1] not in "，":
        return "built"
    so_far = _SO_FAR.match(after)
    if so_far:
        if opens:
            return "lead"
        return "full" if so_far.group()[0] in "春夏秋冬金初仲新盛深" else "so far"
    if before.endswith("《") and not after.startswith("度"):
        return "title"
    if (
        re.search(r"过去的$|刚刚过去的$", before)
        or re.match(r"工作回顾|.{0,16}(?:工作)?情况", after)
        or _TALLY.match(after)
    ):
        return "tally"
    return "named" if _NAMED.match(after) else "other"


def find_months(normal: str, body: Sequence[Block], leads: frozenset[int]) -> list[Month]:
    """Return the months of past events in the year of writing: 6月21日, 今年3月, 七月."""
    return [month for block in body if block.kind == "body" for month in _months(normal, block, leads)]


def _months(normal: str, block: Block, leads: frozenset[int]) -> list[Month]:
    found: list[Month] = []
    if normal.find("月", block.start, block.end) < 0:
        return found
    for m in _BARE.finditer(normal, block.start, block.end):
        if m["rel"] and m["rel"] not in ("今年",):
            continue
        number = int(m["m"]) if m["m"] else _MONTH_WORDS.index(m["han"]) + 1
        if not 1 <= number <= 12:
            continue
        clause = re.split("[。;；！？]", normal[max(block.start, m.start() - 40) : m.start()])[-1]
        after = normal[m.end() : min(block.end, m.end() + 8)]
        if (
            _PLAN_BEFORE.search(clause[-14:])
            or after.startswith(("底前", "前"))
            or re.search(r"(?:19|20)\d\d年|去年|前年|次年|同年|那年|当年", clause)
        ):
            continue
        opens = _LEAD_FORMULA.search(clause) or not re.search(r"[一-龥]{6,}$", clause[-6:])
        since = clause.endswith(("自", "从")) or after.startswith(("起", "以来"))
        lead = not since and block.start in leads and m.start() - block.start < 160 and bool(opens)
        found.append(Month(number, m.start(), lead, bool(m["d"] or m["part"])))
    return found


def han_year(text: str) -> str:
    """Return a year written in Chinese numerals in digits: 二〇二三 as 2023."""
    return "".join(_DIGITS.get(c, c) for c in text)


def han_number(text: str | None) -> str | None:
    """Return a Chinese numeral below 100 in digits.

    >>> han_number("二十一"), han_number("十"), han_number("7")
    ('21', '10', '7')
    """
    if text is None or text.isdigit():
        return text
    tens, ten, ones = text.rpartition("十")
    value = (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))
    return str(value)
