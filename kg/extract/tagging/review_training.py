"""Learning what `review` weighs with, from annotated articles that the tagger has not seen.

In go the names that the tagger read in each article (`cross_reading` sees to it that its models learned from
others), what the article is annotated with, and what became of words in yet other articles; out
comes a `Review`. The same articles in the same order give the same one.
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
from kg.extract.tagging.review import (
    CATEGORIES,
    Groups,
    Ints,
    Key,
    Review,
    Surroundings,
    Usage,
    lay_out,
)
from kg.extract.tagging.tagger import Tagged
from kg.model import FAMILY_OF, Article, Entity

FOREST = trees.Settings(trees=300, depth=6, rate=0.06, ridge=10.0, rows=0.5, columns=0.25, draws=2)
_LEAST_SEEN = 2  # articles that hold a name, for its usage to be told
_LEAST_LENGTH = 2  # characters of a name, likewise


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article as read, with what it is annotated with.

    Attributes:
        around: The article.
        tagged: What a tagger read that has not seen it.
        entities: The things that all of this would make.
        gold: Its annotation.
        usage: What became of words in other articles.
        weight: How much it counts.
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
        names: Of the columns.
        columns: What `review.lay_out` says of each name and family, a row each.
        right: Which rows are right.
        weight: How much each counts.
    """

    names: tuple[str, ...]
    columns: Ints
    right: npt.NDArray[np.bool_]
    weight: float


def learn_usage(articles: Iterable[tuple[Article, Gold]]) -> Usage:
    """Return what became of the names of annotated articles in all of them."""
    texts, named = [], Counter[Key]()
    for article, gold in articles:
        texts.append(article.normal)
        named.update(_named(gold))
    names = sorted({name for name, _ in named if len(name) >= _LEAST_LENGTH})
    counts = zip(names, count_texts(names, texts), strict=True)
    kept = {name: count for name, count in counts if count >= _LEAST_SEEN}
    return Usage(kept, {key: count for key, count in sorted(named.items()) if key[0] in kept})


def rows_of(lesson: Lesson) -> Rows:
    """Return the names that were read in an article, laid out, and which of them are right."""
    groups = lay_out(lesson.around, lesson.tagged, lesson.usage)
    return Rows(groups.names, groups.columns, _right(groups, lesson), lesson.weight)


def learn_review(articles: Sequence[Rows], usage: Usage) -> Review:
    """Return what some articles teach.

    Args:
        articles: The names that were read in each.
        usage: What became of words, for articles to come.

    Raises:
        CorpusError: The tagger read no name in them.
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
    """Tell which names are those of annotated things, as they are or as things are made of them.

    What stands with its owner in front is read as two names and told as one: 蓝鲸重工|二期.
    """
    named = _named(lesson.gold)
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entity in lesson.entities:
        for mention in entity.mentions:
            if (clean_name(mention.text), entity.family) in named:
                places[entity.family].append((mention.start, mention.end))
    found = []
    for key, members in zip(groups.keys, groups.members, strict=True):
        spans = [(lesson.tagged[n].mention.start, lesson.tagged[n].mention.end) for n in members]
        made = any(a < end and start < b for a, b in places[key[1]] for start, end in spans)
        found.append(key in named or made)
    return np.array(found, bool)
