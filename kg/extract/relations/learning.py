"""Training of the relation model (`opinion`) on annotated articles.

Takes articles with their entities and the relations they state, and returns an `Opinion`. The stages are
stacked: the words are weighed on top of the network, the first look on top of both, and the second look
on top of the first. Each stage must see the earlier scores as they will be in use. Therefore the word
scores and first-look scores of an article come from models trained on the other folds. The same articles
in the same order give the same model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from kg.authority import Authority
from kg.errors import CorpusError
from kg.extract import trees
from kg.extract.clauses import Clause
from kg.extract.relations import wording
from kg.extract.relations.layout import Flags, Layout
from kg.extract.relations.opinion import (
    PLACED,
    Board,
    Floats,
    Opinion,
    Triple,
    asked,
    find_rows,
    sift,
    triples_of,
)
from kg.extract.relations.traits import CATEGORIES, Table
from kg.model import PREDICATES, Article, Entity, Word

SIEVE = trees.Settings(trees=24, depth=6, rate=0.3, ridge=5.0, rows=0.3, columns=0.6)
FIRST = trees.Settings(trees=160, depth=6, rate=0.1, rows=0.3, columns=0.25)
SHARED = trees.Settings(trees=500, depth=6, rate=0.06, rows=0.5, columns=0.25)
OWN = trees.Settings(trees=160, depth=5, rate=0.06, rows=0.6, columns=0.25)
NEAREST = trees.Settings(trees=80, depth=5, rate=0.12, rows=0.5, columns=0.25)
CUTS = (-6.0, -3.8)
"""Bounds, in log odds, of the sieve's cut for a predicate, which lets `PASS` of the right relations pass."""
PASS = 0.98
CUT = -4.0
"""Log odds below which the first look drops a relation: one in fifty-five would be right."""
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article as read, with the relations that it states.

    Attributes:
        article, words, entities, clauses: The article as read.
        right: The relations that hold, consequences included (in both directions where symmetric).
        said: The relations that the annotation itself states; of containers, only the nearest.
    """

    article: Article
    words: tuple[Word, ...]
    entities: tuple[Entity, ...]
    clauses: tuple[Clause, ...]
    right: Collection[Triple]
    said: Collection[Triple]


Ask = Callable[[Lesson, Board], Floats]
"""Returns the log odds of the possible relations of an article, from a network that has not seen it."""


def learn(lessons: Sequence[Lesson], authority: Authority, ask: Ask) -> Opinion:
    """Return a relation model trained on annotated articles.

    Args:
        lessons: The annotated articles.
        authority: Known entities, to tell which place lies in which.
        ask: Returns the log odds of the network (`kg.extract.context`).

    Raises:
        CorpusError: The articles state no relation to learn from.
    """
    sieve, cuts, boards = learn_sieve(lessons, authority)
    right = [find_right(board.triples(), t.right) for board, t in zip(boards, lessons, strict=True)]
    fold = _folds(boards)
    read = [ask(lesson, board) for lesson, board in zip(lessons, boards, strict=True)]
    contexts = [wording.context_of(board.layout, board.rows) for board in boards]

    def learn_words(of: Sequence[int]) -> wording.Wording:
        return wording.learn(
            [contexts[i] for i in of],
            [boards[i].rows.predicate for i in of],
            np.concatenate([read[i] for i in of]),
            np.concatenate([right[i] for i in of]),
        )

    words, weighed = _jackknife(
        fold, learn_words, lambda w, i: w.columns(contexts[i], boards[i].rows.predicate)
    )
    tables = [
        board.first_table(columns, told) for board, columns, told in zip(boards, weighed, read, strict=True)
    ]

    def learn_first(of: Sequence[int]) -> trees.Forest:
        before = np.concatenate([read[i] for i in of])
        return _forest([tables[i] for i in of], [right[i] for i in of], FIRST, before)

    first, scores = _jackknife(fold, learn_first, lambda forest, i: read[i] + asked(forest, tables[i]))
    kept = [score >= CUT for score in scores]
    boards = [board.kept(which) for board, which in zip(boards, kept, strict=True)]
    right = [flags[which] for flags, which in zip(right, kept, strict=True)]
    tables = [
        board.second_table(table.kept(which), score[which])
        for board, table, which, score in zip(boards, tables, kept, scores, strict=True)
    ]
    shared = _forest(tables, right, SHARED)
    before = [asked(shared, table) for table in tables]
    own = []
    for n in range(len(PREDICATES)):
        here = [table.predicate == n for table in tables]
        own.append(
            _forest(
                [table.kept(h) for table, h in zip(tables, here, strict=True)],
                [flags[h] for flags, h in zip(right, here, strict=True)],
                OWN,
                np.concatenate([score[h] for score, h in zip(before, here, strict=True)]),
            )
        )
    placed = [table.kept(table.predicate == PLACED) for table in tables]
    said = [
        find_right(triples_of(board.layout, table), t.said)
        for board, table, t in zip(boards, placed, lessons, strict=True)
    ]
    return Opinion(sieve, cuts, words, first, CUT, shared, tuple(own), _forest(placed, said, NEAREST))


def learn_sieve(
    lessons: Sequence[Lesson], authority: Authority
) -> tuple[trees.Forest, tuple[float, ...], list[Board]]:
    """Return the sieve, its cuts by predicate, and the relations it leaves of each article.

    Raises:
        CorpusError: The articles state no relation to learn from.
    """
    if not any(lesson.right for lesson in lessons):
        raise CorpusError("there is no relation in these articles to learn from")
    layouts = [Layout(t.article, t.words, t.entities, t.clauses) for t in lessons]
    found = [find_rows(layout, authority) for layout in layouts]
    tables = [table for _, table in found]
    rightly = [
        find_right(triples_of(layout, table), t.right)
        for layout, table, t in zip(layouts, tables, lessons, strict=True)
    ]
    sieve = _forest(tables, rightly, SIEVE)
    scores = np.concatenate([asked(sieve, table) for table in tables])
    predicate, right = np.concatenate([t.predicate for t in tables]), np.concatenate(rightly)
    cuts = []
    for n in range(len(PREDICATES)):
        passing = scores[(predicate == n) & right]
        lowest = float(np.quantile(passing, 1 - PASS)) if len(passing) else CUTS[1]
        cuts.append(round(float(np.clip(lowest, *CUTS)), 3))
    boards = [
        sift(layout, meetings, table, sieve, cuts)
        for layout, (meetings, table) in zip(layouts, found, strict=True)
    ]
    return sieve, tuple(cuts), boards


def _forest(
    tables: Sequence[Table], right: Sequence[Flags], settings: trees.Settings, offset: Floats | None = None
) -> trees.Forest:
    rows = np.concatenate([table.columns for table in tables])
    return trees.learn(rows, np.concatenate(right), tables[0].names, CATEGORIES, settings, offset=offset)


def find_right(triples: Sequence[Triple], right: Collection[Triple]) -> Flags:
    """Return which of some relations are right, in either direction if the predicate is symmetric."""
    return np.array([t in right or (t[1] == "cooperatesWith" and t[::-1] in right) for t in triples], bool)


def _folds(boards: Sequence[Board]) -> list[int]:
    """Return the fold of each article; an article that occurs twice gets one fold."""
    docs = sorted({board.layout.article.doc for board in boards})
    fold = {doc: n % FOLDS for n, doc in enumerate(docs)}
    return [fold[board.layout.article.doc] for board in boards]


Learned = TypeVar("Learned")


def _jackknife(
    fold: Sequence[int],
    learn_from: Callable[[Sequence[int]], Learned],
    tell: Callable[[Learned, int], Floats],
) -> tuple[Learned, list[Floats]]:
    """Return a model trained on all articles, and its held-out output for each article.

    The output for an article comes from a model trained on the other folds.

    Args:
        fold: The fold of each article.
        learn_from: Trains a model on some articles, given by number.
        tell: Returns the output of a model for an article, given by number.
    """
    found: list[Floats] = [np.zeros(0)] * len(fold)
    for n in sorted(set(fold)):
        others = [i for i, f in enumerate(fold) if f != n] or list(range(len(fold)))
        learned = learn_from(others)
        for i in (i for i, f in enumerate(fold) if f == n):
            found[i] = tell(learned, i)
    return learn_from(range(len(fold))), found
