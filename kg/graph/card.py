"""A thing's card: all that the graph says of it, with the sentences that say so.

In: a graph and a name. Out: a `Card`, plain data for whoever shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph.records import ArticleNode, Fact, Figure, Thing
from kg.model import SYMMETRIC

if TYPE_CHECKING:
    from kg.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Card:
    """What the graph says of a thing.

    Attributes:
        thing: Names, type, record.
        outgoing: Facts with the thing as subject, sorted.
        incoming: Facts with the thing as object; a cooperation is among `outgoing` from both sides.
        figures: Its observations, by indicator and period.
        articles: The articles that name it, without those that only hold facts through others.
    """

    thing: Thing
    outgoing: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    articles: tuple[ArticleNode, ...]


def card(graph: Graph, name: str | Thing) -> Card:
    """Return the card of the thing that bears a name.

    Raises:
        GraphError: Nothing bears the name, or several things do; the message lists them.
    """
    thing = name if isinstance(name, Thing) else graph.entity(name)
    outgoing = graph.facts(subject=thing)
    # a cooperation has been found from its other end already
    incoming = tuple(f for f in graph.facts(object=thing) if f.predicate not in SYMMETRIC)
    named = set(thing.docs)
    articles = tuple(article for article in graph.articles() if article.doc in named)
    return Card(thing, outgoing, incoming, graph.observations(thing), articles)
