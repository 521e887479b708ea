"""Evaluate cross-article entity resolution: B-cubed against decided identities, and wrong merges.

Takes a folder of decided identities (`seeds/identity/`: things named in several articles, pairs that must
stay apart, entities left undecided) and things as returned by `resolve`. Computes precision, recall and F1,
and lists the pairs that were wrongly merged. `given` builds the extraction of an article from its gold
annotations, so that the resolver is evaluated independently of the extraction.

B-cubed (Bagga and Baldwin 1998): the precision of an item is the share of its found cluster that belongs to
its thing, and its recall is the share of its thing that is in its found cluster. Both are averaged over the
items with equal weights. Items are pairs of article and entity.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg.corpus import Gold, project
from kg.errors import CorpusError
from kg.extract import segment
from kg.extract.names.known import Matcher, find_known
from kg.model import Article, Extraction, Relation
from kg.paths import data_folder
from kg.resolve.identity import Member
from kg.resolve.things import Thing

_THINGS = ("thing", "doc", "entity", "name")
_PAIRS = ("doc", "entity", "name", "other_doc", "other_entity", "other_name", "reason")
_OPEN = ("doc", "entity", "name")


@dataclass(frozen=True, slots=True, order=True)
class Apart:
    """Two entities that look alike but are different things.

    Attributes:
        one: Article and entity.
        other: Article and entity.
        names: The names of the two.
        reason: Why they are different things.
    """

    one: Member
    other: Member
    names: tuple[str, str]
    reason: str


@dataclass(frozen=True)
class Identities:
    """Manual decisions about the identity of the entities of some articles.

    Attributes:
        things: Key of the thing by (article, entity), for things named in two or more articles.
        names: Name of the entity as the table gives it, by (article, entity).
        apart: Pairs that must stay apart.
        undecided: Entities that are ignored in the evaluation.
        docs: The articles. Each of their entities that is in no table is a thing of its own.
    """

    things: Mapping[Member, str]
    names: Mapping[Member, str]
    apart: tuple[Apart, ...]
    undecided: frozenset[Member]
    docs: frozenset[str]


@dataclass(frozen=True, slots=True)
class BCubed:
    """B-cubed precision and recall: means over items, each from 0 to 1, or 0 if there are no items.

    Attributes:
        precision: Mean share of an item's found cluster that belongs to its thing.
        recall: Mean share of an item's thing that is in its found cluster.
        items: Number of items averaged over.
    """

    precision: float
    recall: float
    items: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def identity_folder() -> Path:
    """Return the folder of decided identities shipped with the package."""
    return data_folder("seeds") / "identity"


def read_identities(folder: str | Path) -> Identities:
    """Return the identities read from a folder with `things.csv`, `pairs.csv` and `open.csv`.

    Raises:
        CorpusError: A table is missing or lacks a column, or `things.csv` lists an entity twice.
    """
    folder = Path(folder)
    things: dict[Member, str] = {}
    names: dict[Member, str] = {}
    for number, row in _rows(folder / "things.csv", _THINGS):
        member = (row["doc"], row["entity"])
        if member in things:
            raise CorpusError(
                f"{member[0]} {member[1]} stands twice", file=folder / "things.csv", place=f"row {number}"
            )
        things[member], names[member] = row["thing"], row["name"]
    apart = []
    for _, row in _rows(folder / "pairs.csv", _PAIRS):
        one, other = (row["doc"], row["entity"]), (row["other_doc"], row["other_entity"])
        apart.append(Apart(one, other, (row["name"], row["other_name"]), row["reason"]))
        names[one], names[other] = row["name"], row["other_name"]
    undecided = set()
    for _, row in _rows(folder / "open.csv", _OPEN):
        undecided.add((row["doc"], row["entity"]))
        names[row["doc"], row["entity"]] = row["name"]
    docs = frozenset(doc for doc, _ in things)
    return Identities(things, names, tuple(apart), frozenset(undecided), docs)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames is None or tuple(reader.fieldnames) != columns:
                raise CorpusError("has other columns", file=path, place="row 1", valid=columns)
            for number, row in enumerate(reader, 2):
                if None in row or None in row.values():
                    raise CorpusError(f"has not {len(columns)} cells", file=path, place=f"row {number}")
                yield number, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"not a table of identities: {error}", file=path) from error


def given(article: Article, gold: Gold, matcher: Matcher) -> Extraction:
    """Return an article's gold annotations as an extraction, with names linked as in a real extraction.

    Args:
        article: The article.
        gold: Its gold annotations, of which entities and relations are used.
        matcher: Matcher for known names, which give the authority records.
    """
    words = segment.words(article.normal)
    found = find_known(article.normal, article.text, words, matcher)
    records = {(m.start, m.end, m.type): m.record for m in found}
    entities = []
    for entity in project(article, gold):
        votes = Counter(
            record for m in entity.mentions if (record := records.get((m.start, m.end, entity.type)))
        )
        best = min(votes, key=lambda record: (-votes[record], record)) if votes else None
        entities.append(replace(entity, record=best))
    known = {entity.id for entity in entities}
    relations = tuple(Relation(s, p, o, ()) for s, p, o in gold["relations"] if s in known and o in known)
    return Extraction(article, tuple(entities), relations, ())


def clusters(things: Iterable[Thing]) -> dict[Member, str]:
    """Return the key of the thing to which each entity was resolved."""
    return {member: thing.key for thing in things for member in thing.members}


def score(
    found: Mapping[Member, Hashable], identities: Identities, *, items: Collection[Member] | None = None
) -> BCubed:
    """Return the B-cubed scores of found clusters against the decided things.

    Args:
        found: Cluster by (article, entity), for all entities of the articles. An entity that is in no table
            is a thing of its own, so merging it with another lowers precision.
        identities: The decided identities.
        items: Items to average over; those of things named in several articles if None. If all items are
            given, things of one article count too and raise both scores.
    """
    decided: dict[Member, Hashable] = {
        member: identities.things.get(member, member)
        for member in found
        if member[0] in identities.docs and member not in identities.undecided
    }
    wanted = [m for m in (identities.things if items is None else items) if m in decided]
    return b_cubed({member: found[member] for member in decided}, decided, items=wanted)


def b_cubed(
    found: Mapping[Member, Hashable],
    right: Mapping[Member, Hashable],
    *,
    items: Collection[Member] | None = None,
) -> BCubed:
    """Return the B-cubed scores of one clustering against another of the same items.

    >>> right = {("a", "1"): "x", ("b", "1"): "x", ("c", "1"): "y"}
    >>> both = b_cubed({("a", "1"): 1, ("b", "1"): 1, ("c", "1"): 1}, right)
    >>> round(both.precision, 3), both.recall
    (0.556, 1.0)
    """
    sizes, things = Counter(found.values()), Counter(right.values())
    shared = Counter((found[item], right[item]) for item in found)
    wanted = found if items is None else items
    precision = sum(shared[found[i], right[i]] / sizes[found[i]] for i in wanted)
    recall = sum(shared[found[i], right[i]] / things[right[i]] for i in wanted)
    count = len(wanted)
    return BCubed(precision / count, recall / count, count) if count else BCubed(0.0, 0.0, 0)


def wrong_merges(found: Mapping[Member, Hashable], identities: Identities) -> tuple[Apart, ...]:
    """Return the pairs that must stay apart but were resolved to one thing."""
    return tuple(
        pair
        for pair in identities.apart
        if pair.one in found and pair.other in found and found[pair.one] == found[pair.other]
    )


def half(thing: str) -> int:
    """Return the half, 0 or 1, to which a thing is assigned by the hash of its key.

    Half 0 may be inspected to improve the resolver; half 1 is only scored.
    """
    return hashlib.sha256(thing.encode("utf-8")).digest()[0] % 2


def items_of_half(identities: Identities, number: int) -> tuple[Member, ...]:
    """Return the items of the things in one half, sorted."""
    return tuple(sorted(m for m, thing in identities.things.items() if half(thing) == number))


def mistakes(found: Mapping[Member, Hashable], identities: Identities) -> tuple[tuple[str, str], ...]:
    """Return the errors as (kind, names): a thing that was `split`, or things that were `merged`."""
    parts: dict[str, dict[Hashable, list[Member]]] = defaultdict(lambda: defaultdict(list))
    mixed: dict[Hashable, dict[Hashable, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in sorted(found):
        if member[0] not in identities.docs or member in identities.undecided:
            continue
        thing = identities.things.get(member)
        mixed[found[member]][thing or member].append(member)
        if thing:
            parts[thing][found[member]].append(member)
    told = [("split", thing, list(groups.values())) for thing, groups in parts.items() if len(groups) > 1]
    told += [("merged", str(key), list(groups.values())) for key, groups in mixed.items() if len(groups) > 1]
    return tuple(
        sorted(
            (
                kind,
                f"{key}: "
                + " | ".join(" ".join(_label(m, identities) for m in group[:3]) for group in groups),
            )
            for kind, key, groups in told
        )
    )


def _label(member: Member, identities: Identities) -> str:
    return ":".join((member[0], identities.names.get(member, member[1])))
