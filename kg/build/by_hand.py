"""Apply manual corrections to the things of a ledger.

Takes the things of a ledger and corrections. Returns the corrected things with their IRIs, and the entities
whose thing the corrections changed. Two such states can be compared to find the articles whose shares differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph import identifiers
from kg.graph import vocabulary as v
from kg.model import Extraction
from kg.resolve.corrected import Corrected, Triple
from kg.resolve.correction_file import Correction
from kg.resolve.corrections import correct
from kg.resolve.references import docs_of
from kg.resolve.things import Thing

if TYPE_CHECKING:
    import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class ByHand:
    """The things of a graph after corrections.

    Attributes:
        corrected: Result of the corrections.
        iris: IRI of each thing, by key.
        moved: Things that corrections created or changed, by article and entity.
        refused: Facts, as IRIs, that do not hold whatever articles and rules say.
    """

    corrected: Corrected
    iris: Mapping[str, ox.NamedNode]
    moved: Mapping[str, Mapping[str, Thing]]
    refused: frozenset[Triple]

    @classmethod
    def make(
        cls,
        found: Iterable[Thing],
        extractions: Mapping[str, Extraction],
        corrections: Sequence[Correction],
        base: str,
    ) -> ByHand:
        """Apply corrections.

        Args:
            found: All things of a graph, before corrections.
            extractions: The extractions of its articles.
            corrections: The corrections, in the order in which they were made.
            base: Prefix of the IRIs of things.
        """
        before = {thing.key: thing for thing in found}
        corrected = correct(before.values(), extractions, corrections)
        iris = identifiers.thing_iris((thing.key for thing in corrected.things), base)
        moved: dict[str, dict[str, Thing]] = {}
        for thing in corrected.things:
            # a thing that no correction touched is still the same object
            if before.get(thing.key) is not thing:
                for doc, entity in thing.members:
                    moved.setdefault(doc, {})[entity] = thing
        refused = {
            (iris[s].value, v.kg(predicate).value, iris[o].value)
            for s, predicate, o in corrected.rejected
            if s in iris and o in iris
        }
        return cls(corrected, iris, moved, frozenset(refused))


def differing(before: ByHand, after: ByHand) -> set[str]:
    """Return the articles whose shares of a graph differ between two states."""
    faces = [{t.key: (t, one.iris[t.key]) for t in one.corrected.things} for one in (before, after)]
    found: set[str] = set()
    for key in faces[0].keys() | faces[1].keys():
        old, new = (known.get(key) for known in faces)
        if old is None or new is None or _face(*old) != _face(*new):
            found.update(*(docs_of(one[0]) for one in (old, new) if one))
        elif old[0].members != new[0].members:
            found.update(doc for doc, _ in set(old[0].members) ^ set(new[0].members))
    for key in before.corrected.retyped ^ after.corrected.retyped:
        found.update(*(docs_of(known[key][0]) for known in faces if key in known))
    for subject, _, object_ in before.corrected.rejected ^ after.corrected.rejected:
        for known in faces:
            if subject in known and object_ in known:
                found |= docs_of(known[subject][0]) & docs_of(known[object_][0])
    return found


def _face(thing: Thing, iri: ox.NamedNode) -> tuple[object, ...]:
    """Return what a thing contributes to the share of each of its articles."""
    return iri.value, thing.type, thing.name, thing.record
