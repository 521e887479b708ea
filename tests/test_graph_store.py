"""The graph's folder: what may be written, who holds the lock, and what readers see meanwhile."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import GraphError
from kg.graph import generations, store
from kg.graph.graph import open_graph

ONE = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("一"), ox.NamedNode("x:g"))
TWO = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("二"), ox.NamedNode("x:g"))


def write(folder: Path, *quads: ox.Quad) -> None:
    with store.writer(folder) as manifest:
        generations.write_generation(folder, manifest, quads, {})


def test_a_folder_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="there is no graph here"):
        open_graph(tmp_path / "none")
    with pytest.raises(GraphError, match="is not a graph"):
        open_graph(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(GraphError, match="is not a graph"):
        open_graph(tmp_path / "file")
    with pytest.raises(GraphError, match="is a file"):
        write(tmp_path / "file")


def test_nothing_is_written_into_a_foreign_folder(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(GraphError, match=r"neither empty nor a graph \(it holds thesis.docx\)"):
        write(tmp_path, ONE)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_empty_folder_becomes_a_graph(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    with open_graph(tmp_path) as graph:
        assert list(graph.quads()) == [ONE]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": "new"}', "{}"])
def test_a_broken_manifest_is_an_error_of_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / store.MANIFEST).write_text(content)
    with pytest.raises(GraphError) as error:
        open_graph(tmp_path)
    assert "\n" not in str(error.value)


def test_a_newer_format_is_refused_by_readers_and_writers(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    data = json.loads((tmp_path / store.MANIFEST).read_text())
    (tmp_path / store.MANIFEST).write_text(json.dumps(data | {"format": 99}))
    with pytest.raises(GraphError, match="newer version"):
        open_graph(tmp_path)
    with pytest.raises(GraphError, match="newer version"):
        write(tmp_path, TWO)


def test_one_writer_and_readers_beside_it(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    with store.writer(tmp_path) as manifest:
        with pytest.raises(GraphError, match="being written by another process"):
            write(tmp_path, TWO)
        with open_graph(tmp_path) as before:
            generations.write_generation(tmp_path, manifest, [TWO], {})
            assert list(before.quads()) == [ONE]
            assert before.query("ASK { ?s ?p '一' }") is True
            with open_graph(tmp_path) as after:
                assert list(after.quads()) == [TWO]
            # the reader keeps its generation alive; the next writer clears it
            assert (tmp_path / "store-1").exists()
    write(tmp_path, TWO)
    assert [p.name for p in sorted(tmp_path.glob("*-*")) if p.is_dir()] == ["store-3"]


def test_the_lock_of_a_dead_writer_is_no_lock(tmp_path: Path) -> None:
    program = (
        "import os; from pathlib import Path; from kg.graph import store\n"
        f"with store.writer(Path({str(tmp_path)!r})):\n    os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    with pytest.raises(GraphError, match="its first build did not end"):
        open_graph(tmp_path)
    write(tmp_path, ONE)
    with open_graph(tmp_path) as graph:
        assert len(graph) == 1


def test_leftovers_of_a_killed_build_are_cleared(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    (tmp_path / "store-7" / "quads").mkdir(parents=True)
    (tmp_path / "trash-store-0").mkdir()
    (tmp_path / f"{store.MANIFEST}.77.tmp").write_text("{")
    write(tmp_path, TWO)
    assert sorted(p.name for p in tmp_path.iterdir()) == [store.MANIFEST, "lock", "store-2"]


def test_another_base_is_refused(tmp_path: Path) -> None:
    with store.writer(tmp_path, base="https://data.example.net/") as manifest:
        assert manifest.base == "https://data.example.net/"
    with (
        pytest.raises(GraphError, match="has the base"),
        store.writer(tmp_path, base="https://kg.example.org/id/"),
    ):
        pass


def test_a_missing_store_says_so(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    (tmp_path / "store-1" / "in-use").unlink()
    with pytest.raises(GraphError, match="store-1 is missing"):
        open_graph(tmp_path)


def test_cached_documents_come_back_and_damaged_ones_do_not(tmp_path: Path) -> None:
    store.write_cached(tmp_path, "ab12", {"text": "大连\ud800"})
    assert store.read_cached(tmp_path, "ab12") == {"text": "大连\ud800"}
    store.cache_file(tmp_path, "ab12").write_text('{"text": ')
    assert store.read_cached(tmp_path, "ab12") is None
    assert store.read_cached(tmp_path, "ffff") is None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_writer_killed_at_any_moment_leaves_one_graph_whole(tmp_path: Path) -> None:
    graphs = [[ONE], [TWO, ONE]]
    write(tmp_path, *graphs[0])
    program = f"""
import pyoxigraph as ox
from pathlib import Path
from kg.graph import generations, store
node = ox.NamedNode
one = ox.Quad(node("x:s"), node("x:p"), ox.Literal("一"), node("x:g"))
two = ox.Quad(node("x:s"), node("x:p"), ox.Literal("二"), node("x:g"))
folder = Path({str(tmp_path)!r})
while True:
    for quads in ([one], [two, one]):
        with store.writer(folder) as manifest:
            generations.write_generation(folder, manifest, quads, {{}})
            print("written", flush=True)
"""
    chance = random.Random(7)
    for _ in range(6):
        run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(chance.random() * 0.2)
        run.kill()
        run.wait()
        run.stdout.close()
        with open_graph(tmp_path) as graph:
            quads = list(graph.quads())
        assert quads in [sorted(g, key=str) for g in graphs]
        assert store.nquads(tmp_path) == store.canonical(quads)
    write(tmp_path, ONE)
    assert len([p for p in tmp_path.iterdir() if p.is_dir()]) == 1


def test_the_default_graph_holds_each_triple_of_the_articles_once(tmp_path: Path) -> None:
    texts = ("一", 'he said "x" <y:z> .', "two\nlines\ttab\\", " <a:b>", "", "\u2028\x7f")
    literals = [
        *map(ox.Literal, texts),
        ox.Literal("大连", language="zh"),
        ox.Literal("1", datatype=ox.NamedNode("x:d")),
    ]
    subject, predicate = ox.NamedNode("x:s"), ox.NamedNode("x:p")
    graphs = [ox.NamedNode("x:g"), ox.NamedNode("x:h")]
    quads = [ox.Quad(subject, predicate, o, g) for o in (*literals, ox.NamedNode("x:o")) for g in graphs]
    write(tmp_path, *quads)
    with open_graph(tmp_path) as graph:
        merged = list(graph.store.quads_for_pattern(None, None, None, store.DEFAULT))
        assert len(merged) == len(literals) + 1
        assert {q.object for q in merged} == {*literals, ox.NamedNode("x:o")}
        assert set(merged) == set(store.union(graph.store))
