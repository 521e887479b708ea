"""The task of a cluster worker: read some articles into the graph's cache.

Takes jobs with absolute paths, and returns which articles could not be read, and why. It runs in the workers,
where the package must have the same version as on the machine that started the build.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.build import reading, versions
from kg.build.reading import Job
from kg.errors import ClusterError
from kg.graph import store
from kg.text.readers import ENDINGS


def read_batch(jobs: Sequence[Job], version: str) -> list[str | None]:
    """Extract articles into the cache; return for each None, or the reason if it could not be read.

    Articles that an earlier attempt at the same batch has written are not read again.

    Args:
        jobs: Articles, with absolute paths.
        version: Version of the extraction on the machine that started the build.

    Raises:
        ClusterError: This worker has another version, or does not see the graph's folder.
    """
    check(jobs[0].folder if jobs else None, version)
    return [None if store.cache_file(job.folder, job.key).exists() else reading.read_one(job) for job in jobs]


def check(folder: Path | None, version: str) -> None:
    """Check that this process can read articles for a build.

    Raises:
        ClusterError: It has another version, or does not see the graph's folder.
    """
    own = versions.extractor_version(ENDINGS)
    if own != version:
        reason = f"a worker has version {own} of the extraction, this build {version}"
        raise ClusterError(f"{reason}; install the same kg on all machines, with the same packages")
    if folder is not None and not (folder / store.MANIFEST).exists():
        raise ClusterError(
            "a worker does not see the graph's folder; it has to lie on shared storage", file=folder
        )
