"""The records that every exporter writes: things, relations between them, and figures.

They are a neutral form between the RDF graph, which `kg.out.select` reads, and the formats, with plain Python
values. Records are yielded one at a time and in a fixed order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.model import FAMILIES, SYMMETRIC

_KIND = re.compile(
    "/(?:" + "|".join(sorted({f.lower() for f in FAMILIES} | {"statement", "observation", "article"})) + ")/."
)
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A thing.

    Attributes:
        id: Readable and stable: the IRI without the base of the graph.
        iri: The thing's IRI.
        label: A short name to draw beside a dot (at most 16 characters).
        name: The preferred name.
        names: All names, the preferred one first.
        type: One of `kg.model.TYPES`.
        code: Code from an authority table, or empty if the thing is not linked.
        articles: Number of articles that name it.
        degree: Number of its exported edges.
        start: First day that any of its exported edges covers, or None.
        end: Last such day (inclusive), or None.
    """

    id: str
    label: str
    type: str
    name: str = ""
    names: tuple[str, ...] = ()
    iri: str = ""
    code: str = ""
    articles: int = 0
    degree: int = 0
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two things: one statement, or all statements of one fact when aggregated.

    Attributes:
        id: `statement/HASH`, or `source|predicate|target` when aggregated.
        source: Node id of the subject.
        target: Node id of the object.
        predicate: One of `kg.model.PREDICATES`.
        weight: Number of statements behind the edge, so at least 1.
        start: First day of the fact's own date, else of the article's; None if neither is known.
        end: Last day (inclusive).
        articles: Identifiers of the articles that say so, sorted.
        confidence: Between 0 and 1; the highest when aggregated.
        status: `stated`, `reported` or `planned`; the firmest when aggregated.
        quote: The exact words; those of the most confident statement when aggregated.
        by: The rule or model that said so.
        title: Title of a post, or empty.
        amount: Amount of an investment as given in the text, or empty.
        dated: Date of the fact as given in the text, or empty.
    """

    id: str
    source: str
    target: str
    predicate: str
    weight: float = 1.0
    start: date | None = None
    end: date | None = None
    articles: tuple[str, ...] = ()
    confidence: float = 1.0
    status: str = "stated"
    quote: str = ""
    by: str = ""
    title: str = ""
    amount: str = ""
    dated: str = ""

    @property
    def symmetric(self) -> bool:
        """Whether the relation has no direction of its own."""
        return self.predicate in SYMMETRIC


@dataclass(frozen=True, slots=True)
class Figure:
    """An observation: one indicator of a thing, one value, one period.

    `value` is the decimal in base units as text (empty if unknown), `unit` the unit's key, `value_text` the
    form in the source and `period` the label of the period in the graph. `start` and `end` are its first and
    last day, or those of the article's date.
    """

    id: str
    iri: str
    thing: str
    name: str
    indicator: str
    value: str
    unit: str
    value_text: str
    bound: str
    period: str
    start: date | None
    end: date | None
    article: str
    quote: str
    confidence: float
    status: str
    by: str


def clean(text: str) -> str:
    """Return text without what XML 1.0 forbids: control characters, lone surrogates, non-characters.

    >>> clean("甘井子\\x0c区\\ud800")
    '甘井子区'
    """
    # most text is printable, and then there is nothing to remove
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def short_label(names: Sequence[str], limit: int = 16) -> str:
    """Return the first name if it fits in `limit` characters, else the longest that does, else the first cut.

    >>> short_label(("中国石油天然气股份有限公司大连石化分公司", "大连石化", "石化"))
    '大连石化'
    """
    fitting = [name for name in names if 2 <= len(name) <= limit]
    if names and names[0] in fitting:
        return names[0]
    if fitting:
        return max(fitting, key=lambda name: (len(name), name))
    return names[0] if len(names[0]) <= limit else names[0][: limit - 1] + "…"


def short_id(iri: str) -> str:
    """Return the part of an IRI from the name of its kind on, or the whole of an IRI of another form.

    >>> short_id("https://kg.example.org/id/location/辽宁省/大连市")
    'location/辽宁省/大连市'
    """
    match = _KIND.search(iri)
    return iri[match.start() + 1 :] if match else iri
