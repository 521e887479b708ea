"""Relations between the entities of one article, found by a trained model or by rules over clauses.

By default the trained model is used. `layout` and `meetings` turn an article into arrays of numbers.
`opinion` scores each relation that the ontology allows between two entities that are paired; its
features come from `traits`, `closer`, `wording` and `others`. `decide` keeps the relations that hold
up against their rivals. `speaking` and `evidence` find the sentences that state them. `learning` trains
the model.

Without a model, the rules alone decide. The modules `owned`, `names`, `chain`, `people`, `pairs`,
`events` and `wholes` propose relations, each with the name of its rule. A proposal is weighted by the
precision that its rule showed on gold articles. Rules look at structure (subject, list, agent, place in
force, names inside names) and at short trigger lexicons, never at whole sentences. Entities are neither
found nor merged here.
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
    """A text span with its period, as returned by `kg.extract.dates.find_periods`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def period(self) -> Period | None: ...


def candidates(view: View, authority: Authority | None = None) -> tuple[Candidate, ...]:
    """Return the candidates that all rules propose for an article, in a fixed order."""
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
    """Return a candidate; for `locatedIn`, add to the rule's name what the authority says about it."""
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
    """Return the relations of an article and the proposals that were rejected.

    Args:
        article: The article.
        entities: The entities of the article.
        clauses: From `kg.extract.clauses.parse_clauses`.
        periods: Dated spans, from which the date of a signing is taken.
        told: The article as read by the network (`kg.extract.context.look`); required with a model.
        authority: Known entities, for the administrative chain. If None, the package's own tables.
        model: File of the trained model. If None, the rules decide.

    Raises:
        KGError: The model file is missing.
        ValueError: `model` is given, but `told` is not.
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
