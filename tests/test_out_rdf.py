"""RDF exports: read back by rdflib, they contain the same triples or quads, sorted, also for a part."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import ExportError
from kg.graph import jsonld
from kg.graph.graph import Graph
from kg.out import formats

DATA = Path(__file__).parent / "data"
BASE = "https://kg.example.org/id/"
KG = "https://kg.example.org/ns#"
ENDINGS = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "jsonld": "jsonld", "rdfxml": "rdf"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
RDFLIB = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "jsonld": "json-ld", "rdfxml": "xml"}
QUADS = ("trig", "nquads")
CONTEXT = {
    "kg": KG,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "Company": "kg:Company",
    "name": {"@id": "skos:prefLabel", "@language": "zh"},
    "names": {"@id": "skos:altLabel", "@language": "zh", "@container": "@set"},
    "locatedIn": {"@id": "kg:locatedIn", "@type": "@id"},
    "confidence": {"@id": "kg:confidence", "@type": "xsd:decimal"},
    "quote": "kg:quote",
    "predicate": {"@id": "rdf:predicate", "@type": "@vocab"},
    "odd": {"@id": "kg:status", "@container": "@index"},
}


def small(data: bytes) -> Graph:
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TRIG)
    return Graph(store)


@pytest.fixture
def graph() -> Graph:
    return small((DATA / "out-two-articles.trig").read_bytes())


@pytest.fixture(autouse=True)
def context(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own small context, so that they do not depend on the ontology's."""
    folder = tmp_path_factory.mktemp("ontology")
    (folder / "context.jsonld").write_text(json.dumps({"@context": CONTEXT}), encoding="utf-8")
    monkeypatch.setattr("kg.paths.data_folder", lambda name: folder)


