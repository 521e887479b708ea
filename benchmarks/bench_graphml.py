"""Time the GraphML and GEXF writers, and networkx's, on generated records, with their peak memory.

    python benchmarks/bench_graphml.py graphml 200000 1000000

The records are generated on the fly, so that the writer is measured, not the graph behind it.
Run each format in its own process, because the peak is that of the process.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

from machine import MIB, apart, peak, row

from kg.model import PREDICATES, TYPES
from kg.out.gexf import write_gexf
from kg.out.graphml import write_graphml
from kg.out.view import Edge, Node


def nodes(count: int) -> Iterator[Node]:
    """Yield things with two names each."""
    for i in range(count):
        name = f"第{i}号示范园区"
        kind = TYPES[i % len(TYPES)]
        iri = f"https://kg.example.org/id/x/{i}"
        yield Node(
            f"x/{i}", name, kind, name=name, names=(name, f"{i}号园"), iri=iri, articles=3, degree=i % 50
        )


def edges(count: int, things: int) -> Iterator[Edge]:
    """Yield statements with a quote of some thirty characters."""
    first, last = date(2023, 9, 1), date(2023, 9, 30)
    for i in range(count):
        yield Edge(
            f"statement/{i:024x}",
            f"x/{i * 7919 % things}",
            f"x/{i * 104729 % things}",
            PREDICATES[i % len(PREDICATES)],
            start=first,
            end=last,
            articles=(f"a{i % 5000}",),
            confidence=0.9,
            quote=f"第{i}句写道，示范园区与有关企业在当地签署战略合作协议，共同推进项目建设。",
            by="signing",
        )


def with_networkx(file: IO[bytes], things: int, statements: int) -> None:
    """Write the same with networkx, which first needs all of it in memory."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    for n in nodes(things):
        graph.add_node(n.id, label=n.label, type=n.type, name=n.name, iri=n.iri, articles=n.articles)
    for e in edges(statements, things):
        about = {"start": str(e.start), "end": str(e.end), "confidence": e.confidence, "quote": e.quote}
        graph.add_edge(e.source, e.target, key=e.id, predicate=e.predicate, by=e.by, **about)
    nx.write_graphml(graph, file)


def measure(kind: str, things: int, statements: int) -> None:
    """Write one file; print things, relations, MiB, processor seconds, and peak memory after and before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"graph.{kind}"
        base, start = peak(), time.process_time()
        with open(path, "wb") as file:
            if kind == "networkx":
                with_networkx(file, things, statements)
            else:
                writer = {"graphml": write_graphml, "gexf": write_gexf}[kind]
                writer(file, nodes(things), edges(statements, things))
        seconds = time.process_time() - start
        size = path.stat().st_size / MIB
    print(json.dumps([things, statements, size, seconds, peak(), base]))


def report(things: int, statements: int) -> list[str]:
    """Return the section of the report, running each writer in its own process."""
    head = ("writer", "things", "relations", "MiB written", "seconds", "peak MiB", "of it before")
    lines = [row(*head), "|---|--:|--:|--:|--:|--:|--:|"]
    for name, kind in (("kg, GraphML", "graphml"), ("kg, GEXF", "gexf"), ("networkx, GraphML", "networkx")):
        (told,) = apart("bench_graphml.py", kind, things, statements)
        made = json.loads(told)
        lines.append(row(name, made[0], made[1], f"{made[2]:.0f}", f"{made[3]:.1f}", *map(round, made[4:])))
    return lines


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
