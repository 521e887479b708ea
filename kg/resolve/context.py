"""What one article knows of the places and owners of its entities, and which records they match.

In: one extraction and the authority tables. Out: a `Context` that answers where an entity
lies, whose it is, and what the article is mainly about. Nothing here looks at a second
article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.authority import Authority, Record
from kg.model import FAMILY_OF, Entity, Extraction
from kg.resolve import names as n

# every place lies in the country, so its name would be in every chain
COUNTRY = ("中国", "中华人民共和国")
_WIDE = ("省", "自治区", *COUNTRY)
_CONTAINMENT = ("locatedIn", "subsidiaryOf", "partOf")
# who carries a project or event out also tells which one it is
_DOERS = ("implements", "organizes", "launches", "investsIn")


@dataclass(frozen=True)
class Context:
    """One article's entities with their records, containers and the place it is about.

    Attributes:
        doc: The article.
        entities: By id.
        records: Authority record by entity id, where linked.
        ancestry: Names of the containers of a record, the widest first, by entity id.
        parents: Entity ids of an entity's containers, the best supported first, by entity id.
        doers: Entity ids of those who carry something out, by its entity id.
        ties_of: Names of bodies and places a person belongs to, by entity id.
        main: Entity id of the division that the article is about, or None.
    """

    doc: str
    entities: Mapping[str, Entity]
    records: Mapping[str, Record]
    ancestry: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    doers: Mapping[str, tuple[str, ...]]
    ties_of: Mapping[str, frozenset[str]]
    main: str | None

    def place(self, entity_id: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the entity's own name behind the names of its containers, the widest first."""
        if entity_id in self.records:
            return (*self.ancestry[entity_id], self.records[entity_id].name)
        inside: tuple[str, ...] = ()
        for parent in self.parents.get(entity_id, ()):
            if parent not in seen and parent != entity_id:
                inside = self.place(parent, seen | {entity_id})
                break
        return (*inside, self.entities[entity_id].name)

    def chain(self, entity_id: str) -> tuple[str, ...]:
        """Return the names of the containers (or else of the doer) of an entity, the widest first."""
        chain = self.place(entity_id)[:-1]
        doers = self.doers.get(entity_id, ())
        return chain if chain or not doers else self.place(doers[0])

    def main_chain(self, entity_id: str) -> tuple[str, ...]:
        """Return the place that the article is about, with its containers; empty for that place itself."""
        if self.main is None or self.main == entity_id:
            return ()
        place = self.place(self.main, frozenset({entity_id}))
        return () if self.entities[entity_id].name in place else place

    def division_of_level(self, entity_id: str, level: str) -> tuple[str, ...] | None:
        """Return the nearest container whose name ends with the level, with its own containers."""
        for place in (self.chain(entity_id), self.main_chain(entity_id)):
            for end in range(len(place), 0, -1):
                if place[end - 1].endswith(level) and len(place[end - 1]) > len(level) + 1:
                    return place[:end]
        return None

    def place_names(self) -> frozenset[str]:
        """Return every name that the article gives a place, as names are compared."""
        found = (e.names for e in self.entities.values() if e.family == "Location")
        return frozenset(n.fold(name) for names in found for name in names)

    def ties(self, entity_id: str) -> frozenset[str]:
        """Return the names of the bodies and places that a person belongs to."""
        return self.ties_of.get(entity_id, frozenset())


def link(extraction: Extraction, authority: Authority | None) -> dict[str, Record]:
    """Return the authority record of each entity that has one, by entity id.

    A link made by the extraction is kept. Else the fullest name links where it is the official name
    of exactly one record of the same type, or of exactly one among several that lies in a place
    named in the article as the entity's container. Short forms are left to the extraction,
    which sees their context.
    """
    if authority is None:
        return {}
    linked: dict[str, Record] = {}
    containers = _pairs(extraction, _CONTAINMENT)
    names_of = {entity.id: frozenset(entity.names) for entity in extraction.entities}
    for entity in extraction.entities:
        record = authority.records.get(entity.record or "")
        if record is None:
            around = {name for parent in containers.get(entity.id, ()) for name in names_of.get(parent, ())}
            record = _match(entity, around, authority)
        if record is not None and _same_kind(entity, record):
            linked[entity.id] = record
    return linked


