"""Known things by name: divisions, central enterprises, zones, state bodies, institutions, places.

The tables of `seeds/authority/` and of the user's own folders are read into an `Authority`:
records by key, and an index from surface forms to records. A form may lead to several records
(there are two 朝阳区); which one is meant is decided later, from the article. Weak forms (和平,
三峡) are everyday words or ambiguous: callers accept them only together with other names of the
same kind.

This module neither searches texts nor decides which record is meant.
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kg.errors import AuthorityError
from kg.model import TYPES
from kg.paths import data_folder

# The tables of records in the package; other files in the folder (units.csv) have their own readers.
TABLES = (
    "countries", "divisions", "townships", "zones", "places", "world_cities",
    "central_enterprises", "central_subsidiaries", "bodies", "institutions",
)  # fmt: skip
SEPARATOR = "|"
REQUIRED = ("key", "type", "name")
COLUMNS = (
    "key", "type", "name", "aliases", "weak_aliases", "parent",
    "code", "level", "abbreviation", "note", "source",
)  # fmt: skip
LEVELS = (
    "", "country", "province", "prefecture", "county", "township",
    "central", "national", "provincial", "international",
)  # fmt: skip


class Record(NamedTuple):
    """A known thing: one row of a table.

    A named tuple, because 45,000 records are created at every start and a frozen dataclass takes three
    times as long.

    Attributes:
        key: Readable, unique identifier: `division:210211`, `central:招商局集团有限公司`.
        type: One of `kg.model.TYPES`.
        name: The full official name.
        aliases: Other names that identify it by themselves.
        weak_aliases: Short forms that are everyday words or ambiguous.
        parent: Key of the division in which it lies or of the body to which it belongs, or None.
        code: Official code from the table's source (division code, ISO 3166), or None.
        source: Where the row comes from.
        table: File stem of the table.
        level: One of `LEVELS`; empty if not applicable.
        abbreviation: Character that stands for a province (辽); never a form by itself.
        note: Former names, mergers, why a form is weak.
    """

    key: str
    type: str
    name: str
    aliases: tuple[str, ...]
    parent: str | None
    code: str | None
    source: str
    table: str
    weak_aliases: tuple[str, ...] = ()
    level: str = ""
    abbreviation: str = ""
    note: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """The name, followed by the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Authority:
    """All known things.

    Attributes:
        records: The records by key, in order of key.
    """

    records: Mapping[str, Record]

    @cached_property
    def forms(self) -> Mapping[str, tuple[Record, ...]]:
        """Name or alias → the records it may mean, in order of key.

        A form with brackets is listed both with full-width and with half-width brackets.
        """
        return _index((record, record.forms) for record in self.records.values())

    @cached_property
    def weak_forms(self) -> Mapping[str, tuple[Record, ...]]:
        """Weak alias → the records it may mean, in order of key."""
        return _index((record, record.weak_aliases) for record in self.records.values())

    @cached_property
    def _children(self) -> Mapping[str, tuple[Record, ...]]:
        return _index((record, (record.parent,) if record.parent else ()) for record in self.records.values())

    def find(self, name: str, *, weak: bool = False) -> tuple[Record, ...]:
        """Return the records that a name may mean, in order of key; empty if the name is unknown.

        Args:
            name: Name or alias, without quotes and white space.
            weak: Whether to search the weak forms too.

        >>> [record.code for record in load(townships=False).find("甘井子区")]
        ['210211']
        """
        found = self.forms.get(name, ())
        if weak and (more := self.weak_forms.get(name)):
            found = tuple(sorted({r.key: r for r in (*found, *more)}.values(), key=lambda r: r.key))
        return found

    def ancestors(self, key: str) -> tuple[Record, ...]:
        """Return the ancestors of a record (parent, grandparent and so on), nearest first.

        Raises:
            AuthorityError: There is no such record.

        >>> [record.name for record in load(townships=False).ancestors("division:210211")]
        ['大连市', '辽宁省', '中华人民共和国']
        """
        found, record = [], self._record(key)
        while record.parent:
            record = self.records[record.parent]
            found.append(record)
        return tuple(found)

    def under(self, key: str, ancestor: str) -> bool:
        """Return whether a record lies in (or belongs to) another, at any depth.

        Raises:
            AuthorityError: There is no such record.

        >>> load(townships=False).under("division:210211", "division:210000")
        True
        """
        record = self._record(key)
        self._record(ancestor)
        while record.parent:
            if record.parent == ancestor:
                return True
            record = self.records[record.parent]
        return False

    def children(self, key: str) -> tuple[Record, ...]:
        """Return the records directly under a record, in order of key.

        Raises:
            AuthorityError: There is no such record.
        """
        self._record(key)
        return self._children.get(key, ())

    def _record(self, key: str) -> Record:
        try:
            return self.records[key]
        except KeyError:
            raise AuthorityError(f"no record has the key {key!r}") from None


