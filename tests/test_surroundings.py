"""Hostile environments: full disks, no permissions, odd names, other console encodings, damaged stores."""

from __future__ import annotations

import errno
import io
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import handmade
import numpy as np
import pytest
import threadpoolctl

import kg.extract
from kg.build import build
from kg.cli import main
from kg.cli.outputs import path_of, write_text
from kg.errors import ExportError
from kg.extract import pipeline
from kg.graph import store
from kg.graph.graph import open_graph
from kg.text.filenames import told
from kg.text.readers import find_sources, read_source

QUICK = types.ModuleType("kg.extract.pipeline")
QUICK.extract = handmade.quick_extract  # type: ignore[attr-defined]
TEXT = "大连市发展提速\n\n2023年9月，蓝鲸重工有限公司落户大连市甘井子区，实现产值120亿元。\n"
OTHER = "沈阳市再添新项目\n\n2023年5月，红星纺织有限公司与沈阳市签署战略合作协议。\n"
posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")
Capture = pytest.CaptureFixture[str]
THEN = "//"


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Put the quick extraction in the place of the real one, whichever way it is imported."""
    patch.setitem(sys.modules, "kg.extract.pipeline", QUICK)
    patch.setattr(kg.extract, "pipeline", QUICK, raising=False)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graph_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of two articles; to be read only."""
    folder = tmp_path_factory.mktemp("graphs")
    for name, text in (("a", TEXT), ("b", OTHER)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        build([folder], graph=folder / "graph", workers=1)
    return folder / "graph"


def run(capsys: Capture, *arguments: str | Path) -> tuple[int, str, str]:
    """Run the command in this process; return exit status, output and errors."""
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def apart(*arguments: str | Path, before: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run commands, parted by `THEN`, in a process of their own, with the quick extraction."""
    program = f"""
import sys, types
sys.path.insert(0, {str(Path(__file__).parent)!a})
from handmade import quick_extract
sys.modules["kg.extract.pipeline"] = types.SimpleNamespace(extract=quick_extract)
{before}
from kg.cli import main
status, left = 0, sys.argv[1:]
while left and status == 0:
    end = left.index({THEN!r}) if {THEN!r} in left else len(left)
    sys.argv[1:], left = left[:end], left[end + 1 :]
    status = main()
sys.exit(status)
"""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    typed = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(typed, capture_output=True, env=env | environment)


def one_line(err: str | bytes) -> str:
    """Return what was said, which must be one line for the user and no traceback."""
    said = err.decode("utf-8") if isinstance(err, bytes) else err
    assert said.startswith("kg: "), said
    assert len(said.splitlines()) == 1, said
    return said


# Full disks and no leave


@posix
@pytest.mark.parametrize("limit", [400, 3_000, 20_000, 60_000])
def test_a_file_that_may_not_grow_leaves_the_old_graph(
    capsys: Capture, texts: Path, tmp_path: Path, limit: int
) -> None:
    graph = tmp_path / "g"
    assert run(capsys, "build", texts / "a.txt", "--graph", graph, "--workers", 1)[0] == 0
    with open_graph(graph) as opened:
        before = len(opened)
    # what the system says where a disk is full, too: a write gives an error and no signal
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    done = apart("build", texts, "--graph", graph, "--workers", "1", before=limited)
    assert done.returncode == 1
    # or graph/ledger.db, whichever part of it comes to the limit first
    said = one_line(done.stderr)
    assert said.startswith(f"kg: {graph}")
    assert "written: " in said
    assert not [p.name for p in graph.rglob("*") if p.suffix == ".tmp"]
    with open_graph(graph) as opened:
        assert len(opened) == before
    status, out, _ = run(capsys, "build", texts, "--graph", graph, "--workers", 1)
    assert (status, out[:11]) == (0, "2 articles ")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_graph_that_cannot_be_written_is_one_clear_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, texts: Path, tmp_path: Path, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    graph = tmp_path / "g"
    for refused in ("mkdir", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, refused, refuse)
            status, _, err = run(capsys, "build", texts, "--graph", graph, "--workers", 1)
        assert status == 1
        assert one_line(err).startswith(f"kg: {graph}: cannot be written: {os.strerror(code)}")
    assert run(capsys, "build", texts, "--graph", graph, "--workers", 1)[0] == 0
    for command in (
        ("remove", "a"),
        ("correct", "rename", "大连市", "滨城", "--author", "王芳", "--reason", "试"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refuse)
            status, _, err = run(capsys, *command, "--graph", graph)
        assert status == 1
        assert f"cannot be written: {os.strerror(code)}" in one_line(err)
    assert run(capsys, "remove", "a", "--graph", graph)[0] == 0


def test_outputs_that_cannot_be_written_are_named_and_leave_what_was_there(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, texts: Path, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    graph, out = tmp_path / "g", tmp_path / "out"
    assert run(capsys, "build", texts, "--graph", graph, "--workers", 1)[0] == 0
    assert run(capsys, "extract", texts, "--out", out)[0] == 0
    assert run(capsys, "export", "--graph", graph, "--out", tmp_path / "g.gexf")[0] == 0
    before = {p: p.read_bytes() for p in (*out.iterdir(), tmp_path / "g.gexf")}
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        for command in (
            ("extract", texts, "--out", out),
            ("export", "--graph", graph, "--out", tmp_path / "g.gexf"),
        ):
            status, _, err = run(capsys, *command)
            assert status == 1
            assert f"cannot be written: {os.strerror(errno.ENOSPC)}" in one_line(err)
    assert {p: p.read_bytes() for p in (*out.iterdir(), tmp_path / "g.gexf")} == before
    assert not list(tmp_path.glob(".kg-*"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_standard_output_that_takes_no_more_is_one_clear_line(graph_folder: Path) -> None:
    for command in ("stats", "questions"):
        arguments = [command] + (["--graph", str(graph_folder)] if command == "stats" else [])
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "kg", *arguments], stdout=full, stderr=subprocess.PIPE
            )
        assert done.returncode == 1
        assert os.strerror(errno.ENOSPC) in one_line(done.stderr)


def test_a_source_that_may_not_be_read_is_named_and_the_others_go_on(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, texts: Path, tmp_path: Path
) -> None:
    opened: Callable[..., io.IOBase] = Path.open

    def refuse(path: Path, *arguments: object, **options: object) -> io.IOBase:
        if path.name == "a.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    status, out, err = run(capsys, "build", texts, "--graph", tmp_path / "g", "--workers", 1)
    assert (status, out[:10]) == (0, "1 articles")
    assert one_line(err) == f"kg: {texts / 'a.txt'}: cannot be read: {os.strerror(errno.EACCES)}\n"


def test_an_article_that_the_code_cannot_cope_with_is_named_and_the_others_go_on(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, texts: Path, tmp_path: Path
) -> None:
    def deep(article: object, authority: object = None) -> object:
        if getattr(article, "doc", "") == "a":
            raise RecursionError("too deep")
        return handmade.quick_extract(article, authority)  # type: ignore[arg-type]

    monkeypatch.setattr(QUICK, "extract", deep)
    for command in (
        ("extract", texts, "--out", tmp_path / "out"),
        ("build", texts, "--graph", tmp_path / "g", "--workers", 1),
    ):
        status, _, err = run(capsys, *command)
        assert status == 0
        assert one_line(err) == f"kg: {texts / 'a.txt'}: could not be read (RecursionError: too deep)\n"


def test_want_of_memory_is_one_clear_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, texts: Path
) -> None:
    def hungry(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("kg.api.find", hungry)
    status, _, err = run(capsys, "extract", texts)
    assert (status, one_line(err)) == (1, "kg: there is not enough memory\n")


# Damaged stores


def damage(path: Path, how: str) -> None:
    """Cut, empty, overwrite or take away a file."""
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {"cut": data[: len(data) // 2], "emptied": b"", "overwritten": b"\xff" * len(data)}[how]
        )


@pytest.mark.parametrize("how", ["cut", "emptied", "overwritten", "gone"])
@pytest.mark.parametrize("which", ["*.sst", "MANIFEST*", "CURRENT"])
def test_a_damaged_database_is_one_clear_line(
    capsys: Capture, graph_folder: Path, tmp_path: Path, how: str, which: str
) -> None:
    graph = tmp_path / "g"
    shutil.copytree(graph_folder, graph)
    for path in graph.glob(f"store-*/quads/{which}"):
        damage(path, how)
    for command in (("stats",), ("show", "大连市"), ("query", "SELECT * { ?s ?p ?o }")):
        status, out, err = run(capsys, *command, "--graph", graph)
        assert (status, out) == (1, "")
        assert f"{graph}: its store is damaged" in one_line(err)


@pytest.mark.parametrize("how", ["cut", "emptied", "overwritten", "gone"])
def test_a_damaged_ledger_is_made_again(capsys: Capture, texts: Path, tmp_path: Path, how: str) -> None:
    graph, whole = tmp_path / "g", tmp_path / "whole"
    assert run(capsys, "build", texts / "a.txt", "--graph", graph, "--workers", 1)[0] == 0
    damage(graph / store.LEDGER, how)
    assert run(capsys, "build", texts, "--graph", graph, "--workers", 1)[::2] == (0, "")
    assert run(capsys, "build", texts, "--graph", whole, "--workers", 1)[0] == 0
    assert store.nquads(graph) == store.nquads(whole)


# Names of files and identifiers


@posix
def test_a_file_name_in_gb18030_gives_the_identifier_it_stands_for(capsys: Capture, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    try:
        (folder / os.fsdecode("大连2023年9月21日.txt".encode("gb18030"))).write_text(TEXT, encoding="utf-8")
        (folder / os.fsdecode(b"\xff\xff.txt")).write_text(OTHER, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    sources = find_sources([folder])
    assert sorted(source.doc for source in sources) == ["%FF%FF", "大连2023年9月21日"]
    assert {read_source(s).date for s in sources} == {"2023-09-21", "2023-05"}
    status, _, err = run(capsys, "extract", folder, "--out", tmp_path / "out")
    assert (status, err) == (0, "")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["%FF%FF.json", "大连2023年9月21日.json"]
    graph = tmp_path / "g"
    assert run(capsys, "build", folder, "--graph", graph, "--workers", 1)[0] == 0
    assert "大连2023年9月21日" in run(capsys, "show", "大连市", "--graph", graph)[1]
    for name in ("g.gexf", "g.graphml", "g.ttl", "g.jsonld", "g.html"):
        assert run(capsys, "export", "--graph", graph, "--out", tmp_path / name)[0] == 0
        (tmp_path / name).read_bytes().decode("utf-8")


def test_names_are_told_on_one_line() -> None:
    assert told("a\n\x1b[2J\x85\ud83d.txt") == "a%0A%1B[2J%U0085%UD83D.txt"


@pytest.mark.parametrize(
    ("doc", "elsewhere", "windows"),
    [
        ("t01", "t01.json", "t01.json"),
        ("../../etc/passwd", "etc/passwd.json", "etc/passwd.json"),
        ("C:\\temp\\x", "C:/temp/x.json", "C%3A/temp/x.json"),
        ("news.jsonl:3:a?", "news.jsonl:3:a?.json", "news.jsonl%3A3%3Aa%3F.json"),
        ("CON", "CON.json", "%43ON.json"),
        ("aux.1/x", "aux.1/x.json", "%61ux.1/x.json"),
        ("year./x ", "year./x .json", "year%2E/x%20.json"),
        ("..", "article.json", "article.json"),
    ],
)
def test_an_article_becomes_a_file_inside_the_folder(doc: str, elsewhere: str, windows: str) -> None:
    assert path_of(Path("out"), doc, ".json", windows=False).as_posix() == f"out/{elsewhere}"
    assert path_of(Path("out"), doc, ".json", windows=True).as_posix() == f"out/{windows}"


def test_identifiers_too_long_for_a_name_stay_distinct(tmp_path: Path) -> None:
    paths = [path_of(tmp_path, "连" * 500 + end, ".json") for end in "ab"]
    for path in paths:
        write_text(path, "{}")
    assert len({path.name for path in tmp_path.iterdir()}) == 2
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="cannot be written"):
        write_text(tmp_path / "file" / "x.json", "{}")


# Consoles


@pytest.mark.parametrize("encoding", ["gbk", "cp1252:strict"])
def test_a_console_of_another_encoding_gets_utf8(graph_folder: Path, tmp_path: Path, encoding: str) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text("大连市😀𠮷项目开工\n\n2023年9月，大连市😀与㤇𠮷有限公司签约。\n", encoding="utf-8")
    query = 'SELECT (CONCAT("㤇", STR(?n)) AS ?x) { ?z a kg:AdministrativeDivision ; skos:prefLabel ?n }'
    of = ("--graph", graph_folder)
    commands = (
        *("extract", odd, THEN, "show", "大连市", *of, THEN),
        *("query", query, *of, THEN, "query", query, *of, "--format", "json", THEN, "show", "😀𠮷", *of),
    )
    done = apart(*commands, PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    out = done.stdout.decode("utf-8")
    assert "大连市😀𠮷项目开工" in out
    assert "大连市  AdministrativeDivision" in out
    assert out.count("㤇大连市") == 2
    assert "😀𠮷" in one_line(done.stderr)


@posix
def test_a_locale_that_cannot_name_a_file_is_one_clear_line(graph_folder: Path, tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    out = tmp_path / "大连.gexf"
    done = apart("export", "--graph", graph_folder, "--out", out, **ascii_only)
    if done.returncode == 0:
        assert out.exists()
    else:
        assert "cannot be a file's name in this locale (ascii); set LC_ALL=C.UTF-8" in one_line(done.stderr)


# The same bytes everywhere


def test_an_article_is_read_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of matrix products that wait for each other, in many processes, are many times as slow."""
    seen: list[int] = []

    def look(_: pipeline.Reading) -> None:
        np.eye(2) @ np.eye(2)
        pools = threadpoolctl.threadpool_info()
        seen.extend(pool["num_threads"] for pool in pools if pool["user_api"] == "blas")

    monkeypatch.setattr(pipeline, "STEPS", (("look", look),))
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        look(pipeline.Reading(handmade.lay("大连市。")[0], pipeline.matcher_of()))
        before = list(seen)
        seen.clear()
        pipeline.extract(handmade.lay("大连市。")[0])
    if not before:
        pytest.skip("numpy's library for matrices cannot be asked here")
    assert seen == [1] * len(before)


def test_locale_zone_seed_order_and_workers_never_change_the_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, text in enumerate((TEXT, OTHER, TEXT.replace("大连", "丹东"), OTHER.replace("红星", "蓝鲸"))):
        (folder / f"大连{number}.txt").write_text(text, encoding="utf-8")
    files = sorted(folder.iterdir())
    # in the last, file names come in as if they were no UTF-8 at all
    ascii_only = {"LC_ALL": "POSIX", "LANG": "de_DE", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    surroundings: tuple[tuple[list[Path], int, dict[str, str]], ...] = (
        (files, 1, {"LC_ALL": "C", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"}),
        (files[::-1], 2, {"LC_ALL": "zh_CN.UTF-8", "TZ": "America/New_York", "PYTHONHASHSEED": "77"}),
        ([folder], 3, {**ascii_only, "TZ": "", "PYTHONHASHSEED": "0"}),
    )
    written: list[dict[str, bytes]] = []
    for number, (given, workers, environment) in enumerate(surroundings):
        out, graph = tmp_path / f"out{number}", tmp_path / f"g{number}"
        out.mkdir()
        commands: list[str | Path] = ["build", *given, "--graph", graph, "--workers", str(workers)]
        for ending in ("nq", "gexf", "graphml", "ttl", "jsonld", "csv", "html", "cypher"):
            commands += [THEN, "export", "--graph", graph, "--out", out / f"g.{ending}"]
        done = apart(*commands, THEN, "extract", *given, "--out", out, **environment)
        assert (done.returncode, done.stderr) == (0, b"")
        written.append({p.name: p.read_bytes() for p in out.iterdir()})
    assert len(written[0]) == 7 + 3 + 4
    assert written[0] == written[1] == written[2]
