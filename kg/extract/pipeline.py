"""The steps that read an article, in order: the one module that assembles extraction.

Each step is a thin wrapper around pure functions of this package. What the steps find is passed
on in a `Reading`. `kg.extract.spacy_doc` offers the same steps as a spaCy pipeline, with a `Doc`
for spaCy's own tools. Extraction itself needs no `Doc`, and starts and runs faster without one.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg import authority as authorities
from kg.authority import Authority
from kg.extract import clauses as clause_room
from kg.extract import context, dates, relations, segment
from kg.extract.clustering import joining
from kg.extract.clustering.entities import find_entities
from kg.extract.figures import observations, quantities, ranking
from kg.extract.names.fields import find_fields
from kg.extract.names.grammar import find_names
from kg.extract.names.known import HINT, Matcher, find_known
from kg.extract.names.mentions import mentions_of
from kg.extract.names.page import Line, Page, by_sentence
from kg.extract.names.persons import find_persons
from kg.extract.names.quoted import find_quoted
from kg.extract.tagging import lexical, review, tagger
from kg.extract.tagging.review_features import Surroundings
from kg.extract.threads import one_thread
from kg.model import (
    Article,
    Entity,
    Extraction,
    Mention,
    Observation,
    Quantity,
    Rejected,
    Relation,
    Word,
)


@dataclass(frozen=True, slots=True)
class Models:
    """The files of the trained models that an extraction uses.

    Attributes:
        names: Model of the tagger.
        net: Network that the tagger consults as well; if None, the tagger works alone.
        review: Model of the second look at the tagger's names; if None, names likelier than not are kept.
        joins: Model of names that name one thing.
        context: Network that scores relations and the owners of figures.
        relations: Model of the second opinion on relations; if None, the rules decide alone.
        figures: Model that decides whose figure it is.
    """

    names: Path = tagger.NAMES
    net: Path | None = tagger.NET
    review: Path | None = review.MODEL
    joins: Path = joining.MODEL
    context: Path = context.MODEL
    relations: Path | None = relations.MODEL
    figures: Path = ranking.MODEL


SHIPPED = Models()
LIKELIER_THAN_NOT = 0.5
"""Minimum probability of a name that is kept if there is no second look at the tagger's names."""


