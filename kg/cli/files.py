"""Commands that write files and check quality: export, validate, evaluate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import GraphFolder, app


@app.command()
def export(
    graph: GraphFolder,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File (or folder, for tables) to write.")],
    format: Annotated[
        str | None, typer.Option(help="graphml, gexf, turtle, …; told by the file's ending if left out.")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Only things of this type; may be repeated.")
    ] = None,
    predicate: Annotated[list[str] | None, typer.Option(help="Only this relation; may be repeated.")] = None,
    around: Annotated[str | None, typer.Option(metavar="NAME", help="Only what is near this thing.")] = None,
    hops: Annotated[int, typer.Option(min=0, help="How near.")] = 1,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="From this day on: 2023, 2023-09 or 2023-09-21.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to and with this day.")] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less certain.")
    ] = 0.0,
    aggregate: Annotated[
        bool, typer.Option("--aggregate", help="One edge for all statements of a fact.")
    ] = False,
    inferred: Annotated[bool, typer.Option("--inferred", help="RDF only: what rules inferred, too.")] = False,
) -> int:
    """Write a graph, or a part of it, to a file.

    For Gephi (gexf, graphml), RDF tools (turtle, trig, nquads, jsonld, rdfxml), as tables
    (csv, parquet), for Neo4j (cypher), as a page (html) or a picture (png, svg).

    Example: kg export --graph out/graph --format gexf --type Company --out companies.gexf
    """
    from kg import terminal
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        report = opened.export(
            out,
            format,
            types=tuple(type_ or ()),
            predicates=tuple(predicate or ()),
            around=around,
            hops=hops,
            since=since,
            until=until,
            min_confidence=min_confidence,
            aggregate=aggregate,
            inferred=inferred,
        )
    written = ", ".join(map(str, report.paths))
    terminal.say(f"wrote {written}: {report.nodes} things, {report.edges} relations, {report.bytes} bytes")
    return 0


@app.command()
def validate(graph: GraphFolder) -> int:
    """Check a graph against the shapes.

    Exit status 1 where it breaks them.

    Example: kg validate --graph out/graph
    """
    from kg import terminal
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        report = opened.validate()
    terminal.say(str(report))
    return 0 if report.conforms else 1


@app.command()
def evaluate(
    predicted: Annotated[Path, typer.Argument(metavar="PREDICTED", help="Folder (or file) of `kg extract`.")],
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder (or file) of gold articles.")],
    errors: Annotated[
        bool, typer.Option("--errors", help="List what was missed, extra or of the wrong type.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures as JSON.")] = False,
) -> int:
    """Score extractions against gold articles.

    Precision, recall and F1 of entities, relations and figures.

    Example: kg evaluate extracted/ seeds/articles/gold
    """
    from kg import evaluate as scorer
    from kg import terminal

    result = scorer.evaluate(predicted, gold)
    if result.missing:
        terminal.warn(f"kg: no prediction for {', '.join(result.missing)}; all of it counts as missed")
    if as_json:
        terminal.say(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        rows = [(key, s.precision, s.recall, s.f1, s.gold) for key, s in result.scores.items()]
        terminal.table(("what", "precision", "recall", "F1", "gold"), rows)
    if errors:
        for mistake in result.mistakes:
            terminal.say(
                "\t".join((mistake.doc, mistake.kind, mistake.what, terminal.one_line(mistake.name)))
            )
    return 0
