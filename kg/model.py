"""The records that all subpackages share: an article, what is found in it, and the evidence.

Records are frozen and have no behaviour beyond what follows from their own fields. All
offsets count characters (Unicode code points) of `Article.text`; start offsets are inclusive
and end offsets exclusive, so that `article.text[m.start:m.end] == m.text` for every mention
`m` and `article.text[e.start:e.end] == e.quote` for every evidence `e`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Literal, NamedTuple

SentenceKind = Literal["body", "headline", "byline", "caption", "furniture"]
Status = Literal["stated", "planned", "reported"]

# Coarse families of entity types, used alike for identity, scoring and the RDF hierarchy.
FAMILIES: dict[str, tuple[str, ...]] = {
    "Organization": ("GovernmentBody", "CentralEnterprise", "Company", "Institution"),
    "Location": ("AdministrativeDivision", "DevelopmentZone", "Place"),
    "Initiative": ("Initiative", "Document"),
    "Project": ("Project",),
    "Event": ("Event",),
    "Person": ("Person",),
    "Industry": ("Industry",),
    "Product": ("Product",),
    "Honor": ("Honor",),
}
FAMILY_OF: dict[str, str] = {leaf: family for family, leaves in FAMILIES.items() for leaf in leaves}
TYPES: tuple[str, ...] = tuple(FAMILY_OF)
PREDICATES: tuple[str, ...] = (
    "locatedIn",
    "subsidiaryOf",
    "cooperatesWith",
    "investsIn",
    "implements",
    "launches",
    "organizes",
    "participatesIn",
    "holdsPositionAt",
    "receives",
    "hasIndustry",
    "produces",
    "partOf",
)
# predicates without a direction: A cooperates with B is the same fact as B cooperates with A
SYMMETRIC = frozenset({"cooperatesWith"})


def undirected(subject: str, predicate: str, object_: str) -> tuple[str, str, str]:
    """Return a fact with subject and object in sorted order if its predicate has no direction.

    >>> undirected("b", "cooperatesWith", "a"), undirected("b", "locatedIn", "a")
    (('a', 'cooperatesWith', 'b'), ('b', 'locatedIn', 'a'))
    """
    turned = predicate in SYMMETRIC and object_ < subject
    return (object_, predicate, subject) if turned else (subject, predicate, object_)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of time as the sources state it.

    Attributes:
        value: Canonical form: `2023`, `2023-09`, `2023-09-21`, or `start/end` with two of these.
        start: First day.
        end: Last day (inclusive).
        precision: How precisely the text states it.
    """

    value: str
    start: date
    end: date
    precision: Literal["year", "month", "day", "range"]

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one line that is not a sentence (headline, byline, caption).

    Attributes:
        index: Number of the sentence in the article, from 0.
        start: Offset of the first character.
        end: Offset after the last character.
        paragraph: Number of the paragraph, from 0.
        part: Index into `Article.parts`.
        kind: `body` for running text.
    """

    index: int
    start: int
    end: int
    paragraph: int
    part: int
    kind: SentenceKind = "body"


@dataclass(frozen=True, slots=True)
class Part:
    """One article on a page. Most files hold one; a newspaper page may hold several.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        headline: The part's own headline; empty if it has none.
        authors: Journalists named in the byline (correspondents and photographers are not included).
        publisher: The newspaper named in the byline or dateline, or None (本报 names none).
        place: Place in a dateline such as 新华社大连9月1日电, or None.
    """

    start: int
    end: int
    headline: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A published text after its layout has been repaired.

    Attributes:
        doc: Identifier: the file's stem, or its relative path if stems clash.
        text: The repaired text. Nothing but white space of the source may be missing from it, and
            blocks (captions) may be in a different order.
        normal: `text` normalised for analysis, of the same length: full-width digits, letters and
            brackets become half-width, and traditional characters become simplified.
        title: Headline of the first part.
        date: When it was written, as precisely as can be determined: `2023`, `2023-09`, `2023-09-21` or None.
        date_source: How the date was found, e.g. `dateline` or `file name`; empty if it was not found.
        parts: The articles on the page, in order; together they cover the text.
        sentences: The sentences, in order of `start`.
        source: The file, as the user named it.
        source_text: The decoded text of the file.
        places: Offsets into the source: `source_text[places[i]] == text[i]` for every i.
        script: `Hans`, or `Hant` for traditional characters.
        digest: SHA-256 of the file's bytes, hexadecimal.
    """

    doc: str
    text: str
    normal: str
    title: str
    date: str | None
    date_source: str
    parts: tuple[Part, ...]
    sentences: tuple[Sentence, ...]
    source: str
    source_text: str
    places: array[int]
    script: Literal["Hans", "Hant"]
    digest: str


