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
from kg.resolve.context import COUNTRY
from kg.resolve.identity import Identity, Member
from kg.resolve.join import Group, join, spelling
from kg.resolve.told import Named, Person, tell


@dataclass(frozen=True, slots=True)
class Thing:
    """What several entities of several articles stand for; sorted by key, record and members.

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

    def __lt__(self, other: Thing) -> bool:
        """Tell which comes first; one without a record comes before its namesakes with one."""
        mine, its = ((t.key, t.record or "", t.members) for t in (self, other))
        return mine < its


def resolve(extractions: Iterable[Extraction], authority: Authority | None = None) -> tuple[Thing, ...]:
    """Return the things that the entities of the extractions stand for, sorted by key.

    Args:
        extractions: Any number of articles, each once, in any order.
        authority: The authority tables, or None to go by the texts alone.
    """
    records = authority.records if authority else {}
    told = [tell(extraction, authority) for extraction in sorted(extractions, key=lambda e: e.article.doc)]
    groups = group((one.doc, named) for one in told for named in one.named)
    joined = join(groups, {one.doc: one.places for one in told})
    things = list(unique(make_thing(root, parts, groups, records) for root, parts in joined.items()))
    of = {member: thing for thing in things for member in thing.members}
    bearing: dict[str, list[tuple[str, Person]]] = defaultdict(list)
    for one in told:
        for person in one.persons:
            bearing[n.fold(person.name)].append((one.doc, person))
    for name in sorted(bearing):
        things += make_persons(bearing[name], of)
    return tuple(sorted(unique(things)))


def group(entities: Iterable[tuple[str, Named]]) -> dict[Identity, Group]:
    """Return entities by what they share.

    Args:
        entities: Each with its article, in the order of articles and of the entities in them.
    """
    groups: dict[Identity, Group] = {}
    for doc, named in entities:
        found = groups.get(named.identity)
        if found is None:
            found = groups[named.identity] = Group(named.fixed)
        found.names.update(named.names)
        found.forms |= named.forms
        found.full[named.name] += 1
        found.members.append((doc, named.entity))
        found.types[named.type] += named.weight
    return groups


def make_thing(
    root: Identity,
    parts: Sequence[Identity],
    groups: Mapping[Identity, Group],
    records: Mapping[str, Record],
) -> Thing:
    """Return the thing that some identities are, under the key that it has unless another has it, too.

    Args:
        root: The identity that names it.
        parts: All of them.
        groups: Their entities.
        records: The authority records by key.
    """
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
    key = _key(root.family, chain, name)
    return Thing(key, type_, name, forms_in_order(name, told), root.record or None, tuple(sorted(members)))


def forms_in_order(name: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Return the forms of a thing's name: its canonical name, then the others, the fullest first."""
    return (name, *sorted(set(forms) - {name}, key=lambda form: (-len(form), form)))


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


def make_persons(bearing: Iterable[tuple[str, Person]], of: Mapping[Member, Thing]) -> Iterator[Thing]:
    """Yield the persons of one name, under the keys that they have unless others have them, too.

    Args:
        bearing: All persons of the name, each with its article.
        of: The thing that each body and place is to which they belong.
    """
    labels: dict[str, str] = {}
    bearers = []
    for doc, person in bearing:
        posts = {of[doc, post] for post in person.posts if (doc, post) in of}
        labels.update((thing.key, thing.name) for thing in posts)
        ties = person.titles | {thing.key for thing in posts}
        bearers.append(persons.Bearer((doc, person.entity), person.name, ties))
    found = list(persons.tell_apart(bearers))
    for one in found:
        # a person alone with the name needs no qualifier; where several bear it, each has one
        chain = (labels.get(one.tie, one.tie),) if len(found) > 1 else ()
        key = _key("Person", chain, one.spelling)
        yield Thing(key, "Person", one.spelling, (one.spelling,), None, one.members)


def _key(family: str, chain: Sequence[str], name: str) -> str:
    parts = (family.lower(), *chain, name)
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def unique(things: Iterable[Thing]) -> Iterator[Thing]:
    """Yield things, each under a key of its own: the second of a key gets `~2` behind it."""
    taken: set[str] = set()
    for thing in sorted(things):
        key, number = thing.key, 1
        while key in taken:
            number += 1
            key = f"{thing.key}~{number}"
        taken.add(key)
        yield Thing(key, thing.type, thing.name, thing.names, thing.record, thing.members)
