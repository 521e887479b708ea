"""What a graph gives back: things, facts, figures, articles, as records.

They are read from RDF, so that a graph made elsewhere under the same vocabulary works too.
A thing is known by its IRI; sorting any of these records is sorting by IRI and place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kg.model import Evidence


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A thing of the graph.

    Attributes:
        iri: Its identifier.
        type: One of `kg.model.TYPES`.
        name: The canonical name.
        names: Every form, the canonical one first, then the longest first.
        record: Key of the authority record, or None.
        code: Public code of the record, or None.
        docs: The articles that name it, sorted.
    """

    iri: str
    type: str
    name: str
    names: tuple[str, ...] = ()
    record: str | None = None
    code: str | None = None
    docs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """One place that says a fact.

    Attributes:
        iri: Its identifier.
        evidence: Article, sentence, quote, rule, confidence, status. Where only a person says so, `by` is
            `hand`, the article and the quote are empty, and the offsets 0.
        qualifiers: `title`, `amount`, `date` as (key, text), sorted.
        author: Who added it by hand, or empty.
        created: When, as YYYY-MM-DD, or empty.
        reason: Why, or empty.
    """

    iri: str
    evidence: Evidence = field(compare=False)
    qualifiers: tuple[tuple[str, str], ...] = ()
    author: str = ""
    created: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Subject, predicate and object, with every place that says so.

    Attributes:
        subject: A thing.
        predicate: One of `kg.model.PREDICATES`.
        object: A thing.
        statements: At least one, in order of article and place.
    """

    subject: Thing
    predicate: str
    object: Thing
    statements: tuple[Statement, ...] = field(compare=False)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The places that say so."""
        return tuple(statement.evidence for statement in self.statements)

    @property
    def confidence(self) -> float:
        """That of the best statement, between 0 and 1."""
        return max(e.confidence for e in self.evidence)

    @property
    def docs(self) -> tuple[str, ...]:
        """The articles that say so, sorted."""
        return tuple(sorted({e.doc for e in self.evidence if e.doc}))

    @property
    def qualifiers(self) -> tuple[tuple[str, str], ...]:
        """The particulars of all statements, each once, sorted."""
        return tuple(sorted({pair for statement in self.statements for pair in statement.qualifiers}))


@dataclass(frozen=True, slots=True)
class Figure:
    """An observation: one indicator of one thing, with value and period.

    Attributes:
        iri: Its identifier.
        subject: A thing.
        indicator: What is measured.
        value: In base units, or None where the text gives no number.
        unit: Key of the unit, e.g. `CNY`; empty if unknown.
        text: The source form: `45.6亿元`.
        bound: `exact`, `about`, `min` or `max`.
        period: `2022`, `2022-05/2023`, … or None.
        start: First day of the period as YYYY-MM-DD, or None.
        end: Its last day, or None.
        evidence: The place that says so.
    """

    iri: str
    subject: Thing
    indicator: str
    value: Decimal | None
    unit: str
    text: str
    bound: str
    period: str | None
    start: str | None
    end: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, order=True)
class ArticleNode:
    """An article of the graph.

    Attributes:
        doc: Its identifier.
        iri: Its node and named graph.
        title: The headline, or empty.
        published: `2023`, `2023-09`, `2023-09-21` or None.
        publisher: The paper, or None.
        file: Name of the file it was read from, or None.
        text: The text to which all places refer.
    """

    doc: str
    iri: str
    title: str
    published: str | None
    publisher: str | None
    file: str | None
    text: str = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stats:
    """What is in a graph, as counts.

    Attributes:
        articles: Number of articles.
        things: Number of things.
        facts: Number of distinct facts (a symmetric one counts once).
        statements: Number of places that say a fact.
        observations: Number of figures.
        sentences: Number of sentences that carry a fact or a figure.
        quads: Number of quads in the articles' graphs.
        things_by_type: The most frequent first.
        facts_by_predicate: The most frequent first.
        inferred_by_rule: Facts that rules inferred, which are not among `facts`, by the rule's name.
    """

    articles: int
    things: int
    facts: int
    statements: int
    observations: int
    sentences: int
    quads: int
    things_by_type: tuple[tuple[str, int], ...]
    facts_by_predicate: tuple[tuple[str, int], ...]
    inferred_by_rule: tuple[tuple[str, int], ...] = ()
