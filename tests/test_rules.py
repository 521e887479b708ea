"""Rules over a graph: inferences are marked, kept apart, and removed with what they follow from."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import handmade
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology
from kg.build import build, remove
from kg.build.correcting import correct
from kg.cli import main
from kg.errors import OntologyError
from kg.graph import store as stores
from kg.graph import vocabulary as v
from kg.graph.changes import replace_shares
from kg.graph.graph import open_graph
from kg.graph.rules import infer, infer_again, read_rules, rules
from kg.model import PREDICATES, Article, Extraction

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://kg.example.org/id/"
ASK = "ASK { ?x skos:prefLabel '%s'@zh . ?y skos:prefLabel '%s'@zh . ?x kg:%s ?y }"


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + name)


def filled(*triples: tuple[str, str, str]) -> ox.Store:
    held = ox.Store()
    held.extend(ox.Quad(iri(s), v.kg(p), iri(o), iri("article/a")) for s, p, o in triples)
    held.extend(stores.union(held))
    return held


def follows(held: ox.Store, *refused: tuple[str, str, str]) -> set[tuple[str, str, str, str]]:
    away = [(iri(s).value, v.kg(p).value, iri(o).value) for s, p, o in refused]
    return {
        (
            *(t.value.removeprefix(BASE).removeprefix(v.KG) for t in (q.subject, q.predicate, q.object)),
            v.local_name(q.graph_name),
        )  # type: ignore[union-attr, arg-type]
        for q in infer(held, rules(), away)
    }


def test_a_chain_of_places_is_followed_to_its_end_and_read_backwards() -> None:
    assert follows(
        filled(("甲", "locatedIn", "乙"), ("乙", "locatedIn", "丙"), ("丙", "locatedIn", "丁"))
    ) == {
        *((s, "locatedIn", o, "located-in") for s, o in ("甲丙", "甲丁", "乙丁")),
        *((o, "contains", s, "inverse") for s, o in ("甲乙", "乙丙", "丙丁", "甲丙", "甲丁", "乙丁")),
    }


def test_places_in_each_other_do_not_lie_in_themselves() -> None:
    found = follows(filled(("甲", "locatedIn", "乙"), ("乙", "locatedIn", "甲"), ("丙", "locatedIn", "甲")))
    assert {(s, o) for s, p, o, _ in found if p == "locatedIn"} == {("丙", "乙")}


def test_what_is_rejected_is_not_inferred_nor_what_would_follow_from_it() -> None:
    held = filled(("甲", "subsidiaryOf", "乙"), ("乙", "subsidiaryOf", "丙"))
    found = follows(held, ("甲", "subsidiaryOf", "丙"))
    assert {(s, p, o) for s, p, o, _ in found if {s, o} == {"甲", "丙"}} == set()
    assert ("乙", "http://www.w3.org/ns/org#subOrganizationOf", "丙", "sub-property") in found


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"), st.sampled_from(["locatedIn", "partOf"]), st.sampled_from("abcdef")
        ),
        max_size=12,
    )
)
def test_the_closure_is_that_of_a_plain_search(triples: list[tuple[str, str, str]]) -> None:
    found = follows(filled(*triples))
    for predicate in ("locatedIn", "partOf"):
        steps = {(s, o) for s, p, o in triples if p == predicate}
        reached = set(steps)
        while more := {(a, d) for a, b in reached for c, d in steps if b == c} - reached:
            reached |= more
        expected = {(a, b) for a, b in reached if a != b} - steps
        assert {(s, o) for s, p, o, _ in found if p == predicate} == expected


def test_the_tables_of_the_rules_are_those_of_the_ontology() -> None:
    known = ontology.load().properties
    graph = rdflib.Graph().parse(ROOT / "ontology" / "kg.ttl")
    vocabulary = rdflib.Namespace(v.KG)
    # one fact of each relation: what follows in one step shows the tables
    held = filled(*((f"s{p}", p, f"o{p}") for p in PREDICATES))
    found = follows(held)
    assert {(p, i) for _, i, o, rule in found if rule == "inverse" for p in [o.removeprefix("s")]} == {
        (p, known[p].inverse) for p in PREDICATES if known[p].inverse
    }
    things = {vocabulary[p] for p in PREDICATES} | {
        vocabulary[known[p].inverse] for p in PREDICATES if known[p].inverse
    }
    declared = {
        (str(s).removeprefix(v.KG), str(o))
        for s, o in graph.subject_objects(rdflib.RDFS.subPropertyOf)
        if s in things
    }
    wider = {p for _, p, _, rule in found if rule == "sub-property"}
    assert wider == {o for _, o in declared}
    assert {r.name for r in rules()} >= {"located-in", "subsidiary-of", "part-of", "inverse", "sub-property"}
    transitive = {p for p in PREDICATES if known[p].transitive}
    chain = follows(filled(*((a, p, b) for p in PREDICATES for a, b in ("12", "23"))))
    assert {p for s, p, o, _ in chain if (s, o) == ("1", "3") and p in PREDICATES} == transitive


def test_bad_rules_are_named(tmp_path: Path) -> None:
    for name, text, said in (
        ("10-x.rq", "CONSTRUCT WHERE { ?s ?p ?o }", "lacks its words at the head: # zh:, # en:"),
        ("10-x.rq", "# zh: 甲\n# en: a\nSELECT * { ?s ?p ?o }", "is no CONSTRUCT query"),
        ("10-x.rq", "# zh: 甲\n# en: a\nCONSTRUCT", "cannot be read"),
        (
            "10-x.rq",
            "# zh: 甲\n# en: a\nCONSTRUCT { ?s ?p ?o . ?o ?p ?s } {}",
            "infers no single triple",
        ),
        ("x.rq", "", "is no name of a rule"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(OntologyError, match=said):
            read_rules(tmp_path)
        (tmp_path / name).unlink()


# ------------------------------------------------------------------ in a graph


def places(article: Article, authority: object = None) -> Extraction:
    """Read 甲镇在乙县。 as what lies where."""
    text = article.text
    found: dict[str, tuple[str, ...]] = {}
    facts = []
    for sentence in text.replace("\n", "").split("。"):
        inner, at, outer = sentence.partition("位于")
        if at:
            for name in (inner, outer):
                found.setdefault(name, ("Place", name))
            facts.append((inner, "locatedIn", outer))
    return handmade.make(article.doc, text, found, facts)


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = types.ModuleType("kg.extract.pipeline")
    module.extract = places  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kg.extract.pipeline", module)
    (tmp_path / "texts").mkdir()
    for doc, text in {
        "a": "听潮阁位于望海园。\n",
        "b": "望海园位于碧波湾。\n",
        "c": "碧波湾位于东海岸。\n",
    }.items():
        (tmp_path / "texts" / f"{doc}.txt").write_text(text, encoding="utf-8")
    return tmp_path / "texts"


def inferred(graph: Path) -> bytes:
    return stores.nquads(graph, inferred=True).encode()


def test_what_follows_is_asked_on_demand_and_counts_as_nothing_said(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "g", workers=1)
    build([texts], graph=tmp_path / "plain", workers=1, rules=False)
    with open_graph(tmp_path / "g") as graph, open_graph(tmp_path / "plain") as plain:
        question = ASK % ("听潮阁", "东海岸", "locatedIn")
        assert graph.query(question) is False
        assert graph.query(question, inferred=True) is True
        assert plain.query(question, inferred=True) is False
        assert graph.query(ASK % ("东海岸", "听潮阁", "contains"), inferred=True) is True
        assert len(graph) == len(plain)
        assert list(graph.quads()) == list(plain.quads())
        assert graph.facts() == plain.facts()
        assert graph.stats().inferred_by_rule == (("inverse", 6), ("located-in", 3))
        assert plain.stats().inferred_by_rule == ()
        marked = graph.query(
            "SELECT ?rule { GRAPH ?rule { ?x kg:locatedIn ?y } "
            f"FILTER(STRSTARTS(STR(?rule), '{v.RULES}')) }}"
        )
        assert {row[0] for row in marked} == {v.RULES + "located-in"}  # type: ignore[union-attr]
        # each fact once, though one is said and the other two follow
        counted = graph.query("SELECT (COUNT(*) AS ?n) { ?x kg:locatedIn ?y }", inferred=True)
        assert [row.n for row in counted] == [6]  # type: ignore[union-attr]
        assert graph.validate().conforms


def test_what_follows_goes_with_the_article_it_rests_on(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "g", workers=1)
    assert inferred(tmp_path / "g").count(b"ns#locatedIn") == 3
    remove(["b"], graph=tmp_path / "g")
    assert inferred(tmp_path / "g").count(b"ns#locatedIn") == 0
    build([texts / "c.txt", texts / "a.txt"], graph=tmp_path / "new", workers=1)
    assert inferred(tmp_path / "g") == inferred(tmp_path / "new")
    build([texts], graph=tmp_path / "g", workers=2)
    build([texts], graph=tmp_path / "all", workers=1)
    assert inferred(tmp_path / "g") == inferred(tmp_path / "all") != inferred(tmp_path / "new")


def test_a_rejected_fact_is_not_brought_back_by_a_rule(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    (texts / "d.txt").write_text("听潮阁位于东海岸。\n", encoding="utf-8")
    build([texts], graph=graph, workers=1)
    correct(graph, "reject", "听潮阁", "东海岸", predicate="locatedIn", author="王芳", reason="误")
    with open_graph(graph) as opened:
        assert opened.query(ASK % ("听潮阁", "东海岸", "locatedIn"), inferred=True) is False
        assert opened.query(ASK % ("望海园", "东海岸", "locatedIn"), inferred=True) is True


def test_the_commands_leave_out_what_follows_unless_asked(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--graph", str(tmp_path / "g")]
    assert main(["build", str(texts), "--workers", "1", *place]) == 0
    question = ASK % ("听潮阁", "东海岸", "locatedIn")
    capsys.readouterr()
    assert main(["query", question, *place]) == 0
    assert main(["query", question, "--inferred", *place]) == 0
    assert capsys.readouterr().out == "false\ntrue\n"
    sizes = []
    for words in ([], ["--inferred"], ["--around", "听潮阁"], ["--around", "听潮阁", "--inferred"]):
        assert main(["export", "--out", str(tmp_path / "x.nq"), *words, *place]) == 0
        sizes.append((tmp_path / "x.nq").read_text(encoding="utf-8").count(v.RULES))
    # near 听潮阁 are itself and 望海园, so only the inverse of their one fact
    assert sizes == [0, 9, 0, 1]
    assert main(["export", "--out", str(tmp_path / "x.gexf"), "--inferred", *place]) == 2
    assert "valid: turtle, trig" in capsys.readouterr().err
    assert main(["build", str(texts), "--no-rules", *place]) == 0
    assert main(["query", question, "--inferred", *place]) == 0
    assert main(["build", str(texts), *place]) == 0
    assert main(["query", question, "--inferred", *place]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("true", "false")] == [
        "false"
    ] * 2
    assert main(["stats", *place]) == 0
    assert "rule" not in capsys.readouterr().out.split()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"),
            st.sampled_from(["locatedIn", "partOf", "subsidiaryOf", "launches"]),
            st.sampled_from("abcdef"),
        ),
        max_size=14,
        unique=True,
    ),
    st.data(),
)
def test_inferring_again_what_depends_on_a_change_is_inferring_all_anew(
    said: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    before = data.draw(st.sets(st.sampled_from(said))) if said else set()
    after = data.draw(st.sets(st.sampled_from(said))) if said else set()
    kept, anew = filled(*before), filled(*after)
    for _ in infer(kept, rules()), infer(anew, rules()):
        list(_)
    changed = replace_shares(
        kept, [(iri("article/a"), anew.quads_for_pattern(None, None, None, iri("article/a")))]
    )
    infer_again(kept, rules(), changed.new | changed.gone)
    assert set(kept) == set(anew)


def test_a_rule_whose_thing_is_no_end_of_what_it_infers_is_refused(tmp_path: Path) -> None:
    text = "# zh: 甲\n# en: a\n# again: ?z\nCONSTRUCT { ?x <a:b> ?y } WHERE { ?x <a:b> ?z . ?z <a:b> ?y }\n"
    (tmp_path / "10-odd.rq").write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match=r"says # again: of \?z.*\?x, \?y"):
        read_rules(tmp_path)


def test_an_answer_taken_in_several_lots_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(f"甲{n}", "locatedIn", f"甲{n + 1}") for n in range(6)] + [("甲0", "locatedIn", "甲3")]
    whole = follows(filled(*said))
    monkeypatch.setattr("kg.graph.rules._AT_ONCE", 2)
    assert follows(filled(*said)) == whole
    quads = list(infer(filled(*said), rules()))
    assert len(quads) == len(set(quads)) == len(whole)
