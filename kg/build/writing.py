"""From the extractions in the cache to a new generation of the store.

extractions → things → corrections made by hand → quads → rules → store. The current generation is kept
where it was made of the same articles, corrections, code and tables, and changed where it was made of nearly
the same articles or with other corrections (`kg.build.changing`).
"""

from __future__ import annotations

import hashlib
import os
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
    """Return where the corrections of a graph lie: in its folder, unless the user keeps them elsewhere."""
    return Path(manifest.corrections) if manifest.corrections else folder / OWN_CORRECTIONS


def with_corrections(
    folder: Path, manifest: store.Manifest, file: str | Path | None, *, make: bool = False
) -> store.Manifest:
    """Return a manifest that names the user's file of corrections, or the same where none is given.

    Args:
        folder: The graph's folder.
        manifest: Its manifest.
        file: The file, or None.
        make: Whether the file may still be missing.

    Raises:
        CorrectionError: The file is missing.
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
    """Write a new generation, unless the current one was made of the same; return the manifest.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for what is found out here.
        articles: What the graph shall hold.
        progress: Called at the start of each stage.
        total: Articles read before, for `progress`.
        with_ledger: Write one also where the current one was made of the same and has lost its ledger.
        anew: Write one whatever the current one is, and nothing of that into it.

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
    """Return a digest of all that a generation is made of."""
    parts = [
        f"{doc}\x1f{entry.key}\x1f{os.path.basename(entry.file)}" for doc, entry in sorted(articles.items())
    ]
    parts += [versions.graph_version(), versions.tables(manifest.authority), manifest.base]
    parts += [generate_corrections(corrections)]
    parts += [rule.sparql for rule in rules()] if manifest.rules else []
    return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _silent(progress: Progress) -> None:
    return None
