"""Entities of many articles become things: who is meant.

In: extractions and the authority tables. Out: things, each with every article and entity it
stands for. Identity comes from the family of the type, the canonical name and, where names
recur, the place or owner; an authority record settles it where one is linked. A name is
never compared by similarity: 南京市 is not 南通市, and a wrong merge is worse than a missed
one. Every 高新区 and 朝阳区 is qualified by its own container.

The result is a function of the set of extractions: their order never matters. Corrections
made by hand belong after `resolve`, as a function from things to things.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.authority import Authority, Record
from kg.model import FAMILY_OF, TYPES, Extraction
from kg.resolve import names as n
from kg.resolve.context import COUNTRY, Context, link, read_context

Member = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """What several entities of several articles stand for.

    Attributes:
        key: Path that identifies it: the family in lower case, the chain of places or owners where
            identity needs it, the name: `location/辽宁省/大连市/甘井子区`. `/` and `%` inside a
            name are written `%2F` and `%25`. Unique.
        type: One of `kg.model.TYPES`.
        name: The canonical name: that of the authority record, else the fullest.
        names: Every form, the canonical one first.
        record: Key of the authority record, or None.
        members: (article, entity id) of all entities it stands for, sorted.
    """

    key: str
    type: str
    name: str
    names: tuple[str, ...]
    record: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What entities must share to be one thing before short names are looked at."""

    family: str
    name: str
    chain: tuple[str, ...] = ()
    record: str = ""


@dataclass(slots=True)
class _Group:
    names: set[str]
    members: list[Member]
    types: Counter[str]
    full: Counter[str]
    fixed: bool


def resolve(extractions: Iterable[Extraction], authority: Authority | None = None) -> tuple[Thing, ...]:
    """Return the things that the entities of the extractions stand for, sorted by key.

    Args:
        extractions: Any number of articles, each once, in any order.
        authority: The authority tables, or None to go by the texts alone.
    """
    records = authority.records if authority else {}
    groups: dict[Identity, _Group] = {}
    places: dict[str, frozenset[str]] = {}
    persons: dict[str, list[tuple[Member, frozenset[str], str]]] = defaultdict(list)
    for extraction in sorted(extractions, key=lambda e: e.article.doc):
        context = read_context(extraction, link(extraction, authority), authority)
        places[extraction.article.doc] = context.place_names()
        for entity in extraction.entities:
            member = (extraction.article.doc, entity.id)
            if entity.family == "Person":
                persons[n.fold(entity.name)].append((member, context.ties(entity.id), entity.name))
                continue
            identity, fixed = identify(entity.id, context, records)
            group = groups.setdefault(identity, _Group(set(), [], Counter(), Counter(), fixed))
            group.names.update(entity.names)
            group.full[entity.name] += 1
            group.members.append(member)
            group.types[entity.type] += max(1, len(entity.mentions))
    things = [_thing(root, parts, groups, records) for root, parts in _joined(groups, places).items()]
    things += [person for name in sorted(persons) for person in _persons(name, persons[name])]
    return tuple(sorted(_unique(things)))


def identify(entity_id: str, context: Context, records: Mapping[str, Record]) -> tuple[Identity, bool]:
    """Return an entity's identity, and whether it is settled by itself.

    A settled identity (a record, or a name that needs its place) never joins another one by
    a short name.
    """
    entity = context.entities[entity_id]
    family = entity.family
    record = context.records.get(entity_id)
    if record is not None:
        return Identity(family, n.fold(record.name), record=record.key), True
    if family == "Industry":
        return Identity(family, n.industry(entity.name)), False
    if family in ("Product", "Honor"):
        return Identity(family, n.fold(entity.name)), False
    level = n.bare_level(entity.name) if entity.type == "GovernmentBody" else None
    if level:
        owner = context.division_of_level(entity_id, level)
        if owner is not None:
            # 市委 of 大连市 is 大连市委: the same body as where the text writes it in full
            full = owner[-1][: -len(level)] + entity.name
            chain = owner if n.below_prefecture(owner[-1]) else ()
            return Identity(family, n.fold(full), chain), True
    if level or n.is_generic(entity.name, entity.type) or _recurs(entity.type, entity.name):
        chain = context.chain(entity_id) or context.main_chain(entity_id) or (f"@{context.doc}",)
        return Identity(family, n.fold(entity.name), chain), True
    if family == "Project":
        return Identity(family, n.fold(entity.name), context.chain(entity_id)), False
    return Identity(family, n.fold(entity.name)), False


def _recurs(type_: str, name: str) -> bool:
    if type_ == "AdministrativeDivision":
        return n.below_prefecture(name)
    return type_ == "GovernmentBody" and n.leading_division(name) is not None


