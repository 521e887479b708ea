"""When an article was written, as far as its own text lets one tell.

In: an article's text for reading and its blocks. Out: `2023`, `2023-09` or `2023-09-21`, and how it
was found. What a file's name or metadata say is given in and wins.

Three questions, each answered by the best evidence there is:

1. Is the date printed? A whole date in the line of the issuer or on the page's head, or a
   dateline (本报大连9月1日电), whose year then remains to be found.
2. Which month? That of the event the lead tells; else the latest month of this year among
   past events; else a season that fits one month only (岁末, 初冬, 霜降将至).
3. Which year? Each candidate is scored by what the text says of years (`_WEIGHTS`): 2023年重大
   项目签约 next to a bare 6月21日 speaks for 2023, 2022年底 and 2022年，全市实现 for the year after,
   预计2025年建成 for an earlier one, 今年是“十四五”开局之年 for 2021. Nothing that is past may come
   after the month found.

Which month or year it was is a guess where the text does not say: `date_source` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from dataclasses import dataclass, replace
from typing import Literal

from kg.text.filedates import canonical
from kg.text.layout import Block

_LOOKED_AT = 100_000  # characters; an article is a tenth of that
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "О": "0"}
_MONTH_WORDS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")

_WHOLE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*(?:年|[-/.])\s*(?P<m>\d{1,2})(?:\s*(?:月|"
    r"[-/.])\s*(?:(?P<d>\d{1,2})\s*日?)?)?(?!\d)"
)
_HAN_DATE = re.compile(
    r"(?P<y>[二一][〇零○九][〇零○一二三四五六七八九]{2})年(?P<m>十[一二]?|"
    r"[一二三四五六七八九])月(?:(?P<d>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日)?"
)
_LEADLINE = re.compile(
    r"^(?:本报|本社|本网|新华社|中新社|中新网|[一-龥]{2,8}(?:日报|晚报|时报|社|网|"
    r"报))[一-龥]{0,8}?\s*(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?:专?电|讯)"
)

_YEAR = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?:"
    r"\s*[—–~～-]+\s*(?P<to>20\d\d)年?|年(?:(?P<m>\d{1,2})月(?:份)?(?:(?P<d>\d{1,2})日)?)?|"
    r"(?=[一-龥，“《]))(?![\d.%]|[万亿余多])"
)
_BARE = re.compile(
    r"(?<![\d年—–至到、~-])(?P<rel>今年|本月|去年|明年|前年|同年|次年|当年|翌年|那年|上年)?\s?"
    r"(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|(?P<part>上旬|中旬|下旬|初|底|末|份)?)|(?P<han>十[一二]?|"
    r"[一二三四五六七八九])月(?![份一-龥]{0,2}[日号])(?=[，的初底末]|上旬|中旬|下旬|份))"
)
_SPAN = re.compile(
    r"(?P<rel>今年|(?P<y>20\d\d)年)?(?:前|头)(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})个?月|"
    r"(?:今年)?1(?:月)?(?:至|到|—|-)(?P<to>\d{1,2})月"
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

_EVENTS: tuple[tuple[re.Pattern[str], int, float, int], ...] = tuple(
    (re.compile(pattern), year, weight, since)
    for pattern, year, weight, since in (
        # what everybody who writes of regional development says of these years: (words, year, weight, not before)
        (r"十三五[”」]?(?:规划)?(?:的?收官|圆满收官|收官之年)", 2020, 2.0, 2020),
        (r"十四五[”」]?(?:规划)?(?:的?开局|起步之年|第一年)", 2021, 4.0, 2021),
        (r"十四五[”」]?(?:规划)?(?:的?收官|圆满收官|收官之年|最后一年|目标任务的收官)", 2025, 3.0, 2024),
        (r"十五五[”」]?(?:规划)?(?:的?开局|起步之年|第一年)", 2026, 4.0, 2025),
        (r"十五五", 2025, 0.5, 2024),
        (r"(?:党的)?二十大(?:精神|报告|胜利|以来|关于|部署|召开|提出)", 0, 0.0, 2022),
        (r"二十届三中全会", 0, 0.0, 2024),
        (r"二十届四中全会", 0, 0.0, 2025),
        (r"十九届六中全会", 0, 0.0, 2021),
        (r"(?:三年行动|新突破)[^。]{0,30}首战(?:之年|告捷)|首战之年", 2023, 3.0, 2023),
        (r"(?:三年行动|新突破)[^。]{0,30}攻坚之年|攻坚之年", 2024, 2.5, 2023),
        (r"(?:三年行动|新突破)[^。]{0,30}(?:决胜|收官)之年|决胜之年", 2025, 2.5, 2024),
        (r"建党(?:百年|一百周年|100周年)|庆祝中国共产党成立100周年", 2021, 2.0, 2021),
        (r"新中国成立70周年", 2019, 2.0, 2019),
        (r"新中国成立75周年", 2024, 2.0, 2024),
    )
)
_SEASONS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), month)
    for pattern, month in (
        (r"岁末将近|岁末将至|年关将近", 11),
        (r"岁末年初|岁末岁首", 0),
        (r"岁末|年终岁尾|岁尾|辞旧迎新|年终", 12),
        (r"元旦", 1),
        (r"元宵", 2),
        (r"初夏", 5),
        (r"国庆(?:长假|假期|节)|中秋国庆", 10),
        (r"仲秋", 9),
        (r"初冬", 11),
        *(
            (rf"{term}(?:时节|将至|刚过|前后|过后|节气|已过|前夕|当日)", month)
            for term, month in zip(
                "小寒 大寒 立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至".split(),
                (m for m in range(1, 13) for _ in (0, 1)),
                strict=True,
            )
        ),
    )
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
_NOT_PAST = ("plan", "until", "range", "agenda")

# How far a named year speaks for writing in that year, one year after it, two years after it.
# A month that the text gives with its year is seldom one of the year of writing, unless it has just passed.
_WEIGHTS: dict[str, tuple[float, ...]] = {
    "lead": (4.0, 0.3),
    "full": (0.7, 0.8, 0.4),
    "named": (1.5, 0.5),
    "title": (1.0, 0.8),
    "tally": (-0.5, 1.5),
    "so far": (2.0, 0.6),
    "other": (0.5, 0.8, 0.2),
    "built": (0.3, 0.5, 0.2),
    "as of": (1.8, 0.6),
}
# How far it speaks against an earlier year: a day that is told is past, a bare year may be a plan in disguise.
_EARLIER = {
    "lead": -8.0,
    "full": -5.0,
    "named": -2.0,
    "title": -2.0,
    "tally": -3.0,
    "so far": -4.0,
    "as of": -5.0,
    "built": -1.5,
    "other": -2.0,
}


@dataclass(frozen=True, slots=True)
class _Year:
    """A year the text names: where, with which month, and what is said of it."""

    year: int
    month: int | None
    start: int
    kind: _Class
    until: int = 0


@dataclass(frozen=True, slots=True)
class _Month:
    """A month without a year of its own, taken as one of the year of writing."""

    month: int
    start: int
    lead: bool
    dated: bool


def find_date(
    normal: str, blocks: Sequence[Block], *, file_date: str | None = None
) -> tuple[str | None, str]:
    """Return the date of an article, as precisely as can be told, and how it was found; (None, "") if it cannot.

    Args:
        normal: The text for reading, see `kg.text.normal`.
        blocks: Blocks of that text.
        file_date: What file name or metadata say; returned as it is.
    """
    if file_date:
        return file_date, "file name"
    blocks = [b for b in blocks if b.start < _LOOKED_AT]
    normal = normal[:_LOOKED_AT]
    printed = _printed(normal, blocks)
    if printed:
        return printed, "printed date"
    body = [b for b in blocks if b.kind not in ("furniture", "caption")]
    leads = _lead_starts(normal, body)
    years = _all_years(normal, body, leads)
    months = [month for b in body if b.kind == "body" for month in _months(normal, b, leads)]
    dateline = _dateline(normal, body)
    month, month_source = (dateline[1], "dateline") if dateline else _month(normal, body, months)
    if dateline and dateline[0]:
        return canonical(str(dateline[0]), str(dateline[1]), str(dateline[2])), "dateline"
    year, year_source = _best_year(normal, years, months, month)
    if year is None:
        return None, ""
    same = [y for y in years if y.year == year and y.month and y.kind not in _NOT_PAST]
    told = [y.month or 0 for y in same if y.kind == "lead"]
    if not dateline and told and (month is None or max(told) > month or month_source != "lead"):
        month, month_source = max(told), "lead"
    if not dateline and same and (month is None or month_source == "season"):
        month, month_source = max(y.month or 0 for y in same), "named month"
    if dateline:
        return canonical(str(year), str(dateline[1]), str(dateline[2])), f"dateline, year from {year_source}"
    if month is None:
        return str(year), year_source
    told_day = _day_before(normal, body, month) if month_source == "lead" else None
    if told_day:
        try:
            return (
                date(year, month, told_day) + timedelta(days=1)
            ).isoformat(), f"the day after the lead's, year from {year_source}"
        except ValueError:
            pass  # no such day: the month alone stands
    return canonical(str(year), str(month), None), f"{month_source}, year from {year_source}"


def _printed(normal: str, blocks: Sequence[Block]) -> str | None:
    """Return a whole date on an issuer's line or the page's head."""
    for kind in ("byline", "furniture"):
        for block in blocks:
            if block.kind != kind:
                continue
            line = normal[block.start : block.end]
            for found in (_HAN_DATE.search(line), _WHOLE.search(line)):
                if found:
                    made = canonical(_han_year(found["y"]), _han_number(found["m"]), _han_number(found["d"]))
                    if made and int(made[:4]) > 1948:
                        return made
    return None


def _han_year(text: str) -> str:
    return "".join(_DIGITS.get(c, c) for c in text)


def _han_number(text: str | None) -> str | None:
    if text is None or text.isdigit():
        return text
    tens, ten, ones = text.rpartition("十")
    value = (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))
    return str(value)


def _dateline(normal: str, body: Sequence[Block]) -> tuple[int | None, int, int] | None:
    for block in body:
        if block.kind == "body":
            found = _LEADLINE.match(normal[block.start : block.start + 50])
            if found:
                return (int(found["y"]) if found["y"] else None), int(found["m"]), int(found["d"])
    return None


def _lead_starts(normal: str, body: Sequence[Block]) -> frozenset[int]:
    """Return where leads begin: the first two paragraphs of the page and the first after each 本报讯 headline."""
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


def _all_years(normal: str, body: Sequence[Block], leads: frozenset[int]) -> list[_Year]:
    """Return the years named; under a heading such as 二、2024年重点工作 that year and later ones are plans."""
    found: list[_Year] = []
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


def _without_outlier(normal: str, years: list[_Year]) -> list[_Year]:
    """Take a lone year far beyond the others, of which something is reached, as a plan: 2035年达到百万吨."""
    past = sorted(y.year for y in years if y.kind not in _NOT_PAST)
    if len(past) < 2 or past[-1] - past[-2] <= 5:
        return years
    reached = re.compile(r"\d{4}年(?:[^，。；]{0,8})(?:达到|超过|突破|建成|全面|基本|实现)")
    return [
        replace(y, kind="plan") if y.year == past[-1] and reached.match(normal, y.start) else y for y in years
    ]


def _years(normal: str, block: Block) -> list[_Year]:
    found: list[_Month] = []
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
            found.append(_Year(year, month, m.start(), kind, int(m["to"]) if m["to"] else 0))
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
    if month and re.search(r"截[至止]到?$", before):
        return "as of"
    if month:
        return "lead" if m.start() - block.start < 30 and block.kind == "body" else "full"
    if _BUILT.match(after) and not after[:1] in "，":
        return "built"
    so_far = _SO_FAR.match(after)
    if so_far:
        if m.start() - block.start < 30 and block.kind == "body":
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


def _months(normal: str, block: Block, leads: frozenset[int]) -> list[_Month]:
    found = []
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
        found.append(_Month(number, m.start(), lead, bool(m["d"] or m["part"])))
    return found


def _month(normal: str, body: Sequence[Block], months: Sequence[_Month]) -> tuple[int | None, str]:
    first_lead = min((m.start for m in months if m.lead), default=-1)
    leads = [m.month for m in months if m.lead and (m.dated or m.start == first_lead)]
    leads = leads or [m.month for m in months if m.lead]
    if leads and not _year_end(normal, body):
        return _latest(leads), "lead"
    latest = max((m.month for m in months), default=0)
    opening = [normal[b.start : b.start + 160] for b in body if b.kind == "body"][:2]
    for pattern, month in _SEASONS:
        if any(pattern.search(text) for text in opening):
            if month >= latest:
                return (month or None), "season"
            break
    return (latest, "latest month") if latest else (None, "")


def _day_before(normal: str, body: Sequence[Block], month: int) -> int | None:
    """Return the day of the event where headline or lead say that it was yesterday: 项目昨开工 … 8月31日."""
    first = next((b for b in body if b.kind == "body"), None)
    if first is None:
        return None
    opening = normal[first.start : first.start + 120]
    if not re.search(
        r"昨[日天晚]?(?:上午|下午|晚)?(?:[，,]|在|于|[开启举签揭投通竣奠])", normal[: first.start] + opening
    ):
        return None
    found = re.search(rf"(?<!\d){month}月(\d{{1,2}})日", opening)
    return int(found[1]) if found else None


def _year_end(normal: str, body: Sequence[Block]) -> bool:
    """Tell whether an editor's note says that the year ends: what the text then tells is the year's harvest."""
    first = next((normal[b.start : b.start + 60] for b in body if b.kind == "body"), "")
    return first.startswith(("编者按", "编者的话")) and bool(re.search("岁末|年终|岁尾|年关", first))


def _latest(months: Sequence[int]) -> int:
    """Return the latest of months of one winter or one year: 12 and 1 together are a January."""
    if 12 in months and 1 in months and not any(3 <= m <= 10 for m in months):
        return max(m for m in months if m < 6)
    return max(months)


def _best_year(
    normal: str, years: Sequence[_Year], months: Sequence[_Month], month: int | None
) -> tuple[int | None, str]:
    past = [y.year for y in years if y.kind not in _NOT_PAST and y.kind != "built"]
    spoken = [
        (m, year, weight, since) for pattern, year, weight, since in _EVENTS for m in pattern.finditer(normal)
    ]
    known = [
        *past,
        *(since for _, _, _, since in spoken),
        *(y.year - 1 for y in years if y.kind in ("plan", "built")),
    ]
    if not known:
        return None, ""
    top = max(known) + 8
    firm = [y.year for y in years if y.kind in ("lead", "full", "as of")]
    floor = max([*firm, *(since for _, _, _, since in spoken)], default=min(known))
    scores = {
        candidate: _score(candidate, normal, years, months, month)
        + sum(weight for _, year, weight, _ in spoken if year == candidate)
        for candidate in range(floor, top + 1)
    }
    best = max(scores, key=lambda candidate: (scores[candidate], -candidate))
    named = any(y.year == best and y.kind not in _NOT_PAST for y in years)
    return best, "named year" if named else "the years around"


def _score(
    year: int, normal: str, years: Sequence[_Year], months: Sequence[_Month], month: int | None
) -> float:
    total = 0.0
    for y in years:
        total += _weight(y, year, normal, months, month)
        late = y.year == year and y.month and month and y.month > month
        if late and y.kind in ("full", "as of"):
            total -= 5.0
    for m in re.finditer(r"([一二三四五六七八九十]{1,3}|\d{1,3})周年", normal):
        span = int(_han_number(m[1]) or 0) if not m[1].isdigit() else int(m[1])
        total += (
            3.0
            if any(y.year + span == year and y.kind not in _NOT_PAST for y in years) and m.start() < 500
            else 0.0
        )
    for m in re.finditer(
        r"([鼠牛虎兔龙蛇马羊猴鸡狗猪])年(?:首|新春|春节|开年|第一|的第一|伊始|开工)", normal
    ):
        total += 4.0 if "猴鸡狗猪鼠牛虎兔龙蛇马羊"[year % 12] == m[1] else 0.0
    for m in re.finditer(r"(?:过去的|刚刚过去的)((?:19|20)\d\d)年", normal):
        total += 3.0 if int(m[1]) == year - 1 else 0.0
    for m in re.finditer(r"((?:19|20)\d\d)年工作回顾\s*今年", normal):
        total += 6.0 if int(m[1]) == year else 0.0
    return total


def _weight(y: _Year, year: int, normal: str, months: Sequence[_Month], month: int | None) -> float:
    """Return how far a named year speaks for (above 0) or against (below 0) a year of writing."""
    gap = year - y.year
    if y.kind == "range":
        inside = y.year <= year <= y.until
        return (0.6 + 0.1 * gap if inside and y.until - y.year <= 3 else 0.0) if gap >= 0 else -3.0
    if y.kind == "agenda":
        return {0: 1.0, -1: 0.6}.get(gap, -2.0)
    if y.kind in ("plan", "until"):
        if y.kind == "plan" and "明年" in normal[max(0, y.start - 30) : y.start]:
            return 4.0 if gap == -1 else 0.0
        heavy = 4.0 if y.kind == "plan" else 1.5
        return -heavy if gap > 0 else (-0.8 if gap == 0 else 0.0)
    if gap < 0:
        return _EARLIER[y.kind]
    weights = _WEIGHTS[y.kind]
    if y.kind == "full" and month and y.month and 0 <= month - y.month <= 1:
        weights = (1.6, *weights[1:])
    if y.kind in ("named", "title") and gap == 0 and _beside_month(y, normal, months):
        return 4.0
    return weights[gap] if gap < len(weights) else 0.0


def _beside_month(y: _Year, normal: str, months: Sequence[_Month]) -> bool:
    """Tell whether a month without a year stands before the named year in its sentence."""
    return any(
        m.lead and 0 < y.start - m.start < 70 and "。" not in normal[m.start : y.start] for m in months
    )
