"""The `kg` command from outside: its output, the files it writes, and its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.cli import main
from kg.terminal import clean, table

Capture = pytest.CaptureFixture[str]
NAMES = "SELECT ?name { ?x a kg:DevelopmentZone ; skos:prefLabel ?name }"


def kg(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={k: v for k, v in os.environ.items() if k != "PYTHONIOENCODING"} | environment,
    )


def run(capsys: Capture, *arguments: str | Path) -> tuple[int, str, str]:
    """Run the command in this process; return exit status, output and errors."""
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_extract_writes_one_document_per_source_named_by_its_stem(
    capsys: Capture, page: Path, tmp_path: Path
) -> None:
    status, out, err = run(capsys, "extract", page, "--out", tmp_path / "made" / "here")
    assert (status, out, err) == (0, "", "")
    document = json.loads((tmp_path / "made" / "here" / "page.json").read_text(encoding="utf-8"))
    assert document["doc"] == "page"
    assert any("滨海新城" in entity["names"] for entity in document["entities"])
    text = document["text"]
    assert all(text[m["start"] : m["end"]] == m["text"] for e in document["entities"] for m in e["mentions"])


def test_extract_without_out_prints_one_document_or_one_per_line(
    capsys: Capture, page: Path, tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "extract", page)
    assert status == 0
    assert json.loads(out)["doc"] == "page"
    assert "rejects" not in json.loads(out)
    (tmp_path / "second.txt").write_bytes(page.read_bytes())
    status, out, _ = run(capsys, "extract", "--rejects", page, tmp_path)
    documents = [json.loads(line) for line in out.splitlines()]
    assert [d["doc"] for d in documents] == ["page", "second"] or [d["doc"] for d in documents] == [
        "second",
        "page",
    ]
    assert all("rejects" in d for d in documents)


def test_min_confidence_leaves_out_what_is_less_certain(capsys: Capture, page: Path) -> None:
    _, out, _ = run(capsys, "extract", page)
    everything = json.loads(out)
    _, out, _ = run(capsys, "extract", page, "--min-confidence", "0.9")
    sure = json.loads(out)
    assert all(e["confidence"] >= 0.9 for e in sure["entities"])
    assert all(p["confidence"] >= 0.9 for s in sure["statements"] for p in s["evidence"])
    assert len(sure["entities"]) <= len(everything["entities"])
    ids = {e["id"] for e in sure["entities"]}
    assert all({s, o} <= ids for s, _, o in sure["relations"])


def test_build_reports_bad_files_and_goes_on(capsys: Capture, page: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    status, out, err = run(capsys, "build", page, bad, "--graph", tmp_path / "graph")
    assert status == 0
    assert "1 article" in out
    assert "bad.txt" in err
    assert len(err.splitlines()) == 1
    status, out, _ = run(capsys, "build", page, "--graph", tmp_path / "graph")
    assert status == 0
    assert "unchanged" in out


def test_remove_takes_an_article_out(capsys: Capture, page: Path, tmp_path: Path) -> None:
    run(capsys, "build", page, "--graph", tmp_path / "graph")
    status, _, _ = run(capsys, "remove", "page", "--graph", tmp_path / "graph")
    assert status == 0
    status, out, _ = run(capsys, "query", "ASK { ?a a kg:Article }", "--graph", tmp_path / "graph")
    assert (status, out) == (0, "false\n")
    status, _, err = run(capsys, "remove", "nowhere", "--graph", tmp_path / "graph")
    assert status == 1
    assert "nowhere" in err
    status, out, _ = run(capsys, "remove", "--forget", "--graph", tmp_path / "graph")
    assert (status, out.partition(" in ")[0]) == (0, "0 articles: 0 things, 0 facts, 0 figures")
    status, _, err = run(capsys, "remove", "--graph", tmp_path / "graph")
    assert (status, err.count("\n")) == (2, 1)


def test_query_answers_in_every_form(capsys: Capture, graph_folder: Path, tmp_path: Path) -> None:
    status, out, err = run(capsys, "query", NAMES, "--graph", graph_folder)
    assert (status, err) == (0, "")
    assert "滨海新城" in out
    assert "name" in out.splitlines()[0]
    file = tmp_path / "q.rq"
    file.write_text(NAMES, encoding="utf-8")
    for form in ("csv", "tsv", "json", "xml"):
        status, out, _ = run(capsys, "query", "--file", file, "--graph", graph_folder, "--format", form)
        assert status == 0
        assert "滨海新城" in out
    construct = "CONSTRUCT { ?x skos:prefLabel ?n } WHERE { ?x a kg:DevelopmentZone ; skos:prefLabel ?n }"
    for form in ("table", "ttl"):
        status, out, _ = run(capsys, "query", construct, "--graph", graph_folder, "--format", form)
        assert status == 0
        assert "skos:prefLabel" in out


def test_questions_are_listed_and_each_can_be_asked(capsys: Capture, graph_folder: Path) -> None:
    status, out, _ = run(capsys, "questions")
    assert status == 0
    names = [line.split()[0] for line in out.splitlines()[2:] if line and not line.startswith(" ")]
    assert len(names) > 5
    status, _, err = run(capsys, "query", "--name", names[0], "--graph", graph_folder)
    assert (status, err) == (0, "")


def test_show_gives_the_card_with_sentences(capsys: Capture, graph_folder: Path) -> None:
    status, out, _ = run(capsys, "show", "滨海新城", "--graph", graph_folder)
    assert status == 0
    assert "滨海新城  DevelopmentZone" in out.splitlines()[0]
    assert "45.6亿元" in out
    assert "page: " in out
    status, _, err = run(capsys, "show", "没有的新城", "--graph", graph_folder)
    assert status == 1
    assert "没有的新城" in err


def test_export_writes_a_file_and_says_so(capsys: Capture, graph_folder: Path, tmp_path: Path) -> None:
    for name in ("g.graphml", "g.gexf", "g.ttl", "g.csv"):
        status, out, _ = run(capsys, "export", "--graph", graph_folder, "--out", tmp_path / name)
        assert status == 0
        assert out.startswith("wrote ")
    assert "滨海新城" in (tmp_path / "g.graphml").read_text(encoding="utf-8")
    filters = (
        "--type",
        "Location",
        "--predicate",
        "locatedIn",
        "--around",
        "滨海新城",
        "--hops",
        "2",
        "--since",
        "2020",
    )
    status, _, err = run(
        capsys, "export", "--graph", graph_folder, *filters, "--aggregate", "--out", tmp_path / "f.gexf"
    )
    assert (status, err) == (0, "")


def test_validate_and_stats(capsys: Capture, graph_folder: Path) -> None:
    status, out, _ = run(capsys, "validate", "--graph", graph_folder)
    assert (status, bool(out.strip())) == (0, True)
    status, out, _ = run(capsys, "stats", "--graph", graph_folder)
    assert status == 0
    assert "articles" in out
    assert "DevelopmentZone" in out


def test_evaluate_scores_and_lists(capsys: Capture, root: Path) -> None:
    gold = root / "seeds" / "articles" / "gold" / "t01.json"
    status, out, _ = run(capsys, "evaluate", gold, gold)
    assert status == 0
    assert "core" in out
    assert "1.000" in out
    status, out, _ = run(capsys, "evaluate", gold, gold, "--json")
    assert json.loads(out)["core"]["f1"] == 1
    status, out, err = run(capsys, "evaluate", root / "tests", gold.parent, "--errors")
    assert "t01\tmissed\t" in out
    assert "no prediction for t01" in err


LONG = 50_000_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.txt", None, "missing.txt"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", " \n\n　".encode(), "blank.txt"),
        ("binary.txt", bytes(range(256)) * 40, "binary.txt"),
        ("shift.txt", "関東地方の港湾整備計画について".encode("shift_jis") * 30, "shift.txt"),
        ("english.txt", b"Nothing but the English language. " * 40, "english.txt"),
        ("line.txt", "长".encode() * (LONG // 3), "line.txt"),
        ("page.xyz", "滨海新城".encode(), "page.xyz"),
        ("broken.jsonl", b'{"text": \n', "broken.jsonl"),
        ("broken.pdf", b"%PDF-1.4 nothing", "broken.pdf"),
        ("broken.docx", b"PK nothing", "broken.docx"),
    ],
)
@pytest.mark.parametrize("command", ["extract", "build"])
def test_a_source_that_cannot_be_read_is_one_clear_line(
    capsys: Capture, tmp_path: Path, command: str, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    extra = ("--graph", tmp_path / "graph") if command == "build" else ()
    started = time.perf_counter()
    status, out, err = run(capsys, command, path, *extra)
    assert status == 1
    assert said in err
    assert "Traceback" not in err
    assert all(line.startswith("kg: ") for line in err.splitlines())
    assert len(err) < 1000
    assert time.perf_counter() - started < 20
    assert "{" not in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, ""),
        (("nonsense",), 2, "nonsense"),
        (("extract",), 2, "SOURCE"),
        (("build", "x.txt"), 2, "--graph"),
        (("extract", "x.txt", "--min-confidence", "2"), 2, "min-confidence"),
        (("query", "--graph", "GRAPH"), 2, "--file or --name"),
        (("query", "ASK {}", "--name", "x", "--graph", "GRAPH"), 2, "only one"),
        (("query", "ASK {}", "--set", "a=b", "--graph", "GRAPH"), 2, "--set"),
        (("query", "SELECT WHERE {", "--graph", "GRAPH"), 1, "line 1"),
        (("query", "SELECT ?x { ?x nix:y ?z }", "--graph", "GRAPH"), 2, "prefix"),
        (("query", "INSERT DATA { <a:a> <a:b> <a:c> }", "--graph", "GRAPH"), 1, "build and remove"),
        (("query", "--file", "nowhere.rq", "--graph", "GRAPH"), 1, "nowhere.rq"),
        (("query", "--name", "no-such-question", "--graph", "GRAPH"), 2, "no-such-question"),
        (("query", NAMES, "--format", "ttl", "--graph", "GRAPH"), 2, "ttl"),
        (("query", NAMES, "--format", "yaml", "--graph", "GRAPH"), 2, "yaml"),
        (("query", NAMES, "--graph", "NOWHERE"), 1, "nowhere"),
        (("show", "滨海新城", "--graph", "FOLDER"), 1, "folder"),
        (("stats", "--graph", "FOLDER"), 1, "folder"),
        (("validate", "--graph", "NOWHERE"), 1, "nowhere"),
        (("remove", "page", "--graph", "NOWHERE"), 1, "nowhere"),
        (("export", "--graph", "GRAPH", "--format", "docx", "--out", "OUT"), 2, "docx"),
        (("export", "--graph", "GRAPH", "--out", "g.unknown"), 2, "unknown"),
        (("export", "--graph", "GRAPH", "--out", "NOWHERE/deep/g.gexf"), 1, "nowhere"),
        (("export", "--graph", "GRAPH", "--type", "Planet", "--out", "OUT"), 2, "Planet"),
        (("export", "--graph", "GRAPH", "--since", "gestern", "--out", "OUT"), 2, "gestern"),
        (("evaluate", "NOWHERE", "NOWHERE"), 1, "nowhere"),
    ],
)
def test_wrong_usage_is_one_clear_line(
    capsys: Capture, graph_folder: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter.txt").write_text("not a graph", encoding="utf-8")
    places = {
        "GRAPH": graph_folder,
        "NOWHERE": tmp_path / "nowhere",
        "FOLDER": tmp_path / "folder",
        "OUT": tmp_path / "g.gexf",
    }
    typed = [
        str(tmp_path / a.replace("NOWHERE", "nowhere")) if "NOWHERE/" in a else str(places.get(a, a))
        for a in arguments
    ]
    left, out, err = run(capsys, *typed)
    assert left == status
    assert said in err
    assert "Traceback" not in err
    if arguments:
        assert out == ""
        assert len(err.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_output_that_cannot_be_written_for_want_of_leave(capsys: Capture, page: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    status, _, err = run(capsys, "extract", page, "--out", tmp_path / "out")
    tmp_path.chmod(0o700)
    assert status == 1
    assert "Permission denied" in err


def test_output_where_a_file_stands_in_the_way(capsys: Capture, page: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for command in (
        ("extract", page, "--out", tmp_path / "file"),
        ("build", page, "--graph", tmp_path / "file"),
    ):
        status, _, err = run(capsys, *command)
        assert status == 1
        assert len(err.splitlines()) == 1
        assert str(tmp_path / "file") in err


def test_output_is_utf8_whatever_the_locale(graph_folder: Path) -> None:
    for locale in ("C", "POSIX", "en_US.ISO-8859-1"):
        done = kg("query", NAMES, "--graph", graph_folder, LC_ALL=locale, PYTHONUTF8="0")
        assert done.returncode == 0
        assert "滨海新城" in done.stdout


def test_a_reader_that_leaves_early_gets_no_complaint(graph_folder: Path) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 60000"
    command = f'"{sys.executable}" -m kg query "{query}" --format tsv --graph "{graph_folder}" | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8")
    assert done.stdout.startswith("?")
    assert done.stderr == ""


def test_an_interrupt_is_no_traceback(capsys: Capture, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.api.find", interrupted)
    assert run(capsys, "extract", page) == (130, "", "kg: interrupted\n")


def test_help_and_query_load_only_what_they_need(graph_folder: Path) -> None:
    for typed, unwanted in (
        (["--help"], ("spacy", "rich", "pyoxigraph", "rdflib", "lxml")),
        (["query", NAMES, "--graph", str(graph_folder)], ("spacy", "rjieba", "rdflib", "networkx", "pandas")),
    ):
        look = f"print([m for m in {unwanted!r} if m in sys.modules])"
        code = f"import sys; from kg.cli import main; main({typed!r}); {look}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_tables_are_whole_in_a_pipe_and_cannot_steer_a_terminal(capsys: Capture) -> None:
    table(("名称", "n"), [("很长的名字" * 60, 1), ("\x1b[31m红", 22)])
    out = capsys.readouterr().out
    assert "很长的名字" * 60 in out
    assert "\x1b" not in out
    assert clean("\x07\x1b]0;x\x07甘\t井\n") == "]0;x甘\t井\n"
