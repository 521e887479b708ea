"""Pages, data and JSON of the server, on a small graph that contains hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import served
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.corpus.matching import squeeze
from kg.graph import identifiers
from kg.graph.records import Thing
from kg.serve import addresses, articles, drawing
from kg.serve import app as application
from kg.serve.app import make_app
from kg.serve.limits import Limits
from kg.serve.names import Index, fold
from kg.serve.security import HEADERS
from kg.serve.snapshot import Snapshot

WHALE = f"{served.BASE}organization/蓝鲸重工有限公司"
CITY = f"{served.BASE}location/重庆市"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "graph"
    served.write(path, served.articles())
    return path


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    app = make_app(folder, limits=Limits(max_concurrent=1))
    # a bundle that happens to be built here must not change what is tested
    app.state.explorer = None
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


def test_what_is_told_of_links_is_the_same_one_by_one_and_all_at_once(folder: Path) -> None:
    one, all_ = Snapshot(folder), Snapshot(folder)
    assert not any(link.is_read for link in one.links)
    all_.links.read_all()
    read = {link.id: link.told for link in all_.links}
    assert {link.id: link.told for link in one.links} == read
    assert sum(told.weight for told in read.values()) == one.stats.statements
    assert len(read) == one.stats.facts
    cooperation = next(link for link in one.links_of(WHALE) if link.predicate == "cooperatesWith")
    # told by two articles, from either end, one of them with a date
    assert cooperation.told.weight == 2
    assert cooperation.source < cooperation.target
    assert str(cooperation.told.start) == "2022-05-01"


class Page(HTMLParser):
    """What a browser would make of a page: its elements with attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return "".join(self.said)

    def links(self) -> list[str]:
        return [str(a.get("href")) for tag, a in self.elements if tag == "a"]


def page(client: TestClient, path: str, **headers: str) -> Page:
    found = client.get(path, headers=headers)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    return Page(found.text)


def test_an_iri_leads_to_page_or_data_as_the_client_likes(client: TestClient) -> None:
    path = "/id/organization/" + quote("蓝鲸重工有限公司")
    for kind, start in (
        ("text/html", "/page/"),
        ("text/turtle", "/data/"),
        ("application/ld+json", "/data/"),
        ("*/*", "/page/"),
    ):
        found = client.get(path, headers={"Accept": kind})
        assert found.status_code == 303
        assert found.headers["location"] == path.replace("/id/", start)
        assert found.headers["vary"] == "Accept"
    assert (
        client.get("/id/article/sub/a2", headers={"Accept": "text/html"}).headers["location"]
        == "/article/sub/a2"
    )
    assert client.get("/id/organization/nobody").status_code == 404
    assert client.get("/id/organization/%FF").status_code == 404


def test_the_page_of_a_thing_tells_all_that_is_known(client: TestClient) -> None:
    found = page(client, addresses.page_of(WHALE, served.BASE))
    for said in (
        "蓝鲸重工有限公司",
        "蓝鲸重工",
        "企业",
        "红星纺织",
        "高新区",
        "45.6亿元",
        "12亿元",
        "2022",
        "合作",
        "位于",
    ):
        assert said in found.text
    links = [unquote(link) for link in found.links()]
    assert "/page/location/重庆市" in links
    assert "/article/a1#s1" in links
    assert "/article/sub/a2#s1" in links
    marks = [tag for tag, _ in found.elements if tag == "mark"]
    assert len(marks) >= 3
    drawn = [a for tag, a in found.elements if tag == "circle"]
    assert len(drawn) == 3
    city = page(client, addresses.page_of(CITY, served.BASE))
    assert "所辖" in city.text, "facts are told from the other end too"


