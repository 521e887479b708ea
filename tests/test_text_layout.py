"""Layout repair: the result for each kind of damage, and that no character is lost or made up."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpus import gold_folder
from kg.model import Article
from kg.text.article import parse_article
from kg.text.encoding import veil
from kg.text.layout import repair

FIRST = "为了激发园区的活力，云港市政府从去年起在月"
SECOND = "亮湾园区开展赋权试点，赋予园区发展更大自主权。"
WHOLE = FIRST + SECOND


def kinds(article: Article) -> list[tuple[str, str]]:
    return [(s.kind, article.text[s.start : s.end]) for s in article.sentences]


def check(article: Article) -> None:
    """The invariants of every article."""
    source, text, places = article.source_text, article.text, article.places
    assert len(places) == len(text) == len(article.normal)
    assert all(source[p] == c for p, c in zip(places, text, strict=True))
    assert len(set(places)) == len(places)
    kept = sorted(p for p, c in zip(places, text, strict=True) if not c.isspace())
    assert kept == [i for i, c in enumerate(source) if not c.isspace()]
    last = 0
    for index, sentence in enumerate(article.sentences):
        assert sentence.index == index
        assert last <= sentence.start < sentence.end <= len(text)
        last = sentence.end
        words = text[sentence.start : sentence.end]
        assert words == words.strip()
        part = article.parts[sentence.part]
        assert part.start <= sentence.start
        assert sentence.end <= part.end
    covered = "".join(text[s.start : s.end] for s in article.sentences)
    assert "".join(covered.split()) == "".join(text.split())
    assert article.parts[0].start == 0
    assert article.parts[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(article.parts))


@pytest.mark.parametrize(
    "between",
    [
        "\n",
        "\n\n",
        "\n\n\n\n\n",
        " \n　　\n",
        "\r\n\r\n",
        "\n\n\n\n月亮湾园区新能源产业园初具规模。 郭大路 摄\n\n",
        "\n\n图为月亮湾园区一角。\n\n",
        "\n\n月亮湾园区一角。（资料图片）\n\n",
        "\n\n月亮湾园区一角。 新华社记者 郭大路 摄\n\n",
        "\n\n月亮湾园区供图\n\n",
        "\n\n02版 要闻\n\n",
        "\n\n责编：王宁 版式：李小雨\n\n",
        "\n\n2023年9月21日 星期四\n\n",
        "\n\n园区一角。 韩 磊 摄\n\n- 3 -\n\n",
    ],
)
def test_sentence_is_whole_across_what_stands_between(between: str) -> None:
    article = parse_article(f"综述\n\n{FIRST}{between}{SECOND}", doc="a")
    check(article)
    assert ("body", WHOLE) in kinds(article)
    between_words = "".join(between.split())
    assert (
        "".join(w for k, w in kinds(article) if k in ("caption", "furniture")).replace(" ", "")
        == between_words
    )


def test_caption_is_a_sentence_of_its_own() -> None:
    article = parse_article(f"综述\n\n{FIRST}\n\n\n\n园区初具规模。 郭大路 摄\n\n{SECOND}", doc="a")
    assert [k for k, _ in kinds(article)] == ["headline", "body", "caption", "caption"]
    assert article.text.index("初具规模") > article.text.index("自主权")


def test_caption_without_credit_shows_by_its_gap() -> None:
    article = parse_article(f"综述\n\n{FIRST}\n\n\n\n园区的新能源产业园初具规模。\n\n{SECOND}", doc="a")
    assert ("caption", "园区的新能源产业园初具规模。") in kinds(article)
    assert ("body", WHOLE) in kinds(article)


def test_credit_on_a_line_of_its_own_makes_the_line_before_a_caption() -> None:
    article = parse_article("综述\n\n项目全面开工建设。\n\n\n\n反应器完工启运。\n\n郭大路 摄", doc="a")
    assert kinds(article)[-2:] == [("caption", "反应器完工启运。"), ("caption", "郭大路 摄")]


def test_jump_is_lifted_out_of_its_sentence() -> None:
    article = parse_article(f"综述\n\n{FIRST}（下转第二版）\n\n（上接第一版）{SECOND}", doc="a")
    check(article)
    assert ("body", WHOLE) in kinds(article)
    assert ("furniture", "（下转第二版）") in kinds(article)
    assert ("furniture", "（上接第一版）") in kinds(article)


def test_sentence_stays_open_where_its_end_is_missing() -> None:
    text = f"综述\n\n{FIRST}\n\n融合优势 协同发展\n\n眼下，云港市的项目正在推进。"
    article = parse_article(text, doc="a")
    assert ("body", FIRST) in kinds(article)
    assert ("headline", "融合优势 协同发展") in kinds(article)


def test_a_word_cut_by_a_headline_is_mended_when_the_page_knows_it() -> None:
    text = f"综述\n\n月亮湾在北部。\n\n{FIRST}\n\n跑出加速度\n\n{SECOND}"
    assert ("body", WHOLE) in kinds(parse_article(text, doc="a"))


def test_hard_wrapped_text() -> None:
    prose = (
        "云港市与招商企业合作推动月亮湾园区开发建设向更高水平迈进的共识和意向正转化为生动实践并且成为区域发展的典范之作"
        * 3
    )
    lines = [prose[i : i + 18] for i in range(0, len(prose), 18)]
    article = parse_article("春潮涌动\n本报记者 王宁\n" + "\n".join(lines) + "。", doc="a")
    check(article)
    assert kinds(article) == [("headline", "春潮涌动"), ("byline", "本报记者 王宁"), ("body", prose + "。")]


@pytest.mark.parametrize(
    "lines",
    [
        ["春眠不觉晓，", "处处闻啼鸟。", "夜来风雨声，", "花落知多少。"],
        ["1. 月亮湾港口项目", "2. 东山风电项目", "3. 城北物流项目"],
        ["一、坚持产业立区", "二、坚持开放活区", "三、坚持生态兴区"],
        ["● 港口扩建", "● 铁路入园"],
        ["一是推进开发；", "二是扩大开放；", "三是改善民生。"],
    ],
)
def test_short_lines_of_their_own_are_not_glued(lines: list[str]) -> None:
    article = parse_article("综述\n\n全市推进各项工作，成效明显。\n\n" + "\n".join(lines), doc="a")
    found = [words for _, words in kinds(article)]
    assert found[-len(lines) :] == lines


def test_subheadings_are_headlines() -> None:
    text = "综述\n\n项目开工了。\n\n跑出“加速度” 合作谋共赢\n\n园区建成了。"
    text += "\n\n302亿元！大会引来22个项目\n\n签约了。"
    assert [w for k, w in kinds(parse_article(text, doc="a")) if k == "headline"] == [
        "综述",
        "跑出“加速度” 合作谋共赢",
        "302亿元！大会引来22个项目",
    ]


def test_wrapped_headline_with_an_open_quote_is_one() -> None:
    article = parse_article("云港市推进“新蛇口\n计划”成效明显\n\n项目开工了。", doc="a")
    assert article.title == "云港市推进“新蛇口计划”成效明显"


def test_invisible_characters_do_not_cut_words() -> None:
    article = parse_article("综述\n\n云港\u200b市与月\x00亮湾\ufeff签约，\ud800项目开工。", doc="a")
    check(article)
    assert article.text.endswith("云港市与月亮湾签约，项目开工。")
    assert len(article.source_text) == len("综述\n\n云港\u200b市与月\x00亮湾\ufeff签约，\ud800项目开工。")
    article.text.encode("utf-8")
    assert parse_article(article.source_text, doc="a").text == article.text


def test_latin_words_keep_their_space_across_lines() -> None:
    text = "综述\n\n云港市月亮湾园区引进了许多企业，名单包括通用电气公司 General\nElectric 等多家。"
    article = parse_article(text, doc="a")
    check(article)
    assert "General\nElectric" in article.text


@pytest.mark.parametrize("path", sorted(gold_folder().parent.glob("*.txt")), ids=lambda p: p.stem)
def test_corpus_keeps_every_character(path) -> None:  # type: ignore[no-untyped-def]
    article = parse_article(path.read_text(encoding="utf-8"), doc=path.stem)
    check(article)
    assert parse_article(path.read_text(encoding="utf-8"), doc=path.stem) == article


PIECES = [
    *"月亮湾 项目 。 ， “ ” （ ） 2023年 责编 一、 ！ …… A 3.5% （下转第二版） —— ； 📈 本报讯".split(),
    "王宁 摄",
    "本报记者 王宁",
    "\n",
    "\n\n",
    " ",
    "\u3000\u3000",
    "\r",
    "\t",
    "\u2028",
    "\x0b",
    "\x00",
    "\u200a",
    "本报讯 ",
]
pieces = st.sampled_from(PIECES)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_page_keeps_every_character(source: str) -> None:
    check(parse_article(source, doc="a"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_keeps_every_character(source: str) -> None:
    check(parse_article(source, doc="a"))
    assert len(veil(source)) == len(source)


def test_repair_takes_linear_time() -> None:
    def seconds(text: str) -> float:
        start = time.perf_counter()
        repair(text)
        return time.perf_counter() - start

    for piece in ("月亮湾园区\n", "平湾，\n\n王宁 摄\n\n", "月亮湾发展", "“", "（。"):
        small, large = seconds(piece * 2_000), seconds(piece * 16_000)
        assert large < 40 * max(small, 0.005), piece


def test_no_caption_pattern_swallows_prose() -> None:
    for line in (
        "记者在现场看到，摄影爱好者正在拍摄。",
        "聚焦项目拍摄",
        "编辑部设在北京，记者分布各地。",
        "图书馆开放了。",
    ):
        article = parse_article(f"综述\n\n{line}\n\n项目开工了，进展顺利。", doc="a")
        assert re.sub(r"\s", "", line) in [w for k, w in kinds(article) if k in ("body", "headline")]
