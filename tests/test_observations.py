"""Observations: whose figure it is, what it measures, when it holds, and where it is said."""

from __future__ import annotations

import dataclasses

import pytest

from kg.extract.clauses import parse_clauses
from kg.extract.dates import find_periods
from kg.extract.figures import find_quantities
from kg.extract.observations import find_observations
from kg.extract.segment import words
from kg.model import Article, Entity, Mention, Observation
from kg.text.article import parse_article


def read(
    text: str, things: dict[str, str], written: str = "2023-09"
) -> tuple[Article, tuple[Observation, ...]]:
    """Return the observations of a text whose things are given as name: type."""
    article = dataclasses.replace(parse_article(text, doc="x"), date=written)
    entities = []
    for index, (name, kind) in enumerate(things.items(), 1):
        places = [i for i in range(len(article.text)) if article.text.startswith(name, i)]
        mentions = tuple(Mention(i, i + len(name), name, kind, "test") for i in places)
        entities.append(Entity(f"e{index}", kind, (name,), mentions))
    found = tuple(entities)
    tokens = words(article.normal)
    clauses = parse_clauses(article, tokens, found)
    quantities, periods = find_quantities(article.normal), find_periods(article)
    return article, find_observations(article, tokens, found, clauses, quantities, periods)


def facts(text: str, things: dict[str, str]) -> list[tuple[str, str, str, str | None]]:
    names = dict(zip((f"e{i}" for i in range(1, len(things) + 1)), things, strict=True))
    return [
        (names[o.subject], o.indicator, o.quantity.text, o.period.value if o.period else None)
        for o in read(text, things)[1]
    ]


def test_a_district_and_its_growth() -> None:
    assert facts(
        "东海区加快发展，全年工作取得新成效。2022年，东海区地区生产总值302.1亿元，同比增长5.6%。",
        {"东海区": "AdministrativeDivision"},
    ) == [
        ("东海区", "地区生产总值", "302.1亿元", "2022"),
        ("东海区", "地区生产总值同比增长", "5.6%", "2022"),
    ]


def test_the_project_that_a_figure_leads_to() -> None:
    assert facts(
        "东海区工地上，总投资50亿元的北湾码头项目正在加紧施工，占地约350亩。",
        {"东海区": "AdministrativeDivision", "北湾码头项目": "Project"},
    ) == [("北湾码头项目", "总投资", "50亿元", None), ("北湾码头项目", "占地", "350亩", None)]


def test_a_list_does_not_own_the_count() -> None:
    (found,) = facts(
        "目前，东海产业园已吸引甲钢公司、乙钢公司、丙钢公司等70余家企业入驻，园区建设不断提速。",
        {
            "东海产业园": "DevelopmentZone",
            "甲钢公司": "Company",
            "乙钢公司": "Company",
            "丙钢公司": "Company",
        },
    )
    assert (found[0], found[2]) == ("东海产业园", "70余家")


@pytest.mark.parametrize(
    "text",
    [
        "东海区抓好三件大事，围绕两方面工作，一位负责人介绍了情况，大家都很受鼓舞和启发。",
        "东海区三年来持续发力，近三年工作成效明显，各项事业发展都迈上了一个新的台阶。",
        "东海区推进亿元以上项目建设，做好各项服务保障，各部门都要拿出实招硬招来落实。",
        "东海区签约102个项目",
    ],
)
def test_what_only_lists_or_frames_is_left_out(text: str) -> None:
    assert facts(text, {"东海区": "AdministrativeDivision"}) == []


def test_plans_are_planned() -> None:
    _, found = read(
        "到2035年，东海区力争地区生产总值突破1000亿元，成为辐射周边的区域中心，让群众生活更好。",
        {"东海区": "AdministrativeDivision"},
    )
    assert [(o.evidence.status, str(o.period), o.quantity.bound) for o in found] == [
        ("planned", "2035", "min")
    ]


def test_evidence_is_the_text_itself() -> None:
    article, found = read(
        "甲钢公司去年营业收入12.5亿元，利润增长8%，员工1200余名，产品远销30多个国家和地区。",
        {"甲钢公司": "Company"},
    )
    assert len(found) == 4
    for observation in found:
        evidence, quantity = observation.evidence, observation.quantity
        assert article.text[evidence.start : evidence.end] == evidence.quote
        assert evidence.start <= quantity.start
        assert quantity.end <= evidence.end
        assert "甲钢公司" in evidence.quote
        assert quantity.text in evidence.quote


def test_a_text_without_things_has_no_observations() -> None:
    assert read("总投资50亿元，占地350亩，这是一个没有名字的地方，什么也没有提到过。", {})[1] == ()
