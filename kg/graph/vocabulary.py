"""The names of the vocabulary as RDF terms, so that no other module spells out an IRI.

The classes and properties of `kg:` are defined in `ontology/kg.ttl`; this module only names them and reads no
file.
"""

from __future__ import annotations

import re
from functools import cache

import pyoxigraph as ox

from kg.model import FAMILY_OF

KG = "https://kg.example.org/ns#"
RULES = "https://kg.example.org/rules/"
BASE = "https://kg.example.org/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
QUDT_UNIT = "http://qudt.org/vocab/unit/"

RDF_TYPE = ox.NamedNode(RDF + "type")
SUBJECT = ox.NamedNode(RDF + "subject")
PREDICATE = ox.NamedNode(RDF + "predicate")
OBJECT = ox.NamedNode(RDF + "object")
LABEL = ox.NamedNode(RDFS + "label")
PREF_LABEL = ox.NamedNode(SKOS + "prefLabel")
ALT_LABEL = ox.NamedNode(SKOS + "altLabel")
EXACT_MATCH = ox.NamedNode(SKOS + "exactMatch")
NOTATION = ox.NamedNode(SKOS + "notation")
TITLE = ox.NamedNode(DCTERMS + "title")
REPLACES = ox.NamedNode(DCTERMS + "replaces")
CREATOR = ox.NamedNode(DCTERMS + "creator")
CREATED = ox.NamedNode(DCTERMS + "created")
COMMENT = ox.NamedNode(RDFS + "comment")
INTEGER = ox.NamedNode(XSD + "integer")
DECIMAL = ox.NamedNode(XSD + "decimal")
DATE = ox.NamedNode(XSD + "date")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BY_LENGTH = {4: "gYear", 7: "gYearMonth", 10: "date"}


def prefixes(base: str = BASE) -> dict[str, str]:
    """Return the IRIs of the predefined prefixes, by prefix; `id:` is the base of the graph's entities."""
    return {
        "kg": KG,
        "id": base,
        "rdf": RDF,
        "rdfs": RDFS,
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": XSD,
        "skos": SKOS,
        "dcterms": DCTERMS,
        "schema": "https://schema.org/",
        "prov": "http://www.w3.org/ns/prov#",
        "org": "http://www.w3.org/ns/org#",
        "time": "http://www.w3.org/2006/time#",
        "qudt": "http://qudt.org/schema/qudt/",
    }


@cache
def kg(name: str) -> ox.NamedNode:
    """Return the term `kg:name`.

    >>> kg("locatedIn").value
    'https://kg.example.org/ns#locatedIn'
    """
    return ox.NamedNode(KG + name)


@cache
def rule(name: str) -> ox.NamedNode:
    """Return the IRI of a rule, which is also the name of the graph that holds what it infers.

    >>> rule("inverse").value
    'https://kg.example.org/rules/inverse'
    """
    return ox.NamedNode(RULES + name)


def is_rule(graph: object) -> bool:
    """Return whether the name of a graph is that of a rule."""
    return isinstance(graph, ox.NamedNode) and graph.value.startswith(RULES)


def local_name(term: ox.NamedNode) -> str:
    """Return the name after `#` or the last `/`; the inverse of `kg` for terms of the vocabulary.

    >>> local_name(kg("Company"))
    'Company'
    """
    return term.value.removeprefix(KG) if term.value.startswith(KG) else term.value.rsplit("/", 1)[-1]


def classes(type_: str) -> tuple[str, ...]:
    """Return a type and its superclasses, the narrowest first.

    >>> classes("Company"), classes("Event")
    (('Company', 'Organization', 'Entity'), ('Event', 'Entity'))
    """
    family = FAMILY_OF[type_]
    middle = (family,) if family in ("Organization", "Location") else ()
    return (type_, *middle, "Entity")


def text(value: str, language: str | None = None) -> ox.Literal:
    """Return a string literal; a lone surrogate, which RDF cannot hold, becomes U+FFFD (same length)."""
    return ox.Literal(_SURROGATE.sub("\ufffd", value), language=language)


def number(value: int) -> ox.Literal:
    """Return a number as an `xsd:integer`."""
    return ox.Literal(str(value), datatype=INTEGER)


def published(value: str) -> ox.Literal:
    """Return `2023`, `2023-09` or `2023-09-21` as xsd:gYear, xsd:gYearMonth or xsd:date.

    >>> published("2023-09").datatype.value
    'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    return ox.Literal(value, datatype=ox.NamedNode(XSD + _BY_LENGTH[len(value)]))