def test_pages_speak_two_languages(client: TestClient) -> None:
    path = addresses.page_of(WHALE, served.BASE)
    assert page(client, path, **{"Accept-Language": "fr"}).elements[0][1]["lang"] == "zh-CN"
    assert "cooperates with" in page(client, path, **{"Accept-Language": "fr, en-GB;q=0.8, zh;q=0.5"}).text
    chosen = client.get(f"{path}?lang=en", headers={"Accept-Language": "zh"})
    assert "Neighbourhood" in chosen.text
    assert chosen.cookies.get("lang") == "en"
    remembered = client.get(path, headers={"Cookie": "lang=en"})
    client.cookies.clear()
    assert "Neighbourhood" in remembered.text
    assert "关系图" in client.get(f"{path}?lang=xx").text
    assert "lang=zh" in str(
        [a.get("href") for t, a in Page(chosen.text).elements if t == "a" and a.get("class") == "language"]
    )


def test_an_article_is_shown_sentence_by_sentence(client: TestClient) -> None:
    found = page(client, "/article/a1")
    ids = [a["id"] for tag, a in found.elements if tag == "span" and str(a.get("id", "")).startswith("s")]
    assert ids == [f"s{n}" for n in range(len(ids))]
    assert len(ids) >= 3
    assert "投资45.6亿元" in found.text
    marked = [
        unquote(str(a["href"]))
        for tag, a in found.elements
        if tag == "a" and "mark" in str(a.get("class", "")).split()
    ]
    assert marked.count("/page/organization/蓝鲸重工有限公司") == 3
    assert page(client, "/article/sub/a2").text.count("再度合作") >= 1
    for path in (
        "/article/nothing",
        "/article/",
        "/article/../../etc/passwd",
        "/article/%2e%2e%2fa1",
        "/article/a1%00",
    ):
        assert client.get(path).status_code == 404


def test_a_statement_leads_to_its_sentence(client: TestClient) -> None:
    rows = client.get("/sparql", params={"query": "SELECT ?s { ?s a kg:Statement } LIMIT 1"}).json()
    path = rows["results"]["bindings"][0]["s"]["value"].replace(served.BASE, "/id/")
    found = client.get(path, headers={"Accept": "text/html"})
    assert found.status_code == 303
    assert re.fullmatch(r"/article/\S+#s\d+", found.headers["location"])


@pytest.mark.parametrize("form", ["ttl", "nt", "jsonld", "rdfxml", "nq", "trig"])
def test_data_about_a_thing_come_in_every_form(client: TestClient, form: str) -> None:
    import rdflib

    parser = {
        "ttl": "turtle",
        "nt": "nt",
        "jsonld": "json-ld",
        "rdfxml": "xml",
        "nq": "nquads",
        "trig": "trig",
    }[form]
    found = client.get(addresses.data_of(WHALE, served.BASE, form))
    assert found.status_code == 200
    graph = rdflib.Dataset(default_union=True).parse(data=found.content, format=parser)
    kg = rdflib.Namespace("https://kg.example.org/ns#")
    whale = rdflib.URIRef(WHALE)
    assert (whale, kg.locatedIn, rdflib.URIRef(CITY)) in graph
    quotes = {str(o) for s in graph.subjects(rdflib.RDF.subject, whale) for o in graph.objects(s, kg.quote)}
    assert any("落户" in text for text in quotes)
    assert len(set(graph.subjects(kg.subject, whale))) == 2
    assert str(graph.value(rdflib.URIRef(CITY), rdflib.SKOS.prefLabel)) == "重庆市"
    assert (
        client.get(addresses.data_of(WHALE, served.BASE), headers={"Accept": "image/png"}).status_code == 406
    )


def test_an_article_as_quads_is_its_whole_graph(client: TestClient) -> None:
    found = client.get("/data/article/a1?format=nq").text
    assert "kg.example.org/ns#Statement" in found
    assert all(line.endswith("/id/article/a1> .") for line in found.splitlines())


HOSTILE = [served.SCRIPT, served.QUOTES, served.BIDI]


