"""The result of applying manual corrections, as records for the code that writes a graph."""

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
    """A fact added by a person.

    Attributes:
        subject: Key of a thing.
        predicate: One of `kg.model.PREDICATES`.
        object: Key of a thing.
        correction: The correction, which tells who added the fact, when and why.
        evidence: The passage that states the fact, or None if only the person states it.
    """

    subject: str
    predicate: str
    object: str
    correction: Correction
    evidence: Evidence | None

    @property
    def triple(self) -> Triple:
        """The fact as a plain triple."""
        return (self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class Stale:
    """A correction that does not apply.

    Attributes:
        number: Its position among the corrections, from 1.
        correction: The correction itself.
        reason: Why it does not apply.
        valid: Values that would have been valid.
    """

    number: int
    correction: Correction
    reason: str
    valid: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"correction {self.number} ({self.correction}) no longer applies: {self.reason}"


@dataclass(frozen=True, slots=True)
class Corrected:
    """Things after corrections have been applied.

    Attributes:
        things: The things, sorted by key.
        rejected: Facts that are left out no matter who states them, as (key, predicate, key). A symmetric
            relation is listed in both directions.
        added: Facts added by hand, in the order of the corrections.
        replaced: Sorted keys of the things that were merged into a thing, by its key.
        former: Sorted names of a thing from before it was renamed or merged with another, by its key.
        retyped: Keys of things whose facts may no longer fit the vocabulary.
        stale: Corrections that do not apply, in order.
    """

    things: tuple[Thing, ...]
    rejected: frozenset[Triple] = frozenset()
    added: tuple[Added, ...] = ()
    replaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retyped: frozenset[str] = frozenset()
    stale: tuple[Stale, ...] = ()

    def keeps(self, subject: Thing, predicate: str, object_: Thing) -> bool:
        """Tell whether a fact stated by an article is kept."""
        if (subject.key, predicate, object_.key) in self.rejected:
            return False
        touched = subject.key in self.retyped or object_.key in self.retyped
        return not touched or ontology.allows(predicate, subject.type, object_.type)


def both_ways(triples: Iterable[Triple]) -> set[Triple]:
    """Return facts together with the reverse of each symmetric one.

    >>> sorted(both_ways([("a", "cooperatesWith", "b"), ("a", "locatedIn", "c")]))
    [('a', 'cooperatesWith', 'b'), ('a', 'locatedIn', 'c'), ('b', 'cooperatesWith', 'a')]
    """
    known = ontology.load().properties
    found = set(triples)
    return found | {(o, p, s) for s, p, o in found if known[p].symmetric}
