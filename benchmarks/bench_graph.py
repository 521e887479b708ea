"""Times what people ask of a graph: every competency question, beside rdflib on the same triples in memory.

    python benchmarks/bench_graph.py GRAPH [--rdflib] [--runs 5]

The questions are about named things; places and firms of which the graph says most are put into them, so
that the answers are as large as they get. Times are processor time; wall clock is the same on a quiet
machine, since a question is answered by one thread.
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

# of a type, the thing that most statements are about
_MOST = (
    "SELECT ?name (COUNT(?s) AS ?n) {{ ?x a {0} ; skos:prefLabel ?name . ?s rdf:subject|rdf:object ?x }}"
    " GROUP BY ?x ?name ORDER BY DESC(?n) ?name LIMIT 1"
)
# seconds of processor time after which rdflib is asked no longer
_PATIENCE = 5.0
# the others read the whole graph, which rdflib takes minutes for
_ABOUT_ONE_THING = (
    "articles-about",
    "common-ground",
    "figures-of",
    "industries-of-place",
    "inside-place",
    "launches-by-year",
    "leaders-of-place",
    "products-of-place",
    "what-links",
)


def most_named(graph: Graph) -> dict[str, str]:
    """Return a place and a firm of which the graph says most, by the parameter that they fill."""
    place, firm = (
        next(iter(graph.query(_MOST.format(kind)))).name  # type: ignore[union-attr]
        for kind in ("kg:AdministrativeDivision", "kg:CentralEnterprise")
    )
    return {"name": str(place), "other": str(firm)}


def fill(question: ontology.Question, names: dict[str, str]) -> ontology.Question:
    """Return a question about things that the graph has."""
    return ontology.question(question.name, **{k: names[k] for k, _ in question.parameters if k in names})


def in_rdflib(graph: Graph) -> Callable[[str], int]:
    """Return what asks rdflib's own memory store the same question and counts the rows."""
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
    """The time for a question is over."""


def _give_up(*_: object) -> None:
    raise _GivenUpError


def _beside(peer: Callable[[str], int], asked: ontology.Question, own: float, rows: int) -> tuple[str, str]:
    """Return rdflib's milliseconds and how many times as long that is; a bound where it was given up.

    Raises:
        ValueError: rdflib gives another number of rows.
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
        runs: How often each question is asked.
        rdflib: Whether to ask rdflib, too.
    """
    with open_graph(path) as graph:
        counts = graph.stats()
        names = most_named(graph)
        peer = in_rdflib(graph) if rdflib else None
        heads = ("question", "about", "rows", "ms", *(("rdflib ms", "times as fast") if peer else ()))
        lines = [row(*heads), "|---|---|--:|--:|" + ("--:|--:|" if peer else "")]
        for question in ontology.questions():
            asked = fill(question, names)
            values = ", ".join(value for _, value in asked.parameters)
            own, answer = median(lambda asked=asked: q.query(graph.store, asked.sparql), runs)
            cells: list[Any] = [asked.name, values, len(answer), f"{1000 * own:.1f}"]
            if peer and asked.name in _ABOUT_ONE_THING:
                cells += _beside(peer, asked, own, len(answer))
            elif peer:
                cells += ["", ""]
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
