"""Lists of figures, and the lists of names before them that match one to one (分别增长7%、9%、12%).

Takes a `Board` and its figures. Returns, for the rows of a table of claims, whether the entity is in such a
list of names, whether its position there is that of the figure among the figures, and whether the text says
explicitly that the two lists correspond (分别, 依次).
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
_REACH = 120  # characters before the first figure that are searched for a list of names
SAID = 3
"""Value of the column for a row whose figure the text explicitly assigns to its entity."""
_SAYS = ("分别", "依次")
_SAID_REACH = 30
# when industries and products are listed like this, the figures mostly belong to their district
_OWNERS = frozenset(FAMILIES.index(family) for family in ("Organization", "Location", "Project", "Person"))


def paired_column(board: Board, figures: Sequence[Figure], figure: Ints, entity: Ints) -> Ints:
    """Return, for each row, how its entity relates to the list of names that matches its figure's list.

    The value is 2 if the entity has the figure's position in the list (`SAID` if the text says so), 1 if it
    has another position, and 0 if it is not in the list or there is none.

    Args:
        board: The article.
        figures: Its figures, in order.
        figure: Index of the figure of each row, in order.
        entity: Index of the entity of each row; for nobody, a number that no entity has.
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
    """Return whether nothing but 分别 or 依次 stands between a list of mentions and its first figure."""
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
    """Yield runs of two or more figures that are separated only by commas and the like."""
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
    """Return the last list of `count` mentions before an offset in its sentence, empty if there is none."""
    text, marks = board.article.normal, board.marks
    # look back no further than needed, so that a page of one sentence is not reread for each of its figures
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
