"""Querying a graph: SPARQL with helpful errors, things by name, cards, networkx, rdflib, validation."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from handmade import make

from kg.errors import ExportError, GraphError, OntologyError, QueryError
from kg.graph import generations, sieve, store, validate
from kg.graph.card import card
from kg.graph.graph import Graph, open_graph
from kg.graph.triples import generate_quads
from kg.model import Extraction
from kg.resolve.things import resolve

DIVISION = "AdministrativeDivision"


def article(doc: str, city: str) -> Extraction:
    entities = {
        "e1": (DIVISION, city),
        "e2": ("DevelopmentZone", "高新区"),
        "e3": ("Company", "蓝鲸重工有限公司", "蓝鲸重工"),
        "e4": ("Company", "红星纺织"),
    }
    text = f"{city}新闻\n\n蓝鲸重工有限公司（蓝鲸重工）落户{city}高新区，与红星纺织合作，投资45.6亿元。"
    relations = [("e2", "locatedIn", "e1"), ("e3", "locatedIn", "e2"), ("e3", "cooperatesWith", "e4")]
    return make(doc, text, entities, relations, [("e3", "投资", "45.6亿元", "4560000000")])


@pytest.fixture
def graph() -> Graph:
    extractions = [article("a", "甲州市"), article("b", "乙州市")]
    quads = ox.Store()
    quads.extend(generate_quads(resolve(extractions), extractions))
    return Graph(quads)


def test_rows_answer_to_position_and_name(graph: Graph) -> None:
    rows = graph.query(
        """SELECT ?name ?value ?from ?none {
            ?o kg:subject ?s ; kg:value ?value ; kg:period/kg:from ?from ; kg:inArticle/kg:doc "a" .
            ?s skos:prefLabel ?name . OPTIONAL { ?s kg:code ?none } }"""
    )
    (row,) = rows  # type: ignore[misc]
    assert rows.variables == ("name", "value", "from", "none")  # type: ignore[union-attr]
    assert row == ("蓝鲸重工有限公司", Decimal(4560000000), date(2022, 1, 1), None)
    assert (row.name, row["value"], row[2], row.asdict()["none"]) == (row[0], row[1], date(2022, 1, 1), None)
    with pytest.raises(AttributeError):
        _ = row.other


@pytest.mark.parametrize(
    ("sparql", "place", "reason"),
    [
        ("SELECT ?x WHERE {\n  ?x foo:bar ?y }", "line 2, column ", "prefix"),
        ("SELECT ?x WHERE {\n  ?x a kg:Company .\n", "line ", "syntax error at the end"),
        ("INSERT DATA { <a:b> <a:c> 1 }", "line 1, column ", "a graph changes by build and remove"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x a ?y }", "line 1, column ", "not grouped"),
        ("", "line 1, column 1", "syntax error"),
        ("SELECT ?x { ?x a kg:Company ?y }", "line 1, column 3", "syntax error"),
    ],
)
def test_a_faulty_query_is_one_line_with_its_place(
    graph: Graph, sparql: str, place: str, reason: str
) -> None:
    with pytest.raises(QueryError) as error:
        graph.query(sparql)
    message = str(error.value)
    assert message.startswith(place)
    assert reason in message
    assert "\n" not in message
    assert len(message) < 300


def test_all_four_kinds_of_query_and_their_forms(graph: Graph) -> None:
    select = "SELECT ?name { ?x a kg:Company ; skos:prefLabel ?name } ORDER BY ?name"
    assert graph.serialise(select, "csv").decode().split() == ["name", "红星纺织", "蓝鲸重工有限公司"]
    assert "红星纺织" in graph.serialise(select, "tsv").decode()
    assert len(json.loads(graph.serialise(select, "json"))["results"]["bindings"]) == 2
    assert graph.serialise(select, "xml").startswith(b"<?xml")
    assert json.loads(graph.serialise("ASK { ?x a kg:Company }", "json"))["boolean"] is True
    described = graph.query("DESCRIBE <https://kg.example.org/id/organization/红星纺织>")
    assert {str(triple.predicate.value).rsplit("/", 1)[-1] for triple in described} >= {"core#prefLabel"}
    turtle = graph.serialise("CONSTRUCT { ?a kg:cooperatesWith ?b } WHERE { ?a kg:cooperatesWith ?b }", "ttl")
    assert b"kg:cooperatesWith" in turtle
    with pytest.raises(ExportError, match="valid: csv, tsv, json, xml"):
        graph.serialise(select, "ttl")
    with pytest.raises(ExportError, match="valid: ttl"):
        graph.serialise("DESCRIBE kg:Company", "csv")
    with pytest.raises(ExportError, match="valid: json, xml"):
        graph.serialise("ASK {}", "csv")


def test_things_by_any_name_and_by_iri(graph: Graph) -> None:
    thing = graph.entity("蓝鲸重工")
    assert (thing.name, thing.names, thing.docs) == (
        "蓝鲸重工有限公司",
        ("蓝鲸重工有限公司", "蓝鲸重工"),
        ("a", "b"),
    )
    assert graph.entity(thing.iri) == graph.entity("id:organization/蓝鲸重工有限公司") == thing
    with pytest.raises(GraphError, match=r"valid: id:location/乙州市/高新区, id:location/甲州市/高新区"):
        graph.entity("高新区")
    with pytest.raises(
        GraphError, match=r"nothing in the graph is called 红星 \(valid: 红星纺织 \(Company\)\)"
    ):
        graph.entity("红星")
    with pytest.raises(GraphError, match="no type Firm"):
        graph.things(type="Firm")
    with pytest.raises(GraphError, match="no predicate owns"):
        graph.facts(predicate="owns")


def test_facts_by_each_end(graph: Graph) -> None:
    company, zone = graph.entity("蓝鲸重工"), graph.entity("id:location/甲州市/高新区")
    assert {f.predicate for f in graph.facts(subject=company)} == {"locatedIn", "cooperatesWith"}
    (fact,) = graph.facts(subject=company, object=zone)
    assert graph.facts(object=zone, predicate="locatedIn") == (fact,)
    assert fact.evidence[0].doc == "a"
    assert graph.facts(subject=zone, object=company) == ()


def test_a_card_holds_facts_both_ways_and_figures(graph: Graph) -> None:
    shown = card(graph, "红星纺织")
    assert [(f.predicate, f.object.name) for f in shown.outgoing] == [("cooperatesWith", "蓝鲸重工有限公司")]
    assert shown.incoming == ()
    assert [a.doc for a in shown.articles] == ["a", "b"]
    zone = card(graph, "id:location/甲州市/高新区")
    assert [(f.subject.name, f.predicate) for f in zone.incoming] == [("蓝鲸重工有限公司", "locatedIn")]
    assert len(card(graph, "蓝鲸重工").figures) == 2


def test_stats_add_up(graph: Graph) -> None:
    stats = graph.stats()
    assert (stats.articles, stats.things, stats.facts, stats.statements, stats.observations) == (
        2,
        6,
        5,
        6,
        2,
    )
    assert sum(n for _, n in stats.things_by_type) == stats.things
    assert stats.facts_by_predicate == (("locatedIn", 4), ("cooperatesWith", 1))
    assert stats.sentences == 2


def test_networkx_takes_and_writes_it(graph: Graph, tmp_path: Path) -> None:
    import networkx

    net = graph.to_networkx()
    assert (net.number_of_nodes(), net.number_of_edges()) == (6, 5)
    values = [x for _, d in net.nodes(data=True) for x in d.values()]
    values += [x for *_, d in net.edges(data=True) for x in d.values()]
    assert {type(x) for x in values} == {str, int, float}
    networkx.write_graphml(net, tmp_path / "net.graphml")
    assert networkx.read_graphml(tmp_path / "net.graphml", force_multigraph=True).number_of_edges() == 5


def test_rdflib_holds_the_same(graph: Graph) -> None:
    dataset = graph.to_rdflib()
    assert len(list(dataset.quads())) == len(graph)
    asked = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a <https://kg.example.org/ns#Company> }"
    assert [int(row.n) for row in dataset.query(asked)] == [2]


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://kg.example.org/ns#> .
<x:shape> a sh:NodeShape ; sh:targetClass kg:Company ;
  sh:property [ sh:path kg:locatedIn ; sh:minCount 1 ; sh:message "a company lies somewhere" ] ."""


