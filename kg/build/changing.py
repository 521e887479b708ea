"""Update a graph at a cost that depends on the changes and not on the size of the graph, or rewrite it all.

Takes the current generation with its ledger, the articles that are added, removed or replaced, and new
corrections. Writes the generation that a build from scratch would have written. To this end, the things that
these articles may affect are resolved again, the shares of articles whose things differ as a result, or
because of corrections, are replaced, and rules are run again on what depends on these shares. Removed content
is no longer in the ledger, and no query finds it, but the files of the store keep every word until the whole
graph is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import authority
from kg.build import ledger as ledgers
from kg.build.by_hand import ByHand, differing
from kg.build.settling import Settling
from kg.errors import GraphError
from kg.extract import document
from kg.graph import counts as counting
from kg.graph import generations, identifiers, store
from kg.graph.changes import replace_shares
from kg.graph.rules import can_infer_again, infer, infer_again, rules
from kg.graph.triples import generate_by_hand, generate_share
from kg.model import Extraction
from kg.resolve.corrected import Triple
from kg.resolve.correction_file import Correction
from kg.resolve.things import Thing
from kg.resolve.told import tell

if TYPE_CHECKING:
    import pyoxigraph as ox

# rewriting everything is as fast for more articles than this, and need not hold the changes in memory
_FEW = 1000


class Extractions(Mapping[str, Extraction]):
    """The extractions of a graph, each read from the cache on every access.

    Args:
        folder: The graph's folder.
        articles: Its articles.
    """

    def __init__(self, folder: Path, articles: Mapping[str, store.Entry]) -> None:
        self._folder, self._articles = folder, articles

    def __getitem__(self, doc: str) -> Extraction:
        """Return the extraction of an article.

        Raises:
            GraphError: The extraction is missing from the cache.
        """
        entry = self._articles[doc]
        cached = store.read_cached(self._folder, entry.key)
        if cached is None:
            reason = f"the cached extraction of {doc} is missing or damaged; build again from {entry.file}"
            raise GraphError(reason, file=store.cache_file(self._folder, entry.key))
        return document.from_json(cached)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._articles))

    def __len__(self) -> int:
        return len(self._articles)


class _Shares:
    """The quads of articles, from the things in a ledger and manual corrections."""

    def __init__(self, manifest: store.Manifest, settling: Settling, by_hand: ByHand | None) -> None:
        self._base, self._settling, self._by_hand = manifest.base, settling, by_hand

    def of(self, extraction: Extraction) -> Iterator[ox.Quad]:
        """Yield the quads of one article."""
        doc = extraction.article.doc
        share, iris = self._settling.share(doc)
        nodes: Mapping[str, ox.NamedNode]
        corrected = None
        if self._by_hand is None:
            nodes = {key: identifiers.node(iri) for key, iri in iris.items()}
        else:
            share |= self._by_hand.moved.get(doc, {})
            nodes, corrected = self._by_hand.iris, self._by_hand.corrected
        records = self._settling.records
        codes = {t.record: records[t.record].code or "" for t in share.values() if t.record}
        return generate_share(extraction, share, nodes, base=self._base, codes=codes, corrected=corrected)

    def by_people(self) -> Iterator[ox.Quad]:
        """Yield the quads that are in no article's share: those added by people."""
        if self._by_hand is not None:
            yield from generate_by_hand(self._by_hand.corrected, self._by_hand.iris, self._base)


def _without(some: Mapping[str, store.Entry], others: Mapping[str, store.Entry]) -> list[str]:
    """Return, sorted, those of some articles that are not among others or have different content there."""
    return sorted(
        doc for doc, entry in some.items() if doc not in others or others[doc].content != entry.content
    )


def can_change(
    folder: Path,
    manifest: store.Manifest,
    now: Mapping[str, store.Entry],
    articles: Mapping[str, store.Entry],
) -> bool:
    """Tell whether the current generation can be updated with less work than rewriting everything takes.

    Args:
        folder: The graph's folder.
        manifest: The manifest of the current generation.
        now: The articles of the current generation.
        articles: All articles of the new generation.
    """
    gone, new = _without(now, articles), _without(articles, now)
    if len(gone) + len(new) > min(_FEW, len(now)) or len(gone) > len(articles):
        return False
    if not ledgers.belongs_to(folder / store.LEDGER, manifest.inputs):
        return False
    if any(store.read_cached(folder, now[doc].key) is None for doc in gone):
        return False
    return not manifest.rules or can_infer_again(rules())