def authority_folder() -> Path:
    """Return the folder of the tables that ship with the package."""
    return data_folder("seeds") / "authority"


def load(folders: Sequence[str | Path] = (), *, townships: bool = True) -> Authority:
    """Return the package's tables, extended by the tables in the user's own folders.

    A row whose key is in an earlier table adds its names to that record; any other row is a
    new record. The result for the package's own tables is kept in memory.

    Args:
        folders: Folders of `*.csv` tables with the columns `REQUIRED` and any of `COLUMNS`.
        townships: Whether to read the large table of streets, towns and townships too.

    Raises:
        AuthorityError: A folder is missing or a row breaks the schema.
    """
    own = _load_own(townships)
    if not folders:
        return own
    records = dict(own.records)
    places: dict[str, tuple[Path, int]] = {}
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise AuthorityError("no such folder of authority tables", file=folder)
        for path in sorted(folder.glob("*.csv")):
            for number, row in _read(path):
                if row.key in places:
                    first = "{}, row {}".format(*places[row.key])
                    raise _error(f"the key {row.key} stands in {first} already", path, number)
                places[row.key] = (path, number)
                known = records.get(row.key)
                records[row.key] = _extend(known, row, path, number) if known else row
    return _authority(records, places)


@cache
def _load_own(townships: bool) -> Authority:
    records: dict[str, Record] = {}
    places: dict[str, tuple[Path, int]] = {}
    collecting = gc.isenabled()
    gc.disable()  # halves the time: 43,000 new records would otherwise be traversed dozens of times
    try:
        for table in TABLES:
            path = authority_folder() / f"{table}.csv"
            if table == "townships" and not townships:
                continue
            for number, record in _read(path):
                key = record.key
                if key in records:
                    if places[key][0] is path:
                        raise _error(f"the key {key} stands twice", path, number)
                    record = _extend(records[key], record, path, number)
                records[key] = record
                places[key] = (path, number)
        return _authority(records, places)
    finally:
        if collecting:
            gc.enable()


def _authority(records: dict[str, Record], places: Mapping[str, tuple[Path, int]]) -> Authority:
    _check_parents(records, places)
    return Authority(MappingProxyType({key: records[key] for key in sorted(records)}))


def read_table(path: str | Path) -> tuple[Record, ...]:
    """Return the records of one table.

    Raises:
        AuthorityError: The file cannot be read, lacks a column, or a row breaks the schema.
    """
    return tuple(record for _, record in _read(Path(path)))


