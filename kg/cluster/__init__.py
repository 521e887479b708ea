"""Build on a Dask cluster, into a graph's folder or into shards that no single machine holds as a whole.

Sources and output are on storage that all machines see under the same names. Tasks write their files
atomically, so a worker may die at any moment, and an interrupted run resumes where it stopped. To build a
graph's folder (`build`), the workers read the articles; the process that started the build resolves entities
and writes the store, with the same code as without a cluster. To build shards (`build_shards`), the workers
do everything.
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
        sources: Files and folders of articles, as paths or `file://` URLs.
        graph: The graph's folder.
        cluster: Address of the scheduler as printed by `dask scheduler`: `tcp://host:8786`.
        shards: Folder filled by `build_shards` from the same sources and tables; articles that were read
            there are not read again.
        batch: Articles per task, at least 1.
        progress: Called after each batch and at the start of each stage.
        authority_folders: As for `kg.build.build`.
        corrections: As for `kg.build.build`.
        rules: As for `kg.build.build`.

    Raises:
        ClusterError: No scheduler answers at the address, there are no workers, workers have another version
            or do not see the folder, or the cluster was lost during the build; articles read by then are
            kept.
        GraphError: As for `kg.build.build`, or `batch` is less than 1.
        MissingExtraError: `distributed` is not installed.
        ReadError: A source is a URL that is not on a file system.
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

    The shards contain only what these sources say; shards of other articles are deleted. Corrections are not
    applied, and rules are not run.

    Args:
        sources: Files and folders of articles, as paths or URLs that fsspec reads.
        shards: Folder on storage that all machines see, as a path or a URL that fsspec reads.
        cluster: Address of the scheduler.
        size: Average number of articles per shard, at least 1.
        parts: Number of parts into which resolution is divided, at least 1; by default it depends on the
            number of shards.
        progress: Called after each shard that is read, and at the start of each stage.
        authority_folders: Folders of the user's own authority tables.
        base: Prefix of the IRIs of things.

    Raises:
        AuthorityError: A table violates the schema.
        ClusterError: As for `build`, or a storage operation fails, or the folder contains something else.
        GraphError: No article at all could be read, or `size` or `parts` is less than 1.
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
        ReadError: A source is a URL that is not on a file system.
    """
    found = []
    for source in sources:
        path = local(source)
        if path is None:
            reason = "is not on a file system, which a graph is built from; mount it, or build --shards alone"
            raise ReadError(reason, file=source, valid=("a path", "file:///shared/articles"))
        found.append(path)
    return found
