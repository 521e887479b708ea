"""The year in which an article was written: candidates scored by what the text says about years.

The years and months named in a text (`kg.text.timewords`) give the best year and how it was found. The
weights were set on the articles t01 to t70 of the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.text.timewords import NOT_PAST, Month, Year, han_number

_EVENTS: tuple[tuple[re.Pattern[str], int, float, int], ...] = tuple(
    (re.compile(pattern), year, weight, since)
    for pattern, year, weight, since in (
        # what articles on regional development say about these years: (words, year, weight, not before)
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

# How strongly a named year supports writing in that year, one year later, two years later.
# A month given with its year is seldom in the year of writing, unless it has just passed.
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
# How strongly it counts against an earlier year: a day that is reported is past, a bare year may be a plan.
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


def best_year(
    normal: str, years: Sequence[Year], months: Sequence[Month], month: int | None
) -> tuple[int | None, str]:
    """Return the year in which an article was most likely written, and how it was found.

    Args:
        normal: `Article.normal`.
        years: The years named in the text, each with its kind.
        months: The months named in the text.
        month: The month in which it was written, if already known.
    """
    past = [y.year for y in years if y.kind not in NOT_PAST and y.kind != "built"]
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
    phrases = _phrases(normal)
    scores = {
        candidate: _score(candidate, normal, years, months, month, phrases)
        + sum(weight for _, year, weight, _ in spoken if year == candidate)
        for candidate in range(floor, top + 1)
    }
    best = max(scores, key=lambda candidate: (scores[candidate], -candidate))
    named = any(y.year == best and y.kind not in NOT_PAST for y in years)
    return best, "named year" if named else "the years around"


def _score(
    year: int,
    normal: str,
    years: Sequence[Year],
    months: Sequence[Month],
    month: int | None,
    phrases: _Phrases,
) -> float:
    total = 0.0
    for y in years:
        total += _weight(y, year, normal, months, month)
        late = y.year == year and y.month and month and y.month > month
        if late and y.kind in ("full", "as of"):
            total -= 5.0
    for span in phrases.anniversaries:
        founded = any(y.year + span == year and y.kind not in NOT_PAST for y in years)
        total += 3.0 if founded else 0.0
    total += 4.0 * phrases.animals.count("猴鸡狗猪鼠牛虎兔龙蛇马羊"[year % 12])
    total += 3.0 * phrases.past.count(year - 1)
    total += 6.0 * phrases.reviewed.count(year)
    return total


_ANNIVERSARY = re.compile(r"([一二三四五六七八九十]{1,3}|\d{1,3})周年")
_ANIMAL = re.compile(r"([鼠牛虎兔龙蛇马羊猴鸡狗猪])年(?:首|新春|春节|开年|第一|的第一|伊始|开工)")
_PAST = re.compile(r"(?:过去的|刚刚过去的)((?:19|20)\d\d)年")
_REVIEWED = re.compile(r"((?:19|20)\d\d)年工作回顾\s*今年")


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What an article says about years in set phrases: found once, weighted for each candidate."""

    anniversaries: tuple[int, ...]
    animals: tuple[str, ...]
    past: tuple[int, ...]
    reviewed: tuple[int, ...]


def _phrases(normal: str) -> _Phrases:
    spans = (
        int(m[1]) if m[1].isdigit() else int(han_number(m[1]) or 0)
        for m in _ANNIVERSARY.finditer(normal)
        if m.start() < 500
    )
    return _Phrases(
        tuple(spans),
        tuple(_ANIMAL.findall(normal)),
        tuple(map(int, _PAST.findall(normal))),
        tuple(map(int, _REVIEWED.findall(normal))),
    )


def _weight(y: Year, year: int, normal: str, months: Sequence[Month], month: int | None) -> float:
    """Return how strongly a named year counts for (above 0) or against (below 0) a year of writing."""
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
    elif y.kind == "full" and month is None:
        weights = (1.0, 0.7, 0.3)
    if y.kind in ("named", "title") and gap == 0 and _beside_month(y, normal, months):
        return 4.0
    return weights[gap] if gap < len(weights) else 0.0


def _beside_month(y: Year, normal: str, months: Sequence[Month]) -> bool:
    """Return whether a month without a year precedes the named year in its sentence."""
    return any(
        m.lead and 0 < y.start - m.start < 70 and "。" not in normal[m.start : y.start] for m in months
    )
