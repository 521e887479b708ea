"""The ledger: a database beside the graph that keeps the state of entity resolution between builds.

When an article is added, only the part of this state that concerns it is looked at. The ledger holds the
resolution record of each article (`kg.resolve.told`), the names by which identities may look for each other,
and the thing of each entity before corrections. It also records the corrections that the graph was built
with. It is only derived data: it can be rebuilt from the extractions, and is, unless it states that it
belongs to the current generation. Each build is one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.graph import store
from kg.resolve import names as n
from kg.resolve.correction_file import Correction, generate_corrections, parse_corrections
from kg.resolve.identity import Identity, Member
from kg.resolve.told import Named, Person, Told

_AT_ONCE = 500
_DECODER = json.JSONDecoder()
_TABLES = """
CREATE TABLE said (what TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE identity (id INTEGER PRIMARY KEY, said BLOB UNIQUE, family TEXT, name BLOB, looks INTEGER);
CREATE TABLE form (family TEXT, name BLOB, identity INTEGER,
    PRIMARY KEY (family, name, identity)) WITHOUT ROWID;
CREATE TABLE entity (doc BLOB, number INTEGER, entity TEXT, identity INTEGER, fixed INTEGER, told BLOB,
    thing INTEGER, PRIMARY KEY (doc, number)) WITHOUT ROWID;
CREATE TABLE person (doc BLOB, entity TEXT, folded BLOB, told BLOB, thing INTEGER,
    PRIMARY KEY (doc, entity)) WITHOUT ROWID;
CREATE TABLE post (doc BLOB, body TEXT, folded BLOB, PRIMARY KEY (doc, body, folded)) WITHOUT ROWID;
CREATE TABLE place (name BLOB, doc BLOB, PRIMARY KEY (name, doc)) WITHOUT ROWID;
CREATE TABLE asked (name BLOB, identity INTEGER, PRIMARY KEY (name, identity)) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY AUTOINCREMENT, stem BLOB, class BLOB, key BLOB, path BLOB,
    iri TEXT, type TEXT, name BLOB, record TEXT);
"""
# created once a new ledger is filled: many times as fast as updating them while it fills
_INDEXES = """
CREATE INDEX identity_by_name ON identity (family, name);
CREATE INDEX form_by_identity ON form (identity, name);
CREATE INDEX entity_by_identity ON entity (identity);
CREATE INDEX entity_by_thing ON entity (thing);
CREATE INDEX person_by_name ON person (folded);
CREATE INDEX person_by_thing ON person (thing);
CREATE INDEX place_by_doc ON place (doc);
CREATE INDEX asked_by_identity ON asked (identity);
CREATE INDEX thing_by_class ON thing (class);
CREATE INDEX thing_by_path ON thing (path);
"""
# queries for the identities that those in a list look for by name, or that look for them
_NEAR = (
    "SELECT f.identity FROM identity i JOIN form f ON f.family = i.family AND f.name = i.name"
    " WHERE i.looks = 1 AND i.id IN (%s)",
    "SELECT i.id FROM form f JOIN identity i ON i.family = f.family AND i.name = f.name"
    " WHERE i.looks = 1 AND f.identity IN (%s)",
    "SELECT o.id FROM identity i JOIN identity o ON o.family = i.family AND o.name = i.name"
    " WHERE i.family IN ('Project', 'Initiative') AND i.id IN (%s)",
)


@dataclass(frozen=True, slots=True)
class Row:
    """An entity as stored in the ledger.

    Attributes:
        doc: Identifier of the article.
        number: Its position among the entities of the article.
        identity: Number of its identity.
        named: Its resolution record.
        thing: Number of its thing, or None if that is not settled yet.
    """

    doc: str
    number: int
    identity: int
    named: Named
    thing: int | None


def pack(text: str) -> bytes:
    """Return text as bytes for the ledger, because SQLite does not accept lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> str:
    """Return text from the bytes in the ledger; the inverse of `pack`."""
    return data.decode("utf-8", "surrogatepass")


