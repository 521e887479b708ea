"""Names preceded by a place, an owner or a list number."""

from __future__ import annotations

import pytest

from kg.extract.clustering.entities import find_entities
from kg.extract.names.fronted import part_fronted, trimmed
from kg.extract.pipeline import matcher_of
from kg.model import Mention
from kg.text.article import parse_article


def _mention(text: str, name: str, kind: str) -> Mention:
    at = text.index(name)
    return Mention(at, at + len(name), name, kind, "hand", 0.9)


@pytest.mark.parametrize(
    ("name", "kind", "parts"),
    [
        ("通化县东宝药业", "Company", ["通化县", "东宝药业"]),
        ("德国奔马公司", "Company", ["德国", "奔马公司"]),
        ("格尔木市南山口抽水蓄能电站", "Project", ["格尔木市", "南山口抽水蓄能电站"]),
        ("山川乡高家堂村", "AdministrativeDivision", ["山川乡", "高家堂村"]),
        # a short form of a division is part of the name
        ("大连英歌石科学城", "DevelopmentZone", ["大连英歌石科学城"]),
        # an office keeps its place, and the home country is none in front
        ("朝阳市发展改革委", "GovernmentBody", ["朝阳市发展改革委"]),
        ("中国铁建", "Company", ["中国铁建"]),
        ("山西省大同市人民政府新闻办公室", "GovernmentBody", ["山西省", "大同市人民政府新闻办公室"]),
        # what would be left is no name
        ("梨树县体育馆", "Place", ["梨树县体育馆"]),
        ("京广高铁定州东站", "Place", ["京广高铁", "定州东站"]),
        ("宝中铁路华亭站", "Project", ["宝中铁路", "华亭站"]),
        # a road keeps its exit, a railway's office and stretch are no stations
        ("京哈高速双城互通", "Place", ["京哈高速双城互通"]),
        ("成都铁路局燕郊车站", "Place", ["成都铁路局燕郊车站"]),
        ("京张高铁站", "Place", ["京张高铁站"]),
    ],
)  # fmt: skip
def test_a_place_in_front_is_parted(name: str, kind: str, parts: list[str]) -> None:
    mention = Mention(0, len(name), name, kind, "hand", 0.9)
    found = list(part_fronted([mention], name, name, matcher_of()))
    assert [m.text for m in found] == parts
    assert found[-1].type == kind
    assert [m.text for m in found] == [name[m.start : m.end] for m in found]


def test_a_parted_thing_has_both_names() -> None:
    text = "韩国晓星集团在嘉兴投资。"
    parts = list(part_fronted([_mention(text, "韩国晓星集团", "Company")], text, text, matcher_of()))
    country, company = find_entities(parse_article(text, doc="x"), parts, ())
    assert (country.type, country.names) == ("AdministrativeDivision", ("韩国",))
    assert (company.type, company.names) == ("Company", ("韩国晓星集团", "晓星集团"))


def test_a_project_beside_its_owner_has_both_names() -> None:
    text = "蓝鲸重工年产六万吨己内酰胺项目开工。"
    mentions = [
        _mention(text, "蓝鲸重工", "Company"),
        _mention(text, "年产六万吨己内酰胺项目", "Project"),
    ]
    _, project = find_entities(parse_article(text, doc="x"), mentions, ())
    assert set(project.names) >= {"蓝鲸重工年产六万吨己内酰胺项目", "年产六万吨己内酰胺项目"}


def test_a_project_named_with_its_owner_has_the_name_without_it() -> None:
    text = "蓝鲸重工投资。蓝鲸重工曲轴智能制造项目开工。"
    mentions = [
        _mention(text, "蓝鲸重工", "Company"),
        _mention(text, "蓝鲸重工曲轴智能制造项目", "Project"),
    ]
    _, project = find_entities(parse_article(text, doc="x"), mentions, ())
    assert "曲轴智能制造项目" in project.names


