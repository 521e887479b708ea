"""An article as the network has read it, to be asked for relations and for the owners of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.clauses import Clause
from kg.extract.context.network import MARGIN, MODEL, Network, Page, open_network
from kg.extract.context.sheets import owners_of, page_of, pairs_of
from kg.extract.context.tape import Floats
from kg.extract.figures.claims import Claims
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.subjects import Board, lay_out
from kg.extract.relations.layout import Layout
from kg.extract.relations.traits import Table
from kg.extract.tagging.lexical import WIDTH, States
from kg.extract.trees import shares
from kg.model import Article, Entity, Quantity, Word

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What the network makes of an article.

    Attributes:
        layout: The article as relations see it.
        board: The article as figures see it.
        network: The network.
        page: What it has read.
        states: What it makes of the ends of names and figures.
    """

    layout: Layout
    board: Board
    network: Network
    page: Page
    states: Floats

    def relations(self, rows: Table, sieved: Doubles) -> Doubles:
        """Return the log odds of possible relations.

        Args:
            rows: With all columns of `kg.extract.relations.closer`.
            sieved: Log odds of each by the sieve.
        """
        if not len(rows.subject):
            return np.zeros(0)
        return self.network.relations(self.states, pairs_of(self.page, self.layout, rows, sieved)).astype(
            float
        )

    def owners(self, figures: Sequence[Quantity], claims: Claims) -> Doubles:
        """Return the probability of each claim to some figures; those of a figure sum to 1.

        Args:
            figures: Of the article, as the claims count them.
            claims: What may own them.
        """
        scores = self.network.owners(self.states, owners_of(self.page, self.board, figures, claims))
        return shares(scores.astype(float), claims.figure)


def look(
    article: Article,
    words: Sequence[Word],
    entities: Sequence[Entity],
    clauses: Sequence[Clause],
    quantities: Sequence[Quantity] | None = None,
    *,
    model: Path = MODEL,
    network: Network | None = None,
    states: States | None = None,
) -> Told:
    """Return what the network makes of an article.

    Args:
        article: The article.
        words: Its words.
        entities: Its things.
        clauses: `kg.extract.clauses.parse_clauses` of the same entities.
        quantities: `kg.extract.figures.quantities.find_quantities` of `article.normal`; asked if None.
        model: File of the network.
        network: The network itself, in place of the file.
        states: What `kg.extract.tagging.lexical` says of `article.normal`; asked for if None.

    Raises:
        KGError: The model is missing.
    """
    network = open_network(model) if network is None else network
    lexical = States(article.normal) if states is None else states
    quantities = find_quantities(article.normal) if quantities is None else quantities
    layout = Layout(article, words, entities, clauses)
    board = lay_out(article, words, clauses, entities)
    page = page_of(network, layout, board, quantities)
    length = len(article.normal)

    def given(start: int, end: int) -> Floats:
        made = np.zeros((end - start, WIDTH), np.float32)
        first, last = max(start, MARGIN), min(end, MARGIN + length)
        if first < last:
            made[first - start : last - start] = lexical(first - MARGIN, last - MARGIN)
        return made

    return Told(layout, board, network, page, network.read(page, given))
