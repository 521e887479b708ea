"""Candidate owners of figures: the entities that may be the subject of each figure, and their features.

Takes a `Board` and figures of its article, and returns `Claims`. This table has a row for every entity named
near a figure, for the entities that article, part and section are about, and for nobody (the figure is not an
observation). Its columns describe where the entity is named, its role in clause, sentence and article, and
the figure itself. All rows are built at once, as arrays, and scored in `kg.extract.figures.ranking`. What the
figure measures is determined in `kg.extract.figures.indicators`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.figures.measures import FIELDS, KINDS, TRAITS, Figure, Measure, measure
from kg.extract.figures.pairing import SAID, paired_column
from kg.extract.figures.pointed import NUMBERS as _POINTED_NUMBERS
from kg.extract.figures.pointed import pointed_columns
from kg.extract.figures.profiles import FAMILIES, TYPES, Ints, Truths
from kg.extract.figures.reach import Places, Rows, find_places, find_rows, rank
from kg.extract.figures.standing import FLAGS
from kg.extract.figures.subjects import CHARACTERS, COUNTED, Board
from kg.extract.names.lexicon import ENDINGS
from kg.model import FAMILY_OF

Matrix = npt.NDArray[np.float32]
Table = npt.NDArray[np.int32]

NOBODY = len(TYPES)
"""Type of a row for nobody: the figure is not an observation."""

_STEPS = np.array((1, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320))
_BESIDE = len(CHARACTERS)
_FINE = 20  # column steps per unit of a fractional number
_OPENS, _SCENE, _SUBJECT = (
    FLAGS.index(name) for name in ("opens sentence", "sets the scene", "named as subject")
)
KINDS_OF = {0: NOBODY + 1, 1: len(KINDS), 2: len(FIELDS), 3: len(FAMILIES) + 1, 4: 11}
"""Categorical columns, each with its number of categories."""
_CODES = 16 + 2 + 3
_NUMBERS = 2 * (len(COUNTED) + 1) + len(FLAGS) + 5 + 17 + TRAITS + 2 + _POINTED_NUMBERS + 1
WIDTH = _CODES + _NUMBERS
"""Number of columns of the table."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The candidate owners of figures, one row for each pair of figure and candidate.

    Attributes:
        figure: Index of the figure of each row, in order.
        entity: Index of the entity of each row. For nobody, who comes last, it is the number of entities.
        type: Index of the entity's type; `NOBODY` for nobody.
        mention: Index of its nearest mention before the figure, else the nearest after it, else its first;
            -1 for nobody.
        ending: Index in `ENDINGS` of the last character of its name; two further values stand for any other
            character and for nobody.
        near: Index of its nearest mention before the figure, or -1 if there is none.
        table: `WIDTH` integers for each row.
        beside: The words beside each mention of the article.
        words: The words beside each figure.
        clause: Index of the clause of each figure.
        sentence: Index of the sentence of each figure.
        paragraph: Paragraph of each figure.
        measure: A number for each figure that encodes its kind and the domain of its indicator.
        said: Whether the text explicitly assigns the figure of each row to its entity (甲、乙分别为…).
        salience: Salience of each entity at the start of the figure's sentence, with a column for each of
            `kg.extract.salience.KEPT`; 0 for nobody.
    """

    figure: Ints
    entity: Ints
    type: Ints
    mention: Ints
    ending: Ints
    near: Ints
    table: Table
    beside: tuple[tuple[str, ...], ...]
    words: tuple[tuple[str, ...], ...]
    clause: Ints
    sentence: Ints
    paragraph: Ints
    measure: Ints
    said: Truths
    salience: npt.NDArray[np.float64]


def claims(board: Board, figures: Sequence[Figure]) -> Claims:
    """Return the candidate owners of each figure.

    Args:
        board: The article, with at least one mention.
        figures: Figures of the article in order, at least one.
    """
    places = find_places(board, figures)
    rows = find_rows(board, figures, places)
    text, clauses = board.article.normal, board.clauses
    measures = [measure(text, board.words, board.starts, board.ends, clauses[f.clause], f) for f in figures]
    type_ = np.where(rows.somebody, board.profiles.type[rows.entity], NOBODY)
    first = np.where(rows.somebody, board.profiles.first[rows.entity], -1)
    mention = np.where(rows.near >= 0, rows.near, np.where(rows.ahead >= 0, rows.ahead, first))
    pointed, told = pointed_columns(
        board,
        places.pointed,
        rows.figure,
        rows.entity,
        rows.somebody,
        np.where(rows.near >= 0, board.marks.start[np.maximum(rows.near, 0)], -1),
    )
    entity = np.where(rows.somebody, rows.entity, len(board.ids))
    paired = paired_column(board, figures, rows.figure, entity)
    return Claims(
        rows.figure,
        entity,
        type_,
        mention,
        np.where(rows.somebody, board.profiles.ending[rows.entity], len(ENDINGS) + 1),
        rows.near,
        _table(
            [
                *_of_figure(figures, measures, rows.figure, type_),
                *_distances(board, places, rows, type_),
                *_beside(board, rows),
                *pointed,
                *_between(board, places, rows),
                *_flags(board, places, rows),
                *_roles(board, places, rows),
                *_magnitudes(board, figures, places, rows),
                *_traits(board, places, measures, rows.figure),
                *told,
                paired,
            ]
        ),
        board.beside,
        tuple(m.words for m in measures),
        places.clause,
        places.sentence,
        places.paragraph,
        np.array([m.kind * len(FIELDS) + m.field for m in measures], np.int64),
        paired == SAID,
        board.salience.before(rows.entity, places.sentence[rows.figure]) * rows.somebody[:, None],
    )


def _table(columns: Sequence[npt.NDArray[np.generic]]) -> Table:
    """Return columns as one integer table, floats scaled by `_FINE`; each column is contiguous in memory."""
    out = np.empty((WIDTH, len(columns[0])), np.int32)
    for row, column in zip(out, columns, strict=True):
        row[:] = np.rint(np.multiply(column, _FINE)) if column.dtype.kind == "f" else column
    return out.T


_Codes = Sequence[Ints]
_Numbers = Sequence[npt.NDArray[np.generic]]


def _of_figure(figures: Sequence[Figure], measures: Sequence[Measure], figure: Ints, type_: Ints) -> _Codes:
    within = [FAMILIES.index(FAMILY_OF[f.within]) if f.within else len(FAMILIES) for f in figures]
    kinds, fields = [m.kind for m in measures], [m.field for m in measures]
    return (type_, *(np.array(row, np.int64)[figure] for row in (kinds, fields, within)))


def _distances(board: Board, places: Places, rows: Rows, type_: Ints) -> _Codes:
    """Return how far from its figure each entity is named, and how many others are nearer."""
    marks, figure = board.marks, rows.figure
    has, has_ahead = rows.near >= 0, rows.ahead >= 0
    near, ahead = np.maximum(rows.near, 0), np.maximum(rows.ahead, 0)
    clause, start = places.clause[figure], places.start[figure]
    gap = np.where(has, start - marks.end[near], 999)
    gap_ahead = np.where(has_ahead, marks.start[ahead] - places.end[figure], 999)
    back = np.where(has, clause - marks.clause[near], 60)
    apart = np.where(has, places.sentence[figure] - marks.sentence[near], 9)
    paragraphs = np.where(has, places.paragraph[figure] - marks.paragraph[near], 9)
    later = marks.clause[ahead] - clause
    side = _first_true(
        has & (gap < 0),
        has & (gap <= 1),
        has & (back == 0),
        has & (apart == 0),
        has & (paragraphs == 0),
        has,
        has_ahead & (gap_ahead <= 1),
        has_ahead & (later == 0),
        has_ahead,
        rows.somebody,
    )
    family = np.where(rows.somebody, board.profiles.family[rows.entity], len(FAMILIES))
    nearness = np.where(has, marks.start[near], -1)
    ranks = []
    for group, most in ((figure, 9), (figure * 32 + family, 5), (figure * 32 + type_, 5)):
        ranks.append(np.where(has, np.minimum(rank(group, nearness), most), most))
    passed = figure - np.searchsorted(places.start, marks.end[near])
    return (
        side,
        np.where(has_ahead, 1 + np.minimum(3, later) + 4 * (gap_ahead <= 3), 0),
        np.where(has, np.searchsorted(_STEPS, np.maximum(gap, 0), "right"), 12),
        np.minimum(back, 9),
        np.minimum(apart, 7),
        np.minimum(paragraphs, 4),
        *ranks,
        np.where(has, np.clip(passed, 0, 5), 5),
    )


def _first_true(*columns: Truths) -> Ints:
    """Return, for each row, the index of the first true column, or the number of columns if none is true."""
    found = np.full(len(columns[0]), len(columns), np.int64)
    for place in reversed(range(len(columns))):
        found[columns[place]] = place
    return found


def _beside(board: Board, rows: Rows) -> _Codes:
    """Return the characters beside the mention, the name's ending and its frequency rank within its type."""
    has, near = rows.near >= 0, np.maximum(rows.near, 0)
    profiles, somebody = board.profiles, rows.somebody
    return (
        np.where(has, board.marks.behind[near], _BESIDE + 1),
        np.where(has, board.marks.ahead[near], _BESIDE + 1),
        np.where(somebody, profiles.ending[rows.entity], len(ENDINGS) + 1),
        np.where(somebody, profiles.often[rows.entity], 5),
    )


