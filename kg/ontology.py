"""The vocabulary and the competency questions, read from `ontology/`.

`ontology/kg.ttl` and `ontology/queries/*.rq` are read into records: classes and properties with
labels and definitions in Chinese and English, the types allowed as subject and object of each
predicate, and questions with their SPARQL. The rules of the annotation guide thus live in one
file, which RDF tools can read too. Each is read once, on first use.

This module neither validates graphs (the shapes do) nor runs queries (the graph does).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import OntologyError, QueryError
from kg.model import PREDICATES, TYPES
from kg.paths import data_folder

NAMESPACE = "https://kg.example.org/ns#"
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "kg": NAMESPACE,
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "qudt": "http://qudt.org/schema/qudt/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "time": "http://www.w3.org/2006/time#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)


# The triples of a Turtle document: subject → predicate → objects.
About = Mapping[str, Mapping[str, list[object]]]


@dataclass(frozen=True, slots=True)
class Term:
    """A class of the vocabulary.

    Attributes:
        name: The name after `kg:`.
        iri: The full IRI.
        label_zh: Label in Chinese.
        label_en: Label in English.
        definition_zh: Definition in Chinese.
        definition_en: Definition in English.
        parents: Names of the direct superclasses (or superproperties) in the vocabulary, sorted.
    """

    name: str
    iri: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property(Term):
    """A property of the vocabulary.

    Attributes:
        domain: The most specific classes that may be its subject.
        range: The most specific classes that may be its object; empty for literals.
        datatype: The datatype of its literals, such as `xsd:decimal`; None if its objects are things.
        symmetric: Whether it holds in both directions.
        transitive: Whether it is transitive.
        inverse: Name of the inverse property, or None.
    """

    domain: frozenset[str]
    range: frozenset[str]
    datatype: str | None
    symmetric: bool
    transitive: bool
    inverse: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question.

    Attributes:
        name: Its file's stem.
        zh: The question in Chinese.
        en: The question in English.
        sparql: The query, with its parameters filled in.
        parameters: Each parameter with its value, in the order of the file.
    """

    name: str
    zh: str
    en: str
    sparql: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The question in Chinese and English."""
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True)
class Ontology:
    """The vocabulary as read.

    Attributes:
        classes: The classes by name, sorted, including helper classes (unions for domains and ranges).
        properties: The properties by name, sorted.
    """

    classes: Mapping[str, Term]
    properties: Mapping[str, Property]

    def allows(self, predicate: str, subject_type: str, object_type: str) -> bool:
        """Return whether a predicate allows a subject and an object of the given types.

        Raises:
            OntologyError: There is no such predicate or type.
        """
        if predicate not in self.properties or predicate not in PREDICATES:
            raise OntologyError(f"no predicate {predicate}", valid=PREDICATES)
        for type_ in (subject_type, object_type):
            if type_ not in TYPES:
                raise OntologyError(f"no type {type_}", valid=TYPES)
        term = self.properties[predicate]
        return subject_type in term.domain and object_type in term.range

    def superclasses(self, type_: str) -> tuple[str, ...]:
        """Return the superclasses of a class in the vocabulary, nearest first.

        Raises:
            OntologyError: There is no such class.
        """
        if type_ not in self.classes:
            raise OntologyError(f"no class {type_}", valid=self.classes)
        above: list[str] = []
        waiting = list(self.classes[type_].parents)
        while waiting:
            name = waiting.pop(0)
            if name not in above:
                above.append(name)
                waiting += self.classes[name].parents
        return tuple(above)


@cache
def load() -> Ontology:
    """Return the vocabulary that ships with the package.

    Raises:
        OntologyError: `kg.ttl` cannot be read.
    """
    path = data_folder("ontology") / "kg.ttl"
    try:
        return parse_ontology(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        raise OntologyError(f"cannot be read: {error}", file=path) from error


def allows(predicate: str, subject_type: str, object_type: str) -> bool:
    """Return whether a predicate allows two types as subject and object, by the annotation guide's table.

    >>> allows("launches", "DevelopmentZone", "Initiative"), allows("launches", "Person", "Initiative")
    (True, False)

    Raises:
        OntologyError: There is no such predicate or type.
    """
    return load().allows(predicate, subject_type, object_type)


def superclasses(type_: str) -> tuple[str, ...]:
    """Return the superclasses of a class, nearest first.

    >>> superclasses("Company")
    ('Organization', 'Entity')

    Raises:
        OntologyError: There is no such class.
    """
    return load().superclasses(type_)


def parse_ontology(turtle: str) -> Ontology:
    """Return the vocabulary of a Turtle document.

    Raises:
        OntologyError: A term lacks a label or a definition in one of the two languages.
        SyntaxError: The text is not valid Turtle.
    """
    import pyoxigraph as ox

    about: dict[str, dict[str, list[object]]] = {}
    for quad in ox.parse(turtle.encode("utf-8"), format=ox.RdfFormat.TURTLE):
        about.setdefault(_key(quad.subject), {}).setdefault(quad.predicate.value, []).append(quad.object)
    ours = sorted(iri for iri in about if iri.startswith(NAMESPACE))
    kinds = {iri: {_key(kind) for kind in about[iri].get(_iri("rdf:type"), ())} for iri in ours}
    leaves = _leaves(about, [iri for iri in ours if _iri("owl:Class") in kinds[iri]])
    classes = {_name(iri): _term(iri, about[iri], "rdfs:subClassOf") for iri in leaves}
    inverses = _inverses(about, ours)
    properties = {
        _name(iri): _property(iri, about[iri], kinds[iri], leaves, inverses)
        for iri in ours
        if kinds[iri] & {_iri("owl:ObjectProperty"), _iri("owl:DatatypeProperty")}
    }
    return Ontology(MappingProxyType(classes), MappingProxyType(properties))


def _leaves(about: About, classes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the most specific classes under each class: the members of a union, else the subclasses."""
    below: dict[str, list[str]] = {iri: [] for iri in classes}
    for iri in below:
        union = about[iri].get(_iri("owl:unionOf"))
        if union:
            below[iri] = list(_members(about, _key(union[0])))
        else:
            # a helper class (the union above) is not a type of thing, only a way to write a domain or range
            for parent in map(_key, about[iri].get(_iri("rdfs:subClassOf"), ())):
                if parent in below:
                    below[parent].append(iri)

    def leaves(iri: str) -> frozenset[str]:
        return frozenset[str]().union(*map(leaves, below[iri])) if below[iri] else frozenset({_name(iri)})

    return {iri: leaves(iri) for iri in below}


