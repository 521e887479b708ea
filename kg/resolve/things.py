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
from kg.resolve import persons
from kg.resolve.context import COUNTRY, read_context
from kg.resolve.identity import Identity, Member, forms, identify, told_name
from kg.resolve.join import Group, join, spelling
from kg.resolve.link import link


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


def resolve(extractions: Iterable[Extraction], authority: Authority | None = None) -> tuple[Thing, ...]:
    """Return the things that the entities of the extractions stand for, sorted by key.

    Args:
        extractions: Any number of articles, each once, in any order.
        authority: The authority tables, or None to go by the texts alone.
    """
    records = authority.records if authority else {}
    groups: dict[Identity, Group] = {}
    places: dict[str, frozenset[str]] = {}
    named: dict[str, list[tuple[Member, str, frozenset[str], tuple[Member, ...]]]] = defaultdict(list)
    for extraction in sorted(extractions, key=lambda e: e.article.doc):
        doc = extraction.article.doc
        context = read_context(extraction, link(extraction, authority), authority)
        places[doc] = context.places
        for entity in extraction.entities:
            member = (doc, entity.id)
            if entity.family == "Person":
                posts = tuple((doc, body) for body in context.posts.get(entity.id, ()))
                titles = context.titles.get(entity.id, frozenset())
                named[n.fold(entity.name)].append((member, entity.name, titles, posts))
                continue
            identity, fixed = identify(entity.id, context, records)
            group = groups.setdefault(identity, Group(fixed))
            group.names.update(entity.names)
            group.forms |= forms(entity, identity)
            group.full[told_name(entity.id, context)] += 1
            group.members.append(member)
            group.types[entity.type] += max(1, len(entity.mentions))
    things = [_thing(root, parts, groups, records) for root, parts in join(groups, places).items()]
    things = list(_unique(things))
    of = {member: thing for thing in things for member in thing.members}
    labels = {thing.key: thing.name for thing in things}
    for name in sorted(named):
        bearers = [
            persons.Bearer(member, told, titles | {of[post].key for post in posts if post in of})
            for member, told, titles, posts in named[name]
        ]
        things += _persons(bearers, labels)
    return tuple(sorted(_unique(things)))


def _thing(
    root: Identity,
    parts: Sequence[Identity],
    groups: Mapping[Identity, Group],
    records: Mapping[str, Record],
) -> Thing:
    types: Counter[str] = Counter()
    told: set[str] = set()
    members: list[Member] = []
    for part in parts:
        types.update(groups[part].types)
        told |= groups[part].names
        members += groups[part].members
    record = records.get(root.record)
    if record is not None:
        type_, name, chain = record.type, record.name, _record_chain(record, records)
    else:
        type_ = min(types, key=lambda t: (-types[t], TYPES.index(t)))
        name, chain = spelling(root, groups[root]), root.chain
    names = (name, *sorted(told - {name}, key=lambda form: (-len(form), form)))
    return Thing(
        _key(root.family, chain, name), type_, name, names, root.record or None, tuple(sorted(members))
    )


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


def _persons(bearers: Sequence[persons.Bearer], labels: Mapping[str, str]) -> Iterator[Thing]:
    found = list(persons.tell_apart(bearers))
    for person in found:
        # a person alone with the name needs no qualifier; where several bear it, each has one
        chain = (labels.get(person.tie, person.tie),) if len(found) > 1 else ()
        key = _key("Person", chain, person.spelling)
        yield Thing(key, "Person", person.spelling, (person.spelling,), None, person.members)


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
