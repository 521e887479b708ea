"""Clusters of mentions, each of which is to become one thing of an article.

Which mentions belong together is decided in `kg.extract.clustering.entities`.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import Mention


class Cluster:
    """The mentions of what is to become one thing.

    Attributes:
        family: One of the families in `kg.model.FAMILIES`.
        names: Number of mentions by name.
        mentions: The mentions, in no particular order.
    """

    __slots__ = ("_settled", "family", "mentions", "names")

    def __init__(self, family: str) -> None:
        self.family = family
        self.names: dict[str, int] = {}
        self.mentions: list[Mention] = []
        self._settled: tuple[str, str | None] | None = None

    def add(self, mention: Mention, name: str) -> None:
        """Add a mention and the name it gives the thing."""
        self.names[name] = self.names.get(name, 0) + 1
        self.mentions.append(mention)
        self._settled = None

    def take(self, other: Cluster) -> None:
        """Add the names and mentions of another cluster."""
        for name, count in other.names.items():
            self.names[name] = self.names.get(name, 0) + count
        self.mentions.extend(other.mentions)
        self._settled = None

    @property
    def record(self) -> str | None:
        """The most frequent authority record among the mentions of the cluster's own type, or None."""
        return (self._settled or self._settle())[1]

    @property
    def type(self) -> str:
        """The type that the mentions vote for, each weighted by its confidence."""
        return (self._settled or self._settle())[0]

    def _settle(self) -> tuple[str, str | None]:
        # the votes are counted over all mentions, and counted again only after one has been added
        kind = loudest([(mention.type, mention.confidence) for mention in self.mentions])
        records = [(m.record, 1.0) for m in self.mentions if m.record and m.type == kind]
        self._settled = kind, loudest(records) if records else None
        return self._settled


def loudest(votes: Sequence[tuple[str, float]]) -> str:
    """Return the choice with the greatest total weight of votes; of equal ones, the first in sort order."""
    first = votes[0][0]
    if len(votes) == 1:
        return first
    sums: dict[str, float] = {}
    for choice, weight in votes:
        sums[choice] = sums.get(choice, 0.0) + weight
    return first if len(sums) == 1 else min(sums, key=lambda choice: (-sums[choice], choice))


def merge_pairs(clusters: list[Cluster], pairs: Sequence[tuple[Cluster, Cluster]]) -> list[Cluster]:
    """Return the clusters after merging the second of each pair into the first, or into what now holds it."""
    if not pairs:
        return clusters
    into: dict[int, Cluster] = {}

    def root(cluster: Cluster) -> Cluster:
        while id(cluster) in into:
            cluster = into[id(cluster)]
        return cluster

    for full, short in pairs:
        a, b = root(full), root(short)
        if a is not b:
            a.take(b)
            into[id(b)] = a
    return [c for c in clusters if id(c) not in into]
