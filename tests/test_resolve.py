"""Entity resolution: what is one thing across articles, and above all what is not."""

from __future__ import annotations

from typing import Any

import pytest
from handmade import make
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.authority import Authority, Record
from kg.model import Extraction
from kg.resolve import names
from kg.resolve.generic import is_generic
from kg.resolve.things import Thing, resolve

DIVISION = "AdministrativeDivision"


def record(key: str, name: str, parent: str | None = None, *, type_: str = DIVISION, **more: Any) -> Record:
    """Return a row of a table made by hand."""
    return Record(key, type_, name, more.pop("aliases", ()), parent, None, "hand", "hand", **more)


TABLES = Authority(
    {
        r.key: r
        for r in (
            record("d:cn", "中华人民共和国", level="country"),
            record("d:bj", "北京市", "d:cn", aliases=("北京",), level="province"),
            record("d:jl", "吉林省", "d:cn", aliases=("吉林",), level="province"),
            record("d:cc", "长春市", "d:jl", aliases=("长春",), level="prefecture"),
            record("d:bj1", "朝阳区", "d:bj", weak_aliases=("朝阳",), level="county"),
            record("d:cc1", "朝阳区", "d:cc", weak_aliases=("朝阳",), level="county"),
            record("c:ng", "蓝鲸能源集团有限公司", type_="CentralEnterprise", weak_aliases=("蓝鲸",)),
        )
    }
)


def pair(type_: str, one: str, other: str) -> tuple[Thing, ...]:
    return resolve(
        [
            make("a", f"{one}今天公布消息。", {"e1": (type_, one)}),
            make("b", f"{other}今天公布消息。", {"e1": (type_, other)}),
        ]
    )


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        (DIVISION, "南京市", "南通市"),
        (DIVISION, "大兴区", "通州区"),
        ("CentralEnterprise", "中国石油", "中国石化"),
        ("CentralEnterprise", "中建", "中车"),
        (DIVISION, "朝阳区", "朝阳区"),
        ("DevelopmentZone", "高新区", "高新区"),
        ("DevelopmentZone", "经济技术开发区", "经济技术开发区"),
        ("GovernmentBody", "区营商局", "区营商局"),
        ("GovernmentBody", "市委", "市委"),
        ("Project", "搬迁改造项目", "搬迁改造项目"),
        ("Project", "二期工程", "二期工程"),
        ("Event", "招商推介会", "招商推介会"),
        ("Person", "王伟", "王伟"),
        (DIVISION, "深圳市", "深圳市南山区"),
    ],
)
def test_what_only_looks_alike_stays_apart(type_: str, one: str, other: str) -> None:
    assert len(pair(type_, one, other)) == 2


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("Company", "蓝鲸重工"),
        (DIVISION, "滨海市"),
        ("Industry", "新能源"),
        ("GovernmentBody", "科技部"),
        ("Project", "滨海湾跨海大桥"),
    ],
)
def test_the_same_proper_name_is_one_thing(type_: str, name: str) -> None:
    (thing,) = pair(type_, name, name)
    assert thing.members == (("a", "e1"), ("b", "e1"))
    assert (thing.type, thing.name) == (type_, name)


def test_zones_of_one_name_are_qualified_by_their_own_cities() -> None:
    def article(doc: str, city: str) -> Extraction:
        entities = {"e1": (DIVISION, city), "e2": ("DevelopmentZone", "高新区")}
        return make(doc, f"{city}高新区今年开工十个项目。", entities, [("e2", "locatedIn", "e1")])

    things = resolve([article("a", "甲州市"), article("b", "乙州市"), article("c", "甲州市")])
    keys = {thing.key: thing.members for thing in things if thing.type == "DevelopmentZone"}
    assert keys == {
        "location/甲州市/高新区": (("a", "e2"), ("c", "e2")),
        "location/乙州市/高新区": (("b", "e2"),),
    }


