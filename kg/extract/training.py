"""Training of the models but the network (`tagging.net_training`): `python -m kg.extract.training`.

    OUT=kg/extract/models
    python -m kg.extract.training names     --part train --out $OUT/names.model
    python -m kg.extract.training relations --part train --out $OUT/relations.json
    python -m kg.extract.training figures   --part train --out $OUT/figures.npz

They learn from parts of the annotated corpus that travels with the project, or from a folder of one's own
(`--gold DIR` with `DOC.json`, and `DOC.txt` above it). The same input gives the same model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from kg import authority
from kg.corpus import PARTS, closure, docs, gold_folder, project, read_gold
from kg.errors import KGError
from kg.extract import pipeline, segment
from kg.extract.clauses import parse_clauses
from kg.extract.figures.lessons import read_text, train_figures
from kg.extract.names.fronted import FRONTS
from kg.extract.relations.learning import Lesson, learn
from kg.extract.relations.opinion import write_opinion
from kg.extract.tagging import chain_training, linear_chain, tagger
from kg.model import Article, Entity

__all__ = [
    "asked_for",
    "label_names",
    "main",
    "read_names",
    "train_figures",
    "train_names",
    "train_relations",
]

NAMES_SETTINGS = {"c1": 0.1, "c2": 0.05, "max_iterations": 90, "feature.possible_transitions": False}


def least_texts(texts: int) -> int:
    """Return in how many of some texts a feature must stand to be learned: in 1, in 5 where there are many.

    What only a few of many articles have is their names, not a habit of the language.
    """
    return min(5, 1 + texts // 50)


def label_names(article: Article, entities: Iterable[Entity], forms: Collection[str] = ()) -> list[str]:
    """Return the label of each character (`linear_chain.encode`), the outermost name where names nest.

    Two kinds of names are cut in two: a division written with those above it (大连市普兰店区), and a thing
    written with whose it is in front (`FRONTS`), which annotators tell as one name or as two.

    Args:
        article: The article.
        entities: Gold entities laid onto it (`kg.corpus.project`).
        forms: Names of administrative divisions at which to cut.
    """
    things = tuple(entities)
    owners = {name: entity for entity in things for name in entity.names}
    spans: list[tuple[int, int, str]] = []
    placed = ((mention, entity) for entity in things for mention in entity.mentions)
    for mention, entity in sorted(placed, key=lambda p: (p[0].end - p[0].start, p[0])):
        front, kind = 0, mention.type
        if mention.type == "AdministrativeDivision":
            front = pipeline.last_division(mention.text, forms)
        elif mention.type in FRONTS:
            for length in range(len(mention.text) - 2, 1, -1):
                owner = owners.get(mention.text[:length])
                if owner and owner is not entity and owner.type in FRONTS[mention.type]:
                    front, kind = length, owner.type
                    break
        if front:
            spans.append((mention.start, mention.start + front, kind))
        spans.append((mention.start + front, mention.end, mention.type))
    return linear_chain.encode(len(article.text), spans)


def read_names(gold_file: Path) -> tuple[Article, tagger.Marks, list[str]]:
    """Return an annotated article, what the tagger is told of its characters, and their labels.

    Raises:
        CorpusError: The gold file breaks the contract or lacks its text.
    """
    article = read_text(gold_file)
    reading = pipeline.Reading(article, pipeline.matcher_of())
    marks = pipeline.marks(reading)
    labels = label_names(article, project(article, read_gold(gold_file)), reading.matcher.divisions)
    return article, marks, labels


def train_names(gold_files: Sequence[Path], out: Path) -> None:
    """Train the names model on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: Model file to write.

    Raises:
        CorpusError: A gold file breaks the contract or lacks its text.
    """
    trainer = chain_training.Trainer(NAMES_SETTINGS, least_texts=least_texts(len(gold_files)))
    for path in sorted(gold_files):
        _, marks, labels = read_names(path)
        trainer.add(tagger.features(marks), labels, marks.stretches)
    trainer.train().save(out)


def train_relations(gold_files: Sequence[Path], out: Path) -> None:
    """Train the opinion on relations on annotated articles, with their gold entities, and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: Model file to write.

    Raises:
        CorpusError: A gold file breaks the contract or lacks its text.
    """
    lessons = []
    for path in sorted(gold_files):
        gold, article = read_gold(path), read_text(path)
        words, entities = segment.words(article.normal), project(article, gold)
        clauses = parse_clauses(article, words, entities)
        said = {(s, p, o) for s, p, o in gold["relations"]}
        lessons.append(Lesson(article, words, entities, clauses, closure(said), said))
    write_opinion(learn(lessons, authority.load()), out)


def asked_for(
    parser: argparse.ArgumentParser, model: str, parts: Sequence[str] | None, folder: Path | None
) -> list[Path]:
    """Return the gold files of some parts of the corpus or of a folder; anything else is an error of usage.

    Args:
        parser: Whose error it is.
        model: What is to be trained.
        parts: Names of parts, or None.
        folder: Folder of gold files, or None.
    """
    if (folder is None) == (parts is None):
        parser.error(f"{model} needs either --part PART or --gold DIR")
    if folder:
        return sorted(folder.glob("*.json"))
    return [gold_folder() / f"{doc}.json" for doc in docs(*parts or ())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m kg.extract.training", description=__doc__.split("\n")[0])
    parser.add_argument("model", choices=("names", "relations", "figures"))
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus to learn from")
    parser.add_argument("--gold", type=Path, default=None, help="folder of gold articles of one's own")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        files = asked_for(parser, options.model, options.part, options.gold)
        train = {"names": train_names, "relations": train_relations, "figures": train_figures}
        train[options.model](files, options.out)
    except KGError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
