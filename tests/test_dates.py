"""Dates and periods resolved against the date of an article."""

from __future__ import annotations

import re
from array import array
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import time_phrases
from kg.extract.dates import find_periods, parse_period
from kg.model import Article, Part, Sentence


def article(text: str, written: str | None = "2023-09-21") -> Article:
    ends = [i + 1 for i, c in enumerate(text) if c == "。"]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    starts = [0, *ends[:-1]]
    sentences = tuple(Sentence(i, s, e, 0, 0) for i, (s, e) in enumerate(zip(starts, ends, strict=True)))
    places = array("l", range(len(text)))
    return Article(
        "x", text, text, "", written, "", (Part(0, len(text)),), sentences, "", text, places, "Hans", ""
    )


def told(text: str, written: str | None = "2023-09-21") -> list[tuple[str, str | None]]:
    return [
        (text[s.start : s.end], s.period.value if s.period else None)
        for s in find_periods(article(text, written))
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019年", "2019"),
        ("今年", "2023"),
        ("去年", "2022"),
        ("前年", "2021"),
        ("明年", "2024"),
        ("今年上半年", "2023-01/2023-06"),
        ("一季度", "2023-01/2023-03"),
        ("前三季度", "2023-01/2023-09"),
        ("1—11月", "2022-01/2022-11"),
        ("今年前8个月", "2023-01/2023-08"),
        ("去年1至9月", "2022-01/2022-09"),
        ("3月27日", "2023-03-27"),
        ("12月5日", "2022-12-05"),
        ("6月21日至23日", "2023-06-21/2023-06-23"),
        ("2021年6月30日至7月2日", "2021-06-30/2021-07-02"),
        ("2019年至2022年", "2019/2022"),
        ("2021—2025年", "2021/2025"),
        ("2022年5月至今", "2022-05/2023-09-21"),
        ("2020年以来", "2020/2023-09-21"),
        ("截至2022年11月底", "2022-11"),
        ("到2035年", "2035"),
        ("“十四五”期间", "2021/2025"),
        ("“十四五”末", "2025"),
        ("上月", "2023-08"),
        ("目前", "2023-09-21"),
        ("近日", None),
        ("三年来", None),
        ("2023年2月30日", None),
    ],
)
def test_one_period(text: str, value: str | None) -> None:
    assert [period for _, period in told(text)] == [value]


def test_the_year_in_force_is_carried() -> None:
    assert told("2021年9月22日签约，当日开园，同年11月投产。10月初再签约。") == [
        ("2021年9月22日", "2021-09-22"),
        ("当日", "2021-09-22"),
        ("同年11月", "2021-11"),
        ("10月初", "2023-10"),
    ]


def test_without_a_date_only_full_dates_resolve() -> None:
    assert told("今年投产，2020年开工，3月启动。", None) == [
        ("今年", None),
        ("2020年", "2020"),
        ("3月", "2020-03"),
    ]


@pytest.mark.parametrize("text", ["2000年代", "第3日报", "G3月台", "版本2.3月", "12345年"])
def test_no_period(text: str) -> None:
    assert told(text) == []


def test_precision_and_bounds() -> None:
    month = parse_period("2024-02")
    assert month is not None
    assert (month.start, month.end, month.precision) == (date(2024, 2, 1), date(2024, 2, 29), "month")
    assert parse_period("2023-05/2023-01") is None


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2090, 12, 31)))
@settings(max_examples=100)
def test_written_dates_come_back(day: date) -> None:
    assert told(f"{day.year}年{day.month}月{day.day}日") == [
        (f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    ]


@given(st.text(alphabet="0123456789年月日至—今去上半季度前个近来目“十四五”期间，。", max_size=50))
@settings(max_examples=200)
def test_spans_lie_in_order(text: str) -> None:
    end = 0
    for span in find_periods(article(text)):
        assert end <= span.start < span.end <= len(text)
        end = span.end
        if span.period:
            assert parse_period(span.period.value) == span.period


def plain_phrases(text: str) -> list[tuple[int, str]]:
    """Return what the patterns find when each is tried at every place where none stands yet."""
    found, at = [], 0
    while at < len(text):
        digits = re.compile(r"\d*").match(text, at)
        assert digits
        inside = at > 0 and digits.group() and re.match(r"[\dA-Za-z.\-/第]", text[at - 1])
        matches = (
            []
            if inside or text[at] in "初底末 "
            else [re.compile(p).match(text, at) for _, p in time_phrases._PATTERNS]
        )
        match = next((m for m in matches if m), None)
        if match:
            found.append((at, match.group()))
        at = match.end() if match else max(at + 1, digits.end())
    return found


PIECES = (
    "0 3 12 2023 年 月 日 号 份 至 — - 今 去 上 下 半 季度 个 前 近 过去 这 最近 "
    "多年来 年以来 十 五 第 三 末 初 底 “十四五” 期间 "
).split(" ")


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@settings(max_examples=300)
def test_no_phrase_is_passed_over(text: str) -> None:
    assert [(at, match.group()) for at, match in time_phrases.find_phrases(text)] == plain_phrases(text)


@pytest.mark.parametrize("phrase", time_phrases._WORD.replace("?", "").split("|"))
def test_words_of_time_are_found_anywhere(phrase: str) -> None:
    assert [match.group() for _, match in time_phrases.find_phrases(f"项目{phrase}，开工")] == [phrase]