def test_a_name_without_container_takes_the_place_the_article_is_about() -> None:
    text = "甲州市发展很快。甲州市的高新区迎来新企业。"
    entities = {"e1": (DIVISION, "甲州市"), "e2": ("DevelopmentZone", "高新区")}
    keys = [thing.key for thing in resolve([make("a", text, entities)])]
    assert keys == ["location/甲州市", "location/甲州市/高新区"]


def test_a_bare_body_is_the_body_of_its_division() -> None:
    bare = make(
        "a", "甲州市召开会议。市委提出目标。", {"e1": (DIVISION, "甲州市"), "e2": ("GovernmentBody", "市委")}
    )
    full = make("b", "甲州市委提出目标。", {"e1": ("GovernmentBody", "甲州市委")})
    bodies = [thing for thing in resolve([bare, full]) if thing.type == "GovernmentBody"]
    assert [(b.name, b.members) for b in bodies] == [("甲州市委", (("a", "e2"), ("b", "e1")))]


def test_short_names_join_the_one_full_name_they_stand_for() -> None:
    full = make(
        "a", "蓝鲸重工有限公司（蓝鲸重工）投产。", {"e1": ("Company", "蓝鲸重工有限公司", "蓝鲸重工")}
    )
    short = make("b", "蓝鲸重工扩产。", {"e1": ("Company", "蓝鲸重工")})
    (thing,) = resolve([short, full])
    assert (thing.name, thing.names) == ("蓝鲸重工有限公司", ("蓝鲸重工有限公司", "蓝鲸重工"))


def test_a_short_name_that_may_be_short_for_two_joins_neither() -> None:
    one = make("a", "蓝鲸重工有限公司（蓝鲸）投产。", {"e1": ("Company", "蓝鲸重工有限公司", "蓝鲸")})
    two = make("b", "蓝鲸传媒有限公司（蓝鲸）开播。", {"e1": ("Company", "蓝鲸传媒有限公司", "蓝鲸")})
    short = make("c", "蓝鲸扩产。", {"e1": ("Company", "蓝鲸")})
    assert len(resolve([one, two, short])) == 3


def test_a_local_name_does_not_swallow_the_general_one() -> None:
    local = make(
        "a",
        "甲州市开行甲州市海铁班列，海铁班列带动外贸。",
        {"e1": (DIVISION, "甲州市"), "e2": ("Initiative", "甲州市海铁班列", "海铁班列")},
    )
    other = make("b", "海铁班列遍及全国。", {"e1": ("Initiative", "海铁班列")})
    same = make(
        "c", "甲州市的海铁班列又开新线。", {"e1": (DIVISION, "甲州市"), "e2": ("Initiative", "海铁班列")}
    )
    assert sum(thing.type == "Initiative" for thing in resolve([local, other])) == 2
    assert sum(thing.type == "Initiative" for thing in resolve([local, same])) == 1


def test_persons_are_one_where_they_share_a_body_or_place() -> None:
    def article(doc: str, body: str) -> Extraction:
        entities = {"e1": ("Person", "王伟"), "e2": ("Company", body)}
        return make(doc, f"{body}董事长王伟说。", entities, [("e1", "holdsPositionAt", "e2")])

    things = resolve([article("a", "蓝鲸重工"), article("b", "红星纺织"), article("c", "蓝鲸重工")])
    persons = [thing.members for thing in things if thing.type == "Person"]
    assert sorted(persons) == [(("a", "e1"), ("c", "e1")), (("b", "e1"),)]


def test_records_settle_identity() -> None:
    def article(doc: str, city: str) -> Extraction:
        entities = {"e1": (DIVISION, city), "e2": (DIVISION, "朝阳区")}
        return make(doc, f"{city}朝阳区发布规划。", entities, [("e2", "locatedIn", "e1")])

    things = resolve([article("a", "北京市"), article("b", "长春市"), article("c", "北京市")], TABLES)
    assert [(t.key, t.record) for t in things] == [
        ("location/北京市", "d:bj"),
        ("location/北京市/朝阳区", "d:bj1"),
        ("location/吉林省/长春市", "d:cc"),
        ("location/吉林省/长春市/朝阳区", "d:cc1"),
    ]


