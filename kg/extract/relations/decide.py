"""Decide which proposed relations stand: confidence, competition, ontology, evidence, status.

Takes the candidates of all rules (`decide`) or the probabilities of a trained model (`settle`). Returns
relations with their evidence, and what the ontology or a check rejected.

Without a model, candidates are weighed as follows. Every rule has the precision it showed on the gold
articles (`kg.extract.relations.precision`). Rules that agree on a relation are combined like independent
witnesses, each further one counting half as much as the one before. A relation must reach the threshold
of its predicate. It must not be much weaker than its best competitor (another owner of the same project,
another container of the same place).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from kg.extract.relations.evidence import Triple, evidence_of, relation_of
from kg.extract.relations.precision import THRESHOLDS, precision_of
from kg.extract.relations.view import Candidate, View
from kg.model import PREDICATES, Rejected, Relation

COMPETE = {
    "hasIndustry": 2, "produces": 2, "launches": 2, "receives": 2, "implements": 2, "organizes": 2,
    "investsIn": 2, "subsidiaryOf": 0, "partOf": 0, "holdsPositionAt": 0, "locatedIn": 0,
}  # fmt: skip
"""For each predicate, the end of the triple (0 subject, 2 object) that has one or few partners."""
SHARE = 0.7
"""A relation weaker than this share of its best competitor is dropped."""
SECOND_PLACE = 0.6
"""Lowest confidence at which a second container of a place is kept."""
LEARNED_THRESHOLDS = dict.fromkeys(PREDICATES, 0.3) | {
    "hasIndustry": 0.26, "partOf": 0.22, "participatesIn": 0.22,
}  # fmt: skip
"""Lowest weight at which a relation is kept, by predicate.

The threshold that maximises F1 is half the best F1 attainable (Lipton, Elkan, Naryanaswamy: Optimal
Thresholding of Classifiers to Maximize F1 Measure, ECML 2014), and less is attainable for the three
predicates above. For the others, F1 on the development data is flat from 0.24 to 0.33."""
LEARNED_SHARE = 0.35
"""`SHARE` for the probabilities of the trained model, which already takes competitors into account."""
NEAREST = 2.0
"""Weight of the probability that a container is the nearest, relative to that of being a container at all.