def _members(about: About, node: str) -> Iterator[str]:
    """Yield the members of an RDF list."""
    while node != _iri("rdf:nil"):
        yield _key(about[node][_iri("rdf:first")][0])
        node = _key(about[node][_iri("rdf:rest")][0])


def _key(term: object) -> str:
    return str(getattr(term, "value", term))


def _iri(curie: str) -> str:
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


def _name(iri: str) -> str:
    return iri.removeprefix(NAMESPACE)


def _curie(iri: str) -> str:
    found = [name for name, start in PREFIXES.items() if iri.startswith(start)]
    return f"{found[0]}:{iri.removeprefix(PREFIXES[found[0]])}" if found else iri


def _words(iri: str, facts: Mapping[str, list[object]], predicate: str) -> tuple[str, str]:
    by_language = {getattr(o, "language", None): _key(o) for o in facts.get(_iri(predicate), ())}
    if not (by_language.get("zh") and by_language.get("en")):
        raise OntologyError(f"kg:{_name(iri)} lacks {predicate} in one language", valid=("zh", "en"))
    return by_language["zh"], by_language["en"]


def _term(iri: str, facts: Mapping[str, list[object]], above: str) -> Term:
    parents = sorted(_name(_key(o)) for o in facts.get(_iri(above), ()) if _key(o).startswith(NAMESPACE))
    labels, definitions = _words(iri, facts, "rdfs:label"), _words(iri, facts, "skos:definition")
    return Term(_name(iri), iri, *labels, *definitions, tuple(parents))


def _property(
    iri: str,
    facts: Mapping[str, list[object]],
    kinds: set[str],
    leaves: Mapping[str, frozenset[str]],
    inverses: Mapping[str, str],
) -> Property:
    term = _term(iri, facts, "rdfs:subPropertyOf")
    domains, ranges = (
        [_key(o) for o in facts.get(_iri(predicate), ())] for predicate in ("rdfs:domain", "rdfs:range")
    )
    if len(domains) != 1 or len(ranges) != 1:
        raise OntologyError(f"kg:{term.name} has not exactly one rdfs:domain and one rdfs:range")
    things = ranges[0].startswith(NAMESPACE)
    return Property(
        term.name,
        iri,
        term.label_zh,
        term.label_en,
        term.definition_zh,
        term.definition_en,
        term.parents,
        domain=leaves[domains[0]],
        range=leaves[ranges[0]] if things else frozenset(),
        datatype=None if things else _curie(ranges[0]),
        symmetric=_iri("owl:SymmetricProperty") in kinds,
        transitive=_iri("owl:TransitiveProperty") in kinds,
        inverse=inverses.get(iri),
    )


