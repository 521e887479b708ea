"""A process that runs queries for the server, so that a runaway query can be stopped.

A query cannot be interrupted inside the store, so the server kills the whole process instead. The process
reads one job after another from standard input and writes the answers to standard output. Both are sent in
frames of one letter, the length (four bytes, big-endian) and that many bytes of content:

    to the worker    Q  a job, JSON: query, default_graphs, named_graphs (lists or null), format, max_rows
    from the worker  R  ready for jobs
                     D  a piece of the answer
                     E  the end, JSON: truncated, count, state (`store.stamp` of the graph that was queried)
                     X  an error, JSON: status (of HTTP), message

The graph is opened when the process starts, and again whenever it was rebuilt. The operating system enforces
limits on the process too, so that it ends even if the server that would stop it has gone.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.errors import KGError, QueryError
from kg.graph import query as q
from kg.graph import store as stores
from kg.graph import vocabulary as v
from kg.serve import results, tokens
from kg.serve.frames import read_frame, write_frame

MIB = 1024 * 1024
# seconds beyond the time limit after which the system ends a process that nobody has stopped
GRACE = 10


class Opened:
    """The graph in a folder, opened again when it changes."""

    def __init__(self, folder: Path) -> None:
        """Open the graph.

        Raises:
            GraphError: The folder holds no graph.
        """
        self.folder = folder
        self.state: tuple[int, ...] = ()
        self._release: Callable[[], None] = lambda: None
        self.store: ox.Store
        self.base = v.BASE
        self.refresh()

    def refresh(self) -> None:
        """Open the graph again if its manifest has changed; keep the old state if that fails.

        Raises:
            GraphError: Nothing has been opened yet and the folder holds no graph.
        """
        try:
            state = stores.stamp(self.folder)
            if state == self.state:
                return
            store, manifest, release = stores.open_store(self.folder)
        except (KGError, OSError):
            if not self.state:
                raise
            return
        self._release()
        self.store, self.base, self._release, self.state = store, manifest.base, release, state


def main(arguments: Sequence[str]) -> None:
    """Serve jobs until standard input ends.

    Args:
        arguments: The graph's folder, the time limit in seconds, and MiB of memory (0 for no limit).
    """
    folder, timeout, memory = Path(arguments[0]), float(arguments[1]), int(arguments[2])
    jobs, answers = _pipes()
    try:
        opened = Opened(folder)
    except (KGError, OSError) as error:
        write_frame(answers, b"X", {"status": 503, "message": str(error)})
        return
    _limit_memory(memory)
    write_frame(answers, b"R", b"")
    while (frame := read_frame(jobs)) is not None:
        _limit_time(timeout)
        opened.refresh()
        for kind, content in answer(opened.store, opened.base, json.loads(frame[1])):
            if kind == b"E" and isinstance(content, dict):
                content["state"] = opened.state
            write_frame(answers, kind, content)


def answer(store: ox.Store, base: str, job: dict[str, Any]) -> Iterator[tuple[bytes, bytes | dict[str, Any]]]:
    """Yield the frames that answer a job: pieces and an end, or an error as soon as one occurs.

    Args:
        store: The graph.
        base: The IRI that the prefix `id:` stands for.
        job: A job as described at the top of this module.
    """
    try:
        yield from _run(store, base, job)
    except tokens.RefusedError as error:
        yield b"X", {"status": 403, "message": str(error)}
    except QueryError as error:
        yield b"X", {"status": 400, "message": str(error)}
    except MemoryError:
        yield b"X", {"status": 503, "message": "the query needs more memory than it may take"}
    except (OSError, RuntimeError, ValueError) as error:
        yield b"X", {"status": 500, "message": f"the query cannot be run: {error}"}


def _run(store: ox.Store, base: str, job: dict[str, Any]) -> Iterator[tuple[bytes, bytes | dict[str, Any]]]:
    # checked here too, so that no job can make this process contact another server
    tokens.form(job["query"])
    found = q.run(
        store,
        job["query"],
        base=base,
        default_graphs=_graphs(job["default_graphs"]),
        named_graphs=_graphs(job["named_graphs"]),
    )
    cut = results.Cut(job["max_rows"])
    if isinstance(found, ox.QueryBoolean):
        yield b"D", results.write_truth(bool(found), job["format"])
    elif isinstance(found, ox.QuerySolutions):
        variables = [variable.value for variable in found.variables]
        for piece in results.write_rows(variables, cut(map(tuple, found)), job["format"]):
            yield b"D", piece
    else:
        for piece in results.write_triples(cut(found), job["format"], base):
            yield b"D", piece
    yield b"E", {"truncated": cut.truncated, "count": cut.count}


def _graphs(iris: Sequence[str] | None) -> list[ox.NamedNode] | None:
    try:
        return None if iris is None else [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"a graph's name is no IRI: {error}") from error


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes, and keep anything else written to standard output out of the frames."""
    jobs = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return jobs, answers


def _limit_memory(mebibytes: int) -> None:
    if not mebibytes or sys.platform == "win32":
        return
    import resource

    # private writable memory; files mapped by the store do not count
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (mebibytes * MIB, hard))
    # running out of memory must not leave a core dump
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime + seconds) + GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