def test_the_number_of_a_list_item_is_no_part_of_a_name() -> None:
    text = "1.城市更新项目。\n2.30万吨乙二醇项目。"
    names = ["1.城市更新项目", "2.30万吨乙二醇项目"]
    mentions = [_mention(text, name, "Project") for name in names]
    starts = frozenset(m.start for m in mentions)
    found = trimmed(mentions, starts, text, text, matcher_of())
    assert [m.text for m in found] == ["城市更新项目", "30万吨乙二醇项目"]
    alone = "2.30万吨乙二醇项目。"
    figure = [_mention(alone, "2.30万吨乙二醇项目", "Project")]
    assert list(trimmed(figure, frozenset([0]), alone, alone, matcher_of())) == figure


@pytest.mark.parametrize(
    ("name", "kind", "left"),
    [
        ("苍南县东部", "Place", "苍南县"),
        ("长江以南", "Place", "长江"),
        ("中西部", "Place", "中西部"),
        ("俱乐部", "Place", "俱乐部"),
    ],
)  # fmt: skip
def test_a_place_is_named_without_its_side(name: str, kind: str, left: str) -> None:
    mention = Mention(0, len(name), name, kind, "hand", 0.9)
    (found,) = trimmed([mention], (), name, name, matcher_of())
    assert found.text == left
    assert (found.type == "AdministrativeDivision") == (left == "苍南县")


def test_a_side_alone_stays_whatever_stands_before_it() -> None:
    text = "我国东部、大连以南。"
    mentions = [_mention(text, name, "Place") for name in ("东部", "以南")]
    assert list(trimmed(mentions, (), text, text, matcher_of())) == mentions


def test_a_first_phase_alone_is_the_project() -> None:
    one, two = "蓝鲸岛隧道一期开工。", "蓝鲸岛隧道一期开工，蓝鲸岛隧道二期待建。"
    names = []
    for text in (one, two):
        mentions = [
            _mention(text, name, "Project") for name in ("蓝鲸岛隧道一期", "蓝鲸岛隧道二期") if name in text
        ]
        names.append([entity.names for entity in find_entities(parse_article(text, doc="x"), mentions, ())])
    assert names[0] == [("蓝鲸岛隧道一期", "蓝鲸岛隧道")]
    assert names[1] == [("蓝鲸岛隧道一期",), ("蓝鲸岛隧道二期",)]


def test_a_quoted_enumeration_is_one_initiative() -> None:
    text = "推出“一站式审批、一个窗口收费、一条龙服务”举措，“放管服”改革、商事改革。"
    mentions = [_mention(text, name, "Initiative") for name in ("一站式审批", "放管服”改革")]
    found = [m.text for m in trimmed(mentions, (), text, text, matcher_of())]
    assert found == ["一站式审批、一个窗口收费、一条龙服务", "放管服”改革"]


def test_a_bracket_that_a_name_closes_is_opened_in_it() -> None:
    text = "中欧班列(乌鲁木齐)集结中心建成，海岛(一期)开工。"
    mentions = [
        _mention(text, "中欧班列", "Initiative"),
        _mention(text, "乌鲁木齐)集结中心", "Place"),
        _mention(text, "海岛", "Place"),
    ]
    found = [m.text for m in trimmed(mentions, (), text, text, matcher_of())]
    assert found == ["中欧班列", "中欧班列(乌鲁木齐)集结中心", "海岛"]


def test_the_parts_of_a_persons_name_are_joined() -> None:
    text = "村民阿迪力·买买提说，沙吾尔·库尔班和古丽·某某企业家不在。武汉·光谷。"

    def person(name: str) -> Mention:
        at = text.index(name)
        return Mention(at, at + len(name), name, "Person", "tagger", 0.8)

    read = [person(name) for name in ("阿迪力", "沙吾尔", "库尔班", "古丽")]
    place = Mention(text.index("武汉"), text.index("武汉") + 2, "武汉", "Place", "tagger", 0.8)
    found = [m.text for m in trimmed([*read, place], (), text, text, matcher_of())]
    # where nothing shows the end of the second part, the first stands alone
    assert found == ["阿迪力·买买提", "沙吾尔·库尔班", "库尔班", "古丽", "武汉"]
