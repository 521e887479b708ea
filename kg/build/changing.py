"""Bringing a graph up to date at the cost of what changes, not of the graph; or writing all of it.

In: the current generation with its ledger, articles that come, go or are replaced, and corrections that it
was made without. Out: the generation that a build of all of them together would have written. The things
that these articles may concern are settled again, the shares of articles whose things come out differently,
by themselves or by corrections, are replaced, and rules are run again on what depends on that. No query finds
what was taken out, nor is it in the ledger; the files of a store keep every word until all is written anew.
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

# more than that are written anew as quickly, without holding what changed in memory
_FEW = 1000


class Extractions(Mapping[str, Extraction]):
    """The extractions of a graph, each read from its cache whenever it is asked for.

    Args:
        folder: The graph's folder.
        articles: Its articles.
    """

    def __init__(self, folder: Path, articles: Mapping[str, store.Entry]) -> None:
        self._folder, self._articles = folder, articles

    def __getitem__(self, doc: str) -> Extraction:
        """Return the extraction of an article.

        Raises:
            GraphError: It is missing from the cache.
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
    """The quads of articles, by what a ledger says of their things and what people have put right."""

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
        """Yield the quads that are in no article's share: what people have added."""
        if self._by_hand is not None:
            yield from generate_by_hand(self._by_hand.corrected, self._by_hand.iris, self._base)


def _without(some: Mapping[str, store.Entry], others: Mapping[str, store.Entry]) -> list[str]:
    """Return, in order, which of some articles are not among others, or not the same there."""
    return sorted(doc for doc, entry in some.items() if others.get(doc) != entry)


def can_change(
    folder: Path,
    manifest: store.Manifest,
    now: Mapping[str, store.Entry],
    articles: Mapping[str, store.Entry],
) -> bool:
    """Tell whether the current generation can be changed, and with less work than all would be.

    Args:
        folder: The graph's folder.
        manifest: That of the current generation.
        now: The articles of the current generation.
        articles: All articles of the new one.
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
    """Write a generation with some other articles than the current one, or with other corrections.

    Args:
        folder: The graph's folder, held as its writer, for which `can_change` is true.
        manifest: The new manifest but for `store` and `counts`, which are the current generation's.
        now: The articles of the current generation.
        articles: All articles of the new one.
        corrections: Those of the current generation and those of the new one.
        settled: Called when it is known who is who, before the store is written.

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
    """Write a generation from the extractions of all its articles, two of which are never held at once.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for what is found out here.
        articles: All articles.
        corrections: What people have put right. They may name anything, so that all things are held at once
            where there are any.
        settled: Called when it is known who is who, before the store is written.

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
    """Return a manifest with what became of corrections."""
    stale = by_hand.corrected.stale if by_hand else ()
    in_force = len(corrections) - len(stale)
    return replace(manifest, corrections_in_force=in_force, stale=tuple(map(str, stale)))
