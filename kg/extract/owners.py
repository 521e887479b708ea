"""Who owns each figure of an article, and how sure that is.

Goes in: a `Board`, the figures of its article and trained weights. Comes out: for each figure an `Owner`,
or None where it is no observation. What speaks for each entity is `kg.extract.claims`, how that is
weighed `kg.extract.ranking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.claims import claims
from kg.extract.clauses import Placed
from kg.extract.measures import Figure
from kg.extract.ranking import Ranking
from kg.extract.subjects import Board

BLOCK = 256
"""Figures read at a time, so that memory does not grow with the article."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The subject of a figure.

    Attributes:
        mention: Where it is named nearest before the figure, else behind it, else first.
        confidence: How likely it is right, and a thing at all, between 0 and 1.
    """

    mention: Placed
    confidence: float


def find_owners(board: Board, figures: Sequence[Figure], ranking: Ranking) -> list[Owner | None]:
    """Return the owner of each figure, None for a figure that nobody owns.

    Args:
        board: The article.
        figures: Its figures, in order.
        ranking: The trained weights.
    """
    if not board.placed:
        return [None] * len(figures)
    found: list[Owner | None] = []
    for at in range(0, len(figures), BLOCK):
        found.extend(_owners(board, figures[at : at + BLOCK], ranking))
    return found


def _owners(board: Board, figures: Sequence[Figure], ranking: Ranking) -> Iterator[Owner | None]:
    listed = claims(board, figures)
    odds = ranking.odds(listed)
    # nobody stands last among the rows of each figure
    ends = np.searchsorted(listed.figure, np.arange(len(figures)), "right") - 1
    start = 0
    for end in ends.tolist():
        entity = listed.entity[start:end]
        sure = odds[start:end] * board.profiles.sure[entity]
        best = int(np.argmax(sure)) if end > start else -1
        if best < 0 or sure[best] < ranking.least:
            yield None
        else:
            named = float(board.profiles.sure[entity[best]])
            trusted = round(ranking.confidence(float(odds[start + best])) * named, 2)
            yield Owner(board.placed[listed.mention[start + best]], trusted)
        start = end + 1
