"""The grammar of names, names in quotes, people, fields, and the choice among candidates."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import segment
from kg.extract.names.choose import choose
from kg.extract.names.fields import find_fields
from kg.extract.names.grammar import find_names
from kg.extract.names.openings import Opening, Openings
from kg.extract.names.page import Line, Page
from kg.extract.names.persons import find_persons, name_at
from kg.extract.names.quoted import find_quoted
from kg.model import TYPES, Mention


def names(text: str, *finders) -> set[tuple[str, str]]:
    line = Line(Page(text, segment.words(text)), 0, len(text))
    found = [m for finder in finders for m in finder(line, text)]
    assert all(text[m.start : m.end] == m.text and m.type in TYPES for m in found)
    return {(m.text, m.type) for m in choose(found, len(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("据悉，滨海盛合新材料有限公司已经投产。", ("滨海盛合新材料有限公司", "Company")),
        ("与远山股权投资合伙企业（有限合伙）签约。", ("远山股权投资合伙企业（有限合伙）", "Company")),
        ("记者从青川县农业农村局了解到。", ("青川县农业农村局", "GovernmentBody")),
        ("在东港临海产业园内。", ("东港临海产业园", "DevelopmentZone")),
        ("由江海理工大学牵头。", ("江海理工大学", "Institution")),
        ("总投资3亿元的华岭锂电池正极材料项目开工。", ("华岭锂电池正极材料项目", "Project")),
    ],
)
def test_names_grow_to_the_left_of_their_ending(text, expected):
    assert expected in names(text, find_names)


@pytest.mark.parametrize(
    "text", ["全市重点项目进展顺利。", "新开工12个重大项目。", "形成新布局。", "相关企业表示。"]
)
def test_bare_nouns_and_counts_are_no_names(text):
    assert names(text, find_names) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("该县推出“安心办”服务品牌。", ("“安心办”服务品牌", "Initiative")),
        ("“十四五”期间增长较快。", ("十四五", "Initiative")),
        ("印发《青川县营商环境条例》。", ("青川县营商环境条例", "Document")),
        ("荣获“全国文明村”称号。", ("全国文明村", "Honor")),
    ],
)
def test_quoted_names_are_typed_by_what_stands_around_them(text, expected):
    found = {(m.text, m.type) for m in choose(find_quoted(text, text, 0, len(text)), len(text))}
    assert expected in found


def test_quoted_speech_is_no_name():
    text = "“我们今年的订单已经排满了。”负责人说。"
    assert not list(find_quoted(text, text, 0, len(text)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("青川县委书记王晓明表示", "王晓明"),
        ("总经理欧阳海波介绍", "欧阳海波"),
        ("董事长约翰·史密斯出席", "约翰·史密斯"),
        ("本报记者 林一舟 通讯员 赵青", "林一舟"),
        ("本报记者 林一舟 通讯员 赵青", "赵青"),
    ],
)
def test_people_follow_posts_and_bylines(text, name):
    assert (name, "Person") in names(text, find_persons)


def test_a_surname_alone_makes_no_person():
    assert name_at("高质量发展", 0, 5) is None


def test_enumerations_take_the_type_of_the_noun_that_closes_them():
    found = names("引进了盛远电子、恒利科技、天岳光电等企业。", find_fields)
    assert {("盛远电子", "Company"), ("恒利科技", "Company"), ("天岳光电", "Company")} <= found


def test_industries_come_from_the_classification():
    assert ("生物医药", "Industry") in names("重点发展生物医药、新材料等产业。", find_fields)


def test_the_longer_candidate_wins():
    long = Mention(0, 6, "滨海重工集团", "Company", "x", 0.6)
    short = Mention(0, 2, "滨海", "AdministrativeDivision", "y", 0.9)
    assert choose([short, long], 6) == (long,)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="市区县公司项目“”《》（）、，。的在与新建设海山记者王李 3+A", max_size=60))
def test_names_are_pieces_of_the_text_and_do_not_overlap(text):
    line = Line(Page(text, segment.words(text)), 0, len(text))
    found = [*find_names(line, text), *find_persons(line, text), *find_fields(line, text)]
    found += find_quoted(text, text, 0, len(text))
    assert all(0 <= m.start < m.end <= len(text) and text[m.start : m.end] == m.text for m in found)
    kept = choose(found, len(text))
    assert all(a.end <= b.start for a, b in pairwise(kept))


@given(st.text("甲乙丙", max_size=12), st.integers(0, 4), st.integers(0, 12))
def test_openings_find_what_each_expression_alone_finds(text, start, end):
    groups = {"one": Opening(("甲", "甲乙", "丙丙"), "甲?"), "two": Opening(("乙", "甲乙"), "(?:丙|乙)*")}
    openings = Openings(groups)
    starts = [place for place in openings.starts(text) if start <= place[0] < end]
    expected = [
        (name, found.span())
        for name, alone in (("one", "(?:甲乙|丙丙|甲)甲?"), ("two", "(?:甲乙|乙)(?:丙|乙)*"))
        for found in re.compile(alone).finditer(text, start, end)
    ]
    assert [(name, found.span()) for name, found in openings.find(text, starts, end)] == expected