def test_a_record_of_another_kind_does_not_link() -> None:
    bay = make("a", "朝阳区是一处海湾。", {"e1": ("Place", "朝阳区")}, records={"e1": "d:bj1"})
    assert [thing.record for thing in resolve([bay], TABLES)] == [None]


def test_slashes_in_names_do_not_split_keys() -> None:
    thing = make("a", "推出A/B测试平台。", {"e1": ("Product", "A/B测试平台")})
    assert [t.key for t in resolve([thing])] == ["product/A%2FB测试平台"]


POOL = (
    make("p1", "甲州市高新区开工。", {"e1": (DIVISION, "甲州市"), "e2": ("DevelopmentZone", "高新区")}),
    make("p2", "乙州市高新区开工。", {"e1": (DIVISION, "乙州市"), "e2": ("DevelopmentZone", "高新区")}),
    make("p3", "高新区开工。", {"e1": ("DevelopmentZone", "高新区")}),
    make("p4", "蓝鲸重工有限公司（蓝鲸）投产。", {"e1": ("Company", "蓝鲸重工有限公司", "蓝鲸")}),
    make("p5", "蓝鲸传媒有限公司（蓝鲸）开播。", {"e1": ("Company", "蓝鲸传媒有限公司", "蓝鲸")}),
    make("p6", "蓝鲸扩产，王伟到场。", {"e1": ("Company", "蓝鲸"), "e2": ("Person", "王伟")}),
    make(
        "p7",
        "王伟任蓝鲸董事长。",
        {"e1": ("Person", "王伟"), "e2": ("Company", "蓝鲸")},
        [("e1", "holdsPositionAt", "e2")],
    ),
    make("p8", "甲州市委部署。", {"e1": ("GovernmentBody", "甲州市委")}),
    make("p9", "甲州市召开会议，市委部署。", {"e1": (DIVISION, "甲州市"), "e2": ("GovernmentBody", "市委")}),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(POOL), unique_by=lambda e: e.article.doc).flatmap(
        lambda c: st.tuples(st.just(c), st.permutations(c))
    )
)
def test_order_never_matters_and_everyone_is_somebody(
    orders: tuple[list[Extraction], list[Extraction]],
) -> None:
    one, other = orders
    things = resolve(one)
    assert things == resolve(other)
    members = [member for thing in things for member in thing.members]
    assert sorted(members) == sorted((e.article.doc, entity.id) for e in one for entity in e.entities)
    assert len({thing.key for thing in things}) == len(things)


@settings(deadline=None)
@given(st.text("市区县委局政府大连项目建设一二期工程", max_size=12))
def test_names_are_judged_without_fail(name: str) -> None:
    assert names.bare_level(name) in (None, *"省市区县州旗镇乡村", "街道", "自治区", "自治州", "自治县")
    assert not is_generic(name + "氢", "Project")


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        ("Company", "蓝鲸重工集团有限公司", "蓝鲸重工股份有限公司"),
        ("Company", "蓝鲸集团", "蓝鲸控股"),
        ("Company", "三一集团", "五一集团"),
        ("Initiative", "四区建设", "四区建设"),
        ("Initiative", "“1+6”产业生态圈", "1+6产业生态圈"),
        ("Initiative", "工业强市战略", "工业强市战略"),
        ("Initiative", "十四五", "十五五"),
        ("Project", "24万吨/年双酚A装置", "24万吨/年双酚A装置"),
        ("Project", "1号机组", "1号机组"),
        ("Honor", "省级绿色工厂", "省级绿色工厂"),
        ("Institution", "国家级企业技术中心", "国家级企业技术中心"),
        ("Institution", "甲州市第一人民医院", "乙州市第一人民医院"),
        ("Product", "蓝州苹果", "苹果"),
        ("Industry", "低空经济", "临空经济"),
    ],
)
def test_names_without_a_proper_part_and_names_of_another_kind_stay_apart(
    type_: str, one: str, other: str
) -> None:
    assert len(pair(type_, one, other)) == 2


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        ("Company", "蓝鲸重工", "蓝鲸重工股份有限公司"),
        ("Company", "蓝鲸集团", "蓝鲸（集团）有限公司"),
        ("Company", "藍鯨重工", "蓝鲸重工"),
        ("GovernmentBody", "甲州市人民政府", "甲州市政府"),
        ("GovernmentBody", "甲州市发展和改革委员会", "甲州市发改委"),
        ("DevelopmentZone", "甲州高新技术产业开发区", "甲州高新区"),
        ("DevelopmentZone", "中国（甲州）自由贸易试验区", "甲州自贸区"),
        ("Place", "西北地区", "西北"),
        ("Industry", "旅游业", "旅游产业"),
        ("Initiative", "十四五", "“十四五”规划"),
        ("Initiative", "一带一路", "一带一路"),
        ("Project", "甲乙高铁", "甲乙高铁"),
        ("Honor", "国家级绿色工厂", "国家绿色工厂"),
        ("Honor", "国家科学技术进步奖一等奖", "国家科技进步一等奖"),
        ("Product", "高端碳纤维", "碳纤维"),
    ],
)
def test_ways_of_writing_one_name_are_one_thing(type_: str, one: str, other: str) -> None:
    assert len(pair(type_, one, other)) == 1


