"""Evidence for the owner of a figure from the phrases that point back.

Takes a `Board` and the positions of its figures. Returns, for each figure, the last such phrase before it
(公司, 园区) and the last one that refers to a division (全市, 我县). For each row it returns columns that say
how well the entity fits these phrases, and whether it is their likeliest antecedent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.figures.pointers import GROUPS
from kg.extract.figures.profiles import Ints
from kg.extract.figures.subjects import Board

NUMBERS = 8
"""Number of truth values, which follow three codes."""
_RANK = GROUPS.index("rank")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The last phrase before each figure of an article, with one entry per figure.

    Attributes:
        phrase: Index of the phrase, or -1 if there is none in the paragraph.
        near: Where the phrase is: 1 in the clause, 2 in the sentence, 3 in the paragraph, 0 if there is none.
    """

    phrase: Ints
    near: Ints


def find_pointed(board: Board, start: Ints, clause: Ints) -> tuple[Pointed, Pointed]:
    """Return the last phrase before each figure, and the last one that refers to a division.

    Args:
        board: The article.
        start: First character of each figure.
        clause: Index of the clause of each figure.
    """
    pointers = board.pointers
    every = np.arange(len(pointers.start))
    home = np.searchsorted(board.opens, pointers.start, "right") - 1
    return (
        _last(board, every, home, start, clause),
        _last(board, every[pointers.group == _RANK], home, start, clause),
    )


def _last(board: Board, phrases: Ints, home: Ints, start: Ints, clause: Ints) -> Pointed:
    if not len(phrases):
        none = np.full(len(start), -1, np.int64)
        return Pointed(none, none + 1)
    at = np.searchsorted(board.pointers.start[phrases], start) - 1
    phrase = phrases[np.maximum(at, 0)]
    there, sentence = home[phrase], board.sentence[clause]
    near = np.select(
        [
            at < 0,
            there == clause,
            board.sentence[there] == sentence,
            board.paragraph[board.sentence[there]] == board.paragraph[sentence],
        ],
        [0, 1, 2, 3],
        0,
    )
    return Pointed(np.where(near > 0, phrase, -1), near)


def meant(board: Board, pointed: Pointed) -> tuple[Ints, Ints]:
    """Return the last-named and the most-named of the entities that fit each figure's phrase best."""
    pointers, has = board.pointers, pointed.phrase >= 0
    if not has.any():
        return pointed.phrase, pointed.phrase
    phrase = np.maximum(pointed.phrase, 0)
    return (
        np.where(has, pointers.latest[phrase], -1),
        np.where(has, pointers.main[pointers.noun[phrase]], -1),
    )


def pointed_columns(
    board: Board,
    both: tuple[Pointed, Pointed],
    figure: Ints,
    entity: Ints,
    somebody: npt.NDArray[np.bool_],
    named: Ints,
) -> tuple[Sequence[Ints], Sequence[npt.NDArray[np.generic]]]:
    """Return codes and plain numbers for each row.

    Args:
        board: The article.
        both: Result of `find_pointed`.
        figure: Index of the figure of each row.
        entity: Index of the entity of each row; 0 for nobody.
        somebody: Whether each row has an entity.
        named: Where the entity was last named before the figure, or -1 if it was not.
    """
    pointers = board.pointers
    codes: list[Ints] = [np.zeros(len(figure), np.int64)]
    numbers: list[npt.NDArray[np.generic]] = []
    for number, pointed in enumerate(both):
        if not len(pointers.start):
            codes.append(np.zeros(len(figure), np.int64))
            numbers += [np.zeros(len(figure), bool)] * 4
            continue
        phrase, near = pointed.phrase[figure], pointed.near[figure]
        at = np.maximum(phrase, 0)
        noun = pointers.noun[at]
        has = (phrase >= 0) & somebody
        fit = np.where(has, pointers.fits[noun, entity], 0)
        latest, main = (row[figure] for row in meant(board, pointed))
        if not number:
            codes[0] = np.where(phrase >= 0, pointers.group[at], 0)
        codes.append(np.where(has, (near - 1) * 3 + fit + 1, 0))
        numbers += [
            has & (entity == latest),
            has & (entity == main),
            has & (named > pointers.start[at]),
            has & (fit > 0) & (latest == main) & (entity == latest),
        ]
    return codes, numbers
