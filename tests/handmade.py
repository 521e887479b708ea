"""Extractions made by hand from small texts, for tests of the packages that follow extraction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kg.corpus import project
from kg.model import (
    Article,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Observation,
    Period,
    Quantity,
    Relation,
)
from kg.text.article import parse_article


def lay(text: str, *things: tuple[str, ...]) -> tuple[Article, tuple[Entity, ...]]:
    """Return an article and the things (type, fullest name, other names …) that it names, as e1, e2, …"""
    article = parse_article(text, doc="t")
    listed = [{"id": f"e{n}", "type": t[0], "names": list(t[1:])} for n, t in enumerate(things, 1)]
    return article, project(article, {"entities": listed, "relations": [], "observations": []})


def make(
    doc: str,
    text: str,
    entities: Mapping[str, Sequence[str]],
    relations: Sequence[tuple[str, str, str]] = (),
    observations: Sequence[tuple[str, str, str, str]] = (),
    *,
    records: Mapping[str, str] | None = None,
    qualifiers: Sequence[tuple[str, str]] = (),
) -> Extraction:
    """Return an extraction.

    Args:
        doc: Identifier of the article.
        text: Its text; names are found in it.
        entities: (type, fullest name, other names…) by id.
        relations: Subject, predicate, object; the sentence that names both is the evidence.
        observations: Subject, indicator, value as in the text, number.
        records: Authority record by entity id.
        qualifiers: Given to every relation.
    """
    article = parse_article(text, doc=doc, source=f"texts/{doc}.txt")
    listed = [{"id": k, "type": v[0], "names": list(v[1:])} for k, v in entities.items()]
    found = project(article, {"entities": listed, "relations": [], "observations": []})
    assert {e.id for e in found} == set(entities), "a name is not in the text"
    found = tuple(replace(e, record=(records or {}).get(e.id)) for e in found)
    names = {e.id: e.names for e in found}

    def evidence(*ids: str) -> Evidence:
        for s in article.sentences:
            quote = article.text[s.start : s.end]
            if all(any(name in quote for name in names[i]) for i in ids):
                return Evidence(doc, s.index, s.start, s.end, quote, "hand", 0.9)
        s = article.sentences[0]
        return Evidence(doc, s.index, s.start, s.end, article.text[s.start : s.end], "hand", 0.5)

    facts = tuple(Relation(s, p, o, (evidence(s, o),), tuple(sorted(qualifiers))) for s, p, o in relations)
    figures = []
    for subject, indicator, value, number in observations:
        at = article.text.index(value)
        quantity = Quantity(at, at + len(value), value, Decimal(number), "CNY", "元")
        year = Period("2022", date(2022, 1, 1), date(2022, 12, 31), "year")
        figures.append(Observation(subject, indicator, quantity, year, evidence(subject)))
    return Extraction(article, found, facts, tuple(figures))


def quick_extract(article: Article, authority: object = None) -> Extraction:
    """Stand in for the extraction, which takes seconds to load: cities, companies, and who lies where."""
    found: dict[str, tuple[str, list[Mention]]] = {}
    for type_, pattern in (
        ("AdministrativeDivision", "大连市|沈阳市"),
        ("Company", "(?:蓝鲸重工|红星纺织)有限公司"),
    ):
        for m in re.finditer(pattern, article.text):
            mention = Mention(m.start(), m.end(), m.group(), type_, "hand")
            found.setdefault(m.group(), (type_, []))[1].append(mention)
    entities = tuple(
        Entity(f"e{number}", type_, (name,), tuple(mentions))
        for number, (name, (type_, mentions)) in enumerate(sorted(found.items()), start=1)
    )
    facts = []
    for s in article.sentences:
        inside = [e for e in entities if any(s.start <= m.start < s.end for m in e.mentions)]
        said = Evidence(article.doc, s.index, s.start, s.end, article.text[s.start : s.end], "hand")
        facts += [
            Relation(one.id, "locatedIn", other.id, (said,))
            for one in inside
            for other in inside
            if one.type == "Company" and other.type == "AdministrativeDivision"
        ]
    return Extraction(article, entities, tuple(facts), ())
