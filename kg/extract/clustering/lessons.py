"""Training of the model of names to join, on annotated articles.

It learns from names as the tagger reads them in use, some of them wrong or cut off: models that have not seen
an article read it (`kg.extract.tagging.cross_reading`). Pairs with a name that is not annotated teach
nothing: a branch is not the bank that alone is annotated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.corpus import Gold, read_gold
from kg.errors import CorpusError
from kg.extract import pipeline, trees
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.clusters import Cluster
from kg.extract.clustering.entities import JOINED, by_family, separate
from kg.extract.clustering.joining import write_joins
from kg.extract.clustering.name_pairs import CATEGORIES, COLUMNS, Table, find_pairs
from kg.extract.lessons import read_text
from kg.extract.tagging.cross_reading import Fold, deal, read_folds
from kg.model import FAMILY_OF

SETTINGS = trees.Settings(trees=600, depth=6, rate=0.06)
"""Settings of the trees."""
Flags = npt.NDArray[np.bool_]


def train_joins(gold_files: Sequence[Path], out: Path, folder: Path) -> None:
    """Train the model of names to join on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with its `DOC.txt` in the folder above.
        out: Model file to write.
        folder: Folder with the name models of the folds of the same articles.

    Raises:
        KGError: A model is missing, a gold file breaks the contract or lacks its text, or no two names that
            were read are alike.
    """
    read = read_folds(deal(gold_files, folder), _lessons)
    if not read:
        raise CorpusError("no two names in these articles are alike, so there is nothing to learn from")
    table, right = (np.concatenate(rows) for rows in zip(*read, strict=True))
    write_joins(trees.learn(table, right, COLUMNS, CATEGORIES, SETTINGS), out)


def _lessons(folds: Sequence[Fold], number: int) -> list[tuple[str, tuple[Table, Flags]]]:
    """Return the pairs of annotated names read in a fold, and which name one thing, by article."""
    models = replace(folds[1 - number].models, review=pipeline.SHIPPED.review)
    divisions = pipeline.matcher_of().divisions
    steps = [name for name, _ in pipeline.STEPS]
    later = steps[steps.index("kg_entities") :]
    found = []
    for path in folds[number].files:
        article, gold = read_text(path), read_gold(path)
        reading = pipeline.read(article, without=later, models=models)
        families = by_family(separate(article, pipeline.mentions_read(reading)))
        for family in JOINED:
            own = families.get(family, [])
            pairs = find_pairs(own, article, divisions)
            things = things_named(own, family, gold)
            ends = [
                (things[full], things[short]) for full, short in zip(pairs.full, pairs.short, strict=True)
            ]
            known = np.array([bool(one and other) for one, other in ends], bool)
            right = np.array([bool(one & other) for one, other in ends], bool)
            if known.any():
                found.append((article.doc, (pairs.columns[known], right[known])))
    return found


def things_named(clusters: Sequence[Cluster], family: str, gold: Gold) -> list[frozenset[str]]:
    """Return the ids of the annotated things of a family that have a name of each cluster."""
    named: dict[str, set[str]] = defaultdict(set)
    for entity in gold["entities"]:
        if FAMILY_OF[entity["type"]] == family:
            for name in entity["names"]:
                named[clean_name(name)].add(entity["id"])
    return [frozenset(i for name in cluster.names for i in named.get(name, ())) for cluster in clusters]
