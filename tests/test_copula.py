"""The makers of a thing, found in the relative clause after a copula."""

from __future__ import annotations

import pytest
from handmade import lay

from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.context import look
from kg.extract.relations import find_relations
from kg.extract.relations.copula import made_by
from kg.extract.relations.layout import Layout

ZONE = ("DevelopmentZone", "云港合作创新区", "云港")
CITY = ("AdministrativeDivision", "望海市")
GROUP = ("CentralEnterprise", "华夏港航集团")
FIRM = ("Company", "恒岳机械有限公司")
LINE = ("Project", "云港快线")


def told(text: str, *things: tuple[str, ...]) -> set[tuple[str, str]]:
    article, entities = lay(text, *things)
    words = segment.words(article.normal)
    layout = Layout(article, words, entities, parse_clauses(article, words, entities))
    names = {e.id: e.names[0] for e in entities}
    return {(names[s], names[o]) for s, p, o in made_by(layout) if p == "implements"}


@pytest.mark.parametrize(
    "text",
    [
        "云港合作创新区成为望海市与华夏港航集团倾力打造的央地合作项目。",
        "云港是由望海市、华夏港航集团共同开发建设的园区。",
        "云港合作创新区作为望海市和华夏港航集团联合投资建设的新平台，今年开园。",
    ],
)
def test_all_agents_of_the_relative_clause_made_the_thing(text: str) -> None:
    assert told(text, ZONE, CITY, GROUP) == {("望海市", ZONE[1]), ("华夏港航集团", ZONE[1])}


@pytest.mark.parametrize(
    "text",
    [
        "云港合作创新区不是华夏港航集团打造的园区。",
        "云港合作创新区，华夏港航集团打造的码头已经投用。",
        "云港合作创新区是华夏港航集团的家。",
        "云港合作创新区是望海市的窗口，也迎来华夏港航集团建设的码头。",
        "云港合作创新区是华夏港航集团建设的时候引来的。",
    ],
)
def test_other_sentences_say_no_such_thing(text: str) -> None:
    assert not told(text, ZONE, CITY, GROUP)


def test_only_who_can_make_and_what_can_be_made_count() -> None:
    assert told("云港快线是恒岳机械有限公司承建的铁路。", LINE, FIRM) == {(FIRM[1], LINE[1])}
    assert not told("望海市是恒岳机械有限公司建设的城市。", CITY, FIRM)


def test_what_is_told_so_stands_among_the_relations_with_its_sentence() -> None:
    text = "云港合作创新区招商\n\n2021年，云港合作创新区成为望海市与华夏港航集团倾力打造的重大项目。\n"
    article, entities = lay(text, ZONE, GROUP)
    words = segment.words(article.normal)
    clauses = parse_clauses(article, words, entities)
    read = look(article, words, entities, clauses)
    relations, _ = find_relations(article, entities, clauses, told=read)
    [made] = [r for r in relations if r.predicate == "implements"]
    assert (made.subject, made.object) == ("e2", "e1")
    assert "倾力打造" in made.evidence[0].quote
