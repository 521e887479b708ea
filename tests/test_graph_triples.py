"""The RDF mapping: identifiers, evidence for every fact, named graphs, and reading it all back."""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox
import pytest
from handmade import make
from hypothesis import given
from hypothesis import strategies as st

from kg.graph import identifiers as ids
from kg.graph import store
from kg.graph import vocabulary as v
from kg.graph.graph import Graph
from kg.graph.triples import confidence, generate_quads, plain
from kg.model import Extraction
from kg.resolve.things import resolve

A = make(
    "a",
    "蓝鲸投资\n\n2022年，蓝鲸重工有限公司与红星纺织合作，在滨海市投资45.6亿元。\n蓝鲸重工有限公司落户滨海市。",
    {
        "e1": ("Company", "蓝鲸重工有限公司"),
        "e2": ("Company", "红星纺织"),
        "e3": ("AdministrativeDivision", "滨海市"),
    },
    [("e1", "locatedIn", "e3"), ("e1", "cooperatesWith", "e2")],
    [("e1", "投资", "45.6亿元", "4560000000")],
    qualifiers=[("date", "2022年")],
)
B = make(
    "b",
    "滨海市消息\n\n蓝鲸重工有限公司（蓝鲸重工）位于滨海市。",
    {"e1": ("AdministrativeDivision", "滨海市"), "e2": ("Company", "蓝鲸重工有限公司", "蓝鲸重工")},
    [("e2", "locatedIn", "e1")],
)


def graph_of(*extractions: Extraction) -> Graph:
    quads = ox.Store()
    quads.extend(generate_quads(resolve(extractions), extractions))
    return Graph(quads)


@pytest.fixture
def graph() -> Graph:
    return graph_of(A, B)


def test_iris_are_readable_and_legal(graph: Graph) -> None:
    assert [thing.iri for thing in graph.things()] == [
        "https://kg.example.org/id/location/滨海市",
        "https://kg.example.org/id/organization/红星纺织",
        "https://kg.example.org/id/organization/蓝鲸重工有限公司",
    ]


@given(st.text(max_size=20))
def test_any_name_makes_one_legal_segment(name: str) -> None:
    made = ids.segment(name)
    assert "/" not in made
    assert made not in (".", "..")
    # the parser refuses what RFC 3987 does
    ox.Store().load(f"<x:a> <x:b> <https://kg.example.org/id/x/{made}> .".encode(), ox.RdfFormat.N_TRIPLES)


@given(st.lists(st.text("甲乙%/A 2F~", min_size=1, max_size=4), max_size=8), st.randoms())
def test_keys_never_share_an_iri_and_order_does_not_matter(keys: list[str], chance: object) -> None:
    iris = ids.thing_iris(keys, v.BASE)
    assert len(set(iris.values())) == len(set(keys))
    chance.shuffle(keys)  # type: ignore[attr-defined]
    assert ids.thing_iris(keys, v.BASE) == iris


def test_the_same_fact_from_two_articles_is_one_triple_with_two_statements(graph: Graph) -> None:
    (fact,) = graph.facts(subject="蓝鲸重工", predicate="locatedIn")
    assert (fact.docs, fact.confidence) == (("a", "b"), 0.9)
    rows = graph.query("SELECT DISTINCT ?s ?o { ?s kg:locatedIn ?o }")
    assert [tuple(row) for row in rows] == [(fact.subject.iri, fact.object.iri)]  # type: ignore[union-attr]


def test_a_cooperation_holds_both_ways_and_is_stated_once(graph: Graph) -> None:
    assert graph.query("ASK { ?a kg:cooperatesWith ?b . ?b kg:cooperatesWith ?a }") is True
    (fact,) = graph.facts(predicate="cooperatesWith")
    assert graph.facts(subject=fact.subject, predicate="cooperatesWith") == (fact,)
    assert fact.subject.iri < fact.object.iri
    # from its other end it is the same fact, told from there
    (turned,) = graph.facts(subject=fact.object, predicate="cooperatesWith")
    assert (turned.subject, turned.object, turned.statements) == (fact.object, fact.subject, fact.statements)
    assert (fact.qualifiers, len(fact.statements)) == ((("date", "2022年"),), 1)


