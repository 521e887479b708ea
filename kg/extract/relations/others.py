"""How a possible relation compares with the others of its article.

Takes rows (subject, predicate, object) with their scores so far, and returns features: the best rival for
the same object and for the same subject, the other members of a list, other relations between the two, how
many partners each has, and whether the relation follows from two others (a firm in a park, the park in a
city). The first look scores each relation by itself; with these features the second look knows the others.
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
"""Stands for the score of a relation that is not among the rows."""
LIKELY = 0.15
"""Minimum probability at which a relation may support another."""
MOST = 12
"""How many relations of a thing, likeliest first, are followed further; keeps the work linear."""


class Groups:
    """Rows grouped by a key, to compare each row with the others of its group."""

    def __init__(self, key: Ints) -> None:
        self.order: Ints | None = None
        if len(key) and (key[1:] < key[:-1]).any():
            self.order = np.argsort(key, kind="stable")
            key = key[self.order]
        fresh = np.ones(len(key), bool)
        fresh[1:] = key[1:] != key[:-1]
        self.start = np.flatnonzero(fresh)
        self.number = np.cumsum(fresh) - 1
        self.size = np.diff(self.start, append=len(key))

    def best_other(self, value: Floats) -> Floats:
        """Return for each row the greatest value of the others in its group, or -10 if there is none."""
        if not len(self.start):
            return value
        value = value if self.order is None else value[self.order]
        most = np.maximum.reduceat(value, self.start)[self.number]
        first = value == most
        alone = np.add.reduceat(first.astype(np.int64), self.start)[self.number] == 1
        rest = np.maximum.reduceat(np.where(first, -np.inf, value), self.start)[self.number]
        found = np.where(first & alone, rest, most)
        found[self.size[self.number] == 1] = NONE
        return self._back(found)

    def mean_other(self, value: Floats) -> Floats:
        """Return for each row the mean value of the others in its group, or -10 if there is none."""
        if not len(self.start):
            return value
        value = value if self.order is None else value[self.order]
        total = np.add.reduceat(value, self.start)[self.number]
        others = self.size[self.number] - 1
        return self._back(np.where(others > 0, (total - value) / np.maximum(others, 1), NONE))

    def _back(self, found: Floats) -> Floats:
        if self.order is None:
            return found
        placed = np.empty(len(found))
        placed[self.order] = found
        return placed


def rivalry(layout: Layout, rows: Table, score: Floats) -> dict[str, Floats]:
    """Return how each row compares with its best rival of each kind and with the others of its list.

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
        other = Groups(key).best_other(score)
        found |= {f"lead over rival of {what}": score - other, f"rival of {what}": other}
    found["lead over others"] = score - Groups(rows.subject * size + rows.object).best_other(score)
    for what, ends, partner in (
        ("object", (rows.right, rows.left), rows.subject),
        ("subject", (rows.left, rows.right), rows.object),
    ):
        mates = layout.group[np.where(rows.forward, *ends)]
        groups = Groups((rows.predicate * size + partner) * (len(layout.start) + 1) + mates)
        found[f"list of {what}"] = groups.mean_other(score)
        found[f"best of list of {what}"] = groups.best_other(score)
    return found


def company(layout: Layout, rows: Table, score: Floats) -> dict[str, Floats]:
    """Return what the other relations of the article say about each row; see the module docstring."""
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
    also, turned = told[there], told[back]
    also[np.arange(len(p)), p] = NONE
    for n, name in enumerate(PREDICATES):
        found |= {f"also {name}": also[:, n], f"back {name}": turned[:, n]}
    return found | _by_way(size, rows, likely)


def _by_way(size: int, rows: Table, likely: Floats) -> dict[str, Floats]:
    """Return how strongly each row follows from two others via a third thing, as likely as the weaker.

    With p the predicate of the row: `chain`: subject p third, third p object; `last`: subject any third,
    third p object; `first`: subject p third, third any object; `share`: third any subject, third p object.
    """
    s, o, p = rows.subject, rows.object, rows.predicate
    key = (p * size + s) * size + o
    # rows are sorted by predicate, subject and object
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
    # from the subject to the third thing, then on from there
    into, place = stretch(own[o[edges]], end[o[edges]])
    one, other = edges[into], edges[place]
    weaker = np.minimum(likely[one], likely[other])
    alike = p[one] == p[other]
    tell("chain", p[one][alike], s[one][alike], o[other][alike], weaker[alike])
    tell("last", p[other], s[one], o[other], weaker)
    tell("first", p[one], s[one], o[other], weaker)
    # both relations start from one third thing
    into, place = stretch(own[s[edges]], end[s[edges]])
    one, other = edges[into], edges[place]
    apart = o[one] != o[other]
    one, other = one[apart], other[apart]
    tell("share", p[other], o[one], o[other], np.minimum(likely[one], likely[other]))
    return found
