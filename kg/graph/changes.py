"""Putting new shares of articles into a store in place of the old ones, and nothing else.

In: a store and the quads of some articles. Out: the store as if it had been written with these shares at
first, and which triples of the union came or went.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.model import PREDICATES, SYMMETRIC

_UNION = ox.DefaultGraph()
_FACTS = {v.kg(name) for name in PREDICATES}
_SYMMETRIC = frozenset(map(v.kg, SYMMETRIC))


@dataclass(slots=True)
class Changed:
    """What has come to be said, and what is said no longer by any article."""

    new: set[ox.Triple] = field(default_factory=set)
    gone: set[ox.Triple] = field(default_factory=set)

    @property
    def facts(self) -> int:
        """By how many facts there are more, those without a direction counted once."""
        return _facts(self.new) - _facts(self.gone)


def replace_shares(store: ox.Store, shares: Iterable[tuple[ox.NamedNode, Iterable[ox.Quad]]]) -> Changed:
    """Put shares into a store, each in place of what its graph held, and bring the union up to date.

    Args:
        store: A store whose default graph is the union of the articles' graphs.
        shares: Graphs, each with all quads that it shall hold.
    """
    changed = Changed()
    for graph, quads in shares:
        held, wanted = set(store.quads_for_pattern(None, None, None, graph)), set(quads)
        store.extend(wanted - held)
        said = [quad.triple for quad in wanted - held if _of_union(quad.triple) not in store]
        store.extend(map(_of_union, said))
        changed.new.update(said)
        for quad in held - wanted:
            store.remove(quad)
            if not _is_said(store, quad.triple):
                store.remove(_of_union(quad.triple))
                changed.gone.add(quad.triple)
    both = changed.new & changed.gone
    changed.new -= both
    changed.gone -= both
    return changed


def _facts(triples: Iterable[ox.Triple]) -> int:
    # a fact without a direction is in the graph in both
    return sum(
        triple.predicate in _FACTS
        and (triple.predicate not in _SYMMETRIC or str(triple.subject) < str(triple.object))
        for triple in triples
    )


def _of_union(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, _UNION)


def _is_said(store: ox.Store, triple: ox.Triple) -> bool:
    found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(quad.graph_name != _UNION and not v.is_rule(quad.graph_name) for quad in found)
