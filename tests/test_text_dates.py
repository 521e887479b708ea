"""The date on which an article was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpus import Gold, docs, gold_folder, read_gold
from kg.model import Article
from kg.text import timewords
from kg.text.article import parse_article
from kg.text.filedates import date_in_name, parse_date


def date_of(*paragraphs: str) -> str | None:
    return parse_article("\n\n".join(paragraphs), doc="a").date


@pytest.mark.parametrize(
    ("paragraphs", "date"),
    [
        # printed
        (("工作情况", "云港市发展改革委 2023年12月28日", "全市装机容量再上台阶。"), "2023-12-28"),
        (("工作情况", "（2025年11月发布）", "2022年，全市产值超百亿元。"), "2025-11"),
        (("港城重器", "2024年3月1日 星期五 本版编辑 宋立", "去年11月，项目投运。"), "2024-03-01"),
        (("工作情况", "云港市政府办公室 二〇二三年十月十二日", "全市再上台阶。"), "2023-10-12"),
        # dateline, its year from the text
        (("项目开工", "本报云港9月1日电 9月1日，云港市2023年重大项目开工。"), "2023-09-01"),
        (("项目开工", "新华社云港2022年9月1日电 项目开工。"), "2022-09-01"),
        (("项目开工", "本报云港3月31日电 项目开工。2023年6月30日，园区签约。"), "2024-03-31"),
        # month of the lead, year of a named event beside it
        (("签约", "本报讯 6月21日，月亮湾2023年重大项目签约仪式举行。去年6月29日，园区开放。"), "2023-06"),
        (("签约", "2024年6月中旬，项目完成首吊。"), "2024-06"),
        # a tally of a whole year is told the year after
        (("签约", "3月3日，项目动工。2024年，全区生产总值突破千亿元。"), "2025-03"),
        (("签约", "9月27日，活动启幕。截至2023年底，共有802家企业。"), "2024-09"),
        # plans are no past
        (
            ("签约", "8月6日，装置运行。2024年以来，项目推进。预计2025年3月投产，到2030年达到百万吨。"),
            "2024-08",
        ),
        (("签约", "12月21日，装置下线。明年6月首条线投产，2023年年末全面投产。"), "2022-12"),
        # review and agenda
        (
            ("一区2023年工作回顾与2024年安排", "一、2023年工作回顾", "今年是关键之年。12月28日，大会举行。"),
            "2023-12",
        ),
        # what everybody knows
        (("综述", "今年是“十四五”开局之年，年终岁尾，车间里一派繁忙。2019年，项目开工。"), "2021-12"),
        (("综述", "2月5日，蛇年首个工作日。2023年8月，三期开工。"), "2025-02"),
        (("开工", "8月15日，新区四周年重点项目开工。自2019年揭牌以来，新区发展。"), "2023-08"),
        (("项目昨开工", "8月31日上午，2022年重大项目开工。"), "2022-09-01"),
        (("综述", "园区发展迅速。"), None),
        (("综述", "项目于1998年奠基。2024年6月13日，项目建成。"), "2024-06"),
    ],
)
def test_date(paragraphs: tuple[str, ...], date: str | None) -> None:
    assert date_of(*paragraphs) == date


def test_date_source_says_how() -> None:
    article = parse_article("签约\n\n3月3日，项目动工。2024年，全区生产总值突破千亿元。", doc="a")
    assert article.date_source == "lead, year from the years around"
    named = parse_article("签约\n\n3月3日，项目动工。", doc="a", file_date="2020-01-02")
    assert (named.date, named.date_source) == ("2020-01-02", "file name")
    assert parse_article("签约", doc="a").date_source == ""


def test_headlines_of_the_corpus() -> None:
    """Measured: 149 of 150 of the train part, 36 of 37 of development."""
    for part, least in (("train", 147), ("development", 35)):
        assert sum(article.title == gold["title"] for article, gold in corpus_part(part)) >= least


def test_dates_of_the_corpus_do_not_get_worse() -> None:
    """Measured: the year is right in 118 of 150 of the train part, in 27 of 37 of development."""
    for part, least in (("train", 114), ("development", 25)):
        years = [((article.date or "")[:4], (gold["date"] or "")[:4]) for article, gold in corpus_part(part)]
        assert sum(found == right for found, right in years) >= least


def corpus_part(part: str) -> list[tuple[Article, Gold]]:
    folder = gold_folder()
    return [
        (
            parse_article((folder.parent / f"{doc}.txt").read_text(encoding="utf-8"), doc=doc),
            read_gold(folder / f"{doc}.json"),
        )
        for doc in docs(part)
    ]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2023", "2023"),
        ("2023-9", "2023-09"),
        ("2023年9月21日", "2023-09-21"),
        ("2023.09.21 08:00", "2023-09-21"),
        ("2023-02-30", None),
        ("", None),
        (None, None),
        ("21.9.2023", None),
    ],
)
def test_parse_date(written: str | None, date: str | None) -> None:
    assert parse_date(written) == date


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2023-09-21_签约", "2023-09-21"),
        ("云港日报_2023_09", "2023-09"),
        ("第20230921期", "2023-09-21"),
        ("202309", None),
        ("13812345678", None),
        ("t104", None),
        ("20231399", None),
        ("2023年9月", "2023-09"),
    ],
)
def test_date_in_name(name: str, date: str | None) -> None:
    assert date_in_name(name) == date


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789年月日今去明，。截至到底本报讯电周岁末蛇十五—《》\n", max_size=80))
def test_any_text_has_a_valid_date_or_none(text: str) -> None:
    date = date_of("综述", text)
    assert date is None or parse_date(date) == date


@given(st.text("1290.年月 ", max_size=14))
def test_a_year_is_found_where_no_digit_stands_before_it(text: str) -> None:
    plain = re.compile(timewords._YEAR.pattern.replace(r"(?:1(?<![\d.]1)9|2(?<![\d.]2)0)", "(?:19|20)"))
    expected = [found.span() for found in re.compile(rf"(?<![\d.]){plain.pattern}").finditer(text)]
    assert [found.span() for found in timewords._YEAR.finditer(text)] == expected
