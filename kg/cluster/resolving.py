"""The steps of resolution on a cluster, as functions from rows to rows grouped by part.

    told → entities by component → things by key → faces by shard ⎫
    told + faces → persons by name → things by key → faces by shard ⎭ → quads

These functions access neither storage nor workers. Each step needs only the rows of its part, so memory is
bounded by the size of a part. The resolution itself is done by `kg.resolve`, so the result is the same as
that of a build on one machine from the same articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from kg.authority import Record
from kg.cluster.components import Components, identity_number
from kg.cluster.exchange import Row, number_of
from kg.graph import identifiers
from kg.resolve import names as n
from kg.resolve import things as r
from kg.resolve.identity import Identity, Member
from kg.resolve.join import join
from kg.resolve.things import Thing
from kg.resolve.told import Named, Person, Told

Rows = dict[int, list[Row]]
_NUMBERED = re.compile(r"(?:~[0-9]+)+$")
_ENTITY, _PLACES = 0, 1


def told_row(told: Told) -> Row:
    """Return the resolution record of an article as a row of JSON values."""
    return [
        told.doc,
        sorted(told.places),
        [_named_row(named) for named in told.named],
        [[p.entity, p.name, sorted(p.titles), list(p.posts)] for p in told.persons],
    ]


def told_of(row: Row) -> Told:
    """Return the resolution record of an article from its row; the inverse of `told_row`."""
    doc, places, named, persons = row
    return Told(
        doc,
        frozenset(places),
        tuple(map(_named, named)),
        tuple(
            Person(entity, name, frozenset(titles), tuple(posts)) for entity, name, titles, posts in persons
        ),
    )


def _named_row(named: Named) -> Row:
    i = named.identity
    identity = [i.family, i.name, i.kind, list(i.chain), i.record]
    forms = [list(form) for form in sorted(named.forms)]
    return [
        named.entity,
        identity,
        named.fixed,
        list(named.names),
        forms,
        named.name,
        named.type,
        named.weight,
    ]


def _named(row: Row) -> Named:
    entity, (family, name, kind, chain, record), fixed, names, forms, told, type_, weight = row
    identity = Identity(family, name, kind, tuple(chain), record)
    pairs = frozenset((form, of) for form, of in forms)
    return Named(entity, identity, fixed, tuple(names), pairs, told, type_, weight)


def entities_by_component(told: Iterable[Told], shard: int, components: Components, parts: int) -> Rows:
    """Return the entities of a shard by the part of their component, with the place names needed there.

    Args:
        told: The articles of the shard.
        shard: Number of the shard.
        components: Components over all articles.
        parts: Number of parts.
    """
    found: Rows = defaultdict(list)
    for one in told:
        places: set[int] = set()
        for number, named in enumerate(one.named):
            own = identity_number(named.identity)
            component = components.of(own)
            part = (own if component is None else component) % parts
            found[part].append([_ENTITY, shard, one.doc, number, _named_row(named)])
            if component is not None:
                places.add(part)
        for part in sorted(places):
            found[part].append([_PLACES, one.doc, sorted(one.places)])
    return found


def join_entities(
    rows: Iterable[Row], anywhere: Container[str], records: Mapping[str, Record], parts: int
) -> Rows:
    """Return the things of a part by the part of their key.

    Args:
        rows: Rows of entities and places.
        anywhere: Names of the places that any article mentions.
        records: Authority records by key.
        parts: Number of parts.
    """
    shards: dict[str, int] = {}
    places: dict[str, frozenset[str]] = {}
    entities: list[tuple[str, int, Named]] = []
    for kind, *row in rows:
        if kind == _PLACES:
            places[row[0]] = frozenset(row[1])
            continue
        shard, doc, number, named = row
        shards[doc] = shard
        entities.append((doc, number, _named(named)))
    entities.sort(key=lambda entity: entity[:2])
    groups = r.group((doc, named) for doc, _, named in entities)
    joined = join(groups, places, anywhere=anywhere)
    return _by_key(
        (r.make_thing(root, some, groups, records) for root, some in joined.items()), shards, parts
    )


def _by_key(things: Iterable[Thing], shards: Mapping[str, int], parts: int) -> Rows:
    """Return things by part, such that things that might have the same key or IRI are in the same part."""
    found: Rows = defaultdict(list)
    for thing in things:
        part = number_of(identifiers.path(_NUMBERED.sub("", thing.key))) % parts
        members = [[doc, entity, shards[doc]] for doc, entity in thing.members]
        found[part].append([thing.key, thing.type, thing.name, thing.record, members])
    return found


def give_keys(rows: Iterable[Row], base: str) -> tuple[Rows, int]:
    """Return the faces of a part's things by the shard of each of their entities, and the number of things.

    Args:
        rows: Rows of things.
        base: Prefix of the IRIs of things.
    """
    shards: dict[str, int] = {}
    things = []
    for key, type_, name, record, members in rows:
        shards.update((doc, shard) for doc, _, shard in members)
        things.append(Thing(key, type_, name, (), record, tuple((doc, entity) for doc, entity, _ in members)))
    things = list(r.unique(things))
    iris = identifiers.thing_iris((thing.key for thing in things), base)
    found: Rows = defaultdict(list)
    for thing in things:
        face = [thing.key, iris[thing.key].value, thing.type, thing.name, thing.record]
        for doc, entity in thing.members:
            found[shards[doc]].append([doc, entity, *face])
    return found, len(things)


class Faces:
    """The things of the entities of a shard."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Build the index from rows returned by `give_keys`."""
        self.things: dict[str, dict[str, Thing]] = defaultdict(dict)
        self.iris: dict[str, str] = {}
        for doc, entity, key, iri, type_, name, record in rows:
            self.things[doc][entity] = Thing(key, type_, name, (), record, ())
            self.iris[key] = iri


def persons_by_name(told: Iterable[Told], shard: int, faces: Faces, parts: int) -> Rows:
    """Return the persons of a shard by the part of their name, each with the things it is tied to.

    Args:
        told: The articles of the shard.
        shard: Number of the shard.
        faces: The things of its entities other than persons.
        parts: Number of parts.
    """
    found: Rows = defaultdict(list)
    for one in told:
        share = faces.things.get(one.doc, {})
        for person in one.persons:
            posts = [[post, share[post].key, share[post].name] for post in person.posts if post in share]
            row = [shard, one.doc, person.entity, person.name, sorted(person.titles), posts]
            found[number_of(n.fold(person.name)) % parts].append(row)
    return found


def join_persons(rows: Iterable[Row], parts: int) -> Rows:
    """Return the distinct persons of a part by the part of their key."""
    shards: dict[str, int] = {}
    bearing: dict[str, list[tuple[str, Person]]] = defaultdict(list)
    of: dict[Member, Thing] = {}
    for shard, doc, entity, name, titles, posts in rows:
        shards[doc] = shard
        person = Person(entity, name, frozenset(titles), tuple(post for post, _, _ in posts))
        bearing[n.fold(name)].append((doc, person))
        of.update(((doc, post), Thing(key, "", told, (), None, ())) for post, key, told in posts)
    return _by_key(_persons(bearing, of), shards, parts)


def _persons(
    bearing: Mapping[str, Sequence[tuple[str, Person]]], of: Mapping[Member, Thing]
) -> Iterator[Thing]:
    for name in sorted(bearing):
        yield from r.make_persons(bearing[name], of)
