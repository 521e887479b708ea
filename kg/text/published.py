"""The date on which an article was written, as far as its text reveals it.

The normalised text of an article and its blocks give `2023`, `2023-09` or `2023-09-21`, and how the date
was found. A date from the file's name or metadata is passed in and takes precedence.

Three questions are each answered from the best evidence available:

1. Is the date printed? It may be a full date in the issuer's line or at the head of the page, or a
   dateline (本报大连9月1日电), whose year then remains to be found.
2. Which month? The month of the event reported in the lead; else the latest month of the current year
   among past events; else a season that fits only one month (岁末, 初冬, 霜降将至).
3. Which year? Each candidate is scored by what the text says about years (`kg.text.yearscore`): 2023年
   重大项目签约 next to a bare 6月21日 supports 2023; 2022年底 and 2022年，全市实现 support the following
   year; 预计2025年建成 supports an earlier year; 今年是“十四五”开局之年 supports 2021. No past event may
   be later than the month found.

If the text does not state the month or year, the answer is a guess; `date_source` tells how it was made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kg.text.filedates import canonical
from kg.text.layout import Block
from kg.text.timewords import NOT_PAST, Month, find_months, find_years, han_number, han_year, lead_starts
from kg.text.yearscore import best_year

_LOOKED_AT = 100_000  # characters; an article is a tenth as long
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
                (
                    "小寒 大寒 立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 "
                    "小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至"
                ).split(),
                (m for m in range(1, 13) for _ in (0, 1)),
                strict=True,
            )
        ),
    )
)


def find_date(
    normal: str, blocks: Sequence[Block], *, file_date: str | None = None
) -> tuple[str | None, str]:
    """Return the date of an article, as precisely as it can be determined, and how it was found.

    Args:
        normal: The normalised text (see `kg.text.normal`).
        blocks: Blocks of that text.
        file_date: Date from the file name or metadata; returned unchanged.

    Returns:
        The date and its source, or (None, "") if no date was found.
    """
    if file_date:
        return file_date, "file name"
    blocks = [b for b in blocks if b.start < _LOOKED_AT]
    normal = normal[:_LOOKED_AT]
    printed = _printed(normal, blocks)
    if printed:
        return printed, "printed date"
    body = [b for b in blocks if b.kind not in ("furniture", "caption")]
    leads = lead_starts(normal, body)
    years = find_years(normal, body, leads)
    months = find_months(normal, body, leads)
    dateline = _dateline(normal, body)
    month, month_source = (dateline[1], "dateline") if dateline else _month(normal, body, months)
    if dateline and dateline[0]:
        return canonical(str(dateline[0]), str(dateline[1]), str(dateline[2])), "dateline"
    year, year_source = best_year(normal, years, months, month)
    if year is None:
        return None, ""
    same = [y for y in years if y.year == year and y.month and y.kind not in NOT_PAST]
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
            pass  # no such day: keep the month alone
    return canonical(str(year), str(month), None), f"{month_source}, year from {year_source}"


def _printed(normal: str, blocks: Sequence[Block]) -> str | None:
    """Return a full date in an issuer's line or at the head of the page."""
    for kind in ("byline", "furniture"):
        for block in blocks:
            if block.kind != kind:
                continue
            line = normal[block.start : block.end]
            for found in (_HAN_DATE.search(line), _WHOLE.search(line)):
                if found:
                    made = canonical(han_year(found["y"]), han_number(found["m"]), han_number(found["d"]))
                    if made and int(made[:4]) > 1948:
                        return made
    return None


def _dateline(normal: str, body: Sequence[Block]) -> tuple[int | None, int, int] | None:
    for block in body:
        if block.kind == "body":
            found = _LEADLINE.match(normal[block.start : block.start + 50])
            if found:
                return (int(found["y"]) if found["y"] else None), int(found["m"]), int(found["d"])
    return None


def _month(normal: str, body: Sequence[Block], months: Sequence[Month]) -> tuple[int | None, str]:
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
    """Return the day of the event if headline or lead says it was yesterday: 项目昨开工 … 8月31日."""
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
    """Return whether an editor's note says that the year is ending: the text then reviews the year."""
    first = next((normal[b.start : b.start + 60] for b in body if b.kind == "body"), "")
    return first.startswith(("编者按", "编者的话")) and bool(re.search("岁末|年终|岁尾|年关", first))


def _latest(months: Sequence[int]) -> int:
    """Return the latest of several months in a year or a winter: 12 and 1 together give January."""
    if 12 in months and 1 in months and not any(3 <= m <= 10 for m in months):
        return max(m for m in months if m < 6)
    return max(months)