def _between(board: Board, places: Places, rows: Rows) -> _Numbers:
    """Return whether any, and whether several, of each counted item occur between name and figure."""
    has, near = rows.near >= 0, np.maximum(rows.near, 0)
    start = places.start[rows.figure]
    end = np.where(has, np.minimum(board.marks.end[near], start), start)
    out = []
    for places_of in board.counted:
        count = np.searchsorted(places_of, start) - np.searchsorted(places_of, end)
        out += [count > 0, count > 1]
    return out


def _flags(board: Board, places: Places, rows: Rows) -> _Numbers:
    """Return the flags of the nearest mention, and features of earlier mentions of the same entity."""
    marks, has = board.marks, rows.near >= 0
    flags = marks.flags[np.maximum(rows.near, 0)] & has[:, None]
    figure, mention = rows.pair_figure, rows.pair_mention
    sentence = rows.again & (marks.sentence[mention] == places.sentence[figure])
    paragraph = rows.again & (marks.paragraph[mention] == places.paragraph[figure])
    told = marks.flags[mention]
    out: list[npt.NDArray[np.generic]] = list(flags.T)
    for which in (
        sentence,
        sentence & told[:, _SUBJECT],
        sentence & told[:, _SCENE],
        paragraph,
        paragraph & told[:, _OPENS],
    ):
        column = np.zeros(len(rows.keys), bool)
        column[rows.slot[which]] = True
        out.append(column)
    return out


