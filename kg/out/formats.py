"""Export a graph to files: the formats, the choice of what is written, and the safe replacement of files.

`export` takes a graph, a path and filters. It writes one file (three for tables) and returns a report. The
format follows from the file's ending unless it is named. A file is written beside its destination and then
moved into place, so a failed export leaves what was there before. The same graph and filters give the same
bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import ExportError
from kg.out.choose import choose
from kg.out.select import View, edges, evidence, figures, nodes, open_view
from kg.out.statements import Choice

TABLES = ("nodes", "edges", "observations")
Writer = Callable[[View, Sequence[Path]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format.

    Attributes:
        name: The name that `--format` takes.
        endings: File endings that select it, in lower case.
        about: What it is good for, in one line.
        write: Function that writes the view to as many files as there are `parts` (one if there are none).
        parts: Names of the tables, for a format that consists of several files.
        rdf: Whether it holds triples, with whole statements instead of edges.
    """

    name: str
    endings: tuple[str, ...]
    about: str
    write: Writer
    parts: tuple[str, ...] = ()
    rdf: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: the files, the format, the numbers of things and relations, and the total bytes."""

    paths: tuple[Path, ...]
    format: str
    nodes: int
    edges: int
    bytes: int


def export(
    graph: Any,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    types: Sequence[str] = (),
    predicates: Sequence[str] = (),
    around: str | None = None,
    hops: int = 1,
    since: str | date | None = None,
    until: str | date | None = None,
    min_confidence: float = 0.0,
    aggregate: bool = False,
    inferred: bool = False,
) -> ExportReport:
    """Write a graph or a part of it.

    Filters on things (`types`, `around`) keep every thing that matches, even without relations. Filters on
    statements (`predicates`, `since`, `until`, `min_confidence`) keep the things that take part in a matching
    statement. Both ends of an exported relation are always in the file.

    Args:
        graph: A `kg.graph.graph.Graph`, or any object with the same `query` method.
        path: The file; for tables, a folder (`DIR/` gives `nodes.csv`, `edges.csv`, `observations.csv` in
            it) or a file name (`FILE.csv` gives `FILE-nodes.csv` and so on in the same folder).
        format: One of `FORMATS`, or None for the one that the file's ending selects.
        types: Types of things, leaf or superclass; all if empty.
        predicates: Relations; all if empty.
        around: Name, id or IRI of the thing at the centre.
        hops: How many relations away from it to go, at least 0.
        since: First day: `2023`, `2023-09`, `2023-09-21` or a date. If a day is given, undated statements
            are left out.
        until: Last day, inclusive.
        min_confidence: Between 0 and 1.
        aggregate: Whether to make one edge per source, target and relation, weighted by its number of
            statements; not for RDF.
        inferred: Whether to write what rules inferred, too; in TriG and N-Quads, each fact is in its rule's
            graph. Only for RDF.

    Raises:
        ExportError: A format, type, relation or thing is unknown, or a file cannot be written.
    """
    chosen = find_format(path, format)
    if hops < 0:
        raise ExportError(f"hops is {hops}, not 0 or more")
    if aggregate and chosen.rdf:
        flat = [name for name, other in FORMATS.items() if not other.rdf]
        raise ExportError(f"{chosen.name} holds every statement and cannot be aggregated", valid=flat)
    if inferred and not chosen.rdf:
        whole = [name for name, other in FORMATS.items() if other.rdf]
        raise ExportError(f"{chosen.name} holds statements, and what is inferred has none", valid=whole)
    targets = destinations(path, chosen)
    choice = choose(
        graph,
        types=types,
        predicates=predicates,
        around=around,
        since=since,
        until=until,
        min_confidence=min_confidence,
        aggregate=aggregate,
        inferred=inferred,
    )
    view = open_view(graph, choice, hops=hops)
    with _replacing(targets) as files:
        chosen.write(view, files)
    size = sum(target.stat().st_size for target in targets)
    return ExportReport(targets, chosen.name, len(view.things), view.edge_count, size)


def find_format(path: str | os.PathLike[str], name: str | None = None) -> Format:
    """Return the format with a name, or the one that the file's ending selects.

    Raises:
        ExportError: There is no such format.
    """
    if name is not None:
        if name.lower() not in FORMATS:
            raise ExportError(f"there is no export format {name}", valid=FORMATS)
        return FORMATS[name.lower()]
    ending = Path(path).suffix.lower()
    for candidate in FORMATS.values():
        if ending in candidate.endings:
            return candidate
    what = (
        f"the ending {ending} means no export format" if ending else "no ending that tells the export format"
    )
    raise ExportError(f"{what}; name one", file=os.fspath(path), valid=FORMATS)


def destinations(path: str | os.PathLike[str], chosen: Format) -> tuple[Path, ...]:
    """Return the files that an export to `path` writes.

    Raises:
        ExportError: The folder does not exist, or a folder stands where the file should go.
    """
    text, target = os.fspath(path), Path(path)
    if not target.name or "\0" in text:
        raise ExportError("is no name of a file", file=text)
    # os.path instead of Path, which raises an error if a name is too long
    if chosen.parts and (os.path.isdir(target) or text.endswith(("/", os.sep))):
        if not os.path.isdir(target):
            raise ExportError("there is no such folder", file=text)
        files = tuple(target / f"{part}{chosen.endings[0]}" for part in chosen.parts)
    elif chosen.parts:
        files = tuple(
            target.with_name(f"{target.stem}-{part}{target.suffix or chosen.endings[0]}")
            for part in chosen.parts
        )
    else:
        files = (target,)
    for file in files:
        if os.path.isdir(file):
            raise ExportError("is a folder; name a file", file=file)
        if not os.path.isdir(file.parent):
            raise ExportError(f"there is no folder {file.parent}", file=file)
    return files


@contextmanager
def _replacing(targets: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Yield files to write instead of the targets, which are replaced only if everything goes well."""
    reals = [Path(os.path.realpath(target)) for target in targets]
    drafts = tuple(real.with_name(f".kg-{os.getpid()}-{i}.part") for i, real in enumerate(reals))
    try:
        yield drafts
        for draft, real in zip(drafts, reals, strict=True):
            os.replace(draft, real)
    except OSError as error:
        names = ", ".join(str(target) for target in targets)
        raise ExportError(f"cannot be written: {error.strerror or error}", file=names) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _graphml(view: View, files: Sequence[Path]) -> None:
    from kg.out.graphml import write_graphml

    with open(files[0], "wb") as file:
        write_graphml(file, nodes(view), edges(view))


