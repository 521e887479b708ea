"""The input of `kg.extract.context.network` for an article: its page, its pairs and its claims."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kg.extract.context.network import BLOCK, MARGIN, NOTHING, Network, Owners, Page, Pairs
from kg.extract.context.tape import Floats, Ints
from kg.extract.figures.claims import Claims
from kg.extract.figures.subjects import Board
from kg.extract.relations.layout import Layout
from kg.extract.relations.traits import CATEGORIES, Table
from kg.model import TYPES, Quantity

_GAPS = np.array((0, 1, 2, 4, 7, 11, 17, 25, 40, 80, 200))
_CLAUSES, _SENTENCES, _PARAGRAPHS = 8, 6, 4
_PASSED = 128
"""Only this many characters before the later of two names count as the text between them."""
WAY_SIZES = (2 * (len(_GAPS) + 1), _CLAUSES * _SENTENCES * _PARAGRAPHS, 16, len(TYPES) ** 2)
"""Number of values of each feature in `network.WAYS`."""
MARK_SIZE = 1 + 2 * len(TYPES)
"""Number of different marks of a character for the thing whose name it is in."""


def page_of(network: Network, layout: Layout, board: Board, quantities: Sequence[Quantity]) -> Page:
    """Return the page of an article, with the ends of all names and figures as `place`."""
    text = layout.text
    count = max(1, -(-len(text) // BLOCK))
    length = count * BLOCK + 2 * MARGIN
    char = np.full(length, NOTHING, np.int64)
    char[MARGIN : MARGIN + len(text)] = network.rows(text)
    aside = layout.nested | layout.refers
    starts = np.array([q.start for q in quantities], np.int64)
    ends = np.array([q.end for q in quantities], np.int64)
    asked = np.concatenate(
        (layout.start, layout.end - 1, board.marks.start, board.marks.end - 1, starts, ends - 1)
    )
    return Page(
        char,
        _marks(layout, ~aside, length),
        _marks(layout, aside, length),
        np.arange(count) * BLOCK,
        np.unique(asked) + MARGIN,
    )


def _marks(layout: Layout, which: npt.NDArray[np.bool_], length: int) -> Ints:
    made = np.zeros(length, np.int64)
    kind = layout.type_of[layout.who]
    for start, end, number in zip(
        layout.start[which].tolist(), layout.end[which].tolist(), kind[which].tolist(), strict=True
    ):
        made[MARGIN + start : MARGIN + end] = 2 + 2 * number
        made[MARGIN + start] = 1 + 2 * number
    return made


def padded(states: npt.NDArray[np.floating], length: int) -> Floats:
    """Return the states of the characters of a text, with 0 for the padding of its page."""
    made = np.zeros((length, states.shape[1]), np.float32)
    made[MARGIN : MARGIN + len(states)] = states
    return made


def pairs_of(page: Page, layout: Layout, rows: Table, sieved: npt.NDArray[np.float64]) -> Pairs:
    """Return the possible relations between the things of an article.

    Args:
        page: Page of the article, from `page_of`.
        layout: Layout of the article.
        rows: Possible relations with all columns of `kg.extract.relations.closer`.
        sieved: Log odds of each by the sieve.
    """
    s, o = rows.ends()
    count = len(layout.start)
    _, first, back = np.unique(s * count + o, return_index=True, return_inverse=True)
    s, o, forward = s[first], o[first], rows.forward[first].astype(np.int64)
    left, right = np.where(forward, s, o), np.where(forward, o, s)
    gap = np.searchsorted(_GAPS, np.maximum(layout.start[right] - layout.end[left], -1), "right")
    kind = layout.type_of[layout.who]
    far = [
        np.minimum(place[right] - place[left], size - 1)
        for place, size in (
            (layout.clause, _CLAUSES), (layout.sentence, _SENTENCES), (layout.paragraph, _PARAGRAPHS)
        )
    ]  # fmt: skip
    aside = layout.refers[s] + 2 * layout.refers[o] + 4 * layout.nested[s] + 8 * layout.nested[o]
    way = np.stack(
        (
            forward * (len(_GAPS) + 1) + gap,
            (far[0] * _SENTENCES + far[1]) * _PARAGRAPHS + far[2],
            aside.astype(np.int64),
            kind[s] * len(TYPES) + kind[o],
        ),
        axis=1,
    )
    return Pairs(
        page.find(layout.start, layout.end), layout.who, np.stack((s, o), axis=1),
        _between(layout.end[left], layout.start[right]), way, back.reshape(-1), rows.predicate,
        sieved.astype(np.float32), spread(rows),
    )  # fmt: skip


def _between(start: Ints, end: Ints) -> Ints:
    """Return stretches of a text as positions on its page; long stretches are cut to their end."""
    return np.stack((np.maximum(start, end - _PASSED), end), axis=1) + MARGIN


def spread(rows: Table) -> Floats:
    """Return the columns of a table as numbers: categories one-hot encoded, other columns on a log scale."""
    made = []
    for place, size in _columns(rows.names):
        column = rows.columns[:, place]
        if size:
            made.append(np.minimum(column, size)[:, None] == np.arange(size + 1))
        else:
            made.append((np.sign(column) * np.log1p(np.abs(column)))[:, None])
    return np.concatenate(made, axis=1).astype(np.float16)


@lru_cache(maxsize=8)
def _columns(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return (index, number of kinds) of each column, by name; `predicate` has a table of its own instead."""
    told = sorted((name, place) for place, name in enumerate(names) if name != "predicate")
    return tuple((place, CATEGORIES.get(name, 0)) for name, place in told)


def owners_of(page: Page, board: Board, figures: Sequence[Quantity], claims: Claims) -> Owners:
    """Return the possible owners of the figures of an article."""
    starts = np.array([q.start for q in figures], np.int64)
    ends = np.array([q.end for q in figures], np.int64)
    start, end = starts[claims.figure], ends[claims.figure]
    # nobody has no name, so there are no characters between
    named = claims.mention >= 0
    first, last = start.copy(), end.copy()
    first[named], last[named] = (
        place[claims.mention[named]] for place in (board.marks.start, board.marks.end)
    )
    before = last <= start
    between = _between(np.where(before, last, end), np.where(before, start, first))
    return Owners(
        page.find(starts, ends), page.find(board.marks.start, board.marks.end), claims.figure, claims.mention,
        between, claims.type, claims.table.astype(np.float16),
    )  # fmt: skip
