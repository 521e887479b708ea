"""Reading articles into a graph's cache with the workers of a cluster, or from shards that they have written.

In: jobs and the scheduler's address, or a folder of shards. Out: the reason for each article that could not
be read. A batch under which workers die again and again is handed out article by article, and the one that
does it is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg.build import versions
from kg.build.reading import Job, Reader
from kg.build.report import Progress
from kg.cluster import scheduler, steps, storage, task
from kg.graph import store
from kg.text.filenames import told

BATCH = 20  # articles a task: about a second of work, against some milliseconds of handing it over


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
    with scheduler.connected(address) as cluster:
        for done, (job, reason) in enumerate(_outcomes(cluster, jobs, batch), start=1):
            if progress:
                progress(Progress("read", done, len(jobs), job.source.doc))
            if reason is not None:
                yield job.source.doc, reason


def _outcomes(hands: scheduler.Hands, jobs: Sequence[Job], batch: int) -> Iterator[tuple[Job, str | None]]:
    version = versions.extractor_version()
    groups = [jobs[at : at + batch] for at in range(0, len(jobs), batch)]
    alone: list[Job] = []
    # the paths of a batch are made absolute when it is handed out
    calls = ((tuple(map(absolute, group)), version) for group in groups)
    for number, reasons in hands.run(task.read_batch, calls):
        if isinstance(reasons, scheduler.Died):
            alone += groups[number]
        else:
            yield from zip(groups[number], reasons, strict=True)
    for number, reasons in hands.run(task.read_batch, (((absolute(job),), version) for job in alone)):
        job = alone[number]
        yield job, died(job) if isinstance(reasons, scheduler.Died) else reasons[0]


def copy_all(
    jobs: Sequence[Job],
    *,
    progress: Callable[[Progress], None] | None,
    shards: str | Path,
    read: Reader,
) -> Iterator[tuple[str, str]]:
    """Copy what shards hold into the cache; yield the identifier and the reason of what could not be read.

    Args:
        jobs: Articles, read for the shards with the same code and tables.
        progress: Called after each article.
        shards: Folder of the shards.
        read: Reads the articles that the shards lack, if there are any.

    Raises:
        ClusterError: The shards cannot be read.
    """
    annotations = storage.folder(shards).below(steps.ANNOTATIONS)
    waiting = {job.source.doc: job for job in jobs}
    done = 0
    for name in annotations.names():
        stem, _, ending = name.partition(".")
        if ending == "failed":
            found = [(doc, reason) for doc, reason in steps.failed(annotations, stem) if doc in waiting]
            for doc, _ in found:
                del waiting[doc]
            yield from found
        else:
            for document in steps.documents(annotations, stem):
                job = waiting.pop(document["doc"], None)
                if job is not None:
                    store.write_cached(job.folder, job.key, document)
                    done += 1
                    if progress:
                        progress(Progress("read", done, len(jobs), job.source.doc))
    yield from read(list(waiting.values()), progress=progress)


def died(job: Job) -> str:
    """Return what to say of an article under which workers die."""
    return f"{told(job.source.path)}: the workers that read it died"


def absolute(job: Job) -> Job:
    """Return a job that another machine can do: the same names, but paths from the root."""
    source = replace(job.source, at=Path(job.source.path).resolve())
    return replace(job, source=source, folder=job.folder.resolve())
