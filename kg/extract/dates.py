"""Dates and periods in running text, resolved against the date of the article.

Recognised are expressions such as 2023年, 3月27日, 今年前11个月, 上半年, 2019年至2022年,
截至2025年11月底 and “十四五”期间. 目前 and 眼下 mean the date of the article. A span that cannot be
resolved (近日, 三年来, or 今年 in an article without a date) has no period. The year is carried
over within a sentence: 3月 after 2021年 is March 2021. 当年 and 同年 mean the year last named.
Times of day are not read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kg.extract.figures.units import chinese_number
from kg.extract.time_phrases import find_phrases
from kg.model import Article, Period

Precision = Literal["year", "month", "day", "range"]
Point = tuple[int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class DatedSpan:
    """A time expression.

    Attributes:
        start: First character.
        end: Character after the last.
        period: The period it denotes, or None if it cannot be resolved.
    """

    start: int
    end: int
    period: Period | None


def parse_period(value: str) -> Period | None:
    """Return the period that a canonical form denotes, or None if the form is not valid.

    >>> parse_period("2021-01/2021-11").end
    datetime.date(2021, 11, 30)
    >>> parse_period("2023-02-30") is None
    True
    """
    first, slash, second = value.partition("/")
    begin, end = _parse_point(first), _parse_point(second) if slash else None
    if begin is None or (slash and end is None):
        return None
    return _span(begin, end) if end else _period(begin)


def _parse_point(value: str) -> Point | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if not found:
        return None
    year, month, day = int(found[1]), found[2] and int(found[2]), found[3] and int(found[3])
    point = (year, month or None, day or None)
    return point if _valid(point) else None


def _valid(point: Point) -> bool:
    year, month, day = point
    if not 1 <= year <= 9999 or (month is not None and not 1 <= month <= 12):
        return False
    return day is None or (month is not None and 1 <= day <= monthrange(year, month)[1])


def _first(point: Point) -> date:
    return date(point[0], point[1] or 1, point[2] or 1)


def _last(point: Point) -> date:
    year, month, day = point
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def _text(point: Point) -> str:
    return f"{point[0]:04}" + "".join(f"-{n:02}" for n in point[1:] if n is not None)


def _period(point: Point) -> Period | None:
    if not _valid(point):
        return None
    precision: Precision = "day" if point[2] else "month" if point[1] else "year"
    return Period(_text(point), _first(point), _last(point), precision)


def _span(begin: Point, end: Point) -> Period | None:
    if not _valid(begin) or not _valid(end) or _first(begin) > _last(end):
        return None
    return Period(f"{_text(begin)}/{_text(end)}", _first(begin), _last(end), "range")


_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}
_PLANS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4}


class _Anchor:
    """The point in time that the text has reached; the mutable state of a loop, not a record."""

    def __init__(self, written: Point | None) -> None:
        self.written = written
        self.last: Point | None = None
        self.sentence: Point | None = None

    def take(self, period: Period | None) -> None:
        if period is not None:
            point = _parse_point(period.value.rpartition("/")[2])
            self.last = self.sentence = point


def find_periods(article: Article) -> tuple[DatedSpan, ...]:
    """Return the time expressions of an article, in order of `start`; they do not overlap."""
    anchor = _Anchor(_parse_point(article.date or ""))
    ends = [s.end for s in article.sentences]
    found: list[DatedSpan] = []
    at = 0
    for start, match in find_phrases(article.normal):
        while at < len(ends) and ends[at] <= start:
            at += 1
            anchor.sentence = None
        group = match.groupdict()
        period = _resolve(group, anchor)
        if not (group.get("plan") or group.get("word")):
            anchor.take(period)
        found.append(DatedSpan(start, match.end(), period))
    return tuple(found)


def _resolve(group: dict[str, Any], anchor: _Anchor) -> Period | None:
    for key, resolver in _RESOLVERS.items():
        if group.get(key):
            return resolver(group, anchor)
    if group.get("part"):
        return _since(group, _part(group, _year(group, anchor)), anchor)
    month, day = group.get("month"), group.get("day")
    latest = group.get("month2") or month
    year = _year(group, anchor, int(latest) if latest else None)
    if year is None:
        return None
    if month is None and day is not None:
        reached = anchor.sentence or anchor.written
        return _period((reached[0], reached[1], int(day))) if reached and reached[1] else None
    begin: Point = (year, int(month) if month else None, int(day) if day else None)
    if group.get("day2"):
        return _span(begin, (year, int(group.get("month2") or month or 1), int(group["day2"])))
    if group.get("year2"):
        return _span(
            begin, (int(group["year2"]), int(group["month2"]) if group.get("month2") else None, None)
        )
    if group.get("month2"):
        return _span(begin, (year, int(group["month2"]), None))
    return _since(group, _period(begin), anchor)


def _since(group: dict[str, str | None], period: Period | None, anchor: _Anchor) -> Period | None:
    """Extend a period to the date of the article if the text says 以来 or 至今."""
    if not group.get("since") or period is None or anchor.written is None:
        return period
    begin = _parse_point(period.value.partition("/")[0])
    if begin is None or _first(begin) >= _first(anchor.written):
        return period
    if begin[1] is None and begin[0] == anchor.written[0]:
        return period
    return _span(begin, anchor.written)


def _year(group: dict[str, str | None], anchor: _Anchor, month: int | None = None) -> int | None:
    """Return the year of a match: explicit, relative, carried over within the sentence, or the article's."""
    written, last = anchor.written, anchor.last
    if group.get("year"):
        return int(group["year"] or 0)
    if group.get("short"):
        return 2000 + int(group["short"] or 0)
    relative = group.get("rel")
    if relative in _RELATIVE:
        return written[0] + _RELATIVE[relative] if written else None
    if relative in ("当年", "同年"):
        return last[0] if last else written[0] if written else None
    if relative in ("上年", "次年", "翌年"):
        base = last or written
        return base[0] + (-1 if relative == "上年" else 1) if base else None
    if anchor.sentence:
        return anchor.sentence[0]
    if written is None:
        return None
    ahead = month is not None and written[1] is not None and month > written[1] + 1
    return written[0] - 1 if ahead else written[0]


