"""The SPARQL endpoint, with requests as the SPARQL 1.1 Protocol and its clients make them."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyoxigraph as ox
import pytest
import served
from lxml import etree
from starlette.testclient import TestClient

from kg.errors import KGError, QueryError
from kg.graph import vocabulary as v
from kg.serve import accept, results, tokens
from kg.serve import pool as pools
from kg.serve.app import make_app
from kg.serve.limits import Limits

NAMES = "SELECT ?name { ?x a kg:Company ; skos:prefLabel ?name } ORDER BY ?name"
# about a second of work
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = (
    "SELECT ?x { { SELECT (CONCAT(STR(?a), STR(?c), STR(?f), STR(?i)) AS ?x) "
    "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } } } ORDER BY ?x LIMIT 1"
)
LIMITS = Limits(
    timeout=1.5, max_rows=40, max_query_bytes=4000, max_concurrent=2, max_waiting=4, max_memory=512
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "graph"
    served.write(path, served.articles())
    return path


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(make_app(folder, limits=LIMITS), follow_redirects=False) as opened:
        yield opened


def ask(client: TestClient, query: str, kind: str = "*/*", **more: str):  # type: ignore[no-untyped-def]
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": kind})


def test_a_query_comes_in_three_ways_and_gives_the_same(client: TestClient) -> None:
    got = ask(client, NAMES)
    form = client.post("/sparql", data={"query": NAMES})
    direct = client.post(
        "/sparql", content=NAMES, headers={"Content-Type": "application/sparql-query; charset=utf-8"}
    )
    assert got.status_code == form.status_code == direct.status_code == 200
    assert got.json() == form.json() == direct.json()
    names = [row["name"]["value"] for row in got.json()["results"]["bindings"]]
    assert names == sorted([served.SCRIPT, served.QUOTES, served.BIDI, "蓝鲸重工有限公司", "红星纺织"])
    assert got.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.9", "text/tab-separated-values; charset=utf-8"),
        ("text/*;q=0.5, application/sparql-results+xml;q=0.4", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
def test_the_client_chooses_the_form(client: TestClient, kind: str, given: str) -> None:
    found = ask(client, NAMES, kind)
    assert found.status_code == 200
    assert found.headers["content-type"] == given
    assert "Accept" in found.headers["vary"]


def test_every_form_of_rows_holds_the_same_answer(client: TestClient) -> None:
    query = (
        "SELECT ?name ?value ?none { ?o kg:subject/skos:prefLabel ?name ; kg:value ?value } ORDER BY ?value"
    )
    rows = ask(client, query).json()["results"]["bindings"]
    assert rows[0] == {
        "name": {"type": "literal", "value": "蓝鲸重工有限公司", "xml:lang": "zh"},
        "value": {"type": "literal", "value": "1200000000", "datatype": v.XSD + "decimal"},
    }
    table = list(csv.reader(io.StringIO(ask(client, query, "text/csv").text, newline="")))
    assert table == [["name", "value", "none"]] + [
        [r["name"]["value"], r["value"]["value"], ""] for r in rows
    ]
    for form, kind in (
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("tsv", "text/tab-separated-values"),
    ):
        # the store reads what we wrote as what it would have written itself
        answer = ask(client, query, kind).content
        wanted = {
            "json": ox.QueryResultsFormat.JSON,
            "xml": ox.QueryResultsFormat.XML,
            "tsv": ox.QueryResultsFormat.TSV,
        }
        read = ox.parse_query_results(answer, format=wanted[form])
        assert isinstance(read, ox.QuerySolutions)
        assert [(s["name"].value, s["value"].value, s["none"]) for s in read] == [
            (r["name"]["value"], r["value"]["value"], None) for r in rows
        ]


def test_awkward_terms_survive_every_form() -> None:
    terms = [
        ox.Literal('a"b\tc\nd\re,\\<&>\u0001'),
        ox.NamedNode("http://a/<".replace("<", "%3C")),
        ox.BlankNode("b1"),
        ox.Literal("5", datatype=v.INTEGER),
        None,
    ]
    for form, kind in (("json", ox.QueryResultsFormat.JSON), ("tsv", ox.QueryResultsFormat.TSV)):
        read = ox.parse_query_results(
            b"".join(results.write_rows(["x"], [(t,) for t in terms], form)), format=kind
        )
        assert isinstance(read, ox.QuerySolutions)
        back = [solution["x"] for solution in read]
        assert [str(t) for t in back if not isinstance(t, ox.BlankNode)] == [
            str(t) for t in terms if not isinstance(t, ox.BlankNode)
        ]
    xml = etree.fromstring(b"".join(results.write_rows(["x"], [(t,) for t in terms], "xml")))
    literal = xml.findtext(".//{*}literal")
    assert literal == 'a"b\tc\nd\re,\\<&>\ufffd'
    rows = list(
        csv.reader(
            io.StringIO(b"".join(results.write_rows(["x"], [(terms[0],)], "csv")).decode(), newline="")
        )
    )
    assert rows == [["x"], [terms[0].value]]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
        ("application/n-quads", "nquads"),
        ("application/trig", "trig"),
    ],
)
def test_triples_come_in_every_form(client: TestClient, kind: str, parser: str) -> None:
    import rdflib

    found = ask(
        client, "CONSTRUCT { ?x skos:prefLabel ?n } WHERE { ?x a kg:Company ; skos:prefLabel ?n }", kind
    )
    assert found.headers["content-type"].startswith(kind)
    graph = rdflib.Dataset(default_union=True).parse(data=found.content, format=parser)
    # RDF/XML has no form for a carriage return
    bidi = served.BIDI.replace("\r", "\ufffd") if parser == "xml" else served.BIDI
    assert {str(o) for o in graph.objects()} == {
        served.SCRIPT,
        served.QUOTES,
        bidi,
        "蓝鲸重工有限公司",
        "红星纺织",
    }


def test_ask_and_describe(client: TestClient) -> None:
    assert ask(client, "ASK { ?x a kg:Company }").json() == {"head": {}, "boolean": True}
    xml = etree.fromstring(ask(client, "ASK { ?x a kg:Person }", "application/sparql-results+xml").content)
    assert xml.findtext("{*}boolean") == "false"
    found = ask(client, f"DESCRIBE <{served.BASE}organization/红星纺织>", "application/n-triples")
    assert '"红星纺织"@zh' in found.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT ?x {\n ?x ?y", 400, "line 2, column "),
        ("SELECT ?x { ?x foo:bar ?y }", 400, "prefix"),
        ("nonsense", 400, "no form"),
        ("", 400, "no form"),
        ("INSERT DATA { <a:b> <a:c> 1 }", 403, "INSERT"),
        ("PREFIX x: <http://a/> LOAD <http://127.0.0.1:9/x>", 403, "LOAD"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { service silent ?x { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { FILTER(?a<'>') SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } FILTER(''<'>') }", 400, "IRI"),
        ("SELECT * { ?s ?p ?o" + " " * 4000 + "}", 413, "4000 bytes"),
    ],
)
def test_what_cannot_be_answered_is_one_line(client: TestClient, query: str, status: int, said: str) -> None:
    found = ask(client, query)
    assert (found.status_code, found.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in found.text
    assert found.text.endswith("\n")
    assert found.text.count("\n") == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE <http://a/> { }",
        "SELECT * { ?s ?p 'SERVICE <http://a/> {}' } LIMIT 1",
        'SELECT * { ?s ?p """LOAD " INSERT SERVICE""" } LIMIT 1',
        "SELECT ?service { ?service <http://a/SERVICE#x> ?o FILTER(?o < 5 || ?o > 7) } LIMIT 1",
        "SELECT * FROM <http://127.0.0.1:9/remote> { ?s ?p ?o }",
    ],
)
def test_words_that_are_no_keywords_are_let_through(client: TestClient, query: str) -> None:
    found = ask(client, query)
    assert found.status_code == 200
    assert len(found.json()["results"]["bindings"]) == query.count("?s ?p ?o } LIMIT")


