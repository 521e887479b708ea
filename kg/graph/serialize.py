"""Serialise a graph or a part of it as sorted Turtle, TriG, N-Quads, RDF/XML or JSON-LD, with prefixes.

The input is a store and the chosen nodes; the output is text in a binary file, written node by node. Only the
list of nodes and one article's share at a time are held in memory. The same quads give the same bytes, in
whatever order they were added to the store.

Turtle, RDF/XML and JSON-LD hold triples: the union of all articles (`kg:inArticle` still records where each
statement was made). TriG and N-Quads keep the articles' named graphs. RDF/XML cannot hold control characters
or carriage returns; each is replaced by U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.model import PREDICATES, SYMMETRIC

FORMATS: dict[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_FACTS = {v.KG + name for name in PREDICATES}
_LINKS = (v.kg("inArticle"), v.kg("unit"), v.kg("period"))
_NOT_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Selection:
    """A self-contained part of a graph.

    Attributes:
        nodes: IRIs whose triples are kept, except triples that lead to other nodes of the graph.
        facts: Direct triples of the kept statements, as (subject, predicate, object, article).
    """

    nodes: frozenset[str]
    facts: frozenset[tuple[str, str, str, str]]


def select(store: ox.Store, things: Iterable[str], evidence: Iterable[str]) -> Selection:
    """Return things, statements and observations with the articles, units and periods they need.

    Args:
        store: The graph.
        things: IRIs of the chosen things.
        evidence: IRIs of the chosen statements and observations.
    """
    alone, nodes, facts = set(things), set(), set()
    for iri in evidence:
        nodes.add(iri)
        subject = predicate = object_ = article = ""
        for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            value = quad.object.value if not isinstance(quad.object, ox.Triple) else ""
            if quad.predicate in _LINKS:
                nodes.add(value)
            elif quad.predicate in (v.SUBJECT, v.kg("subject")):
                subject, article = value, article or _name(quad)
            elif quad.predicate == v.PREDICATE:
                predicate = value
            elif quad.predicate == v.OBJECT:
                object_ = value
        alone -= {subject, object_}
        facts.add((subject, predicate, object_, article))
        if predicate.removeprefix(v.KG) in SYMMETRIC:
            facts.add((object_, predicate, subject, article))
    # a thing about which nothing else is kept still keeps its articles
    for iri in sorted(alone):
        for quad in store.quads_for_pattern(ox.NamedNode(iri), v.kg("inArticle"), None, None):
            nodes.add(cast(ox.NamedNode, quad.object).value)
    return Selection(frozenset(nodes | set(things)), frozenset(facts))


def _name(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def write_rdf(
    store: ox.Store,
    file: BinaryIO,
    format: str,
    *,
    base: str = v.BASE,
    part: Selection | None = None,
    inferred: bool = False,
) -> None:
    """Write the store, or a part of it, to a binary file.

    Args:
        store: The graph.
        file: The file to write to.
        format: One of `FORMATS`.
        base: Base IRI of things; Turtle, TriG and RDF/XML write IRIs relative to it.
        part: What to keep, or None for everything.
        inferred: Whether to write what rules inferred, too.
    """
    target = FORMATS[format]
    if format == "nquads":
        ox.serialize(quads(store, base, part, inferred), file, format=target)
        return
    prefixes = {name: iri for name, iri in v.prefixes(base).items() if name != "id"}
    if format == "rdfxml":
        fit = (_for_xml(triple) for triple in triples(store, base, part, inferred))
        ox.serialize(fit, file, format=target, prefixes=prefixes, base_iri=base)
        return
    lines = [f"@base <{base}> ."]
    lines += [f"@prefix {name}: <{iri}> ." for name, iri in sorted(prefixes.items())]
    heading = cast(BinaryIO, _Heading(file, "\n".join(lines) + "\n\n"))
    if format == "trig":
        ox.serialize(
            quads(store, base, part, inferred), heading, format=target, prefixes=prefixes, base_iri=base
        )
    else:
        ox.serialize(
            triples(store, base, part, inferred), heading, format=target, prefixes=prefixes, base_iri=base
        )
    heading.flush()


class _Heading:
    """Replaces the serialiser's heading, with IRIs relative to the base, by a sorted one with whole IRIs."""

    def __init__(self, file: BinaryIO, heading: str) -> None:
        self.file = file
        self.heading: bytes | None = heading.encode()
        self.held = b""

    def write(self, data: bytes) -> int:
        if self.heading is None:
            return self.file.write(data)
        self.held += data
        while b"\n" in self.held and self.held.startswith(b"@"):
            self.held = self.held.partition(b"\n")[2]
        if self.held and not self.held.startswith(b"@"):
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self.heading is not None:
            self.file.write(self.heading + (b"" if self.held.startswith(b"@") else self.held))
            self.heading = None


def quads(
    store: ox.Store, base: str = v.BASE, part: Selection | None = None, inferred: bool = False
) -> Iterator[ox.Quad]:
    """Yield quads article by article, sorted within each, then those that rules inferred if wanted.

    The default graph, which repeats the union of the articles, is yielded only if there are no articles.
    """
    found = (cast(ox.NamedNode, name) for name in store.named_graphs() if inferred or not v.is_rule(name))
    names = sorted(found, key=lambda name: (v.is_rule(name), name.value))
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [*names] or [ox.DefaultGraph()]
    for name in graphs:
        share = (quad for quad in store.quads_for_pattern(None, None, None, name) if _kept(quad, base, part))
        yield from sorted(share, key=order)


def triples(
    store: ox.Store, base: str = v.BASE, part: Selection | None = None, inferred: bool = False
) -> Iterator[ox.Triple]:
    """Yield the triples of the union of all articles, subject by subject in sorted order, each once."""
    subjects = part.nodes if part else {cast(ox.NamedNode, quad.subject).value for quad in store}
    for iri in sorted(subjects):
        found = store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
        wanted = (quad for quad in found if inferred or not v.is_rule(quad.graph_name))
        kept = {quad.triple: quad for quad in wanted if _kept(quad, base, part)}
        yield from (quad.triple for quad in sorted(kept.values(), key=order))


def order(quad: ox.Quad) -> tuple[str, bool, str, str]:
    """Return the sort key of a quad within its graph: subject, type first, predicate, object."""
    return (
        str(quad.subject),
        quad.predicate != v.RDF_TYPE,
        quad.predicate.value,
        str(quad.object),
    )


def _kept(quad: ox.Quad, base: str, part: Selection | None) -> bool:
    if part is None:
        return True
    subject = cast(ox.NamedNode, quad.subject).value
    if subject not in part.nodes:
        return False
    if not isinstance(quad.object, ox.NamedNode):
        return True
    value = quad.object.value
    if quad.predicate.value in _FACTS and not v.is_rule(quad.graph_name):
        return (subject, quad.predicate.value, value, _name(quad)) in part.facts
    return value in part.nodes or not value.startswith(base)


def _for_xml(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal) or not _NOT_XML.search(value.value):
        return triple
    text = _NOT_XML.sub("\ufffd", value.value)
    plain = ox.Literal(text, language=value.language) if value.language else None
    return ox.Triple(triple.subject, triple.predicate, plain or ox.Literal(text, datatype=value.datatype))