def change(
    folder: Path,
    manifest: store.Manifest,
    now: Mapping[str, store.Entry],
    articles: Mapping[str, store.Entry],
    corrections: tuple[Sequence[Correction], Sequence[Correction]],
    *,
    settled: Callable[[], None],
) -> store.Manifest:
    """Write a generation that differs from the current one in some articles or in corrections.

    Args:
        folder: The graph's folder, held for writing, for which `can_change` is true.
        manifest: The new manifest, except that `store` and `counts` are those of the current generation.
        now: The articles of the current generation.
        articles: All articles of the new generation.
        corrections: Corrections of the current generation and those of the new one.
        settled: Called when resolution is finished, before the store is written.

    Returns:
        The new manifest.

    Raises:
        GraphError: An extraction is missing from the cache.
    """
    tables = authority.load(manifest.authority)
    extractions, were = Extractions(folder, articles), Extractions(folder, now)
    gone = _without(now, articles)
    new = {doc: extractions[doc] for doc in _without(articles, now)}
    with ledgers.open_ledger(folder / store.LEDGER) as ledger:
        settling = Settling(ledger, tables.records, manifest.base)
        old, wanted = corrections
        before = after = None
        found: tuple[Thing, ...] = ()
        if old or wanted:
            found = tuple(settling.things())
            before = ByHand.make(found, were, old, manifest.base)
        if gone:
            settling.take_out(gone)
        for doc, extraction in new.items():
            settling.article(doc, *ledger.add(tell(extraction, tables)))
        settling.finish()
        if before:
            found = tuple(settling.things()) if gone or new else found
            after = ByHand.make(found, extractions, wanted, manifest.base)
        settled()
        shares = _Shares(manifest, settling, after)
        docs = settling.docs() | set(new)
        refused: frozenset[Triple] = after.refused if after else frozenset()
        turned = refused ^ before.refused if before else refused
        if before and after:
            docs |= differing(before, after)

        def changed_shares() -> Iterator[tuple[ox.NamedNode, Iterable[ox.Quad]]]:
            for doc in gone:
                if doc not in articles:
                    yield identifiers.article_iri(doc, manifest.base), ()
            for doc in sorted(docs.intersection(articles)):
                extraction = new[doc] if doc in new else extractions[doc]
                yield identifiers.article_iri(doc, manifest.base), shares.of(extraction)
            if after:
                yield identifiers.corrections_iri(manifest.base), shares.by_people()

        def make(held: ox.Store, manifest: store.Manifest) -> store.Manifest:
            changed = replace_shares(held, changed_shares())
            if manifest.rules:
                infer_again(held, rules(), changed.new | changed.gone, refused, turned)
            _, _, facts, figures = manifest.counts
            figures += sum(len(extraction.observations) for extraction in new.values())
            figures -= sum(len(were[doc].observations) for doc in gone)
            things = len(after.corrected.things) if after else settling.count()
            counts = (len(articles), things, facts + changed.facts, figures)
            return _corrected(replace(manifest, counts=counts), after, wanted)

        manifest = generations.change_generation(folder, manifest, make, articles)
        ledger.commit(manifest.inputs, wanted)
    return manifest


def write_all(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    corrections: Sequence[Correction],
    *,
    settled: Callable[[], None],
) -> store.Manifest:
    """Write a generation from the extractions of all its articles, held in memory one at a time.

    Args:
        folder: The graph's folder, held for writing.
        manifest: The new manifest, except for what is determined here.
        articles: All articles.
        corrections: The corrections. They may refer to any thing, so if there are any, all things are held in
            memory at once.
        settled: Called when resolution is finished, before the store is written.

    Raises:
        GraphError: An extraction is missing from the cache.
    """
    tables = authority.load(manifest.authority)
    extractions = Extractions(folder, articles)
    figures = 0
    with ledgers.open_ledger(folder / store.LEDGER, new=True) as ledger:
        for extraction in extractions.values():
            figures += len(extraction.observations)
            ledger.add(tell(extraction, tables))
        ledger.index()
        settling = Settling(ledger, tables.records, manifest.base)
        settling.all()
        by_hand = (
            ByHand.make(settling.things(), extractions, corrections, manifest.base) if corrections else None
        )
        settled()
        shares = _Shares(manifest, settling, by_hand)
        refused = by_hand.refused if by_hand else ()

        def quads() -> Iterator[ox.Quad]:
            for extraction in extractions.values():
                yield from shares.of(extraction)
            yield from shares.by_people()

        def complete(held: ox.Store, manifest: store.Manifest) -> store.Manifest:
            things = len(by_hand.corrected.things) if by_hand else settling.count()
            counts = (len(articles), things, sum(counting.facts(held).values()), figures)
            return _corrected(replace(manifest, counts=counts), by_hand, corrections)

        manifest = generations.write_generation(
            folder,
            manifest,
            quads(),
            articles,
            infer=(lambda held: infer(held, rules(), refused)) if manifest.rules else None,
            complete=complete,
        )
        ledger.commit(manifest.inputs, corrections)
    return manifest


def _corrected(
    manifest: store.Manifest, by_hand: ByHand | None, corrections: Sequence[Correction]
) -> store.Manifest:
    """Return a manifest that records which corrections are in force and which are stale."""
    stale = by_hand.corrected.stale if by_hand else ()
    in_force = len(corrections) - len(stale)
    return replace(manifest, corrections_in_force=in_force, stale=tuple(map(str, stale)))
