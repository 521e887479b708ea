"""Cost of a build into shards, step by step, and the overhead of a cluster.

    python benchmarks/bench_cluster.py --base GRAPH [--sizes 312 1560] [--overhead 60] [--work DIR]

The steps after reading run one after another in a separate process, on variants of the extractions of a graph
(`variants.py`). Their processor time is therefore that of one core, and their peak memory that of the largest
task so far. For the overhead, the same articles are built in two ways: into shards, by two workers of a
scheduler started for the purpose, and into a graph, by two processes on one machine. All processes are
counted, from their start.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import variants
from bench_build import extractions
from machine import apart, machine, peak, row

from kg.build import build
from kg.cluster import build_shards, steps
from kg.cluster.shards import SIZE
from kg.cluster.shuffle import resolve
from kg.cluster.storage import folder
from kg.graph import vocabulary as v


class Here:
    """Runs tasks in this process; records their seconds, and the peak memory after each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.longest: dict[str, float] = {}
        self.peaks: dict[str, float] = {}

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number and the result of each call."""
        name = function.__name__
        for number, call in enumerate(calls):
            begun = time.process_time()
            result = function(*call)
            spent = time.process_time() - begun
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
            self.longest[name] = max(self.longest.get(name, 0.0), spent)
            self.peaks[name] = peak()
            yield number, result


def shuffle(base: Path, shards: Path, size: int) -> None:
    """Write annotations of variants, resolve them and write quads; print the cost of each step."""
    run = steps.Run(folder(shards), steps.version(), v.BASE, (), max(1, size // SIZE), "quads")
    run.folder.write(steps.MARKER, b"{}")
    names: list[str] = []
    some: list[bytes] = []
    volume = 0
    for number, document in enumerate(variants.documents(extractions(base), size), start=1):
        some.append(steps.line_of(document))
        if number % SIZE == 0 or number == size:
            name = f"{len(names):06}"
            steps.write_shard(run, name, some, ())
            volume += len(run.annotations.read(f"{name}.jsonl.gz"))
            names.append(name)
            some.clear()
    before = peak()
    here = Here()
    resolved = resolve(run, here, names, lambda stage: None)
    counts = sum(resolved.counts.values(), steps.Counts())
    files = [run.folder.below("quads").read(f"{name}.nq.gz") for name in names]
    assert sum(gzip.decompress(data).count(b"\n") for data in files) == counts.quads
    work = sum(len(run.work.read(name)) for name in run.work.names())
    told = {
        "articles": size,
        "shards": len(names),
        "things": resolved.things,
        "largest": resolved.largest,
        "quads": counts.quads,
        "annotations": volume,
        "work": work,
        "written": sum(map(len, files)),
        "before": before,
        "steps": [[n, here.seconds[n], here.longest[n], here.peaks[n]] for n in here.seconds],
    }
    print(json.dumps(told))


def read_locally(work: Path, articles: int) -> None:
    """Build a graph from texts with two processes; print the report and the total processor seconds."""
    report = build(_texts(articles), graph=work / "graph", workers=2, rules=False)
    print(json.dumps([str(report), sum(os.times()[:4])]))


def read_on_cluster(work: Path, articles: int) -> None:
    """Build shards from texts with two workers; print the report and the total processor seconds."""
    known = work / "scheduler.json"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(known)]
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    running = [subprocess.Popen([*program, *options], **quiet)]
    program = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(known)]
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(work)]
    running += [subprocess.Popen([*program, *options], **quiet) for _ in range(2)]
    try:
        while not known.exists():
            time.sleep(0.1)
        address = json.loads(known.read_text(encoding="utf-8"))["address"]
        report = build_shards(_texts(articles), shards=work / "shards", cluster=address, size=10)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
    print(json.dumps([str(report), sum(os.times()[:4])]))


def _texts(articles: int) -> list[Path]:
    return sorted(variants.SEEDS.glob("*.txt"))[:articles]


def report(base: Path | None, sizes: list[int], overhead: int, work: Path) -> list[str]:
    """Return the tables."""
    lines = [machine("distributed", "fsspec", "numpy"), ""]
    for size in sizes if base else ():
        (text,) = apart("bench_cluster.py", "--shuffle", size, base or "", work / f"shards-{size}")
        told = json.loads(text)
        lines += [
            f"{size} articles in {told['shards']} shards: {told['things']} things, {told['quads']} quads; "
            f"largest component {told['largest']} identities; KB an article: "
            f"{told['annotations'] / size / 1000:.1f} annotations, "
            f"{told['work'] / size / 1000:.1f} on the way, "
            f"{told['written'] / size / 1000:.1f} quads; {told['before']:.0f} MiB before",
            "",
            row("step", "ms an article", "longest task, s", "peak so far, MiB"),
            "|---|--:|--:|--:|",
        ]
        for name, seconds, longest, most in told["steps"]:
            lines.append(row(f"`{name}`", f"{1000 * seconds / size:.2f}", f"{longest:.1f}", f"{most:.0f}"))
        lines.append("")
    if overhead:
        lines += [row("reading and all", "report", "processor s"), "|---|---|--:|"]
        for name, option in (("two processes", "--local"), ("two workers", "--on-cluster")):
            place = work / option.strip("-")
            place.mkdir(parents=True)
            *_, text = apart("bench_cluster.py", option, overhead, place)
            told, seconds = json.loads(text)
            lines.append(row(name, told, f"{seconds:.1f}"))
    return lines


def main() -> None:
    """Print the tables, or run one part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, help="graph whose extractions are varied")
    parser.add_argument("--sizes", type=int, nargs="+", default=[312, 1560])
    parser.add_argument("--overhead", type=int, default=60, help="articles read both ways; 0 for none")
    parser.add_argument("--work", type=Path, help="folder for what is written; a temporary one if left out")
    parser.add_argument("--shuffle", nargs=3, metavar=("SIZE", "BASE", "SHARDS"))
    parser.add_argument("--local", nargs=2, metavar=("ARTICLES", "WORK"))
    parser.add_argument("--on-cluster", nargs=2, metavar=("ARTICLES", "WORK"))
    options = parser.parse_args()
    if options.shuffle:
        size, base, shards = options.shuffle
        shuffle(Path(base), Path(shards), int(size))
    elif options.local:
        read_locally(Path(options.local[1]), int(options.local[0]))
    elif options.on_cluster:
        read_on_cluster(Path(options.on_cluster[1]), int(options.on_cluster[0]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            work = options.work or Path(temporary)
            lines = report(options.base, options.sizes, options.overhead, work)
            sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
