"""How a possible relation stands among the others of its article.

In go rows (subject, predicate, object) and how likely each is so far; out come columns: the best rival
for the same object and the same subject, the mates in a list, what else is said of the two, how many
partners either has, and whether the relation follows from two others (a firm in a park, the park
in a city). The first look weighs each relation by itself; with these the second knows the company.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.extract.relations.layout import Ints, Layout
from kg.extract.relations.tokens import stretch
from kg.extract.relations.traits import Table
from kg.model import PREDICATES

Floats = npt.NDArray[np.float64]

NONE = -10.0
"""Stands for the score of a relation that is none of the rows."""
LIKELY = 0.15
"""Probability from which a relation may carry another."""
MOST = 12
"""How many relations of a thing, the likeliest first, are followed further; keeps the work linear."""


def best_other(key: Ints, value: Floats) -> Floats:
    """Return the greatest value among the other rows of the same key, -10 where there is none.

    >>> best_other(np.array([1, 1, 2]), np.array([0.5, 2.0, 1.0])).tolist()
    [2.0, 0.5, -10.0]
    """
    found = np.full(len(key), NONE)
    if not len(key):
        return found
    order = np.lexsort((-value, key))
    sorted_key, sorted_value = key[order], value[order]
    first = np.searchsorted(sorted_key, sorted_key)
    last = np.searchsorted(sorted_key, sorted_key, "right")
    place = np.arange(len(key))
    second = np.where(last - first > 1, sorted_value[np.minimum(first + 1, len(key) - 1)], NONE)
    found[order] = np.where(place == first, second, sorted_value[first])
    return found


def mean_other(key: Ints, value: Floats) -> Floats:
    """Return the mean value of the other rows of the same key, -10 where there is none.

    >>> mean_other(np.array([1, 1, 2]), np.array([0.5, 2.0, 1.0])).tolist()
    [2.0, 0.5, -10.0]
    """
    _, place = np.unique(key, return_inverse=True)
    total, count = np.bincount(place, value), np.bincount(place)
    others = count[place] - 1
    return np.where(others > 0, (total[place] - value) / np.maximum(others, 1), NONE)


def rivalry(layout: Layout, rows: Table, score: Floats) -> dict[str, Floats]:
    """Return how each row stands to the best other of each kind, and to its list-mates.

    Args:
        layout, rows: The article.
        score: Log odds of each row so far.
    """
    size = len(layout.entities)
    found: dict[str, Floats] = {}
    for what, key in (
        ("object", rows.predicate * size + rows.object),
        ("subject", rows.predicate * size + rows.subject),
    ):
        other = best_other(key, score)
        found |= {f"lead over rival of {what}": score - other, f"rival of {what}": other}
    found["lead over others"] = score - best_other(rows.subject * size + rows.object, score)
    for what, ends, partner in (
        ("object", (rows.right, rows.left), rows.subject),
        ("subject", (rows.left, rows.right), rows.object),
    ):
        mates = layout.group[np.where(rows.forward, *ends)]
        key = (rows.predicate * size + partner) * (len(layout.start) + 1) + mates
        found |= {
            f"list of {what}": mean_other(key, score),
            f"best of list of {what}": best_other(key, score),
        }
    return found


def company(layout: Layout, rows: Table, score: Floats) -> dict[str, Floats]:
    """Return what the other relations of the article say of each row; see the module's text."""
    size, kinds = len(layout.entities), len(PREDICATES)
    s, o, p = rows.subject, rows.object, rows.predicate
    likely = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
    found = rivalry(layout, rows, score)
    as_subject = np.bincount(p * size + s, likely, kinds * size)
    as_object = np.bincount(p * size + o, likely, kinds * size)
    found |= {
        "partners of subject": as_subject[p * size + s] - likely,
        "partners of object": as_object[p * size + o] - likely,
        "subject as object": as_object[p * size + s],
        "object as subject": as_subject[p * size + o],
        "all of subject": np.bincount(s, likely, size)[s] - likely,
        "all of object": np.bincount(o, likely, size)[o] - likely,
    }
    ends, at = np.unique(np.concatenate([s * size + o, o * size + s]), return_inverse=True)
    there, back = at[: len(s)], at[len(s) :]
    told = np.full((len(ends), kinds), NONE)
    told[there, p] = score
    for n, name in enumerate(PREDICATES):
        found[f"also {name}"] = np.where(p == n, NONE, told[there, n])
        found[f"back {name}"] = told[back, n]
    return found | _by_way(size, rows, likely)


def _by_way(size: int, rows: Table, likely: Floats) -> dict[str, Floats]:
    """Return how far each row follows from two others over a third thing, each as likely as the weaker.

    `chain`: subject p third, third p object; `last`: subject any third, third p object; `first`: subject
    p third, third any object; `share`: third any subject, third p object.
    """
    s, o, p = rows.subject, rows.object, rows.predicate
    key = (p * size + s) * size + o
    # rows come in order of predicate, subject and object
    sorted_key = np.append(key, np.iinfo(np.int64).max)
    found = {name: np.zeros(len(key)) for name in ("chain", "last", "first", "share")}

    def tell(name: str, predicate: Ints, start: Ints, end: Ints, strength: Floats) -> None:
        sought = (predicate * size + start) * size + end
        at = np.searchsorted(sorted_key, sought)
        hit = (sorted_key[at] == sought) & (start != end)
        np.maximum.at(found[name], at[hit], strength[hit])

    edges = np.flatnonzero(likely >= LIKELY)
    edges = edges[np.lexsort((-likely[edges], s[edges]))]
    own = np.searchsorted(s[edges], np.arange(size))
    end = np.minimum(np.searchsorted(s[edges], np.arange(size), "right"), own + MOST)
    # subject to third, then on from the third
    into, place = stretch(own[o[edges]], end[o[edges]])
    one, other = edges[into], edges[place]
    weaker = np.minimum(likely[one], likely[other])
    alike = p[one] == p[other]
    tell("chain", p[one][alike], s[one][alike], o[other][alike], weaker[alike])
    tell("last", p[other], s[one], o[other], weaker)
    tell("first", p[one], s[one], o[other], weaker)
    # both from one third
    into, place = stretch(own[s[edges]], end[s[edges]])
    one, other = edges[into], edges[place]
    apart = o[one] != o[other]
    one, other = one[apart], other[apart]
    tell("share", p[other], o[one], o[other], np.minimum(likely[one], likely[other]))
    return found
