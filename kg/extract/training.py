"""Training of the models that are not networks: `python -m kg.extract.training`.

    OUT=kg/extract/models
    python -m kg.extract.training names     --part train --out $OUT/names.model
    python -m kg.extract.training review    --part train --folds FOLDS --out $OUT/review.json
    python -m kg.extract.training joins     --part train --folds FOLDS --out $OUT/joins.json
    python -m kg.extract.training relations --part train --folds FOLDS --out $OUT/relations.json
    python -m kg.extract.training figures   --part train --folds FOLDS --out $OUT/figures.npz

The models are trained on parts of the annotated corpus that ships with the project, or on a folder of your
own (`--gold DIR` with `DOC.json` files, and `DOC.txt` in the folder above). `--folds` is a folder of models
that were trained without some of the articles. For `review` and `joins` they are made by
`kg.extract.tagging.cross_reading`, for the others by `kg.extract.context.training --without`. The same input
gives the same model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kg import authority
from kg.corpus import PARTS, closure, project, read_gold
from kg.errors import exit_status
from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.clustering.lessons import train_joins
from kg.extract.context.folds import fold_of, read_networks
from kg.extract.context.told import look
from kg.extract.figures.lessons import train_figures
from kg.extract.lessons import asked_for, read_text
from kg.extract.relations.learning import Lesson, learn
from kg.extract.relations.opinion import Board, Floats, write_opinion
from kg.extract.tagging.cross_reading import train_review
from kg.extract.tagging.names_training import train_names
from kg.extract.threads import one_thread


def train_relations(gold_files: Sequence[Path], out: Path, *, folder: Path) -> None:
    """Train the opinion on relations on annotated articles, with their gold entities, and write it to a file.

    Training on entities as extracted, errors included, is no better (`benchmarks/tried.md`).

    Args:
        gold_files: `DOC.json` files, each with its `DOC.txt` in the folder above.
        out: Model file to write.
        folder: Folder of the networks of the folds, made by `kg.extract.context.training`.

    Raises:
        CorpusError: A gold file violates the contract or lacks its text.
    """
    lessons, network = [], {}
    networks = read_networks(folder)
    for path, fold in fold_of(gold_files).items():
        gold, article = read_gold(path), read_text(path)
        words, entities = segment.words(article.normal), project(article, gold)
        clauses = parse_clauses(article, words, entities)
        said = {(s, p, o) for s, p, o in gold["relations"]}
        network[article.doc] = networks[fold]
        lessons.append(Lesson(article, words, entities, clauses, closure(said), said))

    def ask(lesson: Lesson, board: Board) -> Floats:
        told = look(
            lesson.article, lesson.words, lesson.entities, lesson.clauses, network=network[lesson.article.doc]
        )
        return told.relations(board.rows, board.sieved)

    write_opinion(learn(lessons, authority.load(), ask), out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(prog="python -m kg.extract.training", description=__doc__.split("\n")[0])
    parser.add_argument("model", choices=("names", "review", "joins", "relations", "figures"))
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus to learn from")
    parser.add_argument("--gold", type=Path, default=None, help="folder of gold articles of one's own")
    parser.add_argument(
        "--folds", type=Path, default=None, help="folder of what was learned without some of the articles"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.model != "names" and options.folds is None:
        parser.error(f"{options.model} needs --folds DIR")
    train: dict[str, Callable[[Sequence[Path], Path], None]] = {
        "names": train_names,
        "joins": partial(train_joins, folder=options.folds),
        "review": partial(train_review, folder=options.folds),
        "relations": partial(train_relations, folder=options.folds),
        "figures": partial(train_figures, folder=options.folds),
    }

    def work() -> None:
        files = asked_for(parser, options.model, options.part, options.gold)
        # the way a sum is divided among threads decides its last bits
        with one_thread():
            train[options.model](files, options.out)

    return exit_status(work)


if __name__ == "__main__":
    sys.exit(main())
