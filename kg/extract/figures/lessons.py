"""Training examples about figures from annotated articles, and the weights learned from them.

Takes gold articles and writes the file that `kg.extract.figures.ranking` reads. Each article is read more
than once: with all its entities, and with some of them missing, as they will be in use.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kg.corpus import project, read_gold
from kg.extract import segment, trees
from kg.extract.clauses import parse_clauses
from kg.extract.context import folds as context_folds
from kg.extract.context.network import Network
from kg.extract.context.told import look
from kg.extract.dates import find_periods
from kg.extract.figures.calling import Calling, Doubles
from kg.extract.figures.claims import NOBODY, Claims, Table, claims
from kg.extract.figures.learning import SECOND, TREES, Lesson, learn_calling, learn_trees
from kg.extract.figures.measures import Figure
from kg.extract.figures.neighbours import COLUMNS as NEIGHBOURS
from kg.extract.figures.observations import find_figures
from kg.extract.figures.owners import BLOCK
from kg.extract.figures.profiles import Truths
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.ranking import Ranking, as_read, beside, look_on, write_ranking
from kg.extract.figures.subjects import Board
from kg.extract.figures.time_lessons import Held, annotate_times, learn_timing
from kg.extract.figures.times import Timing
from kg.extract.lessons import read_text
from kg.extract.tagging.lexical import States
from kg.model import Article, Entity, Quantity

T = TypeVar("T")

FOLDS = context_folds.FOLDS
COPIES = 2
"""Number of times that each article is read with some of its entities missing."""
ENOUGH = 505
"""Maximum number of articles to learn from.

