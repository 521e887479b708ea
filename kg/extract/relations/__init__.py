"""Relations between the entities of one article, by a trained opinion or by rules over clauses.

The opinion is what is used: `layout` and `meetings` lay an article out as columns, `opinion` weighs
each relation that the ontology allows between things that meet (`traits`, `closer`, `wording` and
`others` tell it what is so of each), `decide` keeps those that hold their own against rivals, and
`speaking` and `evidence` find the sentences that say so. `learning` trains it.

Without a model the rules decide alone: the modules `owned`, `names`, `chain`, `people`, `pairs`, `events`
and `wholes` propose relations, each with the name of its rule, weighed by the precision that it
showed on gold articles. Rules look at structure (subject, list, agent, place in force, names
inside names) and at short trigger lexicons, never at whole sentences. No entity is found
or merged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kg import ontology
from kg.authority import Authority, load
from kg.extract.clauses import Clause
from kg.extract.relations.chain import chain_candidates
from kg.extract.relations.decide import decide, settle
from kg.extract.relations.events import event_candidates
from kg.extract.relations.geography import Geography, reach
from kg.extract.relations.names import name_candidates
from kg.extract.relations.opinion import MODEL, Reader, read_opinion, weigh
from kg.extract.relations.owned import owned_candidates
from kg.extract.relations.pairs import pair_candidates
from kg.extract.relations.people import people_candidates
from kg.extract.relations.speaking import Speaker
from kg.extract.relations.view import Candidate, View
from kg.extract.relations.wholes import whole_candidates
from kg.model import Article, Entity, Period, Rejected, Relation

__all__ = ["MODEL", "candidates", "find_relations"]


class _Dated(Protocol):
    """A stretch of text with its period, as `kg.extract.dates.find_periods` gives them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def period(self) -> Period | None: ...


def candidates(view: View, authority: Authority | None = None) -> tuple[Candidate, ...]:
    """Return what all rules propose for an article, in a fixed order."""
    authority = load() if authority is None else authority
    found = (
        *owned_candidates(view),
        *name_candidates(view),
        *people_candidates(view),
        *pair_candidates(view),
        *event_candidates(view),
        *whole_candidates(view),
        *chain_candidates(view, authority),
    )
    geography = Geography(view.entities.values(), authority)
    return tuple(_checked(c, view, geography) for c in found)


def _checked(candidate: Candidate, view: View, geography: Geography) -> Candidate:
    """Return a containment with what the authority says about it in the rule's name."""
    if candidate.predicate != "locatedIn":
        return candidate
    predicate, kind, *rest = candidate.rule.split("/")
    kind = reach(view.entities[candidate.subject]) if kind != "AdministrativeDivision" else kind
    path = (predicate, f"{kind}-{geography.fit(candidate.subject, candidate.object)}", *rest)
    return replace(candidate, rule="/".join(path))


def find_relations(
    article: Article,
    entities: tuple[Entity, ...],
    clauses: tuple[Clause, ...],
    periods: Sequence[_Dated] = (),
    *,
    told: Reader | None = None,
    authority: Authority | None = None,
    model: Path | None = MODEL,
) -> tuple[tuple[Relation, ...], tuple[Rejected, ...]]:
    """Return the relations of an article and the proposals that were refused.

    Args:
        article: The article.
        entities: Its things.
        clauses: From `kg.extract.clauses.parse_clauses`.
        periods: Dated stretches; the date of a signing is taken from them.
        told: What the network makes of the article (`kg.extract.context.look`); the opinion needs it.
        authority: Known things for the administrative chain; the package's own tables if None.
        model: Model of the trained opinion; the rules decide if None.

    Raises:
        KGError: The model file is missing.
        ValueError: There is a model, and nothing told.
    """
    if not entities or not clauses:
        return (), ()
    view = View(article, entities, clauses)
    authority = load() if authority is None else authority
    dates = [(p.start, p.end, p.period.value) for p in periods if p.period is not None]
    if model is None:
        return decide(view, candidates(view, authority), ontology.load().allows, dates)
    if told is None:
        raise ValueError("the opinion needs what the network makes of the article: told")
    weighed = weigh(told, authority, read_opinion(model))
    triples = weighed.board.triples()
    return settle(
        view,
        dict(zip(triples, weighed.sure.tolist(), strict=True)),
        dict(zip(triples, weighed.nearest.tolist(), strict=True)),
        Speaker(weighed.board, {triple: row for row, triple in enumerate(triples)}),
        dates,
    )
