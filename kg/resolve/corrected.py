"""What corrections made by hand come to: records for those who write a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg import ontology
from kg.model import Evidence
from kg.resolve.correction_file import Correction
from kg.resolve.things import Thing

BY_HAND = "hand"
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Added:
    """A fact that a person has added.

    Attributes:
        subject: Key of a thing.
        predicate: One of `kg.model.PREDICATES`.
        object: Key of a thing.
        correction: Who added it, when and why.
        evidence: The place that says so, or None where only the person does.
    """

    subject: str
    predicate: str
    object: str
    correction: Correction
    evidence: Evidence | None

    @property
    def triple(self) -> Triple:
        """The fact alone."""
        return (self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class Stale:
    """A correction that does not apply.

    Attributes:
        number: Its place among the corrections, from 1.
        correction: What it says.
        reason: Why it does not apply.
        valid: What would have been valid.
    """

    number: int
    correction: Correction
    reason: str
    valid: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"correction {self.number} ({self.correction}) no longer applies: {self.reason}"


@dataclass(frozen=True, slots=True)
class Corrected:
    """Things after corrections.

    Attributes:
        things: Sorted by key.
        rejected: Facts that are left out whoever says them, as keys and predicate; of a symmetric
            relation both directions.
        added: Facts added by hand, in order of the corrections.
        replaced: Keys that a thing has taken the place of by merging, by its key; sorted.
        former: Names that a thing bore before it was renamed, by its key; sorted.
        retyped: Keys of things whose facts may no longer fit the vocabulary.
        stale: Corrections that do not apply, in their order.
    """

    things: tuple[Thing, ...]
    rejected: frozenset[Triple] = frozenset()
    added: tuple[Added, ...] = ()
    replaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retyped: frozenset[str] = frozenset()
    stale: tuple[Stale, ...] = ()

    def keeps(self, subject: Thing, predicate: str, object_: Thing) -> bool:
        """Tell whether a fact that an article states stands."""
        if (subject.key, predicate, object_.key) in self.rejected:
            return False
        touched = subject.key in self.retyped or object_.key in self.retyped
        return not touched or ontology.allows(predicate, subject.type, object_.type)


def both_ways(triples: Iterable[Triple]) -> set[Triple]:
    """Return facts with the other direction of those that have none of their own.

    >>> sorted(both_ways([("a", "cooperatesWith", "b"), ("a", "locatedIn", "c")]))
    [('a', 'cooperatesWith', 'b'), ('a', 'locatedIn', 'c'), ('b', 'cooperatesWith', 'a')]
    """
    known = ontology.load().properties
    found = set(triples)
    return found | {(o, p, s) for s, p, o in found if known[p].symmetric}
