"""Reading of annotated articles with name models that were trained on other articles.

    python -m kg.extract.tagging.cross_reading --part train --out DIR

The second look at names (`review`) must be trained on names like those it will meet in use: some of them
wrong, with the confidences they will have there. On articles that they were trained on, the name models look
better than they are. The articles are therefore split into two folds, each fold gets models of its own, and
every article is read by the models of the other fold. The command writes these models, which are needed only
for training. The same articles give the same models.

References:
    Wolpert: Stacked Generalization (Neural Networks 5, 1992).
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from kg.corpus import PARTS, read_gold
from kg.errors import KGError, exit_status
from kg.extract import pipeline
from kg.extract.lessons import asked_for, read_text, weights
from kg.extract.pipeline import Models, Reading
from kg.extract.tagging import net_training
from kg.extract.tagging.names_training import train_names
from kg.extract.tagging.review import write_review
from kg.extract.tagging.review_training import Lesson, Rows, learn_review, learn_usage, rows_of
from kg.extract.tagging.usage import Usage
from kg.model import Article
from kg.text.article import parse_article

Found = TypeVar("Found")
FOLDS = 2
EXCERPTS = 2
"""Number of excerpts that are read in addition to each whole article."""
LENGTHS = (1, 2, 4, 8)
"""Lengths of the excerpts, in sentences, used in turn."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Some annotated articles, and the name models trained on them.

    Attributes:
        files: Gold files of the articles, in order.
        models: The models.
    """

    files: tuple[Path, ...]
    models: Models


def deal(gold_files: Sequence[Path], folder: Path) -> tuple[Fold, ...]:
    """Return the folds of annotated articles, which are dealt out in turn in order of name.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        folder: Folder that holds the models of the folds, or to which they are to be written.
    """
    files = sorted(gold_files)
    return tuple(
        Fold(
            tuple(files[number::FOLDS]),
            Models(
                names=folder / f"names-{number}.model",
                net=folder / f"names-{number}.net",
                review=None,
            ),
        )
        for number in range(FOLDS)
    )


def train_folds(gold_files: Sequence[Path], folder: Path) -> None:
    """Train the models that do not exist yet, each fold in a process of its own.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above; at least one for each fold.
        folder: Folder to which the models are written.

    Raises:
        KGError: There are too few articles, or a gold file breaks the contract or lacks its text.
    """
    folds = deal(gold_files, folder)
    if not all(fold.files for fold in folds):
        raise KGError(f"{len(gold_files)} articles are too few: at least {FOLDS} are needed")
    with ProcessPoolExecutor(FOLDS, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_train_names, fold) for fold in folds]:
            done.result()


def _train_names(fold: Fold) -> None:
    names, net = fold.models.names, fold.models.net
    if not names.is_file():
        train_names(fold.files, names)
    if net is not None and not net.is_file():
        net_training.train_names(fold.files, net, start=net_training.GENERAL)


def read_folds(
    folds: Sequence[Fold], read: Callable[[Sequence[Fold], int], list[tuple[str, Found]]]
) -> list[Found]:
    """Return what a function finds in the articles of each fold, in order of the articles' names.

    Args:
        folds: The folds, each of which is read in a process of its own.
        read: Takes the folds and the number of the one to read; returns what it finds, by article.
    """
    with ProcessPoolExecutor(FOLDS, mp_context=get_context("spawn")) as pool:
        reading = [pool.submit(read, folds, number) for number in range(FOLDS)]
        found = [told for done in reading for told in done.result()]
    found.sort(key=lambda told: told[0])
    return [lesson for _, lesson in found]


def _usage(*folds: Fold) -> Usage:
    files = sorted(path for fold in folds for path in fold.files)
    return learn_usage((read_text(path), read_gold(path)) for path in files)


def excerpts(article: Article) -> Iterator[Article]:
    """Yield a few excerpts of an article as articles of their own, always the same ones.

    The review should work as well on single sentences as on whole pages.
    """
    count = len(article.sentences)
    chance = zlib.crc32(article.doc.encode())
    for turn in range(EXCERPTS if count else 0):
        length = LENGTHS[(chance + turn) % len(LENGTHS)]
        first = (chance // len(LENGTHS) + turn * count // EXCERPTS) % count
        last = min(first + length, count) - 1
        text = article.text[article.sentences[first].start : article.sentences[last].end]
        yield parse_article(text, doc=article.doc)


def _rows(folds: Sequence[Fold], number: int) -> list[tuple[str, Rows]]:
    """Return what the other fold's models read in the articles of a fold and their excerpts, by article."""
    other = folds[1 - number]
    usage, found = _usage(other), []
    for path, weight in weights(folds[number].files).items():
        whole, gold = read_text(path), read_gold(path)
        for article in (whole, *excerpts(whole)):
            reading = Reading(article, pipeline.matcher_of(), other.models)
            tagged = pipeline.tagged(reading)
            entities = pipeline.entities_of(reading, [t.mention for t in tagged if t.chosen])
            lesson = Lesson(pipeline.surroundings(reading), tagged, entities, gold, usage, weight)
            found.append((article.doc, rows_of(lesson)))
    return found


def train_review(gold_files: Sequence[Path], out: Path, folder: Path) -> None:
    """Train the second look at names on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: Model file to write.
        folder: Folder with the models of the folds of the same articles.

    Raises:
        KGError: A model is missing, or a gold file breaks the contract or lacks its text.
    """
    folds = deal(gold_files, folder)
    write_review(learn_review(read_folds(folds, _rows), _usage(*folds)), out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m kg.extract.tagging.cross_reading", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus to learn from")
    parser.add_argument("--gold", type=Path, default=None, help="folder of gold articles of one's own")
    parser.add_argument("--out", type=Path, required=True, help="folder of the models of the folds")
    options = parser.parse_args(arguments)

    def work() -> None:
        train_folds(asked_for(parser, "cross_reading", options.part, options.gold), options.out)

    return exit_status(work)


if __name__ == "__main__":
    sys.exit(main())