def hostile_pages(client: TestClient) -> list[str]:
    things = (
        client.get("/api/graph").json()["nodes"] + client.get("/api/search?q=公司&limit=50").json()["results"]
    )
    pages = sorted({thing["page"] for thing in things})
    return [
        *pages,
        "/article/bad",
        "/things?type=Company",
        "/articles",
        "/start",
        "/search?q=" + quote(served.QUOTES),
        "/search?q=" + quote('"><script>alert(3)</script>'),
        "/things?type=" + quote('"><script>'),
        "/search?q=x&type=" + quote('"><b>'),
        "/sparql?format=html&query=" + quote("SELECT ?n { ?x skos:prefLabel ?n }"),
        "/sparql?format=html&query="
        + quote("CONSTRUCT { ?x skos:prefLabel ?n } WHERE { ?x skos:prefLabel ?n }"),
        "/nothing/" + quote('"><script>alert(4)</script>'),
        "/page/" + quote('"><script>alert(5)</script>'),
        "/id/" + quote("<script>"),
        "/search?q=" + quote("\r\nSet-Cookie: a=b"),
        "/start?lang=" + quote("en\r\nX: y"),
    ]


def test_hostile_names_stay_text(client: TestClient) -> None:
    seen = ""
    for path in hostile_pages(client):
        found = client.get(path)
        assert found.status_code in (200, 404), path
        parsed = Page(found.text)
        seen += parsed.text
        for tag, attributes in parsed.elements:
            assert tag not in ("script", "img", "iframe", "object", "style", "base"), (path, tag)
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (
                path,
                attributes,
            )
            for name in ("href", "src", "action"):
                assert re.match(r"[/?#]|$", str(attributes.get(name) or "")), (path, attributes)
        assert "set-cookie" not in found.headers, path
        for name, value in HEADERS.items():
            assert found.headers[name] == value
    assert all(name.replace("\r\n", "\n") in seen.replace("\r\n", "\n") for name in HOSTILE)


def test_nothing_outside_the_static_folder_is_handed_out(client: TestClient) -> None:
    assert client.get("/static/page.css").headers["content-type"].startswith("text/css")
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/....//app.py",
        "/static/%2fetc%2fpasswd",
        "/static/",
        "/static/web/../../app.py",
    ):
        found = client.get(path)
        assert found.status_code == 404, path
        assert "import" not in found.text


