"""Lessons about figures from annotated articles, and the weights learned from them.

Goes in: gold articles. Comes out: the file of `kg.extract.ranking`. Each article is read twice, with all
its things and with some of them missing, as they will be in use. The second reading learns from first
ones that did not see the article; so do the trust in its probability and the least one worth saying.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from kg.corpus import project, read_gold
from kg.errors import CorpusError
from kg.extract import segment
from kg.extract.claims import Claims, claims
from kg.extract.clauses import parse_clauses
from kg.extract.dates import find_periods
from kg.extract.figures import find_quantities
from kg.extract.learning import Lesson, Settings, learn, together
from kg.extract.neighbours import Doubles, second_reading
from kg.extract.observations import as_figure, find_candidates
from kg.extract.owners import BLOCK
from kg.extract.ranking import Ranking, Reading, write_ranking
from kg.extract.subjects import Truths, lay_out
from kg.model import Article, Entity, Quantity
from kg.text.readers import read_article

FOLDS = 3
MEMBERS = 1
_MISSING = 20  # of a hundred things, those left out of the second copy of an article
_PLAIN = np.array((1.0, 0.0))
_LEAST = tuple(round(0.1 + 0.025 * step, 3) for step in range(17))


@dataclass(frozen=True, slots=True)
class Annotated:
    """The figures of an annotated article.

    Attributes:
        claims: The claims to them.
        right: Which are right; at least one of each figure.
        told: How many observations the gold tells.
        values: The value of each figure, to tell repetitions.
    """

    claims: Claims
    right: Truths
    told: int
    values: tuple[object, ...]


def train_figures(gold_files: Sequence[Path], out: Path) -> None:
    """Train the ranking of the owners of figures on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above; figures in at least two.
        out: File of weights to write.

    Raises:
        CorpusError: A gold file breaks the contract or lacks its text.
    """
    files = sorted(gold_files)
    folds: list[list[Annotated]] = [[] for _ in range(FOLDS)]
    for at, path in enumerate(files):
        folds[at % FOLDS].extend(annotate(path))
    folds = [fold for fold in folds if fold]
    write_ranking(learn_ranking(folds), out)


def learn_ranking(
    folds: Sequence[Sequence[Annotated]], settings: Settings | None = None, *, members: int = MEMBERS
) -> Ranking:
    """Return the ranking learned from annotated articles.

    Args:
        folds: The articles in parts, at least two; copies of an article in the same part.
        settings: How the readings are learned; as the shipped ones if None.
        members: Networks whose mean a reading is.
    """
    first = [learn(_lessons(_others(folds, at)), settings) for at in range(len(folds))]
    seen = [
        [reading.odds(a.claims, a.claims.columns) for a in fold]
        for reading, fold in zip(first, folds, strict=True)
    ]
    second = [_second(fold, odds) for fold, odds in zip(folds, seen, strict=True)]
    held = learn([lesson for part in second[1:] for lesson in part], settings)
    odds = [held.odds(lesson.claims, lesson.columns) for lesson in second[0]]
    every = _lessons([a for fold in folds for a in fold])
    stacked = [lesson for part in second for lesson in part]
    return Ranking(
        _mean(every, settings, members),
        _mean(stacked, settings, members),
        find_trust(folds[0], odds),
        find_least(folds[0], odds),
    )


def _mean(lessons: Sequence[Lesson], settings: Settings | None, members: int) -> Reading:
    return together([learn(lessons, settings, seed=seed) for seed in range(members)])


def _others(folds: Sequence[Sequence[Annotated]], at: int) -> list[Annotated]:
    return [a for index, fold in enumerate(folds) if index != at for a in fold]


def _lessons(articles: Sequence[Annotated]) -> list[Lesson]:
    return [Lesson(a.claims, a.claims.columns, a.right) for a in articles]


def _second(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> list[Lesson]:
    return [
        Lesson(a.claims, np.hstack((a.claims.columns, second_reading(a.claims, row))), a.right)
        for a, row in zip(articles, odds, strict=True)
    ]


def annotate(gold_file: Path) -> Iterator[Annotated]:
    """Yield the figures of an annotated article: with all its things, and with some of them missing.

    Args:
        gold_file: `DOC.json`.

    Raises:
        CorpusError: The file breaks the contract or lacks its text.
    """
    gold, article = read_gold(gold_file), read_text(gold_file)
    entities = project(article, gold)
    owners: dict[object, set[str]] = {}
    for told in gold["observations"]:
        owners.setdefault(_amount(find_quantities(told["value"]), told["value"]), set()).add(told["subject"])
    for things in (entities, tuple(e for e in entities if not _missing(gold_file.stem, e))):
        yield from _annotated(article, things, owners, len(gold["observations"]))


def read_text(gold_file: Path) -> Article:
    """Return the article that a gold file annotates: `DOC.txt` in the folder above it.

    Raises:
        CorpusError: It is not there.
    """
    text = gold_file.parent.parent / f"{gold_file.stem}.txt"
    if not text.is_file():
        raise CorpusError(f"has no text {text}", file=gold_file)
    return read_article(text)


def _annotated(
    article: Article, entities: Sequence[Entity], owners: dict[object, set[str]], told: int
) -> Iterator[Annotated]:
    words = segment.words(article.normal)
    board = lay_out(article, words, parse_clauses(article, words, tuple(entities)), entities)
    candidates = find_candidates(
        article, board.clauses, find_quantities(article.normal), find_periods(article)
    )
    figures = [figure for figure in map(as_figure, candidates) if figure][:BLOCK]
    if not figures or not board.placed:
        return
    listed = claims(board, figures)
    values = tuple(_amount((f.quantity,), f.quantity.text) for f in figures)
    ids = (*board.ids, "")
    right = np.array(
        [
            ids[e] in owners.get(values[f], ())
            for f, e in zip(listed.figure.tolist(), listed.entity.tolist(), strict=True)
        ],
        bool,
    )
    nobody = (np.bincount(listed.figure, right) == 0)[listed.figure] & (listed.entity == len(board.ids))
    yield Annotated(listed, right | nobody, told, values)


def _missing(doc: str, entity: Entity) -> bool:
    """Tell whether a thing is left out of the second copy: by its name, the same everywhere."""
    return zlib.crc32(f"{doc} {entity.names[0]}".encode()) % 100 < _MISSING


def _amount(found: Sequence[Quantity], text: str) -> tuple[Decimal | str, str]:
    """Return value and unit of a figure, or its text where it has no definite value."""
    if len(found) == 1 and found[0].value is not None:
        return found[0].value, found[0].unit
    return text, ""


def _choices(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> tuple[Doubles, Truths]:
    """Return of each figure the probability of its likeliest owner and whether that is right."""
    sure, right = [], []
    for a, row in zip(articles, odds, strict=True):
        somebody = np.where(a.claims.entity == a.claims.entity.max(), -1.0, row)
        start = np.searchsorted(a.claims.figure, np.arange(len(a.claims.words)))
        order = np.lexsort((-somebody, a.claims.figure))[start]
        sure.append(somebody[order])
        right.append(a.right[order])
    return np.concatenate(sure), np.concatenate(right)


def find_trust(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> tuple[float, float]:
    """Return slope and offset that put the log-odds of the likeliest owners right (Platt 1999).

    Args:
        articles: Articles that the weights have not seen.
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
    """Return the loss of slope and offset; a weak pull to (1, 0) keeps a handful of figures from deciding."""
    score = design @ solution
    pull = solution - _PLAIN
    return float(np.sum(np.logaddexp(0, score) - score * right) + pull @ pull / 2)


def find_least(articles: Sequence[Annotated], odds: Sequence[Doubles]) -> float:
    """Return the probability from which on naming the likeliest owner gives the best F1.

    Args:
        articles: Articles that the weights have not seen.
        odds: Probability of each row of their claims.
    """
    sure, right = _choices(articles, odds)
    told = sum(a.told for a in articles)
    scores = [2 * float(right[sure >= least].sum()) / (told + int((sure >= least).sum())) for least in _LEAST]
    return _LEAST[int(np.argmax(scores))]
