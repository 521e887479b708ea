"""Find the identities that have to be resolved together, from the names that they share.

Takes the identities that bear each name, as numbers, and returns the connected components of the resulting
graph. Which identities are one thing is decided within a component, because an identity that is not fixed is
joined only to one that bears its name (`kg.resolve.join`). If two names or identities have the same number by
chance, a component becomes larger, but the result does not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.cluster.exchange import number_of
from kg.resolve.identity import Identity
from kg.resolve.told import Named

Numbers = npt.NDArray[np.uint64]

# for each bearer of a name: the name, the identity, and whether the identity looks for others by this name
BEARER = np.dtype([("name", np.uint64), ("identity", np.uint64), ("looks", np.uint8)])
# families whose identities are compared with those of the same name elsewhere even if fixed (`join.by_place`)
_BY_PLACE = ("Project", "Initiative")


def identity_number(identity: Identity) -> int:
    """Return an identity as a number."""
    return number_of(identity.family, identity.name, identity.kind, identity.record, *identity.chain)


def bearers(entities: Iterable[Named]) -> npt.NDArray[np.void]:
    """Return the bearers of the names of some entities, without duplicates."""
    found: dict[tuple[int, int], bool] = {}
    for named in entities:
        one = named.identity
        own = identity_number(one)
        looks = not named.fixed or one.family in _BY_PLACE
        for form in {form for form, _ in named.forms} | {one.name}:
            key = number_of(one.family, form), own
            found[key] = found.get(key, False) or (looks and form == one.name)
    return np.array([(*key, looks) for key, looks in sorted(found.items())], dtype=BEARER)


def edges(of: npt.NDArray[np.void]) -> npt.NDArray[np.uint64]:
    """Return pairs of identities that connect all bearers of each name by which at least one of them looks.

    Args:
        of: All bearers of some names.
    """
    order = np.lexsort((of["identity"], of["name"]))
    name, identity, looks = of["name"][order], of["identity"][order], of["looks"][order]
    if not len(name):
        return np.empty((0, 2), np.uint64)
    begins = np.flatnonzero(np.r_[True, name[1:] != name[:-1]])
    asked = np.maximum.reduceat(looks, begins)
    wanted = np.repeat(asked, np.diff(np.r_[begins, len(name)])) > 0
    pairs = np.stack([identity[:-1], identity[1:]], axis=1)
    tied: npt.NDArray[np.uint64] = pairs[(name[1:] == name[:-1]) & (pairs[:, 0] != pairs[:, 1]) & wanted[1:]]
    return tied


@dataclass(frozen=True, slots=True)
class Components:
    """The components of the identities that share a name with others.

    Attributes:
        identities: The identities, in ascending order.
        labels: For each identity, the smallest identity of its component.
    """

    identities: Numbers
    labels: Numbers

    def of(self, identity: int) -> int | None:
        """Return the component of an identity, or None if it is alone."""
        at = int(np.searchsorted(self.identities, np.uint64(identity)))
        if at == len(self.identities) or int(self.identities[at]) != identity:
            return None
        return int(self.labels[at])

    @property
    def largest(self) -> int:
        """The number of identities in the largest component."""
        return int(np.unique(self.labels, return_counts=True)[1].max()) if len(self.labels) else 1

    def to_bytes(self) -> bytes:
        """Return the components as bytes: the identities, then the labels."""
        return np.concatenate([self.identities, self.labels]).astype("<u8").tobytes()


def from_bytes(data: bytes) -> Components:
    """Return components from bytes; the inverse of `Components.to_bytes`."""
    numbers = np.frombuffer(data, "<u8").astype(np.uint64)
    half = len(numbers) // 2
    return Components(numbers[:half], numbers[half:])


def components(pairs: npt.NDArray[np.uint64]) -> Components:
    """Return the connected components of a graph given by its edges.

    Each round gives both ends of every edge the smaller of their labels, and then replaces every label by the
    label of the node it refers to. Rounds are repeated until nothing changes (Shiloach and Vishkin, "An
    O(log n) parallel connectivity algorithm", 1982).
    """
    identities, numbered = np.unique(pairs, return_inverse=True)
    one, other = numbered.reshape(-1, 2).T
    labels = np.arange(len(identities))
    while True:
        before = labels.copy()
        least = np.minimum(labels[one], labels[other])
        # hook the root of each end rather than the end itself, so that whole trees move at once
        np.minimum.at(labels, labels[one], least)
        np.minimum.at(labels, labels[other], least)
        while True:
            jumped = labels[labels]
            if np.array_equal(jumped, labels):
                break
            labels = jumped
        if np.array_equal(labels, before):
            return Components(identities, identities[labels])