def _roles(board: Board, places: Places, rows: Rows) -> _Numbers:
    """Return the roles of each entity in clause, sentence, paragraph, part and article."""
    scene, marks, entity = board.scene, board.marks, rows.entity
    clause = places.clause[rows.figure]
    start = marks.start[np.maximum(rows.near, 0)]
    has = rows.near >= 0
    last_end = np.r_[0, places.end[:-1]][rows.figure]
    about = (
        scene.subject[clause],
        scene.subject[np.maximum(clause - 1, 0)],
        scene.place[clause],
        scene.topic[places.part][rows.figure],
        np.full(len(entity), scene.most),
        scene.opener[places.paragraph][rows.figure],
        scene.first[places.sentence][rows.figure],
    )
    return (
        *(rows.somebody & (entity == role) for role in about),
        rows.headed,
        rows.somebody & board.profiles.titled[entity],
        rows.somebody & board.profiles.headline[entity],
        has & (rows.ahead >= 0),
        has & (start >= last_end),
        has & (scene.named[clause] == start),
    )


def _magnitudes(board: Board, figures: Sequence[Figure], places: Places, rows: Rows) -> _Numbers:
    has, somebody = rows.near >= 0, rows.somebody
    holds = np.zeros(len(rows.keys), bool)
    every = "\n".join(board.names)
    for at, figure in enumerate(figures):
        if figure.quantity.text in every:
            mine = np.flatnonzero((rows.figure == at) & somebody)
            holds[mine] = [figure.quantity.text in board.names[e] for e in rows.entity[mine].tolist()]
    gap = places.start[rows.figure] - board.marks.end[np.maximum(rows.near, 0)]
    count = board.profiles.count[rows.entity]
    return (
        holds,
        np.where(somebody, np.log1p(count) / 3, 0),
        np.where(has, np.log1p(np.maximum(gap, 0)) / 5, 0),
        np.where(somebody, count / max(1, int(board.profiles.count.max())), 0),
    )


def _traits(board: Board, places: Places, measures: Sequence[Measure], figure: Ints) -> _Numbers:
    traits = np.array([m.traits for m in measures], bool)[figure]
    together = np.bincount(places.clause, minlength=len(board.clauses))[places.clause]
    return (*traits.T, np.minimum(together, 4)[figure] / 4, np.minimum(np.bincount(figure)[figure], 30) / 30)
