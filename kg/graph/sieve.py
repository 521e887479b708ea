"""Find the nodes of a graph that may break a shape: a quick sieve before full SHACL validation.

`suspects` takes the shapes (Turtle) and the triples of a graph. It returns the nodes that may break a shape,
or None if the shapes use something that this module does not support. It supports the part of SHACL Core that
the shapes of the ontology use, and passes no node that SHACL would not: nodes it is unsure of are reported.
It writes no messages and gives no verdict; pySHACL does both, on the few nodes that are left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

import pyoxigraph as ox

from kg.graph import vocabulary as v

SH = "http://www.w3.org/ns/shacl#"
_FIRST, _REST = ox.NamedNode(v.RDF + "first"), ox.NamedNode(v.RDF + "rest")
_SUBCLASS = ox.NamedNode(v.RDFS + "subClassOf")
_KINDS = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")}
_SILENT = {"severity", "message", "name", "description", "order", "group"}
_TARGETS = {"targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"}
_PATHS = {"path", "inversePath", "alternativePath"}
_LEXICAL = {
    v.XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    v.XSD + "decimal": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"),
    v.XSD + "gYear": re.compile(r"[0-9]{4}"),
    v.XSD + "gYearMonth": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    v.XSD + "string": re.compile(r".*", re.DOTALL),
    v.RDF + "langString": re.compile(r".*", re.DOTALL),
}

Index = dict[Any, dict[Any, list[Any]]]
# whether a node's values pass; takes the node, too, since some constraints compare with its other values
Test = Callable[[Any, list[Any]], bool]
Check = Callable[[Any], bool]


class _UnknownError(Exception):
    """The shapes use something that this module does not support."""


class Data:
    """Triples, each once, indexed for look-ups from both ends."""

    def __init__(self, triples: Iterable[Any]) -> None:
        """Index triples, or quads, whose graphs are ignored."""
        self.out: Index = {}
        for triple in triples:
            self.out.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
        self._users: dict[Any, list[Any]] = defaultdict(list)
        for node, pairs in self.out.items():
            for predicate in pairs:
                self._users[predicate].append(node)
        self._into: dict[Any, dict[Any, list[Any]]] = {}

    def values(self, node: Any, predicate: Any) -> list[Any]:
        """Return the objects of a node's property."""
        return self.out.get(node, {}).get(predicate, [])

    def users(self, predicate: Any) -> list[Any]:
        """Return the subjects of a property."""
        return self._users.get(predicate, [])

    def into(self, predicate: Any) -> dict[Any, list[Any]]:
        """Return the subjects of a property by object."""
        if predicate not in self._into:
            turned: dict[Any, list[Any]] = defaultdict(list)
            for node in self.users(predicate):
                for value in self.out[node][predicate]:
                    turned[value].append(node)
            self._into[predicate] = dict(turned)
        return self._into[predicate]

    def instances(self, kind: Any) -> list[Any]:
        """Return the instances of a class."""
        return self.into(v.RDF_TYPE).get(kind, [])


def suspects(shapes: bytes, data: Data) -> set[Any] | None:
    """Return the nodes that may break a shape, or None if that cannot be determined.

    Args:
        shapes: SHACL shapes in Turtle.
        data: The graph.

    Raises:
        SyntaxError: The shapes are not Turtle.
    """
    about: Index = {}
    for quad in ox.parse(shapes, format=ox.RdfFormat.TURTLE):
        about.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    if data.users(_SUBCLASS) or any(_SUBCLASS in pairs for pairs in about.values()):
        # a class then has instances that are not typed with it
        return None
    found: set[Any] = set()
    try:
        for shape in about:
            _refuse_unknown(about, shape)
        for shape in about:
            nodes = set(_targets(about, shape, data)) - found
            if nodes:
                check = _check(about, shape, data)
                found.update(node for node in nodes if not check(node))
    except _UnknownError:
        return None
    return found


