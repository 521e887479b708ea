"""Annotated articles as lessons for the network: with all their things, and with some things missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg import authority
from kg.corpus import closure, project, read_gold
from kg.errors import CorpusError
from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.context import learning
from kg.extract.context.learning import Lesson, Settings
from kg.extract.context.network import Network, read_network
from kg.extract.context.sheets import owners_of, page_of, pairs_of
from kg.extract.context.tape import Ints
from kg.extract.figures import lessons as figure_lessons
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.subjects import lay_out
from kg.extract.lessons import of_the_guide, read_text, with_others
from kg.extract.relations import learning as relation_learning
from kg.extract.relations.layout import Layout
from kg.extract.relations.learning import find_right, learn_sieve
from kg.extract.relations.opinion import Board, find_rows, sift
from kg.extract.tagging.lexical import open_lexical
from kg.model import Entity

_LEAST = 5
"""A character gets a row if it occurs at least this often."""
SETTINGS = Settings()
GUIDE_SETTINGS = Settings(rounds=4, rate=5e-4, seed=3)
"""Settings of the final stage, on articles of the guide and others; see `kg.extract.tagging.net_training`."""


def train_context(gold_files: Sequence[Path], out: Path, *, settings: Settings = SETTINGS) -> None:
    """Train a network on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: File to write.
        settings: Training settings of the first stage; the final stage uses `GUIDE_SETTINGS`.

    Raises:
        CorpusError: A gold file breaks the contract or lacks its text, or there is no relation or no figure.
    """
    files = sorted(gold_files)
    characters, lessons = lessons_of(files)
    start = learning.begin(characters, [turns[0] for turns in lessons], settings.seed)
    learning.train(start, lessons, settings).save(out)
    chosen = set(with_others(of_the_guide(files), files))
    if chosen:
        # continue from the file, in half precision, so that either stage can be trained by itself
        again = [turns for path, turns in zip(files, lessons, strict=True) if path in chosen]
        learning.train(read_network(out), again, GUIDE_SETTINGS).save(out)


def lessons_of(gold_files: Sequence[Path]) -> tuple[Ints, list[list[Lesson]]]:
    """Return the characters that get a row, and the lessons of each article, with articles in order of name.

    Args:
        gold_files: As for `train_context`.

    Raises:
        CorpusError: As for `train_context`.
    """
    read = [_Read(path) for path in sorted(gold_files)]
    known = authority.load()
    sieve, cuts, boards = learn_sieve([r.said(r.layout) for r in read], known)
    counted = Counter("".join(r.article.normal for r in read))
    characters = np.array(sorted(ord(c) for c, n in counted.items() if n >= _LEAST), np.int64)
    blank = Network(characters, {})
    lessons = []
    for one, board in zip(read, boards, strict=True):
        lexical = open_lexical().states(one.article.normal).astype(np.float16)
        turns = [one.lesson(blank, board, one.entities, lexical)]
        some = one.layout_of(one.some)
        if len(some.entities) > 1:
            meetings, rows = find_rows(some, known)
            turns.append(one.lesson(blank, sift(some, meetings, rows, sieve, cuts), one.some, lexical))
        lessons.append(turns)
    if not any(turns[0].owners for turns in lessons):
        raise CorpusError("there is no figure in these articles to learn from")
    return characters, lessons


class _Read:
    """An annotated article."""

    def __init__(self, path: Path) -> None:
        self.gold, self.article = read_gold(path), read_text(path)
        self.words = segment.words(self.article.normal)
        self.entities = project(self.article, self.gold)
        self.some = figure_lessons.some_missing(self.article, self.entities, 1)
        self.owners = figure_lessons.owners_of(self.gold)
        self.right = closure({(s, p, o) for s, p, o in self.gold["relations"]})
        self.layout = self.layout_of(self.entities)

    def layout_of(self, entities: Sequence[Entity]) -> Layout:
        clauses = parse_clauses(self.article, self.words, tuple(entities))
        return Layout(self.article, self.words, tuple(entities), clauses)

    def said(self, layout: Layout) -> relation_learning.Lesson:
        return relation_learning.Lesson(
            self.article, self.words, self.entities, tuple(layout.clauses), self.right, ()
        )

    def lesson(
        self, blank: Network, board: Board, entities: Sequence[Entity], lexical: npt.NDArray[np.float16]
    ) -> Lesson:
        layout = board.layout
        laid = lay_out(self.article, self.words, layout.clauses, entities)
        figures = figure_lessons.figures_of(laid, find_quantities(self.article.normal))
        quantities = [f.quantity for f in figures]
        page = page_of(blank, layout, laid, quantities)
        found = figure_lessons.right_claims(laid, figures, self.owners)
        owners = None if found is None else owners_of(page, laid, quantities, found[0])
        return Lesson(
            page, pairs_of(page, layout, board.rows, board.sieved), owners, lexical,
            find_right(board.triples(), self.right), np.zeros(0, bool) if found is None else found[1],
        )  # fmt: skip