def _gexf(view: View, files: Sequence[Path]) -> None:
    from kg.out.gexf import write_gexf

    with open(files[0], "wb") as file:
        write_gexf(file, nodes(view), edges(view), dynamic=view.dated)


def _cypher(view: View, files: Sequence[Path]) -> None:
    from kg.out.cypher import write_cypher

    with open(files[0], "w", encoding="utf-8", newline="\n") as file:
        write_cypher(file, nodes(view), edges(view))


def _cytoscape(view: View, files: Sequence[Path]) -> None:
    from kg.out.cytoscape import write_cytoscape

    with open(files[0], "w", encoding="utf-8", newline="\n") as file:
        write_cytoscape(file, nodes(view), edges(view))


def _html(view: View, files: Sequence[Path]) -> None:
    from kg.out.page import write_page

    with open(files[0], "w", encoding="utf-8", newline="\n") as file:
        write_page(file, nodes(view), edges(view))


def _plot(name: str) -> Writer:
    def write(view: View, files: Sequence[Path]) -> None:
        from kg.out.plot import write_plot

        with open(files[0], "wb") as file:
            write_plot(file, nodes(view), edges(view), format=name)

    return write


def _csv(view: View, files: Sequence[Path]) -> None:
    from kg.out.tables import EDGE_TABLE, FIGURE_TABLE, NODE_TABLE, write_csv

    with open(files[0], "w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, NODE_TABLE, nodes(view))
    with open(files[1], "w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, EDGE_TABLE, edges(view))
    with open(files[2], "w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, FIGURE_TABLE, figures(view))


def _parquet(view: View, files: Sequence[Path]) -> None:
    from kg.out.parquet import NUMBER, write_parquet
    from kg.out.tables import EDGE_TABLE, FIGURE_TABLE, NODE_TABLE

    with open(files[0], "wb") as file:
        write_parquet(file, NODE_TABLE, nodes(view))
    with open(files[1], "wb") as file:
        write_parquet(file, EDGE_TABLE, edges(view))
    with open(files[2], "wb") as file:
        write_parquet(file, (*FIGURE_TABLE, NUMBER), figures(view))


def _rdf(name: str) -> Writer:
    def write(view: View, files: Sequence[Path]) -> None:
        from kg.graph import jsonld, serialize
        from kg.paths import data_folder

        store, base = view.graph.store, view.graph.base  # type: ignore[attr-defined]
        inferred = view.choice.inferred
        whole = replace(view.choice, inferred=False) == Choice()
        part = None if whole else serialize.select(store, view.things, evidence(view))
        with open(files[0], "wb") as file:
            if name == "jsonld":
                context = jsonld.read_context(data_folder("ontology") / "context.jsonld", base)
                jsonld.write_jsonld(file, serialize.triples(store, base, part, inferred), context)
            else:
                serialize.write_rdf(store, file, name, base=base, part=part, inferred=inferred)

    return write


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("graphml", (".graphml",), "Gephi, yEd, networkx", _graphml),
        Format("gexf", (".gexf",), "Gephi, with a timeline", _gexf),
        Format("turtle", (".ttl",), "RDF, read by people", _rdf("turtle"), rdf=True),
        Format("trig", (".trig",), "RDF with one graph per article", _rdf("trig"), rdf=True),
        Format(
            "nquads", (".nq",), "RDF with one graph per article, one quad a line", _rdf("nquads"), rdf=True
        ),
        Format("jsonld", (".jsonld",), "RDF as JSON", _rdf("jsonld"), rdf=True),
        Format("rdfxml", (".rdf", ".owl"), "RDF as XML", _rdf("rdfxml"), rdf=True),
        Format("csv", (".csv",), "spreadsheets: things, relations, observations", _csv, TABLES),
        Format("parquet", (".parquet",), "pandas, DuckDB, Spark: the same tables", _parquet, TABLES),
        Format("cypher", (".cypher", ".cql"), "Neo4j", _cypher),
        Format("cytoscape", (".cyjs", ".json"), "Cytoscape", _cytoscape),
        Format("html", (".html", ".htm"), "a browser, nothing to install", _html),
        Format("png", (".png",), "a picture of a small part", _plot("png")),
        Format("svg", (".svg",), "a picture of a small part, to be edited", _plot("svg")),
    )
}
