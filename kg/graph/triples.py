"""Map things and extractions to quads: the RDF mapping, as pure functions.

Every quad is in the named graph of the article it comes from, so that an article's share can be removed
again; queries run on the union of all. Every fact is a direct triple and, for each passage that says so, a
statement node with its evidence. There are no blank nodes. The same input gives the same set of quads;
sorting them is left to the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath

import pyoxigraph as ox

from kg.extract.figures.units import base_units
from kg.graph import identifiers as ids
from kg.graph import vocabulary as v
from kg.model import SYMMETRIC, Article, Evidence, Extraction, Observation, Period, Relation
from kg.resolve.corrected import BY_HAND, Corrected
from kg.resolve.things import Thing

Pair = tuple[ox.NamedNode, ox.NamedNode | ox.Literal]
# the keys of the qualifiers that a relation may have
QUALIFIERS = ("title", "amount", "date")


def generate_quads(
    things: Sequence[Thing],
    extractions: Iterable[Extraction],
    *,
    base: str = v.BASE,
    codes: Mapping[str, str] | None = None,
) -> Iterator[ox.Quad]:
    """Yield the quads of a graph without corrections, article by article; a quad may occur twice.

    Args:
        things: The things that `resolve` made from all extractions.
        extractions: The articles; each member of a thing belongs to one of them.
        base: Base IRI of things.
        codes: Public code (of an administrative division) by key of the authority record.
    """
    iris = ids.thing_iris((thing.key for thing in things), base)
    of: dict[str, dict[str, Thing]] = {}
    for thing in things:
        for doc, entity in thing.members:
            of.setdefault(doc, {})[entity] = thing
    for extraction in extractions:
        share = of.get(extraction.article.doc, {})
        yield from generate_share(extraction, share, iris, base=base, codes=codes)


def generate_share(
    extraction: Extraction,
    share: Mapping[str, Thing],
    iris: Mapping[str, ox.NamedNode],
    *,
    base: str = v.BASE,
    codes: Mapping[str, str] | None = None,
    corrected: Corrected | None = None,
) -> Iterator[ox.Quad]:
    """Yield the quads of one article; a quad may occur twice.

    Args:
        extraction: The article.
        share: The thing that each of its entities stands for, by entity id.
        iris: The IRIs of these things by key.
        base: As for `generate_quads`.
        codes: As for `generate_quads`.
        corrected: What people have corrected; facts that they rejected are left out.
    """
    graph = ids.article_iri(extraction.article.doc, base)
    nodes = {entity: iris[thing.key] for entity, thing in share.items()}
    yield from _article(extraction.article, graph)
    yield from _things(extraction, share, iris, graph, codes or {})
    for relation in extraction.relations:
        if corrected is None or _stands(relation, share, corrected):
            yield from _fact(relation, nodes, graph, base)
    for observation in extraction.observations:
        yield from _observation(observation, nodes, graph, base)


def _stands(relation: Relation, share: Mapping[str, Thing], corrected: Corrected) -> bool:
    subject, object_ = share.get(relation.subject), share.get(relation.object)
    return subject is None or object_ is None or corrected.keeps(subject, relation.predicate, object_)


def generate_by_hand(corrected: Corrected, iris: Mapping[str, ox.NamedNode], base: str) -> Iterator[ox.Quad]:
    """Yield what people have added, in a graph of its own: facts, former names and replaced IRIs.

    Args:
        corrected: What people have corrected.
        iris: The IRIs of all things by key.
        base: As for `generate_quads`.
    """
    graph = ids.corrections_iri(base)
    named = {thing.key: thing.name for thing in corrected.things}
    for key, names in corrected.former.items():
        former = [name for name in names if key in named and name != named[key]]
        yield from _node(iris[key], [(v.ALT_LABEL, v.text(name, "zh")) for name in former], graph)
    for key, old in corrected.replaced.items():
        for was in ids.thing_iris(old, base).values():
            yield ox.Quad(iris[key], v.REPLACES, was, graph)
    for fact in corrected.added:
        subject, object_ = iris[fact.subject], iris[fact.object]
        made = fact.correction
        yield ox.Quad(subject, v.kg(fact.predicate), object_, graph)
        if fact.predicate in SYMMETRIC:
            yield ox.Quad(object_, v.kg(fact.predicate), subject, graph)
        parts = [
            subject.value,
            fact.predicate,
            object_.value,
            made.date,
            made.author,
            made.reason,
            made.quote,
        ]
        pairs: list[Pair] = [
            (v.RDF_TYPE, v.kg("Statement" if fact.evidence else "Assertion")),
            (v.SUBJECT, subject),
            (v.PREDICATE, v.kg(fact.predicate)),
            (v.OBJECT, object_),
            (v.CREATOR, v.text(made.author)),
            (v.CREATED, ox.Literal(made.date, datatype=v.DATE)),
            (v.COMMENT, v.text(made.reason)),
        ]
        if fact.evidence is not None:
            parts.append(fact.evidence.doc)
            pairs += _evidence(fact.evidence, ids.article_iri(fact.evidence.doc, base))
        else:
            pairs += _reading(BY_HAND, 1.0, "stated")
        yield from _node(ids.content_iri("statement", parts, base), pairs, graph)


def _article(article: Article, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    publisher = next((part.publisher for part in article.parts if part.publisher), None)
    pairs: list[Pair] = [
        (v.RDF_TYPE, v.kg("Article")),
        (v.kg("doc"), v.text(article.doc)),
        (v.kg("digest"), v.text(article.digest)),
        (v.kg("text"), v.text(article.text)),
    ]
    if article.title:
        pairs.append((v.TITLE, v.text(article.title, "zh")))
    if article.date:
        pairs.append((v.kg("published"), v.published(article.date)))
    if publisher:
        pairs.append((v.kg("publisher"), v.text(publisher)))
    if article.source:
        # only the file name, so that the same files in another folder give the same graph
        pairs.append((v.kg("file"), v.text(PurePath(article.source.replace("\\", "/")).name)))
    yield from _node(graph, pairs, graph)


def _things(
    extraction: Extraction,
    share: Mapping[str, Thing],
    iris: Mapping[str, ox.NamedNode],
    graph: ox.NamedNode,
    codes: Mapping[str, str],
) -> Iterator[ox.Quad]:
    for entity in extraction.entities:
        thing = share.get(entity.id)
        if thing is None:
            continue
        pairs: list[Pair] = [(v.RDF_TYPE, v.kg(name)) for name in v.classes(thing.type)]
        pairs.append((v.PREF_LABEL, v.text(thing.name, "zh")))
        pairs += [(v.ALT_LABEL, v.text(name, "zh")) for name in entity.names if name != thing.name]
        pairs.append((v.kg("inArticle"), graph))
        if thing.record:
            pairs.append((v.kg("authority"), v.text(thing.record)))
            if codes.get(thing.record):
                pairs.append((v.kg("code"), v.text(codes[thing.record])))
        yield from _node(iris[thing.key], pairs, graph)


def _fact(
    relation: Relation, nodes: Mapping[str, ox.NamedNode], graph: ox.NamedNode, base: str
) -> Iterator[ox.Quad]:
    subject, object_ = nodes.get(relation.subject), nodes.get(relation.object)
    # two entities of the article that turned out to be one thing have no relation to each other
    if subject is None or object_ is None or subject == object_:
        return
    predicate = v.kg(relation.predicate)
    yield ox.Quad(subject, predicate, object_, graph)
    if relation.predicate in SYMMETRIC:
        yield ox.Quad(object_, predicate, subject, graph)
    for evidence in relation.evidence:
        parts = [subject.value, relation.predicate, object_.value, *_content(evidence)]
        parts += [f"{key}={value}" for key, value in relation.qualifiers]
        pairs: list[Pair] = [
            (v.RDF_TYPE, v.kg("Statement")),
            (v.SUBJECT, subject),
            (v.PREDICATE, predicate),
            (v.OBJECT, object_),
            *_evidence(evidence, graph),
            *((v.kg(key), v.text(value)) for key, value in relation.qualifiers),
        ]
        yield from _node(ids.content_iri("statement", parts, base), pairs, graph)


def _observation(
    observation: Observation, nodes: Mapping[str, ox.NamedNode], graph: ox.NamedNode, base: str
) -> Iterator[ox.Quad]:
    subject = nodes.get(observation.subject)
    if subject is None:
        return
    quantity = observation.quantity
    pairs: list[Pair] = [
        (v.RDF_TYPE, v.kg("Observation")),
        (v.kg("subject"), subject),
        (v.kg("indicator"), v.text(observation.indicator, "zh")),
        (v.kg("valueText"), v.text(quantity.text)),
        (v.kg("bound"), v.text(quantity.bound)),
        *_evidence(observation.evidence, graph),
    ]
    if quantity.value is not None:
        pairs.append((v.kg("value"), ox.Literal(plain(quantity.value), datatype=v.DECIMAL)))
    if quantity.unit:
        unit = ids.unit_iri(quantity.unit, base)
        pairs.append((v.kg("unit"), unit))
        yield from _node(unit, _unit(quantity.unit), graph)
    if observation.period is not None:
        period = ids.period_iri(observation.period, base)
        pairs.append((v.kg("period"), period))
        yield from _node(period, _period(observation.period), graph)
    when = observation.period.value if observation.period else ""
    parts = [
        subject.value,
        observation.indicator,
        quantity.text,
        quantity.bound,
        when,
        *_content(observation.evidence),
    ]
    # two equal figures in one sentence (增长5%, 增长5%) differ in their position
    parts += [str(quantity.start), str(quantity.end)]
    yield from _node(ids.content_iri("observation", parts, base), pairs, graph)


def _unit(unit: str) -> list[Pair]:
    base = base_units().get(unit)
    pairs: list[Pair] = [(v.RDF_TYPE, v.kg("Unit")), (v.NOTATION, v.text(unit))]
    pairs.append((v.LABEL, v.text(base.symbol, "zh") if base else v.text(unit)))
    if base and base.qudt:
        pairs.append((v.EXACT_MATCH, ox.NamedNode(v.QUDT_UNIT + base.qudt)))
    return pairs


def _period(period: Period) -> list[Pair]:
    return [
        (v.RDF_TYPE, v.kg("Period")),
        (v.LABEL, v.text(period.value)),
        (v.kg("from"), ox.Literal(period.start.isoformat(), datatype=v.DATE)),
        (v.kg("to"), ox.Literal(period.end.isoformat(), datatype=v.DATE)),
        (v.kg("precision"), v.text(period.precision)),
    ]


def _evidence(evidence: Evidence, graph: ox.NamedNode) -> tuple[Pair, ...]:
    return (
        (v.kg("inArticle"), graph),
        (v.kg("quote"), v.text(evidence.quote)),
        (v.kg("start"), v.number(evidence.start)),
        (v.kg("end"), v.number(evidence.end)),
        (v.kg("sentence"), v.number(evidence.sentence)),
        *_reading(evidence.by, evidence.confidence, evidence.status),
    )


def _reading(by: str, certain: float, status: str) -> tuple[Pair, ...]:
    return (
        (v.kg("confidence"), ox.Literal(confidence(certain), datatype=v.DECIMAL)),
        (v.kg("by"), v.text(by)),
        (v.kg("status"), v.text(status)),
    )


def _content(evidence: Evidence) -> tuple[str, ...]:
    return (
        evidence.doc,
        str(evidence.sentence),
        str(evidence.start),
        str(evidence.end),
        evidence.quote,
        evidence.by,
        confidence(evidence.confidence),
        evidence.status,
    )


def plain(value: Decimal) -> str:
    """Return a decimal in the canonical form of xsd:decimal, without an exponent.

    >>> plain(Decimal("5.2674E+11")), plain(Decimal("34.40"))
    ('526740000000', '34.4')
    """
    shown = format(value, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown


def confidence(value: float) -> str:
    """Return a confidence with at most three decimals.

    >>> confidence(0.9), confidence(1.0)
    ('0.9', '1')
    """
    return plain(Decimal(f"{value:.3f}"))


def _node(subject: ox.NamedNode, pairs: Iterable[Pair], graph: ox.NamedNode) -> Iterator[ox.Quad]:
    for predicate, object_ in pairs:
        yield ox.Quad(subject, predicate, object_, graph)