A container that is correct but not the nearest leaves the chain below it unstated: it adds to precision
but nothing to recall. F1 is flat from 1.5 to 3."""
LEARNED_SECOND_PLACE = 0.4
"""`SECOND_PLACE` for weights computed with `NEAREST`; F1 is flat from 0.36 to 0.45."""


def confidence_of(candidates: Sequence[Candidate]) -> float:
    """Return the confidence of a relation proposed by several rules.

    >>> rule = "hasIndustry/subject/said/Location/Industry"
    >>> 0 < confidence_of([Candidate("e1", "hasIndustry", "e2", rule, 0, 1)]) < 1
    True
    """
    doubt, weight = 1.0, 1.0
    for precision in sorted((precision_of(rule) for rule in {c.rule for c in candidates}), reverse=True):
        doubt *= (1 - precision) ** weight
        weight /= 2
    return 1 - doubt


def sort_out(
    view: View, candidates: Iterable[Candidate], allows: Callable[[str, str, str], bool]
) -> tuple[dict[Triple, list[Candidate]], dict[Triple, Candidate]]:
    """Return the candidates of each relation that the ontology allows, and one for each that it rejects."""
    proposed: dict[Triple, list[Candidate]] = defaultdict(list)
    refused: dict[Triple, Candidate] = {}
    place = {e: n for n, e in enumerate(view.entities)}
    for c in candidates:
        triple = (c.subject, c.predicate, c.object)
        # a symmetric relation is kept in one direction, starting from the entity that comes first
        if c.predicate == "cooperatesWith" and place[c.subject] > place[c.object]:
            triple = (c.object, c.predicate, c.subject)
        subject, object_ = view.entities[c.subject], view.entities[c.object]
        if c.subject == c.object or not allows(c.predicate, subject.type, object_.type):
            refused.setdefault(triple, c)
        else:
            proposed[triple].append(c)
    return proposed, refused


def decide(
    view: View,
    candidates: Iterable[Candidate],
    allows: Callable[[str, str, str], bool],
    dates: Sequence[tuple[int, int, str]] = (),
) -> tuple[tuple[Relation, ...], tuple[Rejected, ...]]:
    """Return the relations that stand and the candidates that were rejected.

    Args:
        view: The article.
        candidates: The candidates of all rules.
        allows: Checks domain and range, called as `allows(predicate, subject type, object type)`.
        dates: Dated spans (start, end, canonical period), for the date of a signing.
    """
    by_triple, refused = sort_out(view, candidates, allows)
    scores = {triple: confidence_of(found) for triple, found in by_triple.items()}
    chosen = _acyclic(_compete(scores, THRESHOLDS), scores)
    relations = tuple(
        relation_of(view, triple, by_triple[triple], scores[triple], dates)
        for triple in _ordered(view, chosen)
    )
    rejected = tuple(
        Rejected(
            s,
            p,
            o,
            "domain or range" if s != o else "relates a thing to itself",
            evidence_of(view, refused[s, p, o], 0.0),
        )
        for s, p, o in _ordered(view, refused)
    )
    return relations, rejected


def choose(
    scores: Mapping[Triple, float],
    nearest: Mapping[Triple, float],
    trust: Mapping[str, float] | None = None,
) -> tuple[Mapping[Triple, float], Sequence[Triple], Sequence[Triple]]:
    """Return the weighted relations that reach their threshold, those that survive rivals, and those kept.

    Each is a subset of the one before.

    Args:
        scores: The probability of each possible relation.
        nearest: The probability that each `locatedIn` relation names the nearest container. Not read for
            other predicates.
        trust: The confidence of each entity. The weight of a relation is multiplied by the geometric mean
            of its two ends. If None, all entities are certain.
    """
    strong: dict[Triple, float] = {}
    for triple, score in scores.items():
        subject, predicate, object_ = triple
        weight = score
        if predicate == "locatedIn":
            weight = (score + NEAREST * nearest[triple]) / (1 + NEAREST)
        if weight >= LEARNED_THRESHOLDS[predicate]:
            weight *= 1.0 if trust is None else math.sqrt(trust[subject] * trust[object_])
        if weight >= LEARNED_THRESHOLDS[predicate]:
            strong[triple] = weight
    held = _compete(strong, LEARNED_THRESHOLDS, LEARNED_SHARE, LEARNED_SECOND_PLACE)
    return strong, held, _acyclic(held, strong)


class Speaking(Protocol):
    """Finds the text spans that support a relation, best first."""

    def __call__(self, triple: Triple) -> Sequence[Candidate]:
        """Return all spans."""
        ...

    def first(self, triple: Triple) -> Candidate:
        """Return the best span."""
        ...


def settle(
    view: View,
    scores: Mapping[Triple, float],
    nearest: Mapping[Triple, float],
    speaking: Speaking,
    dates: Sequence[tuple[int, int, str]] = (),
) -> tuple[tuple[Relation, ...], tuple[Rejected, ...]]:
    """Return the relations that stand according to a trained model, and those that others exclude.

    Args:
        view: The article.
        scores: The probability of each possible relation.
        nearest: The probability that each `locatedIn` relation names the nearest container.
        speaking: Finds the text spans that support a relation.
        dates: Dated spans, as for `decide`.
    """
    trust = {e.id: e.confidence for e in view.entities.values()}
    strong, held, chosen = choose(scores, nearest, trust)
    relations = tuple(
        relation_of(view, triple, speaking(triple), _sure(view, triple, scores[triple]), dates)
        for triple in _ordered(view, chosen)
    )
    standing, rivalled = set(chosen), set(strong) - set(held)
    rejected = tuple(
        Rejected(
            *triple,
            "a likelier one excludes it" if triple in rivalled else "follows from others or closes a circle",
            evidence_of(view, speaking.first(triple), round(_sure(view, triple, scores[triple]), 3)),
        )
        for triple in _ordered(view, strong)
        if triple not in standing
    )
    return relations, rejected


def _sure(view: View, triple: Triple, score: float) -> float:
    """Return the confidence of a relation; the model assumes that its two entities are correct.

    As they may not be, the probability is multiplied by their confidences. The product fits: its expected
    calibration error is 0.015 on the test part.
    """
    return score * view.entities[triple[0]].confidence * view.entities[triple[2]].confidence


def _ordered(view: View, triples: Iterable[Triple]) -> list[Triple]:
    place = {e: n for n, e in enumerate(view.entities)}
    return sorted(triples, key=lambda t: (place[t[0]], t[1], place[t[2]]))


def _compete(
    scores: Mapping[Triple, float],
    thresholds: Mapping[str, float],
    share: float = SHARE,
    second: float = SECOND_PLACE,
) -> list[Triple]:
    """Return the relations that reach their threshold and hold up against their competitors."""
    best: dict[tuple[str, str], float] = defaultdict(float)
    for triple, score in scores.items():
        if triple[1] in COMPETE:
            key = (triple[1], triple[COMPETE[triple[1]]])
            best[key] = max(best[key], score)
    kept, places = [], defaultdict(list)
    for triple, score in scores.items():
        if score < thresholds[triple[1]]:
            continue
        if triple[1] == "locatedIn":
            places[triple[0]].append(triple)
        elif triple[1] not in COMPETE or score >= share * best[triple[1], triple[COMPETE[triple[1]]]]:
            kept.append(triple)
    for found in places.values():
        found.sort(key=lambda t: (-scores[t], t[2]))
        kept += [t for n, t in enumerate(found) if n == 0 or scores[t] >= second]
    return kept


def _acyclic(chosen: Sequence[Triple], scores: Mapping[Triple, float]) -> list[Triple]:
    """Drop relations of transitive predicates that close a cycle or follow from the rest."""
    kept = [t for t in chosen if t[1] not in ("locatedIn", "subsidiaryOf")]
    for predicate in ("locatedIn", "subsidiaryOf"):
        up: dict[str, list[str]] = defaultdict(list)
        for triple in sorted((t for t in chosen if t[1] == predicate), key=lambda t: (-scores[t], t)):
            if not _reaches(up, triple[2], triple[0]):
                up[triple[0]].append(triple[2])
        for subject, objects in up.items():
            for object_ in objects:
                others = [o for o in objects if o != object_]
                if not any(_reaches(up, o, object_) for o in others):
                    kept.append((subject, predicate, object_))
    return kept


def _reaches(up: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, todo = set(), [start]
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            todo.extend(up.get(node, ()))
    return False
