"""Disambiguate namesakes: mentions in different articles are one person if they share a tie.

Takes all persons of one name, each with the bodies, places or posts it is tied to, and returns the distinct
persons. A person who is the only one of that name needs no qualifier; if there are several, each gets one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.resolve.identity import Member


@dataclass(frozen=True, slots=True, order=True)
class Bearer:
    """A person as named in one article.

    Attributes:
        member: Article and entity id.
        spelling: The name as written in the article.
        ties: Identifying features: keys of the bodies and places the person belongs to, and national posts.
    """

    member: Member
    spelling: str
    ties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A person distinguished from others of the same name.

    Attributes:
        spelling: The commonest spelling of the name.
        members: Entities that are this person, sorted.
        tie: The qualifier among persons of that name: the shortest tie, or the first article if none exists.
    """

    spelling: str
    members: tuple[Member, ...]
    tie: str


def tell_apart(bearers: Iterable[Bearer]) -> Iterator[Person]:
    """Yield the distinct persons of one name; articles that share a tie mean the same person."""
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
