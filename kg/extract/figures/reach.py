"""The entities within reach of each figure: the rows of the table of claims.

Takes a `Board` and figures of its article, and returns `Rows`. Each figure has a row for the entities named
in the clauses before it and in the rest of its sentence, for those that article, part and section are about,
for those that a phrase before it points to, and finally for nobody. The features of each row are built in
`kg.extract.figures.claims`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.figures.measures import Figure
from kg.extract.figures.pointed import Pointed, find_pointed, meant
from kg.extract.figures.profiles import FAMILIES, Ints, Truths
from kg.extract.figures.subjects import Board

_REACH = 50  # clauses searched before a figure: four or five long paragraphs
_AHEAD = 3  # clauses searched after a figure, within the sentence
_NEAREST = 8  # entities kept before a figure, however far; beyond them only the nearest of each family


@dataclass(frozen=True, slots=True)
class Places:
    """Positions of the figures: an array for each attribute, with one entry per figure.

    `pointed` holds the last phrase before each figure that points back, of any kind and to divisions only.
    """

    start: Ints
    end: Ints
    clause: Ints
    sentence: Ints
    paragraph: Ints
    part: Ints
    pointed: tuple[Pointed, Pointed]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table of claims, and the mentions they rest on.

    A pair is a figure and a mention in its reach.

    Attributes:
        keys: Figure and entity of each row, encoded as one number; ascending.
        figure: Index of the figure of each row.
        entity: Index of the entity of each row; 0 for nobody.
        somebody: Whether each row has an entity.
        near: For each row, the index of the nearest mention before the figure, or -1 if there is none.
        ahead: For each row, the index of the nearest mention after the figure, or -1 if there is none.
        slot: Index of the row of each pair.
        again: Whether the mention of each pair is before the figure and not the nearest.
        pair_figure: Index of the figure of each pair.
        pair_mention: Index of the mention of each pair.
        headed: Whether the last heading names the entity of each row.
    """

    keys: Ints
    figure: Ints
    entity: Ints
    somebody: Truths
    near: Ints
    ahead: Ints
    slot: Ints
    again: Truths
    pair_figure: Ints
    pair_mention: Ints
    headed: Truths


def find_places(board: Board, figures: Sequence[Figure]) -> Places:
    """Return the positions of the figures."""
    clause = np.array([f.clause for f in figures], np.int64)
    sentence = board.sentence[clause]
    start = np.array([f.quantity.start for f in figures], np.int64)
    return Places(
        start,
        np.array([f.quantity.end for f in figures], np.int64),
        clause,
        sentence,
        board.paragraph[sentence],
        board.part[sentence],
        find_pointed(board, start, clause),
    )


def find_rows(board: Board, figures: Sequence[Figure], places: Places) -> Rows:
    """Return the rows: the nearest entities, those that the surrounding text is about, and nobody."""
    marks, many, count = board.marks, len(board.ids), len(figures)
    pair_figure, pair_mention = _pairs(board, places)
    pairs = pair_figure * (many + 1) + marks.entity[pair_mention]
    bases = np.arange(count) * (many + 1)
    heading = [
        base + e
        for base, f in zip(bases.tolist(), figures, strict=True)
        for e in board.scene.heading[f.clause]
    ]
    headed = np.array(heading, np.int64)
    about = np.concatenate((headed, bases + many, *_about(board, places, bases)))
    keys = _distinct(np.concatenate((pairs, about)))
    before = marks.start[pair_mention] < places.start[pair_figure]
    near, ahead = _nearest(keys, pairs, pair_mention, before)
    figure, entity = keys // (many + 1), keys % (many + 1)
    family = board.profiles.family[np.where(entity < many, entity, 0)]
    close = (rank(figure, near) < _NEAREST) | (rank(figure * len(FAMILIES) + family, near) < 1)
    kept = (close & (near >= 0)) | (ahead >= 0) | _among(keys, about)
    slot = np.searchsorted(keys, pairs)
    there = kept[slot]
    number = np.cumsum(kept) - 1
    return Rows(
        keys[kept],
        figure[kept],
        np.where(entity < many, entity, 0)[kept],
        (entity < many)[kept],
        near[kept],
        ahead[kept],
        number[slot][there],
        (before & (pair_mention != near[slot]))[there],
        pair_figure[there],
        pair_mention[there],
        _among(keys, headed)[kept],
    )


def _distinct(values: Ints) -> Ints:
    """Return the distinct values in ascending order."""
    ordered = np.sort(values)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]]


def _among(keys: Ints, some: Ints) -> Truths:
    """Return which of the keys, distinct and in ascending order, are in `some`, a selection of them."""
    found = np.zeros(len(keys), bool)
    found[np.searchsorted(keys, some)] = True
    return found


def rank(group: Ints, nearness: npt.NDArray[np.integer] | npt.NDArray[np.floating]) -> Ints:
    """Return, for each row, how many others of its group are nearer, or as near but earlier.

    >>> rank(np.array([0, 0, 1]), np.array([3, 7, 5])).tolist()
    [1, 0, 0]
    """
    order = np.lexsort((-nearness, group))
    every = np.arange(len(group))
    fresh = np.r_[True, group[order][1:] != group[order][:-1]]
    out = np.empty(len(group), np.int64)
    out[order] = every - np.maximum.accumulate(np.where(fresh, every, 0))
    return out


def _pairs(board: Board, places: Places) -> tuple[Ints, Ints]:
    """Return the indices of every figure and every mention in its reach, by figure and in order."""
    marks = board.marks
    low = np.maximum(
        np.searchsorted(marks.clause, places.clause - _REACH, "right"),
        np.searchsorted(board.part[marks.sentence], places.part),
    )
    last = np.searchsorted(board.sentence, places.sentence, "right") - 1
    high = np.searchsorted(marks.clause, np.minimum(places.clause + _AHEAD, last), "right")
    spans = np.maximum(high - low, 0)
    figure = np.repeat(np.arange(len(spans)), spans)
    return figure, np.arange(len(figure)) - np.repeat(np.cumsum(spans) - spans - low, spans)


def _about(board: Board, places: Places, bases: Ints) -> list[Ints]:
    """Return the keys of the entities that clause, sentence, paragraph, part and article are about."""
    scene = board.scene
    found = [bases + entity for entity in (scene.most, *board.profiles.leading)]
    for role in (
        scene.subject[places.clause],
        scene.place[places.clause],
        scene.first[places.sentence],
        scene.opener[places.paragraph],
        scene.topic[places.part],
        *meant(board, places.pointed[0]),
        *meant(board, places.pointed[1]),
    ):
        found.append((bases + role)[role >= 0])
    return found


def _nearest(keys: Ints, pairs: Ints, mention: Ints, before: Truths) -> tuple[Ints, Ints]:
    """Return, for each row, the nearest mention before and after the figure, or -1 if there is none."""
    slot = np.searchsorted(keys, pairs)
    near, ahead = np.full(len(keys), -1, np.int64), np.full(len(keys), -1, np.int64)
    # of several assignments to one position, the last one wins
    near[slot[before]] = mention[before]
    ahead[slot[~before][::-1]] = mention[~before][::-1]
    return near, ahead
