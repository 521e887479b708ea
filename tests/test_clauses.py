"""Clauses: subjects, how they carry over, and the place in force, on small hand-made texts."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from handmade import lay
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.extract import segment
from kg.extract.clauses import LONGEST, Clause, parse_clauses
from kg.model import Article
from kg.text.article import parse_article


def parse(text: str, *things: tuple[str, ...]) -> tuple[Article, tuple[Clause, ...], dict[str, str]]:
    """Return article, clauses, and names by entity id for things given as (type, name, …)."""
    article, entities = lay(text, *things)
    clauses = parse_clauses(article, segment.words(article.normal), entities)
    return article, clauses, {e.id: e.name for e in entities}


def subjects(text: str, *things: tuple[str, ...]) -> list[str | None]:
    _, clauses, names = parse(text, *things)
    return [names.get(c.subject or "") for c in clauses]


CITY = ("AdministrativeDivision", "青川市", "青川")
ZONE = ("DevelopmentZone", "云岭经济开发区")
FIRM = ("Company", "恒岳机械有限公司")


def test_subject_is_carried_over_clauses_and_sentences() -> None:
    text = "恒岳机械有限公司去年建成新厂，年产轴承两万套，产值增长一成。今年还将扩产。"
    assert subjects(text, FIRM) == ["恒岳机械有限公司"] * 4


def test_a_new_subject_takes_over() -> None:
    text = "青川市出台新政，恒岳机械有限公司扩大生产，云岭经济开发区提供服务。"
    assert subjects(text, CITY, ZONE, FIRM) == ["青川市", "恒岳机械有限公司", "云岭经济开发区"]


def test_a_new_paragraph_returns_to_the_topic() -> None:
    text = "青川市新闻\n\n青川市今年开局良好。恒岳机械有限公司产销两旺。\n\n产业结构持续优化。"
    assert subjects(text, CITY, FIRM)[-1] == "青川市"


def test_a_relative_clause_leads_to_what_it_modifies() -> None:
    _, clauses, names = parse("位于青川市的云岭经济开发区去年开园，引进企业多家。", CITY, ZONE)
    assert [names[c.subject or ""] for c in clauses] == ["云岭经济开发区"] * 2


def test_an_opening_adverbial_takes_the_subject_that_follows() -> None:
    assert subjects("作为老工业基地，青川市加快转型。", CITY) == ["青川市", "青川市"]


def test_a_person_after_his_posts_is_the_subject_but_not_the_topic_that_follows() -> None:
    person = ("Person", "李远山")
    found = subjects("青川市增长较快。青川市市长李远山表示，将继续发力。", CITY, person)
    assert found == ["青川市", "李远山", "青川市"]


def test_the_place_in_force_is_set_by_a_preposition() -> None:
    _, clauses, names = parse("在云岭经济开发区，恒岳机械有限公司投产。", CITY, ZONE, FIRM)
    assert [names[c.place or ""] for c in clauses] == ["云岭经济开发区"] * 2


def test_references_are_mentions_of_what_they_mean() -> None:
    _, clauses, names = parse("云岭经济开发区去年开园。该区引进企业多家。", ZONE)
    last = clauses[-1].mentions
    assert [(m.start, names[m.entity]) for m in last] == [(12, "云岭经济开发区")]


def test_clauses_cover_the_sentences_and_cut_no_name() -> None:
    name = "一核、两翼，三带"
    article, clauses, _ = parse(f"青川市按“{name}”布局，成效初显；形势向好。", CITY, ("Initiative", name))
    sentence = article.sentences[0]
    assert [c.start for c in clauses[1:]] == [c.end for c in clauses[:-1]]
    assert (clauses[0].start, clauses[-1].end) == (sentence.start, sentence.end)
    assert clauses[0].mentions[-1].entity == "e2"


@pytest.mark.parametrize("text", ["", "\n\n", "，，，；；", "（（（（", "。"])
def test_odd_texts_give_no_subject(text: str) -> None:
    article = parse_article(text, doc="t")
    assert all(c.subject is None for c in parse_clauses(article, segment.words(article.normal), ()))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="青川市云岭经济开发区恒岳，。；：（）《》“”的在由与建设\n ", max_size=80))
def test_clauses_are_ordered_and_hold_their_mentions(text: str) -> None:
    _, clauses, _ = parse(text, CITY, ZONE)
    for before, after in pairwise(clauses):
        assert before.end <= after.start
    for c in clauses:
        assert c.start < c.end
        assert all(c.start <= m.start < c.end for m in c.mentions)
        assert list(c.mentions) == sorted(c.mentions, key=lambda m: m.start)


def plain_clauses(article: Article, names: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where clauses start and end, told character by character."""
    found = []
    for sentence in article.sentences:
        begin, depth = sentence.start, 0
        for i in range(sentence.start, sentence.end):
            mark = article.normal[i]
            depth = max(0, depth + (mark in "（(《〈【[") - (mark in "）)》〉】]"))
            stops = mark in "，；：,;" and not depth
            if (stops or i - begin >= LONGEST) and not any(a <= i < b for a, b in names):
                found.append((begin, i + 1))
                begin, depth = i + 1, 0
        if begin < sentence.end:
            found.append((begin, sentence.end))
    return found


@settings(max_examples=60, deadline=None)
@example(["设" * 298, "青川市", "云岭经济，开发区"])
@given(
    st.lists(
        st.sampled_from(
            [
                "青川市",
                "云岭经济，开发区",
                "，",
                "；",
                "（",
                "）",
                "《",
                "》",
                "。",
                "建",
                "设" * 149,
                "设" * 298,
            ]
        ),
        max_size=40,
    )
)
def test_clauses_end_where_a_plain_reading_ends_them(pieces: list[str]) -> None:
    zone = ("DevelopmentZone", "云岭经济，开发区")
    article, clauses, _ = parse("".join(pieces), CITY, zone)
    names = [(m.start, m.end) for c in clauses for m in c.mentions]
    assert [(c.start, c.end) for c in clauses] == plain_clauses(article, names)


def test_a_sentence_without_marks_is_read_in_linear_time() -> None:
    begun = time.perf_counter()
    _, clauses, _ = parse("青川市与云岭经济开发区建设" * 4000, CITY, ZONE)
    assert time.perf_counter() - begun < 8
    assert max(c.end - c.start for c in clauses) < 400
