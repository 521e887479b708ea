"""Manual corrections: kept in a readable file, replayed on every build, refused where they do not fit."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterable
from pathlib import Path

import handmade
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.build import build, remove
from kg.build.correcting import correct, corrections, undo
from kg.cli import main
from kg.errors import CorrectionError
from kg.graph import store
from kg.graph.graph import Graph, open_graph
from kg.model import Extraction
from kg.resolve.corrected import Corrected
from kg.resolve.correction_file import (
    ACTIONS,
    Correction,
    appended,
    check,
    generate_corrections,
    parse_corrections,
    without,
)
from kg.resolve.corrections import correct as apply_to
from kg.resolve.references import find
from kg.resolve.things import Thing, resolve

QUICK = types.ModuleType("kg.extract.pipeline")
QUICK.extract = handmade.quick_extract  # type: ignore[attr-defined]
TEXTS = {
    "a": "大连市发展提速\n\n2023年9月，蓝鲸重工有限公司落户大连市。\n",
    "b": "沈阳市再添新项目\n\n2023年5月，红星纺织有限公司在沈阳市投产。\n",
    "c": "扩容\n\n2022年，蓝鲸重工有限公司在沈阳市扩大生产。\n",
    "d": "扩产\n\n2022年，红星纺织有限公司在沈阳市、大连市建成新厂。\n",
}
BY = {"author": "王芳", "reason": "核对工商登记"}
SAID = ("--author", "王芳", "--reason", "核对工商登记")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kg.extract.pipeline", QUICK)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for doc, text in TEXTS.items():
        (folder / f"{doc}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def graph(texts: Path, tmp_path: Path) -> Path:
    build([texts], graph=tmp_path / "g", workers=1)
    return tmp_path / "g"


def lines(graph: Path) -> bytes:
    return store.nquads(graph).encode()


def facts(graph: Path) -> list[tuple[str, str, str]]:
    with open_graph(graph) as opened:
        return [(f.subject.name, f.predicate, f.object.name) for f in opened.facts()]


def names(graph: Path) -> dict[str, str]:
    with open_graph(graph) as opened:
        return {thing.name: thing.type for thing in opened.things()}


def files(folder: Path, *docs: str) -> list[Path]:
    return [folder / f"{doc}.txt" for doc in docs]


# ------------------------------------------------------------------ the file

WORD = st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool)
MADE = st.builds(
    lambda date, author, action, thing, predicate, object_, doc, quote, reason: Correction(
        date.isoformat(),
        author,
        action,
        thing,
        predicate if action in ("reject", "add") else "",
        "" if action == "split" else object_,
        (doc,) if action == "split" or (action == "add" and quote) else (),
        quote if action == "add" else "",
        reason,
    ),
    st.dates(),
    WORD.filter(lambda w: not w.startswith("#")),
    st.sampled_from(ACTIONS),
    *[WORD] * 3,
    WORD.filter(lambda w: "|" not in w),
    st.one_of(st.just(""), WORD),
    WORD,
)


@given(st.lists(MADE))
def test_what_is_written_comes_back(made: list[Correction]) -> None:
    text = generate_corrections(made)
    found = parse_corrections(text)
    assert list(found) == made
    grown = text
    for correction in made:
        grown = appended(grown, correction)
    assert list(parse_corrections(grown)) == made + made
    if found:
        assert list(parse_corrections(without(text, found[0]))) == made[1:]


def test_comments_and_line_ends_of_other_programs_are_taken() -> None:
    row = "2026-01-31\t王芳\trename\t大连\t\t大连市\t\t\t全称"
    text = f"\ufeff# 说明\r\ndate\tauthor\taction\tthing\r\n\r\n{row}\r\n"
    (only,) = parse_corrections(text)
    assert (only.thing, only.object, only.reason, only.line) == ("大连", "大连市", "全称", 4)
    # what a person wrote round it stays when another one is added or it is taken back
    assert appended(text, only).startswith(text)
    assert without(text, only) == "\ufeff# 说明\r\ndate\tauthor\taction\tthing\r\n\r\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-01-31\t王芳\tjoin\tA\t\tB\t\t\tx", "there is no correction join (valid: merge, split"),
        ("2026-02-30\t王芳\tmerge\tA\t\tB\t\t\tx", "2026-02-30 is no date"),
        ("20260131\t王芳\tmerge\tA\t\tB\t\t\tx", "20260131 is no date"),
        ("2026-01-31\t\tmerge\tA\t\tB\t\t\tx", "merge needs an author"),
        ("2026-01-31\t王芳\tmerge\tA\t\tB", "merge needs a reason"),
        ("2026-01-31\t王芳\tmerge\tA\t\t\t\t\tx", "merge needs an object"),
        ("2026-01-31\t王芳\tmerge\tA\tlocatedIn\tB\t\t\tx", "merge takes no predicate"),
        ("2026-01-31\t王芳\tadd\tA\tlocatedIn\tB\tt01\t\tx", "an article its quote"),
        ("2026-01-31 王芳 merge A B", "has 1 columns; they are separated by tabs"),
        ("2026-01-31\t王芳\tmerge\tA\t\tB\t\t\tx\ty", "has 10 columns"),
    ],
)
def test_a_bad_line_is_an_error_with_its_number(row: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CorrectionError) as raised:
        parse_corrections(f"# first\n\n{row}\n", file="corrections.tsv")
    assert str(raised.value).startswith("corrections.tsv, line 3: ")
    assert said in str(raised.value)


# ------------------------------------------------------------------ things

ONE = handmade.make(
    "a",
    "大连市的蓝鲸重工有限公司（蓝鲸重工）在大连市。",
    {"e1": ("Company", "蓝鲸重工有限公司", "蓝鲸重工"), "e2": ("AdministrativeDivision", "大连市")},
    [("e1", "locatedIn", "e2")],
)
TWO = handmade.make(
    "b",
    "蓝鲸集团在沈阳市。",
    {"e1": ("Company", "蓝鲸集团"), "e2": ("AdministrativeDivision", "沈阳市")},
    [("e1", "locatedIn", "e2")],
)
SHORT = handmade.make(
    "c",
    "蓝鲸重工在沈阳市。",
    {"e1": ("Company", "蓝鲸重工"), "e2": ("AdministrativeDivision", "沈阳市")},
    [("e1", "locatedIn", "e2")],
)


def made(
    action: str, thing: str, object_: str = "", predicate: str = "", docs: tuple[str, ...] = ()
) -> Correction:
    correction = Correction("2026-01-31", "王芳", action, thing, predicate, object_, docs, "", "核对")
    check(correction)
    return correction


def apply(things: Iterable[Thing], articles: Iterable[Extraction], steps: list[Correction]) -> Corrected:
    return apply_to(things, {extraction.article.doc: extraction for extraction in articles}, steps)


def test_a_merged_thing_has_the_names_and_facts_of_both() -> None:
    corrected = apply(resolve([ONE, TWO]), [ONE, TWO], [made("merge", "蓝鲸集团", "蓝鲸重工")])
    thing = find(corrected.things, "蓝鲸集团")
    assert thing.names == ("蓝鲸集团", "蓝鲸重工有限公司", "蓝鲸重工")
    assert thing.members == (("a", "e1"), ("b", "e1"))
    assert corrected.replaced == {"organization/蓝鲸集团": ("organization/蓝鲸重工有限公司",)}
    assert len(corrected.things) == 3
    assert corrected.stale == ()


def test_what_is_split_off_takes_its_own_names_along() -> None:
    whole = resolve([ONE, SHORT])
    assert len([t for t in whole if t.type == "Company"]) == 1
    corrected = apply(whole, [ONE, SHORT], [made("split", "蓝鲸重工", docs=("c",))])
    apart = {t.key: (t.name, t.names, t.members) for t in corrected.things if t.type == "Company"}
    assert apart == {
        "organization/蓝鲸重工有限公司": (
            "蓝鲸重工有限公司",
            ("蓝鲸重工有限公司", "蓝鲸重工"),
            (("a", "e1"),),
        ),
        "organization/蓝鲸重工有限公司~c": ("蓝鲸重工", ("蓝鲸重工",), (("c", "e1"),)),
    }


def test_later_corrections_speak_of_what_earlier_ones_left() -> None:
    steps = [
        made("split", "organization/蓝鲸重工有限公司 in a", docs=("c",)),
        made("rename", "organization/蓝鲸重工有限公司~c in c", "沈阳蓝鲸"),
        made("merge", "蓝鲸集团", "沈阳蓝鲸"),
        made("retype", "organization/蓝鲸重工有限公司~c in c", "Institution"),
    ]
    articles = [ONE, TWO, SHORT]
    corrected = apply(resolve(articles), articles, steps)
    assert corrected.stale == ()
    joined = find(corrected.things, "organization/蓝鲸集团")
    assert (joined.type, joined.members) == ("Institution", (("b", "e1"), ("c", "e1")))
    assert "沈阳蓝鲸" in joined.names
    backwards = apply(resolve(articles[::-1]), articles[::-1], steps)
    assert backwards == corrected


def test_a_namesake_that_came_later_is_not_meant() -> None:
    def person(doc: str, body: str) -> object:
        return handmade.make(
            doc,
            f"{body}书记李明出席。",
            {"e1": ("Person", "李明"), "e2": ("GovernmentBody", body)},
            [("e1", "holdsPositionAt", "e2")],
        )

    one, other = person("a", "大连市委"), person("b", "沈阳市委")
    step = made("rename", "person/李明 in a", "李明（大连）")
    for articles in ([one], [one, other], [other, one]):
        corrected = apply(resolve(articles), articles, [step])  # type: ignore[arg-type]
        assert [t.members for t in corrected.things if t.name == "李明（大连）"] == [(("a", "e1"),)]
    # with the first article gone, the other one bears the plain key, and is left alone
    corrected = apply(resolve([other]), [other], [step])  # type: ignore[arg-type, list-item]
    assert [t.name for t in corrected.things if t.type == "Person"] == ["李明"]
    assert [str(s) for s in corrected.stale] == [
        "correction 1 (rename person/李明 in a 李明（大连）) no longer applies: "
        "nothing in the graph is called 李明"
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (made("merge", "蓝鲸重工", "大连市"), "retype one of them first"),
        (made("merge", "蓝鲸重工", "蓝鲸重工有限公司"), "one thing already"),
        (made("retype", "蓝鲸重工", "Compny"), "did you mean Company"),
        (made("retype", "蓝鲸重工", "Company"), "already"),
        (made("rename", "蓝鲸", "x"), "nothing in the graph is called 蓝鲸"),
        (
            made("add", "大连市", "蓝鲸重工", "locatedIn"),
            "locatedIn does not go from 大连市 (AdministrativeDivision)",
        ),
        (made("add", "蓝鲸重工", "大连市", "locatdIn"), "did you mean locatedIn"),
        (made("reject", "蓝鲸重工", "沈阳市", "locatedIn"), "no article says so"),
        (made("split", "蓝鲸重工", docs=("x",)), "is in none of x"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_is_told(step: Correction, said: str) -> None:
    articles = [ONE, TWO]
    corrected = apply(resolve(articles), articles, [step])
    assert corrected.things == resolve(articles)
    assert corrected.added == ()
    assert [said in str(s.reason) for s in corrected.stale] == [True]


def test_facts_that_a_new_type_cannot_have_are_left_out() -> None:
    corrected = apply(resolve([ONE]), [ONE], [made("retype", "大连市", "Person")])
    company, place = (find(corrected.things, name) for name in ("蓝鲸重工", "大连市"))
    assert not corrected.keeps(company, "locatedIn", place)


# ------------------------------------------------------------------ in a graph


def test_a_rejected_fact_stays_away_whoever_says_it_later(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    build(files(texts, "b"), graph=graph, workers=1)
    correct(graph, "reject", "红星纺织有限公司", "沈阳市", predicate="locatedIn", **BY)
    assert facts(graph) == []
    report = build(files(texts, "d"), graph=graph, workers=1)
    assert facts(graph) == [("红星纺织有限公司", "locatedIn", "大连市")]
    assert (report.facts, report.corrections, report.stale) == (1, 1, ())
    undo(graph, 1)
    assert ("红星纺织有限公司", "locatedIn", "沈阳市") in facts(graph)


def test_an_added_fact_has_its_author_and_reason(graph: Path) -> None:
    correct(
        graph,
        "add",
        "蓝鲸重工有限公司",
        "红星纺织有限公司",
        predicate="cooperatesWith",
        date="2026-01-31",
        **BY,
    )
    with open_graph(graph) as opened:
        (fact,) = opened.facts(predicate="cooperatesWith")
        (statement,) = fact.statements
        assert (statement.author, statement.created, statement.reason) == (
            "王芳",
            "2026-01-31",
            "核对工商登记",
        )
        assert (statement.evidence.by, statement.evidence.doc, fact.docs) == ("hand", "", ())
        held = [q.graph_name.value for q in opened.quads() if "cooperatesWith" in q.predicate.value]
        assert held == [opened.base + "corrections"] * 2
        assert opened.validate().conforms
        assert opened.query("ASK { ?a kg:cooperatesWith ?b . ?b kg:cooperatesWith ?a }") is True
        assert opened.stats().facts == len(opened.facts())


def test_an_added_fact_with_a_quote_has_its_place_in_the_text(graph: Path) -> None:
    quote = "蓝鲸重工有限公司落户大连市"
    correct(graph, "add", "蓝鲸重工有限公司", "沈阳市", predicate="investsIn", quote=quote, **BY)
    with open_graph(graph) as opened:
        (fact,) = opened.facts(predicate="investsIn")
        (place,) = fact.evidence
        text = {article.doc: article.text for article in opened.articles()}[place.doc]
        assert (place.doc, place.quote) == ("a", text[place.start : place.end])
        assert opened.validate().conforms
    # what it rests on is gone, so it goes too, and that is told
    report = remove(["a"], graph=graph)
    assert [line.split(" no longer applies: ")[1] for line in report.stale] == ["there is no article a"]
    assert not [f for f in facts(graph) if f[1] == "investsIn"]


def test_a_merged_thing_is_found_by_its_former_iri_and_name(graph: Path) -> None:
    with open_graph(graph) as opened:
        gone = opened.entity("红星纺织有限公司").iri
    correct(graph, "merge", "蓝鲸重工有限公司", "红星纺织有限公司", **BY)
    with open_graph(graph) as opened:
        thing = opened.entity("红星纺织有限公司")
        assert thing.name == "蓝鲸重工有限公司"
        assert opened.entity(gone) == opened.entity("id:" + gone.removeprefix(opened.base)) == thing
        assert thing.docs == ("a", "b", "c", "d")
        assert opened.validate().conforms


def test_a_renamed_thing_keeps_its_iri_and_is_found_by_both_names(graph: Path) -> None:
    with open_graph(graph) as opened:
        before = opened.entity("大连市")
    correct(graph, "rename", "大连市", "大连", **BY)
    with open_graph(graph) as opened:
        assert opened.entity("大连").iri == opened.entity("大连市").iri == before.iri
        assert opened.entity("大连").name == "大连"


def test_corrected_and_then_removed_leaves_no_trace(texts: Path, tmp_path: Path) -> None:
    """Adding A and B and removing A is, with the same corrections, byte for byte B alone."""
    kept = tmp_path / "kept.tsv"
    both, alone = tmp_path / "both", tmp_path / "alone"
    build(files(texts, "a", "d"), graph=both, workers=1)
    for words in (
        ("merge", "蓝鲸重工有限公司", "红星纺织有限公司"),
        ("rename", "蓝鲸重工有限公司", "蓝鲸"),
        ("rename", "沈阳市", "沈阳"),
    ):
        correct(both, *words, corrections=kept, **BY)
    correct(both, "add", "沈阳", "大连市", predicate="cooperatesWith", **BY)
    assert not (both / "corrections.tsv").exists()
    merged = lines(both)
    remove(["a"], graph=both)
    build(files(texts, "d"), graph=alone, workers=1, corrections=kept)
    assert lines(both) == lines(alone) != merged
    build(files(texts, "a"), graph=both, workers=1)
    other = tmp_path / "other"
    build(files(texts, "d", "a"), graph=other, workers=2, corrections=kept)
    assert lines(both) == lines(other) == merged


def test_what_no_longer_applies_is_told_by_every_build(texts: Path, graph: Path) -> None:
    correct(graph, "rename", "蓝鲸重工有限公司", "蓝鲸", **BY)
    assert [c.stale for c in corrections(graph)] == [""]
    report = remove(["a", "c"], graph=graph)
    (told,) = report.stale
    assert told.endswith("no longer applies: nothing in the graph is called 蓝鲸重工有限公司")
    assert "1 correction no longer fitting" in str(report)
    assert build(files(texts, "b"), graph=graph, workers=1).stale == (told,)
    assert [c.stale for c in corrections(graph)] == ["nothing in the graph is called 蓝鲸重工有限公司"]
    assert build([texts], graph=graph, workers=1).stale == ()
    assert "蓝鲸" in names(graph)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("merge", "蓝鲸重工有限公司", "红星"),
            "nothing in the graph is called 红星 (valid: 红星纺织有限公司)",
        ),
        (("split", "蓝鲸重工有限公司", "--doc", "b"), "is not in b (valid: a, c)"),
        (("split", "蓝鲸重工有限公司", "--doc", "a", "--doc", "c"), "nothing would be left"),
        (("retype", "大连市", "Citty"), "there is no type Citty"),
        (("reject", "红星纺织有限公司", "locatdIn", "沈阳市"), "did you mean locatedIn"),
        (("reject", "蓝鲸重工有限公司", "investsIn", "沈阳市"), "(valid: 蓝鲸重工有限公司 locatedIn 沈阳市)"),
        (("add", "大连市", "subsidiaryOf", "沈阳市"), "subsidiaryOf does not go from 大连市"),
        (
            ("add", "蓝鲸重工有限公司", "locatedIn", "沈阳市", "--quote", "并无此言"),
            "no article says 并无此言",
        ),
        (
            ("add", "蓝鲸重工有限公司", "locatedIn", "沈阳市", "--quote", "x", "--article", "z"),
            "there is no article z",
        ),
    ],
)
def test_the_command_refuses_what_does_not_fit(
    words: tuple[str, ...], said: str, graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lines(graph)
    assert main(["correct", *words, *SAID, "--graph", str(graph)]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert lines(graph) == before
    assert corrections(graph) == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("join", "A", "B"), "there is no correction join"),
        (("merge", "A"), "merge takes 2 words, not 1: kg correct merge A B"),
        (("merge", "A", "B"), "merge needs --author and --reason"),
        (("split", "A", *SAID), "split needs --doc"),
        (("merge", "A", "B", "--quote", "x", *SAID), "go with add"),
        (("undo", "x"), "undo takes a number"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["correct", *words, "--graph", str(tmp_path / "none")]) == 2
    assert said in capsys.readouterr().err


def test_the_command_from_correction_to_undo(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = lines(graph)
    place = ["--graph", str(graph)]
    assert main(["correct", "rename", "大连市", "滨城", *SAID, "--date", "2026-01-31", *place]) == 0
    assert "1 correction in force" in capsys.readouterr().out
    assert main(["correct", "add", "滨城", "kg:cooperatesWith", "沈阳市", *SAID, *place]) == 0
    assert main(["show", "滨城", *place]) == 0
    card = capsys.readouterr().out
    assert "also called  大连市" in card
    assert "added by 王芳 on " in card
    assert main(["correct", "list", *place]) == 0
    listed = capsys.readouterr().out
    assert "rename location/辽宁省/大连市 in a 滨城" in listed
    assert listed.count("in force") == 2
    assert main(["correct", "undo", "3", *place]) == 1
    assert "there is no correction 3: there are 2 corrections" in capsys.readouterr().err
    assert main(["correct", "undo", "1", *place]) == 0
    assert main(["correct", "undo", "1", *place]) == 0
    assert lines(graph) == before


def test_a_bad_line_stops_the_build_before_anything_is_written(
    texts: Path, graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lines(graph)
    (graph / "corrections.tsv").write_text("2026-01-31\t王芳\tmerge\tA\n", encoding="utf-8")
    (texts / "e.txt").write_text(TEXTS["a"], encoding="utf-8")
    assert main(["build", str(texts), "--graph", str(graph), "--workers", "1"]) == 1
    told = capsys.readouterr().err
    assert "corrections.tsv, line 1: merge needs " in told
    assert lines(graph) == before
    assert main(["build", str(texts), "--graph", str(graph), "--corrections", str(texts / "no.tsv")]) == 1
    assert "there is no such file of corrections" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_at_any_moment_a_correction_is_made_or_not(texts: Path, graph: Path) -> None:
    old = lines(graph)
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from kg.build.correcting import correct
print("ready", flush=True)
correct({str(graph)!r}, "rename", "大连市", "滨城", author="王芳", reason="试", date="2026-01-31")
print("done", flush=True)
"""
    seen = set()
    for delay in (0.0, 0.005, 0.01, 0.02, 0.03, 0.05):
        run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(delay)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        found, made_ = lines(graph), corrections(graph)
        seen.add(found)
        with open_graph(graph) as opened:
            assert len(opened) == found.count(b"\n")
            assert ("滨城" in [t.name for t in opened.things()]) == (found != old)
        # the file goes first: what the graph shows stands in it
        assert len(made_) == 1 or found == old
        build([texts], graph=graph, workers=1)
        assert (lines(graph) != old) == (len(made_) == 1)
        while corrections(graph):
            undo(graph, 1)
        assert lines(graph) == old
        assert not list(graph.rglob("*.tmp"))


