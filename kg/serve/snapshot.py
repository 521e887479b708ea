"""The server's view of a graph: opened once, indexed, and replaced as a whole when the graph is rebuilt.

Takes a graph's folder. Provides a `Snapshot`, which never changes, and a `Library`, which holds the current
one. A request takes the snapshot when it begins and keeps it until it ends, so that it sees one state of the
graph however long it takes; an old snapshot is closed when nobody uses it any more.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path

from kg.graph import counts, store
from kg.graph.graph import Graph
from kg.graph.records import ArticleNode, Fact, Stats, Thing
from kg.model import FAMILY_OF, SYMMETRIC
from kg.serve import articles
from kg.serve.links import Link, Links
from kg.serve.names import Index

READINGS = 256


class Snapshot:
    """A graph with everything that the pages look up.

    Attributes:
        graph: The graph, open for reading.
        stamp: Distinguishes this state of the graph's folder from others.
        things: All things by IRI, sorted.
        links: All facts, one link each.
        degree: Number of links of each thing that has any, by IRI.
        names: Index of all names.
        stats: The counts.
        articles: All articles by identifier, sorted.
    """

    def __init__(self, folder: Path) -> None:
        """Open and index a graph.

        Raises:
            GraphError: The folder is missing, is not a graph, or was written by a newer version.
        """
        # the state is read before the store is opened: a build in between is noticed at the next check
        store.read_manifest(folder)
        self.stamp = store.stamp(folder)
        quads, manifest, release = store.open_store(folder)
        self.graph = Graph(quads, base=manifest.base, path=folder, release=release)
        with ThreadPoolExecutor(1) as beside:
            # the store counts on another core meanwhile
            counted = beside.submit(self.graph.stats)
            self.things: dict[str, Thing] = {thing.iri: thing for thing in self.graph.things()}
            self.links = Links(self.graph.store, self.things)
            self.degree = self.links.degrees()
            self.names = Index(self.things.values(), self.degree)
            self.stats: Stats = counted.result()
        self.articles: dict[str, ArticleNode] = {node.doc: node for node in self.graph.articles()}
        self._naming: defaultdict[str, list[Thing]] = defaultdict(list)
        for thing in self.things.values():
            for doc in thing.docs:
                self._naming[doc].append(thing)
        self._folder = folder
        self._entries = store.read_articles(folder, manifest)
        self.reading = lru_cache(READINGS)(self._reading)

    @property
    def base(self) -> str:
        """The beginning of the IRIs of all things."""
        return self.graph.base

    @cached_property
    def triples(self) -> int:
        """Number of triples in the union of all articles."""
        return counts.triples(self.graph.store)

    def links_of(self, iri: str) -> tuple[Link, ...]:
        """Return the links of a thing, in either direction."""
        return self.links.of(iri)

    def thing(self, name: str) -> Thing:
        """Return a thing by IRI, `id:` name, or any name that only it has.

        Raises:
            GraphError: No thing has the name, or several do.
        """
        return self.things.get(name) or self.graph.entity(name)

    def named_in(self, doc: str) -> tuple[Thing, ...]:
        """Return the things that an article names, sorted by IRI."""
        return tuple(self._naming.get(doc, ()))

    def facts(self, thing: Thing) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Return the facts with a thing as subject and those with it as object.

        A symmetric fact is returned once, with the thing as subject and the statements of both directions.
        """
        outgoing: dict[tuple[str, str], Fact] = {}
        incoming = []
        for fact in sorted({*self.graph.facts(subject=thing), *self.graph.facts(object=thing)}):
            if fact.predicate not in SYMMETRIC and fact.subject.iri != thing.iri:
                incoming.append(fact)
                continue
            other = fact.object if fact.subject.iri == thing.iri else fact.subject
            said = outgoing[key].statements if (key := (fact.predicate, other.iri)) in outgoing else ()
            statements = sorted(
                {*said, *fact.statements}, key=lambda s: (s.evidence.doc, s.evidence.start, s.iri)
            )
            outgoing[key] = Fact(thing, fact.predicate, other, tuple(statements))
        return tuple(outgoing[key] for key in sorted(outgoing)), tuple(incoming)

    def neighbours(self, thing: Thing) -> Iterator[tuple[Link, Thing]]:
        """Yield the links of a thing with the things at their other ends, the best connected first."""
        pairs = [(link, self.things[link.other(thing.iri)]) for link in self.links_of(thing.iri)]
        yield from sorted(pairs, key=lambda p: (-self.degree[p[1].iri], p[1].iri, p[0].predicate))

    def family(self, thing: Thing) -> str:
        """Return the coarse family of a thing's type."""
        return FAMILY_OF[thing.type]

    def _reading(self, doc: str) -> articles.Reading:
        entry = self._entries.get(doc)
        document = store.read_cached(self._folder, entry.key) if entry else None
        return articles.read(self.articles[doc], document, self.named_in(doc))


class Library:
    """The current snapshot of a graph's folder."""

    def __init__(self, folder: Path) -> None:
        """Open a graph.

        Raises:
            GraphError: As for `Snapshot`.
        """
        self.folder = folder
        self._current = Snapshot(folder)
        self._loading = threading.Lock()

    @property
    def current(self) -> Snapshot:
        """The newest state that could be opened."""
        return self._current

    def refresh(self) -> bool:
        """Open the graph again if it has been rebuilt; return whether it was.

        Raises:
            GraphError: The new state cannot be opened; the old one stays current.
        """
        with self._loading:
            if store.stamp(self.folder) == self._current.stamp:
                return False
            # the old one is closed when the last request that holds it releases it
            self._current = Snapshot(self.folder)
            return True