class Ledger:
    """The ledger database, open for one build."""

    def __init__(self, sql: sqlite3.Connection, path: Path, *, new: bool) -> None:
        """Wrap a database in which a transaction has begun; use `open_ledger` to create one."""
        self.sql, self.path, self.new = sql, path, new

    def index(self) -> None:
        """Create the indexes of a new ledger, once all articles are in it."""
        for command in filter(None, map(str.strip, _INDEXES.split(";"))):
            self.sql.execute(command)

    def commit(self, inputs: str, corrections: Iterable[Correction] = ()) -> None:
        """Commit the transaction.

        Args:
            inputs: Digest of the inputs of the generation to which the ledger belongs from now on.
            corrections: Corrections that the generation was made with; they are not applied in the ledger.
        """
        if self.new:
            # a new ledger has no journal, so it names its generation only once the rest is on disk
            self.sql.execute("COMMIT")
            store.sync(self.path)
            self.sql.execute("PRAGMA synchronous = FULL")
            self.sql.execute("BEGIN IMMEDIATE")
        told = [("inputs", inputs), ("corrections", pack(generate_corrections(corrections)))]
        self.sql.executemany("INSERT OR REPLACE INTO said VALUES (?, ?)", told)
        self.sql.execute("COMMIT")

    def ids(self, query: str, values: Iterable[int | bytes]) -> Iterator[Any]:
        """Yield the first column of a query whose `%s` is replaced by values, in batches; skip NULLs."""
        listed = list(values)
        for at in range(0, len(listed), _AT_ONCE):
            part = listed[at : at + _AT_ONCE]
            for row in self.sql.execute(query % ",".join("?" * len(part)), part):
                if row[0] is not None:
                    yield row[0]

    def add(self, told: Told) -> tuple[set[int], set[bytes]]:
        """Add an article; return its identities, and the place names that no article contained before."""
        doc = pack(told.doc)
        found: set[int] = set()
        for number, named in enumerate(told.named):
            identity = self._identity(named)
            found.add(identity)
            self.sql.execute(
                "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (doc, number, named.entity, identity, named.fixed, _of_named(named)),
            )
        for person in told.persons:
            folded = pack(n.fold(person.name))
            told_of = json.dumps([person.name, sorted(person.titles), person.posts]).encode()
            self.sql.execute(
                "INSERT INTO person VALUES (?, ?, ?, ?, NULL)", (doc, person.entity, folded, told_of)
            )
            self.sql.executemany(
                "INSERT OR IGNORE INTO post VALUES (?, ?, ?)",
                [(doc, body, folded) for body in person.posts],
            )
        names = sorted(map(pack, told.places))
        new = {
            name
            for name in names
            if not self.sql.execute("SELECT 1 FROM place WHERE name = ? LIMIT 1", (name,)).fetchone()
        }
        self.sql.executemany("INSERT INTO place VALUES (?, ?)", [(name, doc) for name in names])
        return found, new

    def remove(self, doc: str) -> set[bytes]:
        """Remove an article; return the place names that no article contains any more.

        The things of its entities stay, even if they have no entities left (see `kg.build.settling`).
        """
        key = pack(doc)
        query = "SELECT DISTINCT identity FROM entity WHERE doc = ?"
        identities = [number for (number,) in self.sql.execute(query, (key,))]
        names = [name for (name,) in self.sql.execute("SELECT name FROM place WHERE doc = ?", (key,))]
        for table in ("entity", "person", "post", "place"):
            self.sql.execute(f"DELETE FROM {table} WHERE doc = ?", (key,))
        for number in identities:
            self._shrink(number)
        return {name for name in names if not self.is_place(unpack(name))}

    def _shrink(self, number: int) -> None:
        """Reduce an identity to what its remaining entities support; delete it if there are none."""
        rows = self.sql.execute("SELECT fixed, told FROM entity WHERE identity = ?", (number,)).fetchall()
        if not rows:
            for table, column in (("identity", "id"), ("form", "identity"), ("asked", "identity")):
                self.sql.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))
            return
        looks = any(not fixed for fixed, _ in rows)
        self.sql.execute("UPDATE identity SET looks = ? WHERE id = ?", (looks, number))
        told = {pack(name) for _, one in rows for name in _forms_told(one)}
        known = self.sql.execute("SELECT family, name FROM form WHERE identity = ?", (number,)).fetchall()
        self.sql.executemany(
            "DELETE FROM form WHERE family = ? AND name = ? AND identity = ?",
            [(family, name, number) for family, name in known if name not in told],
        )

    def _identity(self, named: Named) -> int:
        one = named.identity
        said = json.dumps([one.family, one.name, one.kind, one.chain, one.record]).encode()
        row = self.sql.execute("SELECT id, looks FROM identity WHERE said = ?", (said,)).fetchone()
        if row is None:
            made = self.sql.execute(
                "INSERT INTO identity (said, family, name, looks) VALUES (?, ?, ?, ?)",
                (said, one.family, pack(one.name), not named.fixed),
            )
            number = made.lastrowid or 0
        else:
            number = row[0]
            if not named.fixed and not row[1]:
                self.sql.execute("UPDATE identity SET looks = 1 WHERE id = ?", (number,))
        self.sql.executemany(
            "INSERT OR IGNORE INTO form VALUES (?, ?, ?)",
            [(one.family, pack(name), number) for name, _ in named.forms],
        )
        return number

    def related(self, ids: Iterable[int]) -> set[int]:
        """Return identities together with all those that have to be settled with them, transitively.

        An identity that is not fixed looks for others that bear its name. Projects and initiatives look for
        those of the same name elsewhere. Identities that are one thing now may have to be separated.
        """
        found = set(ids)
        waiting = list(found)
        while waiting:
            near = {number for query in _NEAR for number in self.ids(query, waiting)}
            things = set(self.ids("SELECT DISTINCT thing FROM entity WHERE identity IN (%s)", waiting))
            near.update(self.ids("SELECT DISTINCT identity FROM entity WHERE thing IN (%s)", things))
            waiting = sorted(near - found)
            found |= near
        return found

    def rows(self, identities: Iterable[int]) -> list[Row]:
        """Return the entities of some identities, in the order of articles and of the entities in each."""
        wanted = sorted(identities)
        found: list[Row] = []
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            holes = ",".join("?" * len(part))
            known = {
                number: _identity_of(said)
                for number, said in self.sql.execute(
                    f"SELECT id, said FROM identity WHERE id IN ({holes})", part
                )
            }
            columns = "doc, number, entity, identity, fixed, told, thing"
            query = f"SELECT {columns} FROM entity WHERE identity IN ({holes})"
            for doc, number, entity, identity, fixed, told, thing in self.sql.execute(query, part):
                named = _named(entity, known[identity], bool(fixed), told)
                found.append(Row(unpack(doc), number, identity, named, thing))
        # sort articles as Python sorts their identifiers, which is the order used by `resolve`
        return sorted(found, key=lambda row: (row.doc, row.number))

    def persons(self, folded: bytes) -> list[tuple[str, Person, int | None]]:
        """Return the persons of a folded name, each with its article and the number of its thing."""
        found = []
        query = "SELECT doc, entity, told, thing FROM person WHERE folded = ?"
        for doc, entity, told, thing in self.sql.execute(query, (folded,)):
            name, titles, posts = json.loads(told)
            found.append((unpack(doc), Person(entity, name, frozenset(titles), tuple(posts)), thing))
        return sorted(found, key=lambda row: (row[0], row[1].entity))

    def places_of(self, doc: str) -> frozenset[str]:
        """Return the names of the places that an article mentions."""
        rows = self.sql.execute("SELECT name FROM place WHERE doc = ?", (pack(doc),))
        return frozenset(unpack(name) for (name,) in rows)

    def is_place(self, name: str) -> bool:
        """Tell whether any article uses a name for a place."""
        found = self.sql.execute("SELECT 1 FROM place WHERE name = ? LIMIT 1", (pack(name),)).fetchone()
        return found is not None

    def members(self, thing: int) -> tuple[Member, ...]:
        """Return the entities of a thing, sorted."""
        rows = self.sql.execute(
            "SELECT doc, entity FROM entity WHERE thing = ?1"
            " UNION ALL SELECT doc, entity FROM person WHERE thing = ?1",
            (thing,),
        )
        return tuple(sorted((unpack(doc), entity) for doc, entity in rows))