def _same_kind(entity: Entity, record: Record) -> bool:
    # 太平湾 the bay is not 太平湾街道 the division, though both are places
    if entity.family == "Location":
        return entity.type == record.type
    return FAMILY_OF.get(record.type) == entity.family


def _match(entity: Entity, around: set[str], authority: Authority) -> Record | None:
    found = [
        r for r in authority.forms.get(entity.name, ()) if r.name == entity.name and _same_kind(entity, r)
    ]
    if len(found) > 1:
        found = [r for r in found if any(a.name in around for a in authority.ancestors(r.key))]
    return found[0] if len(found) == 1 else None


def read_context(
    extraction: Extraction, records: Mapping[str, Record], authority: Authority | None = None
) -> Context:
    """Return what an article says of the containers of its entities.

    Args:
        extraction: The article.
        records: What `link` found.
        authority: The tables the records come from; they give the containers of records.
    """
    entities = {entity.id: entity for entity in extraction.entities}
    ancestry = {}
    for entity_id, record in records.items():
        above = [a.name for a in authority.ancestors(record.key)] if authority else []
        ancestry[entity_id] = tuple(reversed([name for name in above if name not in COUNTRY]))
    parents = _pairs(extraction, _CONTAINMENT)
    doers: dict[str, tuple[str, ...]] = {}
    for object_, subjects in _pairs(extraction, _DOERS, turned=True).items():
        if object_ in entities and entities[object_].family in ("Project", "Event", "Initiative"):
            doers[object_] = subjects
    ties: dict[str, frozenset[str]] = {}
    for person, objects in _pairs(extraction, ("holdsPositionAt", "locatedIn")).items():
        ties[person] = frozenset(
            n.fold(name)
            for body in objects
            for name in entities[body].names
            if not _vague(name, entities[body].type)
        )
    return Context(
        extraction.article.doc,
        entities,
        records,
        ancestry,
        parents,
        doers,
        ties,
        _main_place(extraction),
    )


def _vague(name: str, type_: str) -> bool:
    # 市委 of one article is not 市委 of another, so it says nothing about who a person is
    return n.is_generic(name, type_) or n.bare_level(name) is not None or n.below_prefecture(name)


def _pairs(
    extraction: Extraction, predicates: tuple[str, ...], *, turned: bool = False
) -> dict[str, tuple[str, ...]]:
    """Return the objects by subject (or the other way round), the best supported first."""
    support: dict[str, dict[str, tuple[int, int, float]]] = defaultdict(dict)
    for relation in extraction.relations:
        if relation.predicate not in predicates:
            continue
        subject, object_ = relation.subject, relation.object
        if turned:
            subject, object_ = object_, subject
        rank = (
            predicates.index(relation.predicate),
            -len(relation.evidence),
            -max((e.confidence for e in relation.evidence), default=0.0),
        )
        support[subject][object_] = min(rank, support[subject].get(object_, rank))
    return {
        subject: tuple(sorted(objects, key=lambda o: (*objects[o], _number(o), o)))
        for subject, objects in support.items()
    }


def _number(entity_id: str) -> int:
    digits = "".join(c for c in entity_id if c.isdigit())
    return int(digits) if digits else 0


def _main_place(extraction: Extraction) -> str | None:
    """Return the division named most often, provinces and countries last; the first of equals."""
    ranked = [
        (
            entity.name.endswith(_WIDE),
            -len(entity.mentions),
            entity.mentions[0].start,
            entity.id,
        )
        for entity in extraction.entities
        if entity.type == "AdministrativeDivision" and entity.mentions
    ]
    return min(ranked)[3] if ranked else None
