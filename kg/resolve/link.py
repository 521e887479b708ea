"""Link the entities of one article to authority records.

Takes an extraction and the authority tables, and returns records by entity id. A link that extraction made
from context is kept unless the entity's own full name contradicts it. Names that extraction left unlinked are
looked up again, now that the containers of the entities are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.authority import Authority, Record
from kg.model import FAMILY_OF, Entity, Extraction
from kg.resolve.names import legal_form
from kg.text.normal import simplify

CONTAINMENT = ("locatedIn", "subsidiaryOf", "partOf")
# short names of these levels are ambiguous: 滨城, 东方, 太平
_SMALL = ("county", "township")
# alternative spellings of each legal form
_ENDINGS = {
    "group": ("集团有限公司", "集团", "（集团）有限公司", "集团公司"),
    "share": ("股份有限公司",),
    "plain": ("有限公司", "有限责任公司"),
}


def link(extraction: Extraction, authority: Authority | None) -> dict[str, Record]:
    """Return the authority record of each entity that has one, by entity id.

    A name is linked if it is a name of exactly one record of the entity's type (for an official name, of its
    family), or of exactly one record located in a container of the entity. Short names of counties and
    townships, and weak names, need the container; a central enterprise does not. Two entities of an article
    are never linked to the same record: the one that bears the official name keeps it.
    """
    if authority is None:
        return {}
    linked: dict[str, Record] = {}
    above = _containers(extraction)
    names_of = {entity.id: tuple(map(simplify, entity.names)) for entity in extraction.entities}
    for entity in extraction.entities:
        around = {name for parent in above.get(entity.id, ()) for name in names_of.get(parent, ())}
        record = authority.records.get(entity.record or "")
        if record is not None and not _same_kind(entity, record):
            record = None
        found = _match(entity, names_of[entity.id][0], around, authority)
        if record is None or (found and found.name == names_of[entity.id][0]):
            record = found or record
        if record is not None:
            linked[entity.id] = record
    return _one_each(extraction, linked)


def _containers(extraction: Extraction) -> dict[str, set[str]]:
    """Return the ids of all direct and indirect containers of each entity."""
    direct: dict[str, set[str]] = defaultdict(set)
    for relation in extraction.relations:
        if relation.predicate in CONTAINMENT:
            direct[relation.subject].add(relation.object)
    reached: dict[str, set[str]] = {}
    for start in direct:
        found: set[str] = set()
        waiting = list(direct[start])
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(direct.get(node, ()))
        reached[start] = found - {start}
    return reached


def _same_kind(entity: Entity, record: Record) -> bool:
    # the bay 太平湾 is not the division 太平湾街道, though both are places; 滨海新区 is zone and district
    if entity.family == "Location":
        return entity.type == record.type or (
            {entity.type, record.type} == {"DevelopmentZone", "AdministrativeDivision"}
            and record.name.endswith("新区")
        )
    return FAMILY_OF.get(record.type) == entity.family


def _match(entity: Entity, name: str, around: set[str], authority: Authority) -> Record | None:
    for form, place in _readings(name, entity, authority):
        records = [r for r in authority.find(form, weak=True) if _same_kind(entity, r)]
        if place is not None:
            records = [r for r in records if authority.under(r.key, place.key)]
        near = [r for r in records if place is not None or _lies_in(r, around, authority)]
        if len(near) == 1 and (near[0].name == form or near[0].type == entity.type):
            return near[0]
        records = [r for r in records if not near and _names_alone(r, form, entity, around, authority)]
        if len(records) == 1:
            return records[0]
    return None


def _readings(name: str, entity: Entity, authority: Authority) -> Iterator[tuple[str, Record | None]]:
    """Yield a name and its alternative readings, each with the division that it has to lie in, if any.

    A division's name is also read without a preceding division (大连市|中山区), and a company's name with
    other spellings of the same legal form (集团公司, 集团有限公司).
    """
    yield name, None
    if entity.type == "AdministrativeDivision":
        for end in range(2, len(name) - 1):
            for place in authority.forms.get(name[:end], ()):
                if place.type == "AdministrativeDivision":
                    yield name[end:], place
    elif entity.type in ("CentralEnterprise", "Company"):
        core, kind = legal_form(name)
        yield from ((core + ending, None) for ending in _ENDINGS.get(kind, ()))


def _lies_in(record: Record, around: Iterable[str], authority: Authority) -> bool:
    return any(form in around for above in authority.ancestors(record.key) for form in above.forms)


def _names_alone(record: Record, form: str, entity: Entity, around: set[str], authority: Authority) -> bool:
    """Tell whether a form identifies a record without the help of a container, and none contradicts it."""
    if form not in record.forms:
        return entity.type == "CentralEnterprise" == record.type
    if form == record.name:
        return not _elsewhere(record, around, authority)
    return (
        record.type == entity.type
        and record.level not in _SMALL
        and not _elsewhere(record, around, authority)
    )


def _elsewhere(record: Record, around: Iterable[str], authority: Authority) -> bool:
    """Tell whether one of the containers is a province or city in which the record is not located."""
    above = {a.key for a in authority.ancestors(record.key)}
    if not above:
        return False
    for name in around:
        places = [r for r in authority.forms.get(name, ()) if r.level in ("province", "prefecture")]
        if places and not any(p.key in above or p.key == record.key for p in places):
            return True
    return False


def _one_each(extraction: Extraction, linked: Mapping[str, Record]) -> dict[str, Record]:
    bearers: dict[str, list[Entity]] = defaultdict(list)
    for entity in extraction.entities:
        if entity.id in linked:
            bearers[linked[entity.id].key].append(entity)
    kept = {}
    for entities in bearers.values():
        record = linked[entities[0].id]
        best = min(
            entities, key=lambda e: (record.name not in map(simplify, e.names), -len(e.mentions), e.id)
        )
        kept[best.id] = record
    return kept