def told(data: bytes, name: str) -> set[tuple[str, ...]]:
    """What rdflib reads, as N-Triples terms; values compared as written, not normalised."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data, format=RDFLIB[name], publicID="urn:nowhere")
    found = set()
    for s, p, o, g in dataset.quads((None, None, None, None)):
        found.add((s.n3(), p.n3(), o.n3(), str(g)) if name in QUADS else (s.n3(), p.n3(), o.n3()))
    return found


def expected(store: ox.Store, name: str) -> set[tuple[str, ...]]:
    # the default graph repeats the union of the articles
    articles = [quad for quad in store if quad.graph_name != ox.DefaultGraph()] or list(store)
    data = ox.serialize(articles, format=ox.RdfFormat.N_QUADS)
    assert data is not None
    quads = told(data, "nquads")
    return quads if name in QUADS else {quad[:3] for quad in quads}


@pytest.fixture(autouse=True)
def plain_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.mark.parametrize("name", ENDINGS)
def test_the_whole_graph_reads_back(graph: Graph, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"x.{ENDINGS[name]}"
    report = formats.export(graph, path)
    assert (report.format, report.nodes, report.edges) == (name, 7, 6)
    want = expected(graph.store, name)
    if name == "rdfxml":
        want = {
            tuple(term.replace("\x0c", "\ufffd").replace("\\f", "\ufffd") for term in row) for row in want
        }
    assert told(path.read_bytes(), name) == want


@pytest.mark.parametrize("name", ENDINGS)
def test_the_same_bytes_whatever_the_order_of_loading(graph: Graph, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"x.{ENDINGS[name]}"
    formats.export(graph, path)
    first = path.read_bytes()
    store = ox.Store()
    store.extend(reversed(list(graph.store)))
    formats.export(Graph(store), path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("name", ENDINGS)
def test_a_part_holds_the_chosen_things_and_statements_and_nothing_dangles(
    graph: Graph, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"x.{ENDINGS[name]}"
    formats.export(graph, path, around="产业园", min_confidence=0.5)
    rows = told(path.read_bytes(), name)
    ids = {row[0].removeprefix(f"<{BASE}").rstrip(">") for row in rows}
    assert ids == {"project/产业园", "organization/远山集团", "statement/s3", "article/a1"}
    objects = {row[2] for row in rows if row[2].startswith(f"<{BASE}")}
    assert objects <= {row[0] for row in rows}
    facts = [row[:3] for row in rows if row[1] == f"<{KG}investsIn>"]
    assert facts == [(f"<{BASE}organization/远山集团>", f"<{KG}investsIn>", f"<{BASE}project/产业园>")]


def test_a_fact_stays_only_where_a_kept_statement_makes_it(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.trig", since="2024")
    rows = told((tmp_path / "x.trig").read_bytes(), "trig")
    cooperation = {(row[0], row[2], row[3]) for row in rows if row[1] == f"<{KG}cooperatesWith>"}
    one, two = f"<{BASE}organization/临江公司>", f"<{BASE}organization/远山集团>"
    assert cooperation == {(one, two, f"{BASE}article/a2"), (two, one, f"{BASE}article/a2")}
    # a thing keeps its names from other articles
    assert (two, "<http://www.w3.org/2004/02/skos/core#altLabel>", '"远山"@zh', f"{BASE}article/a1") in rows


def test_observations_bring_their_unit_period_and_article(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.ttl", around="滨海新城", hops=0)
    rows = told((tmp_path / "x.ttl").read_bytes(), "turtle")
    ids = {row[0].removeprefix(f"<{BASE}").rstrip(">") for row in rows}
    assert ids == {"location/东港市/滨海新城", "observation/o1", "unit/CNY", "period/2022", "article/a1"}


def test_a_thing_without_statements_brings_its_article(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.ttl", types=["Person"])
    rows = told((tmp_path / "x.ttl").read_bytes(), "turtle")
    assert {row[0] for row in rows} == {f"<{BASE}person/王五>", f"<{BASE}article/a2>"}


@pytest.mark.parametrize("name", ENDINGS)
def test_rdf_is_not_aggregated(graph: Graph, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=f"{name} holds every statement.*valid: graphml, gexf, csv"):
        formats.export(graph, tmp_path / "x", format=name, aggregate=True)


def test_turtle_is_read_by_people(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.ttl")
    text = (tmp_path / "x.ttl").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == f"@base <{BASE}> ."
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert f"@prefix kg: <{KG}> ." in prefixes
    assert sum(line.startswith("@") for line in lines) == len(prefixes) + 1
    assert "<location/东港市/滨海新城> a kg:DevelopmentZone ," in text


def test_an_empty_part_is_a_file_with_a_heading_only(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.ttl", until="1990")
    assert told((tmp_path / "x.ttl").read_bytes(), "turtle") == set()
    formats.export(graph, tmp_path / "x.jsonld", until="1990")
    assert json.loads((tmp_path / "x.jsonld").read_text(encoding="utf-8"))["@graph"] == []


def test_jsonld_uses_the_words_of_the_context(graph: Graph, tmp_path: Path) -> None:
    formats.export(graph, tmp_path / "x.jsonld")
    document = json.loads((tmp_path / "x.jsonld").read_text(encoding="utf-8"))
    nodes = {node["@id"]: node for node in document["@graph"]}
    assert list(nodes) == sorted(nodes)
    company = nodes["id:organization/临江公司"]
    assert company["@type"] == ["Company", "kg:Entity", "kg:Organization"]
    assert (company["name"], company["names"]) == ("临江公司", ['公司"甲"'])
    assert company["locatedIn"] == "id:location/东港市/滨海新城"
    statement = nodes["id:statement/s3"]
    assert (statement["confidence"], statement["quote"]) == ("0.6", "投资\f产业园")
    assert statement["predicate"] == "kg:investsIn"
    assert "odd" not in statement
    assert statement["kg:status"] == "stated"


TRICKY = """
@prefix kg: <https://kg.example.org/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://kg.example.org/id/a> skos:prefLabel "名"@zh, "name"@en, "bare", 5 ;
    kg:locatedIn <https://kg.example.org/id//b>, <mailto:x@y>, "词" ;
    kg:confidence 0.5, 1, "0.5"^^xsd:double ;
    kg:quote "甲\\u0001\\r\\n\\\\乙"@zh-Hant, true, kg:quote ; kg:status "x" ;
    <http://other.example/p> <https://kg.example.org/id/> .
"""


@pytest.mark.parametrize("name", ENDINGS)
def test_tricky_values_read_back(tmp_path: Path, name: str) -> None:
    graph = small(TRICKY.encode())
    path = tmp_path / f"x.{ENDINGS[name]}"
    formats.export(graph, path)
    want = expected(graph.store, name)
    if name == "rdfxml":
        assert len(told(path.read_bytes(), name)) == len(want)
    else:
        assert {row[:3] for row in told(path.read_bytes(), name)} == {row[:3] for row in want}


def test_a_context_with_what_we_do_not_know_is_passed_over() -> None:
    context = jsonld.parse_context(
        {"kg": KG, "@vocab": KG, "type": "@type", "list": {"@id": "kg:l", "@container": "@list"}}
    )
    triple = ox.Triple(ox.NamedNode(BASE + "a"), ox.NamedNode(KG + "l"), ox.Literal("x"))
    assert list(jsonld.generate_nodes([triple], context)) == [{"@id": "id:a", "kg:l": "x"}]
