"""The handle on a graph, which is queried by name, by pattern or in SPARQL.

It only reads; `kg.build` writes. Things, facts and figures are returned as records of `kg.graph.records`.
Methods that need rdflib or networkx import them when called, so that opening and querying stay quick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph import counts, read, store
from kg.graph import query as q
from kg.graph import vocabulary as v
from kg.graph.records import ArticleNode, Fact, Figure, Stats, Thing
from kg.model import FAMILIES, PREDICATES, TYPES

if TYPE_CHECKING:
    from kg.graph.validate import ValidationReport

AnyThing = str | Thing


class Graph:
    """A graph that is open for reading; close it after use, or use it in a `with` statement."""

    def __init__(
        self,
        quads: ox.Store,
        *,
        base: str = v.BASE,
        path: Path | None = None,
        release: Callable[[], None] | None = None,
    ) -> None:
        """Wrap a store.

        Args:
            quads: A store whose default graph is the union of its named graphs; an empty default graph is
                filled with that union.
            base: Base IRI of things.
            path: The graph's folder, or None for a graph in memory.
            release: Function to call on closing.
        """
        # len(quads) would count the quads one by one, but opening must not cost more for a larger graph
        if not store.has_union(quads) and (missing := store.union(quads)):
            quads.extend(missing)
        self._store: ox.Store | None = quads
        self._release = release
        self._all: dict[str, Thing] | None = None
        self._docs: dict[str, str] | None = None
        self._size: int | None = None
        self.base = base
        self.path = path

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        if self._size is None:
            self._size = counts.quads(self.store)
        return self._size

    def __repr__(self) -> str:
        where = "closed" if self._store is None else f"{len(self)} quads"
        return f"<Graph {self.path or 'in memory'}: {where}>"

    def close(self) -> None:
        """Release the store; closing twice does no harm."""
        self._store = None
        if self._release is not None:
            self._release()
            self._release = None

    @property
    def store(self) -> ox.Store:
        """The pyoxigraph store: one named graph per article, and their union as the default graph.

        Raises:
            GraphError: The graph is closed.
        """
        if self._store is None:
            raise GraphError("the graph is closed", file=self.path)
        return self._store

    def query(self, sparql: str, *, inferred: bool = False) -> q.Rows | bool | q.Triples:
        """Return the answer to a SPARQL 1.1 query.

        Args:
            sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
            inferred: Whether to query what rules inferred as well as what is said.

        Raises:
            QueryError: The query cannot be parsed or run.
        """
        return q.query(self.store, sparql, base=self.base, inferred=inferred)

    def serialise(self, sparql: str, format: str, *, inferred: bool = False) -> bytes:
        """Return the answer to a query as csv, tsv, json or xml, or as ttl, nt, xml or json for triples.

        Args:
            sparql: As for `query`.
            format: The output format.
            inferred: As for `query`.

        Raises:
            QueryError: The query cannot be parsed or run.
            ExportError: The format does not fit the query.
        """
        return q.serialise(self.store, sparql, format, base=self.base, inferred=inferred)

    def things(self, *, type: str | None = None) -> tuple[Thing, ...]:
        """Return all things, or those of a type or superclass (`Company`, `Organization`), sorted by IRI.

        Raises:
            GraphError: There is no such type.
        """
        found = self._things().values()
        if type is None or type == "Entity":
            return tuple(found)
        if type not in TYPES and type not in FAMILIES:
            raise GraphError(f"no type {type}", valid=dict.fromkeys((*FAMILIES, *TYPES)))
        return tuple(thing for thing in found if type in v.classes(thing.type))

    def entity(self, name: str) -> Thing:
        """Return the one thing that has a name, in any of its forms; an IRI or an `id:` name works too.

        Raises:
            GraphError: No thing has the name, or several do; the message lists them.
        """
        iri = self.base + name.removeprefix("id:") if name.startswith("id:") else name
        iri = self._replacing(iri)
        if iri in self._things():
            return self._things()[iri]
        found = self.find(name)
        if len(found) > 1:
            # a thing with this canonical name takes precedence over those that only have it as another name
            exact = tuple(thing for thing in found if thing.name == name)
            found = exact if len(exact) == 1 else found
        if len(found) == 1:
            return found[0]
        if found:
            raise GraphError(f"{name} is the name of {len(found)} things", valid=self._labels(found))
        near = tuple(t for t in self._things().values() if name and any(name in form for form in t.names))
        raise GraphError(f"nothing in the graph is called {name}", valid=self._labels(near[:10]))

    def find(self, name: str) -> tuple[Thing, ...]:
        """Return every thing that has a name in any of its forms, sorted by IRI."""
        found = set()
        for predicate in (v.PREF_LABEL, v.ALT_LABEL):
            for quad in self.store.quads_for_pattern(None, predicate, v.text(name, "zh"), store.DEFAULT):
                found.add(cast(ox.NamedNode, quad.subject).value)
        return tuple(self._things()[iri] for iri in sorted(found) if iri in self._things())

    def facts(
        self, *, subject: AnyThing | None = None, predicate: str | None = None, object: AnyThing | None = None
    ) -> tuple[Fact, ...]:
        """Return the facts that match, sorted, each with all its statements.

        Args:
            subject: A thing, a name or an IRI.
            predicate: One of `kg.model.PREDICATES`.
            object: A thing, a name or an IRI.

        Raises:
            GraphError: A name matches no thing or several, or there is no such predicate.
        """
        if predicate is not None and predicate not in PREDICATES:
            raise GraphError(f"no predicate {predicate}", valid=PREDICATES)
        return read.facts(
            self.store, self._things(), self._iri(subject), predicate, self._iri(object), self._doc_of()
        )

    def observations(self, thing: AnyThing | None = None) -> tuple[Figure, ...]:
        """Return the figures of a thing, or all figures, sorted by subject, indicator and period."""
        return read.figures(self.store, self._things(), self._iri(thing), self._doc_of())

    def articles(self) -> tuple[ArticleNode, ...]:
        """Return the articles, sorted by identifier."""
        return read.articles(self.store)

    def quads(self, *, inferred: bool = False) -> Iterator[ox.Quad]:
        """Yield every quad of the articles' graphs, sorted by its N-Quads line.

        Args:
            inferred: Whether to yield what rules inferred, too, each quad in its rule's graph.
        """
        named = (quad for quad in self.store if quad.graph_name != store.DEFAULT)
        yield from sorted((quad for quad in named if inferred or not v.is_rule(quad.graph_name)), key=str)

    def stats(self) -> Stats:
        """Return counts of what is in the graph."""
        return counts.stats(self.store)

    def to_networkx(self) -> Any:
        """Return a networkx.MultiDiGraph of things and facts with plain attributes."""
        from kg.graph import view

        return view.to_networkx(self)

    def to_rdflib(self) -> Any:
        """Return an rdflib.Dataset with the same quads; its default graph is the union of all graphs."""
        from kg.graph import bridge

        return bridge.to_rdflib(self.quads(), v.prefixes(self.base))

    def to_pandas(self, **filters: Any) -> Any:
        """Return pandas frames `.nodes`, `.edges` and `.observations`, filtered as for an export.

        Raises:
            ExportError: A filter names something that does not exist.
            MissingExtraError: pandas is not installed.
        """
        from importlib import import_module

        # imported by name, as in `export`
        return import_module("kg.out.frames").to_pandas(self, **filters)

    def validate(self) -> ValidationReport:
        """Check the graph against the SHACL shapes of the ontology and return a report."""
        from kg.graph import validate

        return validate.validate(self)

    def export(self, path: str | Path, format: str | None = None, **filters: Any) -> Any:
        """Write the graph to a file; see `kg.out.formats.export` for formats and filters."""
        from importlib import import_module

        # `kg.out` is built on this package, so it is imported by name and only when needed
        return import_module("kg.out.formats").export(self, path, format=format, **filters)

    def _things(self) -> dict[str, Thing]:
        if self._all is None:
            self._all = read.things(self.store, self._doc_of())
        return self._all

    def _doc_of(self) -> dict[str, str]:
        if self._docs is None:
            self._docs = read.docs(self.store)
        return self._docs

    def _iri(self, thing: AnyThing | None) -> str | None:
        if thing is None:
            return None
        return thing.iri if isinstance(thing, Thing) else self.entity(thing).iri

    def _replacing(self, iri: str) -> str:
        """Return the IRI of the thing that a correction has merged this one into, or the IRI itself."""
        if iri in self._things() or not iri.startswith(self.base):
            return iri
        # compared as text: what a user types need not be an IRI
        by = self.store.quads_for_pattern(None, v.REPLACES, None, store.DEFAULT)
        named = ((cast(Any, quad.object).value, cast(Any, quad.subject).value) for quad in by)
        return next((now for was, now in named if was == iri), iri)

    def _labels(self, things: tuple[Thing, ...]) -> list[str]:
        labels: defaultdict[str, list[Thing]] = defaultdict(list)
        for thing in things:
            labels[f"{thing.name} ({thing.type})"].append(thing)
        return [
            label if len(same) == 1 else "id:" + thing.iri.removeprefix(self.base)
            for label, same in labels.items()
            for thing in same
        ]


def open_graph(path: str | Path) -> Graph:
    """Open a graph's folder for reading; a writer at work does not disturb it.

    Raises:
        GraphError: The folder is missing, is not a graph, or was written by a newer version.
    """
    quads, manifest, release = store.open_store(Path(path))
    return Graph(quads, base=manifest.base, path=Path(path), release=release)
