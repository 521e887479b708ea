"""Handing articles to the workers of a Dask cluster and taking in what became of them.

In: jobs and the scheduler's address. Out: the reason for each article that could not be read. At any time
there are only a few batches a worker under way, so that the scheduler's memory does not grow with the
number of articles. Dask gives a batch whose worker died to another one; a batch under which workers die
again and again is handed out article by article, and the one that does it is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.build import versions
from kg.build.reading import Job
from kg.build.report import Progress
from kg.cluster import task
from kg.errors import ClusterError, MissingExtraError

BATCH = 20  # articles a task: about a second of work, against some milliseconds of handing it over
_AHEAD = 4  # batches under way for each thread of the cluster
_PATIENCE = 10  # seconds in which a scheduler has to answer


def read_all(
    jobs: Sequence[Job], *, progress: Callable[[Progress], None] | None, address: str, batch: int = BATCH
) -> Iterator[tuple[str, str]]:
    """Read and extract on a cluster; yield the identifier and the reason of each source that could not be.

    Args:
        jobs: Articles to be read into a cache on shared storage.
        progress: Called after each article of a batch that has come in.
        address: Of the scheduler.
        batch: Articles a task.

    Raises:
        ClusterError: Nothing answers at the address, no worker is there, workers are of another version
            or do not see the folder, or the cluster was lost.
        MissingExtraError: `distributed` is not installed.
    """
    if not jobs:
        return
    client = _client(address)
    try:
        for done, (job, reason) in enumerate(_outcomes(client, jobs, batch, address), start=1):
            if progress:
                progress(Progress("read", done, len(jobs), job.source.doc))
            if reason is not None:
                yield job.source.doc, reason
    finally:
        client.close(timeout=_PATIENCE)


def _outcomes(client: Any, jobs: Sequence[Job], batch: int, address: str) -> Iterator[tuple[Job, str | None]]:
    from distributed import CancelledError, KilledWorker, as_completed
    from distributed.comm import CommClosedError

    version = versions.extractor_version()
    # the paths of a batch are made absolute when it is handed out
    waiting = deque(tuple(jobs[at : at + batch]) for at in range(0, len(jobs), batch))
    under_way: dict[Any, tuple[Job, ...]] = {}
    coming = as_completed(loop=client.loop)
    try:
        threads = sum(client.nthreads().values())
        while waiting or under_way:
            while waiting and len(under_way) < _AHEAD * threads:
                group = waiting.popleft()
                future = client.submit(task.read_batch, tuple(map(absolute, group)), version, pure=False)
                under_way[future] = group
                coming.add(future)
            future = next(coming)
            group = under_way.pop(future)
            try:
                reasons = future.result()
            except KilledWorker:
                if len(group) == 1:
                    yield group[0], f"{group[0].source.path}: the workers that read it died"
                else:
                    waiting.extend((job,) for job in group)
                continue
            yield from zip(group, reasons, strict=True)
    except (CancelledError, CommClosedError, OSError, TimeoutError) as error:
        raise ClusterError(f"the cluster at {address} was lost; run the build again to go on") from error


def absolute(job: Job) -> Job:
    """Return a job that another machine can do: the same names, but paths from the root."""
    source = replace(job.source, at=Path(job.source.path).resolve())
    return replace(job, source=source, folder=job.folder.resolve())


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError('a cluster needs distributed: pip install "kg-regional[cluster]"') from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}", valid=("tcp://HOST:8786",)) from error
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError) as error:
        client.close(timeout=_PATIENCE)
        raise ClusterError(f"the scheduler at {address} has no workers; start some: dask worker") from error
    return client
