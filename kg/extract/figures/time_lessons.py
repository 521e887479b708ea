"""Training examples about when figures hold, from annotated articles, and the weights learned from them.

Takes gold articles and returns a `Timing`. An annotated figure is learned from if it occurs once in the
article and its gold period is one of the times around it. The loss is that of a choice; Adam minimises it in
a fixed order, starting from zero, so the same lessons give the same weights.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract import segment
from kg.extract.clauses import parse_clauses
from kg.extract.dates import find_periods
from kg.extract.figures.learning import Adam
from kg.extract.figures.measures import Figure, measure, quantity_kind
from kg.extract.figures.observations import find_candidates
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.times import Timing, describe, find_times
from kg.extract.trees import shares
from kg.model import Article, Entity, Quantity

_STEPS = 50
_LEAST = 4  # occurrences that a word must have to get a weight
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """A figure of an annotated article.

    Attributes:
        described: The words that describe each candidate time.
        values: The candidate times; None for no time in particular.
        told: The gold period.
    """

    described: list[list[str]]
    values: list[str | None]
    told: str | None


def annotate_times(article: Article, entities: Sequence[Entity], gold: Mapping[str, Any]) -> Iterator[Held]:
    """Yield the annotated figures of an article, with their candidate times and gold periods.

    Args:
        article: The article.
        entities: Its entities, located in its text (`kg.corpus.project`).
        gold: Its annotation, whose date is used as that of the article.
    """
    article = replace(article, date=gold["date"])
    words = segment.words(article.normal)
    clauses = parse_clauses(article, words, tuple(entities))
    starts, ends = [word.start for word in words], [word.end for word in words]
    quantities, periods = find_quantities(article.normal), find_periods(article)
    placed = {c.quantity: c.clause for c in find_candidates(article, clauses, quantities, periods)}
    named: dict[str, list[Quantity]] = defaultdict(list)
    for quantity in quantities:
        named[quantity.text].append(quantity)
    types = {entity["id"]: entity["type"] for entity in gold["entities"]}
    for told in gold["observations"]:
        found = named.get(told["value"], [])
        if len(found) != 1 or found[0] not in placed:
            continue
        (quantity,) = found
        at = placed[quantity]
        times = find_times(article, clauses, at, quantity, periods)
        beside = measure(
            article.normal, words, starts, ends, clauses[at], Figure(quantity, at, "", True)
        ).words
        head = article.normal[clauses[at].start : quantity.start]
        described = describe(
            times, article.date, head, types[told["subject"]], quantity_kind(quantity), beside
        )
        yield Held(
            described, [time.period.value if time.period else None for time in times], told.get("period")
        )


def learn_timing(lessons: Sequence[Held]) -> Timing:
    """Return the weights under which the gold periods score highest."""
    taught = [lesson for lesson in lessons if lesson.told in lesson.values]
    seen = Counter(word for lesson in taught for words in lesson.described for word in words)
    vocabulary = {
        word: row
        for row, word in enumerate(sorted(w for w, n in seen.items() if n >= _LEAST and "\n" not in w))
    }
    weights = np.zeros(len(vocabulary))
    if not taught or not vocabulary:
        return Timing({})
    right = np.array([value == lesson.told for lesson in taught for value in lesson.values])
    group = np.repeat(np.arange(len(taught)), [len(lesson.values) for lesson in taught])
    rows = [
        [vocabulary[word] for word in words if word in vocabulary]
        for lesson in taught
        for words in lesson.described
    ]
    flat = np.array([word for row in rows for word in row], np.int64)
    holder = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    adam = Adam(weights, 0.3, _STEPS)
    for _ in range(_STEPS):
        score: npt.NDArray[np.float64] = np.bincount(holder, weights[flat], len(rows)).astype(np.float64)
        share = shares(score, group)
        slope = np.bincount(flat, (share - right)[holder], len(weights)) + _RIDGE * weights
        adam.step(slope)
    # in 16 bits, as they are stored
    return Timing(dict(zip(vocabulary, weights.astype(np.float16).astype(float).tolist(), strict=True)))
