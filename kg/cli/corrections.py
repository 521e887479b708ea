"""The command for corrections: correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import GraphFolder, app

# the words that each action takes after its name
_WORDS = {
    "merge": ("A", "B"),
    "split": ("NAME",),
    "rename": ("THING", "NEWNAME"),
    "retype": ("THING", "TYPE"),
    "reject": ("S", "P", "O"),
    "add": ("S", "P", "O"),
    "list": (),
    "undo": ("N",),
}


@app.command()
def correct(
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="merge, split, rename, retype, reject, add, list or undo.")
    ],
    graph: GraphFolder,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]...", help="What the action is about, see above.")
    ] = None,
    author: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="When; today if left out.")] = None,
    docs: Annotated[
        list[str] | None,
        typer.Option("--doc", metavar="DOC", help="An article that means another thing; may be repeated."),
    ] = None,
    article: Annotated[
        str | None, typer.Option(metavar="DOC", help="The article that says the added fact.")
    ] = None,
    quote: Annotated[str | None, typer.Option(metavar="TEXT", help="Its words that say so.")] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep corrections in this file; the graph remembers it."),
    ] = None,
) -> int:
    """Put right what a graph has wrong, now and in every later build.

    \b
    kg correct merge A B           B is A: one thing, which goes by A's name
    kg correct split NAME --doc D  in these articles another thing is meant
    kg correct rename THING NAME   give it another name; the old one stays findable
    kg correct retype THING TYPE   it is of another type
    kg correct reject S P O        this is not so, whoever says it
    kg correct add S P O           this is so; --quote and --article say where it stands
    kg correct list                list the corrections
    kg correct undo N              take number N of the list back

    Things go by any name that only they bear, or by id:…; every correction but list and undo needs
    --author and --reason.

    Example: kg correct merge 招商局集团 招商局 --author 王芳 --reason 简称 --graph out/graph
    """
    from kg import terminal
    from kg.build import correcting

    given = list(words or ())
    _check(action, given)
    if action == "list":
        made = correcting.corrections(graph)
        heading = ("no", "date", "author", "correction", "reason", "state")
        rows = [
            (
                m.number,
                m.correction.date,
                m.correction.author,
                str(m.correction),
                m.correction.reason,
                _state(m.stale),
            )
            for m in made
        ]
        terminal.table(heading, rows)
        return 0
    if action == "undo":
        if not given[0].isdecimal():
            raise typer.BadParameter(f"undo takes a number of `kg correct list`, not {given[0]}")
        report = correcting.undo(graph, int(given[0]))
    else:
        if not (author and reason):
            raise typer.BadParameter(f"{action} needs --author and --reason")
        thing, *rest = given
        predicate = rest.pop(0) if len(rest) == 2 else ""
        if (article or quote) and action != "add":
            raise typer.BadParameter("--article and --quote go with add")
        if bool(docs) != (action == "split"):
            raise typer.BadParameter("split needs --doc, and only split takes it")
        report = correcting.correct(
            graph,
            action,
            thing,
            rest[0] if rest else "",
            predicate=predicate.removeprefix("kg:"),
            docs=tuple(docs or ()) or ((article,) if article else ()),
            quote=quote or "",
            author=author,
            reason=reason,
            date=date,
            corrections=corrections,
        )
    for line in report.stale:
        terminal.warn(f"kg: {line}")
    terminal.say(str(report))
    return 0


def _check(action: str, given: Sequence[str]) -> None:
    if action not in _WORDS:
        raise typer.BadParameter(f"there is no correction {action} (valid: {', '.join(_WORDS)})")
    if len(given) != len(_WORDS[action]):
        usage = " ".join(("kg correct", action, *_WORDS[action]))
        raise typer.BadParameter(
            f"{action} takes {len(_WORDS[action]) or 'no'} words, not {len(given)}: {usage}"
        )


def _state(stale: str) -> str:
    return f"does not apply: {stale}" if stale else "in force"
