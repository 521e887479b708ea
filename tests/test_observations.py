"""Observations: whose figure it is, what it measures, when it holds, and where it is said."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KGError
from kg.extract import ranking
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


def test_figures_of_a_list_of_things_go_each_to_its_own() -> None:
    found = facts(
        "分区域看，东海区地区生产总值302.1亿元，北湾区地区生产总值210.5亿元，南山县地区生产总值98.7亿元。",
        {
            "东海区": "AdministrativeDivision",
            "北湾区": "AdministrativeDivision",
            "南山县": "AdministrativeDivision",
        },
    )
    assert [(subject, value) for subject, _, value, _ in found] == [
        ("东海区", "302.1亿元"),
        ("北湾区", "210.5亿元"),
        ("南山县", "98.7亿元"),
    ]


def test_a_missing_or_broken_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(KGError, match=r"none\.weights.*missing"):
        ranking.read_weights(tmp_path / "none.weights")
    broken = tmp_path / "broken.weights"
    broken.write_text("0.5\tnear\nheavy\tfar\n", encoding="utf-8")
    with pytest.raises(KGError, match="line 2"):
        ranking.read_weights(broken)


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(st.sampled_from("近远\n\t\u2028a "), min_size=1), st.integers(3, 900).map(lambda n: n / 100)
    )
)
def test_weights_come_back_as_they_were_written(weights: dict[str, float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.weights"
        ranking.write_weights(weights, path)
        assert ranking.read_weights(path) == weights


def test_the_ranking_learns_what_decides_and_the_same_each_time() -> None:
    def group(*features: str) -> ranking.Row:
        return (features,)

    groups = [
        ranking.Group((group("near", "company"), group("far", "region"), group("nobody")), (0,)),
        ranking.Group((group("far", "company"), group("near", "region"), group("nobody")), (1,)),
        ranking.Group((group("far", "company"), group("nobody")), (1,)),
    ] * 4
    weights = ranking.learn(groups)
    judge = ranking.Ranking(weights)
    for each in groups:
        scores = [judge.score(row) for row in each.rows]
        assert scores.index(max(scores)) in each.right
    assert ranking.learn(groups) == weights