def test_the_policy_lets_nothing_in(client: TestClient) -> None:
    policy = client.get("/start").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    css = (application.STATIC / "page.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_without_the_bundle_the_start_page_stands_at_the_root(client: TestClient) -> None:
    found = page(client, "/")
    assert "make web" in found.text
    assert "哪些中央企业" in found.text
    assert client.get("/query").headers["location"] == "/sparql?format=html"


def test_with_the_bundle_it_is_handed_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_text("the explorer", encoding="utf-8")
    (tmp_path / "web" / "query.html").write_text("the editor", encoding="utf-8")
    monkeypatch.setattr(application, "STATIC", tmp_path)
    with TestClient(make_app(folder, limits=Limits(max_concurrent=1))) as client:
        assert client.get("/").text == "the explorer"
        assert client.get("/query").text == "the editor"
        assert client.get("/static/web/index.html").text == "the explorer"
        assert "make web" not in client.get("/start").text


def test_search_ranks_and_reads_pinyin(client: TestClient) -> None:
    def names(typed: str, **more: str) -> list[str]:
        found = client.get("/api/search", params={"q": typed, **more}).json()
        return [result["name"] for result in found["results"]]

    assert names("蓝鲸重工")[0] == "蓝鲸重工有限公司"
    assert (
        names("红星") == names("hx") == names("hongx") == names("紅星") == names("HongXing") == ["红星纺织"]
    )
    assert names("chongqing") == names("cq") == ["重庆市"]
    assert "高新区" in names("高新")
    assert names("cq", type="Organization") == []
    assert names("cq", type="Location,Company") == ["重庆市"]
    assert names("") == names("不在此处") == names("x" * 300) == []
    assert client.get("/api/search?q=a&type=Foo").status_code == 400
    assert "红星纺织" in page(client, "/search?q=hxfz").text


def test_a_part_of_the_graph_is_drawn_within_its_limits(client: TestClient) -> None:
    def graph(**more: str):  # type: ignore[no-untyped-def]
        return client.get("/api/graph", params=more).json()

    whole = graph()
    ids = {node["id"] for node in whole["nodes"]}
    assert all(edge["source"] in ids and edge["target"] in ids for edge in whole["edges"])
    assert not whole["truncated"]
    near = graph(around=WHALE)
    assert near["nodes"][0] == {
        "id": WHALE,
        "label": "蓝鲸重工有限公司",
        "name": "蓝鲸重工有限公司",
        "type": "Company",
        "family": "Organization",
        "degree": 3,
        "page": addresses.page_of(WHALE, served.BASE),
    }
    assert len(near["nodes"]) == 4
    both = next(e for e in near["edges"] if e["predicate"] == "cooperatesWith")
    assert (
        both["weight"],
        both["label_zh"],
        both["label_en"],
        both["since"],
        both["until"],
        both["status"],
    ) == (
        2,
        "合作",
        "cooperates with",
        "2022-05-01",
        "2022-05-31",
        "stated",
    )
    assert len(graph(around=WHALE, types="AdministrativeDivision")["nodes"]) == 2
    assert {e["predicate"] for e in graph(predicates="locatedIn")["edges"]} == {"locatedIn"}
    assert graph(since="2030")["nodes"] == []
    assert graph(until="2021")["nodes"] == []
    assert len(graph(since="2022-05", until="2022-05")["edges"]) == 4
    assert graph(min_confidence="1")["nodes"] == []
    cut = graph(around=WHALE, limit="2")
    assert (len(cut["nodes"]), cut["truncated"]) == (2, True)
    assert graph(limit="1")["truncated"]
    for wrong in (
        {"around": "nobody"},
        {"hops": "0"},
        {"hops": "x"},
        {"since": "soon"},
        {"types": "Foo"},
        {"predicates": "likes"},
        {"min_confidence": "2"},
        {"min_confidence": "nan"},
        {"limit": "-1"},
    ):
        found = client.get("/api/graph", params=wrong)
        assert found.status_code == (404 if "around" in wrong else 400)
        assert "\n" not in found.json()["error"]


def test_a_thing_is_told_with_its_sentences(client: TestClient) -> None:
    thing = client.get("/api/thing", params={"id": WHALE}).json()
    assert thing["names"] == ["蓝鲸重工有限公司", "蓝鲸重工"]
    (together,) = [f for f in thing["outgoing"] if f["predicate"] == "cooperatesWith"]
    assert together["weight"] == 2, "both articles say so, one from each side"
    assert together["thing"]["name"] == "红星纺织"
    for place in (p for fact in thing["outgoing"] for p in fact["evidence"]):
        at = place["start"] - place["text_start"]
        assert place["text"][at : at + len(place["quote"])] == place["quote"]
        assert place["article"]["page"].endswith(f"#s{place['sentence']}")
    assert {(f["indicator"], f["value"], f["period"]) for f in thing["figures"]} == {
        ("投资", "4560000000", "2022"),
        ("产值", "1200000000", "2022"),
    }
    for place in thing["evidence"]:
        assert place["quote"] in thing["names"]
        assert place["text"][place["start"] - place["text_start"] :].startswith(place["quote"])
    red = client.get("/api/search?q=hxfz").json()["results"][0]["id"]
    for s, o in ((WHALE, red), (red, WHALE)):
        found = client.get("/api/evidence", params={"s": s, "p": "cooperatesWith", "o": o}).json()
        assert {place["article"]["id"] for place in found["evidence"]} == {"a1", "sub/a2"}
    assert (
        client.get("/api/evidence", params={"s": CITY, "p": "locatedIn", "o": WHALE}).json()["evidence"] == []
    )
    assert client.get("/api/evidence", params={"s": WHALE, "p": "nonsense", "o": red}).status_code == 400
    assert client.get("/api/thing").status_code == 400


def test_vocabulary_questions_and_counts(client: TestClient) -> None:
    words = client.get("/api/vocabulary").json()
    assert len(words["classes"]) == 15
    assert all(term["label_zh"] and term["label_en"] and term["family"] for term in words["classes"])
    assert len(words["properties"]) == 13
    asked = client.get("/api/questions").json()["questions"]
    for question in asked:
        assert client.get("/sparql", params={"query": question["sparql"]}).status_code == 200
    filled = client.get("/api/questions", params={"name": "figures-of", "name_": ""})
    assert filled.status_code == 400
    one = client.get("/api/questions", params={"name": "articles-about"}).json()["questions"]
    assert [q["name"] for q in one] == ["articles-about"]
    stats = client.get("/api/stats").json()
    assert (stats["articles"], stats["observations"]) == (3, 2)
    assert sum(t["count"] for t in stats["types"]) == stats["things"]


def test_the_same_graph_gives_the_same_pages(folder: Path) -> None:
    texts = []
    for _ in range(2):
        app = make_app(folder, limits=Limits(max_concurrent=1))
        with TestClient(app) as client:
            texts.append(
                [
                    client.get(path).text
                    for path in (addresses.page_of(WHALE, served.BASE), "/article/a1", "/api/graph")
                ]
            )
    assert texts[0] == texts[1]


def test_a_chart_needs_two_periods_and_draws_losses_downward(folder: Path) -> None:
    from dataclasses import replace
    from decimal import Decimal

    snapshot = Snapshot(folder)
    one = next(f for f in snapshot.graph.observations() if f.indicator == "投资")
    assert drawing.charts([one]) == ()
    later = replace(one, period="2023", start="2023-01-01", end="2023-12-31", value=Decimal(-2280000000))
    (chart,) = drawing.charts([later, one])
    assert [bar.figure.period for bar in chart.bars] == ["2022", "2023"]
    first, second = chart.bars
    assert first.y + first.height == chart.zero == second.y
    assert abs(first.height - 2 * second.height) <= 2
    assert drawing.charts([one, replace(later, value=None)]) == ()


def test_sentences_are_the_same_with_and_without_the_kept_extraction(graph_folder: Path) -> None:
    snapshot = Snapshot(graph_folder)
    (doc,) = snapshot.articles
    kept = snapshot.reading(doc)
    again = articles.read(kept.node, None, snapshot.named_in(doc))
    assert kept.lines == again.lines
    assert kept.marks
    for mark in (*kept.marks, *again.marks):
        # a name that quotes cut (“一网通办”服务品牌) is one with and without them
        name = squeeze(kept.node.text[mark.start : mark.end])
        assert name in map(squeeze, snapshot.things[mark.iri].names)
    said = [e for fact in snapshot.graph.facts() for e in fact.evidence]
    for evidence in said:
        first, last = kept.line_at(evidence.start), kept.line_at(evidence.end - 1)
        assert first
        assert last
        assert first.number <= evidence.sentence <= last.number


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3))
def test_a_path_leads_back_to_its_iri(parts: list[str]) -> None:
    try:
        iri = served.BASE + "/".join(identifiers.segment(part.encode("utf-8").decode()) for part in parts)
    except UnicodeEncodeError:
        return
    path = addresses.page_of(iri, served.BASE)
    assert path.isascii()
    assert addresses.iri_of(path.removeprefix("/page/"), served.BASE) == iri


@given(
    st.lists(st.text(alphabet="太平湾大连市重工ab1 ", min_size=1, max_size=6), min_size=1, max_size=8),
    st.data(),
)
def test_every_part_of_a_name_finds_its_thing(names: list[str], data: st.DataObject) -> None:
    things = [Thing(f"i{n}", "Company", name, (name,)) for n, name in enumerate(names)]
    index = Index(things, {})
    wanted = data.draw(st.sampled_from(things))
    name = fold(wanted.name)
    if not name:
        return
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    hits = {hit.thing.iri: hit for hit in index.find(name[start:end], limit=100)}
    assert wanted.iri in hits
    best = 0 if (start, end) == (0, len(name)) else 1 if start == 0 else 2
    assert hits[wanted.iri].rank <= best
