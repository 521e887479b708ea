"""Conversion of an extraction to and from a JSON document, the contract with everything outside.

The first keys (`doc`, `title`, `date`, `entities`, `relations`, `observations`) are those of
a gold article, so that the two can be compared. The other keys add positions, evidence and
confidence. `ontology/extraction.schema.json` describes the whole document. Reading a document
back restores everything but the text of the file before layout repair: `Article.source_text`
is empty.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kg.model import (
    Article,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Observation,
    Part,
    Period,
    Quantity,
    Rejected,
    Relation,
    Sentence,
)

Json = dict[str, Any]


def to_json(extraction: Extraction, *, rejects: bool = False) -> Json:
    """Return an extraction as plain JSON values.

    Args:
        extraction: The extraction of one article.
        rejects: Whether to add the relations that were proposed but rejected, under `rejects`.
    """
    article = extraction.article
    document: Json = {
        "doc": article.doc,
        "title": article.title,
        "date": article.date,
        "entities": [_entity_to_json(entity) for entity in extraction.entities],
        "relations": [[r.subject, r.predicate, r.object] for r in extraction.relations],
        "observations": [_observation_to_json(observation) for observation in extraction.observations],
        "statements": [
            {
                "subject": r.subject,
                "predicate": r.predicate,
                "object": r.object,
                "qualifiers": dict(r.qualifiers),
                "evidence": [_evidence_to_json(e) for e in r.evidence],
            }
            for r in extraction.relations
        ],
        "text": article.text,
        "article": _article_to_json(article),
    }
    if rejects:
        document["rejects"] = [
            {
                "subject": r.subject,
                "predicate": r.predicate,
                "object": r.object,
                "reason": r.reason,
                "evidence": _evidence_to_json(r.evidence),
            }
            for r in extraction.rejects
        ]
    return document


def from_json(document: Mapping[str, Any]) -> Extraction:
    """Return the extraction that a document made by `to_json` represents.

    Raises:
        KeyError: A key that `to_json` writes is missing.
    """
    article = _article_from_json(document)
    return Extraction(
        article,
        tuple(_entity_from_json(e, article.text) for e in document["entities"]),
        tuple(
            Relation(
                s["subject"],
                s["predicate"],
                s["object"],
                tuple(_evidence_from_json(e, article) for e in s["evidence"]),
                tuple(sorted(s["qualifiers"].items())),
            )
            for s in document["statements"]
        ),
        tuple(_observation_from_json(o, article) for o in document["observations"]),
        tuple(
            Rejected(
                r["subject"],
                r["predicate"],
                r["object"],
                r["reason"],
                _evidence_from_json(r["evidence"], article),
            )
            for r in document.get("rejects", ())
        ),
    )


def _entity_to_json(entity: Entity) -> Json:
    return {
        "id": entity.id,
        "type": entity.type,
        "names": list(entity.names),
        "record": entity.record,
        "confidence": entity.confidence,
        "mentions": [
            {
                "start": m.start,
                "end": m.end,
                "text": m.text,
                "type": m.type,
                "by": m.by,
                "confidence": m.confidence,
                "record": m.record,
            }
            for m in entity.mentions
        ],
    }


def _entity_from_json(value: Mapping[str, Any], text: str) -> Entity:
    mentions = tuple(
        Mention(
            m["start"],
            m["end"],
            text[m["start"] : m["end"]],
            m["type"],
            m["by"],
            m["confidence"],
            m["record"],
        )
        for m in value["mentions"]
    )
    return Entity(
        value["id"], value["type"], tuple(value["names"]), mentions, value["record"], value["confidence"]
    )


def _evidence_to_json(evidence: Evidence) -> Json:
    return {
        "sentence": evidence.sentence,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "by": evidence.by,
        "confidence": evidence.confidence,
        "status": evidence.status,
    }


def _evidence_from_json(value: Mapping[str, Any], article: Article) -> Evidence:
    return Evidence(
        article.doc,
        value["sentence"],
        value["start"],
        value["end"],
        value["quote"],
        value["by"],
        value["confidence"],
        value["status"],
    )


def _observation_to_json(observation: Observation) -> Json:
    quantity, period = observation.quantity, observation.period
    return {
        "subject": observation.subject,
        "indicator": observation.indicator,
        "value": quantity.text,
        "period": None if period is None else period.value,
        "number": None if quantity.value is None else format(quantity.value, "f"),
        "unit": quantity.unit,
        "classifier": quantity.classifier,
        "bound": quantity.bound,
        "start": quantity.start,
        "end": quantity.end,
        "time": None
        if period is None
        else {"from": period.start.isoformat(), "to": period.end.isoformat(), "precision": period.precision},
        "evidence": _evidence_to_json(observation.evidence),
    }


def _observation_from_json(value: Mapping[str, Any], article: Article) -> Observation:
    number, time = value["number"], value["time"]
    quantity = Quantity(
        value["start"],
        value["end"],
        value["value"],
        None if number is None else Decimal(number),
        value["unit"],
        value["classifier"],
        value["bound"],
    )
    period = None
    if time is not None:
        period = Period(
            value["period"],
            date.fromisoformat(time["from"]),
            date.fromisoformat(time["to"]),
            time["precision"],
        )
    return Observation(
        value["subject"],
        value["indicator"],
        quantity,
        period,
        _evidence_from_json(value["evidence"], article),
    )


def _article_to_json(article: Article) -> Json:
    return {
        "source": article.source,
        "digest": article.digest,
        "script": article.script,
        "date_source": article.date_source,
        "normal": None if article.normal == article.text else article.normal,
        "parts": [
            {
                "start": p.start,
                "end": p.end,
                "headline": p.headline,
                "authors": list(p.authors),
                "publisher": p.publisher,
                "place": p.place,
            }
            for p in article.parts
        ],
        "sentences": [[s.start, s.end, s.paragraph, s.part, s.kind] for s in article.sentences],
        "places": _runs(article.places),
    }


def _article_from_json(document: Mapping[str, Any]) -> Article:
    value, text = document["article"], document["text"]
    places = array("l")
    for start, length in value["places"]:
        places.extend(range(start, start + length))
    return Article(
        document["doc"],
        text,
        text if value["normal"] is None else value["normal"],
        document["title"],
        document["date"],
        value["date_source"],
        tuple(
            Part(p["start"], p["end"], p["headline"], tuple(p["authors"]), p["publisher"], p["place"])
            for p in value["parts"]
        ),
        tuple(Sentence(i, *row) for i, row in enumerate(value["sentences"])),
        value["source"],
        "",
        places,
        value["script"],
        value["digest"],
    )


def _runs(places: array[int]) -> list[list[int]]:
    """Return the positions in the file as runs of [first position, length].

    >>> _runs(array("l", [0, 1, 2, 5, 6]))
    [[0, 3], [5, 2]]
    """
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][0] + runs[-1][1] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, 1])
    return runs
