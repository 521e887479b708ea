"""Training of the model of names to join, on annotated articles.

It learns from names as the tagger reads them in use, some of them wrong or cut off: models that have not seen
an article read it (`kg.extract.tagging.cross_reading`). Pairs with a name that is not annotated teach
nothing: a branch is not the bank that alone is annotated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
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
from kg.extract.names.known import places_of
from kg.extract.tagging.cross_reading import FOLDS, Fold, deal
from kg.model import FAMILY_OF, Article, Mention

SETTINGS = trees.Settings(trees=600, depth=6, rate=0.06)
"""Settings of the trees."""
_SURE = 0.9
"""Confidence of an annotated mention; none is likelier than another."""
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
    folds = deal(gold_files, folder)
    with ProcessPoolExecutor(FOLDS, mp_context=get_context("spawn")) as pool:
        reading = [pool.submit(_lessons, folds, number) for number in range(FOLDS)]
        read = [lesson for done in reading for lesson in done.result()]
    if not read:
        raise CorpusError("no two names in these articles are alike, so there is nothing to learn from")
    read.sort(key=lambda lesson: lesson[0])
    table, right = (np.concatenate(rows) for rows in list(zip(*read, strict=True))[1:])
    write_joins(trees.learn(table, right, COLUMNS, CATEGORIES, SETTINGS), out)


def _lessons(folds: Sequence[Fold], number: int) -> list[tuple[str, Table, Flags]]:
    """Return the pairs of annotated names read in a fold, and which name one thing, by article."""
    models = replace(folds[1 - number].models, review=pipeline.SHIPPED.review)
    matcher = pipeline.matcher_of()
    found = []
    for path in folds[number].files:
        article, gold = read_text(path), read_gold(path)
        mentions = pipeline.mentions_read(pipeline.Reading(article, matcher, models))
        families = by_family(separate(article, mentions))
        for family in JOINED:
            own = families.get(family, [])
            pairs = find_pairs(own, article, matcher.divisions)
            things = things_named(own, family, gold)
            ends = [
                (things[full], things[short]) for full, short in zip(pairs.full, pairs.short, strict=True)
            ]
            known = np.array([bool(one and other) for one, other in ends], bool)
            right = np.array([bool(one & other) for one, other in ends], bool)
            if known.any():
                found.append((article.doc, pairs.columns[known], right[known]))
    return found


def things_named(clusters: Sequence[Cluster], family: str, gold: Gold) -> list[frozenset[str]]:
    """Return the ids of the annotated things of a family that have a name of each cluster."""
    named: dict[str, set[str]] = defaultdict(set)
    for entity in gold["entities"]:
        if FAMILY_OF[entity["type"]] == family:
            for name in entity["names"]:
                named[clean_name(name)].add(entity["id"])
    return [frozenset(i for name in cluster.names for i in named.get(name, ())) for cluster in clusters]


def mentions_of(article: Article, gold: Gold) -> list[Mention]:
    """Return a mention for each occurrence of an annotated name outside a longer one, in order."""
    types = {name: entity["type"] for entity in gold["entities"] for name in entity["names"]}
    taken = bytearray(len(article.text))
    found = []
    standing = places_of(list(types), article.text)
    for name in sorted(standing, key=lambda n: (-len(n), n)):
        for start in standing[name]:
            end = start + len(name)
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\1" * len(name)
                found.append(Mention(start, end, name, types[name], "gold", _SURE))
    return sorted(found, key=lambda mention: mention.start)
