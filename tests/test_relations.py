"""Relations by rule: each predicate on a small text, evidence, checks and order."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

import pytest
from handmade import lay
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.relations import find_relations
from kg.extract.relations.decide import decide
from kg.extract.relations.precision import paths, precision_of
from kg.extract.relations.view import Candidate, View
from kg.model import PREDICATES, Article, Period, Rejected, Relation
from kg.text.article import parse_article

CITY = ("AdministrativeDivision", "大连市", "大连")
DISTRICT = ("AdministrativeDivision", "甘井子区")
ZONE = ("DevelopmentZone", "云岭经济开发区")
FIRM = ("Company", "恒岳机械有限公司", "恒岳机械")
OTHER = ("Company", "泰安轴承有限公司")


@dataclass(frozen=True)
class Dated:
    start: int
    end: int
    period: Period | None


def run(
    text: str, *things: tuple[str, ...], dates: tuple[Dated, ...] = ()
) -> tuple[tuple[Relation, ...], tuple[Rejected, ...], Article, dict[str, str]]:
    article, entities = lay(text, *things)
    words = segment.words(article.normal)
    clauses = parse_clauses(article, words, entities)
    # the rules alone: what a trained opinion makes of them is tested apart
    found, refused = find_relations(article, entities, clauses, dates, model=None)
    return found, refused, article, {e.id: e.name for e in entities}


def triples(text: str, *things: tuple[str, ...]) -> set[tuple[str, str, str]]:
    found, _, _, names = run(text, *things)
    return {(names[r.subject], r.predicate, names[r.object]) for r in found}


EXAMPLES = [
    ("locatedIn", "甘井子区属于大连市。", (CITY, DISTRICT), ("甘井子区", "大连市")),
    (
        "locatedIn",
        "大连市政府发布公告。大连市响应。",
        (CITY, ("GovernmentBody", "大连市政府")),
        ("大连市政府", "大连市"),
    ),
    (
        "subsidiaryOf",
        "恒岳机械大连分公司扩产。恒岳机械有限公司称将支持。",
        (FIRM, ("Company", "恒岳机械大连分公司")),
        ("恒岳机械大连分公司", "恒岳机械有限公司"),
    ),
    (
        "cooperatesWith",
        "恒岳机械有限公司与泰安轴承有限公司签署战略合作协议。",
        (FIRM, OTHER),
        ("恒岳机械有限公司", "泰安轴承有限公司"),
    ),
    (
        "investsIn",
        "恒岳机械有限公司投资12亿元建设智能轴承项目。",
        (FIRM, ("Project", "智能轴承项目")),
        ("恒岳机械有限公司", "智能轴承项目"),
    ),
    (
        "implements",
        "由恒岳机械有限公司承建的云水大桥通车。",
        (FIRM, ("Project", "云水大桥")),
        ("恒岳机械有限公司", "云水大桥"),
    ),
    (
        "launches",
        "大连市出台“春风八条”，优化环境。",
        (CITY, ("Initiative", "春风八条")),
        ("大连市", "春风八条"),
    ),
    ("organizes", "大连市举办轴承博览会。", (CITY, ("Event", "轴承博览会")), ("大连市", "轴承博览会")),
    (
        "participatesIn",
        "大连市举办轴承博览会。李远山出席并致辞。",
        (CITY, ("Event", "轴承博览会"), ("Person", "李远山")),
        ("李远山", "轴承博览会"),
    ),
    (
        "holdsPositionAt",
        "恒岳机械有限公司董事长李远山说，形势很好。",
        (FIRM, ("Person", "李远山")),
        ("李远山", "恒岳机械有限公司"),
    ),
    ("receives", "大连市获评全国文明城市。", (CITY, ("Honor", "全国文明城市")), ("大连市", "全国文明城市")),
    (
        "hasIndustry",
        "大连市形成石化产业、装备制造等集群。",
        (CITY, ("Industry", "石化产业")),
        ("大连市", "石化产业"),
    ),
    (
        "produces",
        "恒岳机械有限公司生产精密轴承，产品远销海外。",
        (FIRM, ("Product", "精密轴承")),
        ("恒岳机械有限公司", "精密轴承"),
    ),
    (
        "partOf",
        "云水枢纽项目包括东岸码头工程、西岸码头工程。",
        (("Project", "云水枢纽项目"), ("Project", "东岸码头工程"), ("Project", "西岸码头工程")),
        ("西岸码头工程", "云水枢纽项目"),
    ),
]


@pytest.mark.parametrize(
    ("predicate", "text", "things", "pair"), EXAMPLES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_predicate(
    predicate: str, text: str, things: tuple[tuple[str, ...], ...], pair: tuple[str, str]
) -> None:
    found = triples(text, *things)
    turned = (pair[1], predicate, pair[0]) if predicate == "cooperatesWith" else None
    assert (pair[0], predicate, pair[1]) in found or turned in found


def test_every_predicate_has_an_example() -> None:
    assert {e[0] for e in EXAMPLES} == set(PREDICATES)


def test_evidence_is_a_piece_of_the_text_with_both_ends() -> None:
    text = "恒岳机械有限公司扩产。该公司投资12亿元建设智能轴承项目。"
    found, _, article, _ = run(text, FIRM, ("Project", "智能轴承项目"))
    assert found
    for e in (e for r in found for e in r.evidence):
        assert article.text[e.start : e.end] == e.quote
        sentence = article.sentences[e.sentence]
        assert e.start < sentence.end
        assert sentence.start < e.end
        assert 0 < e.confidence < 1
        assert e.by.startswith("rule:")
    quote = next(r for r in found if r.predicate == "investsIn").evidence[0].quote
    assert "公司投资12亿元" in quote
    assert "智能轴承项目" in quote


def test_members_of_a_list_share_the_relation() -> None:
    text = "大连市形成石化产业、船舶制造、生物医药等产业集群。"
    things = [("Industry", n) for n in ("石化产业", "船舶制造", "生物医药")]
    assert {o for s, p, o in triples(text, CITY, *things) if p == "hasIndustry"} == {n for _, n in things}


def test_the_chain_of_divisions_is_not_repeated() -> None:
    found = triples("辽宁省大连市甘井子区开工。", ("AdministrativeDivision", "辽宁省"), CITY, DISTRICT)
    assert ("甘井子区", "locatedIn", "大连市") in found
    assert ("大连市", "locatedIn", "辽宁省") in found
    assert ("甘井子区", "locatedIn", "辽宁省") not in found


def test_a_body_of_the_state_does_not_lie_in_the_topic() -> None:
    found = triples("大连市增长较快。国务院印发文件。", CITY, ("GovernmentBody", "国务院"))
    assert ("国务院", "locatedIn", "大连市") not in found


def test_qualifiers_and_status() -> None:
    found, _, _, _ = run("恒岳机械有限公司拟投资12亿元建设智能轴承项目。", FIRM, ("Project", "智能轴承项目"))
    invests = next(r for r in found if r.predicate == "investsIn")
    assert invests.qualifiers == (("amount", "12亿元"),)
    assert invests.evidence[0].status == "planned"
    found, _, _, _ = run("恒岳机械有限公司董事长李远山说，形势很好。", FIRM, ("Person", "李远山"))
    assert next(r for r in found if r.predicate == "holdsPositionAt").qualifiers == (("title", "董事长"),)


def test_the_date_of_a_signing() -> None:
    text = "3月5日，恒岳机械有限公司与泰安轴承有限公司签署战略合作协议。"
    day = Dated(0, 4, Period("2024-03-05", date(2024, 3, 5), date(2024, 3, 5), "day"))
    found, _, _, _ = run(text, FIRM, OTHER, dates=(day,))
    signed = next(r for r in found if r.predicate == "cooperatesWith")
    assert signed.qualifiers in ((("date", "2024-03-05"),), ())


def test_what_the_ontology_refuses_is_kept_with_its_reason() -> None:
    article, entities = lay("恒岳机械有限公司与李远山。", FIRM, ("Person", "李远山"))
    view = View(article, entities, parse_clauses(article, segment.words(article.normal), entities))
    wrong = Candidate("e2", "produces", "e1", "produces/subject/said/Company", 0, 12)
    found, refused = decide(view, [wrong], ontology.load().allows)
    assert found == ()
    assert [(r.subject, r.predicate, r.object, r.reason) for r in refused] == [
        ("e2", "produces", "e1", "domain or range")
    ]


def test_containment_has_no_circle() -> None:
    article, entities = lay("云岭经济开发区与大连市。", CITY, ZONE)
    view = View(article, entities, parse_clauses(article, segment.words(article.normal), entities))
    rule = "locatedIn/DevelopmentZone-same/name-prefix/AdministrativeDivision"
    both = [Candidate("e1", "locatedIn", "e2", rule, 0, 11), Candidate("e2", "locatedIn", "e1", rule, 0, 11)]
    found, _ = decide(view, both, ontology.load().allows)
    assert len(found) == 1


@pytest.mark.parametrize("text", ["", "\n", "。。。", "，"])
def test_nothing_comes_of_nothing(text: str) -> None:
    article = parse_article(text, doc="t")
    assert find_relations(article, (), (), ()) == ((), ())


def test_a_rule_without_a_figure_takes_that_of_the_path_above() -> None:
    assert precision_of("receives/nowhere/at/all") == precision_of("receives")
    assert list(paths("a/b+")) == ["a/b+", "a+", "a"]
    assert precision_of("no-such-predicate") == 0.25


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="大连市甘井子区恒岳机械泰安轴承有限公司与、的在由投资建设，。（）\n", max_size=120))
def test_relations_are_well_formed_and_the_same_every_time(text: str) -> None:
    found, refused, article, names = run(text, CITY, DISTRICT, FIRM, OTHER)
    again, refused_again, _, _ = run(text, CITY, DISTRICT, FIRM, OTHER)
    assert (found, refused) == (again, refused_again)
    assert len({(r.subject, r.predicate, r.object) for r in found}) == len(found)
    for r in found:
        assert r.subject != r.object
        assert {r.subject, r.object} <= set(names)
        assert all(article.text[e.start : e.end] == e.quote and e.quote for e in r.evidence)


def test_a_long_list_without_marks_is_read_in_linear_time() -> None:
    begun = time.process_time()
    found, _, _, _ = run("大连市与恒岳机械有限公司、泰安轴承有限公司合作建设" * 600, CITY, FIRM, OTHER)
    assert found
    assert time.process_time() - begun < 10
