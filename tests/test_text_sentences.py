"""Sentences, parts, bylines, and the normalised text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.text import normal, sentences
from kg.text.article import parse_article
from kg.text.dateline import authors_of, is_person, publisher_of
from kg.text.normal import find_script, normalise


@pytest.mark.parametrize(
    "whole",
    [
        ["项目开工。", "园区建成！", "何时投产？"],
        ["一是推进开发；二是扩大开放；三是改善民生。"],
        ["增长3.5%，达到5.3亿元。", "比上年多0.5个百分点。"],
        ["“项目开工了。”", "他走了。"],
        ["他说：“项目开工了。”", "园区建成了。"],
        ["“什么时候完工？”他问道。"],
        ["“什么？”王宁说，“再来一次！”"],
        ["“办事不找人！”成为企业的共识。"],
        ["“以前愁卖，现在愁不够卖。”一位负责人笑着说。", "园区建成了。"],
        ["他说：“项目开工了。园区建成了。”"],
        ["项目落地（含二期。三期另计）后投产。"],
        ["研究与创新……", "项目开工。"],
        ["包括港口、铁路……的项目开工。"],
        ["他惊叹：“太快了！！”"],
        ["真的吗？！", "真的。"],
        ["项目达产。（记者 王宁）"],
        ["推出“怎么办？找区办！”活动，成效明显。"],
        ["《谁来办？》一文刊出。"],
        ["Yahoo!Japan公司落户。"],
        ["没有句号的一行"],
    ],
)
def test_split(whole: list[str]) -> None:
    text = "".join(whole)
    assert [text[a:b] for a, b in sentences.split(text)] == whole


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="月亮湾。！？…“”（）《》‘’，；说 a.3!?\n「」", max_size=60))
def test_split_covers_and_orders(text: str) -> None:
    spans = list(sentences.split(text))
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())


PAGE = """春潮涌动月亮湾 港城携手谱新篇

——云港市深化合作综述

本报记者 王宁 李小雨 通讯员 赵一鸣

今年以来，云港市加大合作力度，成效明显。

蓝图变实景

一批项目正在建设。

融合优势 协同发展

王宁

港城新语

眼下，合作正在推进，前景广阔。

智慧平台入选典型案例

本报讯 记者陈明报道 日前，云港市的平台入选。

桥西区项目开工

云港日报桥西9月1日电（记者 孙海）项目今天开工。
"""


def test_parts_of_a_page() -> None:
    article = parse_article(PAGE, doc="a")
    assert [(p.headline, p.authors, p.publisher, p.place) for p in article.parts] == [
        ("春潮涌动月亮湾 港城携手谱新篇", ("王宁", "李小雨"), None, None),
        ("融合优势 协同发展", ("王宁",), None, None),
        ("智慧平台入选典型案例", ("陈明",), None, None),
        ("桥西区项目开工", ("孙海",), "云港日报", "桥西"),
    ]
    kinds = {article.text[s.start : s.end]: s.kind for s in article.sentences}
    assert kinds["王宁"] == "byline"
    assert kinds["港城新语"] == "furniture"
    assert kinds["蓝图变实景"] == "headline"
    assert article.title == article.parts[0].headline


def test_page_name_is_a_part_before_its_pieces() -> None:
    page = "数字云港 一线传真\n\n本版采写 本报记者 王宁\n\n平台入选\n\n本报讯 9月27日，平台入选。"
    page += "\n\n展会开幕\n\n本报讯 展会开幕了。\n"
    assert [p.headline for p in parse_article(page, doc="a").parts] == [
        "数字云港 一线传真",
        "平台入选",
        "展会开幕",
    ]


def test_signature_at_the_end_ends_a_piece() -> None:
    page = "平台入选\n\n平台入选了案例。（记者 王宁）\n\n展会开幕\n\n展会开幕了。（云港日报记者 孙海）"
    parts = parse_article(page, doc="a").parts
    assert [(p.headline, p.authors, p.publisher) for p in parts] == [
        ("平台入选", ("王宁",), None),
        ("展会开幕", ("孙海",), "云港日报"),
    ]


@pytest.mark.parametrize(
    ("line", "authors", "publisher"),
    [
        ("本报记者 王宁", ("王宁",), None),
        ("本报记者王宁 通讯员李小雨", ("王宁",), None),
        ("大连日报记者 王宁", ("王宁",), "大连日报"),
        ("新华社记者 王 宁 李小雨", ("王宁", "李小雨"), "新华社"),
        ("文/王宁 图/李小雨", ("王宁",), None),
        ("本报记者 王宁 整理", ("王宁",), None),
        ("本版稿件由本报记者 苏颖 邓志杰 采写", ("苏颖", "邓志杰"), None),
        ("（本报综合整理 执笔：梁启）", ("梁启",), None),
        ("湛江市人民政府办公室 2025年3月", (), None),
        ("本报记者 欧阳明月", ("欧阳明月",), None),
    ],
)
def test_bylines(line: str, authors: tuple[str, ...], publisher: str | None) -> None:
    assert authors_of(line) == authors
    assert publisher_of(line) == publisher


def test_people() -> None:
    assert [is_person(n) for n in ("王宁", "韩 磊", "欧阳明月", "综述", "港城新语", "A")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_normal_keeps_chinese_stops() -> None:
    assert normalise("（１）今年，增长３％；“好”！ＧＤＰ") == "(1)今年，增长3%；“好”！GDP"
    assert normalise("今年,大连:好;1,000元,约3:2") == "今年，大连：好；1,000元，约3:2"
    assert normalise("⽉亮湾") == "月亮湾"


def test_simplified_text_keeps_characters_of_gb2312() -> None:
    assert normalise("乾安县与鄭州签约") == "乾安县与郑州签约"
    assert find_script("乾安县与鄭州签约") == "Hans"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["Hans", "Hant"]))
def test_normal_keeps_length(text: str, script: str) -> None:
    made = normalise(text, script)  # type: ignore[arg-type]
    assert len(made) == len(text)
    assert all(a.isspace() == b.isspace() for a, b in zip(text, made, strict=True))


def test_what_gb2312_lacks_is_told_as_the_codec_tells() -> None:
    def encodes(char: str) -> bool:
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            return False
        return True

    page = "".join(map(chr, range(0x4E00, 0xA000)))
    assert normal._all_beyond_gb2312(page + "A，1") == {c for c in page if not encodes(c)}
