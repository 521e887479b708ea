"""The places and owners of the entities of one article.

Takes one extraction and the authority records its entities were linked to, and returns a `Context`, which
tells where an entity is, to whom it belongs, and which place the article is mainly about. No other article
is consulted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.authority import Authority, Record
from kg.model import FAMILY_OF, Entity, Extraction
from kg.resolve import names as n
from kg.resolve.link import CONTAINMENT

# every place is in China, so the country's name would be in every chain
COUNTRY = ("中国", "中华人民共和国")
_WIDE = ("省", "自治区", *COUNTRY)
# whoever carries out a project or event also identifies it
_DOERS = ("implements", "organizes", "launches", "investsIn")
# national posts that only one person holds at a time
_SINGLE = ("总书记", "国家主席", "国务院总理")


@dataclass(frozen=True)
class Context:
    """The entities of one article with their records and containers, and the place the article is about.

    Attributes:
        doc: Identifier of the article.
        entities: Entities by id.
        records: Authority record of each linked entity, by entity id.
        ancestry: Names of the containers of a linked entity's record, widest first, by entity id.
        parents: Entity ids of an entity's containers, best supported first, by entity id.
        doers: Entity ids of those who carry out a project, event or initiative, by its entity id.
        posts: Entity ids of the bodies and places that a person belongs to, by the person's entity id.
        titles: Posts held by one person at a time (总书记) that appear beside a person's name, by entity id.
        bodies: Names of the government bodies among the entities.
        divisions: Names of the administrative divisions among the entities, records and containers.
        places: All names that the article uses for places, and the names of the containers of their
            records, folded for comparison.
        main: Entity id of the division that the article is about, or None.
    """

    doc: str
    entities: Mapping[str, Entity]
    records: Mapping[str, Record]
    ancestry: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    doers: Mapping[str, tuple[str, ...]]
    posts: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, frozenset[str]]
    bodies: frozenset[str]
    divisions: frozenset[str]
    places: frozenset[str]
    main: str | None

    def place(self, entity_id: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the names of the entity's containers, widest first, followed by its own name."""
        if entity_id in self.records:
            return (*self.ancestry[entity_id], self.records[entity_id].name)
        inside: tuple[str, ...] = ()
        for parent in self.parents.get(entity_id, ()):
            if parent not in seen and parent != entity_id:
                inside = self.place(parent, seen | {entity_id})
                break
        return (*inside, self.entities[entity_id].name)

    def chain(self, entity_id: str) -> tuple[str, ...]:
        """Return the names of an entity's containers, or else those of its doer, widest first."""
        chain = self.place(entity_id)[:-1]
        doers = self.doers.get(entity_id, ())
        return chain if chain or not doers else self.place(doers[0])

    def region(self, entity_id: str) -> tuple[str, ...]:
        """Return an entity's province and city, or the two widest divisions known; empty if none is known."""
        return tuple(name for name in self.chain(entity_id) if name in self.divisions)[:2]

    def main_chain(self, entity_id: str) -> tuple[str, ...]:
        """Return the article's main place with its containers; empty for that place and its containers."""
        if self.main is None or self.main == entity_id:
            return ()
        place = self.place(self.main, frozenset({entity_id}))
        return () if self.entities[entity_id].name in place else place

    def division_of_level(self, entity_id: str, level: str) -> tuple[str, ...] | None:
        """Return the nearest container whose name ends in `level`, with its own containers."""
        for place in (self.chain(entity_id), self.main_chain(entity_id)):
            for end in range(len(place), 0, -1):
                if place[end - 1].endswith(level) and len(place[end - 1]) > len(level) + 1:
                    return place[:end]
        return None

    def own_name(self, entity_id: str) -> str:
        """Return a place's fullest name without a preceding place name: 科隆 for 德国科隆."""
        entity = self.entities[entity_id]
        for short in entity.names[1:]:
            before = entity.name.removesuffix(short)
            if before != entity.name and n.fold(before) in self.places:
                return short
        return entity.name


def read_context(
    extraction: Extraction, records: Mapping[str, Record], authority: Authority | None = None
) -> Context:
    """Return the context of an article's entities.

    Args:
        extraction: The extraction of the article.
        records: The records that `link` found.
        authority: The tables that the records come from, which give the containers of records.
    """
    entities = {entity.id: entity for entity in extraction.entities}
    ancestry = {}
    for entity_id, record in records.items():
        above = [a.name for a in authority.ancestors(record.key)] if authority else []
        ancestry[entity_id] = tuple(reversed([name for name in above if name not in COUNTRY]))
    parents = _pairs(extraction, CONTAINMENT)
    doers: dict[str, tuple[str, ...]] = {}
    for object_, subjects in _pairs(extraction, _DOERS, turned=True).items():
        if object_ in entities and entities[object_].family in ("Project", "Event", "Initiative"):
            doers[object_] = subjects
    divisions = {e.name for e in extraction.entities if e.type == "AdministrativeDivision"}
    for entity_id, record in records.items():
        if FAMILY_OF[record.type] == "Location":
            divisions.update(ancestry[entity_id])
        if record.type == "AdministrativeDivision":
            divisions.add(record.name)
    return Context(
        extraction.article.doc,
        entities,
        records,
        ancestry,
        parents,
        doers,
        _pairs(extraction, ("holdsPositionAt", "locatedIn")),
        _titles(extraction),
        frozenset(e.name for e in extraction.entities if e.type == "GovernmentBody"),
        frozenset(divisions),
        _place_names(extraction, records, authority),
        _main_place(extraction, records),
    )


def _place_names(
    extraction: Extraction, records: Mapping[str, Record], authority: Authority | None
) -> frozenset[str]:
    places = [e for e in extraction.entities if e.family == "Location"]
    found = {n.fold(name) for entity in places for name in entity.names}
    for entity in places:
        if authority and entity.id in records:
            found.update(
                n.fold(form) for above in authority.ancestors(records[entity.id].key) for form in above.forms
            )
    return frozenset(found)


def _titles(extraction: Extraction) -> dict[str, frozenset[str]]:
    text = extraction.article.normal
    found = {}
    for entity in extraction.entities:
        if entity.family == "Person":
            around = [
                (text[max(0, m.start - 12) : m.start], text[m.end : m.end + 3]) for m in entity.mentions
            ]
            posts = {
                post for before, after in around for post in _SINGLE if before.endswith(post) or after == post
            }
            if posts:
                found[entity.id] = frozenset(posts)
    return found


def _pairs(
    extraction: Extraction, predicates: tuple[str, ...], *, turned: bool = False
) -> dict[str, tuple[str, ...]]:
    """Return the objects by subject (or subjects by object if `turned`), best supported first."""
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


def _main_place(extraction: Extraction, records: Mapping[str, Record]) -> str | None:
    """Return the most often named division; provinces and foreign places come last, ties go to the first."""
    ranked = [
        (
            entity.name.endswith(_WIDE) or _wide(records.get(entity.id)),
            -len(entity.mentions),
            entity.mentions[0].start,
            entity.id,
        )
        for entity in extraction.entities
        if entity.type == "AdministrativeDivision" and entity.mentions
    ]
    return min(ranked)[3] if ranked else None


def _wide(record: Record | None) -> bool:
    return record is not None and (record.level == "country" or record.table == "world_cities")