def _part(group: dict[str, str | None], year: int | None) -> Period | None:
    part = group["part"] or ""
    if year is None:
        return None
    if part == "上半年":
        return _span((year, 1, None), (year, 6, None))
    if part == "下半年":
        return _span((year, 7, None), (year, 12, None))
    if group.get("count"):
        count = group["count"] or ""
        number = int(count) if count.isdecimal() else int(chinese_number(count) or 0)
        return _span((year, 1, None), (year, number, None)) if 1 <= number <= 12 else None
    quarter = next((n for c, n in _QUARTER.items() if c in part), None)
    if quarter is not None:
        first = 1 if part.startswith("前") else 3 * quarter - 2
        return _span((year, first, None), (year, 3 * quarter, None))
    return _period((year, None, None))


def _word(group: dict[str, str | None], anchor: _Anchor) -> Period | None:
    word, last, written = group["word"] or "", anchor.last, anchor.written
    if word in ("目前", "眼下", "如今", "当前", "现在", "截至目前"):
        return _period(written) if written else None
    if word in ("当日", "当天", "同日", "同一天"):
        return _period(last) if last and last[2] else None
    if word in ("当月", "同月"):
        return _period((last[0], last[1], None)) if last and last[1] else None
    if word in ("今天", "昨日", "昨天"):
        if written is None or written[2] is None:
            return None
        day = date.fromordinal(_first(written).toordinal() - (word != "今天"))
        return _period((day.year, day.month, day.day))
    if word in ("本月", "上月", "上个月", "下月") and written and written[1]:
        months = written[0] * 12 + written[1] - 1 + {"本": 0, "上": -1, "下": 1}[word[0]]
        return _period((months // 12, months % 12 + 1, None))
    return None


def _plan(group: dict[str, str | None], anchor: _Anchor) -> Period | None:
    first, phase = _PLANS.get(group["plan"] or ""), group["phase"] or ""
    if first is None:
        return None
    if phase.endswith("末") or phase == "收官之年":
        return _period((first + 4, None, None))
    if phase == "开局之年":
        return _period((first, None, None))
    if phase == "以来" and anchor.written and first < anchor.written[0] <= first + 4:
        return _span((first, None, None), anchor.written)
    return _span((first, None, None), (first + 4, None, None))


def _unresolved(group: dict[str, str | None], anchor: _Anchor) -> Period | None:
    return None


_RESOLVERS: dict[str, Callable[[dict[str, str | None], _Anchor], Period | None]] = {
    "word": _word,
    "plan": _plan,
    "years": _unresolved,
}
