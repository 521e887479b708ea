"""A trained model of which names of an article name one thing.

How a name is shortened follows rules (`licences`), but which of several companies a short name means, and
whether a name that looks like a short form is another thing, depends on much at once. Trees weigh the
features of each pair of names (`name_pairs`). The likeliest pairs are then joined, one after the other. Two
clusters stay apart if names of theirs hardly name one thing: 潍柴 joins 潍柴集团 or 潍柴动力, not both.
Training is in `lessons`.

References:
    Soon, Ng, Lim: A Machine Learning Approach to Coreference Resolution of Noun Phrases (Computational
    Linguistics 27, 2001): a classifier of pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kg.extract import trees
from kg.extract.clustering.clusters import Cluster, merge_pairs
from kg.extract.clustering.name_pairs import Pairs, find_pairs
from kg.extract.trained import read_json, write_json
from kg.model import Article

MODEL = Path(__file__).resolve().parent.parent / "models" / "joins.json"
KIND = "kg joins 1"
"""First entry of a model file: its kind and the version of its format."""
LEAST = 0.5
"""Lowest probability at which two names are joined. F1 of all things is flat around it (development: 0.854 at
0.4 and 0.5)."""
CONTRARY = 0.05
"""Probability below which two names keep their clusters apart."""


def join_names(
    clusters: list[Cluster], article: Article, places: Collection[str], forest: trees.Forest
) -> list[Cluster]:
    """Return the clusters of one family, merging those whose names are likely to name one thing.

    Args:
        clusters: Clusters of one family.
        article: The article that they are from.
        places: Names of divisions in the authority.
        forest: The trained trees.
    """
    pairs = find_pairs(clusters, article, places)
    if not pairs.names:
        return clusters
    return merge_pairs(clusters, _chosen(clusters, pairs, trees.probability(forest.score(pairs.columns))))


def _chosen(clusters: Sequence[Cluster], pairs: Pairs, sure: trees.Floats) -> list[tuple[Cluster, Cluster]]:
    """Return the pairs of clusters to merge, likeliest first."""
    rows = sorted(
        zip(sure.tolist(), pairs.names, pairs.full, pairs.short, strict=True),
        key=lambda row: (-row[0], *row[1:]),
    )
    against: dict[int, set[int]] = defaultdict(set)
    for likely, _, full, short in rows:
        if likely < CONTRARY:
            against[full].add(short)
            against[short].add(full)
    of = {number: {number} for number in range(len(clusters))}
    chosen = []
    for likely, _, full, short in rows:
        one, other = of[full], of[short]
        if likely < LEAST:
            break
        if one is other or any(against[number] & other for number in one):
            continue
        if len({clusters[number].record for number in one | other} - {None}) > 1:
            continue
        chosen.append((clusters[full], clusters[short]))
        one |= other
        for number in other:
            of[number] = one
    return chosen


def write_joins(forest: trees.Forest, path: Path) -> None:
    """Write a model file."""
    write_json(path, {"kind": KIND, "forest": forest.to_json()})


@cache
def read_joins(path: Path = MODEL) -> trees.Forest:
    """Return the trees in a file, read once per process.

    Raises:
        KGError: The file is missing or is not such a model.
    """
    return read_json(path, KIND, _from_json, what="model of names to join")


def _from_json(value: Mapping[str, Any]) -> trees.Forest:
    return trees.from_json(value["forest"])
