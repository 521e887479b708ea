"""Times the GraphML and GEXF writers on generated records and shows the peak memory of the process.

    python benchmarks/bench_graphml.py graphml 200000 1000000

The records are made on the fly, so what is measured is the writer, not the graph behind it.
Run each format in a process of its own: the peak is the process's.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

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


def main(kind: str, things: int, statements: int) -> None:
    """Write one file and print what it took."""
    writer = {"graphml": write_graphml, "gexf": write_gexf}[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"graph.{kind}"
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        with open(path, "wb") as file:
            writer(file, nodes(things), edges(statements, things))
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = path.stat().st_size / 2**20
    print(f"{kind}: {things} things, {statements} relations, {size:.0f} MiB, {seconds:.1f} s of CPU time")
    print(f"peak memory {peak / 1024:.0f} MiB, of which {base / 1024:.0f} MiB before the first record")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
