"""Which proposed relations stand: confidence, competition, ontology, evidence, status.

In go the candidates of all rules; out come relations with evidence and the candidates
that the ontology or a check refused. A trained second opinion can join here: it would see
the same candidates and change `confidence_of`.

How a candidate is weighed: every rule has the precision it showed on the gold articles
(`kg.extract.relations.precision`); rules that agree on a relation add up like
independent witnesses, each further one counting half of the one before; a relation must
reach its predicate's threshold and must not be much weaker than its best competitor (another
owner of the same project, another container of the same place).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from kg.extract.relations.nearby import is_nearby
from kg.extract.relations.precision import LEARNED_THRESHOLDS, THRESHOLDS, precision_of
from kg.extract.relations.view import Candidate, View
from kg.model import Evidence, Rejected, Relation, Status

Triple = tuple[str, str, str]

COMPETE = {
    "hasIndustry": 2, "produces": 2, "launches": 2, "receives": 2, "implements": 2, "organizes": 2,
    "investsIn": 2, "subsidiaryOf": 0, "partOf": 0, "holdsPositionAt": 0, "locatedIn": 0,
}  # fmt: skip
"""For each predicate the end (0 subject, 2 object) that has one or few partners."""
SHARE = 0.7
"""A relation weaker than this share of its best competitor is dropped."""
SECOND_PLACE = 0.6
"""A second container of a place needs this confidence."""
QUOTE = 400
"""Longest quote in characters; where the two stand farther apart the object's sentence is quoted."""

_PLANNED = re.compile(r"计划|规划|拟|将(?!军|领|士|来)|筹建|待建|预留|即将|下一步|谋划|目标")
_REPORTED = re.compile(r"有望|力争|预计|据报道|据传|据称|有消息称|或将|希望|争取")
_SIGNED = re.compile(r"签约|签署|签订|签下")
_AMOUNT = re.compile(
    r"(?:投资|出资|注资|增资|斥资|投入)[^，。；\d]{0,8}([\d,.]+(?:万亿|亿|万)?(?:多|余)?(?:万|亿)?(?:美|欧|日|港|韩)?元)"
)


