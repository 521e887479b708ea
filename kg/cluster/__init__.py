"""The same build on a Dask cluster: into a graph's folder, or into shards that no machine holds whole.

Sources and what is written lie on storage that all machines see under the same names. A task writes files,
each of which appears whole or not at all; so a worker may die at any moment, and a run that was cut off goes
on where it stopped. For a graph's folder the workers read, and the process that started the build resolves
and writes the store, by the same code as without a cluster (`build`). For shards the workers do it all
(`build_shards`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from kg.build import build as build_here
from kg.build.report import BuildReport, Progress
from kg.cluster import reading, scheduler
from kg.cluster import shards as into_shards
from kg.cluster.shards import ShardsReport
from kg.cluster.storage import local
from kg.errors import GraphError, ReadError
from kg.graph import vocabulary as v

__all__ = ["ShardsReport", "build", "build_shards"]


def build(
    sources: Iterable[str | Path],
    *,
    graph: str | Path,
    cluster: str,
    shards: str | Path | None = None,
    batch: int = reading.BATCH,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    corrections: str | Path | None = None,
    rules: bool | None = None,
) -> BuildReport:
    """Build a graph, or bring it up to date, with the workers of a cluster.

    Args:
        sources: Files and folders of articles: paths, or `file://` URLs.
        graph: The graph's folder.
        cluster: Address of the scheduler, as `dask scheduler` tells it: `tcp://host:8786`.
        shards: Folder that `build_shards` has filled from the same sources, with the same tables: what was
            read there is not read again.
        batch: Articles a task, at least 1.
        progress: Called after each batch and at the start of each stage.
        authority_folders: As for `kg.build.build`.
        corrections: As for `kg.build.build`.
        rules: As for `kg.build.build`.

    Raises:
        ClusterError: Nothing answers at the address, no worker is there, workers are of another version
            or do not see the folder, or the cluster was lost on the way; what was read by then is kept.
        GraphError: As for `kg.build.build`, or the batch is empty.
        MissingExtraError: `distributed` is not installed.
        ReadError: A source is a URL of something else than a file.
    """
    if batch < 1:
        raise GraphError(f"{batch} articles make no batch", valid=("1 or more",))
    read = partial(reading.read_all, address=cluster, batch=batch)
    return build_here(
        paths(sources),
        graph=graph,
        progress=progress,
        authority_folders=authority_folders,
        corrections=corrections,
        rules=rules,
        reader=read if shards is None else partial(reading.copy_all, shards=shards, read=read),
    )


def build_shards(
    sources: Iterable[str | Path],
    *,
    shards: str | Path,
    cluster: str,
    size: int = into_shards.SIZE,
    parts: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    base: str = v.BASE,
) -> ShardsReport:
    """Write annotations and N-Quads of articles in shards, or bring them up to date, on a cluster.

    The shards hold what these sources say, no more: those of other articles are deleted. Corrections are not
    applied and rules not run.

    Args:
        sources: Files and folders of articles: paths, or URLs that fsspec reads.
        shards: Folder on storage that all machines see: a path or a URL that fsspec reads.
        cluster: Address of the scheduler.
        size: Articles a shard on average, at least 1.
        parts: Into how many parts resolution is cut, at least 1; chosen by the number of shards if left out.
        progress: Called after each shard that was read, and at the start of each stage.
        authority_folders: The user's own authority tables.
        base: What the IRIs of things begin with.

    Raises:
        AuthorityError: A table breaks the schema.
        ClusterError: As for `build`, or the storage refuses, or the folder holds something else.
        GraphError: No article at all could be read, or `size` or `parts` is none.
        MissingExtraError: `distributed` is not installed.
        ReadError: Some sources are files and others are not.
    """
    with scheduler.connected(cluster) as hands:
        return into_shards.build(
            sources,
            shards=shards,
            hands=hands,
            size=size,
            parts=parts,
            progress=progress,
            authority_folders=authority_folders,
            base=base,
        )


def paths(sources: Iterable[str | Path]) -> list[Path]:
    """Return sources as paths.

    Raises:
        ReadError: One is a URL of something else than a file.
    """
    found = []
    for source in sources:
        path = local(source)
        if path is None:
            reason = "is not on a file system, which a graph is built from; mount it, or build --shards alone"
            raise ReadError(reason, file=source, valid=("a path", "file:///shared/articles"))
        found.append(path)
    return found
