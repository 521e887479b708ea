"""Persons of one name: one where articles tie them to one body or place, else several.

In: all persons of a name, each with what it is tied to. Out: the persons apart. A person
alone with the name needs no qualifier; where several bear it, each has one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.resolve.identity import Member


@dataclass(frozen=True, slots=True, order=True)
class Bearer:
    """A person of one article.

    Attributes:
        member: Article and entity id.
        spelling: The name as the article writes it.
        ties: What tells who it is: keys of bodies and places the person belongs to, posts of the country.
    """

    member: Member
    spelling: str
    ties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """One person.

    Attributes:
        spelling: The commonest spelling of the name.
        members: Sorted.
        tie: What tells the person from others of the name: the shortest tie, or the first article.
    """

    spelling: str
    members: tuple[Member, ...]
    tie: str


def tell_apart(bearers: Iterable[Bearer]) -> Iterator[Person]:
    """Yield the persons of one name; articles mean the same one where they share a tie."""
    found = sorted(bearers)
    first: dict[str, int] = {}
    into = list(range(len(found)))

    def root(number: int) -> int:
        while into[number] != number:
            into[number] = into[into[number]]
            number = into[number]
        return number

    for number, bearer in enumerate(found):
        for tie in sorted(bearer.ties):
            one, other = sorted((root(number), root(first.setdefault(tie, number))))
            into[other] = one
    clusters: dict[int, list[Bearer]] = defaultdict(list)
    for number, bearer in enumerate(found):
        clusters[root(number)].append(bearer)
    for cluster in clusters.values():
        spellings = Counter(b.spelling for b in cluster)
        ties = frozenset().union(*(b.ties for b in cluster))
        yield Person(
            min(spellings, key=lambda form: (-spellings[form], form)),
            tuple(b.member for b in cluster),
            min(ties, key=lambda tie: (len(tie), tie)) if ties else f"@{cluster[0].member[0]}",
        )
