"""An article as the network has read it, which gives scores of relations and of the owners of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.clauses import Clause
from kg.extract.context.network import MARGIN, MODEL, Network, Page, Seen, open_network
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
    """An article as the network has read it.

    Attributes:
        layout: The article as laid out for relations.
        board: The article as laid out for figures.
        network: The network.
        page: Its input.
        seen: Its output.
    """

    layout: Layout
    board: Board
    network: Network
    page: Page
    seen: Seen

    def relations(self, rows: Table, sieved: Doubles) -> Doubles:
        """Return the log odds of possible relations.

        Args:
            rows: Possible relations with all columns of `kg.extract.relations.closer`.
            sieved: Log odds of each by the sieve.
        """
        if not len(rows.subject):
            return np.zeros(0)
        return self.network.relations(self.seen, pairs_of(self.page, self.layout, rows, sieved)).astype(float)

    def owners(self, figures: Sequence[Quantity], claims: Claims) -> Doubles:
        """Return the probability of each claim to some figures; the claims to one figure sum to 1.

        Args:
            figures: Figures of the article, as numbered in the claims.
            claims: Their possible owners.
        """
        scores = self.network.owners(self.seen, owners_of(self.page, self.board, figures, claims))
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
    """Return an article as the network reads it.

    Args:
        article: The article.
        words: Its words.
        entities: Its things.
        clauses: `kg.extract.clauses.parse_clauses` of the same entities.
        quantities: `kg.extract.figures.quantities.find_quantities` of `article.normal`; computed if None.
        model: File of the network.
        network: The network itself, instead of the file.
        states: States of `article.normal` from `kg.extract.tagging.lexical`; computed if None.

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
