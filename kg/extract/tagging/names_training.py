"""Training of the linear chain of names on annotated articles, and the labels that both taggers learn.

The network learns them in `kg.extract.tagging.net_training`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from kg.corpus import project, read_gold
from kg.extract import pipeline
from kg.extract.lessons import read_text
from kg.extract.names.fronted import FRONTS
from kg.extract.tagging import chain_training, linear_chain, tagger
from kg.model import Article, Entity

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
