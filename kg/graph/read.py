"""Read records from quads by pattern look-ups: the inverse of `kg.graph.triples`.

The functions take a store and return records of `kg.graph.records`, sorted. Two details cannot be recovered:
which entity of an article a thing was, and the boundaries of the sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, cast

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.graph.records import ArticleNode, Fact, Figure, Statement, Thing
from kg.model import PREDICATES, SYMMETRIC, TYPES, Evidence

# holds each triple once, however many articles say it
_UNION = ox.DefaultGraph()
QUALIFIERS = ("amount", "date", "title")


def docs(store: ox.Store) -> dict[str, str]:
    """Return the identifiers of the articles by IRI, sorted by identifier."""
    found = {quad.subject.value: quad.object.value for quad in _quads(store, None, v.kg("doc"), None)}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def things(store: ox.Store, doc_of: Mapping[str, str]) -> dict[str, Thing]:
    """Return every thing by IRI, sorted by IRI."""
    types: dict[str, str] = {}
    for type_ in TYPES:
        for quad in _quads(store, None, v.RDF_TYPE, v.kg(type_)):
            types[quad.subject.value] = type_
    labels = {q.subject.value: q.object.value for q in _quads(store, None, v.PREF_LABEL, None)}
    others: dict[str, set[str]] = defaultdict(set)
    for quad in _quads(store, None, v.ALT_LABEL, None):
        others[quad.subject.value].add(quad.object.value)
    inside: dict[str, set[str]] = defaultdict(set)
    for quad in _quads(store, None, v.kg("inArticle"), None):
        if quad.subject.value in types:
            inside[quad.subject.value].add(doc_of[quad.object.value])
    records = {q.subject.value: q.object.value for q in _quads(store, None, v.kg("authority"), None)}
    codes = {q.subject.value: q.object.value for q in _quads(store, None, v.kg("code"), None)}
    return {
        iri: Thing(
            iri,
            types[iri],
            labels[iri],
            (labels[iri], *sorted(others[iri] - {labels[iri]}, key=lambda n: (-len(n), n))),
            records.get(iri),
            codes.get(iri),
            tuple(sorted(inside[iri])),
        )
        for iri in sorted(types)
        if iri in labels
    }


def facts(
    store: ox.Store,
    known: Mapping[str, Thing],
    subject: str | None,
    predicate: str | None,
    object_: str | None,
    doc_of: Mapping[str, str],
) -> tuple[Fact, ...]:
    """Return the facts that match, sorted.

    A symmetric fact (cooperatesWith) is one fact, whatever the direction of its statements, and is found from
    both ends. It is returned from the end that was asked for, or else from the one whose IRI sorts first.
    """
    found: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
    for node in statement_nodes(store, subject, predicate, object_):
        pairs = _properties(store, node)
        triple = (
            pairs["subject"].value,
            v.local_name(cast(ox.NamedNode, pairs["predicate"])),
            pairs["object"].value,
        )
        if triple[1] in SYMMETRIC and _turned(triple[0], triple[2], subject, object_):
            triple = (triple[2], triple[1], triple[0])
        if triple[1] in PREDICATES:
            found[triple].append(_statement(node.value, pairs, doc_of))
    return tuple(
        Fact(known[s], p, known[o], tuple(sorted(found[s, p, o], key=_by_place))) for s, p, o in sorted(found)
    )


def _turned(one: str, other: str, subject: str | None, object_: str | None) -> bool:
    if subject is not None:
        return one != subject
    return other != object_ if object_ is not None else other < one


def _statement(iri: str, pairs: Mapping[str, Any], doc_of: Mapping[str, str]) -> Statement:
    qualifiers = tuple((key, pairs[key].value) for key in QUALIFIERS if key in pairs)
    by_hand = [pairs[key].value if key in pairs else "" for key in ("creator", "created", "comment")]
    return Statement(iri, _evidence(pairs, doc_of), qualifiers, *by_hand)


def statement_nodes(
    store: ox.Store,
    subject: str | None,
    predicate: str | None,
    object_: str | None,
    *,
    from_object: bool = False,
) -> Iterator[ox.NamedNode]:
    """Yield the statements that match, each once; those of a symmetric fact are found from both ends.

    Args:
        store: The store to search.
        subject: IRI of a thing.
        predicate: One of `kg.model.PREDICATES`.
        object_: IRI of a thing.
        from_object: Whether to look up statements by the object instead of the subject if both are given;
            quicker if fewer statements are about the object.
    """
    wanted = [(subject, object_)]
    if (predicate is None or predicate in SYMMETRIC) and (subject or object_):
        wanted.append((object_, subject))
    seen: set[str] = set()
    for turned, (s, o) in enumerate(wanted):
        for node in _candidates(store, s, predicate, o, from_object != bool(turned)):
            if node.value in seen:
                continue
            told = (cast(ox.NamedNode, quad.object) for quad in _quads(store, node, v.PREDICATE, None))
            if turned and not any(v.local_name(term) in SYMMETRIC for term in told):
                continue
            seen.add(node.value)
            yield node


def _candidates(
    store: ox.Store, s: str | None, p: str | None, o: str | None, from_object: bool
) -> list[ox.NamedNode]:
    """Return the statement nodes with the most selective of the given terms, checked against the others."""
    ends = [(v.SUBJECT, s), (v.OBJECT, o)]
    given = [*(reversed(ends) if from_object else ends), (v.PREDICATE, v.kg(p).value if p else None)]
    terms = [(predicate, ox.NamedNode(value)) for predicate, value in given if value]
    if not terms:
        kinds = (v.kg("Statement"), v.kg("Assertion"))
        return [cast(ox.NamedNode, q.subject) for k in kinds for q in _quads(store, None, v.RDF_TYPE, k)]
    first, *rest = terms
    nodes = [cast(ox.NamedNode, q.subject) for q in _quads(store, None, *first)]
    return [n for n in nodes if all(any(True for _ in _quads(store, n, *pair)) for pair in rest)]


def figures(
    store: ox.Store, known: Mapping[str, Thing], subject: str | None, doc_of: Mapping[str, str]
) -> tuple[Figure, ...]:
    """Return the figures of a thing, or all figures, sorted by subject, indicator, period and place."""
    term = ox.NamedNode(subject) if subject else None
    found = []

    # many figures share a period (2022) or a unit (CNY), so each of these is looked up only once
    @cache
    def shared(node: ox.NamedNode | None) -> dict[str, Any]:
        return _properties(store, node) if node is not None else {}

    for quad in _quads(store, None, v.kg("subject"), term):
        pairs = _properties(store, cast(ox.NamedNode, quad.subject))
        value, unit, when = pairs.get("value"), shared(pairs.get("unit")), shared(pairs.get("period"))
        found.append(
            Figure(
                quad.subject.value,
                known[quad.object.value],
                pairs["indicator"].value,
                Decimal(value.value) if value is not None else None,
                unit["notation"].value if unit else "",
                pairs["valueText"].value,
                pairs["bound"].value,
                when["label"].value if when else None,
                when["from"].value if when else None,
                when["to"].value if when else None,
                _evidence(pairs, doc_of),
            )
        )
    return tuple(
        sorted(found, key=lambda f: (f.subject.iri, f.indicator, f.period or "", _place(f.evidence), f.iri))
    )


def articles(store: ox.Store) -> tuple[ArticleNode, ...]:
    """Return the articles, sorted by identifier."""
    found = []
    for iri, doc in docs(store).items():
        pairs = _properties(store, ox.NamedNode(iri))
        optional = {
            key: pairs[key].value if key in pairs else None for key in ("published", "publisher", "file")
        }
        title = pairs["title"].value if "title" in pairs else ""
        found.append(ArticleNode(doc, iri, title, **optional, text=pairs["text"].value))
    return tuple(found)


def _properties(store: ox.Store, node: ox.NamedNode) -> dict[str, Any]:
    """Return the single value of each property of a statement, observation, period, unit or article."""
    pairs = {}
    for quad in store.quads_for_pattern(node, None, None, _UNION):
        value = quad.predicate.value
        pairs[value.rsplit("#", 1)[-1] if "#" in value else value.rsplit("/", 1)[-1]] = quad.object
    return pairs


def _evidence(pairs: Mapping[str, Any], doc_of: Mapping[str, str]) -> Evidence:
    if "inArticle" not in pairs:
        # said only by a person; no article supports it
        return Evidence("", 0, 0, 0, "", pairs["by"].value, float(pairs["confidence"].value))
    return Evidence(
        doc_of[pairs["inArticle"].value],
        int(pairs["sentence"].value),
        int(pairs["start"].value),
        int(pairs["end"].value),
        pairs["quote"].value,
        pairs["by"].value,
        float(pairs["confidence"].value),
        pairs["status"].value,
    )


def _place(evidence: Evidence) -> tuple[str, int, int, str]:
    return (evidence.doc, evidence.start, evidence.end, evidence.by)


def _by_place(statement: Statement) -> tuple[Any, ...]:
    return (*_place(statement.evidence), statement.iri)


def _quads(store: ox.Store, s: Any, p: Any, o: Any) -> Iterator[Any]:
    return cast(Iterator[Any], store.quads_for_pattern(s, p, o, _UNION))
