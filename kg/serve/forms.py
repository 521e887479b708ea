"""Things, facts, figures and evidence as plain JSON values, for the explorer and other programs.

Every function returns a `dict` whose keys are a contract, listed in its docstring. Dates are
`YYYY-MM-DD`, confidences lie between 0 and 1, and offsets count characters of the article's text, with the
start inclusive and the end exclusive; unknown values are null.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kg import ontology
from kg.graph.records import Fact, Figure, Thing
from kg.model import Evidence
from kg.out.view import short_label
from kg.serve.addresses import article_page, page_of
from kg.serve.links import STATUSES, Link
from kg.serve.names import Hit
from kg.serve.snapshot import Snapshot

Json = dict[str, Any]


def node(snapshot: Snapshot, thing: Thing) -> Json:
    """Return `id` (its IRI), `label` (at most 16 characters), `name`, `type`, `family`, `degree`, `page`."""
    return {
        "id": thing.iri,
        "label": short_label(thing.names),
        "name": thing.name,
        "type": thing.type,
        "family": snapshot.family(thing),
        "degree": snapshot.degree.get(thing.iri, 0),
        "page": page_of(thing.iri, snapshot.base),
    }


def edge(link: Link) -> Json:
    """Return a link as an edge of the drawn graph.

    Keys: `id`, `source`, `target` (IRIs), `predicate`, `label_zh`, `label_en`, `weight` (number of
    statements), `confidence`, `since`, `until`, `status` (`stated`, `reported` or `planned`).
    """
    return {
        "id": link.id,
        "source": link.source,
        "target": link.target,
        **relation(link.predicate),
        "weight": link.told.weight,
        "confidence": round(link.told.confidence, 3),
        "status": link.told.status,
        "since": _day(link.told.start),
        "until": _day(link.told.end),
    }


def relation(predicate: str) -> Json:
    """Return `predicate`, `label_zh`, `label_en`."""
    term = ontology.load().properties[predicate]
    return {"predicate": predicate, "label_zh": term.label_zh, "label_en": term.label_en}


def hit(snapshot: Snapshot, found: Hit) -> Json:
    """Return the keys of `node`, `matched` (the matching name), `rank` (0 to 2) and `pinyin` (a boolean)."""
    return {**node(snapshot, found.thing), "matched": found.name, "rank": found.rank, "pinyin": found.pinyin}


def thing(snapshot: Snapshot, found: Thing, *, evidence: int = 3) -> Json:
    """Return all that the graph says about a thing.

    Keys: those of `node`; `type_zh`, `type_en`; `names`, the canonical one first; `record`, `code`
    (from an authority table, or null); `outgoing` and `incoming`, facts as in `fact`; `figures` as in
    `figure`; `articles` as in `article`; `evidence`, the first 20 sentences that name the thing:
    `sentence`, `text`, `text_start`, `start`, `end` (of the name), `quote` (the name), `article`.

    Args:
        snapshot: The graph.
        found: The thing.
        evidence: Number of places to return for each fact; the others are at `/api/evidence`.
    """
    outgoing, incoming = snapshot.facts(found)
    term = ontology.load().classes[found.type]
    return {
        **node(snapshot, found),
        "type_zh": term.label_zh,
        "type_en": term.label_en,
        "names": list(found.names),
        "record": found.record,
        "code": found.code,
        "outgoing": [fact(snapshot, said, said.object, evidence) for said in outgoing],
        "incoming": [fact(snapshot, said, said.subject, evidence) for said in incoming],
        "figures": [figure(snapshot, said) for said in snapshot.graph.observations(found)],
        "articles": [article(snapshot, doc) for doc in found.docs],
        "evidence": mentions(snapshot, found, 20),
    }


def fact(snapshot: Snapshot, said: Fact, other: Thing, most: int) -> Json:
    """Return a fact as it is shown on the card of one of its ends.

    Keys: `predicate`, `label_zh`, `label_en`; `thing`, the other end as in `node`; `confidence` (the
    best), `status` (the firmest), `weight` (number of statements); `qualifiers`, a list of
    `[key, text]` with the keys `amount`, `date`, `title`; `evidence`, the first places as in `place`.
    """
    statuses = {evidence.status for evidence in said.evidence}
    return {
        **relation(said.predicate),
        "thing": node(snapshot, other),
        "confidence": round(said.confidence, 3),
        "status": min(statuses, key=STATUSES.index),
        "weight": len(said.statements),
        "qualifiers": [list(pair) for pair in said.qualifiers],
        "evidence": [place(snapshot, evidence) for evidence in said.evidence[:most]],
    }


def figure(snapshot: Snapshot, said: Figure) -> Json:
    """Return a figure.

    Keys: `indicator`; `value`, a decimal as text in base units, or null; `unit`, its key; `text`, as
    written in the source; `bound` (`exact`, `about`, `min`, `max`); `period`, `since`, `until`; `evidence` as
    in `place`.
    """
    return {
        "indicator": said.indicator,
        "value": None if said.value is None else format(said.value, "f"),
        "unit": said.unit,
        "text": said.text,
        "bound": said.bound,
        "period": said.period,
        "since": said.start,
        "until": said.end,
        "evidence": place(snapshot, said.evidence),
    }


def place(snapshot: Snapshot, evidence: Evidence) -> Json:
    """Return a place in an article that is evidence for a statement.

    Keys: `quote`, `start`, `end`; `sentence`, its number; `text`, the whole sentence (or sentences, if the
    quote spans several), and `text_start`, where it begins; `status`, `confidence`, `by`; `article` as in
    `article`, with the anchor of the sentence in its `page`.
    """
    reading = snapshot.reading(evidence.doc)
    first, last = reading.line_at(evidence.start), reading.line_at(max(evidence.start, evidence.end - 1))
    start = min(first.start, evidence.start) if first else evidence.start
    end = max(last.end, evidence.end) if last else evidence.end
    return {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "sentence": evidence.sentence,
        "text": reading.node.text[start:end],
        "text_start": start,
        "status": evidence.status,
        "confidence": round(evidence.confidence, 3),
        "by": evidence.by,
        "article": article(snapshot, evidence.doc, evidence.sentence),
    }


def mentions(snapshot: Snapshot, found: Thing, most: int) -> list[Json]:
    """Return the first sentences that name a thing, article by article, each once.

    Keys: `sentence`, `text`, `text_start`, `start`, `end` (of the name), `quote` (the name), `article`.
    """
    said: list[Json] = []
    for doc in found.docs:
        reading = snapshot.reading(doc)
        for line in reading.naming(found.iri):
            mark = next(m for m in reading.marks if m.iri == found.iri and m.start >= line.start)
            said.append(
                {
                    "sentence": line.number,
                    "text": reading.node.text[line.start : line.end],
                    "text_start": line.start,
                    "start": mark.start,
                    "end": mark.end,
                    "quote": reading.node.text[mark.start : mark.end],
                    "article": article(snapshot, doc, line.number),
                }
            )
            if len(said) == most:
                return said
    return said


def article(snapshot: Snapshot, doc: str, sentence: int | None = None) -> Json:
    """Return `id`, `title`, `date` (`2023`, `2023-09`, `2023-09-21` or null), `publisher`, `page`."""
    found = snapshot.articles[doc]
    return {
        "id": doc,
        "title": found.title,
        "date": found.published,
        "publisher": found.publisher,
        "page": article_page(doc, sentence),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
