"""What earlier builds found out about identity: a database beside the graph, so that a new article asks
of the others only what concerns it.

It holds what every article tells (`kg.resolve.told`), which identities may ask after each other, and the
thing that each entity is, before corrections; of these it knows which the graph was made with. It is no
source of anything: it can be made again of the extractions, and is, wherever it does not say that it belongs
to the current generation. One transaction is one build.
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
# made when a new ledger is full: many times as quick as keeping them while it fills
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
# identities that others look for or are looked for by, of a list of them
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
    """An entity as the ledger has it.

    Attributes:
        doc: The article.
        number: Its place among the entities of the article.
        identity: Number of its identity.
        named: What the article tells of it.
        thing: Number of the thing that it is, or None where that is not settled yet.
    """

    doc: str
    number: int
    identity: int
    named: Named
    thing: int | None


def pack(text: str) -> bytes:
    """Return text as the ledger keeps it; SQLite takes no lone surrogate."""
    return text.encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> str:
    """Return text that the ledger kept."""
    return data.decode("utf-8", "surrogatepass")


class Ledger:
    """The database, open for one build."""

    def __init__(self, sql: sqlite3.Connection, path: Path, *, new: bool) -> None:
        """Wrap a database in which a transaction has begun; `open_ledger` makes one."""
        self.sql, self.path, self.new = sql, path, new

    def index(self) -> None:
        """Make the indexes of a new ledger, once every article is in it."""
        for command in filter(None, map(str.strip, _INDEXES.split(";"))):
            self.sql.execute(command)

    def commit(self, inputs: str, corrections: Iterable[Correction] = ()) -> None:
        """Keep what was written.

        Args:
            inputs: What the generation was made of, to which the ledger belongs from now on.
            corrections: Those that the generation was made with; the ledger itself is without.
        """
        if self.new:
            # a new one is written without a journal, so it names its generation when the rest is on the disk
            self.sql.execute("COMMIT")
            store.sync(self.path)
            self.sql.execute("PRAGMA synchronous = FULL")
            self.sql.execute("BEGIN IMMEDIATE")
        told = [("inputs", inputs), ("corrections", pack(generate_corrections(corrections)))]
        self.sql.executemany("INSERT OR REPLACE INTO said VALUES (?, ?)", told)
        self.sql.execute("COMMIT")

    def ids(self, query: str, values: Iterable[int | bytes]) -> Iterator[Any]:
        """Yield the first column of a query whose `%s` is a list of values, asked some at a time."""
        listed = list(values)
        for at in range(0, len(listed), _AT_ONCE):
            part = listed[at : at + _AT_ONCE]
            for row in self.sql.execute(query % ",".join("?" * len(part)), part):
                if row[0] is not None:
                    yield row[0]

    def add(self, told: Told) -> tuple[set[int], set[bytes]]:
        """Put an article in; return its identities, and the names that no article gave a place before."""
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
        """Take an article out; return the names that no article gives a place any more.

        The things that its entities were stay, even without any (`kg.build.settling`).
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
        """Leave of an identity what its entities still tell, nothing where there are none."""
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
        """Return identities with all whose things theirs may be one with or depend on, however far away.

        An identity that is not settled by itself looks for those that bear its name; projects and
        initiatives for those of the same name elsewhere; and what is one thing now may have to be parted.
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
        """Return the entities of some identities, in the order of articles and of the entities in them."""
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
        # articles are sorted as Python sorts their identifiers, which is the order of `resolve`
        return sorted(found, key=lambda row: (row.doc, row.number))

    def persons(self, folded: bytes) -> list[tuple[str, Person, int | None]]:
        """Return the persons of a name, each with its article and the number of its thing."""
        found = []
        query = "SELECT doc, entity, told, thing FROM person WHERE folded = ?"
        for doc, entity, told, thing in self.sql.execute(query, (folded,)):
            name, titles, posts = json.loads(told)
            found.append((unpack(doc), Person(entity, name, frozenset(titles), tuple(posts)), thing))
        return sorted(found, key=lambda row: (row[0], row[1].entity))

    def places_of(self, doc: str) -> frozenset[str]:
        """Return the names of the places that an article names."""
        rows = self.sql.execute("SELECT name FROM place WHERE doc = ?", (pack(doc),))
        return frozenset(unpack(name) for (name,) in rows)

    def is_place(self, name: str) -> bool:
        """Tell whether any article names a place so."""
        found = self.sql.execute("SELECT 1 FROM place WHERE name = ? LIMIT 1", (pack(name),)).fetchone()
        return found is not None

    def members(self, thing: int) -> tuple[Member, ...]:
        """Return the entities that are a thing, sorted."""
        rows = self.sql.execute(
            "SELECT doc, entity FROM entity WHERE thing = ?1"
            " UNION ALL SELECT doc, entity FROM person WHERE thing = ?1",
            (thing,),
        )
        return tuple(sorted((unpack(doc), entity) for doc, entity in rows))


@contextmanager
def open_ledger(path: Path, *, new: bool = False) -> Iterator[Ledger]:
    """Hold a ledger, or a new one in place of the file; what is not committed is as if it had never been.

    Raises:
        GraphError: It cannot be read or written.
    """
    if new:
        delete(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as sql:
            if new:
                # killed before it is whole, it names no generation and is made again
                sql.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
            else:
                # what is taken out is not to be found in the file either
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
    """Tell whether there is a ledger that was made with a generation."""
    return _said(path).get("inputs") == inputs


def corrections_of(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of the generation to which a ledger belongs; none if it belongs to none."""
    return parse_corrections(unpack(_said(path).get("corrections", b"")))


def _said(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path)) as sql:
            return dict(sql.execute("SELECT what, value FROM said").fetchall())
    except sqlite3.Error:
        # damaged or half made: it is made again of the extractions
        return {}


def names_told(told: bytes) -> list[str]:
    """Return the names of an entity out of what the ledger keeps of it."""
    # they are the first of a list: the rest need not be read
    names: list[str] = _DECODER.raw_decode(told.decode(), 1)[0]
    return names


def _forms_told(told: bytes) -> list[str]:
    """Return the names by which short ones find an entity out of what the ledger keeps of it."""
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
