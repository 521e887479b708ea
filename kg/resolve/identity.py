"""The identity of an entity: what entities must share to be one thing, before short names are considered.

Takes an entity in the context of its article and returns its identity. This consists of the family of its
type, its name normalised for comparison and, where names recur, the chain of places or owners. If an
authority record is linked, the record determines the identity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.authority import Record
from kg.model import Entity
from kg.resolve import names as n
from kg.resolve.context import Context
from kg.resolve.generic import is_generic

# An entity of an article: (doc, entity id)
Member = tuple[str, str]

_LEVEL = re.compile("(?P<level>省|自治区|市|区|县)级")
# 兰渝铁路, 南水北调中线工程: lines that run through many places are identified by name alone
_LINE = re.compile(
    "(?:铁路|高铁|高速|公路|运河|管道|专线|客专|通道|航线|大桥|隧道|国道|输电|调水)(?:.{0,2}(?:工程|项目))?$"
    "|南水北调|西气东输|西电东送"
)


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """The properties that all entities of one thing share.

    Attributes:
        family: Family of the type.
        name: The name, normalised for comparison; for a company without its legal form.
        kind: Kind of company that the legal form indicates (`names.legal_form`), else empty.
        chain: Places or owners that distinguish it from others of the same name, widest first.
        record: Key of the authority record, or empty.
    """

    family: str
    name: str
    kind: str = ""
    chain: tuple[str, ...] = ()
    record: str = ""


def identify(entity_id: str, context: Context, records: Mapping[str, Record]) -> tuple[Identity, bool]:
    """Return an entity's identity, and whether it is fixed.

    A fixed identity (a record, or a name that needs its place) is never joined to another one by a short
    name.
    """
    entity = context.entities[entity_id]
    family, type_ = entity.family, entity.type
    record = context.records.get(entity_id)
    if record is not None:
        return Identity(family, n.key(record.name, record.type), record=record.key), True
    name = n.key(entity.name, type_)
    if family == "Honor":
        given = _LEVEL.match(name)
        chain = _giver(entity_id, context, given["level"]) if given else ()
        return Identity(family, name, chain=chain), given is not None
    if family in ("Industry", "Product"):
        return Identity(family, name), False
    if type_ in ("AdministrativeDivision", "Place"):
        own = context.own_name(entity_id)
        name = name if is_generic(own, type_) else n.key(own, type_)
    elif type_ == "GovernmentBody":
        name = n.below_city(name)
        level = n.bare_level(name)
        owner = context.division_of_level(entity_id, level) if level else None
        if level and owner is not None:
            # 市委 of 大连市 is 大连市委, the same body as where a text gives the full name
            full = owner[-1][: -len(level)] + name
            chain = owner if n.below_prefecture(owner[-1]) else ()
            return Identity(family, full, chain=chain), True
        if level:
            return Identity(family, name, chain=_told_place(entity_id, context)), True
    if is_generic(entity.name, type_) or _recurs(type_, name):
        chain = _told_place(entity_id, context)
        if family == "Initiative":
            # an initiative launched by 贵州省委 is the same as one launched by 贵州省
            chain = tuple(part for part in chain if part not in context.bodies) or chain
        return Identity(family, name, chain=chain), True
    if family == "Project" and not _LINE.search(entity.name):
        return Identity(family, name, chain=context.region(entity_id)), False
    if family == "Organization":
        core, kind = n.legal_form(entity.name)
        return Identity(family, core if type_ != "GovernmentBody" else name, kind), False
    return Identity(family, name), False


def told_name(entity_id: str, context: Context) -> str:
    """Return the display name: place added to a bare body name, preceding place removed from a place name."""
    entity = context.entities[entity_id]
    if entity.type == "GovernmentBody" and entity_id not in context.records:
        level = n.bare_level(entity.name)
        owner = context.division_of_level(entity_id, level) if level else None
        return owner[-1][: -len(level)] + entity.name if level and owner else entity.name
    if entity.type in ("AdministrativeDivision", "Place"):
        own = context.own_name(entity_id)
        return entity.name if is_generic(own, entity.type) else own
    return entity.name


def _giver(entity_id: str, context: Context, level: str) -> tuple[str, ...]:
    ends = ("省", "自治区", "市") if level == "省" else (level,)
    place = context.main_chain(entity_id)
    for end in range(len(place), 0, -1):
        if place[end - 1].endswith(ends) and (level != "省" or end == 1):
            return place[:end]
    return (f"@{context.doc}",)


def _told_place(entity_id: str, context: Context) -> tuple[str, ...]:
    return context.chain(entity_id) or context.main_chain(entity_id) or (f"@{context.doc}",)


def _recurs(type_: str, name: str) -> bool:
    if type_ == "AdministrativeDivision":
        return n.below_prefecture(name)
    return type_ == "GovernmentBody" and n.leading_division(name) is not None


def forms(entity: Entity, identity: Identity) -> frozenset[tuple[str, str]]:
    """Return the forms under which a short name can match an entity, as (name, kind of company)."""
    if entity.family == "Organization" and entity.type != "GovernmentBody":
        told = {n.legal_form(name) for name in entity.names}
    else:
        told = {(n.key(name, entity.type), "") for name in entity.names}
    return frozenset(told | {(identity.name, identity.kind)})
