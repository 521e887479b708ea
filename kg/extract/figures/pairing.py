"""Figures listed one after the other, and the names listed before them one for one (分别增长7%、9%、12%).

Goes in: a `Board` and its figures. Comes out: for the rows of a table of claims whether the entity stands in
such a list of names, whether its place there is that of the figure among the figures, and whether the text
says that they belong together (分别, 依次).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from kg.extract.figures.measures import Figure
from kg.extract.figures.profiles import FAMILIES, Ints
from kg.extract.figures.subjects import Board

_BETWEEN_FIGURES = frozenset("、和与及,，;；约近超达")
_BETWEEN_NAMES = frozenset("、和与及,，")
_REACH = 120  # characters between the last name of a list and its first figure
SAID = 3
"""In the column of a row whose figure the text gives to its entity."""
_SAYS = ("分别", "依次")
_SAID_REACH = 30
# of industries and products listed so the figures are mostly their district's
_OWNERS = frozenset(FAMILIES.index(family) for family in ("Organization", "Location", "Project", "Person"))


def paired_column(board: Board, figures: Sequence[Figure], figure: Ints, entity: Ints) -> Ints:
    """Return for each row 2 where its entity has the figure's place in the list, 1 for another, 0 for none.

    It is `SAID` in place of 2 where the text says so.

    Args:
        board: The article.
        figures: Its figures, in order.
        figure: Index of the figure of each row, in order.
        entity: Index of its entity; of nobody a number that no entity has.
    """
    column = np.zeros(len(figure), np.int64)
    for run in runs(board, figures):
        start = figures[run[0]].quantity.start
        listed = _names(board, start, len(run))
        names = board.marks.entity[listed]
        mine = SAID if listed and _is_said(board, listed, start, figures[: run[0]]) else 2
        for place, at in enumerate(run if listed else ()):
            rows = slice(*np.searchsorted(figure, (at, at + 1)).tolist())
            column[rows] = np.where(entity[rows] == names[place], mine, np.isin(entity[rows], names))
    return column


def _is_said(board: Board, listed: Sequence[int], start: int, before: Sequence[Figure]) -> bool:
    """Tell whether nothing but such a word stands between a list of mentions and the first of its figures."""
    last = int(board.marks.end[listed[-1]])
    between = board.article.normal[last:start]
    return (
        len(between) <= _SAID_REACH
        and any(word in between for word in _SAYS)
        and not any(sign in between for sign in "。；;")
        and not (before and before[-1].quantity.end > last)
        and bisect_left(board.marks.start, last) == bisect_left(board.marks.start, start)
        and _OWNERS.issuperset(board.profiles.family[board.marks.entity[listed]].tolist())
    )


def runs(board: Board, figures: Sequence[Figure]) -> Iterator[list[int]]:
    """Yield the figures, two or more, that nothing but commas and the like stands between."""
    text = board.article.normal
    run: list[int] = []
    for at, figure in enumerate(figures):
        if run:
            last = figures[run[-1]].quantity
            between = text[last.end : figure.quantity.start]
            follows = 0 < len(between) <= 3 and _BETWEEN_FIGURES.issuperset(between)
            if not (follows and last.unit == figure.quantity.unit):
                if len(run) > 1:
                    yield run
                run = []
        run.append(at)
    if len(run) > 1:
        yield run


def _names(board: Board, end: int, count: int) -> list[int]:
    """Return the mentions of the last list of so many before a place of its sentence, none without."""
    text, marks = board.article.normal, board.marks
    # no further back than it may be, so that a page of one sentence is not read again for each of its figures
    start = max(0, end - _REACH)
    start = max(start, text.rfind("。", start, end) + 1)
    low, high = bisect_left(marks.start, start), bisect_right(marks.start, end)
    lists: list[list[int]] = []
    for mention in range(low, high):
        if marks.end[mention] > end:
            continue
        between = text[marks.end[lists[-1][-1]] : marks.start[mention]] if lists else ""
        if lists and 0 < len(between) <= 2 and _BETWEEN_NAMES.issuperset(between):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    found = [names for names in lists if len(names) == count]
    return found[-1] if found else []
