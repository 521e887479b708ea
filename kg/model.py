"""The records that all rooms share: an article, what is found in it, and the evidence.

Records are frozen and hold no behaviour beyond what follows from their own fields. All
offsets count characters (Unicode code points) of `Article.text`, lower bound in, upper
bound out, so that `article.text[m.start:m.end] == m.text` for every mention `m` and
`article.text[e.start:e.end] == e.quote` for every evidence `e`.
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

# Coarse families of entity types; identity, scoring and the RDF hierarchy agree on them.
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
# without a direction: who cooperates with whom is the same fact from both ends
SYMMETRIC = frozenset({"cooperatesWith"})


def undirected(subject: str, predicate: str, object_: str) -> tuple[str, str, str]:
    """Return a fact as told from the end that sorts first, where it has no direction.

    >>> undirected("b", "cooperatesWith", "a"), undirected("b", "locatedIn", "a")
    (('a', 'cooperatesWith', 'b'), ('b', 'locatedIn', 'a'))
    """
    turned = predicate in SYMMETRIC and object_ < subject
    return (object_, predicate, subject) if turned else (subject, predicate, object_)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time as the sources state it.

    Attributes:
        value: Canonical form: `2023`, `2023-09`, `2023-09-21`, or `start/end` of two such.
        start: First day.
        end: Last day (inclusive).
        precision: How finely the text tells it.
    """

    value: str
    start: date
    end: date
    precision: Literal["year", "month", "day", "range"]

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one line that is none (headline, byline, caption).

    Attributes:
        index: Number of the sentence in the article, from 0.
        start: First character.
        end: Character after the last.
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
    """One article on a page: most files hold one, a newspaper page may hold several.

    Attributes:
        start: First character.
        end: Character after the last.
        headline: The part's own headline, empty where it has none.
        authors: Names in the byline (journalists, correspondents, photographers are not among them).
        publisher: The paper the byline or dateline names, or None (本报 names none).
        place: Place of a dateline such as 新华社大连9月1日电, or None.
    """

    start: int
    end: int
    headline: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A published text after layout repair.

    Attributes:
        doc: Identifier: the file's stem, or its relative path where stems clash.
        text: The repaired text. Only white space of the source may be missing from it, and
            blocks (captions) may stand in another order.
        normal: `text` for reading: of the same length, full-width digits, letters and
            brackets made half-width, traditional characters made simplified.
        title: Headline of the first part.
        date: `2023`, `2023-09` or `2023-09-21`: when it was written, as precisely as can be told; or None.
        date_source: How the date was found, e.g. `dateline` or `file name`; empty if it was not.
        parts: The articles on the page, in order; they cover the text.
        sentences: In order of `start`.
        source: The file, as the user named it.
        source_text: The decoded file.
        places: `source_text[places[i]] == text[i]` for every i.
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
    """A word of the segmenter with its part of speech (ICTCLAS tag set). A hint, never a boundary.

    A tuple where the other records are classes: an article has more words than all other records.
    """

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A stretch of text that names a thing.

    Attributes:
        start: First character.
        end: Character after the last.
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


# Sorts mentions as they compare, without a tuple made anew for each comparison
by_place = attrgetter("start", "end", "text", "type", "by", "confidence", "record")


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing named in one article, with every name and place of it.

    Attributes:
        id: `e1`, `e2`, … in order of first mention.
        type: One of `TYPES`.
        names: Distinct forms, the fullest first; white space, quotes and title marks taken off.
        mentions: In order of `start`.
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
        """The coarse family of the type."""
        return FAMILY_OF[self.type]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact is said.

    Attributes:
        doc: The article.
        sentence: Index of the sentence that holds the trigger.
        start: First character of the quote.
        end: Character after the last.
        quote: `article.text[start:end]`, holding subject (or what refers to it), trigger and object.
        by: The rule or model that says so.
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
        evidence: At least one place that says so.
        qualifiers: Further particulars as (key, text) in sorted order: `title` of a post,
            `amount` of an investment, `date` of a signing.
    """

    subject: str
    predicate: str
    object: str
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as a stretch of text.

    Attributes:
        start: First character.
        end: Character after the last.
        text: The source form without 近, 约, 超, 余 around it, as the annotation guide writes it.
        value: In base units: 5267.4亿元 is 526740000000; 34.4% is 34.4; None where it cannot be told (数十).
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
    """A figure said of an entity: one indicator, one value, one period.

    Attributes:
        subject: Entity id.
        indicator: The noun phrase of what is measured, as in the text, without the number.
        quantity: Number and unit.
        period: When it holds, or None.
        evidence: The place that says so.
    """

    subject: str
    indicator: str
    quantity: Quantity
    period: Period | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Rejected:
    """A relation that a pattern proposed and the ontology or a check refused."""

    subject: str
    predicate: str
    object: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one article says."""

    article: Article
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    observations: tuple[Observation, ...]
    rejects: tuple[Rejected, ...] = field(default=())