def around(nodes: Iterable[Any], data: Data) -> Iterator[tuple[Any, Any, Any]]:
    """Yield what the known shapes can reach from some nodes: their triples and their neighbours' types."""
    wanted = set(nodes)
    typed = set(wanted)
    for node, pairs in data.out.items():
        for predicate, values in pairs.items():
            for value in values:
                if node in wanted or value in wanted:
                    yield node, predicate, value
                    typed.update((node, value))
    for node in typed - wanted:
        for kind in data.values(node, v.RDF_TYPE):
            yield node, v.RDF_TYPE, kind


def _refuse_unknown(about: Index, shape: Any) -> None:
    known = {*_SILENT, *_TARGETS, *_PATHS, *_CONSTRAINTS}
    words = {word for word, _ in _words(about, shape)}
    kinds = set(about[shape].get(v.RDF_TYPE, ()))
    if words - known or (words & _TARGETS and kinds - _KINDS):
        raise _UnknownError


def _words(about: Index, shape: Any) -> Iterator[tuple[str, Any]]:
    for predicate, values in about[shape].items():
        if predicate.value.startswith(SH):
            for value in values:
                yield predicate.value.removeprefix(SH), value


def _targets(about: Index, shape: Any, data: Data) -> Iterator[Any]:
    for word, value in _words(about, shape):
        if word == "targetClass":
            yield from data.instances(value)
        elif word == "targetSubjectsOf":
            yield from data.users(value)
        elif word == "targetObjectsOf":
            yield from data.into(value)
        elif word == "targetNode":
            yield value


def _check(about: Index, shape: Any, data: Data) -> Check:
    """Return a function that tells whether a node certainly conforms to a shape."""
    tests: list[Test] = []
    reach: Callable[[Any], list[Any]] = _itself
    words = [word for word, _ in _words(about, shape)]
    if "path" in words and "property" in words:
        # the shape would look two steps away, farther than `around` does
        raise _UnknownError
    for word, value in _words(about, shape):
        if word == "path":
            reach = _path(about, value, data)
        elif word in _CONSTRAINTS:
            tests.append(_CONSTRAINTS[word](about, value, data))

    def check(node: Any) -> bool:
        values = reach(node)
        return all(test(node, values) for test in tests)

    return check


def _itself(node: Any) -> list[Any]:
    return [node]


def _path(about: Index, path: Any, data: Data) -> Callable[[Any], list[Any]]:
    if isinstance(path, ox.NamedNode):
        return lambda node: data.values(node, path)
    steps = list(_words(about, path)) if path in about else []
    if len(steps) != 1:
        raise _UnknownError
    word, value = steps[0]
    if word == "inversePath" and isinstance(value, ox.NamedNode):
        into = data.into(value)
        return lambda node: into.get(node, [])
    if word == "alternativePath":
        ways = [_path(about, member, data) for member in _members(about, value)]
        return lambda node: list(dict.fromkeys(value for way in ways for value in way(node)))
    raise _UnknownError


def _members(about: Index, node: Any) -> Iterator[Any]:
    while node in about:
        yield about[node][_FIRST][0]
        node = about[node][_REST][0]


def _count(compare: Callable[[int, int], bool]) -> Callable[..., Test]:
    def constraint(_about: Index, limit: Any, _data: Data) -> Test:
        number = int(limit.value)
        return lambda _, values: compare(len(values), number)

    return constraint


def _each(make: Callable[[Index, Any, Data], Check]) -> Callable[..., Test]:
    """Return a constraint that holds if every value passes a check by itself."""

    def constraint(about: Index, value: Any, data: Data) -> Test:
        check = make(about, value, data)
        return lambda _, values: all(check(value) for value in values)

    return constraint


def _class(_about: Index, kind: Any, data: Data) -> Check:
    return set(data.instances(kind)).__contains__


def _datatype(_about: Index, datatype: Any, _data: Data) -> Check:
    form = _LEXICAL.get(datatype.value)

    def check(value: Any) -> bool:
        if not isinstance(value, ox.Literal) or value.datatype != datatype:
            return False
        if form is None:
            return datatype == v.DATE and _day(value) is not None
        return form.fullmatch(value.value) is not None

    return check


