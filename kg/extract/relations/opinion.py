"""A trained model that scores the possible relations of an article: how likely is each?

It has three stages, each of which works on the relations that the one before left. The *sieve*, a few
trees over features that are cheap to compute for every pair of things, drops the hopeless ones. The *first
look* scores the rest by their layout (`traits`, `closer`) and their words (`wording`). The *second look*
also knows how likely all the others are (`others`): rivals, members of the same list, what follows from two
other relations. It starts with trees that all predicates share and adds some for each predicate alone.

Everything is computed by whole columns. `kg.extract.relations.decide` decides which relations then stand;
`learning` trains the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kg.authority import Authority
from kg.extract import trees
from kg.extract.relations import traits, wording
from kg.extract.relations.closer import look_closer
from kg.extract.relations.copula import made_by
from kg.extract.relations.geography import Geography
from kg.extract.relations.layout import Flags, Ints, Layout
from kg.extract.relations.meetings import Meetings, find_meetings
from kg.extract.relations.others import company, rivalry
from kg.extract.salience import KEPT, Salience
from kg.extract.trained import read_json, write_json
from kg.model import PREDICATES, TYPES

Floats = npt.NDArray[np.float64]
Columns = npt.NDArray[np.int32]
Triple = tuple[str, str, str]
MODEL = Path(__file__).resolve().parent.parent / "models" / "relations.json"
KIND = "kg relations 5"
"""First entry of a model file: its kind and the version of its format."""
PLACED = PREDICATES.index("locatedIn")
DIVISION = TYPES.index("AdministrativeDivision")
KNOWN = 0.5
"""Minimum probability of a containment between two divisions that is known to the authority."""
PLAIN = 0.75
"""Minimum probability of what a copular sentence states: its grammar leaves no doubt, names and types may."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A trained relation model.

    Attributes:
        sieve: Trees over the cheap features.
        cuts: Log odds below which the sieve drops a relation, by predicate.
        words: Weights of words.
        first: Trees of the first look.
        cut: Log odds below which the first look drops a relation.
        shared: Trees of the second look that all predicates share.
        own: Trees of each predicate, on top of the shared ones, in the order of `PREDICATES`.
        nearest: Trees that score whether a container is the nearest one.
    """

    sieve: trees.Forest
    cuts: tuple[float, ...]
    words: wording.Wording
    first: trees.Forest
    cut: float
    shared: trees.Forest
    own: tuple[trees.Forest, ...]
    nearest: trees.Forest

    def to_json(self) -> dict[str, Any]:
        """Return the model as plain values."""
        return {
            "kind": KIND,
            "sieve": self.sieve.to_json(),
            "cuts": list(self.cuts),
            "words": self.words.to_json(),
            "first": self.first.to_json(),
            "cut": self.cut,
            "shared": self.shared.to_json(),
            "own": [forest.to_json() for forest in self.own],
            "nearest": self.nearest.to_json(),
        }


def from_json(value: Mapping[str, Any]) -> Opinion:
    """Return the model written by `Opinion.to_json`."""
    return Opinion(
        trees.from_json(value["sieve"]),
        tuple(float(cut) for cut in value["cuts"]),
        wording.from_json(value["words"]),
        trees.from_json(value["first"]),
        float(value["cut"]),
        trees.from_json(value["shared"]),
        tuple(trees.from_json(forest) for forest in value["own"]),
        trees.from_json(value["nearest"]),
    )


def write_opinion(opinion: Opinion, path: Path) -> None:
    """Write a model to a file."""
    write_json(path, opinion.to_json())


@cache
def read_opinion(path: Path = MODEL) -> Opinion:
    """Return the model in a file, read once per process.

    Raises:
        KGError: The file is missing or does not hold such a model.
    """
    return read_json(path, KIND, from_json, what="model of relations")


@dataclass(frozen=True, slots=True)
class Board:
    """Possible relations of one article, one per row, without the hopeless ones.

    Attributes:
        layout: The article.
        rows: Ends and features of each relation.
        sieved: Log odds of each relation from the sieve.
    """

    layout: Layout
    rows: traits.Table
    sieved: Floats

    def triples(self) -> list[Triple]:
        """Return the subject, predicate and object of each row, with the ids of the things."""
        return triples_of(self.layout, self.rows)

    def kept(self, which: Flags) -> Board:
        """Return a board with some of the rows."""
        return Board(self.layout, self.rows.kept(which), self.sieved[which])

    def first_table(self, words: Floats, read: Floats) -> traits.Table:
        """Return the rows with the features of the first look.

        Args:
            words: Sums of word weights, from `Wording.columns`.
            read: Log odds of each row from the network.
        """
        said = words.sum(axis=1)
        total = said + read
        columns = dict(zip((f"words {name}" for name in wording.COLUMNS), words.T, strict=True))
        columns |= {"sieve": self.sieved, "network": read, "words": said, "sum": total}
        columns |= rivalry(self.layout, self.rows, total)
        columns |= _salience(self.layout, self.rows)
        return self.rows.with_scores(columns)

    def second_table(self, table: traits.Table, score: Floats) -> traits.Table:
        """Return the rows with the features of the second look.

        Args:
            table: From `first_table`, for these rows.
            score: Log odds of each row from the first look.
        """
        columns = {"looked": score}
        columns |= {f"looked {name}": v for name, v in company(self.layout, self.rows, score).items()}
        return table.with_scores(columns)


def _salience(layout: Layout, rows: traits.Table) -> dict[str, Floats]:
    """Return how salient each end is where the other is named, and how many rivals are more salient there."""
    heads = layout.subject[layout.clause] == layout.who
    heads &= layout.subject_start[layout.clause] == layout.start
    s, o = rows.ends()
    ends = (("s", rows.subject, rows.object, o), ("o", rows.object, rows.subject, s))
    columns: dict[str, Floats] = {}
    salience = Salience(layout.article.sentences, layout.who, layout.sentence, heads)
    told = [np.log2(1 + salience.before(own, layout.sentence[at])) for _, own, _, at in ends]
    for n in range(len(KEPT)):
        for (end, _, other, _), values in zip(ends, told, strict=True):
            value = values[:, n]
            group = rows.predicate * len(layout.entities) + other
            rank = traits.rank_within(group, np.rint(-100 * value).astype(np.int64))
            columns |= {f"{end} salience {n}": value, f"{end} salience {n} rank": rank.astype(float)}
    return columns


def triples_of(layout: Layout, rows: traits.Table) -> list[Triple]:
    """Return the subject, predicate and object of each row of a table, with the ids of the things."""
    ids = [e.id for e in layout.entities]
    ends = zip(rows.subject.tolist(), rows.predicate.tolist(), rows.object.tolist(), strict=True)
    return [(ids[s], PREDICATES[p], ids[o]) for s, p, o in ends]


def find_rows(layout: Layout, authority: Authority) -> tuple[Meetings, traits.Table]:
    """Return the pairs of an article, and all its possible relations with the features cheap to compute."""
    geography = Geography(layout.entities, authority)
    meetings = find_meetings(layout, geography)
    return meetings, traits.lay_out(layout, meetings, geography)


def sift(
    layout: Layout, meetings: Meetings, table: traits.Table, sieve: trees.Forest, cuts: Sequence[float]
) -> Board:
    """Return the rows that the sieve lets through, with all features.

    Args:
        layout, meetings, table: The article.
        sieve: Trees over the features of the table.
        cuts: Lowest log odds that pass, by predicate.
    """
    score = asked(sieve, table)
    kept: Flags = score >= np.array(cuts)[table.predicate]
    return Board(layout, look_closer(layout, meetings, table.kept(kept)), score[kept])


def asked(forest: trees.Forest, table: traits.Table, rows: slice = slice(None)) -> Floats:
    """Return the log odds of a forest for some rows of a table; its columns may be in any order."""
    if table.names == forest.names:
        return forest.score(table.columns[rows])
    return forest.score(table.columns[rows, _places(table.names, forest.names)])


@lru_cache(maxsize=64)
def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> Ints:
    return np.array([names.index(name) for name in wanted], np.int64)


class Reader(Protocol):
    """An article as read by a network: `kg.extract.context.told.Told`."""

    @property
    def layout(self) -> Layout:
        """The article."""

    def relations(self, rows: traits.Table, sieved: Floats) -> Floats:
        """Return the log odds of possible relations; `sieved` holds those from the sieve."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The scores of a model for an article.

    Attributes:
        board: The possible relations that the first look left.
        sure: The probability that each holds, as stated or as a consequence of others.
        nearest: The probability that each names the nearest container; for other predicates, that it holds.
    """

    board: Board
    sure: Floats
    nearest: Floats


def judge(board: Board, read: Floats, opinion: Opinion) -> Weighed:
    """Return the scores of a board after both looks.

    Args:
        board: Possible relations.
        read: Log odds of each from the network (`kg.extract.context`).
        opinion: The trained model.
    """
    words = opinion.words.columns(wording.context_of(board.layout, board.rows), board.rows.predicate)
    table = board.first_table(words, read)
    score = read + asked(opinion.first, table)
    kept: Flags = score >= opinion.cut
    board = board.kept(kept)
    table = board.second_table(table.kept(kept), score[kept])
    score = asked(opinion.shared, table)
    # rows are sorted by predicate
    ends = np.searchsorted(board.rows.predicate, np.arange(len(opinion.own) + 1)).tolist()
    for forest, first, last in zip(opinion.own, ends, ends[1:], strict=False):
        if first < last:
            score[first:last] += asked(forest, table, slice(first, last))
    sure = trees.probability(score)
    nearest = sure.copy()
    placed = slice(ends[PLACED], ends[PLACED + 1])
    nearest[placed] = trees.probability(asked(opinion.nearest, table, placed))
    for rows, least in ((_known(table), KNOWN), (_plain(board), PLAIN)):
        sure[rows], nearest[rows] = np.maximum(sure[rows], least), np.maximum(nearest[rows], least)
    return Weighed(board, sure, nearest)


def _known(table: traits.Table) -> Flags:
    """Return which rows place a division in the nearest division that it is known to lie in."""
    value = dict(zip(table.names, table.columns.T, strict=True))
    divisions = (value["s:type"] == DIVISION) & (value["o:type"] == DIVISION)
    above = (value["steps"] > 0) & (value["rank by steps"] == 0)
    found: Flags = (table.predicate == PLACED) & divisions & above
    return found


def _plain(board: Board) -> Flags:
    """Return which rows a copular sentence states."""
    told = set(made_by(board.layout))
    if not told:
        return np.zeros(len(board.sieved), bool)
    return np.array([triple in told for triple in board.triples()], bool)


def weigh(told: Reader, authority: Authority, opinion: Opinion) -> Weighed:
    """Return the possible relations of an article and how likely each is.

    Args:
        told: The article as read by the network.
        authority: Known entities, to tell which place lies in which.
        opinion: From `read_opinion`.
    """
    meetings, table = find_rows(told.layout, authority)
    board = sift(told.layout, meetings, table, opinion.sieve, opinion.cuts)
    return judge(board, told.relations(board.rows, board.sieved), opinion)
