"""Building on a cluster: a real scheduler and three real workers, two of which are killed."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import Progress
from kg.build import build as build_here
from kg.cli import main
from kg.cluster import build, build_shards, task
from kg.cluster.reading import absolute
from kg.errors import ClusterError, GraphError
from kg.graph import store
from kg.text.readers import ENDINGS

pytest.importorskip("distributed")

TEXT = (
    "大连市{n}号项目开工\n\n2023年9月，蓝鲸{n}号重工有限公司与大连市签约，总投资{n}亿元的项目落户甘井子区。\n"
)


def lines(graph: Path) -> bytes:
    return store.nquads(graph).encode()


def articles(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(1, count + 1):
        (folder / f"a{number:02}.txt").write_text(TEXT.format(n=number), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    folder = tmp_path_factory.mktemp("cluster")
    known = folder / "scheduler.json"
    # away from the checkout, as on another machine: only absolute paths lead to anything
    settings = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(known)]
    running = [subprocess.Popen([*program, *options], **settings)]  # type: ignore[call-overload]
    program = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(known)]
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    running += [subprocess.Popen([*program, *options], **settings) for _ in range(3)]  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 60
        # the scheduler makes the file before it writes its address there
        while not (known.exists() and known.read_bytes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield json.loads(known.read_text(encoding="utf-8"))["address"], running
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def quads(shards: Path) -> list[str]:
    """Return the lines of all shards, and check that they are listed, in order and each there once."""
    index = json.loads((shards / "kg-shards.json").read_text(encoding="utf-8"))
    found = []
    for shard in index["shards"]:
        text = gzip.decompress((shards / shard["quads_file"]).read_bytes()).decode()
        some = text.split("\n")[:-1]
        graphs = [line.rsplit(" ", 2)[1] for line in some]
        # an article's lines stand together, in order
        order = {graph: at for at, graph in enumerate(dict.fromkeys(graphs))}
        assert some == sorted(set(some), key=lambda line: (order[line.rsplit(" ", 2)[1]], line))
        assert len(some) == shard["quads"]
        found += some
    return sorted(found)


def test_shards_hold_what_the_local_build_holds_though_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, processes = cluster
    texts, shards = articles(tmp_path / "texts", 10), tmp_path / "shards"
    (texts / "empty.txt").write_bytes(b"")

    def watch(progress: Progress) -> None:
        if progress.stage == "read" and processes[3].poll() is None:
            os.kill(processes[3].pid, signal.SIGKILL)

    given = [f"file://{texts.as_posix()}"]
    report = build_shards(
        given, shards=shards, cluster=address, size=2, parts=4, progress=watch, base="https://x.org/"
    )
    processes[3].wait(timeout=10)
    assert (report.read, report.articles, len(report.failed)) == (10, 10, 1)
    assert report.shards > 3
    build_here([texts], graph=tmp_path / "here", workers=1, base="https://x.org/")
    assert quads(shards) == store.nquads(tmp_path / "here").split("\n")[:-1]
    # the command goes on from there: what was read is read no more, for shards and graph alike
    typed = ["build", *given, "--cluster", address, "--shards", str(shards), "--shard-size", "2"]
    assert main([*typed, "--graph", str(tmp_path / "both")]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("10 articles (10 unchanged, 1 failed) in ")
    assert said.err.splitlines() == [f"kg: {texts / 'empty.txt'}: is empty"]
    build_here([texts], graph=tmp_path / "default", workers=1)
    assert lines(tmp_path / "both") == lines(tmp_path / "default") != b""


def test_a_worker_killed_in_mid_run_loses_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, processes = cluster
    articles(tmp_path / "texts", 24)
    (tmp_path / "texts" / "more.jsonl").write_text(
        '{"id": "x", "text": "沈阳市与红星纺织有限公司签署战略合作协议，总投资3亿元。"}\n', encoding="utf-8"
    )
    (tmp_path / "texts" / "empty.txt").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == "read" and processes[1].poll() is None and progress.done >= 4:
            os.kill(processes[1].pid, signal.SIGKILL)

    report = build(["texts"], graph="on-cluster", cluster=address, batch=2, progress=watch)
    processes[1].wait(timeout=10)
    assert (report.read, report.articles) == (25, 25)
    assert [line.partition(":")[0] for line in report.failed] == [str(tmp_path / "texts" / "empty.txt")]
    assert [p.done for p in seen if p.stage == "read"] == list(range(1, 27))
    build_here(["texts"], graph="here", workers=1)
    assert lines(tmp_path / "on-cluster") == lines(tmp_path / "here") != b""


def test_the_command_builds_on_the_cluster(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = articles(tmp_path / "texts", 2)
    assert main(["build", str(texts), "--graph", str(tmp_path / "g"), "--cluster", cluster[0]]) == 0
    assert capsys.readouterr().out.startswith("2 articles (2 read): ")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "carrier-pigeon://loft"])
def test_a_cluster_that_is_not_there_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr("kg.cluster.scheduler.PATIENCE", 1)
    texts = articles(tmp_path / "texts", 1)
    assert main(["build", str(texts), "--graph", str(tmp_path / "g"), "--cluster", address]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [f"kg: no scheduler answers at {address} (valid: tcp://HOST:8786)"]


def test_workers_and_cluster_exclude_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = articles(tmp_path / "texts", 1)
    typed = ["build", str(texts), "--graph", str(tmp_path / "g"), "--cluster", "tcp://x:1", "--workers", "2"]
    assert main(typed) == 2
    assert "--workers is for this machine" in capsys.readouterr().err


def test_a_worker_of_another_version_or_without_the_folder_is_told(tmp_path: Path) -> None:
    from kg.build import versions

    with pytest.raises(ClusterError, match="install the same kg on all machines"):
        task.check(None, "000000000000")
    with pytest.raises(ClusterError, match="does not see the graph's folder"):
        task.check(tmp_path / "nothing", versions.extractor_version(ENDINGS))


def test_an_empty_batch_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="0 articles make no batch"):
        build([articles(tmp_path / "texts", 1)], graph=tmp_path / "g", cluster="tcp://x:1", batch=0)


def test_a_job_for_another_machine_keeps_the_names_and_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.build.reading import Job, key_of
    from kg.text.readers import find_sources, read_source

    articles(tmp_path / "texts", 1)
    monkeypatch.chdir(tmp_path)
    (source,) = find_sources(["texts"])
    job = absolute(Job(source, key_of(source, ()), Path("g"), ()))
    monkeypatch.chdir("/")
    assert (job.source.path, job.folder) == (Path("texts/a01.txt"), tmp_path / "g")
    assert read_source(job.source).source == str(Path("texts/a01.txt"))