def _node_kind(_about: Index, kind: Any, _data: Data) -> Check:
    if kind.value != SH + "IRI":
        raise _UnknownError
    return lambda value: isinstance(value, ox.NamedNode)


def _least_length(_about: Index, limit: Any, _data: Data) -> Check:
    number = int(limit.value)
    return lambda value: not isinstance(value, ox.BlankNode) and len(value.value) >= number


def _pattern(_about: Index, pattern: Any, _data: Data) -> Check:
    form = re.compile(pattern.value)
    return lambda value: not isinstance(value, ox.BlankNode) and form.search(value.value) is not None


def _among(about: Index, first: Any, _data: Data) -> Check:
    return set(_members(about, first)).__contains__


def _any_of(about: Index, first: Any, data: Data) -> Check:
    members = list(_members(about, first))
    if any(word in ("path", "property") for member in members for word, _ in _words(about, member)):
        raise _UnknownError
    checks = [_check(about, member, data) for member in members]
    return lambda value: any(check(value) for check in checks)


def _limit(compare: Callable[[Any, Any], bool]) -> Callable[..., Check]:
    def make(_about: Index, limit: Any, _data: Data) -> Check:
        bound = _number(limit)
        if bound is None:
            raise _UnknownError

        def check(value: Any) -> bool:
            number = _number(value)
            return number is not None and compare(number, bound)

        return check

    return make


def _less(compare: Callable[[Any, Any], bool]) -> Callable[..., Test]:
    def constraint(_about: Index, other: Any, data: Data) -> Test:
        def pairs(values: list[Any], others: list[Any]) -> bool:
            for of in (_number, _day):
                one, two = [of(value) for value in values], [of(value) for value in others]
                if None not in one and None not in two:
                    return all(compare(a, b) for a in one for b in two)
            return False

        return lambda node, values: pairs(values, data.values(node, other))

    return constraint


def _disjoint(_about: Index, other: Any, data: Data) -> Test:
    return lambda node, values: not values or not set(values) & set(data.values(node, other))


def _equals(_about: Index, other: Any, data: Data) -> Test:
    return lambda node, values: set(values) == set(data.values(node, other))


def _unique_language(_about: Index, wanted: Any, _data: Data) -> Test:
    def test(_node: Any, values: list[Any]) -> bool:
        tags = [str(getattr(value, "language", None) or "").lower() for value in values]
        return wanted.value != "true" or len(set(tags)) == len(tags)

    return test


def _number(value: Any) -> Decimal | None:
    if not isinstance(value, ox.Literal) or value.datatype not in (v.INTEGER, v.DECIMAL):
        return None
    return Decimal(value.value) if _LEXICAL[value.datatype.value].fullmatch(value.value) else None


def _day(value: Any) -> date | None:
    if not isinstance(value, ox.Literal) or value.datatype != v.DATE:
        return None
    try:
        return date.fromisoformat(value.value) if len(value.value) == 10 else None
    except ValueError:
        return None


_CONSTRAINTS: dict[str, Callable[[Index, Any, Data], Test]] = {
    "property": _each(_check),
    "or": _each(_any_of),
    "minCount": _count(ge),
    "maxCount": _count(le),
    "class": _each(_class),
    "datatype": _each(_datatype),
    "nodeKind": _each(_node_kind),
    "minLength": _each(_least_length),
    "pattern": _each(_pattern),
    "in": _each(_among),
    "minInclusive": _each(_limit(ge)),
    "minExclusive": _each(_limit(gt)),
    "maxInclusive": _each(_limit(le)),
    "maxExclusive": _each(_limit(lt)),
    "lessThan": _less(lt),
    "lessThanOrEquals": _less(le),
    "disjoint": _disjoint,
    "equals": _equals,
    "uniqueLang": _unique_language,
}
