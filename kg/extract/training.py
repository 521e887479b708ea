"""Training of the models but the network (`tagging.net_training`): `python -m kg.extract.training`.

    OUT=kg/extract/models
    python -m kg.extract.training names     --part train --out $OUT/names.model
    python -m kg.extract.training review    --part train --folds DIR --out $OUT/review.json
    python -m kg.extract.training relations --part train --folds DIR --out $OUT/relations.json
    python -m kg.extract.training figures   --part train --out $OUT/figures.npz

They learn from parts of the annotated corpus that travels with the project, or from a folder of one's own
(`--gold DIR` with `DOC.json`, and `DOC.txt` above it). The folder of `--folds` is made by
`kg.extract.cross_reading`. The same input gives the same model.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from kg import authority
from kg.corpus import PARTS, closure, project, read_gold
from kg.corpus.matching import match
from kg.errors import KGError
from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.cross_reading import reader_of, train_review
from kg.extract.figures.lessons import train_figures
from kg.extract.lessons import asked_for, read_text
from kg.extract.pipeline import Reading
from kg.extract.relations.learning import Lesson, learn
from kg.extract.relations.opinion import Triple, write_opinion
from kg.extract.tagging.names_training import train_names

AGAIN, AGAIN_OF = 2, 4
"""Of so many articles in a row so many are read again, from both folds alike; all would take longer still."""


def train_relations(gold_files: Sequence[Path], out: Path, folds: Path | None = None) -> None:
    """Train the opinion on relations on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: Model file to write.
        folds: Folder of `kg.extract.cross_reading` for the same articles. If given, `AGAIN` of `AGAIN_OF`
            articles are learned from a second time, with the things that are found by models which have not
            seen them.

    Raises:
        KGError: A gold file breaks the contract or lacks its text, or a model of the folds is missing.
    """
    read = None if folds is None else reader_of(gold_files, folds)
    lessons = []
    for number, path in enumerate(sorted(gold_files)):
        lessons.append(_annotated(path))
        if read and number % AGAIN_OF < AGAIN:
            lessons.append(_found(path, read(path)))
    write_opinion(learn([lesson for lesson in lessons if lesson.clauses], authority.load()), out)


def _annotated(path: Path) -> Lesson:
    gold, article = read_gold(path), read_text(path)
    words, entities = segment.words(article.normal), project(article, gold)
    clauses = parse_clauses(article, words, entities)
    said = {(s, p, o) for s, p, o in gold["relations"]}
    return Lesson(article, words, entities, clauses, closure(said), said)


def _found(path: Path, reading: Reading) -> Lesson:
    """Return an article as read, with what it says of those of its things that were found."""
    gold = read_gold(path)
    found = [{"id": e.id, "type": e.type, "names": list(e.names)} for e in reading.entities]
    own = {theirs: ours for ours, theirs in match(found, gold["entities"]).items()}
    told = closure({(s, p, o) for s, p, o in gold["relations"]})
    right = {(own[s], p, own[o]) for s, p, o in told if s in own and o in own}
    return Lesson(
        reading.article, reading.words, reading.entities, reading.clauses, right, nearest_only(right)
    )


def nearest_only(right: Collection[Triple]) -> set[Triple]:
    """Return relations with their consequences without the containers that lie beyond a nearer one."""
    above: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, object_ in right:
        if predicate == "locatedIn":
            above[subject].add(object_)
    return {
        (s, p, o)
        for s, p, o in right
        if p != "locatedIn" or not any(o in above[nearer] for nearer in above[s] - {o})
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m kg.extract.training", description=__doc__.split("\n")[0])
    parser.add_argument("model", choices=("names", "review", "relations", "figures"))
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus to learn from")
    parser.add_argument("--gold", type=Path, default=None, help="folder of gold articles of one's own")
    parser.add_argument("--folds", type=Path, default=None, help="folder made by kg.extract.cross_reading")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.model == "review" and options.folds is None:
        parser.error("review needs --folds DIR")
    try:
        files = asked_for(parser, options.model, options.part, options.gold)
        if options.model == "names":
            train_names(files, options.out)
        elif options.model == "review":
            train_review(files, options.out, options.folds)
        elif options.model == "relations":
            train_relations(files, options.out, options.folds)
        else:
            train_figures(files, options.out)
    except KGError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
