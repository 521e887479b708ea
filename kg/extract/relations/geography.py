"""What the authority's records say about places in names: does 大连 in a company's name lie in 辽宁?

Rules propose containers from the text alone. This module tells whether a proposed container is known to be
correct, agrees with the name, contradicts it, or cannot be checked. Nothing is proposed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from kg.authority import Authority, Record
from kg.model import Entity

Fit = Literal["above", "same", "below", "near", "away", "unknown"]

_NATIONAL = re.compile(
    r"^(?:中国|中华|中央|全国|国家|国务院|国网|最高|党中央|中共中央)|^[^省市区县]{2,8}部$|^(?:财政|海关|国税|税务|统计|气象|能源|林草|民航|邮政)(?:部|总署|总局)"
)
_PRELUDE = re.compile(r"^(?:中共|中国（|中国\(|第[\d一二三四五六七八九十]+届|\d{4}年?)?[（(“]?")
_LONGEST = 10


class Geography:
    """Authority records for the places of one article and for the places in its names. Read-only."""

    def __init__(self, entities: Iterable[Entity], authority: Authority) -> None:
        entities = tuple(entities)
        self._authority = authority
        self._above: dict[str, dict[str, int]] = {}
        self._divisions = {e.id for e in entities if e.type == "AdministrativeDivision"}
        self.where = {e.id: self._place_records(e) for e in entities}
        self._keys = {e: frozenset(r.key for r in records) for e, records in self.where.items()}
        self._alike: dict[tuple[frozenset[str], bool], int] = {}

    def _place_records(self, entity: Entity) -> tuple[Record, ...]:
        if entity.record and entity.record in self._authority.records:
            return (self._authority.records[entity.record],)
        if entity.type == "AdministrativeDivision":
            found = {
                r.key: r
                for n in entity.names
                for r in self._authority.find(n, weak=True)
                if r.type == entity.type
            }
            if found:
                return tuple(found.values())
        for name in entity.names:
            lead = _PRELUDE.match(name)
            rest = name[lead.end() if lead else 0 :]
            for length in range(min(_LONGEST, len(rest)), 1, -1):
                found_lead = [
                    r for r in self._authority.find(rest[:length]) if r.type == "AdministrativeDivision"
                ]
                if found_lead and found_lead[0].level != "country":
                    return tuple(found_lead)
        return ()

    def _up(self, record: Record) -> dict[str, int]:
        """Return the keys of the records above one, each with the number of steps up."""
        if record.key not in self._above:
            above = self._authority.ancestors(record.key)
            self._above[record.key] = {r.key: steps for steps, r in enumerate(above, 1)}
        return self._above[record.key]

    def steps(self, thing: str, container: str) -> int:
        """Return how many steps a container lies above the place of a thing, or 0 if it does not."""
        keys = self._keys[container]
        found = [up[key] for up in map(self._up, self.where[thing]) for key in keys if key in up]
        return min(found, default=0)

    def nearest(self, things: Iterable[str]) -> dict[str, str]:
        """Return, for each division known to lie in others of the article, the nearest of them."""
        by_key: dict[str, list[str]] = {}
        divisions = [thing for thing in things if thing in self._divisions]
        for thing in divisions:
            for key in sorted(self._keys[thing]):
                by_key.setdefault(key, []).append(thing)
        found: dict[str, str] = {}
        for thing in divisions:
            near = [
                (steps, other)
                for record in self.where[thing]
                for key, steps in self._up(record).items()
                for other in by_key.get(key, ())
                if other != thing
            ]
            if near:
                found[thing] = min(near)[1]
        return found

    def alike(self, thing: str) -> int:
        """Return a number shared by all things whose geographic relation to every other thing is the same."""
        return self._alike.setdefault((self._keys[thing], thing in self._divisions), len(self._alike))

    def fit(self, thing: str, container: str) -> Fit:
        """Return how a container relates to the place that a thing is or names.

        A container that is not itself a division (a zone, a port) is `near` at best: 宜昌高新区 is not 宜昌.
        """
        return self.lie(thing, container)[0]

    def lie(self, one: str, other: str) -> tuple[Fit, Fit, int, int]:
        """Return `fit` of one thing in the other and the reverse, then `steps` likewise."""
        mine, keys = self._keys[one], self._keys[other]
        if not mine or not keys:
            return "unknown", "unknown", 0, 0
        up, down = self.steps(one, other), self.steps(other, one)
        same = not mine.isdisjoint(keys)
        near: Fit = "near" if up or down or same else "away"
        there: Fit = "same" if same else "above" if up else "below" if down else "away"
        back: Fit = "same" if same else "above" if down else "below" if up else "away"
        divisions = self._divisions
        return there if other in divisions else near, back if one in divisions else near, up, down


def reach(entity: Entity) -> str:
    """Return the kind of an entity as regards its seat: its type, or `National` for a body of the state.

    >>> reach(Entity("e1", "GovernmentBody", ("国务院办公厅",), ()))
    'National'
    """
    if entity.type in ("GovernmentBody", "Institution") and any(_NATIONAL.match(n) for n in entity.names):
        return "National"
    return entity.type
