"""From the extractions in the cache to a new generation of the store.

extractions → things → corrections made by hand → quads → rules → store. The current generation is kept
where it was made of the same articles, corrections, code and tables, and added to where it lacks nothing but
some articles (`kg.build.adding`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kg import authority
from kg.build import adding, ledger, versions
from kg.build.report import Progress
from kg.errors import CorrectionError
from kg.graph import generations, identifiers, store
from kg.graph import vocabulary as v
from kg.graph.rules import infer, rules
from kg.graph.triples import generate_quads
from kg.model import Extraction, undirected
from kg.resolve.corrected import Corrected
from kg.resolve.correction_file import Correction, generate_corrections, read_corrections
from kg.resolve.corrections import correct
from kg.resolve.things import Thing, resolve

OWN_CORRECTIONS = "corrections.tsv"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the articles of a graph come to.

    Attributes:
        extractions: Sorted by article.
        tables: The authority tables.
        found: Things before corrections.
        corrected: Things after them.
        corrections: How many corrections there are.
    """

    extractions: tuple[Extraction, ...]
    tables: authority.Authority
    found: tuple[Thing, ...]
    corrected: Corrected
    corrections: int


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


def gather(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    corrections: Sequence[Correction],
) -> Resolved:
    """Load the extractions of a graph and find out what things they speak of.

    Raises:
        GraphError: An extraction is missing from the cache.
    """
    extractions = tuple(adding.load(folder, doc, entry) for doc, entry in sorted(articles.items()))
    tables = authority.load(manifest.authority)
    found = resolve(extractions, tables)
    return Resolved(extractions, tables, found, correct(found, extractions, corrections), len(corrections))


def write(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    *,
    progress: Callable[[Progress], None] | None = None,
    total: int = 0,
    resolved: Resolved | None = None,
) -> store.Manifest:
    """Write a new generation, unless the current one was made of the same; return the manifest.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for what is found out here.
        articles: What the graph shall hold.
        progress: Called at the start of each stage.
        total: Articles read before, for `progress`.
        resolved: What the articles come to with the corrections of the file, where that is known already.

    Raises:
        CorrectionError: A line of the corrections file is wrong.
        GraphError: An extraction is missing from the cache.
    """
    report = progress or _silent
    corrections = read_corrections(corrections_file(folder, manifest))
    inputs = _inputs(manifest, articles, corrections)
    if inputs != manifest.inputs or manifest.store is None:
        report(Progress("resolve", total, total))
        new = replace(manifest, inputs=inputs)
        if corrections or resolved:
            # corrections may name anything, so all things are held against them at once
            ledger.delete(folder / store.LEDGER)
            resolved = resolved or gather(folder, manifest, articles, corrections)
            report(Progress("write", total, total))
            manifest = _write_resolved(folder, new, articles, resolved)
        else:
            now = store.read_articles(folder, manifest)
            same = manifest.inputs == _inputs(manifest, now, corrections)
            settled = partial(report, Progress("write", total, total))
            if same and adding.are_few(now, articles) and adding.can_add(folder, manifest):
                manifest = adding.add(folder, new, now, articles, settled=settled)
            else:
                manifest = adding.write_all(folder, new, articles, settled=settled)
    elif manifest != store.read_manifest(folder):
        store.write_manifest(folder, manifest)
    store.prune_cache(folder, articles)
    return manifest


def _write_resolved(
    folder: Path, manifest: store.Manifest, articles: Mapping[str, store.Entry], resolved: Resolved
) -> store.Manifest:
    """Write what was gathered as a new generation; return the manifest."""
    records = resolved.tables.records
    corrected = resolved.corrected
    codes = {t.record: records[t.record].code or "" for t in corrected.things if t.record}
    quads = generate_quads(
        corrected.things, resolved.extractions, base=manifest.base, codes=codes, corrected=corrected
    )
    manifest = replace(
        manifest,
        counts=_counts(corrected, resolved.extractions),
        corrections_in_force=resolved.corrections - len(corrected.stale),
        stale=tuple(map(str, corrected.stale)),
    )
    if not manifest.rules:
        return generations.write_generation(folder, manifest, quads, articles)
    iris = identifiers.thing_iris((thing.key for thing in corrected.things), manifest.base)
    refused = [
        (iris[s].value, v.kg(predicate).value, iris[o].value)
        for s, predicate, o in corrected.rejected
        if s in iris and o in iris
    ]
    return generations.write_generation(
        folder, manifest, quads, articles, infer=lambda held: infer(held, rules(), refused)
    )


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


def _counts(corrected: Corrected, extractions: Sequence[Extraction]) -> tuple[int, int, int, int]:
    things = {member: thing for thing in corrected.things for member in thing.members}
    # a fact without a direction counts once, however it is told
    facts = {undirected(fact.subject, fact.predicate, fact.object) for fact in corrected.added}
    for extraction in extractions:
        doc = extraction.article.doc
        for relation in extraction.relations:
            subject, object_ = things.get((doc, relation.subject)), things.get((doc, relation.object))
            if subject is None or object_ is None or subject is object_:
                continue
            if corrected.keeps(subject, relation.predicate, object_):
                facts.add(undirected(subject.key, relation.predicate, object_.key))
    figures = sum(len(extraction.observations) for extraction in extractions)
    return len(extractions), len(corrected.things), len(facts), figures
