"""Write a new generation of the store from the extractions in the cache.

    extractions → things → manual corrections → quads → rules → store

The current generation is kept if it was made from the same articles, corrections, code and tables. It is
updated (`kg.build.changing`) if it was made from nearly the same articles or with other corrections.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from kg.build import changing, ledger, versions
from kg.build.report import Progress
from kg.errors import CorrectionError
from kg.graph import store
from kg.graph.rules import rules
from kg.resolve.correction_file import Correction, generate_corrections, read_corrections

OWN_CORRECTIONS = "corrections.tsv"


def corrections_file(folder: Path, manifest: store.Manifest) -> Path:
    """Return the path of a graph's corrections file: in its folder, unless the user keeps it elsewhere."""
    return Path(manifest.corrections) if manifest.corrections else folder / OWN_CORRECTIONS


def with_corrections(
    folder: Path, manifest: store.Manifest, file: str | Path | None, *, make: bool = False
) -> store.Manifest:
    """Return a manifest that names the user's corrections file, or the same manifest if none is given.

    Args:
        folder: The graph's folder.
        manifest: Its manifest.
        file: The corrections file, or None.
        make: Whether the file is allowed not to exist yet.

    Raises:
        CorrectionError: The file is missing, and `make` is false.
    """
    if file is None:
        return manifest
    path = Path(file).resolve()
    if not make and not path.exists():
        raise CorrectionError("there is no such file of corrections", file=file)
    return replace(manifest, corrections="" if path == (folder / OWN_CORRECTIONS).resolve() else str(path))


def write(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    *,
    progress: Callable[[Progress], None] | None = None,
    total: int = 0,
    with_ledger: bool = False,
    anew: bool = False,
) -> store.Manifest:
    """Write a new generation, unless the current one was made from the same inputs; return the manifest.

    Args:
        folder: The graph's folder, held for writing.
        manifest: The new manifest, except for what is determined here.
        articles: The articles that the graph is to contain.
        progress: Called at the start of each stage.
        total: Number of articles read before, for `progress`.
        with_ledger: Write a generation also if the current one has the same inputs but its ledger is missing.
        anew: Write a generation in any case, and reuse nothing of the current one.

    Raises:
        CorrectionError: A line of the corrections file is wrong.
        GraphError: An extraction is missing from the cache.
    """
    report = progress or _silent
    corrections = read_corrections(corrections_file(folder, manifest))
    inputs = _inputs(manifest, articles, corrections)
    same = inputs == manifest.inputs and manifest.store is not None
    if anew or not same or (with_ledger and not ledger.belongs_to(folder / store.LEDGER, inputs)):
        report(Progress("resolve", total, total))
        new = replace(manifest, inputs=inputs)
        settled = partial(report, Progress("write", total, total))
        now, old = store.read_articles(folder, manifest), ledger.corrections_of(folder / store.LEDGER)
        known = not anew and manifest.inputs == _inputs(manifest, now, old)
        if known and changing.can_change(folder, manifest, now, articles):
            manifest = changing.change(folder, new, now, articles, (old, corrections), settled=settled)
        else:
            manifest = changing.write_all(folder, new, articles, corrections, settled=settled)
    elif manifest != store.read_manifest(folder):
        store.write_manifest(folder, manifest)
    store.prune_cache(folder, articles)
    return manifest


def _inputs(
    manifest: store.Manifest, articles: Mapping[str, store.Entry], corrections: Iterable[Correction]
) -> str:
    """Return a digest of everything that a generation is made from."""
    parts = ["\x1f".join((doc, *entry.content)) for doc, entry in sorted(articles.items())]
    parts += [versions.graph_version(), versions.tables(manifest.authority), manifest.base]
    parts += [generate_corrections(corrections)]
    parts += [rule.sparql for rule in rules()] if manifest.rules else []
    return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _silent(progress: Progress) -> None:
    return None
