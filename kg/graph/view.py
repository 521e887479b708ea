"""The graph of things and facts for networkx: nodes are things, edges are facts.

Statements are folded into attributes; figures are left out. All attributes are str, int or float, so that
every networkx writer accepts them. Edge keys are the predicates: two things may be joined by several facts,
but only once by each predicate in each direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.records import Fact, Thing

if TYPE_CHECKING:
    import networkx

    from kg.graph.graph import Graph


def to_networkx(graph: Graph) -> networkx.MultiDiGraph:
    """Return a networkx.MultiDiGraph; node names are IRIs without the graph's base.

    Node attributes: `label`, `type`, `family`, `names` (joined by 、), `articles` (a count), `iri`, and
    `record` and `code` where linked. Edge attributes: `predicate`, `label`, `weight` (number of statements),
    `confidence` and `quote` (of the best statement), `articles` (joined by 、) and the qualifiers. A
    cooperation is one edge, from the thing whose IRI sorts first.
    """
    import networkx

    net = networkx.MultiDiGraph()
    for thing in graph.things():
        net.add_node(name_of(thing, graph.base), **_node(thing))
    for fact in graph.facts():
        ends = (name_of(fact.subject, graph.base), name_of(fact.object, graph.base))
        net.add_edge(*ends, key=fact.predicate, **_edge(fact))
    return net


def name_of(thing: Thing, base: str) -> str:
    """Return a thing's IRI without the base."""
    return thing.iri.removeprefix(base)


def _node(thing: Thing) -> dict[str, str | int]:
    from kg.model import FAMILY_OF

    node: dict[str, str | int] = {
        "label": thing.name,
        "type": thing.type,
        "family": FAMILY_OF[thing.type],
        "names": "、".join(thing.names),
        "articles": len(thing.docs),
        "iri": thing.iri,
    }
    if thing.record:
        node["record"] = thing.record
    if thing.code:
        node["code"] = thing.code
    return node


def _edge(fact: Fact) -> dict[str, Any]:
    best = max(fact.evidence, key=lambda e: (e.confidence, e.doc, -e.start))
    edge: dict[str, Any] = {
        "predicate": fact.predicate,
        "label": fact.predicate,
        "weight": len(fact.statements),
        "confidence": float(best.confidence),
        "articles": "、".join(fact.docs),
        "quote": best.quote,
    }
    for key, value in fact.qualifiers:
        edge[key] = f"{edge[key]}、{value}" if key in edge else value
    return edge
