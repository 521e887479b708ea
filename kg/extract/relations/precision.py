"""The precision of each relation rule, counted on the gold articles used for development.

A rule's name is a path from general to specific (`hasIndustry/subject/said/Location`). A trailing `+` marks
an owner that is not the closest one (`++`: the fourth or later). The table `precision.csv` beside this
module holds, for each path, how many distinct relations it proposed on the train part of the corpus (with
gold entities) and how many of them were right. `benchmarks/measure_relations.py --write` recounts them.

The precision of a rule is its share of right proposals, smoothed towards the precision of the path above it
with the weight of `PRIOR` proposals, so that a rule seen twice says little by itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PRIOR = 8
THRESHOLDS = {
    "locatedIn": 0.24,
    "subsidiaryOf": 0.33,
    "cooperatesWith": 0.3,
    "investsIn": 0.27,
    "implements": 0.4,
    "launches": 0.24,
    "organizes": 0.36,
    "participatesIn": 0.3,
    "holdsPositionAt": 0.4,
    "receives": 0.2,
    "hasIndustry": 0.27,
    "produces": 0.27,
    "partOf": 0.3,
}
"""Lowest confidence at which a relation is kept, by predicate.

Chosen by hand near the best F1 of five-fold trials on t01 to t70. For cooperatesWith, participatesIn, partOf
and investsIn they are below that optimum, in favour of recall.
"""

TABLE = Path(__file__).with_name("precision.csv")


def paths(rule: str) -> Iterator[str]:
    """Yield a rule's name and the paths above it, most specific first.

    >>> list(paths("produces/agent/said+"))
    ['produces/agent/said+', 'produces/agent+', 'produces+', 'produces']
    """
    path = rule.rstrip("+")
    marks = rule[len(path) :]
    above = path
    while above:
        yield above + marks
        above = above.rpartition("/")[0]
    if marks:
        yield path.partition("/")[0]


@cache
def _counts() -> dict[str, tuple[int, int]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["rule"]: (int(row["right"]), int(row["proposed"])) for row in csv.DictReader(file)}


@cache
def precision_of(rule: str) -> float:
    """Return the precision of a rule, between 0 and 1; an unknown rule has that of the path above it.

    >>> precision_of("holdsPositionAt/unknown") == precision_of("holdsPositionAt")
    True
    """
    counts = _counts()
    figure: float | None = None
    for path in reversed(list(paths(rule))):
        right, proposed = counts.get(path, (0, 0))
        figure = (
            (right + 1) / (proposed + 4) if figure is None else (right + PRIOR * figure) / (proposed + PRIOR)
        )
    return figure or 0.0


def count(proposals: Iterable[tuple[str, tuple[str, ...], bool]]) -> dict[str, tuple[int, int]]:
    """Return the counts (right, proposed) of each path.

    Args:
        proposals: For each distinct relation of an article: any label, its rules, whether it is right.

    >>> count([("e1 e2", ("produces/agent",), True)])
    {'produces': (1, 1), 'produces/agent': (1, 1)}
    """
    found: dict[str, tuple[int, int]] = {}
    for _, rules, right in proposals:
        for rule in rules:
            for path in dict.fromkeys(paths(rule)):
                a, b = found.get(path, (0, 0))
                found[path] = (a + right, b + 1)
    return dict(sorted(found.items()))