def confidence_of(candidates: Sequence[Candidate]) -> float:
    """Return the confidence of a relation that several rules propose.

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
    """Return the candidates of each relation that the ontology allows, and one of each that it refuses."""
    proposed: dict[Triple, list[Candidate]] = defaultdict(list)
    refused: dict[Triple, Candidate] = {}
    place = {e: n for n, e in enumerate(view.entities)}
    for c in candidates:
        triple = (c.subject, c.predicate, c.object)
        # a symmetric relation is told one way round, whichever is named first
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
    *,
    opinion: Callable[[Mapping[Triple, list[Candidate]]], dict[Triple, float]] | None = None,
) -> tuple[tuple[Relation, ...], tuple[Rejected, ...]]:
    """Return the relations that stand and the candidates that were refused.

    Args:
        view: The article.
        candidates: From all rules.
        allows: `allows(predicate, subject type, object type)`: domain and range.
        dates: Dated stretches (start, end, canonical period) for the date of a signing.
        opinion: Weighs the candidates of each relation; the precision of the rules does if None.
    """
    by_triple, refused = sort_out(view, candidates, allows)
    if opinion is None:
        scores = {triple: confidence_of(found) for triple, found in by_triple.items()}
        thresholds: Mapping[str, float] = THRESHOLDS
    else:
        scores, thresholds = opinion(by_triple), LEARNED_THRESHOLDS
    chosen = _acyclic(_compete(scores, thresholds), scores)
    relations = tuple(
        _relation(view, triple, by_triple[triple], scores[triple], dates) for triple in _ordered(view, chosen)
    )
    rejected = tuple(
        Rejected(
            s,
            p,
            o,
            "domain or range" if s != o else "relates a thing to itself",
            _evidence(view, refused[s, p, o], 0.0),
        )
        for s, p, o in _ordered(view, refused)
    )
    return relations, rejected


def _ordered(view: View, triples: Iterable[Triple]) -> list[Triple]:
    place = {e: n for n, e in enumerate(view.entities)}
    return sorted(triples, key=lambda t: (place[t[0]], t[1], place[t[2]]))


def _compete(scores: Mapping[Triple, float], thresholds: Mapping[str, float]) -> list[Triple]:
    """Keep what reaches its threshold and holds its own against its competitors."""
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
        elif triple[1] not in COMPETE or score >= SHARE * best[triple[1], triple[COMPETE[triple[1]]]]:
            kept.append(triple)
    for found in places.values():
        found.sort(key=lambda t: (-scores[t], t[2]))
        kept += [t for n, t in enumerate(found) if n == 0 or scores[t] >= SECOND_PLACE]
    return kept


def _acyclic(chosen: Sequence[Triple], scores: Mapping[Triple, float]) -> list[Triple]:
    """Drop from the transitive predicates what closes a circle and what follows from the rest."""
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


def _relation(
    view: View,
    triple: Triple,
    candidates: Sequence[Candidate],
    score: float,
    dates: Sequence[tuple[int, int, str]],
) -> Relation:
    """Return a relation with the evidence of up to three sentences, the surest first."""
    ranked = sorted(
        candidates,
        key=lambda c: (is_nearby(c.rule), -precision_of(c.rule), c.end - c.start, c.start, c.rule),
    )
    evidence: list[Evidence] = []
    seen: set[int] = set()
    for c in ranked:
        sentence = view.clauses[view.clause_at(max(c.start, c.end - 1))].sentence
        if sentence not in seen:
            seen.add(sentence)
            evidence.append(_evidence(view, c, round(score, 3)))
        if len(evidence) == 3:
            break
    qualifiers = {key: value for c in reversed(ranked) for key, value in c.qualifiers}
    quote = evidence[0]
    if triple[1] == "investsIn" and (amount := _AMOUNT.search(quote.quote)):
        qualifiers["amount"] = amount[1]
    if triple[1] == "cooperatesWith" and _SIGNED.search(quote.quote):
        signed = view.article.sentences[quote.sentence]
        when = [d for a, b, d in dates if signed.start <= a and b <= quote.end]
        if when:
            qualifiers["date"] = when[-1]
    return Relation(*triple, tuple(evidence), tuple(sorted(qualifiers.items())))


def _evidence(view: View, candidate: Candidate, score: float) -> Evidence:
    """Return the clauses between subject and object as one quote."""
    at = view.clause_at(max(candidate.start, candidate.end - 1))
    first = view.clause_at(candidate.start)
    start, end = view.clauses[first].start, max(view.clauses[at].end, candidate.end)
    sentence = view.article.sentences[view.clauses[at].sentence]
    if end - start > QUOTE:
        start, end = max(sentence.start, candidate.end - QUOTE), min(sentence.end, candidate.end + QUOTE)
        start, end = min(start, candidate.end), max(end, candidate.end)
    text = view.article.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1] in " \n\t\r　，；,;：":
        end -= 1
    by_name = "/name-" in candidate.rule or "/authority-" in candidate.rule
    status: Status = "stated" if by_name else _status(view.text[max(start, view.clauses[at].start) : end])
    return Evidence(
        view.article.doc,
        sentence.index,
        start,
        end,
        text[start:end],
        "rule:" + candidate.rule.rstrip("+"),
        score,
        status,
    )


def _status(text: str) -> Status:
    """Return whether a clause tells a fact, a plan or a hope.

    >>> _status("预计明年投产"), _status("拟投资12亿元"), _status("已投产")
    ('reported', 'planned', 'stated')
    """
    if _REPORTED.search(text):
        return "reported"
    return "planned" if _PLANNED.search(text) else "stated"
