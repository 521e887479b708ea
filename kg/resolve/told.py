"""What one article tells of identity: all that resolution needs to know of it.

In: an extraction and the authority tables. Out: a small record, a tenth of the extraction's size.
Nothing here looks at a second article, so that it can be worked out, kept and read back article by
article.
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
    """An entity that is no person.

    Attributes:
        entity: Its id in the article.
        identity: What it shares with the entities of other articles that are the same thing.
        fixed: Whether the identity is settled by itself (`identify`).
        names: Every name that the article gives it.
        forms: (name, kind of company) by which short names find it.
        name: The name to show.
        type: One of `kg.model.TYPES`.
        weight: How often it is mentioned, at least 1.
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
    """A person of an article.

    Attributes:
        entity: The id in the article.
        name: As the article writes it.
        titles: Posts of the country that stand at the name.
        posts: Entity ids of the bodies and places the person belongs to.
    """

    entity: str
    name: str
    titles: frozenset[str]
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An article as resolution sees it.

    Attributes:
        doc: The article.
        places: Names of the places that it names, as names are compared.
        named: Its things in the order of the extraction, persons aside.
        persons: Its persons.
    """

    doc: str
    places: frozenset[str]
    named: tuple[Named, ...]
    persons: tuple[Person, ...]


def tell(extraction: Extraction, authority: Authority | None = None) -> Told:
    """Return what an article tells of identity.

    Args:
        extraction: The article.
        authority: The authority tables, or None to go by the text alone.
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
