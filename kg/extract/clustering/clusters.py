"""Mentions put together as one thing of an article in the making.

What belongs together is decided in `kg.extract.clustering.entities`.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import Mention


class Cluster:
    """One thing in the making.

    Attributes:
        family: One of the families of `kg.model.FAMILIES`.
        names: How often each name of it stands in its mentions.
        mentions: In no order.
    """

    __slots__ = ("_settled", "family", "mentions", "names")

    def __init__(self, family: str) -> None:
        self.family = family
        self.names: dict[str, int] = {}
        self.mentions: list[Mention] = []
        self._settled: tuple[str, str | None] | None = None

    def add(self, mention: Mention, name: str) -> None:
        """Put in a mention with what it names the thing."""
        self.names[name] = self.names.get(name, 0) + 1
        self.mentions.append(mention)
        self._settled = None

    def take(self, other: Cluster) -> None:
        """Put in what is in another."""
        for name, count in other.names.items():
            self.names[name] = self.names.get(name, 0) + count
        self.mentions.extend(other.mentions)
        self._settled = None

    @property
    def record(self) -> str | None:
        """The authority record of the mentions that have the cluster's own type."""
        return (self._settled or self._settle())[1]

    @property
    def type(self) -> str:
        """The type that the mentions vote for, each as loud as it is sure."""
        return (self._settled or self._settle())[0]

    def _settle(self) -> tuple[str, str | None]:
        # counted over all mentions, so counted anew only after one has come in
        kind = loudest([(mention.type, mention.confidence) for mention in self.mentions])
        records = [(m.record, 1.0) for m in self.mentions if m.record and m.type == kind]
        self._settled = kind, loudest(records) if records else None
        return self._settled


def loudest(votes: Sequence[tuple[str, float]]) -> str:
    """Return what most votes, counted by their weight, are for; the first in order where two are even."""
    first = votes[0][0]
    if len(votes) == 1:
        return first
    sums: dict[str, float] = {}
    for choice, weight in votes:
        sums[choice] = sums.get(choice, 0.0) + weight
    return first if len(sums) == 1 else min(sums, key=lambda choice: (-sums[choice], choice))


def merge_pairs(clusters: list[Cluster], pairs: Sequence[tuple[Cluster, Cluster]]) -> list[Cluster]:
    """Return the clusters, with the second of each pair taken into the first or what that was taken into."""
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
