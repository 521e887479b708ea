"""Commands that read, add or remove articles: extract, build, remove."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import Authorities, GraphFolder, Sources, app
from kg.cli.outputs import path_of, write_text
from kg.errors import KGError


@app.command()
def extract(
    sources: Sources,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write one JSON file per article there.")
    ] = None,
    rejects: Annotated[
        bool, typer.Option("--rejects", help="Add the relations that were refused, with reasons.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less certain.")
    ] = 0.0,
    authority: Authorities = None,
) -> int:
    """Read articles and write what they say as JSON.

    Without --out one article is one JSON document on standard output; several are one
    document per line.

    Example: kg extract articles/ --out extracted/
    """
    from kg import api, terminal
    from kg.extract.document import to_json

    found, missing = api.find(sources)
    for error in missing:
        terminal.warn(f"kg: {error}")
    done = 0
    with terminal.progress("reading") as advance:
        for at, (source, result) in enumerate(api.extract_all(found, authority_folders=authority or ())):
            if advance:
                advance(at, len(found), source.doc)
            if isinstance(result, KGError):
                terminal.warn(f"kg: {result}")
                continue
            document = to_json(api.at_least(result, min_confidence), rejects=rejects)
            text = (
                json.dumps(document, ensure_ascii=False, indent=1 if out or len(found) == 1 else None) + "\n"
            )
            if out:
                write_text(path_of(out, source.doc, ".json"), text)
            else:
                sys.stdout.write(text)
            done += 1
    return 0 if done else 1


@app.command()
def build(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files and folders of articles.")],
    graph: Annotated[Path | None, typer.Option("--graph", metavar="DIR", help="Folder of the graph.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read articles; one per core if left out.")
    ] = None,
    authority: Authorities = None,
    corrections: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File of corrections; the graph remembers it.")
    ] = None,
    rules: Annotated[
        bool | None,
        typer.Option("--rules/--no-rules", help="Infer what follows from the facts; the graph remembers it."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Read with the workers of a Dask scheduler: tcp://HOST:8786."),
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="With --cluster: write annotations and N-Quads there; a path or URL, s3://…."
        ),
    ] = None,
    shard_size: Annotated[int, typer.Option(min=1, help="Articles a shard, on average.")] = 500,
) -> int:
    """Build a graph, or bring it up to date.

    What has not changed since the last time is not read again. With --shards and without --graph
    the whole build is made by the cluster, and the N-Quads are left for another triple store.

    Example: kg build articles/ --graph out/graph
    """
    from kg import terminal
    from kg.build import build as build_here

    if cluster and workers:
        raise typer.BadParameter("--workers is for this machine; a cluster has the workers that were started")
    if shards and not cluster:
        raise typer.BadParameter("--shards are written by a cluster; name its scheduler with --cluster")
    if graph is None and not shards:
        raise typer.BadParameter("Missing option '--graph'.")
    if graph is None and (corrections or rules is not None):
        raise typer.BadParameter("corrections and rules are for a graph; name its folder with --graph")
    reports: list[Any] = []
    with terminal.progress("building") as advance:
        common: dict[str, Any] = {
            "progress": None if advance is None else lambda p: advance(p.done, p.total, p.doc),
            "authority_folders": tuple(authority or ()),
        }
        if shards and cluster:
            from kg.cluster import build_shards

            reports.append(build_shards(sources, shards=shards, cluster=cluster, size=shard_size, **common))
        if graph is not None:
            on = {"cluster": cluster, "shards": shards} if cluster else {"workers": workers}
            run: Any = build_here
            if cluster:
                from kg.cluster import build as run
            reports.append(run(sources, graph=graph, corrections=corrections, rules=rules, **on, **common))
    # both reports are of the same sources, so what failed in one failed in the other too
    last = reports[-1]
    for reason in (*last.failed, *last.stale):
        terminal.warn(f"kg: {reason}")
    for report in reports:
        terminal.say(str(report))
    return 0 if last.read or last.unchanged else 1


@app.command()
def remove(
    graph: GraphFolder,
    docs: Annotated[
        list[str] | None, typer.Argument(metavar="DOC...", help="Articles: the stem of the file's name.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Leave none of their words in any file; writes the graph anew.")
    ] = False,
) -> int:
    """Take articles out of a graph.

    All that only they say goes with them. The files of the store keep their words, where no query finds them,
    until the whole graph is written again: with --forget at once, also of articles taken out before.

    Example: kg remove t01 t02 --graph out/graph
    """
    from kg import terminal
    from kg.build import remove as run

    if not docs and not forget:
        raise typer.BadParameter("Missing argument 'DOC...'.")
    report = run(docs or (), graph=graph, forget=forget)
    for reason in report.stale:
        terminal.warn(f"kg: {reason}")
    terminal.say(str(report))
    return 0
