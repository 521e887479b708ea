"""Everything that resolution needs to know about one article.

Takes an extraction and the authority tables, and returns a small record, a tenth of the extraction's size.
No other article is consulted, so these records can be computed, stored and read back article by article.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.authority import Authority
from kg.model import Extraction
from kg.resolve.context import read_context
from kg.resolve.identity import Identity, forms, identify, told_name
from kg.resolve.link import link


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that is not a person.

    Attributes:
        entity: Id of the entity in the article.
        identity: What it shares with the entities of other articles that are the same thing.
        fixed: Whether the identity is fixed (see `identify`).
        names: All names that the article uses for it.
        forms: Forms under which short names can match it, as (name, kind of company).
        name: Display name.
        type: One of `kg.model.TYPES`.
        weight: Number of mentions, at least 1.
    """

    entity: str
    identity: Identity
    fixed: bool
    names: tuple[str, ...]
    forms: frozenset[tuple[str, str]]
    name: str
    type: str
    weight: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in an article.

    Attributes:
        entity: Id of the entity in the article.
        name: The name as written in the article.
        titles: National posts that appear beside the name.
        posts: Entity ids of the bodies and places that the person belongs to.
    """

    entity: str
    name: str
    titles: frozenset[str]
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An article as resolution sees it.

    Attributes:
        doc: Identifier of the article.
        places: Names of the places that the article mentions, folded for comparison.
        named: Its entities other than persons, in the order of the extraction.
        persons: Its persons.
    """

    doc: str
    places: frozenset[str]
    named: tuple[Named, ...]
    persons: tuple[Person, ...]


def tell(extraction: Extraction, authority: Authority | None = None) -> Told:
    """Return what resolution needs to know about an article.

    Args:
        extraction: The extraction of the article.
        authority: The authority tables, or None to rely on the text alone.
    """
    records = authority.records if authority else {}
    context = read_context(extraction, link(extraction, authority), authority)
    named, persons = [], []
    for entity in extraction.entities:
        if entity.family == "Person":
            titles = context.titles.get(entity.id, frozenset())
            persons.append(Person(entity.id, entity.name, titles, context.posts.get(entity.id, ())))
            continue
        identity, fixed = identify(entity.id, context, records)
        told = told_name(entity.id, context)
        weight = max(1, len(entity.mentions))
        named.append(
            Named(
                entity.id,
                identity,
                fixed,
                entity.names,
                forms(entity, identity),
                told,
                entity.type,
                weight,
            )
        )
    return Told(extraction.article.doc, context.places, tuple(named), tuple(persons))
