"""Training of the model of `review`, on annotated articles that the tagger has not seen.

The input is the names that the tagger read in each article (`cross_reading` ensures that its models were
trained on other articles), the annotation of the article, and how words are used in yet other articles. The
output is a `Review`. The same articles in the same order give the same one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.corpus import Gold
from kg.errors import CorpusError
from kg.extract import trees
from kg.extract.clustering.aliases import clean_name
from kg.extract.names.known import count_texts
from kg.extract.tagging.review import Review
from kg.extract.tagging.review_features import CATEGORIES, Groups, Ints, Surroundings, lay_out
from kg.extract.tagging.tagger import Tagged
from kg.extract.tagging.usage import Key, Usage
from kg.model import FAMILY_OF, Article, Entity

FOREST = trees.Settings(trees=1000, depth=6, rate=0.06, ridge=10.0, rows=0.5, columns=0.25)
_LEAST_SEEN = 2  # fewest articles that contain a name, for its usage to be kept
_LEAST_LENGTH = 2  # fewest characters of a name, for its usage to be kept


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article as the tagger read it, with its annotation.

    Attributes:
        around: The article and what was found in it.
        tagged: Names read by a tagger that has not seen the article.
        entities: The entities that would result from all these names.
        gold: Its annotation.
        usage: How words are used in other articles.
        weight: Weight of the article in training.
    """

    around: Surroundings
    tagged: Sequence[Tagged]
    entities: Sequence[Entity]
    gold: Gold
    usage: Usage
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The names that were read in an article.

    Attributes:
        names: Names of the columns.
        columns: Features from `review_features.lay_out`, one row for each name and family.
        right: Which rows are right.
        weight: Weight of each row in training.
    """

    names: tuple[str, ...]
    columns: Ints
    right: npt.NDArray[np.bool_]
    weight: float


def learn_usage(articles: Iterable[tuple[Article, Gold]]) -> Usage:
    """Return how the names of annotated articles are used in all of these articles."""
    texts, named = [], Counter[Key]()
    for article, gold in articles:
        texts.append(article.normal)
        named.update(_named(gold))
    names = sorted({name for name, _ in named if len(name) >= _LEAST_LENGTH})
    counts = zip(names, count_texts(names, texts), strict=True)
    kept = {name: count for name, count in counts if count >= _LEAST_SEEN}
    return Usage(kept, {key: count for key, count in sorted(named.items()) if key[0] in kept})


def rows_of(lesson: Lesson) -> Rows:
    """Return the features of the names that were read in an article, and which of the names are right."""
    groups = lay_out(lesson.around, lesson.tagged, lesson.usage)
    return Rows(groups.names, groups.columns, _right(groups, lesson), lesson.weight)


def learn_review(articles: Sequence[Rows], usage: Usage) -> Review:
    """Return a model trained on articles.

    Args:
        articles: The names that were read in each article.
        usage: How words are used, for articles to come.

    Raises:
        CorpusError: The tagger read no name in the articles.
    """
    told = [rows for rows in articles if len(rows.right)]
    if not told:
        raise CorpusError("there is no name in these articles to learn from")
    table = np.concatenate([rows.columns for rows in told])
    right = np.concatenate([rows.right for rows in told])
    weight = np.concatenate([np.full(len(rows.right), rows.weight) for rows in told])
    return Review(usage, trees.learn(table, right, told[0].names, CATEGORIES, FOREST, weight))


def _named(gold: Gold) -> set[Key]:
    return {(name, FAMILY_OF[entity["type"]]) for entity in gold["entities"] for name in entity["names"]}


def _right(groups: Groups, lesson: Lesson) -> npt.NDArray[np.bool_]:
    """Return which names are names of annotated things, by themselves or as part of a thing's full name.

    A name with its owner in front is read as two names but annotated as one: 蓝鲸重工|二期.
    """
    named = _named(lesson.gold)
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entity in lesson.entities:
        for mention in entity.mentions:
            if (clean_name(mention.text), entity.family) in named:
                places[entity.family].append((mention.start, mention.end))
    found = []
    for key, members in zip(groups.keys, groups.members, strict=True):
        spans = [
            (lesson.tagged[n].mention.start, lesson.tagged[n].mention.end)
            for n in members
            if lesson.tagged[n].chosen
        ]
        made = any(a < end and start < b for a, b in places[key[1]] for start, end in spans)
        found.append(key in named or made)
    return np.array(found, bool)
