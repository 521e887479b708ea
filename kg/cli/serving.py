"""The command that serves a graph over HTTP: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.app import GraphFolder, app


@app.command()
def serve(
    graph: GraphFolder,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    timeout: Annotated[float, typer.Option(help="Seconds a query may run before it is stopped.")] = 30.0,
    max_rows: Annotated[int, typer.Option(help="Rows or triples in an answer; more are cut off.")] = 100_000,
    max_query_bytes: Annotated[int, typer.Option(help="Size of a query in bytes.")] = 128 * 1024,
    max_concurrent: Annotated[
        int | None, typer.Option(help="Queries that run at once; by the number of cores if left out.")
    ] = None,
    max_waiting: Annotated[int, typer.Option(help="Queries that may wait; more are turned away.")] = 256,
    max_memory: Annotated[int, typer.Option(help="MiB a running query may take; 0 for no limit.")] = 2048,
) -> int:
    """Serve a graph over HTTP: SPARQL, pages, search, explorer.

    SPARQL 1.1 at /sparql (read-only), a page for every thing and article, an explorer at /.

    Example: kg serve --graph out/graph --port 8000
    """
    from kg import api, terminal

    more = {} if max_concurrent is None else {"max_concurrent": max_concurrent}
    api.serve(
        graph,
        host=host,
        port=port,
        timeout=timeout,
        max_rows=max_rows,
        max_query_bytes=max_query_bytes,
        max_waiting=max_waiting,
        max_memory=max_memory,
        ready=lambda address: terminal.warn(f"serving {graph} at {address} (stop with Ctrl-C)"),
        **more,
    )
    return 0
