"""Building: additive, reproducible, atomic, one writer at a time, bad files reported."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import handmade
import pytest

from kg.build import Progress, build, remove, versions
from kg.build.reading import Job, read_one
from kg.errors import GraphError
from kg.graph import store
from kg.graph.graph import open_graph
from kg.text.readers import ENDINGS

# the real extraction, whose loading takes seconds, runs in one test
QUICK = types.ModuleType("kg.extract.pipeline")
QUICK.extract = handmade.quick_extract  # type: ignore[attr-defined]
TEXTS = {
    "a": "大连市发展提速\n\n2023年9月，蓝鲸重工有限公司落户大连市甘井子区。大连市委书记李明出席签约仪式。\n",
    "b": "沈阳市再添新项目\n\n2023年5月，红星纺织有限公司与沈阳市签署战略合作协议。沈阳市新增企业102家。\n",
    "c": "大连高新区扩容\n\n2022年，大连高新区实现产值120亿元。蓝鲸重工有限公司扩大生产。\n",
    "d": "红星纺织扩产\n\n2022年，红星纺织有限公司在沈阳市、大连市建成新厂。\n",
}


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real" not in request.node.name:
        monkeypatch.setitem(sys.modules, "kg.extract.pipeline", QUICK)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for doc, text in TEXTS.items():
        (folder / f"{doc}.txt").write_text(text, encoding="utf-8")
    return folder


def lines(graph: Path) -> bytes:
    return store.nquads(graph).encode()


def files(folder: Path, *docs: str) -> list[Path]:
    return [folder / f"{doc}.txt" for doc in docs]


def test_order_workers_and_folder_never_change_the_bytes(texts: Path, tmp_path: Path) -> None:
    build(files(texts, "a", "b", "c", "d"), graph=tmp_path / "one", workers=1)
    build(files(texts, "c", "a", "d", "b"), graph=tmp_path / "two", workers=3)
    moved = tmp_path / "elsewhere"
    texts.rename(moved)
    build([moved], graph=tmp_path / "three", workers=1)
    assert lines(tmp_path / "one") == lines(tmp_path / "two") == lines(tmp_path / "three") != b""


def test_what_is_removed_leaves_no_trace(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    build(files(texts, "a"), graph=graph, workers=1)
    report = build(files(texts, "b"), graph=graph, workers=1)
    assert (report.read, report.articles) == (1, 2)
    report = remove(["a"], graph=graph, forget=True)
    assert (report.removed, report.articles) == (1, 1)
    build(files(texts, "b"), graph=tmp_path / "b-alone", workers=1)
    assert lines(graph) == lines(tmp_path / "b-alone")
    kept = b"".join(p.read_bytes() for p in graph.rglob("*") if p.is_file())
    assert "蓝鲸重工".encode() not in kept


def test_unchanged_articles_are_not_read_again(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "g"
    build([texts], graph=graph, workers=1)
    before = lines(graph)
    monkeypatch.setattr("kg.build.reading.read_one", lambda job: pytest.fail("read again"))
    report = build([texts], graph=graph, workers=1)
    assert (report.read, report.unchanged) == (0, 4)
    assert lines(graph) == before


def test_a_changed_source_takes_the_place_of_its_share(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    build([texts], graph=graph, workers=1)
    (texts / "a.txt").write_text(TEXTS["b"], encoding="utf-8")
    report = build([texts], graph=graph, workers=1)
    assert (report.read, report.unchanged, report.articles) == (1, 3, 4)
    build([texts], graph=tmp_path / "new", workers=1)
    assert lines(graph) == lines(tmp_path / "new")


def test_whatever_decides_what_is_read_is_part_of_the_version(tmp_path: Path) -> None:
    seen = set()
    names = ("rules.py", "words.csv", "names.crfsuite", "figures.npz", "list.txt", "other.bin")
    for name in names:
        (tmp_path / name).write_bytes(b"1")
        seen.add(versions.digest_of([tmp_path]))
        (tmp_path / name).write_bytes(b"2")
        seen.add(versions.digest_of([tmp_path]))
    assert len(seen) == 2 * len(names)
    (tmp_path / "README.md").write_bytes(b"3")
    assert versions.digest_of([tmp_path]) in seen


def test_another_segmenter_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = versions.extractor_version()
    assert versions.installed(("jieba",)) == ("jieba 0.42.1",)
    monkeypatch.setattr(versions, "installed", lambda packages: tuple(f"{name} 99" for name in packages))
    assert versions.extractor_version() != before


def test_a_reader_counts_only_for_the_files_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {ending: versions.extractor_version([ending]) for ending in ENDINGS}
    everywhere = versions.extractor_version(ENDINGS)

    def with_another_pypdf(packages: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            "pypdf 99" if name == "pypdf" else told
            for name, told in zip(packages, installed(packages), strict=True)
        )

    installed = versions.installed
    monkeypatch.setattr(versions, "installed", with_another_pypdf)
    assert [e for e in ENDINGS if versions.extractor_version([e]) != before[e]] == [".pdf"]
    assert versions.extractor_version(ENDINGS) != everywhere


def test_bad_files_are_named_and_the_others_go_on(texts: Path, tmp_path: Path) -> None:
    (texts / "empty.txt").write_bytes(b"")
    (texts / "noise.txt").write_bytes(bytes(range(256)) * 20)
    report = build([texts, tmp_path / "missing.txt"], graph=tmp_path / "g", workers=2)
    assert report.articles == report.read == 4
    assert [
        name for name in ("empty.txt", "missing.txt", "noise.txt") if any(name in f for f in report.failed)
    ] == [
        "empty.txt",
        "missing.txt",
        "noise.txt",
    ]


def test_a_process_that_dies_costs_one_article(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (texts / f"x{number}.txt").write_text(TEXTS["b"], encoding="utf-8")
    monkeypatch.setattr("kg.build.reading.read_one", _die_on_x1)
    report = build([texts], graph=tmp_path / "g", workers=2)
    assert report.articles == 6
    assert [failure.split(": ")[1] for failure in report.failed] == ["the process that read it died twice"]


def test_a_process_killed_from_outside_costs_nothing(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        (texts / f"x{number:02}.txt").write_text(TEXTS["b"], encoding="utf-8")
    build([texts], graph=tmp_path / "whole", workers=1)
    monkeypatch.setattr("kg.build.reading.read_one", _killed_once)
    report = build([texts], graph=tmp_path / "g", workers=2)
    assert (report.failed, report.read, report.articles) == ((), 44, 44)
    assert (texts / "killed").exists()
    assert lines(tmp_path / "g") == lines(tmp_path / "whole")


def _killed_once(job: Job) -> str | None:
    # as the system does when memory runs out: no fault of the article, which can be read again
    with contextlib.suppress(FileExistsError):
        if job.source.doc == "x07":
            (job.source.path.parent / "killed").touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)
    return read_one(job)


def _die_on_x1(job: Job) -> str | None:
    if job.source.doc == "x1":
        os.kill(os.getpid(), signal.SIGKILL)
    return read_one(job)


def test_nothing_built_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    with pytest.raises(GraphError, match=r"nothing could be built: .*bad\.txt"):
        build([tmp_path / "bad.txt"], graph=tmp_path / "g", workers=1)
    assert not (tmp_path / "g").exists()


def test_a_bad_file_does_not_empty_a_graph(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "g", workers=1)
    (texts / "a.txt").write_bytes(b"")
    report = build(files(texts, "a"), graph=tmp_path / "g", workers=1)
    assert (len(report.failed), report.articles) == (1, 4)


def test_progress_counts_what_is_read(texts: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    build([texts], graph=tmp_path / "g", workers=1, progress=seen.append)
    assert [(p.stage, p.done, p.total) for p in seen] == [
        ("read", 1, 4),
        ("read", 2, 4),
        ("read", 3, 4),
        ("read", 4, 4),
        ("resolve", 4, 4),
        ("write", 4, 4),
    ]


def test_removing_what_is_not_there_changes_nothing(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "g", workers=1)
    before = lines(tmp_path / "g")
    with pytest.raises(GraphError, match=r"has no article x .*a, b, c, d"):
        remove(["a", "x"], graph=tmp_path / "g")
    assert lines(tmp_path / "g") == before
    with pytest.raises(GraphError, match="there is no graph here"):
        remove(["a"], graph=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_every_fact_of_a_real_run_leads_back_to_its_text(texts: Path, tmp_path: Path) -> None:
    build([texts], graph=tmp_path / "g", workers=1)
    with open_graph(tmp_path / "g") as graph:
        text = {article.doc: article.text for article in graph.articles()}
        places = [e for fact in graph.facts() for e in fact.evidence]
        places += [figure.evidence for figure in graph.observations()]
        assert places
        assert all(text[e.doc][e.start : e.end] == e.quote for e in places)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_at_any_moment_a_build_leaves_the_old_graph_or_the_new_one(
    texts: Path, tmp_path: Path
) -> None:
    graph = tmp_path / "g"
    build(files(texts, "a"), graph=graph, workers=1)
    old = lines(graph)
    build([texts], graph=tmp_path / "whole", workers=1)
    new = lines(tmp_path / "whole")
    program = f"""
import sys, types
sys.path.insert(0, {str(Path(__file__).parent)!r})
from handmade import quick_extract
sys.modules["kg.extract.pipeline"] = types.SimpleNamespace(extract=quick_extract)
from kg.build import build
build([{str(texts)!r}], graph={str(graph)!r}, workers=1, progress=lambda p: print(p.stage, flush=True))
"""
    for stage, delay in (("read", 0.0), ("write", 0.02)):
        run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        while run.stdout.readline().strip() not in (stage, ""):
            pass
        time.sleep(delay)
        run.kill()
        run.wait()
        run.stdout.close()
        found = lines(graph)
        assert found in (old, new)
        with open_graph(graph) as opened:
            assert len(opened) == found.count(b"\n")
    build([texts], graph=graph, workers=1)
    assert lines(graph) == new
    assert not list(graph.rglob("*.tmp"))
