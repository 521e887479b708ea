"""Pairs of names in one article that may name one thing, with their features.

Takes the clusters of one family, one for each name or several declared names, and returns `Pairs`. A pair has
a longer name, called full, and a shorter one, called short. The two have at least half of the characters of
the short one in common. The columns describe the types and lengths, which characters agree and where, what is
left of the names without place and legal form, whether a rule joins them (`licences`), how certain the names
are, what other candidates there are, and where in the article both stand. Whether they name one thing is
decided in `joining`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.clustering.aliases import BRACKETED, LEGAL, is_abbreviation
from kg.extract.clustering.clusters import Cluster
from kg.extract.clustering.licences import is_trade, legal_kind, licenses, unplaced
from kg.model import TYPES, Article

Table = npt.NDArray[np.int32]
CATEGORIES = {"full type": len(TYPES), "short type": len(TYPES)}
"""Columns that hold categories, each with the number of categories."""
_LEAST_COMMON = 2
_MOST_RIVALS = 12
"""Number of full names, those with most characters in common, with which a short name is paired."""
_FREQUENT = 200
"""Number of names of an article from which on a character that they share is not looked up."""
_FAR = 200
_LISTED = frozenset("、和与及")
_OPENED = frozenset("(（")
_NONE = -1


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of names, one row each.

    Attributes:
        full, short: Positions of the clusters in the sequence given to `find_pairs`.
        names: The full and the short name.
        columns: Features, with a column for each of `COLUMNS`.
    """

    full: tuple[int, ...]
    short: tuple[int, ...]
    names: tuple[tuple[str, str], ...]
    columns: Table


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of an article.

    Attributes:
        text: The name.
        cluster: Position of its cluster.
        type: Type of the cluster.
        bare: The name without brackets and legal form.
        own: `bare` without the places in front of it.
        starts, ends: Where the mentions with this name begin and end, in order.
        sentences: The sentences with such a mention.
        sure: The greatest confidence of a mention, in percent.
        known: Whether the authority knows the cluster.
        names: Number of names of the cluster.
    """

    text: str
    cluster: int
    type: str
    bare: str
    own: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: frozenset[int]
    sure: int
    known: bool
    names: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two names and what is asked of them more than once.

    Attributes:
        full, short: The names.
        shared: Length of the longest text that they have in common.
        shrinks: Whether the short name consists of characters of the full one, in the same order.
        licensed: Whether a rule joins them.
    """

    full: _Name
    short: _Name
    shared: int
    shrinks: bool
    licensed: bool


def find_pairs(clusters: Sequence[Cluster], article: Article, places: Collection[str]) -> Pairs:
    """Return the pairs of names of different clusters that may name one thing.

    Args:
        clusters: The clusters of one family.
        article: The article that they are from.
        places: Names of divisions, as for `licenses`.
    """
    names = list(_names(clusters, article, places))
    candidates = list(_candidates(names))
    held = Counter(number for _, full in candidates for number in full)
    pairs, rows = [], []
    for short, full in candidates:
        rivals = [_paired(names[number], short, places) for number in full]
        shared = sorted((pair.shared for pair in rivals), reverse=True)
        shrunk = [pair.full for pair in rivals if pair.shrinks]
        licensed = [pair.full for pair in rivals if pair.licensed]
        pairs += rivals
        for number, pair in zip(full, rivals, strict=True):
            rows.append(
                (
                    *_of_names(pair, places),
                    len(rivals),
                    held[number],
                    *_among(pair.full, shrunk),
                    *_among(pair.full, licensed),
                    pair.shared - shared[0],
                    pair.shared - shared[1] if len(shared) > 1 else pair.shared,
                    len(names),
                    *_of_places(pair.full, pair.short, article.normal),
                )
            )
    return Pairs(
        tuple(pair.full.cluster for pair in pairs),
        tuple(pair.short.cluster for pair in pairs),
        tuple((pair.full.text, pair.short.text) for pair in pairs),
        np.array(rows, np.int32).reshape(-1, len(COLUMNS)),
    )


def _names(clusters: Sequence[Cluster], article: Article, places: Collection[str]) -> Iterator[_Name]:
    opening = [sentence.start for sentence in article.sentences]
    for number, cluster in enumerate(clusters):
        starts, ends = zip(*sorted((m.start, m.end) for m in cluster.mentions), strict=True)
        sentences = frozenset(bisect_right(opening, start) - 1 for start in starts)
        sure = round(100 * max(m.confidence for m in cluster.mentions))
        known, count = cluster.record is not None, len(cluster.names)
        for name in sorted(cluster.names):
            bare = LEGAL.sub("", BRACKETED.sub("", name))
            *_, own = unplaced(bare, places)
            yield _Name(name, number, cluster.type, bare, own, starts, ends, sentences, sure, known, count)


def _candidates(names: Sequence[_Name]) -> Iterator[tuple[_Name, list[int]]]:
    """Yield each name with the numbers of the full names that have enough characters in common with it."""
    holding: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for char in set(name.text):
            holding[char].append(number)
    rank = {n: (len(name.text), -name.starts[0], -n) for n, name in enumerate(names)}
    for short, name in enumerate(names):
        chars = set(name.text)
        common: Counter[int] = Counter()
        for char in chars:
            if len(holding[char]) <= _FREQUENT:
                common.update(holding[char])
        found = [
            (-count, number)
            for number, count in common.items()
            if count >= max(_LEAST_COMMON, len(chars) / 2)
            and rank[number] > rank[short]
            and names[number].cluster != name.cluster
        ]
        yield name, [full for _, full in sorted(found)[:_MOST_RIVALS]]