@dataclass(slots=True)
class Reading:
    """What the steps have found in one article so far."""

    article: Article
    matcher: Matcher
    models: Models = SHIPPED
    words: tuple[Word, ...] = ()
    known: list[Mention] = field(default_factory=list)
    hints: list[Mention] = field(default_factory=list)
    candidates: list[Mention] = field(default_factory=list)
    tagged: list[Mention] | None = None
    entities: tuple[Entity, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    periods: tuple[dates.DatedSpan, ...] = ()
    clauses: tuple[clause_room.Clause, ...] = ()
    relations: tuple[Relation, ...] = ()
    rejects: tuple[Rejected, ...] = ()
    observations: tuple[Observation, ...] = ()
    told: context.Told = field(init=False)
    states: lexical.States = field(init=False)

    def __post_init__(self) -> None:
        self.states = lexical.States(self.article.normal)


def _segment(reading: Reading) -> None:
    reading.words = segment.words(reading.article.normal)


def _known_names(reading: Reading) -> None:
    article = reading.article
    found = list(find_known(article.normal, article.text, reading.words, reading.matcher))
    reading.known = [mention for mention in found if mention.by != HINT]
    reading.hints = [mention for mention in found if mention.by == HINT]


def _unknown_names(reading: Reading) -> None:
    article = reading.article
    known = by_sentence(article.sentences, reading.known)
    page = Page(article.normal, reading.words)
    for sentence in article.sentences:
        line = Line(page, sentence.start, sentence.end, known[sentence.index])
        reading.candidates.extend(find_names(line, article.text))
        reading.candidates.extend(find_persons(line, article.text))
        reading.candidates.extend(find_fields(line, article.text))
        reading.candidates.extend(find_quoted(article.normal, article.text, sentence.start, sentence.end))


def marks(reading: Reading) -> tagger.Marks:
    """Return the tagger's input for each character; run the earlier steps first if they have not run."""
    if not reading.words:
        for step in (_segment, _known_names, _unknown_names):
            step(reading)
    article = reading.article
    return tagger.Marks(
        article.normal,
        reading.words,
        [(sentence.start, sentence.end) for sentence in article.sentences],
        known=reading.known,
        grammar=reading.candidates,
        hints=reading.hints,
        states=reading.states,
    )


def tagged(reading: Reading) -> list[tagger.Tagged]:
    """Return all names that the tagger finds in an article, even unlikely ones; run earlier steps first."""
    found = tagger.tag(reading.article, marks(reading), model=reading.models.names, net=reading.models.net)
    # a record applies only to a name of its own type: the zone 太平湾 is not the subdistrict of that name
    records = {_typed(m): m.record for m in (*reading.hints, *reading.known)}
    return [replace(t, mention=replace(t.mention, record=records.get(_typed(t.mention)))) for t in found]


def _typed(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.type


def surroundings(reading: Reading) -> Surroundings:
    """Return the input of the second look at names for an article."""
    return Surroundings(reading.article, reading.words, reading.known, reading.hints, reading.candidates)


def _tagged_names(reading: Reading) -> None:
    found = tagged(reading)
    if reading.models.review is None:
        reading.tagged = [t.mention for t in found if t.chosen and t.mention.confidence >= LIKELIER_THAN_NOT]
    else:
        learned = review.read_review(reading.models.review)
        reading.tagged = review.look_again(surroundings(reading), found, learned)


def _entities(reading: Reading) -> None:
    reading.entities = _things(reading, mentions_read(reading))


def mentions_read(reading: Reading) -> tuple[Mention, ...]:
    """Return the mentions of the names that the steps before `kg_entities` have found in an article."""
    # if the tagger has run, it has already weighed the candidates for known and unknown names
    if reading.tagged is None:
        found, judged = [*reading.known, *reading.candidates], False
    else:
        found, judged = reading.tagged, reading.models.review is not None
    return mentions_of(found, reading.article, reading.matcher, judged=judged)


def entities_of(reading: Reading, candidates: Sequence[Mention]) -> tuple[Entity, ...]:
    """Return the things of an article that candidate names, which nobody has judged, stand for."""
    return _things(reading, mentions_of(candidates, reading.article, reading.matcher, judged=False))


def _things(reading: Reading, mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    divisions, model = reading.matcher.divisions, reading.models.joins
    return find_entities(reading.article, mentions, reading.words, divisions, model=model)


def _figures(reading: Reading) -> None:
    reading.quantities = quantities.find_quantities(reading.article.normal)


def _dates(reading: Reading) -> None:
    reading.periods = dates.find_periods(reading.article)


def _clauses(reading: Reading) -> None:
    reading.clauses = clause_room.parse_clauses(reading.article, reading.words, reading.entities)


def _context(reading: Reading) -> None:
    reading.told = context.look(
        reading.article,
        reading.words,
        reading.entities,
        reading.clauses,
        reading.quantities,
        model=reading.models.context,
        states=reading.states,
    )


def _relations(reading: Reading) -> None:
    reading.relations, reading.rejects = relations.find_relations(
        reading.article,
        reading.entities,
        reading.clauses,
        reading.periods,
        told=reading.told,
        model=reading.models.relations,
    )


def _observations(reading: Reading) -> None:
    found = observations.find_observations(
        reading.told,
        reading.entities,
        reading.quantities,
        reading.periods,
        model=reading.models.figures,
    )
    # figures are read in the normalised text; an observation quotes the article's own text: 5億元, １０％
    text = reading.article.text
    reading.observations = tuple(
        replace(o, quantity=replace(o.quantity, text=text[o.quantity.start : o.quantity.end])) for o in found
    )


# The steps in order; each needs what the steps before it have found
STEPS: tuple[tuple[str, Callable[[Reading], None]], ...] = (
    ("kg_segment", _segment),
    ("kg_known_names", _known_names),
    ("kg_unknown_names", _unknown_names),
    ("kg_tagged_names", _tagged_names),
    ("kg_entities", _entities),
    ("kg_figures", _figures),
    ("kg_dates", _dates),
    ("kg_clauses", _clauses),
    ("kg_context", _context),
    ("kg_relations", _relations),
    ("kg_observations", _observations),
)
# Steps that cannot do without another one: it yields not a list, which may be empty, but an object to query
_ASKED_BY = {"kg_context": ("kg_relations", "kg_observations")}


def steps_without(without: Collection[str]) -> Iterator[str]:
    """Yield the names of the steps that remain when some are left out, in order.

    Args:
        without: Names of the `STEPS` to leave out.

    Raises:
        ValueError: There is no such step, or a remaining step needs one that is left out.
    """
    names = [name for name, _ in STEPS]
    unknown = sorted(set(without) - set(names))
    if unknown:
        raise ValueError(f"no step {unknown[0]!r}; there are {', '.join(names)}")
    for step, others in _ASKED_BY.items():
        asking = [name for name in others if step in without and name not in without]
        if asking:
            raise ValueError(f"{' and '.join(asking)} cannot do without {step}; leave them out, too")
    yield from (name for name in names if name not in without)


_matchers: dict[int, Matcher] = {}


def matcher_of(authority: Authority | None = None) -> Matcher:
    """Return the matcher of an authority (the package's own if None), which is built once per process."""
    tables = authorities.load() if authority is None else authority
    # a matcher keeps its authority alive, so that no other authority can get the same id
    if id(tables) not in _matchers:
        _matchers[id(tables)] = Matcher(tables)
    return _matchers[id(tables)]


def read(
    article: Article,
    authority: Authority | None = None,
    *,
    without: Collection[str] = (),
    models: Models = SHIPPED,
) -> Reading:
    """Return what all steps find in an article.

    Args:
        article: Article from `kg.text`.
        authority: Tables of known things; the package's own if None.
        without: Names of the `STEPS` to leave out, e.g. `kg_tagged_names` to use the rules alone.
        models: Trained models; by default those shipped with the package.

    Raises:
        ValueError: As for `steps_without`.
    """
    reading, steps = Reading(article, matcher_of(authority), models), dict(STEPS)
    for name in steps_without(without):
        steps[name](reading)
    return reading


@contextmanager
def _uncollected() -> Iterator[None]:
    """Suspend cyclic garbage collection, which would traverse all records although they form no cycles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def extract(
    article: Article,
    authority: Authority | None = None,
    *,
    without: Collection[str] = (),
    models: Models = SHIPPED,
) -> Extraction:
    """Return what an article says: entities, relations and figures, each with its place in the text.

    Args:
        article: Article from `kg.text`.
        authority: Tables of known things; the package's own if None.
        without: Names of the `STEPS` to leave out.
        models: Trained models; by default those shipped with the package.

    Raises:
        ValueError: As for `steps_without`.
    """
    with _uncollected(), one_thread():
        reading = read(article, authority, without=without, models=models)
    return Extraction(article, reading.entities, reading.relations, reading.observations, reading.rejects)
