"""Training of the linear chain for names on annotated articles, and the labels that both taggers learn.

The network is trained on them in `kg.extract.tagging.net_training`.
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
    """Return in how many texts a feature must occur to be learned: from 1 for few texts to 5 for many.

    A feature that only a few of many articles have belongs to their names, not to the language.
    """
    return min(5, 1 + texts // 50)


def label_names(article: Article, entities: Iterable[Entity], forms: Collection[str] = ()) -> list[str]:
    """Return the label of each character (`linear_chain.encode`), of the outermost name where names nest.

    Two kinds of names are split in two: a division written with those above it (大连市普兰店区), and a thing
    written with its owner in front (`FRONTS`), which some annotators mark as one name and others as two.

    Args:
        article: The article.
        entities: Gold entities projected onto it (`kg.corpus.project`).
        forms: Names of administrative divisions at which to split.
    """
    things = tuple(entities)
    owners = {name: entity for entity in things for name in entity.names}
    spans: list[tuple[int, int, str]] = []
    placed = ((mention, entity) for entity in things for mention in entity.mentions)
    for mention, entity in sorted(placed, key=lambda p: (p[0].end - p[0].start, p[0])):
        front, kind = 0, mention.type
        if mention.type == "AdministrativeDivision":
            front = last_division(mention.text, forms)
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


def last_division(name: str, forms: Collection[str]) -> int:
    """Return where the last division of a name such as 大连市甘井子区 begins, 0 if it is a single name.

    >>> last_division("大连市甘井子区", {"大连市", "甘井子区"})
    3
    """
    for cut in range(2, len(name) - 1):
        if name[:cut] in forms and name[cut:] in forms and name[cut - 1] in "省市区县州盟旗":
            return cut + last_division(name[cut:], forms)
    return 0


def read_names(gold_file: Path) -> tuple[Article, tagger.Marks, list[str]]:
    """Return an annotated article, the marks of its characters for the tagger, and their labels.

    Raises:
        CorpusError: The gold file breaks the contract or lacks its text.
    """
    article = read_text(gold_file)
    reading = pipeline.Reading(article, pipeline.matcher_of())
    marks = pipeline.marks(reading)
    labels = label_names(article, project(article, read_gold(gold_file)), reading.matcher.divisions)
    return article, marks, labels


def train_names(gold_files: Sequence[Path], out: Path) -> None:
    """Train the linear chain for names on annotated articles and write it.

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
