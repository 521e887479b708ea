"""The whole run: sources to a graph's folder, and articles out of it again.

find sources → read and extract (in a process pool, through the cache) → resolve → quads → a new
generation of the store. A build adds to what the graph holds; a source under an identifier that is
already there takes the place of that article's share. The result depends only on the articles that
are in the graph in the end, never on order, number of workers or how they got there. Sources that
cannot be read are reported, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kg import authority, paths
from kg.errors import GraphError, KGError, ReadError
from kg.extract import document
from kg.graph import store
from kg.graph.triples import generate_quads
from kg.model import Extraction
from kg.resolve.things import Thing, resolve
from kg.text.filedates import date_in_path
from kg.text.readers import Source, find_sources

# Below this many articles to read, starting processes costs more than it saves.
_POOL_FROM = 4
_READING = ("text", "extract", "authority.py", "model.py", "ontology.py")
_GRAPHING = ("resolve", "graph/triples.py", "graph/identifiers.py", "graph/vocabulary.py")
_CODE = (".py", ".crfsuite", ".csv", ".json", ".gz", ".xz", ".model")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: `read`, `resolve` or `write`.
        done: Articles read so far; equals `total` in the later stages.
        total: Articles to read.
        doc: The article just done, empty in the later stages.
    """

    stage: str
    done: int
    total: int
    doc: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did, and what the graph holds after it.

    Attributes:
        read: Articles read in this run.
        unchanged: Sources whose extraction was in the cache.
        removed: Articles taken out.
        failed: One line per source that could not be read: its name and the reason.
        articles: Articles in the graph.
        entities: Things in the graph.
        facts: Distinct facts in the graph.
        observations: Figures in the graph.
        seconds: Duration of the run.
    """

    read: int
    unchanged: int
    removed: int
    failed: tuple[str, ...]
    articles: int
    entities: int
    facts: int
    observations: int
    seconds: float

    def __str__(self) -> str:
        did = [f"{self.read} read", f"{self.unchanged} unchanged", f"{self.removed} removed"]
        done = ", ".join(part for part in (*did, f"{len(self.failed)} failed") if not part.startswith("0 "))
        holds = f"{self.entities} things, {self.facts} facts, {self.observations} figures"
        return f"{self.articles} articles ({done or 'nothing to do'}): {holds} in {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class _Job:
    source: Source
    key: str
    folder: Path
    authority: tuple[str, ...]


def build(
    sources: Iterable[str | Path],
    *,
    graph: str | Path,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    base: str | None = None,
) -> BuildReport:
    """Build a graph from sources, or bring it up to date.

    Args:
        sources: Files and folders of articles.
        graph: The graph's folder; made if missing.
        workers: Processes that read, at least 1; as many as there are cores if left out. With 1 the
            reading is done in this process.
        progress: Called in this process after each article and at the start of each stage.
        authority_folders: The user's own authority tables; remembered by the graph. Left empty, the
            remembered ones are used.
        base: What the IRIs of things begin with; can only be given when the graph is made.

    Raises:
        GraphError: The folder is no graph or in use by another writer, or no article at all could be
            put into it.
        AuthorityError: A table breaks the schema.
    """
    started = time.monotonic()
    folder = Path(graph)
    if workers is not None and workers < 1:
        raise GraphError(f"{workers} workers cannot build a graph", valid=("1 or more",))
    fresh = not folder.exists()
    with store.writer(folder, base=base) as manifest:
        folders = tuple(str(Path(f).resolve()) for f in authority_folders) or manifest.authority
        # a faulty table is the whole run's fault and not that of the first article
        authority.load(folders)
        found, failed = _find(sources)
        jobs = [_Job(source, _key(source, folders), folder, folders) for source in found]
        articles = store.read_articles(folder, manifest)
        waiting = [job for job in jobs if not store.cache_file(folder, job.key).exists()]
        errors = dict(_read_all(waiting, workers or os.cpu_count() or 1, progress))
        failed += [reason for _, reason in sorted(errors.items())]
        for job in jobs:
            if job.source.doc not in errors:
                articles[job.source.doc] = store.Entry(job.key, str(job.source.path))
        if not articles:
            if fresh:
                store.abandon(folder)
            raise GraphError("nothing could be built: " + ("; ".join(failed) or "no sources"), file=folder)
        manifest = replace(manifest, extractor=extractor_version(), authority=folders)
        counts = _write(folder, manifest, articles, progress, len(waiting))
    done = len(waiting) - len(errors)
    unchanged = len(jobs) - len(waiting)
    return BuildReport(done, unchanged, 0, tuple(failed), *counts, time.monotonic() - started)


def remove(
    docs: Iterable[str],
    *,
    graph: str | Path,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Take articles out of a graph, with all that they alone say, and forget their texts.

    Args:
        docs: Identifiers of articles.
        graph: The graph's folder.
        progress: Called at the start of each stage.

    Raises:
        GraphError: The folder is no graph or in use by another writer, or it lacks one of the articles;
            then nothing is taken out.
    """
    started = time.monotonic()
    folder = Path(graph)
    store.read_manifest(folder)
    wanted = sorted(set(docs))
    with store.writer(folder) as manifest:
        articles = store.read_articles(folder, manifest)
        missing = [doc for doc in wanted if doc not in articles]
        if missing:
            some = [*list(articles)[:20], *(["…"] if len(articles) > 20 else [])]
            raise GraphError(f"has no article {', '.join(missing)}", file=folder, valid=some)
        left = {doc: entry for doc, entry in articles.items() if doc not in wanted}
        counts = _write(folder, manifest, left, progress, 0)
    return BuildReport(0, 0, len(wanted), (), *counts, time.monotonic() - started)