def in_city(doc: str, city: str, type_: str, name: str) -> Extraction:
    entities = {"e1": (DIVISION, city), "e2": (type_, name)}
    return make(doc, f"{city}的{name}开工。", entities, [("e2", "locatedIn", "e1")])


def test_a_project_is_known_by_name_and_city() -> None:
    name = "蓝湾化工一体化项目"
    articles = [in_city("a", "甲州市", "Project", name), in_city("b", "乙州市", "Project", name)]
    assert sum(t.type == "Project" for t in resolve(articles)) == 2
    untold = make("c", f"{name}投产。", {"e1": ("Project", name)})
    (one,) = [t for t in resolve([articles[0], untold]) if t.type == "Project"]
    assert one.members == (("a", "e2"), ("c", "e1"))
    # of two cities it may be either's
    assert sum(t.type == "Project" for t in resolve([*articles, untold])) == 3


def test_a_line_through_many_cities_is_one() -> None:
    name = "甲乙高铁"
    articles = [in_city("a", "甲州市", "Project", name), in_city("b", "乙州市", "Project", name)]
    assert sum(t.type == "Project" for t in resolve(articles)) == 1


def test_a_works_of_a_place_is_not_its_parent() -> None:
    works = make("a", "甲州市蓝鲸石墨产业园有限公司（蓝鲸）投产。", {
        "e1": ("Company", "甲州市蓝鲸石墨产业园有限公司", "蓝鲸"), "e2": (DIVISION, "甲州市")})  # fmt: skip
    assert (
        sum(
            t.type == "Company"
            for t in resolve([works, make("b", "蓝鲸扩产。", {"e1": ("Company", "蓝鲸")})])
        )
        == 2
    )


def test_two_names_of_one_article_are_two_things() -> None:
    both = make(
        "a",
        "甲州拖拉机厂后来改制为蓝鲸农机。",
        {"e1": ("Company", "甲州拖拉机厂"), "e2": ("Company", "蓝鲸农机")},
    )
    one = make("b", "蓝鲸农机集团（蓝鲸农机，原甲州拖拉机厂）增产。", {
        "e1": ("Company", "蓝鲸农机集团", "蓝鲸农机", "甲州拖拉机厂")})  # fmt: skip
    things = [t.members for t in resolve([both, one])]
    assert sorted(things) == [(("a", "e1"),), (("a", "e2"), ("b", "e1"))]


def test_a_post_of_the_country_tells_a_person() -> None:
    one = make("a", "甲方总书记来到车间。", {"e1": ("Person", "甲方")})
    other = make("b", "中共中央总书记甲方强调。", {"e1": ("Person", "甲方")})
    assert len(resolve([one, other])) == 1