def _inverses(about: About, ours: Iterable[str]) -> dict[str, str]:
    pairs = [(iri, _key(o)) for iri in ours for o in about[iri].get(_iri("owl:inverseOf"), ())]
    return {one: _name(other) for pair in pairs for one, other in (pair, pair[::-1])}


_HEADER = re.compile(r"# *(zh|en|parameter): *(.*?) *$")
_VALUE = re.compile(r"(?:\"(?:[^\"\\\n]|\\.)*\"(@[\w-]+)?|([+-]?[0-9]+(?:\.[0-9]+)?))")


@cache
def questions() -> tuple[Question, ...]:
    """Return the competency questions that ship with the package, sorted by name.

    Raises:
        QueryError: A query file lacks its question or declares a parameter that its query does not use.
    """
    folder = data_folder("ontology") / "queries"
    return tuple(read_question(path) for path in sorted(folder.glob("*.rq")))


def question(name: str, /, **parameters: str | int | Decimal) -> Question:
    """Return one question, with the given values for its parameters; the others keep their defaults.

    >>> question("articles-about", name="金普新区").parameters
    (('name', '金普新区'),)

    Raises:
        QueryError: There is no such question or parameter, or a value is not a number where one is needed.
    """
    known = {q.name: q for q in questions()}
    if name not in known:
        raise QueryError(f"no question {name}", valid=known)
    found = known[name]
    defaults = dict(found.parameters)
    sparql = found.sparql
    for key, value in parameters.items():
        if key not in defaults:
            reason = f"question {name} has no parameter {key}"
            raise QueryError(reason if defaults else f"{reason}: it takes none", valid=defaults)
        sparql = _substitute(sparql, name, key, str(value))
        defaults[key] = str(value)
    return Question(found.name, found.zh, found.en, sparql, tuple(defaults.items()))


def fill_question(name: str, parameters: Mapping[str, str]) -> str:
    """Return the SPARQL of a question with the given parameter values; the others keep their defaults.

    Raises:
        QueryError: As for `question`.
    """
    return question(name, **parameters).sparql


def read_question(path: Path) -> Question:
    """Return the question in a query file.

    Raises:
        QueryError: The file lacks its question or declares a parameter that its query does not use.
    """
    try:
        return parse_question(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"cannot be read: {error}", file=path) from error
    except QueryError as error:
        raise QueryError(error.reason, file=path, valid=error.valid) from error


def parse_question(name: str, text: str) -> Question:
    """Parse a question file: lines `# zh:`, `# en:`, `# parameter: key = value`, then SPARQL.

    Raises:
        QueryError: A question is missing, or a parameter has no `VALUES ?key { value }` in the query.
    """
    lines = text.splitlines()
    said: dict[str, str] = {}
    parameters: dict[str, str] = {}
    while lines and (match := _HEADER.match(lines[0])):
        lines.pop(0)
        if match[1] == "parameter":
            key, _, value = (part.strip() for part in match[2].partition("="))
            parameters[key] = value
        else:
            said[match[1]] = match[2]
    missing = [f"# {language}:" for language in ("zh", "en") if not said.get(language)]
    if missing:
        raise QueryError(f"lacks its question at the head: {', '.join(missing)}")
    sparql = "\n".join(lines).strip() + "\n"
    for key, value in parameters.items():
        if not any(_unquoted(found) == value for found in _places(key).findall(sparql)):
            raise QueryError(f"has no VALUES ?{key} {{ … }} with the value {value}")
    return Question(name, said["zh"], said["en"], sparql, tuple(parameters.items()))


def _places(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=VALUES \?{re.escape(key)} \{{ )[^\n]*?(?= \}})")


def _unquoted(literal: str) -> str:
    match = _VALUE.fullmatch(literal)
    return (match[2] or literal[1 : literal.rindex('"')]) if match else ""


def _substitute(sparql: str, name: str, key: str, value: str) -> str:
    """Replace the default by a value: a number stays a number, a string keeps its language tag."""

    def literal(match: re.Match[str]) -> str:
        kind = _VALUE.fullmatch(match[0])
        if kind and kind[2]:
            return _number(value, f"parameter {key} of question {name}")
        return _quoted(value) + ((kind and kind[1]) or "")

    return _places(key).sub(literal, sparql)


def _number(value: str, what: str) -> str:
    try:
        number = Decimal(value.strip())
    except InvalidOperation as error:
        raise QueryError(f"{what} must be a number, not {value}") from error
    if not number.is_finite():
        raise QueryError(f"{what} must be a number, not {value}")
    return f"{number:f}"


def _quoted(value: str) -> str:
    r"""Return a text as a SPARQL string literal.

    >>> print(_quoted('他说"好"'))
    "他说\"好\""
    """
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(marks.get(c, c) for c in value) + '"'
