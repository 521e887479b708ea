"""The steps that read an article, in their order: the one place that puts extraction together.

Each step is a thin function over pure functions of this room; what the steps find travels in a
`Reading`. The same steps as a spaCy pipeline, with a `Doc` for spaCy's own tools, are in
`kg.extract.spacy_doc`: extraction itself needs no `Doc`, and starts and runs faster without.
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
from kg.extract.clustering.entities import find_entities
from kg.extract.figures import observations, quantities, ranking
from kg.extract.names.choose import choose
from kg.extract.names.fields import find_fields
from kg.extract.names.fronted import part_fronted, trimmed
from kg.extract.names.grammar import find_names
from kg.extract.names.known import HINT, Matcher, find_known
from kg.extract.names.nested import find_nested
from kg.extract.names.page import Line, Page, by_sentence
from kg.extract.names.persons import find_persons
from kg.extract.names.quoted import find_quoted
from kg.extract.tagging import lexical, review, tagger
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
    by_place,
)


@dataclass(frozen=True, slots=True)
class Models:
    """The trained models that an extraction reads with.

    Attributes:
        names: Of the tagger.
        net: Of the network that the tagger asks too; it reads alone if None.
        review: Of the second look at what the tagger read; what is likelier than not stands if None.
        context: Of the network that reads relations and the owners of figures.
        relations: Of the second opinion on relations; the rules decide alone if None.
        figures: Of whose figure it is.
    """

    names: Path = tagger.NAMES
    net: Path | None = tagger.NET
    review: Path | None = review.MODEL
    context: Path = context.MODEL
    relations: Path | None = relations.MODEL
    figures: Path = ranking.MODEL


SHIPPED = Models()
LIKELIER_THAN_NOT = 0.5
"""Least probability of a name that stands where there is no second look at what the tagger read."""


@dataclass(slots=True)
class Reading:
    """What the steps have found so far in one article."""

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
    """Return what the tagger is told of each character; runs the steps before it where they have not run."""
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
    """Return all that the tagger reads in an article, the unlikely too; runs the steps before it."""
    found = tagger.tag(reading.article, marks(reading), model=reading.models.names, net=reading.models.net)
    # a record names a thing of its own type: the zone 太平湾 is not the subdistrict of that name
    records = {_typed(m): m.record for m in (*reading.hints, *reading.known)}
    return [replace(t, mention=replace(t.mention, record=records.get(_typed(t.mention)))) for t in found]


def _typed(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.type


def surroundings(reading: Reading) -> review.Surroundings:
    """Return what the second look at names is told of an article."""
    return review.Surroundings(
        reading.article, reading.words, reading.known, reading.hints, reading.candidates
    )


def _tagged_names(reading: Reading) -> None:
    found = tagged(reading)
    if reading.models.review is None:
        reading.tagged = [t.mention for t in found if t.mention.confidence >= LIKELIER_THAN_NOT]
    else:
        learned = review.read_review(reading.models.review)
        reading.tagged = review.look_again(surroundings(reading), found, learned)


def _entities(reading: Reading) -> None:
    # where the tagger has read, it has weighed the candidates of known and unknown names already
    candidates = [*reading.known, *reading.candidates] if reading.tagged is None else reading.tagged
    reading.entities = entities_of(reading, candidates)


def entities_of(reading: Reading, candidates: Sequence[Mention]) -> tuple[Entity, ...]:
    """Return the things that candidates for names make in an article."""
    article = reading.article
    starts = frozenset(sentence.start for sentence in article.sentences)
    whole = trimmed(candidates, starts, article.normal, article.text, reading.matcher)
    chosen = choose(whole, len(article.text))
    mentions = tuple(part_fronted(chosen, article.normal, article.text, reading.matcher))
    nested = find_nested(mentions, article.normal, article.text, reading.matcher)
    mentions = tuple(sorted((*mentions, *nested), key=by_place))
    return find_entities(article.normal, article.text, mentions, reading.words, reading.matcher.divisions)


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
    # figures were read in the normal form; what is told is as the article has it: 5億元, １０％
    text = reading.article.text
    reading.observations = tuple(
        replace(o, quantity=replace(o.quantity, text=text[o.quantity.start : o.quantity.end])) for o in found
    )


# The order of the steps; each needs what those before it have found
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
# Steps that cannot do without another: it leaves no list of findings, which may be empty, but a reader to ask
_ASKED_BY = {"kg_context": ("kg_relations", "kg_observations")}


def steps_without(without: Collection[str]) -> Iterator[str]:
    """Yield the names of the steps that remain when some are left out, in order.

    Args:
        without: Names of `STEPS`.

    Raises:
        ValueError: There is no such step, or one that remains cannot do without one that is left out.
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
    """Return the matcher of an authority (the package's own if None), built once per process."""
    tables = authorities.load() if authority is None else authority
    # a matcher keeps its authority alive, so that no other can come to stand at the same address
    if id(tables) not in _matchers:
        _matchers[id(tables)] = Matcher(tables)
    return _matchers[id(tables)]


def last_division(name: str, forms: Collection[str]) -> int:
    """Return where the last division begins in a name written with those above it, 0 if it is one name.

    >>> last_division("大连市甘井子区", {"大连市", "甘井子区"})
    3
    """
    for cut in range(2, len(name) - 1):
        if name[:cut] in forms and name[cut:] in forms and name[cut - 1] in "省市区县州盟旗":
            return cut + last_division(name[cut:], forms)
    return 0


def read(
    article: Article,
    authority: Authority | None = None,
    *,
    without: Collection[str] = (),
    models: Models = SHIPPED,
) -> Reading:
    """Return what all steps find in an article.

    Args:
        article: From `kg.text`.
        authority: Tables of known things; the package's own if None.
        without: Names of `STEPS` to leave out, e.g. `kg_tagged_names` for the rules alone.
        models: Those that ship unless others are given.

    Raises:
        ValueError: As `steps_without`.
    """
    reading, steps = Reading(article, matcher_of(authority), models), dict(STEPS)
    for name in steps_without(without):
        steps[name](reading)
    return reading


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the search for circular garbage from running: records make none, and it would walk them all."""
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
    """Return what an article says: entities, relations and figures, each with its place.

    Args:
        article: From `kg.text`.
        authority: Tables of known things; the package's own if None.
        without: Names of `STEPS` to leave out.
        models: Those that ship unless others are given.

    Raises:
        ValueError: As `steps_without`.
    """
    with _uncollected(), one_thread():
        reading = read(article, authority, without=without, models=models)
    return Extraction(article, reading.entities, reading.relations, reading.observations, reading.rejects)
