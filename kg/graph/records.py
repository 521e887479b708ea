"""The records that a graph returns: things, facts, figures and articles.

They are read from RDF, so a graph made elsewhere with the same vocabulary works too. A thing is identified by
its IRI; sorting any of these records sorts by IRI and place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kg.model import Evidence


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A thing in the graph.

    Attributes:
        iri: Its identifier.
        type: One of `kg.model.TYPES`.
        name: The canonical name.
        names: All forms of the name, the canonical one first, the others by decreasing length.
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
    """One passage, or one person, that says a fact.

    Attributes:
        iri: Its identifier.
        evidence: Article, sentence, quote, rule, confidence and status. If only a person says so, `by` is
            `hand`, the article and the quote are empty, and the offsets are 0.
        qualifiers: `title`, `amount` and `date` as (key, text), sorted.
        author: Who added it by hand, or empty.
        created: When it was added, as YYYY-MM-DD, or empty.
        reason: Why it was added, or empty.
    """

    iri: str
    evidence: Evidence = field(compare=False)
    qualifiers: tuple[tuple[str, str], ...] = ()
    author: str = ""
    created: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A fact: subject, predicate and object, with all its statements.

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
        """The evidence of every statement."""
        return tuple(statement.evidence for statement in self.statements)

    @property
    def confidence(self) -> float:
        """The confidence of the best statement, between 0 and 1."""
        return max(e.confidence for e in self.evidence)

    @property
    def docs(self) -> tuple[str, ...]:
        """The articles that say so, sorted."""
        return tuple(sorted({e.doc for e in self.evidence if e.doc}))

    @property
    def qualifiers(self) -> tuple[tuple[str, str], ...]:
        """The qualifiers of all statements, each once, sorted."""
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
        text: The form in the source, e.g. `45.6亿元`.
        bound: `exact`, `about`, `min` or `max`.
        period: `2022`, `2022-05/2023`, … or None.
        start: First day of the period as YYYY-MM-DD, or None.
        end: Its last day, or None.
        evidence: The passage that says so.
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
    """An article in the graph.

    Attributes:
        doc: Its identifier.
        iri: IRI of its node and of its named graph.
        title: The headline, or empty.
        published: `2023`, `2023-09`, `2023-09-21` or None.
        publisher: The paper, or None.
        file: Name of the file it was read from, or None.
        text: The text that all offsets refer to.
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
    """Counts of what is in a graph.

    Attributes:
        articles: Number of articles.
        things: Number of things.
        facts: Number of distinct facts (a symmetric fact counts once).
        statements: Number of statements of these facts.
        observations: Number of figures.
        sentences: Number of sentences that contain a fact or a figure.
        quads: Number of quads in the articles' graphs.
        things_by_type: Number of things of each type, the most frequent first.
        facts_by_predicate: Number of facts with each predicate, the most frequent first.
        inferred_by_rule: Number of facts that each rule inferred, by rule name; not included in `facts`.
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
