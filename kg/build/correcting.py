"""Manual corrections to a graph: check them, write them to the corrections file, and apply them at once.

Takes a graph's folder and a correction. Adds a line to the corrections file (or removes one), and writes a
new generation of the store. A correction that does not fit the graph is refused, with similar values that
would fit, and nothing is changed. The file is written before the graph, so that a correction once written is
never lost: if the process is killed in between, the next build applies it.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg import authority
from kg.build import ledger, writing
from kg.build.changing import Extractions
from kg.build.held import held
from kg.build.report import BuildReport, report
from kg.build.settling import Settling
from kg.errors import CorrectionError
from kg.graph import identifiers, store
from kg.model import Extraction
from kg.resolve import correction_file as files
from kg.resolve.correction_file import Correction
from kg.resolve.corrections import correct as apply
from kg.resolve.references import docs_of, find, reference
from kg.resolve.things import Thing


@dataclass(frozen=True, slots=True)
class _State:
    """The state of a graph before a new correction.

    Attributes:
        found: Things before all corrections.
        things: Things after the existing corrections.
        extractions: The extractions of the articles.
    """

    found: tuple[Thing, ...]
    things: tuple[Thing, ...]
    extractions: Mapping[str, Extraction]

    @classmethod
    def read(cls, folder: Path, manifest: store.Manifest, made: Sequence[Correction]) -> _State:
        """Return the state of a graph whose ledger belongs to its current generation."""
        extractions = Extractions(folder, store.read_articles(folder, manifest))
        records = authority.load(manifest.authority).records
        with ledger.open_ledger(folder / store.LEDGER) as kept:
            found = tuple(Settling(kept, records, manifest.base).things())
        return cls(found, apply(found, extractions, made).things, extractions)


@dataclass(frozen=True, slots=True)
class Made:
    """A correction of a graph.

    Attributes:
        number: Its position in the file, from 1.
        correction: The correction itself.
        stale: Why it did not apply in the last build; empty if it is in force.
    """

    number: int
    correction: Correction
    stale: str


def correct(
    graph: str | Path,
    action: str,
    thing: str,
    object: str = "",
    *,
    predicate: str = "",
    docs: Sequence[str] = (),
    quote: str = "",
    author: str,
    reason: str,
    date: str | None = None,
    corrections: str | Path | None = None,
) -> BuildReport:
    """Correct a graph, now and in every later build.

    Args:
        graph: The graph's folder.
        action: `merge` (`object` is the same thing as `thing`), `split` (the articles in `docs` mean another
            thing), `rename`, `retype`, `reject` or `add` (the fact `thing predicate object`).
        thing: Any name that only this thing bears, or its IRI, in full or as `id:company/…`.
        object: The other thing, the new name or the new type.
        predicate: One of `kg.model.PREDICATES`.
        docs: For `split`, the articles that mean another thing; for `add`, the one that states the fact.
        quote: For `add`, the words of an article that state the fact. If the article is not given, it is
            looked up.
        author: Who makes the correction.
        reason: Why it is made.
        date: Date as YYYY-MM-DD; today by default.
        corrections: The file to write to; remembered by the graph. If never given, it is `corrections.tsv` in
            the graph's folder.

    Raises:
        CorrectionError: The correction does not fit the graph, or a line of the file is wrong.
        GraphError: The folder is not a graph, is in use by another writer or cannot be written.
    """
    started = time.monotonic()
    folder = Path(graph)
    store.read_manifest(folder)
    with held(folder) as manifest:
        manifest = writing.with_corrections(folder, manifest, corrections, make=True)
        path = writing.corrections_file(folder, manifest)
        text = files.read_text(path)
        made = files.parse_corrections(text, file=path)
        articles = store.read_articles(folder, manifest)
        manifest = writing.write(folder, manifest, articles, with_ledger=True)
        state = _State.read(folder, manifest, made)
        wanted = Correction(
            " ".join((date or datetime.date.today().isoformat()).split()),
            " ".join(author.split()),
            action,
            thing,
            predicate,
            object,
            tuple(docs),
            quote,
            " ".join(reason.split()),
        )
        new = _located(wanted, state, manifest.base)
        corrected = apply(state.found, state.extractions, (*made, new))
        for stale in corrected.stale:
            if stale.number > len(made):
                raise CorrectionError(stale.reason, valid=stale.valid or _near(new, state))
        _write_file(path, files.appended(text, new))
        manifest = writing.write(folder, manifest, articles)
    return report(manifest, started)


def undo(graph: str | Path, number: int) -> BuildReport:
    """Withdraw a correction: remove it from the file, and leave the graph as if it had never been made.

    Args:
        graph: The graph's folder.
        number: Number of the correction as returned by `corrections`, from 1.

    Raises:
        CorrectionError: There is no such correction, or a line of the file is wrong.
        GraphError: The folder is not a graph, is in use by another writer or cannot be written.
    """
    started = time.monotonic()
    folder = Path(graph)
    store.read_manifest(folder)
    with held(folder) as manifest:
        path = writing.corrections_file(folder, manifest)
        text = files.read_text(path)
        gone = files.numbered(files.parse_corrections(text, file=path), number, file=path)
        _write_file(path, files.without(text, gone))
        manifest = writing.write(folder, manifest, store.read_articles(folder, manifest))
    return report(manifest, started)


def corrections(graph: str | Path) -> tuple[Made, ...]:
    """Return the corrections of a graph in file order.

    Raises:
        CorrectionError: A line of the file is wrong.
        GraphError: The folder is not a graph.
    """
    folder = Path(graph)
    manifest = store.read_manifest(folder)
    made = files.read_corrections(writing.corrections_file(folder, manifest))
    reasons = {line.partition(" (")[0]: line.rpartition("no longer applies: ")[2] for line in manifest.stale}
    return tuple(Made(n, c, reasons.get(f"correction {n}", "")) for n, c in enumerate(made, start=1))


def _write_file(path: Path, text: str) -> None:
    try:
        store.write_file(path, text)
    except OSError as error:
        raise CorrectionError(f"cannot be written: {error.strerror}", file=path) from error


def _located(wanted: Correction, before: _State, base: str) -> Correction:
    """Return a correction that refers to its things and articles in a form that later builds can resolve."""
    files.check(replace(wanted, articles=(), quote="") if wanted.action == "add" else wanted)
    things = before.things
    thing = _thing(wanted.thing, things, base)
    found = replace(wanted, thing=reference(thing))
    if wanted.action in ("merge", "reject", "add"):
        found = replace(found, object=reference(_thing(wanted.object, things, base)))
    if wanted.action == "rename":
        found = replace(found, object=" ".join(wanted.object.split()))
    if wanted.action == "split":
        found = replace(found, articles=_apart(thing, wanted.articles))
    if wanted.quote and not wanted.articles:
        saying = [doc for doc, e in before.extractions.items() if wanted.quote in e.article.text]
        if len(saying) != 1:
            what = "no article says" if not saying else f"{len(saying)} articles say"
            raise CorrectionError(f"{what} {wanted.quote}; name one", valid=saying[:20])
        found = replace(found, articles=tuple(saying))
    files.check(found)
    return found


def _thing(words: str, things: Sequence[Thing], base: str) -> Thing:
    iri = base + words.removeprefix("id:") if words.startswith("id:") else words
    if iri.startswith(base):
        iris = identifiers.thing_iris((thing.key for thing in things), base)
        for thing in things:
            if iris[thing.key].value == iri:
                return thing
    return find(things, words)


def _apart(thing: Thing, docs: Sequence[str]) -> tuple[str, ...]:
    held = docs_of(thing)
    missing = sorted(set(docs) - held)
    if missing:
        raise CorrectionError(f"{thing.name} is not in {', '.join(missing)}", valid=sorted(held))
    if held <= set(docs):
        raise CorrectionError(f"all articles that name {thing.name} are given: nothing would be left of it")
    return tuple(sorted(set(docs)))


def _near(new: Correction, before: _State) -> list[str]:
    """Return the facts that a rejection may have meant: between both things, else any of the first thing."""
    if new.action != "reject":
        return []
    subject, object_ = find(before.things, new.thing), find(before.things, new.object)
    name = {member: thing.name for thing in before.things for member in thing.members}
    said = set()
    for doc in docs_of(subject) | docs_of(object_):
        for relation in before.extractions[doc].relations:
            ends = [name.get((doc, end)) for end in (relation.subject, relation.object)]
            if ends[0] is not None and ends[1] is not None:
                said.add((ends[0], relation.predicate, ends[1]))
    between = {subject.name, object_.name}
    found = sorted(fact for fact in said if {fact[0], fact[2]} == between)
    found = found or sorted(fact for fact in said if subject.name in (fact[0], fact[2]))
    return [" ".join(fact) for fact in found[:8]]
