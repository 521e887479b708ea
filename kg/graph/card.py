"""The card of a thing: everything the graph says about it, with the sentences that say so.

`card` takes a graph and a name and returns a `Card`: plain data, ready to be displayed.
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
    """Everything the graph says about a thing.

    Attributes:
        thing: Its names, type and authority record.
        outgoing: Facts with the thing as subject, sorted.
        incoming: Facts with the thing as object; cooperations are in `outgoing`, whichever end the thing is.
        figures: Its observations, sorted by indicator and period.
        articles: The articles that name it; one that only supports a fact about it is left out.
    """

    thing: Thing
    outgoing: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    articles: tuple[ArticleNode, ...]


def card(graph: Graph, name: str | Thing) -> Card:
    """Return the card of the thing with a given name.

    Raises:
        GraphError: No thing has the name, or several do; the message lists them.
    """
    thing = name if isinstance(name, Thing) else graph.entity(name)
    outgoing = graph.facts(subject=thing)
    # cooperations are already among the outgoing facts
    incoming = tuple(f for f in graph.facts(object=thing) if f.predicate not in SYMMETRIC)
    named = set(thing.docs)
    articles = tuple(article for article in graph.articles() if article.doc in named)
    return Card(thing, outgoing, incoming, graph.observations(thing), articles)
