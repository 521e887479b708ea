"""Read articles: turn sources into extractions in the graph's cache, in a pool of processes.

Takes sources, writes cache files, and reports a reason for each source that could not be read. If a process
dies, nothing is lost: the articles it may have been reading are read again, each in a process of its own, and
an article is given up only if that process dies too.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kg import authority
from kg.build import versions
from kg.build.report import Progress
from kg.errors import KGError, ReadError
from kg.extract import document
from kg.graph import store
from kg.text.filedates import date_in_path
from kg.text.filenames import told
from kg.text.readers import Source, find_sources

# Below this many articles to read, starting processes costs more than it saves.
_POOL_FROM = 4
# Maximum number of articles submitted to the pool per process.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Job:
    """An article to be read into the cache of a graph's folder.

    Attributes:
        source: Where the article is.
        key: Name of its extraction in the cache.
        folder: The graph's folder.
        authority: Folders of the user's own authority tables.
    """

    source: Source
    key: str
    folder: Path
    authority: tuple[str, ...]


class Reader(Protocol):
    """A callable that reads articles into the cache, in processes of this machine or on a cluster."""

    def __call__(
        self, jobs: Sequence[Job], *, progress: Callable[[Progress], None] | None
    ) -> Iterator[tuple[str, str]]:
        """Yield the identifier and the reason of each source that could not be read."""


def find(sources: Iterable[str | Path]) -> tuple[tuple[Source, ...], list[str]]:
    """Return the sources found, and a message for each input that contains none."""
    good: list[str | Path] = []
    failed: list[str] = []
    for given in sources:
        try:
            find_sources([given])
        except KGError as error:
            failed.append(str(error))
        else:
            good.append(given)
    return find_sources(good), sorted(failed)


def key_of(source: Source, folders: tuple[str, ...]) -> str:
    """Return the cache key of a source's extraction: a digest of everything that it depends on."""
    digest = digest_without_text(source, folders)
    try:
        with source.path.open("rb") as file:
            file.seek(source.offset)
            digest.update(file.read(source.length) if source.line is not None else file.read())
    except OSError:
        # the reason is reported when the source is read
        digest.update(b"unreadable")
    return digest.hexdigest()


def digest_without_text(source: Source, folders: tuple[str, ...]) -> hashlib._Hash:
    """Return a digest of everything that a source's extraction depends on except its bytes."""
    ending = source.path.suffix.lower()
    parts = [versions.extractor_version([ending]), versions.tables(folders), source.doc, ending]
    # `kg.text` reads a date from the names of file and folders, so moving a file may change the extraction
    parts += [str(date_in_path(source.path)), str(source.line or "")]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))


def read_all(
    jobs: Sequence[Job], *, workers: int, progress: Callable[[Progress], None] | None
) -> Iterator[tuple[str, str]]:
    """Read and extract articles; yield identifier and reason for each source that could not be read."""
    run = _in_process if min(workers, len(jobs)) < 2 or len(jobs) < _POOL_FROM else _in_pool
    for done, (job, reason) in enumerate(run(jobs, min(workers, max(1, len(jobs)))), start=1):
        if progress:
            progress(Progress("read", done, len(jobs), job.source.doc))
        if reason is not None:
            yield job.source.doc, reason


def _in_process(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, str | None]]:
    from kg.extract.threads import one_thread

    # switch once for all articles: restoring the threads after each takes longer than reading some of them
    with one_thread():
        for job in jobs:
            yield job, read_one(job)


def _in_pool(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, str | None]]:
    left = list(jobs)
    while left:
        queue = deque(left)
        pending: dict[Future[str | None], Job] = {}
        try:
            with ProcessPoolExecutor(workers, initializer=_begin) as pool:
                try:
                    while queue or pending:
                        # keep the queue short, so that a hundred thousand jobs are not pickled at once
                        while queue and len(pending) < _AHEAD * workers:
                            future = pool.submit(read_one, queue[0])
                            pending[future] = queue.popleft()
                        finished, _ = wait(pending, return_when=FIRST_COMPLETED)
                        for future in finished:
                            reason = future.result()
                            yield pending.pop(future), reason
                except BaseException:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise
        except BrokenProcessPool:
            # jobs in the pool may have killed their process and are read one by one; the rest get a new pool
            yield from _one_by_one(list(pending.values()))
        left = list(queue)


def _begin() -> None:
    from kg.extract.threads import stay_on_one_thread

    stay_on_one_thread()


def _one_by_one(jobs: Sequence[Job]) -> Iterator[tuple[Job, str | None]]:
    for job in jobs:
        if store.cache_file(job.folder, job.key).exists():
            yield job, None
            continue
        try:
            with ProcessPoolExecutor(1) as pool:
                yield job, pool.submit(read_one, job).result()
        except BrokenProcessPool:
            yield job, f"{told(job.source.path)}: the process that read it died twice"


def read_one(job: Job) -> str | None:
    """Extract one source into the cache; return None, or the reason if it could not be read."""
    found, reason = extract_one(job)
    if found is not None:
        store.write_cached(job.folder, job.key, found)
    return reason


def extract_one(job: Job) -> tuple[document.Json, None] | tuple[None, str]:
    """Return (extraction document, None) for a source, or (None, reason) if it could not be read."""
    from kg.extract.pipeline import extract
    from kg.text.readers import read_source

    name = told(job.source.path)
    try:
        article = read_source(job.source)
        extraction = extract(article, authority.load(job.authority))
    except ReadError as error:
        reason = str(error)
        return None, reason if name in reason else f"{name}: {reason}"
    except KGError:
        # a missing model or a faulty table concerns the whole run, not just this article
        raise
    except Exception as error:
        # one article that the code cannot handle must not stop the others
        return None, f"{name}: could not be read ({type(error).__name__}: {error})"
    return document.to_json(extraction), None