def _read(path: Path) -> Iterator[tuple[int, Record]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AuthorityError(f"not a CSV table in UTF-8: {error}", file=path) from error
    header = rows[0] if rows else []
    _check_header(header, path)
    # one position for each of COLUMNS; -1 reads the empty cell appended to every row
    pick = itemgetter(*(header.index(column) if column in header else -1 for column in COLUMNS))
    table, width = path.stem, len(header)
    for number, cells in enumerate(rows[1:], 2):
        if not cells:
            continue
        if len(cells) != width:
            raise _error(f"has {len(cells)} cells, not {width}", path, number)
        cells.append("")
        key, kind, name, aliases, weak, parent, code, level, abbreviation, note, source = pick(cells)
        if not key or not name or kind not in _TYPES or level not in LEVELS:
            raise _bad_row(key, kind, name, level, path, number)
        yield (
            number,
            Record(
                key, kind, name, _split(aliases) if aliases else (), parent or None, code or None, source,
                table, _split(weak) if weak else (), level, abbreviation, note,
            ),
        )  # fmt: skip


_TYPES = frozenset(TYPES)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(SEPARATOR) if part)


def _check_header(header: Sequence[str], path: Path) -> None:
    if missing := [column for column in REQUIRED if column not in header]:
        raise AuthorityError(f"lacks column {', '.join(missing)}", file=path, place="row 1", valid=COLUMNS)
    if unknown := [column for column in header if column not in COLUMNS]:
        raise AuthorityError(f"unknown column {unknown[0]!r}", file=path, place="row 1", valid=COLUMNS)
    if len(set(header)) < len(header):
        raise AuthorityError("a column stands twice", file=path, place="row 1", valid=COLUMNS)


def _error(reason: str, path: Path, number: int, valid: Iterable[str] = ()) -> AuthorityError:
    return AuthorityError(reason, file=path, place=f"row {number}", valid=valid)


def _bad_row(key: str, kind: str, name: str, level: str, path: Path, number: int) -> AuthorityError:
    if not key or not name:
        return _error(f"{'key' if not key else 'name'} is empty", path, number)
    if kind not in _TYPES:
        return _error(f"unknown type {kind!r}", path, number, TYPES)
    return _error(f"unknown level {level!r}", path, number, LEVELS[1:])


def _extend(known: Record, row: Record, path: Path, number: int) -> Record:
    if row.type != known.type:
        raise _error(f"{row.key} is known as {known.type}, not {row.type}", path, number, (known.type,))
    names = dict.fromkeys((*known.aliases, row.name, *row.aliases))
    names.pop(known.name, None)
    weak = dict.fromkeys((*known.weak_aliases, *row.weak_aliases))
    return known._replace(
        aliases=tuple(names),
        weak_aliases=tuple(form for form in weak if form not in names),
        level=row.level or known.level,
        note="; ".join(part for part in (known.note, row.note) if part),
        source="; ".join(part for part in (known.source, row.source) if part),
    )


def _check_parents(records: Mapping[str, Record], places: Mapping[str, tuple[Path, int]]) -> None:
    """Raise an error if a parent is missing or a record is its own ancestor."""
    sound: set[str] = set()
    for key, (path, number) in places.items():
        at: str | None = records[key].parent
        if not at or at in sound:
            sound.add(key)
            continue
        at, chain = key, []
        while at and at not in sound:
            if at in chain:
                raise _error(f"{key} is its own ancestor", path, number)
            chain.append(at)
            if (parent := records[at].parent) and parent not in records:
                path, number = places.get(at, (path, number))
                raise _error(f"the parent {parent!r} of {at} is in no table", path, number)
            at = parent
        sound.update(chain)


_HALF, _FULL = str.maketrans("（）", "()"), str.maketrans("()", "（）")


def _spellings(forms: Iterable[str]) -> Iterator[str]:
    for form in forms:
        yield form
        if "（" in form:
            yield form.translate(_HALF)
        elif "(" in form:
            yield form.translate(_FULL)


def _index(pairs: Iterable[tuple[Record, Iterable[str]]]) -> Mapping[str, tuple[Record, ...]]:
    found: dict[str, tuple[Record, ...]] = {}
    for record, forms in pairs:
        alone = (record,)
        for form in _spellings(forms):
            known = found.setdefault(form, alone)
            if known is not alone and known[-1] is not record:
                found[form] = (*known, record)
    return MappingProxyType(found)
