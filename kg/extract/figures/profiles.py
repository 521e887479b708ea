"""The entities of an article as owners of figures: what is true of each, wherever it is named.

Takes an article and its entities, and returns `Profiles`, with an array for each feature. Features of single
mentions are in `kg.extract.figures.subjects`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.names.lexicon import ending_of
from kg.model import FAMILY_OF, Article, Entity

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

TYPES = tuple(sorted(FAMILY_OF))
FAMILIES = tuple(sorted(set(FAMILY_OF.values())))
_OFTEN = 4
_LEADING = ("Organization", "Location", "Project")


@dataclass(frozen=True, slots=True)
class Profiles:
    """Features of the entities of an article, with an array for each attribute.

    Attributes:
        type: Index in `TYPES`.
        family: Index in `FAMILIES`.
        ending: Result of `kg.extract.names.lexicon.ending_of` for its name.
        often: How many entities of its type are named more often, 4 at most.
        count: How often it is named.
        titled: Whether a heading names it.
        headline: Whether the headline of the article names it.
        leading: The most frequently named entity of each main family, and up to two that the headline names.
        first: Index of its first mention, or -1 if it has none.
        sure: How likely the entity is to be right, between 0 and 1.
    """

    type: Ints
    family: Ints
    ending: Ints
    often: Ints
    count: Ints
    titled: Truths
    headline: Truths
    leading: tuple[int, ...]
    first: Ints
    sure: npt.NDArray[np.float64]


def find_profiles(article: Article, entities: Sequence[Entity], named: Ints, titled: Truths) -> Profiles:
    """Return the profiles of the entities of an article.

    Args:
        article: The article.
        entities: Its entities.
        named: The entity of each mention, in order.
        titled: Whether a heading names each entity.
    """
    type_ = _whole(TYPES.index(entity.type) for entity in entities)
    count = np.bincount(named, minlength=len(entities))
    first = np.full(len(entities), -1, np.int64)
    first[named[::-1]] = np.arange(len(named))[::-1]
    kin: dict[int, int] = {}
    often = np.zeros(len(entities), np.int64)
    for at in np.lexsort((np.where(first < 0, len(named), first), -count)).tolist():
        often[at] = kin.setdefault(int(type_[at]), 0)
        kin[int(type_[at])] += 1
    headline = np.array([any(n in article.title for n in e.names) for e in entities], bool)
    return Profiles(
        type_,
        _whole(FAMILIES.index(FAMILY_OF[entity.type]) for entity in entities),
        _whole(ending_of(e.names[0] if e.names else "") for e in entities),
        np.minimum(often, _OFTEN),
        count,
        titled,
        headline,
        _leading(entities, count, headline),
        first,
        np.array([entity.confidence for entity in entities]),
    )


def _leading(entities: Sequence[Entity], count: Ints, headline: Truths) -> tuple[int, ...]:
    order = np.argsort(-count, kind="stable").tolist()
    most = {entities[n].family: n for n in reversed(order) if count[n] > 1}
    found = [most[family] for family in _LEADING if family in most]
    found += [n for n in order if count[n] and headline[n]][:2]
    return tuple(dict.fromkeys(found))


def _whole(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)