def test_a_graph_without_corrections_is_as_before(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "one", workers=1)
    with open_graph(tmp_path / "one") as opened:
        assert not [q for q in opened.quads() if q.graph_name.value.endswith("corrections")]
        assert isinstance(opened, Graph)
    assert corrections(tmp_path / "one") == ()


def test_the_same_in_python(texts: Path, tmp_path: Path) -> None:
    import kg

    for name in ("old", "new"):
        kg.build(texts, graph=tmp_path / name, workers=1).close()
    with kg.correct(tmp_path / "new", "rename", "大连市", "滨城", author="王芳", reason="俗称") as graph:
        assert graph.entity("滨城").names == ("滨城", "大连市")
    (change,) = kg.diff(tmp_path / "old", tmp_path / "new")
    assert (change.how, change.kind) == ("changed", "thing")
    assert kg.conflicts(tmp_path / "new") == ()
    (tmp_path / "texts" / "a.txt").write_text(TEXTS["b"], encoding="utf-8")
    kept = tmp_path / "kept.tsv"
    kept.write_text("2026-01-31\t王芳\trename\t某市\t\t他市\t\t\t试\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="nothing in the graph is called 某市"):
        kg.build(texts, graph=tmp_path / "new", workers=1, corrections=kept, rules=False).close()
