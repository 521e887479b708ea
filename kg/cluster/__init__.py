"""The same build on a Dask cluster: articles are read by its workers, the graph is made here.

Sources and the graph's folder lie on storage that all machines see under the same paths. A task reads some
articles and writes what they say into the graph's cache, each article a file that appears whole or not at
all; so a worker may die at any moment, and a run that was cut off goes on where it stopped. Resolution and
the store are made by the process that started the build, by the same code as without a cluster, which is
why the bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from kg.build import build as build_here
from kg.build.report import BuildReport, Progress
from kg.cluster import reading
from kg.errors import GraphError

__all__ = ["build"]


def build(
    sources: Iterable[str | Path],
    *,
    graph: str | Path,
    cluster: str,
    batch: int = reading.BATCH,
    progress: Callable[[Progress], None] | None = None,
    authority_folders: Sequence[str | Path] = (),
    corrections: str | Path | None = None,
    rules: bool | None = None,
) -> BuildReport:
    """Build a graph, or bring it up to date, with the workers of a cluster.

    Args:
        sources: Files and folders of articles.
        graph: The graph's folder.
        cluster: Address of the scheduler, as `dask scheduler` tells it: `tcp://host:8786`.
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
    """
    if batch < 1:
        raise GraphError(f"{batch} articles make no batch", valid=("1 or more",))
    return build_here(
        sources,
        graph=graph,
        progress=progress,
        authority_folders=authority_folders,
        corrections=corrections,
        rules=rules,
        reader=partial(reading.read_all, address=cluster, batch=batch),
    )