def extractor_version() -> str:
    """Return the version of everything that decides what is read from an article.

    It changes with the code and the tables, so that no cached extraction outlives them.
    """
    return _code_digest(_READING)


@cache
def _code_digest(parts: tuple[str, ...]) -> str:
    package = Path(__file__).resolve().parent
    roots = [package / part for part in parts] + [paths.data_folder("seeds") / "authority"]
    digest = hashlib.sha256()
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for path in files:
            if path.is_file() and path.suffix in _CODE:
                digest.update(path.relative_to(root.parent).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _folders_digest(folders: tuple[str, ...], stamp: tuple[Any, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.csv")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _tables(folders: tuple[str, ...]) -> str:
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.csv"))
    return _folders_digest(folders, tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))


def _find(sources: Iterable[str | Path]) -> tuple[tuple[Source, ...], list[str]]:
    """Return the sources, and a line for each given one that holds none."""
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


def _key(source: Source, folders: tuple[str, ...]) -> str:
    """Return the name under which the extraction of a source is cached: all that it depends on."""
    parts = [extractor_version(), _tables(folders), source.doc, source.path.suffix.lower()]
    # the text room reads a date from the names of file and folders, so moving a file may change it
    parts += [str(date_in_path(source.path)), str(source.line or "")]
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    try:
        with source.path.open("rb") as file:
            file.seek(source.offset)
            digest.update(file.read(source.length) if source.line is not None else file.read())
    except OSError:
        # it will be reported, with the reason, when it is read
        digest.update(b"unreadable")
    return digest.hexdigest()


def _read_all(
    jobs: Sequence[_Job], workers: int, progress: Callable[[Progress], None] | None
) -> Iterator[tuple[str, str]]:
    """Read and extract; yield the identifier and the reason of each source that could not be."""
    run = _in_process if min(workers, len(jobs)) < 2 or len(jobs) < _POOL_FROM else _in_pool
    for done, (job, reason) in enumerate(run(jobs, min(workers, max(1, len(jobs)))), start=1):
        if progress:
            progress(Progress("read", done, len(jobs), job.source.doc))
        if reason is not None:
            yield job.source.doc, reason


def _in_process(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, str | None]]:
    for job in jobs:
        yield job, _read_one(job)


def _in_pool(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, str | None]]:
    left = dict(enumerate(jobs))
    try:
        with ProcessPoolExecutor(workers) as pool:
            futures: dict[Future[str | None], int] = {}
            queue = iter(list(left))
            pending: set[Future[str | None]] = set()
            try:
                while True:
                    # a short queue: a hundred thousand jobs are not pickled at once
                    while len(pending) < 4 * workers and (number := next(queue, None)) is not None:
                        future = pool.submit(_read_one, jobs[number])
                        futures[future] = number
                        pending.add(future)
                    if not pending:
                        return
                    finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                    for future in finished:
                        reason = future.result()
                        yield left.pop(futures.pop(future)), reason
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    except BrokenProcessPool:
        # one article brought its process down: find it by giving each that is left a process of its own
        yield from _one_by_one(list(left.values()))


