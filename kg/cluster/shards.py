"""Build shards on a cluster: annotations and N-Quads on shared storage, never all of them on one machine.

Takes sources and a folder. Writes files there (`kg.cluster.steps`) for another triple store to load, and then
an index of them, `kg-shards.json`. Together the files hold, line for line, what a local build of the same
sources holds. The process that started the build lists the sources and distributes the tasks; the content of
the articles does not pass through it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from kg import authority
from kg.build.reading import Job
from kg.build.report import Progress
from kg.cluster import scheduler, steps
from kg.cluster.exchange import number_of
from kg.cluster.reading import absolute, died
from kg.cluster.shuffle import Resolved, resolve
from kg.cluster.sources import RemoteJob, find
from kg.cluster.steps import Counts, Run
from kg.cluster.storage import Folder, folder
from kg.errors import ClusterError, GraphError
from kg.graph import vocabulary as v

FORMAT = 1
SIZE = 500  # average number of articles per shard: some seconds of work, a megabyte of annotations


@dataclass(frozen=True, slots=True)
class Shard:
    """Articles that are read by one task.

    Attributes:
        name: Digest of everything that their extraction depends on.
        jobs: The articles.
    """

    name: str
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class ShardsReport:
    """What a build into shards did.

    Attributes:
        read: Articles read in this run.
        unchanged: Articles whose annotations already existed.
        failed: One line per source that could not be read.
        shards: Number of shards.
        articles: Number of articles in the shards.
        entities: Number of things.
        observations: Number of figures.
        quads: Number of lines of N-Quads.
        largest: Number of identities in the largest group that had to be resolved together.
        seconds: Duration of the run.
        stale: Empty; corrections are not applied to shards.
    """

    read: int
    unchanged: int
    failed: tuple[str, ...]
    shards: int
    articles: int
    entities: int
    observations: int
    quads: int
    largest: int
    seconds: float
    stale: tuple[str, ...] = ()

    def __str__(self) -> str:
        did = [f"{self.read} read", f"{self.unchanged} unchanged", f"{len(self.failed)} failed"]
        done = ", ".join(part for part in did if not part.startswith("0 "))
        holds = f"{self.entities} things, {self.observations} figures, {self.quads} quads"
        return f"{self.articles} articles ({done}) in {self.shards} shards: {holds} in {self.seconds:.1f} s"


def plan(jobs: Iterable[Job], size: int) -> list[Shard]:
    """Divide articles into shards.

    The identifier of an article determines whether a shard ends with it, so adding or removing one article
    changes one shard and not all that follow.

    Args:
        jobs: Articles, in the order of sources.
        size: Average number of articles per shard, at least 1; no shard has more than four times as many.
    """
    found: list[Shard] = []
    some: list[Job] = []

    def end() -> None:
        if some:
            keys = "\n".join(job.key for job in some)
            found.append(Shard(hashlib.sha256(keys.encode()).hexdigest()[:16], tuple(some)))
            some.clear()

    for job in jobs:
        some.append(job)
        if number_of(job.source.doc) % size == 0 or len(some) == 4 * size:
            end()
    end()
    return found


def build(
    sources: Iterable[str | Path],
    *,
    shards: str | Path,
    hands: scheduler.Hands,
    size: int = SIZE,
    parts: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    base: str = v.BASE,
) -> ShardsReport:
    """Write the shards of sources, or bring them up to date.

    Args:
        sources: Files and folders of articles, as paths or URLs that fsspec reads.
        shards: Folder on storage that all workers see, as a path or a URL that fsspec reads.
        hands: Runs the tasks.
        size: Average number of articles per shard, at least 1.
        parts: Number of parts into which resolution is divided, at least 1; by default the number of shards,
            but at most 1,000. The result does not depend on it.
        progress: Called after each shard that is read, and at the start of each stage.
        authority_folders: Folders of the user's own authority tables.
        base: Prefix of the IRIs of things.

    Raises:
        AuthorityError: A table violates the schema.
        ClusterError: The cluster was lost, a worker cannot work for this build, or a storage operation fails.
        GraphError: No article at all could be read, or `size` or `parts` is less than 1.
    """
    started = time.monotonic()
    if size < 1 or (parts is not None and parts < 1):
        raise GraphError(f"{min(size, parts or 1)} make no shard", valid=("1 or more",))
    tables = tuple(str(Path(f).resolve()) for f in authority_folders)
    authority.load(tables)
    into = folder(shards)
    jobs, missing = find(sources, tables)
    listed = plan(jobs, size)
    run = Run(into, steps.version(), base, tables, parts or min(1000, max(1, len(listed))), "")
    old = _begin(into)

    def stage(name: str) -> None:
        if progress:
            progress(Progress(name, len(jobs), len(jobs)))

    unchanged, errors = _read(run, hands, listed, progress)
    failed = (*missing, *(reason for _, reason in sorted(errors)))
    done = len(jobs) - len(errors)
    if not done:
        raise GraphError("nothing could be built: " + ("; ".join(failed) or "no sources"), file=into.url)
    run = replace(run, quads=f"quads-{_inputs(run, listed, errors)[:12]}")
    if old.get("quads") == run.quads:
        index = old
    else:
        index = _index(run, listed, resolve(run, hands, [s.name for s in listed], stage))
        into.write(steps.MARKER, (json.dumps(index, indent=1) + "\n").encode())
    _clear(run, listed)
    things, largest = index["things"], index["largest"]
    counts = Counts(index["articles"], index["figures"], sum(s["quads"] for s in index["shards"]))
    return ShardsReport(
        done - unchanged,
        unchanged,
        failed,
        len(listed),
        counts.articles,
        things,
        counts.figures,
        counts.quads,
        largest,
        time.monotonic() - started,
    )


def _begin(into: Folder) -> dict[str, Any]:
    """Return the index of an earlier run; if there is none, mark the folder as a folder of shards."""
    if into.exists(steps.MARKER):
        try:
            index = json.loads(into.read(steps.MARKER))
            form = index["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise ClusterError(f"its {steps.MARKER} cannot be read: {error}", file=into.url) from error
        if form != FORMAT:
            raise ClusterError(f"was written by another version of kg (format {form})", file=into.url)
        return dict(index)
    foreign = [name for name in into.names() if name not in (steps.ANNOTATIONS, steps.WORK)]
    if foreign:
        reason = (
            f"is neither empty nor a folder of shards (it holds {foreign[0]}); nothing was written into it"
        )
        raise ClusterError(reason, file=into.url)
    into.write(steps.MARKER, json.dumps({"format": FORMAT}).encode())
    return {}


def _inputs(run: Run, listed: Iterable[Shard], errors: Iterable[tuple[str, str]]) -> str:
    parts = [run.version, run.base, *(shard.name for shard in listed), *sorted(doc for doc, _ in errors)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _read(
    run: Run,
    hands: scheduler.Hands,
    listed: Sequence[Shard],
    progress: Callable[[Progress], None] | None,
) -> tuple[int, list[tuple[str, str]]]:
    """Read the articles not read before; return how many were read before, and which could not be read."""
    there = set(run.annotations.names())
    waiting = [s for s in listed if f"{s.name}.jsonl.gz" not in there or f"{s.name}.failed" in there]
    total = sum(len(shard.jobs) for shard in listed)
    unchanged = total - sum(len(s.jobs) for s in waiting)
    errors: list[tuple[str, str]] = []
    alone: list[Shard] = []
    done = unchanged

    def report(shard: Shard) -> None:
        nonlocal done
        done += len(shard.jobs)
        if progress:
            progress(Progress("read", done, total, shard.jobs[-1].source.doc))

    for number, result in hands.run(steps.read_shard, ((run, s.name, _sent(s.jobs)) for s in waiting)):
        if isinstance(result, scheduler.Died):
            alone.append(waiting[number])
            continue
        failed, kept = result
        errors += failed
        # if a worker dies after writing, its task runs again and finds articles that this run itself has read
        unchanged += kept if f"{waiting[number].name}.jsonl.gz" in there else 0
        report(waiting[number])
    for shard in alone:
        errors += _one_by_one(run, hands, shard)
        report(shard)
    return unchanged, errors


def _one_by_one(run: Run, hands: scheduler.Hands, shard: Shard) -> list[tuple[str, str]]:
    """Read a shard on which workers died, with one task per article, and write it."""
    lines: dict[int, bytes] = {}
    failed = []
    for number, result in hands.run(steps.read_line, ((job,) for job in _sent(shard.jobs))):
        job = shard.jobs[number]
        line, reason = (None, died(job)) if isinstance(result, scheduler.Died) else result
        if line is None:
            failed.append((job.source.doc, reason or ""))
        else:
            lines[number] = line
    steps.write_shard(run, shard.name, [lines[number] for number in sorted(lines)], sorted(failed))
    return failed


def _sent(jobs: Iterable[Job]) -> tuple[Job, ...]:
    return tuple(job if isinstance(job, RemoteJob) else absolute(job) for job in jobs)


def _index(run: Run, listed: Iterable[Shard], resolved: Resolved) -> dict[str, Any]:
    whole = reduce(add, resolved.counts.values(), Counts())
    return {
        "format": FORMAT,
        "version": run.version,
        "base": run.base,
        "quads": run.quads,
        "articles": whole.articles,
        "things": resolved.things,
        "figures": whole.figures,
        "largest": resolved.largest,
        "shards": [
            {
                "annotations": f"{steps.ANNOTATIONS}/{shard.name}.jsonl.gz",
                "quads_file": f"{run.quads}/{shard.name}.nq.gz",
                "articles": resolved.counts[shard.name].articles,
                "quads": resolved.counts[shard.name].quads,
            }
            for shard in listed
        ],
    }


def _clear(run: Run, listed: Iterable[Shard]) -> None:
    """Delete files that do not belong to the current build."""
    wanted = {f"{shard.name}{ending}" for shard in listed for ending in (".jsonl.gz", ".failed")}
    for name in run.annotations.names():
        if name not in wanted:
            run.annotations.delete(name)
    for name in run.folder.names():
        if name == steps.WORK or (name.startswith("quads-") and name != run.quads):
            run.folder.delete(name)
