"""Read articles into a graph's cache with the workers of a cluster, or from shards that they have written.

Takes jobs and the scheduler's address, or a folder of shards, and yields the reason for each article that
could not be read. A batch on which workers die repeatedly is split into single articles, and the article that
causes this is given up.
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
from kg.text.readers import ENDINGS

BATCH = 20  # articles per task: about a second of work, for a few milliseconds of overhead


def read_all(
    jobs: Sequence[Job], *, progress: Callable[[Progress], None] | None, address: str, batch: int = BATCH
) -> Iterator[tuple[str, str]]:
    """Read and extract on a cluster; yield identifier and reason for each source that could not be read.

    Args:
        jobs: Articles to be read into a cache on shared storage.
        progress: Called for each article of a batch when the batch is finished.
        address: Address of the scheduler.
        batch: Articles per task.

    Raises:
        ClusterError: No scheduler answers at the address, there are no workers, workers have another version
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
    version = versions.extractor_version(ENDINGS)
    groups = [jobs[at : at + batch] for at in range(0, len(jobs), batch)]
    alone: list[Job] = []
    # a generator, so that the paths of a batch are made absolute only when it is submitted
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
    """Copy extractions from shards to the cache; yield identifier and reason for each source not readable.

    Args:
        jobs: Articles, which the shards have to have been read with the same code and tables.
        progress: Called after each article.
        shards: Folder of the shards.
        read: Reads the articles that the shards lack.

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
    """Return the message for an article on which workers die."""
    return f"{told(job.source.path)}: the workers that read it died"


def absolute(job: Job) -> Job:
    """Return a job that another machine can run: names are kept, and paths are made absolute."""
    source = replace(job.source, at=Path(job.source.path).resolve())
    return replace(job, source=source, folder=job.folder.resolve())
