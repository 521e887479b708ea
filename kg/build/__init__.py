"""The build pipeline: add sources to a graph's folder, and remove articles from it.

    find sources → read and extract (in a process pool, through the cache) → resolve → quads
    → a new generation of the store

A build adds to what the graph holds; a source whose identifier is already in the graph replaces the share of
that article. The result depends only on the articles that the graph contains in the end, never on their
order, the number of workers or the builds that added them. Sources that cannot be read are reported, and the
build continues with the others.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kg import authority
from kg.build import reading, versions, writing
from kg.build.held import held
from kg.build.reading import Job, Reader
from kg.build.report import BuildReport, Progress, report
from kg.errors import GraphError
from kg.graph import store

__all__ = ["BuildReport", "Progress", "build", "remove"]


def build(
    sources: Iterable[str | Path],
    *,
    graph: str | Path,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    base: str | None = None,
    corrections: str | Path | None = None,
    rules: bool | None = None,
    reader: Reader | None = None,
) -> BuildReport:
    """Build a graph from sources, or bring it up to date.

    Args:
        sources: Files and folders of articles.
        graph: The graph's folder; created if missing.
        workers: Number of processes that read, at least 1; by default the number of cores. With 1, articles
            are read in this process.
        progress: Called in this process after each article and at the start of each stage.
        authority_folders: Folders of the user's own authority tables; remembered by the graph. If empty, the
            remembered ones are used.
        base: Prefix of the IRIs of things; can only be given when the graph is created.
        corrections: The user's own corrections file, used instead of the one in the graph's folder;
            remembered by the graph.
        rules: Whether the graph contains the facts inferred from its facts (in separate named graphs, which
            queries see on demand); remembered by the graph. A new graph contains them by default.
        reader: Reads articles instead of processes on this machine.

    Raises:
        CorrectionError: The corrections file is missing, or a line of it is wrong.
        GraphError: The folder is not a graph, is in use by another writer or cannot be written, or no article
            at all could be added to it.
        AuthorityError: A table violates the schema.
    """
    started = time.monotonic()
    folder = Path(graph)
    if workers is not None and workers < 1:
        raise GraphError(f"{workers} workers cannot build a graph", valid=("1 or more",))
    fresh = not folder.exists()
    with held(folder, base=base) as manifest:
        folders = tuple(str(Path(f).resolve()) for f in authority_folders) or manifest.authority
        # fail here: a faulty table concerns the whole run, not just the first article
        authority.load(folders)
        manifest = writing.with_corrections(folder, manifest, corrections)
        manifest = manifest if rules is None else replace(manifest, rules=rules)
        found, failed = reading.find(sources)
        jobs = [Job(source, reading.key_of(source, folders), folder, folders) for source in found]
        articles = store.read_articles(folder, manifest)
        waiting = [job for job in jobs if not store.cache_file(folder, job.key).exists()]
        read = reader or partial(reading.read_all, workers=workers or os.cpu_count() or 1)
        errors = dict(read(waiting, progress=progress))
        failed += [reason for _, reason in sorted(errors.items())]
        for job in jobs:
            if job.source.doc not in errors:
                articles[job.source.doc] = store.Entry(job.key, str(job.source.path))
        if not articles:
            if fresh:
                store.abandon(folder)
            raise GraphError("nothing could be built: " + ("; ".join(failed) or "no sources"), file=folder)
        manifest = replace(manifest, extractor=versions.extractor_version(), authority=folders)
        manifest = writing.write(folder, manifest, articles, progress=progress, total=len(waiting))
    done = len(waiting) - len(errors)
    unchanged = len(jobs) - len(waiting)
    return report(manifest, started, read=done, unchanged=unchanged, failed=tuple(failed))


def remove(
    docs: Iterable[str],
    *,
    graph: str | Path,
    forget: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Remove articles from a graph, with everything that only they state.

    The cost depends on what changes. Words of these articles remain in the files of the store, where no query
    or export finds them, until the whole graph is rewritten.

    Args:
        docs: Identifiers of the articles.
        graph: The graph's folder.
        forget: Whether to rewrite the whole graph, so that nothing of what was removed or replaced, now or
            earlier, is left in any file.
        progress: Called at the start of each stage.

    Raises:
        GraphError: The folder is not a graph, is in use by another writer or cannot be written, or it lacks
            one of the articles; in that case nothing is removed.
    """
    started = time.monotonic()
    folder = Path(graph)
    store.read_manifest(folder)
    wanted = sorted(set(docs))
    with held(folder) as manifest:
        articles = store.read_articles(folder, manifest)
        missing = [doc for doc in wanted if doc not in articles]
        if missing:
            some = [*list(articles)[:20], *(["…"] if len(articles) > 20 else [])]
            raise GraphError(f"has no article {', '.join(missing)}", file=folder, valid=some)
        left = {doc: entry for doc, entry in articles.items() if doc not in wanted}
        manifest = writing.write(folder, manifest, left, progress=progress, anew=forget)
    return report(manifest, started, removed=len(wanted))