def _one_by_one(jobs: Sequence[_Job]) -> Iterator[tuple[_Job, str | None]]:
    for job in jobs:
        if store.cache_file(job.folder, job.key).exists():
            yield job, None
            continue
        try:
            with ProcessPoolExecutor(1) as pool:
                yield job, pool.submit(_read_one, job).result()
        except BrokenProcessPool:
            yield job, f"{job.source.path}: the process that read it died"


def _read_one(job: _Job) -> str | None:
    """Extract one source into the cache; return None, or why it could not be."""
    from kg.extract.pipeline import extract
    from kg.text.readers import read_source

    try:
        article = read_source(job.source)
        extraction = extract(article, authority.load(job.authority))
    except ReadError as error:
        reason = str(error)
        return reason if str(job.source.path) in reason else f"{job.source.path}: {reason}"
    except KGError:
        # a missing model or a faulty table is the whole run's fault and not this article's
        raise
    except Exception as error:
        # one article that the code cannot cope with must not stop the others
        return f"{job.source.path}: could not be read ({type(error).__name__}: {error})"
    store.write_cached(job.folder, job.key, document.to_json(extraction))
    return None


def _write(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    progress: Callable[[Progress], None] | None,
    total: int,
) -> tuple[int, int, int, int]:
    """Write a new generation, unless the current one was made of the same; return the counts."""
    parts = [f"{doc}\x1f{entry.key}\x1f{Path(entry.file).name}" for doc, entry in sorted(articles.items())]
    parts += [_code_digest(_GRAPHING), _tables(manifest.authority), manifest.base]
    inputs = hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    if inputs != manifest.inputs or manifest.store is None:
        report = progress or _silent
        report(Progress("resolve", total, total))
        extractions = [_load(folder, doc, entry) for doc, entry in sorted(articles.items())]
        tables = authority.load(manifest.authority)
        things = resolve(extractions, tables)
        report(Progress("write", total, total))
        codes = {t.record: tables.records[t.record].code or "" for t in things if t.record}
        quads = generate_quads(things, extractions, base=manifest.base, codes=codes)
        manifest = replace(manifest, inputs=inputs, counts=_counts(things, extractions))
        store.write_generation(folder, manifest, quads, articles)
    elif manifest != store.read_manifest(folder):
        store.write_manifest(folder, manifest)
    store.prune_cache(folder, articles)
    return manifest.counts


def _silent(progress: Progress) -> None:
    return None


def _load(folder: Path, doc: str, entry: store.Entry) -> Extraction:
    cached = store.read_cached(folder, entry.key)
    if cached is None:
        reason = f"the cached extraction of {doc} is missing or damaged; build again from {entry.file}"
        raise GraphError(reason, file=store.cache_file(folder, entry.key))
    return document.from_json(cached)


def _counts(things: Sequence[Thing], extractions: Sequence[Extraction]) -> tuple[int, int, int, int]:
    key = {member: thing.key for thing in things for member in thing.members}
    facts: set[tuple[str, str, str]] = set()
    for extraction in extractions:
        doc = extraction.article.doc
        for relation in extraction.relations:
            subject, object_ = key.get((doc, relation.subject)), key.get((doc, relation.object))
            if subject and object_ and subject != object_:
                facts.add((subject, relation.predicate, object_))
    figures = sum(len(extraction.observations) for extraction in extractions)
    return len(extractions), len(things), len(facts), figures