@contextmanager
def open_ledger(path: Path, *, new: bool = False) -> Iterator[Ledger]:
    """Open a ledger, or create a new one in place of the file; uncommitted changes are discarded.

    Raises:
        GraphError: The ledger cannot be read or written.
    """
    if new:
        delete(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as sql:
            if new:
                # if the process is killed before the end, the ledger names no generation and is rebuilt
                sql.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
            else:
                # removed content must not remain in the file either
                sql.execute("PRAGMA secure_delete = ON")
            sql.execute("BEGIN IMMEDIATE")
            yield Ledger(sql, path, new=new)
    except sqlite3.Error as error:
        raise GraphError(f"cannot be read or written: {error}", file=path) from error


def delete(path: Path) -> None:
    """Delete a ledger, if there is one."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def belongs_to(path: Path, inputs: str) -> bool:
    """Tell whether a ledger exists and belongs to the generation made from given inputs."""
    return _said(path).get("inputs") == inputs


def corrections_of(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of the generation to which a ledger belongs, or none if it belongs to none."""
    return parse_corrections(unpack(_said(path).get("corrections", b"")))


def _said(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path)) as sql:
            return dict(sql.execute("SELECT what, value FROM said").fetchall())
    except sqlite3.Error:
        # damaged or incomplete: it is rebuilt from the extractions
        return {}


def names_told(told: bytes) -> list[str]:
    """Return the names of an entity from its packed record."""
    # the names are the first element of a list: the rest need not be decoded
    names: list[str] = _DECODER.raw_decode(told.decode(), 1)[0]
    return names


def _forms_told(told: bytes) -> list[str]:
    """Return the names under which short names can match an entity, from its packed record."""
    _, forms, *_ = json.loads(told)
    return [name for name, _ in forms]


def _of_named(named: Named) -> bytes:
    forms: Sequence[Sequence[str]] = sorted(named.forms)
    return json.dumps([named.names, forms, named.name, named.type, named.weight]).encode()


def _named(entity: str, identity: Identity, fixed: bool, told: bytes) -> Named:
    names, forms, name, type_, weight = json.loads(told)
    return Named(
        entity, identity, fixed, tuple(names), frozenset((a, b) for a, b in forms), name, type_, weight
    )


def _identity_of(said: bytes) -> Identity:
    family, name, kind, chain, record = json.loads(said)
    return Identity(family, name, kind, tuple(chain), record)
