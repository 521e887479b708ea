"""Times what people do with a graph: every competency question, the counts, validation and GraphML.

    python benchmarks/bench_graph.py GRAPH --place 大连市 --other 招商局集团 --output benchmarks/graph.md

The questions are about named things; `--place` and `--other` put some of the graph in their place. Times
are the median of five runs (three for what takes seconds): wall clock, and processor time beside it,
which other programs on the machine disturb less.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kg import ontology
from kg.graph.graph import Graph, open_graph


def measure(action: Callable[[], Any], runs: int) -> tuple[float, float, Any]:
    """Return the median wall and processor seconds of some runs, and what the last gave."""
    walls, processors, answer = [], [], None
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        answer = action()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls), statistics.median(processors), answer


def fill(question: ontology.Question, place: str, other: str) -> ontology.Question:
    """Return a question about things that the graph has."""
    names = {"name": place, "other": other}
    return ontology.question(question.name, **{k: names[k] for k, _ in question.parameters if k in names})


def rows(graph: Graph, place: str, other: str) -> list[str]:
    """Return the lines of the table."""
    found = []
    for question in ontology.questions():
        asked = fill(question, place, other)
        sparql = asked.sparql
        wall, processor, answer = measure(lambda sparql=sparql: graph.query(sparql), 5)
        values = ", ".join(value for _, value in asked.parameters)
        found.append(f"| {asked.name} | {values} | {len(answer)} | {wall:.3f} | {processor:.3f} |")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.graphml"
        tasks: tuple[tuple[str, Callable[[], Any], int], ...] = (
            ("stats", graph.stats, 5),
            ("validate", graph.validate, 3),
            ("export to GraphML", lambda: graph.export(path), 3),
        )
        for name, action, runs in tasks:
            wall, processor, _ = measure(action, runs)
            found.append(f"| *{name}* | | | {wall:.3f} | {processor:.3f} |")
    return found


def main() -> None:
    """Measure a graph and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--place", required=True, help="name of a place of the graph")
    parser.add_argument("--other", required=True, help="name of another thing of the graph")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("graph.md"))
    options = parser.parse_args()
    with open_graph(options.graph) as graph:
        counts = graph.stats()
        table = rows(graph, options.place, options.other)
    packages = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib"))
    head = [
        "# How fast a graph answers",
        "",
        f"{counts.articles} articles, {counts.things} things, {counts.facts} facts, "
        f"{counts.observations} figures, {counts.quads} quads.",
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end; "
        f"Python {platform.python_version()}, {packages}.",
        "Seconds, medians; written by `benchmarks/bench_graph.py`.",
        "",
        "| question | about | rows | wall | processor |",
        "|---|---|---:|---:|---:|",
    ]
    options.output.write_text("\n".join([*head, *table, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
