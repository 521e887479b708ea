"""A second look at the names that the tagger considered: does each denote a thing that the article is about?

The tagger reads each stretch of text by itself. It returns every name that it considers, even unlikely ones
and ones that overlap. The review also weighs what only the whole article shows, once for each name and family
(`kg.extract.tagging.review_features`). Boosted trees turn this into the probability that the name denotes a
thing of this family. Names that are not likely enough are left out, and of those that overlap it is settled
which stand in the text (`kg.extract.tagging.overlaps`). Training is in `kg.extract.tagging.review_training`.

References:
    Collins: Ranking Algorithms for Named-Entity Extraction (ACL 2002): judging whole names after a tagger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.extract import trees
from kg.extract.tagging.overlaps import settle
from kg.extract.tagging.review_features import Surroundings, lay_out
from kg.extract.tagging.tagger import MODELS, Tagged
from kg.extract.tagging.usage import Key, Usage
from kg.extract.trained import read_json, write_json
from kg.model import Mention

MODEL = MODELS / "review.json"
KIND = "kg review 2"
"""First entry of a model file: its kind and the version of its format."""
LEAST = 0.42
"""Lowest probability at which a name is kept. F1 is flat from 0.34 to 0.46 (development, all things: 0.847 to
0.850)."""


@dataclass(frozen=True, slots=True)
class Review:
    """A trained model of the review.

    Attributes:
        usage: How words are used in annotated articles.
        forest: Trees over the columns of `lay_out`.
    """

    usage: Usage
    forest: trees.Forest


def look_again(around: Surroundings, tagged: Sequence[Tagged], review: Review) -> list[Mention]:
    """Return the names that are likely enough, in order, with the probabilities of their groups.

    Args:
        around: The article and what was found in it.
        tagged: Names that the tagger read, in order.
        review: The trained model.
    """
    groups = lay_out(around, tagged, review.usage)
    if not groups.keys:
        return []
    sure = trees.probability(review.forest.score(groups.columns)).tolist()
    return settle(tagged, [(m, p) for m, p in zip(groups.members, sure, strict=True) if p >= LEAST])


def write_review(review: Review, path: Path) -> None:
    """Write a model file."""
    usage = review.usage
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for (name, family), count in sorted(usage.named.items()):
        named[name][family] = count
    usages = {name: [count, named.get(name, {})] for name, count in usage.seen.items()}
    write_json(path, {"kind": KIND, "usage": usages, "forest": review.forest.to_json()})


@cache
def read_review(path: Path = MODEL) -> Review:
    """Return the model in a file, read once per process.

    Raises:
        KGError: The file is missing or is not such a model.
    """
    return read_json(path, KIND, _from_json, what="model of names to review")


def _from_json(value: Mapping[str, Any]) -> Review:
    seen: dict[str, int] = {}
    named: dict[Key, int] = {}
    for name, (count, families) in value["usage"].items():
        seen[name] = int(count)
        named.update({(name, family): int(times) for family, times in families.items()})
    return Review(Usage(seen, named), trees.from_json(value["forest"]))
