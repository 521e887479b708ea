"""Hold a graph's folder for writing, and report system errors clearly.

Takes the folder and provides its manifest for as long as the writer holds it. A full disk, missing
permissions or a file size limit results in a single clear message. Partly written files are removed, so that
they do not keep a full disk full, and the graph stays as it was.
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
    """Hold a graph's folder as its only writer, and yield its manifest.

    Args:
        folder: The graph's folder; created if missing.
        base: As for `store.writer`.

    Raises:
        GraphError: As for `store.writer`, or the system refuses to write: the disk is full, permission is
            missing, or a file would be larger than allowed.
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
