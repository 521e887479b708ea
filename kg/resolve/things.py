"""Resolve the entities of many articles to things.

Takes extractions and the authority tables, and returns things, each with all the entities it stands for. The
identity of an entity consists of the family of its type, its canonical name and, where names recur, its place
or owner; where an authority record is linked, the record decides. Names are never compared by similarity:
南京市 is not 南通市, and a wrong merge is worse than a missed one. Each 高新区 or 朝阳区 is qualified by its
own container.

The result depends only on the set of extractions, never on their order. Manual corrections are applied after
`resolve`, as a function from things to things.
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
    """The thing that entities of one or more articles denote; ordered by key, record and members.

    Attributes:
        key: Unique path that identifies the thing, as in `location/辽宁省/大连市/甘井子区`: the family in
            lower case, the chain of places or owners where identity needs it, and the name. `/` and `%`
            inside a name are written `%2F` and `%25`.
        type: One of `kg.model.TYPES`.
        name: The canonical name: that of the authority record, else the fullest.
        names: All forms of the name, the canonical one first.
        record: Key of the authority record, or None.
        members: All entities it stands for, as (article, entity id), sorted.
    """

    key: str
    type: str
    name: str
    names: tuple[str, ...]
    record: str | None
    members: tuple[Member, ...]

    def __lt__(self, other: Thing) -> bool:
        """Order by key; of things with the same key, those without a record come first."""
        mine, its = ((t.key, t.record or "", t.members) for t in (self, other))
        return mine < its


def resolve(extractions: Iterable[Extraction], authority: Authority | None = None) -> tuple[Thing, ...]:
    """Return the things that the entities of the extractions denote, sorted by key.

    Args:
        extractions: Extractions of any number of articles, each once, in any order.
        authority: The authority tables, or None to rely on the texts alone.
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
    """Group entities by identity.

    Args:
        entities: Pairs of article and entity, in the order of articles and of the entities in each.
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
    """Return the thing formed by some identities, with a key that may still collide with another's.

    Args:
        root: The identity that names the thing.
        parts: All identities of the thing.
        groups: The entities of each identity.
        records: Authority records by key.
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
    """Return the forms of a thing's name: the canonical one, then the others, longest first."""
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
    """Yield the persons of one name as things, with keys that may still collide with those of others.

    Args:
        bearing: All persons of the name, as pairs of article and person.
        of: The things of the bodies and places to which the persons belong, by (article, entity id).
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
        # the only person of a name needs no qualifier; if there are several, each gets one
        chain = (labels.get(one.tie, one.tie),) if len(found) > 1 else ()
        key = _key("Person", chain, one.spelling)
        yield Thing(key, "Person", one.spelling, (one.spelling,), None, one.members)


def _key(family: str, chain: Sequence[str], name: str) -> str:
    parts = (family.lower(), *chain, name)
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def unique(things: Iterable[Thing]) -> Iterator[Thing]:
    """Yield things with unique keys; the second thing with a key gets `~2` appended, the third `~3`."""
    taken: set[str] = set()
    for thing in sorted(things):
        key, number = thing.key, 1
        while key in taken:
            number += 1
            key = f"{thing.key}~{number}"
        taken.add(key)
        yield Thing(key, thing.type, thing.name, thing.names, thing.record, thing.members)