class Word(NamedTuple):
    """A word from the segmenter with its part of speech (ICTCLAS tag set): a hint, never a boundary.

    A tuple, unlike the other records, because an article has more words than all other records together.
    """

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A span of text that names a thing.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        text: `article.text[start:end]`.
        type: One of `TYPES`.
        by: The rule or model that found it.
        confidence: Between 0 and 1.
        record: Key of the authority record it matches, or None.
    """

    start: int
    end: int
    text: str
    type: str
    by: str
    confidence: float = 1.0
    record: str | None = None


# Sort key with the order of comparing mentions, but without building tuples for every comparison
by_place = attrgetter("start", "end", "text", "type", "by", "confidence", "record")


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing named in one article, with all its names and mentions.

    Attributes:
        id: `e1`, `e2`, … in order of first mention.
        type: One of `TYPES`.
        names: Distinct forms, fullest first, without white space, quotes and title marks.
        mentions: The mentions, in order of `start`.
        record: Key of the authority record, or None.
        confidence: Between 0 and 1.
    """

    id: str
    type: str
    names: tuple[str, ...]
    mentions: tuple[Mention, ...]
    record: str | None = None
    confidence: float = 1.0

    @property
    def name(self) -> str:
        """The fullest name."""
        return self.names[0]

    @property
    def family(self) -> str:
        """The coarse family to which the type belongs."""
        return FAMILY_OF[self.type]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in an article that states a fact.

    Attributes:
        doc: The article.
        sentence: Index of the sentence that contains the trigger.
        start: Offset of the first character of the quote.
        end: Offset after the last character.
        quote: `article.text[start:end]`, which contains subject (or what refers to it), trigger and object.
        by: The rule or model that found the fact.
        confidence: Between 0 and 1.
        status: `stated` as fact, `planned` for the future, or `reported` as hearsay or hope.
    """

    doc: str
    sentence: int
    start: int
    end: int
    quote: str
    by: str
    confidence: float = 1.0
    status: Status = "stated"


@dataclass(frozen=True, slots=True)
class Relation:
    """A fact between two entities of one article.

    Attributes:
        subject: Entity id.
        predicate: One of `PREDICATES`.
        object: Entity id.
        evidence: At least one place that states it.
        qualifiers: Further details as (key, text), sorted: `title` of a post, `amount` of an
            investment, `date` of a signing.
    """

    subject: str
    predicate: str
    object: str
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as a span of text.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        text: The form in the source, without 近, 约, 超, 余 around it, as in the annotation guide.
        value: In base units: 5267.4亿元 is 526740000000; 34.4% is 34.4; None if undetermined (数十).
        unit: Key in the units table, e.g. `CNY`, `PERCENT`, `M2`, `COUNT`; empty if unknown.
        classifier: The unit as the text has it: 亿元 gives 元, 102个 gives 个.
        bound: `exact`, `about`, `min` (超, 以上), `max` (以内, 不到).
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    unit: str
    classifier: str
    bound: Literal["exact", "about", "min", "max"] = "exact"


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure stated about an entity: one indicator, one value, one period.

    Attributes:
        subject: Entity id.
        indicator: The noun phrase for what is measured, as in the text, without the number.
        quantity: Number and unit.
        period: The period for which it holds, or None.
        evidence: The place that states it.
    """

    subject: str
    indicator: str
    quantity: Quantity
    period: Period | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Rejected:
    """A relation that a pattern proposed but the ontology or a check rejected."""

    subject: str
    predicate: str
    object: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one article says."""

    article: Article
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    observations: tuple[Observation, ...]
    rejects: tuple[Rejected, ...] = field(default=())
