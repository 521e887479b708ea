"""Coreferent phrases: their antecedents, and words that only look like such phrases."""

from __future__ import annotations

import pytest

from kg.corpus import project
from kg.extract.coreference import find_references
from kg.text.article import parse_article

THINGS = (
    ("AdministrativeDivision", "青川市"),
    ("AdministrativeDivision", "临河区"),
    ("DevelopmentZone", "云岭新区"),
    ("Company", "恒岳集团"),
    ("Company", "泰安轴承有限公司"),
    ("Project", "青川南站项目"),
    ("Institution", "青川大学"),
)


def found(text: str) -> list[tuple[str, str]]:
    article = parse_article(text, doc="t")
    listed = [{"id": t[1], "type": t[0], "names": [t[1]]} for t in THINGS]
    entities = project(article, {"entities": listed, "relations": [], "observations": []})
    return [(article.text[r.start : r.end], r.entity) for r in find_references(article, entities)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青川市发布公报。全市增长一成。", [("全市", "青川市")]),
        ("青川市辖临河区。该区增长一成，我市居首。", [("该区", "临河区"), ("我市", "青川市")]),
        ("云岭新区成立。新区面积不大。", [("新区", "云岭新区")]),
        ("云岭新区成立。走进园区，机器轰鸣。", []),
        ("云岭新区成立。园区面积不大。", [("园区", "云岭新区")]),
        ("恒岳集团与泰安轴承有限公司签约。该公司称前景广阔。", [("该公司", "泰安轴承有限公司")]),
        ("恒岳集团和泰安轴承有限公司签约，双方满意。", [("双方", "恒岳集团"), ("双方", "泰安轴承有限公司")]),
        ("恒岳集团扩产。集团今年招工。", [("集团", "恒岳集团")]),
        ("青川南站项目开工。该项目明年建成。", [("该项目", "青川南站项目")]),
        ("青川大学开学。该校师生过万。", []),
        ("全市企业纷纷扩产。", []),
        ("恒岳集团扩产。企业家很高兴。", []),
        ("恒岳集团扩产。企业数量增多。", []),
    ],
)
def test_phrases_mean_the_latest_compatible_thing(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_name_is_no_reference() -> None:
    assert found("泰安轴承有限公司与恒岳集团。") == []


def test_a_level_word_before_any_name_takes_the_first_compatible_thing() -> None:
    assert found("全市增长一成。青川市发布公报。") == [("全市", "青川市")]
