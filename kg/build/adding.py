"""Adding articles to a graph at the cost of what they change, not of the graph.

In: the current generation with its ledger, and articles that it lacks. Out: the generation that a build of
all of them together would have written. The things that the new articles may concern are settled again, the
shares of articles whose things come out differently are replaced, and rules are run again on what depends
on that. Only additions go this way: what is taken out or replaced must leave no trace, so that the store is
written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import authority
from kg.build import ledger as ledgers
from kg.build.settling import Settling
from kg.errors import GraphError
from kg.extract import document
from kg.graph import counts as counting
from kg.graph import generations, identifiers, store
from kg.graph.changes import replace_shares
from kg.graph.rules import can_infer_again, infer, infer_again, rules
from kg.graph.triples import generate_share
from kg.model import Extraction
from kg.resolve.told import tell

if TYPE_CHECKING:
    import pyoxigraph as ox

# more than that are written anew as quickly, without holding what changed in memory
_FEW = 1000


class Shares:
    """The quads of articles, by what a ledger says of their things."""

    def __init__(self, folder: Path, manifest: store.Manifest, settling: Settling) -> None:
        """Begin.

        Args:
            folder: The graph's folder.
            manifest: Its manifest.
            settling: The ledger, settled.
        """
        self.folder, self.manifest, self.settling = folder, manifest, settling

    def of(self, extraction: Extraction) -> Iterator[ox.Quad]:
        """Yield the quads of one article."""
        share, iris = self.settling.share(extraction.article.doc)
        records = self.settling.records
        codes = {t.record: records[t.record].code or "" for t in share.values() if t.record}
        nodes = {key: identifiers.node(iri) for key, iri in iris.items()}
        return generate_share(extraction, share, nodes, base=self.manifest.base, codes=codes)


def load(folder: Path, doc: str, entry: store.Entry) -> Extraction:
    """Return an extraction of the cache.

    Raises:
        GraphError: It is missing from the cache.
    """
    cached = store.read_cached(folder, entry.key)
    if cached is None:
        reason = f"the cached extraction of {doc} is missing or damaged; build again from {entry.file}"
        raise GraphError(reason, file=store.cache_file(folder, entry.key))
    return document.from_json(cached)


def are_few(now: Mapping[str, store.Entry], articles: Mapping[str, store.Entry]) -> bool:
    """Tell whether all that is to be done is to add articles, and not many of them."""
    if not 0 < len(articles) - len(now) <= min(_FEW, len(now)):
        return False
    return all(articles.get(doc) == entry for doc, entry in now.items())


def can_add(folder: Path, manifest: store.Manifest) -> bool:
    """Tell whether the current generation has all that is needed to add to it."""
    known = ledgers.belongs_to(folder / store.LEDGER, manifest.inputs)
    return known and (not manifest.rules or can_infer_again(rules()))


def add(
    folder: Path,
    manifest: store.Manifest,
    now: Mapping[str, store.Entry],
    articles: Mapping[str, store.Entry],
    *,
    settled: Callable[[], None],
) -> store.Manifest:
    """Write a generation with more articles than the current one; return the manifest.

    Args:
        folder: The graph's folder, held as its writer, for which `can_add` is true.
        manifest: The new manifest but for `store` and `counts`, which are the current generation's.
        now: The articles of the current generation.
        articles: All articles of the new one.
        settled: Called when it is known who is who, before the store is written.

    Raises:
        GraphError: An extraction is missing from the cache.
    """
    tables = authority.load(manifest.authority)
    new = {doc: load(folder, doc, entry) for doc, entry in sorted(articles.items()) if doc not in now}
    with ledgers.open_ledger(folder / store.LEDGER) as ledger:
        settling = Settling(ledger, tables.records, manifest.base)
        for doc, extraction in new.items():
            settling.article(doc, *ledger.add(tell(extraction, tables)))
        settling.finish()
        settled()
        shares = Shares(folder, manifest, settling)
        docs = sorted(settling.docs() | set(new))

        def change(held: ox.Store, manifest: store.Manifest) -> store.Manifest:
            changed = replace_shares(held, (share(doc) for doc in docs))
            if manifest.rules:
                infer_again(held, rules(), changed.new | changed.gone)
            _, _, facts, figures = manifest.counts
            figures += sum(len(extraction.observations) for extraction in new.values())
            counts = (len(articles), settling.count(), facts + changed.facts, figures)
            return replace(manifest, counts=counts)

        def share(doc: str) -> tuple[ox.NamedNode, Iterator[ox.Quad]]:
            extraction = new[doc] if doc in new else load(folder, doc, articles[doc])
            return identifiers.article_iri(doc, manifest.base), shares.of(extraction)

        manifest = generations.change_generation(folder, manifest, change, articles)
        ledger.commit(manifest.inputs)
    return manifest


def write_all(
    folder: Path,
    manifest: store.Manifest,
    articles: Mapping[str, store.Entry],
    *,
    settled: Callable[[], None],
) -> store.Manifest:
    """Write a generation from the extractions of all its articles, two of which are never held at once.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for what is found out here.
        articles: All articles.
        settled: Called when it is known who is who, before the store is written.

    Raises:
        GraphError: An extraction is missing from the cache.
    """
    tables = authority.load(manifest.authority)
    figures = 0
    with ledgers.open_ledger(folder / store.LEDGER, new=True) as ledger:
        for doc, entry in sorted(articles.items()):
            extraction = load(folder, doc, entry)
            figures += len(extraction.observations)
            ledger.add(tell(extraction, tables))
        ledger.index()
        settling = Settling(ledger, tables.records, manifest.base)
        settling.all()
        settled()
        shares = Shares(folder, manifest, settling)

        def complete(held: ox.Store, manifest: store.Manifest) -> store.Manifest:
            counts = (len(articles), settling.count(), sum(counting.facts(held).values()), figures)
            return replace(manifest, counts=counts, corrections_in_force=0, stale=())

        manifest = generations.write_generation(
            folder,
            manifest,
            (quad for doc, entry in sorted(articles.items()) for quad in shares.of(load(folder, doc, entry))),
            articles,
            infer=(lambda held: infer(held, rules())) if manifest.rules else None,
            complete=complete,
        )
        ledger.commit(manifest.inputs)
    return manifest
