"""Learning what `opinion` weighs with, from annotated articles.

In go articles with their things and which relations are right; out comes an `Opinion`. The words are
weighed on top of the sieve, the trees on top of both; so that the trees see words weighed as they will
be in use, each article's words are weighed by what the other folds taught. The same articles in the same
order give the same opinion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.authority import Authority
from kg.errors import CorpusError
from kg.extract.clauses import Clause
from kg.extract.relations import trees, wording
from kg.extract.relations.layout import Flags, Layout
from kg.extract.relations.opinion import Board, Floats, Opinion, Triple, find_rows, sift, triples_of
from kg.extract.relations.traits import CATEGORIES
from kg.model import PREDICATES, Article, Entity, Word

SIEVE = trees.Settings(trees=24, depth=6, rate=0.3, ridge=5.0, rows=0.3, columns=0.6)
SHARED = trees.Settings(trees=120, depth=6, rate=0.1, rows=0.35, columns=0.25)
OWN = trees.Settings(trees=50, depth=4, rate=0.1, rows=0.6, columns=0.25)
CUT = -3.8
"""Log odds below which the sieve leaves a relation out: one in fifty would be right."""
FOLDS = 4
RARE = 3
"""A word that stands in fewer articles is not learned."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article as read, with the relations that are right (both ways round where symmetric)."""

    article: Article
    words: tuple[Word, ...]
    entities: tuple[Entity, ...]
    clauses: tuple[Clause, ...]
    right: Collection[Triple]


def learn(lessons: Sequence[Lesson], authority: Authority) -> Opinion:
    """Return the opinion that some articles teach.

    Raises:
        CorpusError: The articles say no relation to learn from.
    """
    if not any(lesson.right for lesson in lessons):
        raise CorpusError("there is no relation in these articles to learn from")
    layouts = [Layout(t.article, t.words, t.entities, t.clauses) for t in lessons]
    found = [find_rows(layout, authority) for layout in layouts]
    rightly = [
        _right(triples_of(layout, table), t.right)
        for layout, (_, table), t in zip(layouts, found, lessons, strict=True)
    ]
    sieve = trees.learn(
        np.concatenate([table.columns for _, table in found]),
        np.concatenate(rightly),
        found[0][1].names,
        CATEGORIES,
        SIEVE,
    )
    boards = [
        sift(layout, meetings, table, sieve, CUT)
        for layout, (meetings, table) in zip(layouts, found, strict=True)
    ]
    right = [_right(board.triples(), t.right) for board, t in zip(boards, lessons, strict=True)]
    number = vocabulary(boards)
    weighed = _jackknife(boards, right, number)
    tables = [board.table(words) for board, words in zip(boards, weighed, strict=True)]
    rows, columns = np.concatenate([table for table, _ in tables]), tables[0][1]
    labels = np.concatenate(right)
    shared = trees.learn(rows, labels, columns, CATEGORIES, SHARED)
    before = shared.score(rows)
    predicate = np.concatenate([board.rows.predicate for board in boards])
    own = []
    for n in range(len(PREDICATES)):
        here = predicate == n
        own.append(trees.learn(rows[here], labels[here], columns, CATEGORIES, OWN, offset=before[here]))
    return Opinion(sieve, CUT, _words(boards, right, number), shared, tuple(own))


def _right(triples: Sequence[Triple], right: Collection[Triple]) -> Flags:
    return np.array([t in right or (t[1] == "cooperatesWith" and t[::-1] in right) for t in triples], bool)


def vocabulary(boards: Sequence[Board]) -> dict[str, int]:
    """Return a number for each token that stands in `RARE` articles or more, in order of the tokens."""
    counts: Counter[str] = Counter()
    for board in boards:
        counts.update(set(wording.surfaces(board.layout)) | board.ways())
    return {token: n for n, token in enumerate(sorted(t for t, m in counts.items() if m >= RARE), 1)}


def _words(boards: Sequence[Board], right: Sequence[Flags], number: Mapping[str, int]) -> wording.Wording:
    return wording.learn(
        [board.tokens(number) for board in boards],
        [board.rows.predicate for board in boards],
        np.concatenate([board.sieved for board in boards]),
        np.concatenate(right),
        number,
    )


def _jackknife(boards: Sequence[Board], right: Sequence[Flags], number: Mapping[str, int]) -> list[Floats]:
    """Return the word columns of each article, by weights learned on the other folds.

    An article that comes twice, with its things as annotated and as found, is in one fold.
    """
    docs = sorted({board.layout.article.doc for board in boards})
    fold = {doc: n % FOLDS for n, doc in enumerate(docs)}
    where = [fold[board.layout.article.doc] for board in boards]
    found: list[Floats] = [np.zeros((0, 0))] * len(boards)
    for n in range(FOLDS):
        others = [i for i, f in enumerate(where) if f != n] or list(range(len(boards)))
        words = _words([boards[i] for i in others], [right[i] for i in others], number)
        for i in (i for i, f in enumerate(where) if f == n):
            found[i] = words.columns(boards[i].tokens(number), boards[i].rows.predicate)
    return found
