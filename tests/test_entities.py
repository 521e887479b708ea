"""From mentions to entities: short forms, declared aliases, and what must stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import segment
from kg.extract.clustering import licences
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.entities import find_entities
from kg.extract.names.fronted import PARTED
from kg.model import Mention, by_place
from kg.text.article import parse_article


def things(text: str, *marked: tuple[str, str], places=frozenset(), by=()):
    """Return the things of a text by its names and their types, each name behind the one before it."""
    mentions, at = [], 0
    for number, (name, kind) in enumerate(marked):
        at = text.index(name, at)
        rule = by[number] if by else "test"
        mentions.append(Mention(at, at + len(name), name, kind, rule, 0.9))
        at += len(name)
    return find_entities(parse_article(text, doc="x"), mentions, segment.words(text), places)


@pytest.mark.parametrize(
    ("full", "short", "kind"),
    [
        ("滨海连山数控机器股份有限公司", "连山数控", "Company"),
        ("甘井子区营商局", "区营商局", "GovernmentBody"),
        ("东港合作创新区", "东港", "DevelopmentZone"),
        ("滨海高新技术产业开发区", "高新区", "DevelopmentZone"),
        ("第五届滨海国际投资贸易洽谈会", "滨海国际投资贸易洽谈会", "Event"),
    ],
)
def test_full_names_license_short_ones(full, short, kind):
    assert licences.licenses(full, kind, short, kind)


PLACES = frozenset("滨海市 滨海 东港 东港市 辽州省 辽州 连山 连山县".split())


# Habits of abbreviation that need to know what is a place, or shrink a name to some of its characters
@pytest.mark.parametrize(
    ("full", "short", "kind"),
    [
        ("滨海蓝鲸科技", "蓝鲸", "Company"),
        ("滨海蓝鲸集团", "蓝鲸集团", "Company"),
        ("蓝鲸食品有限公司", "滨海蓝鲸食品", "Company"),
        ("滨海矿业集团有限责任公司", "滨矿集团", "Company"),
        ("辽州东港经济技术开发区", "东港经开区", "DevelopmentZone"),
        ("双塔工业园区", "双塔园", "DevelopmentZone"),
        ("滨海市卫生健康委", "滨海市卫健委", "GovernmentBody"),
        ("辽州省人民政府", "辽州省政府", "GovernmentBody"),
        ("辽州交通大学", "辽州交大", "Institution"),
        ("辽州大学", "辽州", "Institution"),
        ("滨海白塔国际机场", "白塔机场", "Place"),
        ("连山至东港高速公路", "连东高速", "Project"),
        ("滨海市连山县", "连山", "AdministrativeDivision"),
        ("清水满族自治县", "清水县", "AdministrativeDivision"),
        ("连山苹果", "苹果", "Product"),
        ("第二批辽州省特色园区", "辽州省特色园区", "Honor"),
    ],
)
def test_full_names_license_short_ones_by_places_and_shrinking(full, short, kind):
    assert licences.licenses(full, kind, short, kind, PLACES)


@pytest.mark.parametrize(
    ("full", "short", "kind"),
    [
        ("蓝鲸集团滨海分公司", "蓝鲸集团", "Company"),
        ("连山蓝鲸食品", "蓝鲸集团", "Company"),
        ("辽州银行", "辽州", "Company"),
        ("连山经济开发区", "东港经济开发区", "DevelopmentZone"),
        ("连山经济开发区", "连山", "DevelopmentZone"),
        ("连山协同创新区", "连山新区", "DevelopmentZone"),
        ("中国民用航空连山安全监督管理局", "民航局", "GovernmentBody"),
        ("滨海市卫生健康委", "东港市卫健委", "GovernmentBody"),
        ("滨海市经济信息委", "滨海市委", "GovernmentBody"),
        ("辽州医科大学", "辽州大学", "Institution"),
        ("遼州科技大學", "遼州大學", "Institution"),
        ("连山至东港高速公路", "东连高速", "Project"),
        ("连山县清水镇", "连山县", "AdministrativeDivision"),
        ("滨海市清水满族自治县", "滨海市", "AdministrativeDivision"),
        ("取向电工钢", "电工钢", "Product"),
    ],
)
def test_full_names_do_not_license_what_is_another_thing(full, short, kind):
    assert not licences.licenses(full, kind, short, kind, PLACES)


def test_the_parts_of_a_group_stay_apart_though_both_go_by_its_short_name():
    text = "蓝鲸集团与蓝鲸动力到会，蓝鲸表示支持。"
    found = things(text, ("蓝鲸集团", "Company"), ("蓝鲸动力", "Company"), ("蓝鲸", "Company"))
    assert {"蓝鲸集团", "蓝鲸动力"} <= {name for entity in found for name in entity.names}
    assert not any({"蓝鲸集团", "蓝鲸动力"} <= set(entity.names) for entity in found)


def test_companies_of_two_places_that_share_the_rest_of_their_name_are_two():
    found = things(
        "辽州省交通集团与滨海市交通集团签约。",
        ("辽州省", "AdministrativeDivision"),
        ("交通集团", "Company"),
        ("滨海市", "AdministrativeDivision"),
        ("交通集团", "Company"),
        places=PLACES,
        by=("test", PARTED, "test", PARTED),
    )
    assert {e.names for e in found if e.type == "Company"} == {("辽州省交通集团",), ("滨海市交通集团",)}


def test_a_short_name_with_another_place_in_front_is_another_company():
    found = things(
        "国家电投集团到会，连山县国投集团承建。",
        ("国家电投集团", "Company"),
        ("连山县", "AdministrativeDivision"),
        ("国投集团", "Company"),
        places=PLACES,
    )
    assert len([e for e in found if e.type == "Company"]) == 2


def test_two_names_of_one_company_license_a_short_one_together():
    text = "蓝鲸化学集团投产。瀚海到会。蓝鲸化学发言。蓝鲸答谢。"
    (entity,) = things(text, ("蓝鲸化学集团", "Company"), ("蓝鲸化学", "Company"), ("蓝鲸", "Company"))
    assert entity.names == ("蓝鲸化学集团", "蓝鲸化学", "蓝鲸")


# Names that edit distance or containment would join (field notes, complaint 2)
@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("江苏省南京市", "江苏省南通市", "AdministrativeDivision"),
        ("北京市大兴区", "北京市通州区", "AdministrativeDivision"),
        ("深圳市南山区", "深圳市", "AdministrativeDivision"),
        ("中国建筑集团", "中国中车集团", "CentralEnterprise"),
        ("中国石油", "中国石化", "CentralEnterprise"),
        ("中国石油天然气集团有限公司", "中国石油化工集团有限公司", "CentralEnterprise"),
        ("大连高新区", "沈阳高新区", "DevelopmentZone"),
        ("滨海一期项目", "滨海二期项目", "Project"),
        ("蓝鲸机车研究所有限公司", "蓝鲸机车有限公司", "Company"),
        ("滨海蓝鲸集团有限公司", "滨海蓝鲸股份有限公司", "Company"),
    ],
)
def test_names_that_look_alike_stay_apart(one, other, kind):
    assert not licences.licenses(one, kind, other, kind)
    assert not licences.licenses(other, kind, one, kind)
    found = things(f"{one}与{other}。", (one, kind), (other, kind))
    assert len(found) == 2


def test_a_short_form_with_two_full_forms_is_joined_to_neither():
    text = "大连高新区与沈阳高新区会商。高新区发展很快。"
    found = things(text, ("大连高新区", "DevelopmentZone"), ("沈阳高新区", "DevelopmentZone"))
    assert all("高新区" not in entity.names for entity in found)


def test_an_alias_that_the_text_declares_is_joined():
    text = "中国海外学子创业周（以下简称海创周）开幕，海创周由市政府主办。"
    entity = next(e for e in things(text, ("中国海外学子创业周", "Event"), ("海创周", "Event")))
    assert entity.names == ("中国海外学子创业周", "海创周")


def test_names_found_once_are_found_everywhere():
    text = "在滨海，滨海连山数控机器股份有限公司成立。去年，连山数控产值翻番，连山数控还将扩产。"
    company = ("滨海连山数控机器股份有限公司", "Company")
    _, entity = things(text, ("滨海", "AdministrativeDivision"), company)
    assert entity.names == ("滨海连山数控机器股份有限公司", "连山数控")
    assert [text[m.start : m.end] for m in entity.mentions].count("连山数控") == 2


def test_a_division_is_named_with_its_city_in_front_too():
    text = "大连市甘井子区。"
    found = things(text, ("大连市", "AdministrativeDivision"), ("甘井子区", "AdministrativeDivision"))
    assert {e.names for e in found} == {("大连市",), ("大连市甘井子区", "甘井子区")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“甘心办”", "甘心办"),
        ("太\n\n平湾", "太平湾"),
        ("“双链长”工作制", "“双链长”工作制"),
        ("双链长”工作制", "双链长工作制"),
    ],
)
def test_names_are_cleaned_of_marks_around_them(text, name):
    assert clean_name(text) == name


def test_a_zone_goes_by_its_bare_name_too():
    text = "东港合作创新区成立。东港合作创新区引进企业。东港合作创新区签约。东港前景看好。"
    found = things(text, ("东港合作创新区", "DevelopmentZone"), ("东港前", "Place"))
    assert len(found) == 2
    mentions = [Mention(0, 7, "东港合作创新区", "DevelopmentZone", "test", 0.9)]
    at = text.index("东港前")
    mentions.append(Mention(at, at + 2, "东港", "AdministrativeDivision", "test", 0.5))
    (zone,) = find_entities(parse_article(text, doc="x"), mentions, segment.words(text))
    assert (zone.type, zone.names) == ("DevelopmentZone", ("东港合作创新区", "东港"))


def test_a_city_is_not_the_zone_named_after_it():
    text = "大连高新区位于大连。"
    mentions = [
        Mention(0, 5, "大连高新区", "DevelopmentZone", "test", 0.9),
        Mention(7, 9, "大连", "AdministrativeDivision", "test", 0.9, "division:210200"),
    ]
    assert len(find_entities(parse_article(text, doc="x"), mentions, segment.words(text))) == 2


@given(
    st.lists(
        st.builds(
            Mention,
            start=st.integers(0, 3),
            end=st.integers(4, 6),
            text=st.sampled_from("ab"),
            type=st.sampled_from(("Company", "Place")),
            by=st.sampled_from("xy"),
            confidence=st.sampled_from((0.4, 0.9)),
            record=st.sampled_from("12"),
        )
    )
)
def test_mentions_sorted_by_place_stand_as_they_compare(mentions):
    assert sorted(mentions, key=by_place) == sorted(mentions)


@pytest.mark.parametrize(
    ("text", "marked", "form"),
    [
        # what stands in front
        ("滨海市委推进德国蓝鲸落户。", [("德国", "AdministrativeDivision"), ("蓝鲸", "Company")], "德国蓝鲸"),
        ("东港市中医医院康复楼封顶。", [("东港市", "AdministrativeDivision"), ("中医医院康复楼", "Project")],
         "东港市中医医院康复楼"),
        ("四川德阳到会。", [("四川", "AdministrativeDivision"), ("德阳", "AdministrativeDivision")],
         "四川德阳"),
        ("获评首批国家湿地城市。", [("湿地城市", "Honor")], "首批国家湿地城市"),
        # what stands behind
        ("推行“清单对账”试点改革。", [("清单对账", "Initiative")], "“清单对账”试点改革"),
        ("发展绿电铝产业。", [("绿电铝", "Industry")], "绿电铝产业"),
        # what a name is told without
        ("发展绿电铝产业。", [("绿电铝产业", "Industry")], "绿电铝"),
        ("实施3+8强区战略。", [("3+8强区战略", "Initiative")], "3+8"),
        ("入选第二批传统村落名录。", [("第二批传统村落名录", "Honor")], "传统村落"),
        ("签约新建清河水厂项目。", [("新建清河水厂项目", "Project")], "清河水厂项目"),
    ],
)  # fmt: skip
def test_a_thing_has_the_longer_and_shorter_names_that_stand_in_the_text(text, marked, form):
    named = [entity for entity in things(text, *marked) if form in entity.names]
    assert len(named) == 1
    assert set(named[0].names) > {form}


@pytest.mark.parametrize(
    ("text", "marked", "form"),
    [
        ("发展战略性新兴产业。", [("战略性新兴产业", "Industry")], "战略性新兴"),
        ("建设绿电铝产业园。", [("绿电铝", "Industry")], "绿电铝产业"),
        ("清单对账”试点改革。", [("清单对账", "Initiative")], "清单对账”试点改革"),
        ("大河镇清河村到会。", [("大河镇", "AdministrativeDivision"), ("清河村", "AdministrativeDivision")],
         "大河镇清河村"),
        ("获评2024年名录。", [("2024年名录", "Honor")], "名录"),
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_thing_is_none(text, marked, form):
    assert all(form not in entity.names for entity in things(text, *marked))


@pytest.mark.parametrize(
    ("name", "kind"), [("股份有限公司", "Company"), ("高新技术", "DevelopmentZone"), ("一至", "Project")]
)
def test_a_name_of_repeated_words_is_looked_at_in_no_time(name, kind):
    full = "蓝鲸" + name * 2000
    assert not licences.licenses(full, kind, "蓝鲸", kind)
