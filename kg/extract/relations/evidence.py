"""The evidence for a relation: the passages that state it, as fact or plan, with qualifiers.

Takes the text spans that support a relation and returns the relation with up to three quotes, each from
a different sentence. A quote is a run of whole clauses that holds both ends if they stand close together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.relations.precision import precision_of
from kg.extract.relations.view import Candidate, View
from kg.model import Evidence, Relation, Status

Triple = tuple[str, str, str]
QUOTE = 400
"""Longest quote in characters. If the two ends stand farther apart, the object's sentence is quoted."""
MODEL = "model:relations"
"""Prefix of the rule names of relations found by the trained model, in place of a rule's predicate."""

_PLANNED = re.compile(r"计划|规划|拟|将(?!军|领|士|来)|筹建|待建|预留|即将|下一步|谋划|目标")
_REPORTED = re.compile(r"有望|力争|预计|据报道|据传|据称|有消息称|或将|希望|争取")
_SIGNED = re.compile(r"签约|签署|签订|签下")
_AMOUNT = re.compile(
    r"(?:投资|出资|注资|增资|斥资|投入)[^，。；\d]{0,8}([\d,.]+(?:万亿|亿|万)?(?:多|余)?(?:万|亿)?(?:美|欧|日|港|韩)?元)"
)


def relation_of(
    view: View,
    triple: Triple,
    candidates: Sequence[Candidate],
    score: float,
    dates: Sequence[tuple[int, int, str]],
) -> Relation:
    """Return a relation with evidence from up to three sentences, the surest first."""
    ranked = sorted(
        candidates,
        key=lambda c: (-precision_of(c.rule), c.end - c.start, c.start, c.rule),
    )
    evidence: list[Evidence] = []
    seen: set[int] = set()
    for c in ranked:
        sentence = view.clauses[view.clause_at(max(c.start, c.end - 1))].sentence
        if sentence not in seen:
            seen.add(sentence)
            evidence.append(evidence_of(view, c, round(score, 3)))
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


def evidence_of(view: View, candidate: Candidate, score: float) -> Evidence:
    """Return the clauses from subject to object as one quote."""
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
        MODEL if candidate.rule.startswith(MODEL) else "rule:" + candidate.rule.rstrip("+"),
        score,
        status,
    )


def _status(text: str) -> Status:
    """Return whether a clause states a fact, a plan or a hope.

    >>> _status("预计明年投产"), _status("拟投资12亿元"), _status("已投产")
    ('reported', 'planned', 'stated')
    """
    if _REPORTED.search(text):
        return "reported"
    return "planned" if _PLANNED.search(text) else "stated"