def _paired(full: _Name, short: _Name, places: Collection[str]) -> _Pair:
    # a place without a record may be a zone called by its bare name: 太平湾 of 太平湾合作创新区
    zoned = full.type == "DevelopmentZone" and not short.known
    licensed = licenses(full.text, full.type, short.text, full.type if zoned else short.type, places)
    shrinks = is_abbreviation(full.text, short.text)
    return _Pair(full, short, _shared(full.text, short.text), shrinks, licensed)


def _shared(one: str, other: str) -> int:
    """Return the length of the longest text that two names have in common."""
    best = 0
    for start in range(len(other)):
        while start + best < len(other) and other[start : start + best + 1] in one:
            best += 1
    return best


_OF_NAMES = (
    "full type", "short type", "full length", "short length", "full bare length", "short bare length",
    "full own length", "short own length", "full place length", "short place length",
    "shrinks", "bare shrinks", "own shrinks", "starts", "ends", "bare starts", "own starts",
    "at", "bare at", "own at", "shared", "share", "own shared", "own share", "share of characters",
    "same first", "same last", "same own first", "own first is first",
    "full is legal", "short is legal", "same legal kind", "short has legal kind",
    "rest is trade", "rest length", "licensed", "short is a place", "same place",
    "full sure", "short sure", "full is known", "short is known", "full names", "short names",
)  # fmt: skip
_OF_PLACES = (
    "full first", "full mentions", "short mentions", "sentences together", "gap", "listed", "in brackets",
)  # fmt: skip
_AMONG_SHRUNK = ("rivals that shrink", "more frequent that shrink", "briefer that shrink")
_AMONG_LICENSED = ("rivals licensed", "more frequent licensed", "briefer licensed")
COLUMNS = (
    *_OF_NAMES,
    "rivals of full", "rivals of short", *_AMONG_SHRUNK, *_AMONG_LICENSED,
    "lead", "lead over second", "names",
    *_OF_PLACES,
)  # fmt: skip
"""Names of the columns of the features."""


def _of_names(pair: _Pair, places: Collection[str]) -> Iterator[int]:
    """Yield what two names are like and what they have in common."""
    full, short = pair.full, pair.short
    yield TYPES.index(full.type)
    yield TYPES.index(short.type)
    for name in (full.text, short.text, full.bare, short.bare, full.own, short.own):
        yield len(name)
    in_front = len(short.bare) - len(short.own)
    yield len(full.bare) - len(full.own)
    yield in_front
    yield pair.shrinks
    yield is_abbreviation(full.bare, short.bare)
    yield is_abbreviation(full.own, short.own)
    yield full.text.startswith(short.text)
    yield full.text.endswith(short.text)
    yield full.bare.startswith(short.bare)
    yield full.own.startswith(short.own)
    yield full.text.find(short.text)
    yield full.bare.find(short.bare)
    at = full.own.find(short.own)
    yield at
    own_shared = _shared(full.own, short.own)
    yield pair.shared
    yield 100 * pair.shared // len(short.text)
    yield own_shared
    yield 100 * own_shared // max(1, len(short.own))
    yield 100 * sum(char in full.text for char in short.text) // len(short.text)
    yield full.text[0] == short.text[0]
    yield full.text[-1] == short.text[-1]
    yield full.own[:1] == short.own[:1]
    yield full.own[:1] == short.bare[:1]
    yield LEGAL.search(full.text) is not None
    yield LEGAL.search(short.text) is not None
    yield legal_kind(full.text) == legal_kind(short.text)
    yield legal_kind(short.text) != ""
    rest = full.own[at + len(short.own) :] if at >= 0 else ""
    yield is_trade(rest)
    yield len(rest)
    yield pair.licensed
    yield short.bare in places
    yield short.bare[:in_front] in full.text if in_front else _NONE
    yield from (full.sure, short.sure, full.known, short.known, full.names, short.names)


def _among(full: _Name, others: Sequence[_Name]) -> tuple[int, int, int]:
    """Return the number of some full names, and how many are more frequent or briefer than a given one."""
    return (
        len(others),
        sum(len(other.starts) > len(full.starts) for other in others),
        sum(len(other.text) < len(full.text) for other in others),
    )


def _of_places(full: _Name, short: _Name, normal: str) -> Iterator[int]:
    """Yield where in the article two names stand."""
    yield full.starts[0] < short.starts[0]
    yield len(full.starts)
    yield len(short.starts)
    yield len(full.sentences & short.sentences)
    few, many = (full, short) if len(full.starts) < len(short.starts) else (short, full)
    gap, between = _FAR, ""
    for start, end in zip(few.starts, few.ends, strict=True):
        at = bisect_right(many.starts, start)
        if at and 0 <= start - many.ends[at - 1] < gap:
            gap, between = start - many.ends[at - 1], normal[many.ends[at - 1] : start]
        if at < len(many.starts) and 0 <= many.starts[at] - end < gap:
            gap, between = many.starts[at] - end, normal[end : many.starts[at]]
    yield gap
    yield between in _LISTED
    yield between in _OPENED
