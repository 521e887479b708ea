"""Check the user's filters against the vocabulary and the graph before anything is written.

`choose` takes words from a command line or a program and returns a `Choice`. A word that does not exist is
rejected with a list of those that do. Nothing is exported here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date

from kg.errors import ExportError
from kg.model import FAMILIES, PREDICATES, TYPES
from kg.out.dates import period_days
from kg.out.statements import NS, PREFIXES, Choice, Queryable, things
from kg.out.style import labels
from kg.out.view import short_id

GROUPS: dict[str, tuple[str, ...]] = {**{leaf: (leaf,) for leaf in TYPES}, "Entity": TYPES}
# only these two families have superclasses in the ontology; there, a Document is not a kind of Initiative
GROUPS |= {family: FAMILIES[family] for family in ("Organization", "Location")}


def choose(
    graph: Queryable,
    *,
    types: Sequence[str] = (),
    predicates: Sequence[str] = (),
    around: str | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    min_confidence: float = 0.0,
    aggregate: bool = False,
    inferred: bool = False,
) -> Choice:
    """Check filters and return them as a `Choice`.

    Args:
        graph: The graph in which `around` is looked up.
        types: Types of things, leaf or superclass, e.g. `Company`, `kg:Organization`, `企业`.
        predicates: Relations, e.g. `locatedIn`, `kg:locatedIn`, `位于`.
        around: A thing's name, id or IRI.
        since: First day: `2023`, `2023-09`, `2023-09-21` or a date.
        until: Last day (inclusive): `2023` means to the end of that year.
        min_confidence: Between 0 and 1.
        aggregate: Whether to make one edge per source, target and relation.
        inferred: Whether RDF output includes what rules inferred.

    Raises:
        ExportError: A type, relation or thing does not exist, a name is ambiguous, a date or number is bad.
    """
    leaves = [leaf for name in types for leaf in GROUPS[_known(name, tuple(GROUPS), "type")]]
    first, last = _day(since, 0, "since"), _day(until, 1, "until")
    if first and last and first > last:
        raise ExportError(f"since {first} lies after until {last}")
    if not 0 <= min_confidence <= 1:
        raise ExportError(f"min_confidence is {min_confidence}, not a number from 0 to 1")
    return Choice(
        types=frozenset(leaves),
        predicates=frozenset(_known(name, PREDICATES, "relation") for name in predicates),
        since=first,
        until=last,
        min_confidence=min_confidence,
        aggregate=aggregate,
        inferred=inferred,
        centre=None if around is None else find_thing(graph, around),
    )


def _known(name: str, valid: tuple[str, ...], what: str) -> str:
    """Return the local name of a class or property, given with or without prefix, in English or Chinese."""
    plain = name.strip().removeprefix(NS).removeprefix("kg:")
    found = [word for word in valid if plain.casefold() == word.casefold() or plain == labels().get(word)]
    if not found:
        near = difflib.get_close_matches(plain, valid, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ExportError(f"there is no {what} {name}{hint}", valid=valid)
    return found[0]


def _day(value: str | date | None, end: int, what: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    days = period_days(value)
    if days is None:
        raise ExportError(f"{what} {value} is no date", valid=("2023", "2023-09", "2023-09-21"))
    return days[end]


def find_thing(graph: Queryable, name: str) -> str:
    """Return the IRI of the one thing with this name, id or IRI.

    Raises:
        ExportError: No thing has it (similar names are listed), or several have it (all are listed).
    """
    known = things(graph)
    if name in known:
        return name
    by_id = [iri for iri in known if short_id(iri) == name.removeprefix("id:")]
    if by_id:
        return by_id[0]
    bearers = {iri: preferred for iri, preferred in _with_name(graph, name.strip()) if iri in known}
    # a thing with this preferred name takes precedence over those that only have it as another name
    found = sorted(iri for iri, preferred in bearers.items() if preferred) or sorted(bearers)
    if len(found) == 1:
        return found[0]
    found = sorted(bearers)
    if found:
        raise ExportError(f"{len(found)} things are called {name}; give one's id", valid=map(short_id, found))
    near = _similar(name.strip(), _all_names(graph))
    raise ExportError(
        f"the graph has no thing called {name}" + ("; similar names follow" if near else ""), valid=near
    )


def _with_name(graph: Queryable, name: str) -> list[tuple[str, bool]]:
    """Return the IRIs of things with a name, and whether it is their preferred one; preferred last."""
    # a lone surrogate can occur neither in a query nor in a graph
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return []
    escaped = name.translate({ord(c): f"\\{e}" for c, e in zip('\\"\n\r\t', '\\"nrt', strict=True)})
    rows = graph.query(
        f"{PREFIXES} SELECT DISTINCT (STR(?s) AS ?i) (STR(?p) AS ?k) "
        f'WHERE {{ VALUES ?l {{ "{escaped}"@zh "{escaped}" }} '
        "VALUES ?p { skos:prefLabel skos:altLabel } ?s ?p ?l }"
    )
    return sorted(((row[0], row[1].endswith("prefLabel")) for row in rows), key=lambda pair: pair[1])


def _all_names(graph: Queryable) -> set[str]:
    rows = graph.query(
        f"{PREFIXES} SELECT DISTINCT (STR(?l) AS ?n) "
        "WHERE { VALUES ?p { skos:prefLabel skos:altLabel } ?s ?p ?l }"
    )
    return {row[0] for row in rows}


def _similar(name: str, names: Iterable[str]) -> list[str]:
    """Return names that contain the name or are part of it, then similarly spelled ones; at most five."""
    ordered = sorted(names, key=lambda other: (len(other), other))
    inside = [other for other in ordered if name and (name in other or (len(other) > 1 and other in name))]
    alike = difflib.get_close_matches(name, ordered, n=5, cutoff=0.5)
    return list(dict.fromkeys([*inside[:3], *alike]))[:5]