def test_validation_names_thing_path_and_demand(graph: Graph, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    report = validate.validate(graph, shapes)
    assert not report.conforms
    assert str(report).splitlines() == [
        "the graph breaks the shapes: 1 violations, 0 remarks",
        "Violation: 红星纺织 locatedIn: a company lies somewhere",
    ]
    shapes.write_text(SHAPES.replace("minCount 1", "minCount 0"), encoding="utf-8")
    assert str(validate.validate(graph, shapes)) == "the graph conforms to the shapes"
    # what the sieve does not know goes to pySHACL whole
    unknown = SHAPES.replace("sh:minCount 1", "sh:node [ sh:property [ sh:path kg:code ; sh:minCount 1 ] ]")
    shapes.write_text(unknown, encoding="utf-8")
    assert sieve.suspects(unknown.encode(), sieve.Data(graph.store)) is None
    assert "a company lies somewhere" in str(validate.validate(graph, shapes))
    shapes.write_text("no turtle", encoding="utf-8")
    with pytest.raises(OntologyError, match="cannot be read as shapes"):
        validate.validate(graph, shapes)


def test_a_closed_graph_says_so(graph: Graph) -> None:
    graph.close()
    graph.close()
    with pytest.raises(GraphError, match="closed"):
        graph.query("ASK {}")


def test_opening_and_asking_loads_nothing_heavy(tmp_path: Path, graph: Graph) -> None:
    with store.writer(tmp_path) as manifest:
        generations.write_generation(tmp_path, manifest, graph.quads(), {})
    with open_graph(tmp_path) as opened:
        assert len(opened) == len(graph)
    program = (
        "import sys; from kg.graph.graph import open_graph; g = open_graph(sys.argv[1]);"
        "print(g.query('SELECT (COUNT(*) AS ?n) { ?x a kg:Company }')[0].n);"
        "print([m for m in ('spacy', 'rdflib', 'networkx', 'pandas', 'jieba', 'lxml') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split("\n")[:2] == ["2", "[]"]
