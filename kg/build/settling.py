"""Settle to which thing each entity of a ledger belongs, recomputing only what may have changed.

Takes a ledger and identities. Writes the things of these identities to the ledger, and determines the
articles whose shares of the graph change. The result is the same as that of `kg.resolve.things.resolve` for
all articles at once, because an identity is settled together with all those that it may depend on
(`Ledger.related`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from kg.authority import Record
from kg.build.ledger import Ledger, names_told, pack, unpack
from kg.graph import identifiers
from kg.resolve import things as r
from kg.resolve.identity import Identity, Member
from kg.resolve.join import join
from kg.resolve.things import Thing

_NUMBERED = re.compile(r"(?:~[0-9]+)+$")
# what a thing contributes to the share of each of its articles: key, IRI, type, name, authority record
Face = tuple[str, str, str, str, str | None]


class Settling:
    """The settling of a ledger's entities in one build."""

    def __init__(self, ledger: Ledger, records: Mapping[str, Record], base: str) -> None:
        """Start settling.

        Args:
            ledger: The ledger, to which the build adds its articles.
            records: Authority records by key.
            base: Prefix of the IRIs of things.
        """
        self.ledger, self.sql, self.records, self.base = ledger, ledger.sql, records, base
        # faces before this build of the things it touched, and articles with entities whose thing changed
        self.before: dict[int, Face | None] = {}
        self.moved: dict[str, set[tuple[int | None, int]]] = {}
        self.watching = True
        # classes of things whose keys are still to be assigned, and paths whose things may need other IRIs
        self.loose: set[bytes] = set()
        self.paths: set[bytes] = set()

    def all(self, at_once: int = 20_000) -> None:
        """Settle all entities, some thousand identities at a time to bound memory."""
        self.watching = False
        done: set[int] = set()
        waiting = (number for (number,) in self.sql.execute("SELECT id FROM identity ORDER BY id").fetchall())
        while some := list(islice((i for i in waiting if i not in done), at_once)):
            block = self.ledger.related(some)
            done |= block
            self.identities(block)
        names = [name for (name,) in self.sql.execute("SELECT DISTINCT folded FROM person").fetchall()]
        self.persons(names)
        self._keys()

    def article(self, doc: str, identities: Iterable[int], new_places: Iterable[bytes]) -> None:
        """Settle what may have changed because an article was added."""
        asked = self.ledger.ids("SELECT identity FROM asked WHERE name IN (%s)", new_places)
        self.identities(self.ledger.related({*identities, *asked}))
        query = "SELECT DISTINCT folded FROM person WHERE doc = ?"
        self.persons([name for (name,) in self.sql.execute(query, (pack(doc),)).fetchall()])

    def take_out(self, docs: Sequence[str]) -> None:
        """Remove articles from the ledger and settle what they may have held together or kept apart."""
        keys = [pack(doc) for doc in docs]
        block = self.ledger.related(self.ledger.ids("SELECT identity FROM entity WHERE doc IN (%s)", keys))
        persons = set(self.ledger.ids("SELECT folded FROM person WHERE doc IN (%s)", keys))
        held = [f"SELECT thing FROM {table} WHERE doc IN (%s)" for table in ("entity", "person")]
        things = {thing for query in held for thing in self.ledger.ids(query, keys)}
        unnamed = {name for doc in docs for name in self.ledger.remove(doc)}
        for thing in things:
            if not self.ledger.members(thing):
                self._delete(thing)
        asked = self.ledger.ids("SELECT identity FROM asked WHERE name IN (%s)", unnamed)
        self.identities(self.ledger.related(block.union(asked)))
        self.persons(sorted(persons))

    def identities(self, block: set[int]) -> None:
        """Settle a set of identities that depend on no identity outside it."""
        rows = self.ledger.rows(block)
        groups = r.group((row.doc, row.named) for row in rows)
        number_of = {row.named.identity: row.identity for row in rows}
        asked: dict[str, set[Identity]] = {}
        joined = join(groups, _Places(self.ledger), anywhere=_Anywhere(self.ledger), asked=asked)
        if self.watching:
            # the recorded names may come from removed articles
            self.sql.executemany("DELETE FROM asked WHERE identity = ?", [(i,) for i in block])
        asking = [(pack(name), number_of[one]) for name, some in asked.items() for one in some]
        self.sql.executemany("INSERT OR IGNORE INTO asked VALUES (?, ?)", asking)
        things = [r.make_thing(root, parts, groups, self.records) for root, parts in joined.items()]
        self._store("entity", things, {(row.doc, row.named.entity): (row.number, row.thing) for row in rows})

    def persons(self, names: Iterable[bytes]) -> None:
        """Settle the persons of some folded names."""
        for folded in names:
            found = self.ledger.persons(folded)
            of = self._posts((doc, body) for doc, person, _ in found for body in person.posts)
            things = list(r.make_persons(((doc, person) for doc, person, _ in found), of))
            held = {(doc, person.entity): (person.entity, thing) for doc, person, thing in found}
            self._store("person", things, held)

    def finish(self) -> None:
        """Settle the persons who are distinguished by things that changed, and assign the remaining keys."""
        self._keys()
        names: set[bytes] = set()
        for thing, old in list(self.before.items()):
            if old is not None and self.face(thing) != old:
                for doc, body in self.ledger.members(thing):
                    names.update(self._bearing(doc, body))
        for doc, moves in self.moved.items():
            changed = {new for old, new in moves if self._was(old) != self.face(new)}
            for thing in changed:
                query = "SELECT entity FROM entity WHERE doc = ? AND thing = ?"
                for (body,) in self.sql.execute(query, (pack(doc), thing)).fetchall():
                    names.update(self._bearing(doc, body))
        self.persons(sorted(names))
        self._keys()

    def docs(self) -> set[str]:
        """Return the articles in which the thing of an entity, or the face of that thing, has changed."""
        found = {
            doc
            for doc, moves in self.moved.items()
            if any(self._was(old) != self.face(new) for old, new in moves)
        }
        for thing, old in self.before.items():
            if old is not None and self.face(thing) not in (old, None):
                found.update(doc for doc, _ in self.ledger.members(thing))
        return found

    def share(self, doc: str) -> tuple[dict[str, Thing], dict[str, str]]:
        """Return an article's things by entity id, without `names` and `members`, and their IRIs by key."""
        query = (
            "SELECT e.entity, t.key, t.iri, t.type, t.name, t.record "
            "FROM {0} e JOIN thing t ON t.id = e.thing WHERE e.doc = ?"
        )
        things, iris = {}, {}
        for table in ("entity", "person"):
            for entity, packed, iri, type_, name, record in self.sql.execute(
                query.format(table), (pack(doc),)
            ):
                key = unpack(packed)
                things[entity] = Thing(key, type_, unpack(name), (), record, ())
                iris[key] = iri
        return things, iris

    def things(self) -> Iterator[Thing]:
        """Yield all things as returned by `kg.resolve.things.resolve`, in no particular order."""
        forms: dict[int, set[str]] = {}
        members: dict[int, list[Member]] = {}
        for doc, entity, thing, told in self.sql.execute("SELECT doc, entity, thing, told FROM entity"):
            members.setdefault(thing, []).append((unpack(doc), entity))
            forms.setdefault(thing, set()).update(names_told(told))
        for doc, entity, thing in self.sql.execute("SELECT doc, entity, thing FROM person"):
            members.setdefault(thing, []).append((unpack(doc), entity))
        for number, key, type_, packed, record in self.sql.execute(
            "SELECT id, key, type, name, record FROM thing"
        ):
            name = unpack(packed)
            names = r.forms_in_order(name, forms.get(number, ()))
            yield Thing(unpack(key), type_, name, names, record, tuple(sorted(members[number])))

    def count(self) -> int:
        """Return the number of things."""
        (number,) = self.sql.execute("SELECT COUNT(*) FROM thing").fetchone()
        return int(number)

    def face(self, thing: int) -> Face | None:
        """Return what a thing contributes to the graph, or None if it does not exist or has no key yet."""
        query = "SELECT key, iri, type, name, record FROM thing WHERE id = ?"
        row = self.sql.execute(query, (thing,)).fetchone()
        if row is None or row[0] is None:
            return None
        key, iri, type_, name, record = row
        return unpack(key), iri, type_, unpack(name), record

    def _was(self, thing: int | None) -> Face | None:
        if thing is None:
            return None
        return self.before[thing] if thing in self.before else self.face(thing)

    def _touch(self, thing: int) -> None:
        if self.watching and thing not in self.before:
            self.before[thing] = self.face(thing)

    def _bearing(self, doc: str, body: str) -> Iterator[bytes]:
        query = "SELECT folded FROM post WHERE doc = ? AND body = ?"
        for (folded,) in self.sql.execute(query, (pack(doc), body)).fetchall():
            yield folded

    def _posts(self, members: Iterable[Member]) -> dict[Member, Thing]:
        self._keys()
        found = {}
        query = (
            "SELECT t.key, t.type, t.name FROM entity e JOIN thing t ON t.id = e.thing "
            "WHERE e.doc = ? AND e.entity = ?"
        )
        for doc, body in members:
            row = self.sql.execute(query, (pack(doc), body)).fetchone()
            if row is not None:
                found[doc, body] = Thing(unpack(row[0]), row[1], unpack(row[2]), (), None, ())
        return found

    def _store(
        self, table: str, things: Sequence[Thing], held: Mapping[Member, tuple[int | str, int | None]]
    ) -> None:
        """Replace the former things of entities by new ones; reuse their numbers where possible."""
        old = {thing for _, thing in held.values() if thing is not None}
        self.loose.update(self.ledger.ids("SELECT class FROM thing WHERE id IN (%s)", old))
        place = "number" if table == "entity" else "entity"
        move = f"UPDATE {table} SET thing = ? WHERE doc = ? AND {place} = ?"
        taken: set[int] = set()
        for thing in sorted(things):
            were = Counter(was for was in (held[member][1] for member in thing.members) if was is not None)
            free = [number for number in were if number not in taken]
            kept = min(free, key=lambda was: (-were[was], was)) if free else None
            number = self._write(thing, kept)
            taken.add(number)
            moved = [(member[0], *held[member]) for member in thing.members if held[member][1] != number]
            self.sql.executemany(move, [(number, pack(doc), where) for doc, where, _ in moved])
            if self.watching:
                for doc, _, was in moved:
                    self.moved.setdefault(doc, set()).add((was, number))
        for gone in old - taken:
            self._delete(gone)

    def _delete(self, thing: int) -> None:
        """Delete a thing without entities; other things may take over its key and IRI."""
        self._touch(thing)
        query = "SELECT class, path FROM thing WHERE id = ?"
        class_, path = self.sql.execute(query, (thing,)).fetchone()
        self.loose.add(class_)
        if path is not None:
            self.paths.add(path)
        self.sql.execute("DELETE FROM thing WHERE id = ?", (thing,))

    def _write(self, thing: Thing, number: int | None) -> int:
        """Write a thing under its former number, or under a new one if None; return the number."""
        stem, class_ = pack(thing.key), pack(_NUMBERED.sub("", thing.key))
        values = (stem, class_, thing.type, pack(thing.name), thing.record)
        self.loose.add(class_)
        if number is not None:
            self._touch(number)
            query = "UPDATE thing SET stem = ?, class = ?, type = ?, name = ?, record = ? WHERE id = ?"
            self.sql.execute(query, (*values, number))
            return number
        query = "INSERT INTO thing (stem, class, type, name, record) VALUES (?, ?, ?, ?, ?)"
        made = self.sql.execute(query, values).lastrowid or 0
        if self.watching:
            self.before[made] = None
        return made

    def _keys(self) -> None:
        """Assign unique keys and IRIs to things."""
        paths = self.paths
        for class_ in sorted(self.loose):
            query = "SELECT id, stem, key, path, record FROM thing WHERE class = ? ORDER BY id"
            rows = self.sql.execute(query, (class_,)).fetchall()
            keys = self._unique([(row[0], unpack(row[1]), row[4]) for row in rows])
            for number, _, key, path, _ in rows:
                new = keys[number]
                where = pack(identifiers.path(new))
                paths.add(where)
                if key is None or unpack(key) != new:
                    self._touch(number)
                    if path is not None:
                        paths.add(path)
                    self.sql.execute(
                        "UPDATE thing SET key = ?, path = ? WHERE id = ?", (pack(new), where, number)
                    )
        self.loose.clear()
        for where in sorted(paths):
            query = "SELECT id, key, iri FROM thing WHERE path = ?"
            held = {unpack(key): (number, iri) for number, key, iri in self.sql.execute(query, (where,))}
            for key, node in identifiers.thing_iris(held, self.base).items():
                number, iri = held[key]
                if node.value != iri:
                    self._touch(number)
                    self.sql.execute("UPDATE thing SET iri = ? WHERE id = ?", (node.value, number))
        self.paths.clear()

    def _unique(self, stems: Sequence[tuple[int, str, str | None]]) -> dict[int, str]:
        """Return unique keys for things, which must include all those that might share a key with them."""
        if len(stems) == 1:
            return {stems[0][0]: stems[0][1]}
        things = {
            number: Thing(stem, "", "", (), record, self.ledger.members(number))
            for number, stem, record in stems
        }
        order = sorted(things, key=things.__getitem__)
        return {i: one.key for i, one in zip(order, r.unique(things.values()), strict=True)}


class _Anywhere:
    """Names of the places that any article mentions, looked up in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._ledger.is_place(name)


class _Places(Mapping[str, frozenset[str]]):
    """Names of the places that each article mentions, read from a ledger on demand."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[str, frozenset[str]] = {}

    def __getitem__(self, doc: str) -> frozenset[str]:
        if doc not in self._held:
            self._held[doc] = self._ledger.places_of(doc)
        return self._held[doc]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
