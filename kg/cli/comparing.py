"""Commands that compare: diff, conflicts."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import GraphFolder, app
from kg.errors import KGError


class Form(StrEnum):
    """Formats of the answer."""

    TABLE = "table"
    JSON = "json"


FormOption = Annotated[Form, typer.Option("--format", help="Form of the answer.")]


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Folder of a graph, or an N-Quads file.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another one.")],
    format: FormOption = Form.TABLE,
) -> int:
    """Tell what two graphs differ in.

    Articles, things, facts and figures: + added, - removed, ~ changed. Exit status 0 where they
    do not differ, 1 where they do, 2 where one cannot be read.

    Example: kg diff out/before.nq out/graph
    """
    from kg import terminal
    from kg.graph import diff as differ

    try:
        with differ.open_either(old) as one, differ.open_either(new) as other:
            changes = differ.diff(one, other)
    except KGError as error:
        # as in diff(1), where 1 means that they differ
        terminal.warn(f"kg: {error}")
        return 2
    if format is Form.JSON:
        terminal.say(json.dumps([change.to_json() for change in changes], ensure_ascii=False, indent=1))
    else:
        for change in changes:
            terminal.say(terminal.one_line(str(change)))
    return 1 if changes else 0


@app.command()
def conflicts(
    graph: GraphFolder,
    within: Annotated[
        bool, typer.Option("--within", help="Also figures that differ within one article.")
    ] = False,
    format: FormOption = Form.TABLE,
) -> int:
    """Show where articles contradict each other.

    Figures of one thing, indicator and period that cannot both be true (roundings of one another
    can), two persons in one post, one person at the head of two places; each with its sentences.

    Example: kg conflicts --graph out/graph
    """
    from kg import terminal
    from kg.graph.conflicts import conflicts as find
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        found = find(opened, within=within)
    if format is Form.JSON:
        terminal.say(json.dumps([conflict.to_json() for conflict in found], ensure_ascii=False, indent=1))
        return 0
    for conflict in found:
        terminal.say(f"{conflict.kind}: {conflict.about} {conflict.what}")
        for saying in conflict.sayings:
            when = f" [{saying.date}]" if saying.date else ""
            terminal.say(f"  {saying.value}{when}  {saying.doc}: {terminal.one_line(saying.quote)}")
    number = len(found) or "no"
    terminal.say(f"{number} contradiction{'' if len(found) == 1 else 's'}")
    return 0
