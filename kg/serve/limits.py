"""Limits on the resources of one query, of one request, and of all of them together."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields

from kg.errors import KGError


def _workers() -> int:
    # more processes than cores, so that a slow query does not keep a core from the others
    return max(2, min(16, (os.cpu_count() or 1) + 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server.

    Attributes:
        timeout: Seconds a query may run before it is stopped, above 0.
        max_rows: Rows or triples that an answer may have; further ones are cut off, and the answer says so.
        max_query_bytes: Size of a query, and of a request's body, in bytes.
        max_concurrent: Queries that run at once, each in its own process.
        max_waiting: Queries that may wait for a process; further ones are rejected.
        max_memory: MiB of memory that the process of one query may use; 0 for no limit.
    """

    timeout: float = 30.0
    max_rows: int = 100_000
    max_query_bytes: int = 128 * 1024
    max_concurrent: int = field(default_factory=_workers)
    max_waiting: int = 256
    max_memory: int = 2048

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            KGError: A limit is out of its range.
        """
        for name in (f.name for f in fields(self)):
            value = getattr(self, name)
            least = 0 if name in ("max_waiting", "max_memory") else 1
            if name == "timeout":
                if not 0 < value <= 86_400:
                    raise KGError(f"timeout must be above 0 and at most 86400 seconds, not {value:g}")
            elif value < least:
                raise KGError(f"{name} must be at least {least}, not {value}")
        if 0 < self.max_memory < 256:
            raise KGError(f"max_memory must be 0 or at least 256 MiB, not {self.max_memory}")
