"""A graph's folder held for writing, and what to say where the system does not let it be written.

In: the folder. Out: its manifest, for as long as one writer holds it. A full disk, a folder without leave
or a limit on files ends in one clear line; what was half written is cleared away, so that it does not keep
a full disk full, and the graph stays as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import GraphError, KGError
from kg.graph import store


@contextmanager
def held(folder: Path, *, base: str | None = None) -> Iterator[store.Manifest]:
    """Hold a graph's folder as its one writer; yields its manifest.

    Args:
        folder: The graph's folder; made if missing.
        base: As for `store.writer`.

    Raises:
        GraphError: As for `store.writer`, or the system refuses to write: the disk is full, there is no
            leave, a file would be larger than allowed.
    """
    try:
        with store.writer(folder, base=base) as manifest:
            try:
                yield manifest
            except Exception:
                with suppress(OSError, KGError):
                    store.clear_leftovers(folder, store.read_manifest(folder))
                raise
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise GraphError(f"cannot be written: {reason}; what it held, it holds", file=folder) from error