def test_no_text_that_calls_another_server_gets_through() -> None:
    """Whatever the store takes for SERVICE, we must take for it too: texts put together at random."""
    import random

    quads = ox.Store()
    quads.add(ox.Quad(ox.NamedNode("http://a"), ox.NamedNode("http://p"), ox.Literal("1")))
    known = {"kg": v.KG, "": "http://127.0.0.1:9/", "ex": "http://127.0.0.1:9/"}
    call = "<http://127.0.0.1:9/>{?s ?p ?o}"
    parts = [
        "SERVICE",
        f"SERVICE{call}",
        f"trueSERVICE {call}",
        f"kg:.SERVICE{call}",
        f"kg:x.SERVICE{call}",
        f"_:b..SERVICE{call}",
        "SERVICE:x{?s ?p ?o}",
        "SERVICEex:x{?s ?p ?o}",
        "\\u0053ERVICE",
        call,
        " ?s ?p ?o ",
        "{",
        "}",
        "?a",
        ".",
        ";",
        " ",
        "FILTER(?a<'>')",
        "FILTER(?a<?b#>'\n)",
        "'",
        "'''",
        '"',
        "#",
        "\n",
        "<",
        ">",
        "\\u0027",
        "kg:x",
        "a",
        "true",
        "1",
        "'x'",
        "OPTIONAL{",
        "UNION",
        "\\'",
        "-",
    ]
    draw = random.Random(7)
    calls = 0
    for _ in range(40_000):
        query = "SELECT * { " + "".join(draw.choice(parts) for _ in range(draw.randint(1, 7))) + " }"
        try:
            list(quads.query(query, prefixes=known))  # type: ignore[arg-type]
        except SyntaxError:
            continue
        except OSError:
            # the store refuses port 9, after it took the text for a call
            calls += 1
            with pytest.raises(QueryError):
                tokens.form(query)
    assert calls > 50