def test_a_person_is_told_by_the_body_however_it_is_written() -> None:
    def article(doc: str, body: str) -> Extraction:
        entities = {"e1": ("Person", "王伟"), "e2": ("GovernmentBody", body), "e3": (DIVISION, "甲州市")}
        return make(doc, f"甲州市的{body}王伟说。", entities, [("e1", "holdsPositionAt", "e2")])

    things = resolve([article("a", "市发改委"), article("b", "甲州市发展和改革委员会")])
    assert sum(t.type == "Person" for t in things) == 1


def test_a_city_before_a_district_is_read_as_its_place() -> None:
    whole = make("a", "北京市朝阳区开工。", {"e1": (DIVISION, "北京市朝阳区")})
    assert [t.key for t in resolve([whole], TABLES)] == ["location/北京市/朝阳区"]


def test_a_short_name_of_a_county_needs_its_place() -> None:
    alone = make("a", "朝阳开工。", {"e1": (DIVISION, "朝阳")})
    assert [t.record for t in resolve([alone], TABLES)] == [None]
    entities = {"e1": (DIVISION, "长春"), "e2": (DIVISION, "朝阳")}
    placed = make("b", "长春朝阳开工。", entities, [("e2", "locatedIn", "e1")])
    assert {t.record for t in resolve([placed], TABLES)} == {"d:cc", "d:cc1"}


def test_a_place_elsewhere_is_not_the_record() -> None:
    entities = {"e1": (DIVISION, "长春市"), "e2": (DIVISION, "北京市")}
    odd = make("a", "长春市有个北京市。", entities, [("e2", "locatedIn", "e1")])
    assert {t.record for t in resolve([odd], TABLES)} == {"d:cc", None}


def test_a_central_enterprise_is_known_by_its_weak_name() -> None:
    central = make("a", "蓝鲸扩产。", {"e1": ("CentralEnterprise", "蓝鲸")})
    company = make("b", "蓝鲸扩产。", {"e1": ("Company", "蓝鲸")})
    assert {t.record for t in resolve([central, company], TABLES)} == {"c:ng", None}


def test_a_bare_body_is_shown_with_its_place() -> None:
    def article(doc: str, city: str) -> Extraction:
        entities = {"e1": (DIVISION, city), "e2": ("GovernmentBody", "市发展改革委")}
        return make(doc, f"{city}公布名录。市发展改革委负责。", entities)

    bodies = [
        t for t in resolve([article("a", "甲州市"), article("b", "乙州市")]) if t.type == "GovernmentBody"
    ]
    assert [b.key for b in bodies] == ["organization/乙州市发展改革委", "organization/甲州市发展改革委"]
    assert bodies[0].names == ("乙州市发展改革委", "市发展改革委")


def test_a_central_enterprise_is_known_by_another_legal_form() -> None:
    one = make("a", "蓝鲸能源集团公司扩产。", {"e1": ("CentralEnterprise", "蓝鲸能源集团公司")})
    assert [t.record for t in resolve([one], TABLES)] == ["c:ng"]


def test_an_article_is_not_about_a_place_abroad() -> None:
    abroad = Authority({**TABLES.records, "x:de": record("x:de", "德国", level="country")})
    text = "德国、德国、德国。长春市有个高新区。"
    entities = {"e1": (DIVISION, "德国"), "e2": (DIVISION, "长春市"), "e3": ("DevelopmentZone", "高新区")}
    keys = [t.key for t in resolve([make("a", text, entities)], abroad)]
    assert "location/吉林省/长春市/高新区" in keys


@given(st.permutations([None, "zone-1", "zone-2"]))
def test_namesakes_with_and_without_a_record_have_an_order(records: list[str | None]) -> None:
    # a name that the tables know in one article and not in another gives two things alike but for that
    alike = [Thing("location/北湾", "Place", "北湾", ("北湾",), record, (("a", "e1"),)) for record in records]
    assert [thing.record for thing in sorted(alike)] == [None, "zone-1", "zone-2"]