def test_every_direct_triple_has_a_statement_that_quotes_its_text(graph: Graph) -> None:
    unsupported = """ASK {
        { ?s ?p ?o . ?o a kg:Entity . ?s a kg:Entity }
        MINUS { ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }
        MINUS { ?st rdf:subject ?o ; rdf:predicate ?p ; rdf:object ?s . FILTER(?p = kg:cooperatesWith) }
    }"""
    assert graph.query(unsupported) is False
    text = {article.doc: article.text for article in graph.articles()}
    for fact in graph.facts():
        assert all(text[e.doc][e.start : e.end] == e.quote for e in fact.evidence)


def test_everything_lies_in_the_graph_of_its_article_and_nothing_is_blank(graph: Graph) -> None:
    assert {quad.graph_name.value for quad in graph.quads()} == {v.BASE + "article/a", v.BASE + "article/b"}
    assert not any(
        isinstance(term, ox.BlankNode) for quad in graph.quads() for term in (quad.subject, quad.object)
    )


def test_one_articles_share_is_the_same_with_and_without_the_other() -> None:
    def share(graph: Graph, doc: str) -> list[ox.Quad]:
        return [q for q in graph.quads() if q.graph_name.value == f"{v.BASE}article/{doc}"]

    assert share(graph_of(A, B), "a") == share(graph_of(A), "a")


def test_superclasses_are_written_out(graph: Graph) -> None:
    assert [thing.name for thing in graph.things(type="Organization")] == ["红星纺织", "蓝鲸重工有限公司"]
    assert graph.query("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kg:Entity }")[0].n == 3  # type: ignore[index]


def test_figures_come_back(graph: Graph) -> None:
    (figure,) = graph.observations("蓝鲸重工")
    assert (figure.indicator, figure.value, figure.unit, figure.text) == (
        "投资",
        Decimal(4560000000),
        "CNY",
        "45.6亿元",
    )
    assert (figure.period, figure.start, figure.end) == ("2022", "2022-01-01", "2022-12-31")


def test_articles_come_back(graph: Graph) -> None:
    one, other = graph.articles()
    assert (one.doc, one.file, one.title) == ("a", "a.txt", "蓝鲸投资")
    assert other.text == B.article.text


def test_relations_of_a_thing_to_itself_are_left_out() -> None:
    twice = make(
        "a",
        "红星纺织有限公司与红星纺织合作。",
        {"e1": ("Company", "红星纺织有限公司", "红星纺织"), "e2": ("Company", "红星纺织")},
        [("e1", "cooperatesWith", "e2")],
    )
    assert graph_of(twice).facts() == ()


def test_lone_surrogates_become_replacement_characters() -> None:
    assert v.text("红星\ud800纺织").value == "红星\ufffd纺织"


def test_counts_are_of_facts_and_not_of_the_articles_that_say_them(graph: Graph) -> None:
    names = graph.query("SELECT ?name { ?x a kg:Company ; kg:locatedIn ?y ; skos:prefLabel ?name }")
    assert [tuple(row) for row in names] == [("蓝鲸重工有限公司",)]  # type: ignore[union-attr]
    by_article = graph.query("SELECT ?g { GRAPH ?g { ?x kg:locatedIn ?y } } ORDER BY ?g")
    assert [row.g[-1] for row in by_article] == ["a", "b"]  # type: ignore[union-attr]


def test_canonical_lines_are_sorted_and_read_back(graph: Graph) -> None:
    text = store.canonical(graph.store)
    lines = text.splitlines()
    assert lines == sorted(set(lines))
    again = ox.Store()
    again.load(text.encode(), ox.RdfFormat.N_QUADS)
    assert store.canonical(again) == text


def test_statement_iris_are_hashes_of_their_content(graph: Graph) -> None:
    for fact in graph.facts():
        for statement in fact.statements:
            assert re.fullmatch(re.escape(v.BASE) + "statement/[0-9a-f]{24}", statement.iri)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_decimals_are_written_in_full(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


@given(st.floats(0, 1))
def test_confidences_keep_three_decimals(value: float) -> None:
    assert abs(float(confidence(value)) - value) <= 0.0005
