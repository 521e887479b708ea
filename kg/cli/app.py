"""The application to which the commands are added, and the arguments that several of them share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="kg",
    help="Knowledge graphs from Chinese regional-development news, every fact with its sentence.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Sources = Annotated[list[Path], typer.Argument(metavar="SOURCE...", help="Files and folders of articles.")]
GraphFolder = Annotated[Path, typer.Option("--graph", metavar="DIR", help="Folder of the graph.")]
Authorities = Annotated[
    list[Path] | None,
    typer.Option("--authority", metavar="DIR", help="Folder of further authority tables; may be repeated."),
]


def _version(wanted: bool) -> None:
    if wanted:
        import kg

        sys.stdout.write(f"kg {kg.__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Knowledge graphs from Chinese regional-development news, every fact with its sentence."""