def _joined(
    groups: Mapping[Identity, _Group], places: Mapping[str, frozenset[str]]
) -> dict[Identity, list[Identity]]:
    """Join each group that is known by a short name to the one group whose full name that is short for.

    Args:
        groups: Entities by what they must share.
        places: Names of the places that an article names, by article.
    """
    anywhere = frozenset().union(*places.values())
    owners: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for identity in sorted(groups):
        for form in sorted({n.fold(name) for name in groups[identity].names} | {identity.name}):
            owners[identity.family, form].append(identity)
    target: dict[Identity, Identity] = {}
    for identity in sorted(groups):
        if groups[identity].fixed or len(identity.name) < 2:
            continue
        others = [o for o in owners[identity.family, identity.name] if o != identity]
        if len(others) != 1 or not _may_join(identity, others[0], groups):
            continue
        # 连云港中欧班列 is not what every 中欧班列 means: its articles have to name the place
        before = others[0].name.removesuffix(identity.name)
        needed = before if before != others[0].name and before in anywhere else None
        if needed is None or all(needed in places[doc] for doc, _ in groups[identity].members):
            target[identity] = others[0]
    joined: dict[Identity, list[Identity]] = defaultdict(list)
    for identity in sorted(groups):
        joined[_root(identity, target)].append(identity)
    return dict(joined)


def _may_join(short: Identity, full: Identity, groups: Mapping[Identity, _Group]) -> bool:
    if full.chain and groups[full].fixed:
        return False
    if short.chain and full.chain and not _compatible(short.chain, full.chain):
        return False
    if short.name == full.name:
        # a project whose place one article leaves out, or tells less finely
        return len(short.chain) < len(full.chain)
    both_ways = full.name in {n.fold(name) for name in groups[short].names}
    return not both_ways or (len(short.name), short.name) < (len(full.name), full.name)


def _compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter, longer = sorted((tuple(one), tuple(other)), key=len)
    return longer[: len(shorter)] == shorter or longer[len(longer) - len(shorter) :] == shorter


def _root(identity: Identity, target: Mapping[Identity, Identity]) -> Identity:
    seen = {identity}
    while identity in target:
        identity = target[identity]
        if identity in seen:
            return min(seen)
        seen.add(identity)
    return identity


def _thing(
    root: Identity,
    parts: Sequence[Identity],
    groups: Mapping[Identity, _Group],
    records: Mapping[str, Record],
) -> Thing:
    types: Counter[str] = Counter()
    forms: set[str] = set()
    members: list[Member] = []
    for part in parts:
        types.update(groups[part].types)
        forms |= groups[part].names
        members += groups[part].members
    record = records.get(root.record)
    if record is not None:
        type_, name, chain = record.type, record.name, _record_chain(record, records)
    else:
        type_ = min(types, key=lambda t: (-types[t], TYPES.index(t)))
        name, chain = _spelling(root, groups[root].full), root.chain
    names = (name, *sorted(forms - {name}, key=lambda form: (-len(form), form)))
    return Thing(
        _key(root.family, chain, name), type_, name, names, root.record or None, tuple(sorted(members))
    )


def _spelling(root: Identity, spellings: Counter[str]) -> str:
    fitting = sorted((-count, form) for form, count in spellings.items() if n.fold(form) == root.name)
    # the name of a bare body was put together: no text spells it
    return fitting[0][1] if fitting else root.name


def _record_chain(record: Record, records: Mapping[str, Record]) -> tuple[str, ...]:
    if FAMILY_OF[record.type] != "Location":
        return ()
    chain: list[str] = []
    seen = {record.key}
    parent = record.parent
    while parent and parent in records and parent not in seen:
        seen.add(parent)
        chain.append(records[parent].name)
        parent = records[parent].parent
    return tuple(reversed([name for name in chain if name not in COUNTRY]))


def _persons(name: str, found: Sequence[tuple[Member, frozenset[str], str]]) -> Iterator[Thing]:
    """Yield the persons of one name: articles mean the same one where they share a body or place."""
    clusters: list[tuple[set[str], list[Member], Counter[str]]] = []
    for member, ties, spelling in sorted(found, key=lambda item: item[0]):
        meeting = [c for c in clusters if c[0] & ties]
        clusters = [c for c in clusters if not c[0] & ties]
        merged: tuple[set[str], list[Member], Counter[str]] = (set(ties), [member], Counter([spelling]))
        for cluster in meeting:
            merged[0].update(cluster[0])
            merged[1].extend(cluster[1])
            merged[2].update(cluster[2])
        clusters.append(merged)
    for ties_, members, spellings in clusters:
        spelled = min(spellings, key=lambda form: (-spellings[form], form))
        # a person alone with the name needs no qualifier; where several bear it, each has one
        chain: tuple[str, ...] = ()
        if len(clusters) > 1:
            chain = (min(ties_, key=lambda t: (len(t), t)) if ties_ else f"@{min(members)[0]}",)
        yield Thing(
            _key("Person", chain, spelled), "Person", spelled, (spelled,), None, tuple(sorted(members))
        )


def _key(family: str, chain: Sequence[str], name: str) -> str:
    parts = (family.lower(), *chain, name)
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def _unique(things: Iterable[Thing]) -> Iterator[Thing]:
    taken: set[str] = set()
    for thing in sorted(things, key=lambda t: (t.key, t.record or "", t.members)):
        key, number = thing.key, 1
        while key in taken:
            number += 1
            key = f"{thing.key}~{number}"
        taken.add(key)
        yield Thing(key, thing.type, thing.name, thing.names, thing.record, thing.members)
