"""Cost of building: end to end on one core and on all, larger graphs, and one change to each of these.

    python benchmarks/bench_build.py --sizes 150 1500 [--work DIR]

End to end is `kg build` on the sample corpus, with no article read before. The larger graphs are made from
variants of its extractions with other names (`variants.py`), so that they measure everything after reading:
entity resolution, quads, store, rules. Each graph is built in its own process, on one core except for the
threads of the store. Then one article is added, a thing is renamed by a correction, and the article is
removed again. Times are processor time of all threads. The measurements are stored next to the graph, as
`150.json`: a graph that is already in the folder is not built again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import variants
from machine import apart, peak, row

from kg.build import Progress, build, ledger, remove, writing
from kg.build.correcting import correct, undo
from kg.build.settling import Settling
from kg.graph import store
from kg.resolve.references import reference


def end_to_end(graph: Path, workers: int, articles: int) -> None:
    """Build from texts; store articles, wall seconds, total processor seconds, and peak of this process."""
    paths = sorted(variants.SEEDS.glob("*.txt"))[:articles]
    started, before = time.perf_counter(), sum(os.times()[:4])
    report = build(paths, graph=graph, workers=workers)
    wall, spent = time.perf_counter() - started, sum(os.times()[:4]) - before
    if report.failed:
        raise ValueError("; ".join(report.failed))
    result = [report.articles, wall, spent, peak(), os.getloadavg()[0]]
    measured(graph).write_text(json.dumps(result) + "\n", encoding="utf-8")


def measured(graph: Path) -> Path:
    """Return the file with the measurements of building a graph."""
    return graph.with_name(f"{graph.name}.json")


def extractions(graph: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the extractions from which a graph was built."""
    for entry in store.read_articles(graph, store.read_manifest(graph)).values():
        document = store.read_cached(graph, entry.key)
        if document is None:
            raise ValueError(f"{entry.key} is missing in the cache of {graph}")
        yield document


def cost(action: Callable[[], object]) -> tuple[float, float]:
    """Return the processor and wall seconds that an action takes."""
    begun, clock = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - begun, time.perf_counter() - clock


def put_right(graph: Path) -> tuple[float, float]:
    """Return the processor and wall seconds of a correction, and undo it afterwards.

    The correction renames the first of the things that are named in ten articles, or else in nearly ten.
    """
    with ledger.open_ledger(graph / store.LEDGER) as held:
        things = Settling(held, {}, store.read_manifest(graph).base).things()
        thing = min(things, key=lambda thing: (abs(len({doc for doc, _ in thing.members}) - 10), thing))
    name = f"{thing.name}（改）"
    spent = cost(lambda: correct(graph, "rename", reference(thing), name, author="bench", reason="bench"))
    undo(graph, 1)
    return spent


def grow(base: Path, graph: Path, size: int) -> None:
    """Build a graph of variants, add an article, correct a name, remove the article; store the costs.

    Args:
        base: A graph of the sample corpus, from whose extractions the variants are made.
        graph: The graph to build.
        size: Its number of articles before one is added.
    """
    entries: dict[str, store.Entry] = {}
    for document in variants.documents(extractions(base), size + 1):
        key = hashlib.sha256(document["doc"].encode()).hexdigest()
        path = store.cache_file(graph, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        entries[document["doc"]] = store.Entry(key, f"{document['doc']}.txt")
        last = document["doc"]
    store.write_manifest(graph, store.Manifest())
    some = {doc: entry for doc, entry in entries.items() if doc != last}
    added = entries[last]
    keep = store.cache_file(graph, added.key).read_bytes()
    stages: dict[str, float] = {}

    def watch(progress: Progress) -> None:
        stages[progress.stage] = time.process_time()

    with store.writer(graph) as manifest:
        manifest = writing.write(graph, manifest, some, progress=watch)
        built = time.process_time()
        used = peak()
        # the build has cleared the cache of extractions that belong to no article of the graph
        store.cache_file(graph, added.key).parent.mkdir(exist_ok=True)
        store.cache_file(graph, added.key).write_bytes(keep)
        one, one_clock = cost(lambda: writing.write(graph, manifest, entries))
    after = store.read_manifest(graph)
    put, put_clock = put_right(graph)
    out, out_clock = cost(lambda: remove([last], graph=graph))
    _, things, facts, _ = manifest.counts
    result = {
        "articles": size,
        "things": things,
        "facts": facts,
        "resolve": stages["write"] - stages["resolve"],
        "store": built - stages["write"],
        "peak": used,
        "one": one,
        "one_wall": one_clock,
        "correction": put,
        "correction_wall": put_clock,
        "out": out,
        "out_wall": out_clock,
        "more": after.counts[2] - facts,
        "load": os.getloadavg()[0],
    }
    measured(graph).write_text(json.dumps(result) + "\n", encoding="utf-8")


def report(sizes: Sequence[int], work: Path, articles: int) -> list[str]:
    """Return the section of the report; the graphs stay in `work`, named after their number of articles."""
    cores = os.cpu_count() or 1
    lines = [
        row("end to end", "articles", "articles/s", "processor s", "peak MiB of the first process", "load"),
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, workers in (("one process", 1), (f"all {cores} cores", cores)):
        graph = work / f"end-{workers}"
        if not measured(graph).exists():
            apart("bench_build.py", "--end-to-end", workers, articles, graph)
        number, wall, spent, used, load = json.loads(measured(graph).read_text(encoding="utf-8"))
        cells = (f"{number / wall:.1f}", f"{spent:.0f}", f"{used:.0f}", f"{load:.1f}")
        lines.append(row(name, number, *cells))
    lines += [
        "",
        "After reading, by size (seconds of processor time):",
        "",
        row("articles", "things", "facts", "who is who", "store and rules", "ms an article", "peak MiB",
            "one article more", "its wall clock", "a correction", "its wall clock",
            "one article out", "its wall clock", "load"),
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    for size in sizes:
        if not measured(work / f"{size}").exists():
            apart("bench_build.py", "--grow", size, work / "end-1", work / f"{size}")
        t = json.loads(measured(work / f"{size}").read_text(encoding="utf-8"))
        each = 1000 * (t["resolve"] + t["store"]) / size
        cells = (f"{t['resolve']:.1f}", f"{t['store']:.1f}", f"{each:.0f}", f"{t['peak']:.0f}")
        changes = [name for one in ("one", "correction", "out") for name in (one, f"{one}_wall")]
        more = (f"{t[name]:.2f}" for name in changes)
        lines.append(row(t["articles"], t["things"], t["facts"], *cells, *more, f"{t['load']:.1f}"))
    return lines


def main() -> None:
    """Print the section of the report, or run one part of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 1500])
    parser.add_argument("--articles", type=int, default=312, help="articles built end to end")
    parser.add_argument("--work", type=Path, help="folder for the graphs; a temporary one if left out")
    parser.add_argument("--end-to-end", nargs=3, metavar=("WORKERS", "ARTICLES", "GRAPH"))
    parser.add_argument("--grow", nargs=3, metavar=("SIZE", "BASE", "GRAPH"))
    options = parser.parse_args()
    if options.end_to_end:
        workers, articles, graph = options.end_to_end
        end_to_end(Path(graph), int(workers), int(articles))
    elif options.grow:
        size, base, graph = options.grow
        grow(Path(base), Path(graph), int(size))
    else:
        with tempfile.TemporaryDirectory() as folder:
            work = options.work or Path(folder)
            sys.stdout.write("\n".join(report(options.sizes, work, options.articles)) + "\n")


if __name__ == "__main__":
    main()
