"""Pairs that merely stand near each other: what the rules of structure miss.

For each name and some of the relations that its type allows, the nearest few possible partners
before it in its sentence and the one before are proposed, and the things that its part of the page is
mostly about. The rule's name keeps how near the partner is (clause, sentence, next sentence), how
many better placed ones stand between, and the side. Names inside longer names count here
too. A proposal of this module alone says little: it is the trained opinion that weighs it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from kg.extract.clauses import Placed
from kg.extract.relations.view import Candidate, View
from kg.model import FAMILY_OF

WINDOW = 24
"""How many names back a partner is looked for; keeps the work linear."""
NEAREST = 3
"""How many partners a name gets per relation and side."""
PROPOSED = ("locatedIn", "implements", "hasIndustry", "produces")
"""The relations that nearness tells something of; for the others what it adds is nearly always wrong."""
THEMES = 2
"""How many of the things that a part names most often are proposed for each of its names."""

Allows = Callable[[str, str, str], bool]


def nearby_candidates(view: View, allows: Allows) -> Iterator[Candidate]:
    """Yield the nearest possible partners of each name, closest first; each pair once per kind of nearness.

    Args:
        view: The article.
        allows: `allows(predicate, subject type, object type)`: domain and range.
    """
    placed = _all_places(view)
    ways = _Ways(allows)
    seen: set[tuple[str, str, str, str]] = set()
    for candidate in (*_pairs(view, placed, ways), *_themes(view, placed, ways)):
        key = (candidate.subject, candidate.predicate, candidate.object, candidate.rule)
        if key not in seen:
            seen.add(key)
            yield candidate


def is_nearby(rule: str) -> bool:
    """Say whether a candidate comes from this module: the weakest evidence of a relation.

    >>> is_nearby("partOf/near/clause/0/Project-Project"), is_nearby("partOf/name-phase")
    (True, False)
    """
    return rule.split("/")[1] in ("near", "main")


class _Ways:
    """Which predicates may join two types, and which way round; asked once per pair of types."""

    def __init__(self, allows: Allows) -> None:
        self._allows = allows
        self._known: dict[tuple[str, str], tuple[tuple[str, bool], ...]] = {}

    def between(self, first: str, second: str) -> tuple[tuple[str, bool], ...]:
        """Return (predicate, whether the first is its subject)."""
        key = (first, second)
        if key not in self._known:
            self._known[key] = tuple(
                (predicate, forward)
                for predicate in PROPOSED
                for forward in (True, False)
                if self._allows(predicate, *(key if forward else key[::-1]))
            )
        return self._known[key]


def _all_places(view: View) -> list[Placed]:
    """Return names and references in order, those inside longer names included."""
    rows = {
        (m.start, m.end, e.id): Placed(m.start, m.end, e.id, e.type)
        for e in view.entities.values()
        for m in e.mentions
    }
    for m in view.mentions:
        rows.setdefault((m.start, m.end, m.entity), m)
    return [rows[key] for key in sorted(rows)]


def _pairs(view: View, placed: Sequence[Placed], ways: _Ways) -> Iterator[Candidate]:
    clauses = [view.clause_at(m.start) for m in placed]
    sentences = view.article.sentences
    for i, m in enumerate(placed):
        clause = view.clauses[clauses[i]]
        paragraph = sentences[clause.sentence].paragraph
        ranks: Counter[tuple[str, bool]] = Counter()
        met = {m.entity}
        for j in range(i - 1, max(-1, i - WINDOW), -1):
            other = placed[j]
            there = view.clauses[clauses[j]]
            if sentences[there.sentence].paragraph != paragraph or clause.sentence > there.sentence + 1:
                break
            if other.entity in met:
                continue
            met.add(other.entity)
            near = (
                "within" if other.end > m.start
                else "clause" if clauses[i] == clauses[j]
                else "sentence" if clause.sentence == there.sentence
                else "next"
            )  # fmt: skip
            for predicate, forward in ways.between(other.type, m.type):
                rank = ranks[predicate, forward]
                if rank >= NEAREST:
                    continue
                ranks[predicate, forward] += 1
                subject, object_ = (other.entity, m.entity) if forward else (m.entity, other.entity)
                kinds = f"{FAMILY_OF[other.type]}-{FAMILY_OF[m.type]}"
                rule = f"{predicate}/near/{near}{'' if forward else '-back'}/{min(rank, 2)}/{kinds}"
                yield Candidate(subject, predicate, object_, rule, other.start, max(m.end, other.end))


def _themes(view: View, placed: Sequence[Placed], ways: _Ways) -> Iterator[Candidate]:
    counts: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    parts = [view.article.sentences[view.clauses[view.clause_at(m.start)].sentence].part for m in placed]
    for m, part in zip(placed, parts, strict=True):
        counts[part][FAMILY_OF[m.type]][m.entity] += 1
    themes = {
        part: [
            (family, entity, rank)
            for family in ("Location", "Organization", "Project", "Event", "Initiative")
            for rank, (entity, times) in enumerate(families[family].most_common(THEMES)) if times > 1
        ]
        for part, families in counts.items()
    }  # fmt: skip
    told: set[tuple[str, str]] = set()
    for m, part in zip(placed, parts, strict=True):
        for family, entity, rank in themes[part]:
            if entity == m.entity or (m.entity, entity) in told:
                continue
            told.add((m.entity, entity))
            for predicate, forward in ways.between(view.entities[entity].type, m.type):
                subject, object_ = (entity, m.entity) if forward else (m.entity, entity)
                rule = f"{predicate}/main{'' if forward else '-back'}/{family}-{FAMILY_OF[m.type]}/{rank}"
                yield Candidate(subject, predicate, object_, rule, m.start, m.end)
