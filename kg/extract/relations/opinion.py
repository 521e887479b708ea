"""A trained opinion on the possible relations of an article: how likely each is.

Two readers, one after the other. The *sieve*, a few trees over what is cheap to know of every pair of
things, leaves out what is hopeless. What is left is weighed by its layout (`traits`), by its
words (`wording`) and by how its rivals stand (another owner of the same project, another
container of the same place), first with trees that all predicates share and then with some of
each predicate's own. Everything is worked out by whole columns. Which relations then stand is for
`kg.extract.relations.decide`; how the weights are learned is told in `learning`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.authority import Authority
from kg.errors import KGError
from kg.extract.clauses import Clause
from kg.extract.relations import traits, trees, wording
from kg.extract.relations.closer import look_closer
from kg.extract.relations.geography import Geography
from kg.extract.relations.layout import Flags, Ints, Layout
from kg.extract.relations.meetings import Meetings, find_meetings
from kg.model import PREDICATES, Article, Entity, Word

Floats = npt.NDArray[np.float64]
Columns = npt.NDArray[np.int32]
Triple = tuple[str, str, str]
MODEL = Path(__file__).resolve().parent.parent / "models" / "relations.json"
KIND = "kg relations 2"
"""First entry of a model file: what it is and the version of its form."""
RIVALS = ("subject", "object")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was learned.

    Attributes:
        sieve: Trees over the cheap columns.
        cut: Log odds below which the sieve leaves a relation out.
        words: Weights of words.
        shared: Trees for all predicates.
        own: Trees of each predicate, on top of the shared ones, in the order of `PREDICATES`.
    """

    sieve: trees.Forest
    cut: float
    words: wording.Wording
    shared: trees.Forest
    own: tuple[trees.Forest, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as plain values."""
        return {
            "kind": KIND,
            "sieve": self.sieve.to_json(),
            "cut": self.cut,
            "words": self.words.to_json(),
            "shared": self.shared.to_json(),
            "own": [forest.to_json() for forest in self.own],
        }


def from_json(value: Mapping[str, Any]) -> Opinion:
    """Return the opinion that `Opinion.to_json` wrote."""
    return Opinion(
        trees.from_json(value["sieve"]),
        float(value["cut"]),
        wording.from_json(value["words"]),
        trees.from_json(value["shared"]),
        tuple(trees.from_json(forest) for forest in value["own"]),
    )


def write_opinion(opinion: Opinion, path: Path) -> None:
    """Write a model file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = json.dumps(opinion.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(page + "\n", encoding="utf-8", newline="")


@cache
def read_opinion(path: Path = MODEL) -> Opinion:
    """Return the opinion of a model file, read once per process.

    Raises:
        KGError: The file is missing or no such model.
    """
    if not path.is_file():
        raise KGError(
            "the trained model is missing from this installation of kg; install it again", file=path.name
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value.get("kind") != KIND:
            raise ValueError(f"its kind is {value.get('kind')!r}")
        return from_json(value)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise KGError(f"is no model of relations: {error}", file=path.name, valid=(KIND,)) from error


@dataclass(frozen=True, slots=True)
class Board:
    """The possible relations of one article, one row each, the hopeless ones left out.

    Attributes:
        layout: The article.
        rows: Ends and columns of each.
        sieved: What the sieve says of each, as log odds.
    """

    layout: Layout
    rows: traits.Table
    sieved: Floats

    def triples(self) -> list[Triple]:
        """Return subject, predicate and object of each row, by the ids of the things."""
        return triples_of(self.layout, self.rows)

    def tokens(self, number: Mapping[str, int]) -> wording.Tokens:
        """Return the words at the places that `wording` looks at."""
        rows = self.rows
        return wording.find_tokens(
            self.layout, rows.subject, rows.object, rows.left, rows.right, rows.forward, number
        )

    def ways(self) -> set[str]:
        """Return the tokens for the ways from subject to object, see `wording.way_codes`."""
        rows = self.rows
        codes = wording.way_codes(self.layout, rows.subject, rows.object, rows.left, rows.right, rows.forward)
        return {f"w{code}" for code in np.unique(codes).tolist()}

    def table(self, words: Floats) -> tuple[Columns, tuple[str, ...]]:
        """Return the columns that the trees ask, with their names.

        Args:
            words: From `Wording.columns`.
        """
        all_words = words.sum(axis=1)
        total = all_words + self.sieved
        more = [self.sieved, *words.T, all_words, total, *self._rivals(total)]
        columns = np.round(10 * np.clip(np.stack(more, axis=1), -100, 100)).astype(np.int32)
        names = (
            "sieve", *(f"words:{group}" for group in wording.GROUPS), "words", "sum",
            *(f"{what} of rival {end}" for end in RIVALS for what in ("lead", "sum")),
            "lead over others", "sum of list",
        )  # fmt: skip
        return np.concatenate([self.rows.columns, columns], axis=1), (*self.rows.names, *names)

    def _rivals(self, total: Floats) -> list[Floats]:
        """Return how each row stands to the best other of each kind, and to its list-mates."""
        rows, size = self.rows, len(self.layout.entities)
        found = []
        for key in (rows.predicate * size + rows.object, rows.predicate * size + rows.subject):
            other = best_other(key, total)
            found += [total - other, other]
        pair = rows.subject * size + rows.object
        found.append(total - best_other(pair, total))
        mates = self.layout.group[np.where(rows.forward, rows.right, rows.left)]
        key = (rows.predicate * size + rows.subject) * (len(self.layout.start) + 1) + mates
        found.append(mean_other(key, total))
        return found


def triples_of(layout: Layout, rows: traits.Table) -> list[Triple]:
    """Return subject, predicate and object of each row of a table, by the ids of the things."""
    ids = [e.id for e in layout.entities]
    ends = zip(rows.subject.tolist(), rows.predicate.tolist(), rows.object.tolist(), strict=True)
    return [(ids[s], PREDICATES[p], ids[o]) for s, p, o in ends]


def best_other(key: Ints, value: Floats) -> Floats:
    """Return the greatest value among the other rows of the same key, -10 where there is none.

    >>> best_other(np.array([1, 1, 2]), np.array([0.5, 2.0, 1.0])).tolist()
    [2.0, 0.5, -10.0]
    """
    found = np.full(len(key), -10.0)
    if not len(key):
        return found
    order = np.lexsort((-value, key))
    sorted_key, sorted_value = key[order], value[order]
    first = np.searchsorted(sorted_key, sorted_key)
    last = np.searchsorted(sorted_key, sorted_key, "right")
    place = np.arange(len(key))
    second = np.where(last - first > 1, sorted_value[np.minimum(first + 1, len(key) - 1)], -10.0)
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
    return np.where(others > 0, (total[place] - value) / np.maximum(others, 1), -10.0)


def find_rows(layout: Layout, authority: Authority) -> tuple[Meetings, traits.Table]:
    """Return all possible relations of an article with the columns that are cheap to know."""
    meetings = find_meetings(layout)
    return meetings, traits.lay_out(layout, meetings, Geography(layout.entities, authority))


def sift(layout: Layout, meetings: Meetings, table: traits.Table, sieve: trees.Forest, cut: float) -> Board:
    """Return the rows that the sieve lets through, with all columns."""
    score = sieve.score(_columns(table.columns, table.names, sieve.names))
    kept: Flags = score >= cut
    return Board(layout, look_closer(layout, meetings, table.kept(kept)), score[kept])


def judge(board: Board, opinion: Opinion) -> Floats:
    """Return the probability of each row of a board."""
    words = opinion.words.columns(board.tokens(opinion.words.number), board.rows.predicate)
    table, names = board.table(words)
    # all forests were learned from one table
    table = _columns(table, names, opinion.shared.names)
    score = opinion.shared.score(table)
    for predicate, forest in enumerate(opinion.own):
        here = np.flatnonzero(board.rows.predicate == predicate)
        if len(here):
            score[here] += forest.score(table[here])
    return trees.probability(score)


def _columns(table: Columns, names: tuple[str, ...], wanted: tuple[str, ...]) -> Columns:
    return table if names == wanted else table[:, _places(names, wanted)]


@lru_cache(maxsize=64)
def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> Ints:
    return np.array([names.index(name) for name in wanted], np.int64)


def weigh(
    article: Article,
    words: Sequence[Word],
    entities: Sequence[Entity],
    clauses: Sequence[Clause],
    authority: Authority,
    opinion: Opinion,
) -> tuple[Board, Floats]:
    """Return the possible relations of an article and the probability of each.

    Args:
        article: The article.
        words: Its words.
        entities: Its things.
        clauses: From `kg.extract.clauses.parse_clauses`.
        authority: Known things, for which place lies in which.
        opinion: From `read_opinion`.
    """
    layout = Layout(article, words, entities, clauses)
    meetings, table = find_rows(layout, authority)
    board = sift(layout, meetings, table, opinion.sieve, opinion.cut)
    return board, judge(board, opinion)