Three times as many take three times as long and bring nothing: F1 on the development set is 0.575 with these,
and 0.565 to 0.575 with 1,602, depending on the threshold.
"""
# Percentage of the entities of each family left out of such a copy: about as many as name recognition misses
_MISSING = {
    "Person": 12, "Organization": 17, "Location": 24, "Initiative": 35, "Industry": 34, "Event": 41,
    "Project": 45, "Product": 55, "Honor": 36,
}  # fmt: skip
_PLAIN = np.array((1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Annotated:
    """The figures of an annotated article.

    Attributes:
        lesson: The claims to them, and which are right.
        whole: Whether none of its entities is missing.
    """

    lesson: Lesson
    whole: bool


def train_figures(gold_files: Sequence[Path], out: Path, *, folder: Path) -> None:
    """Train the ranking of the owners of figures on annotated articles, and write it to a file.

    Args:
        gold_files: `DOC.json` files, each with its `DOC.txt` in the folder above. Only the first `ENOUGH` are
            used; at least two of them must contain figures.
        out: File of weights to write.
        folder: Folder of the networks of the folds, made by `kg.extract.context.training`.

    Raises:
        CorpusError: A gold file violates the contract or lacks its text.
    """
    folds: list[list[Annotated]] = [[] for _ in range(FOLDS)]
    held: list[Held] = []
    fold, networks = context_folds.fold_of(gold_files), context_folds.read_networks(folder)
    for path in sorted(gold_files[:ENOUGH]):
        gold, article = read_gold(path), read_text(path)
        entities = project(article, gold)
        folds[fold[path]].extend(annotate(article, entities, gold, networks[fold[path]]))
        held.extend(annotate_times(article, entities, gold))
    folds = [fold for fold in folds if fold]
    write_ranking(learn_ranking(folds, learn_timing(held)), out)


def learn_ranking(
    folds: Sequence[Sequence[Annotated]],
    timing: Timing,
    first: trees.Settings = TREES,
    second: trees.Settings = SECOND,
) -> Ranking:
    """Return the ranking learned from annotated articles.

    The word weights and first-look trees applied to an article are learned from the other folds, so that the
    models built on their output trust it no more than it deserves. The final probability is calibrated on
    articles that neither look has seen.

    Args:
        folds: The articles in at least two folds; copies of an article are in the same fold.
        timing: The weights that decide when figures hold.
        first, second: How the trees of the first and the second look are learned.
    """
    lessons = [[a.lesson for a in fold] for fold in folds]
    told: list[list[Table]] = []
    odds: list[list[Doubles]] = []
    seen: list[list[Table]] = []
    for at, fold in enumerate(folds):
        words = _calling(_others(folds, at))
        told.append([_told(words, a) for a in fold])
    for at, (held_out, tables) in enumerate(zip(lessons, told, strict=True)):
        others = _others(lessons, at)
        forest = learn_trees(_others(told, at), others, first, [x.read for x in others])
        odds.append([look_on(forest, t, x.claims, x.read) for t, x in zip(tables, held_out, strict=True)])
        seen.append([beside(x.claims, o, t) for x, o, t in zip(held_out, odds[at], tables, strict=True)])
    held = learn_trees(_others(seen, 0), _others(lessons, 0), second, _others(odds, 0), moved=NEIGHBOURS)
    sure = [look_on(held, t, x.claims, o) for x, o, t in zip(lessons[0], odds[0], seen[0], strict=True)]
    return Ranking(
        _calling(_others(folds)),
        learn_trees(_others(told), _others(lessons), first, [x.read for x in _others(lessons)]),
        learn_trees(_others(seen), _others(lessons), second, _others(odds), moved=NEIGHBOURS),
        find_trust(folds[0], sure),
        timing,
    )


def _others(folds: Sequence[Sequence[T]], at: int = -1) -> list[T]:
    """Return the contents of all folds except the one at an index; of all folds if none is given."""
    return [a for index, fold in enumerate(folds) if index != at for a in fold]


def _calling(articles: Sequence[Annotated]) -> Calling:
    """Return the word weights learned from the articles that have all their entities."""
    return learn_calling([a.lesson for a in articles if a.whole])


def _told(learned: Calling, a: Annotated) -> Table:
    return as_read(learned, a.lesson.claims, a.lesson.read)


def annotate(
    article: Article, entities: Sequence[Entity], gold: Mapping[str, Any], network: Network
) -> Iterator[Annotated]:
    """Yield the figures of an annotated article: with all its entities, and with some of them missing.

    Args:
        article: The article.
        entities: Its entities, located in its text (`kg.corpus.project`).
        gold: Its annotation.
        network: A network that has not seen the article.
    """
    owners, states = owners_of(gold), States(article.normal)
    words, quantities = segment.words(article.normal), find_quantities(article.normal)
    for copy in range(COPIES + 1):
        things = some_missing(article, entities, copy) if copy else tuple(entities)
        clauses = parse_clauses(article, words, things)
        told = look(article, words, things, clauses, quantities, network=network, states=states)
        figures = figures_of(told.board, quantities)
        found = right_claims(told.board, figures, owners)
        if found is not None:
            read = told.owners([f.quantity for f in figures], found[0])
            yield Annotated(Lesson(*found, read), not copy)


def owners_of(gold: Mapping[str, Any]) -> dict[object, set[str]]:
    """Return the owners of each annotated figure."""
    owners: dict[object, set[str]] = {}
    for told in gold["observations"]:
        owners.setdefault(_amount(find_quantities(told["value"]), told["value"]), set()).add(told["subject"])
    return owners


def some_missing(article: Article, entities: Sequence[Entity], copy: int) -> tuple[Entity, ...]:
    """Return the entities of an article except those that a copy of it leaves out."""
    return tuple(e for e in entities if not _missing(f"{copy} {article.doc}", e))


def figures_of(board: Board, quantities: Sequence[Quantity]) -> list[Figure]:
    """Return the figures among the quantities of an article, at most the first `BLOCK`."""
    return find_figures(board, quantities, find_periods(board.article))[:BLOCK]


def right_claims(
    board: Board, figures: Sequence[Figure], owners: Mapping[object, set[str]]
) -> tuple[Claims, Truths] | None:
    """Return the claims to the figures of an article and which are right, or None if there are none."""
    if not figures or not board.placed:
        return None
    listed = claims(board, figures)
    values = [_amount((f.quantity,), f.quantity.text) for f in figures]
    ids = (*board.ids, "")
    right = np.array(
        [
            ids[e] in owners.get(values[f], ())
            for f, e in zip(listed.figure.tolist(), listed.entity.tolist(), strict=True)
        ],
        bool,
    )
    nobody = (np.bincount(listed.figure, right) == 0)[listed.figure] & (listed.entity == len(board.ids))
    return listed, right | nobody


def _missing(article: str, entity: Entity) -> bool:
    """Return whether a copy leaves out an entity, by a checksum of its name that is the same everywhere."""
    return zlib.crc32(f"{article} {entity.names[0]}".encode()) % 100 < _MISSING[entity.family]


def _amount(found: Sequence[Quantity], text: str) -> tuple[Decimal | str, str]:
    """Return the value and unit of a figure, or its text if it has no definite value."""
    if len(found) == 1 and found[0].value is not None:
        return found[0].value, found[0].unit
    return text, ""


def _choices(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> tuple[Doubles, Truths]:
    """Return, for each figure, the probability of its likeliest owner and whether that owner is right."""
    sure, right = [], []
    for a, row in zip(articles, odds, strict=True):
        claims = a.lesson.claims
        somebody = np.where(claims.type == NOBODY, -1.0, row)
        start = np.searchsorted(claims.figure, np.arange(len(claims.words)))
        order = np.lexsort((-somebody, claims.figure))[start]
        sure.append(somebody[order])
        right.append(a.lesson.right[order])
    return np.concatenate(sure), np.concatenate(right)


def find_trust(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> tuple[float, float]:
    """Return the slope and offset that calibrate the log odds of the likeliest owners (Platt 1999).

    Args:
        articles: Articles that the models have not seen.
        odds: Probability of each row of their claims.
    """
    sure, right = _choices(articles, odds)
    safe = np.clip(sure, 1e-6, 1 - 1e-6)
    design = np.stack((np.log(safe / (1 - safe)), np.ones(len(safe))), 1)
    solution, loss = _PLAIN, _distrust(design, right, _PLAIN)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        slope = design.T @ (chance - right) + (solution - _PLAIN)
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.eye(2)
        way = np.linalg.solve(curve, slope)
        while _distrust(design, right, solution - way) > loss and abs(way).max() > 1e-6:
            way = way / 2
        if abs(way).max() <= 1e-6:
            break
        solution = solution - way
        loss = _distrust(design, right, solution)
    return round(float(solution[0]), 4), round(float(solution[1]), 4)


def _distrust(design: Doubles, right: Truths, solution: Doubles) -> float:
    """Return the loss of slope and offset; a weak pull to (1, 0) keeps a few figures from deciding."""
    score = design @ solution
    pull = solution - _PLAIN
    return float(np.sum(np.logaddexp(0, score) - score * right) + pull @ pull / 2)
