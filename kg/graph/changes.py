"""Replace the shares of some articles in a store and leave the rest untouched.

An article's share is the quads of its named graph. `replace_shares` takes a store and the new shares of some
articles. It leaves the store as if it had been written with these shares in the first place, and returns
which triples were added to the union and which were removed.
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
    """Triples that are newly said, and triples that no article says any more."""

    new: set[ox.Triple] = field(default_factory=set)
    gone: set[ox.Triple] = field(default_factory=set)

    @property
    def facts(self) -> int:
        """The net increase in the number of facts; a symmetric fact counts once."""
        return _facts(self.new) - _facts(self.gone)


def replace_shares(store: ox.Store, shares: Iterable[tuple[ox.NamedNode, Iterable[ox.Quad]]]) -> Changed:
    """Replace the contents of some named graphs in a store and bring the union up to date.

    Args:
        store: A store whose default graph is the union of the articles' graphs.
        shares: Names of graphs, each with all the quads that the graph is to hold.
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
    # a symmetric fact is stored in both directions
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
