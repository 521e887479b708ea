"""Time every competency question on a graph, compared with rdflib on the same triples in memory.

    python benchmarks/bench_graph.py GRAPH [--rdflib] [--runs 5]

Questions about named things are asked twice: about the place and the firm with the most statements, so that
the answers are as large as they get, and about a zone and a firm with ten statements each, like most things
in a graph of news. Times are processor time; wall clock is the same on an idle machine, since a question is
answered by one thread. Questions that take over two seconds are asked once.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import median, peak, row

from kg import ontology
from kg.graph import query as q
from kg.graph import vocabulary as v
from kg.graph.graph import Graph, open_graph

# the thing of a type with the most statements about it
_NAMED = (
    "SELECT ?name (COUNT(?s) AS ?n) {{ ?x a kg:{0} ; skos:prefLabel ?name . ?s rdf:subject|rdf:object ?x }}"
    " GROUP BY ?x ?name {1} ORDER BY DESC(?n) ?name LIMIT 1"
)
_FEW = "HAVING (COUNT(?s) <= 10)"
# seconds of processor time after which rdflib is interrupted
_PATIENCE = 5.0
# seconds from which on a question is not repeated
_LONG = 2.0


def named(graph: Graph, place: str, firm: str, having: str = "") -> dict[str, str]:
    """Return the things of two types with the most statements, by the parameter that they fill."""
    found = [graph.query(_NAMED.format(kind, having)) for kind in (place, firm)]
    names = (str(next(iter(rows)).name) for rows in found)  # type: ignore[union-attr]
    return dict(zip(("name", "other"), names, strict=True))


def fill(question: ontology.Question, names: dict[str, str]) -> ontology.Question:
    """Return a question with its parameters set to things of the graph."""
    return ontology.question(question.name, **{k: names[k] for k, _ in question.parameters if k in names})


def in_rdflib(graph: Graph) -> Callable[[str], int]:
    """Return a function that asks rdflib's memory store a question and counts the rows."""
    import pyoxigraph as ox
    import rdflib

    union = graph.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    lines = ox.serialize((quad.triple for quad in union), format=ox.RdfFormat.N_TRIPLES)
    held = rdflib.Graph()
    held.parse(data=lines, format="nt")
    for name, iri in v.prefixes(graph.base).items():
        held.bind(name, iri)
    return lambda sparql: len(list(held.query(sparql)))


class _GivenUpError(Exception):
    """The time for a question is up."""


def _give_up(*_: object) -> None:
    raise _GivenUpError


def timed(graph: Graph, asked: ontology.Question, runs: int) -> tuple[float, int]:
    """Return the median seconds that a question takes, and its number of rows."""
    seconds, answer = median(lambda: q.query(graph.store, asked.sparql), 1)
    if seconds < _LONG:
        seconds, answer = median(lambda: q.query(graph.store, asked.sparql), runs)
    return seconds, len(answer)


def _beside(peer: Callable[[str], int], asked: ontology.Question, own: float, rows: int) -> tuple[str, str]:
    """Return rdflib's milliseconds and their ratio to our own; lower bounds if it was interrupted.

    Raises:
        ValueError: rdflib returns a different number of rows.
    """
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    started = time.process_time()
    try:
        number = peer(asked.sparql)
    except _GivenUpError:
        return f"over {1000 * _PATIENCE:.0f}", f"over {_PATIENCE / own:.0f}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    other = time.process_time() - started
    if number != rows:
        raise ValueError(f"rdflib gives {number} rows for {asked.name}, not {rows}")
    return f"{1000 * other:.0f}", f"{other / own:.0f}"


def report(path: Path, runs: int, *, rdflib: bool) -> list[str]:
    """Return the section of the report.

    Args:
        path: The graph's folder.
        runs: Number of times each question is asked.
        rdflib: Whether to ask rdflib too.
    """
    with open_graph(path) as graph:
        counts = graph.stats()
        most = named(graph, "AdministrativeDivision", "CentralEnterprise")
        few = named(graph, "DevelopmentZone", "Company", _FEW)
        peer = in_rdflib(graph) if rdflib else None
        heads = ("question", "about", "rows", "ms", *(("rdflib ms", "times as fast") if peer else ()))
        lines = [row(*heads), "|---|---|--:|--:|" + ("--:|--:|" if peer else "")]
        for question in ontology.questions():
            about_things = any(key in most for key, _ in question.parameters)
            for names in (most, few) if about_things else ({},):
                asked = fill(question, names)
                values = ", ".join(value for _, value in asked.parameters)
                own, rows = timed(graph, asked, runs)
                cells: list[Any] = [asked.name, values, rows, f"{1000 * own:.1f}"]
                cells += _beside(peer, asked, own, rows) if peer else ()
                lines.append(row(*cells))
    size = f"{counts.articles} articles, {counts.facts} facts, {counts.quads} quads"
    return [f"{size}; peak memory {peak():.0f} MiB{' with rdflib' if rdflib else ''}.", "", *lines]


def main() -> None:
    """Print the section of the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rdflib", action="store_true", help="ask rdflib, too")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print("\n".join(report(options.graph, options.runs, rdflib=options.rdflib)))


if __name__ == "__main__":
    main()