def test_reading_a_hostile_text_takes_no_time() -> None:
    started = time.perf_counter()
    for piece in ("a.", "'\\", "<a", "a-", ":a", "<#", "\\u0041", "kg:a.", "(", "''\\'"):
        with pytest.raises(QueryError):
            tokens.form("ASSK {" + piece * 40_000 + " service")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("method", "sent", "status"),
    [
        ("POST", {"data": {"update": "DROP ALL"}}, 403),
        ("POST", {"content": "DROP ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403),
        ("POST", {"content": NAMES, "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", {"content": NAMES}, 415),
        ("POST", {"data": {"other": "x"}}, 400),
        (
            "POST",
            {"content": b"query=%FF", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            400,
        ),
        ("POST", {"content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400),
        ("GET", {"params": [("query", NAMES), ("query", NAMES)]}, 400),
        ("GET", {"params": {"update": "DROP ALL"}}, 403),
        ("GET", {"params": {"query": NAMES, "default-graph-uri": "not an iri"}}, 400),
        ("GET", {"params": {"query": NAMES}, "headers": {"Accept": "image/png"}}, 406),
        ("GET", {"params": {"query": NAMES}, "headers": {"Accept": "text/turtle"}}, 406),
        ("GET", {"params": {"query": NAMES, "format": "exe"}, "headers": {"Accept": "image/png"}}, 406),
        ("PUT", {}, 405),
        ("DELETE", {}, 405),
        ("POST", {"content": b"x" * 20_000, "headers": {"Content-Type": "application/sparql-query"}}, 413),
    ],
)
def test_wrong_requests_have_their_own_status(client: TestClient, method: str, sent, status: int) -> None:  # type: ignore[no-untyped-def]
    found = client.request(method, "/sparql", **sent)
    assert found.status_code == status, found.text
    assert found.text.count("\n") == 1


def test_a_large_body_is_refused_before_it_has_come(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1
            yield b"x" * 1000

    found = client.post("/sparql", content=endless(), headers={"Content-Type": "application/sparql-query"})
    assert found.status_code == 413


def test_graphs_are_named_by_the_request(client: TestClient) -> None:
    one = f"{served.BASE}article/a1"
    count = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kg:Company }"
    in_graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?x a kg:Company } }"

    def number(query: str, **more: str) -> int:
        return int(ask(client, query, **more).json()["results"]["bindings"][0]["n"]["value"])

    assert (number(count), number(in_graphs)) == (5, 3)
    assert number(count, **{"default-graph-uri": one}) == 2
    assert number(in_graphs, **{"default-graph-uri": one}) == 0
    assert number(count, **{"named-graph-uri": one}) == 0
    assert number(in_graphs, **{"named-graph-uri": one}) == 1
    assert number(count, **{"default-graph-uri": "http://nowhere.example/"}) == 0


def test_rows_beyond_the_limit_are_cut_and_the_answer_says_so(client: TestClient) -> None:
    found = ask(client, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert len(found.json()["results"]["bindings"]) == 40
    assert found.headers["x-kg-truncated"] == "40"
    built = ask(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples")
    assert len(built.text.splitlines()) == 40
    assert built.headers["x-kg-truncated"] == "40"
    assert "x-kg-truncated" not in ask(client, "SELECT ?s { ?s ?p ?o } LIMIT 40").headers


def test_the_service_describes_itself(client: TestClient) -> None:
    import rdflib

    found = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=found.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
    assert str(graph.value(service, sd.endpoint)) == "http://testserver/sparql"
    assert (service, sd.supportedLanguage, sd.SPARQL11Query) in graph
    dataset = graph.value(service, sd.defaultDataset)
    counted = int(
        ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"]
    )
    assert int(graph.value(dataset, void.triples)) == counted  # type: ignore[arg-type]
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]
    assert "<form" in client.get("/sparql", headers={"Accept": "text/html"}).text
    assert (
        client.get("/sparql", headers={"Accept": "application/rdf+xml"}).headers["content-type"]
        == "application/rdf+xml"
    )
    assert client.get(
        "/sparql", headers={"Accept": "application/n-triples", "Host": "a b<c>"}
    ).status_code in (200, 400)


def test_a_browser_of_another_site_may_ask(client: TestClient) -> None:
    found = client.options(
        "/sparql", headers={"Origin": "http://x.example", "Access-Control-Request-Method": "POST"}
    )
    assert found.status_code == 204
    assert found.headers["access-control-allow-origin"] == "*"
    assert "POST" in found.headers["access-control-allow-methods"]
    assert "Content-Type" in found.headers["access-control-allow-headers"]


def test_a_runaway_query_is_stopped_and_its_process_gone(client: TestClient) -> None:
    pool = client.app.state.pool  # type: ignore[attr-defined]
    before = pool.processes
    started = time.monotonic()
    found = ask(client, RUNAWAY)
    assert found.status_code == 504
    # and with the process all the memory that it took
    assert 1.4 < time.monotonic() - started < 10
    assert "1.5 s" in found.text
    while all(map(psutil.pid_exists, before)) and time.monotonic() - started < 20:
        time.sleep(0.05)
    assert not all(map(psutil.pid_exists, before))
    assert pool.stopped >= 1
    assert ask(client, NAMES).status_code == 200


def test_a_query_that_eats_memory_ends_without_harm(client: TestClient) -> None:
    assert ask(client, GREEDY).status_code in (503, 504)
    assert ask(client, NAMES).status_code == 200


def test_others_are_served_while_slow_queries_run_and_are_set_aside(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr(pools, "QUICK_SECONDS", 0.1)
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", 0.1)
    limits = Limits(timeout=4, max_concurrent=2, max_waiting=64)
    with TestClient(make_app(folder, limits=limits)) as client, ThreadPoolExecutor(16) as pool:
        assert ask(client, NAMES).status_code == 200
        # it takes the only place among the slow ones, to its end
        bad = pool.submit(ask, client, RUNAWAY)
        time.sleep(0.5)
        slow = pool.submit(ask, client, SLOW)
        time.sleep(0.2)
        # a remark, so that each is another question
        good = [pool.submit(ask, client, f"{NAMES}# {number}") for number in range(24)]
        assert [one.result().status_code for one in good] == [200] * 24
        assert not bad.done()
        assert bad.result().status_code == 504
        assert slow.result().status_code == 200
        assert client.app.state.pool.set_aside == 1  # type: ignore[attr-defined]


def test_more_than_may_wait_are_turned_away(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    limits = Limits(timeout=3, max_concurrent=1, max_waiting=0)
    with TestClient(make_app(folder, limits=limits)) as client, ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, client, RUNAWAY)
        time.sleep(0.3)
        second = ask(client, NAMES)
        assert second.status_code == 503
        assert int(second.headers["retry-after"]) > 0
        assert first.result().status_code == 504


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", 0),
        ("timeout", float("nan")),
        ("max_rows", 0),
        ("max_concurrent", 0),
        ("max_memory", 5),
        ("max_waiting", -1),
    ],
)
def test_a_limit_out_of_range_is_an_error(name: str, value: float) -> None:
    with pytest.raises(KGError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_the_most_specific_range_decides() -> None:
    offered = ("text/html", "text/turtle", "application/ld+json")
    assert accept.choose("text/*, text/html;q=0, */*;q=0.1", offered) == "text/turtle"
    assert accept.choose("TEXT/Turtle", offered) == "text/turtle"
    assert (
        accept.choose("application/ld+json;profile=x;q=0.8, text/html;q=0.7", offered)
        == "application/ld+json"
    )
    assert accept.choose(";;;,,garbage", offered) is None
    assert accept.choose("*/*;q=0", offered) is None


def test_the_graph_is_served_anew_when_it_is_built_again(tmp_path: Path) -> None:
    served.write(tmp_path / "g", served.articles()[:1])
    limits = Limits(timeout=5, max_concurrent=1)
    with TestClient(make_app(tmp_path / "g", limits=limits, watch=0.1)) as client:
        assert client.get("/api/stats").json()["articles"] == 1
        served.write(tmp_path / "g", served.articles())
        assert len(ask(client, NAMES).json()["results"]["bindings"]) == 5
        for _ in range(100):
            if client.get("/api/stats").json()["articles"] == 3:
                break
            time.sleep(0.1)
        assert client.get("/api/stats").json()["articles"] == 3


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The command itself, as a process; gives its address."""
    command = [
        sys.executable,
        "-m",
        "kg",
        "serve",
        "--graph",
        str(folder),
        "--port",
        "0",
        "--timeout",
        "3",
        "--max-concurrent",
        "2",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert " at http://127.0.0.1:" in line, line
        yield line.split(" at ")[1].split()[0]
        children = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) in (0, 130)
        psutil.wait_procs(children, timeout=10)
        assert not [child for child in children if child.is_running()]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_command_serves_plain_clients(server: str) -> None:
    from urllib.parse import quote

    with urllib.request.urlopen(f"{server}sparql?query={quote(NAMES)}") as answer:
        assert len(json.load(answer)["results"]["bindings"]) == 5
    with urllib.request.urlopen(f"{server}api/search?q=hxfz") as answer:
        assert json.load(answer)["results"][0]["name"] == "红星纺织"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{server}sparql?query={quote(RUNAWAY)}")
    assert error.value.code == 504
    request = urllib.request.Request(
        f"{server}id/organization/{quote('红星纺织')}", headers={"Accept": "text/turtle"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.url.startswith(f"{server}data/")
        assert "红星纺织" in answer.read().decode()


def test_sparqlwrapper_speaks_to_it(server: str) -> None:
    from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

    wrapper = SPARQLWrapper(f"{server}sparql")
    wrapper.setQuery(NAMES)
    wrapper.setReturnFormat(JSON)
    assert len(wrapper.query().convert()["results"]["bindings"]) == 5  # type: ignore[index,call-overload]
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(XML)
    assert wrapper.query().convert().toxml().count("<result>") == 5  # type: ignore[union-attr]
    wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setReturnFormat(CSV)
    assert "红星纺织" in wrapper.query().convert().decode()  # type: ignore[union-attr]
    wrapper.setQuery("CONSTRUCT { ?x skos:prefLabel ?n } WHERE { ?x skos:prefLabel ?n }")
    wrapper.setReturnFormat(TURTLE)
    assert "红星纺织" in wrapper.query().convert().decode()  # type: ignore[union-attr]


def test_rdflib_reads_it_as_a_store(server: str) -> None:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(f"{server}sparql"))
    kg = rdflib.Namespace(v.KG)
    companies = set(graph.subjects(rdflib.RDF.type, kg.Company))
    assert len(companies) == 5
    rows = graph.query(
        "SELECT ?n { ?x a kg:Company ; skos:prefLabel ?n }", initNs={"kg": kg, "skos": rdflib.SKOS}
    )
    assert "蓝鲸重工有限公司" in {str(row[0]) for row in rows}  # type: ignore[index]


def test_an_address_that_is_taken_is_one_line(server: str, folder: Path) -> None:
    port = server.rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--graph", str(folder), "--port", port],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr


def test_a_folder_that_is_no_graph_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--graph", str(tmp_path)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is not a graph" in done.stderr
