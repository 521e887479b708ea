"""Cooperation: two bodies or places that do something together, by 与, 携手, 联合, 双方 and a verb of dealing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.relations.view import REACH, Candidate, View
from kg.model import FAMILY_OF

_STRONG = re.compile(r"合作|签约|签署|签订|携手|战略|合资|协议|结对|帮扶|牵手|联手|共建|合作伙伴|供应商|联盟|联合体|形成合力|会同|攻关|伙伴")
_WEAK = re.compile(r"联合|共同|对接|协同|联动|交流|配套|往来|洽谈|会见|会谈|支持|共享|一起|一道|互联|招商")
_WITH = re.compile(r"(?:与|同|和|跟|携手|联合|联手|牵手|会同|对接|为)(?:的)?[\s“]*$")
_SIDES = (
    "GovernmentBody",
    "CentralEnterprise",
    "Company",
    "Institution",
    "AdministrativeDivision",
    "DevelopmentZone",
)


def pair_candidates(view: View) -> Iterator[Candidate]:
    """Yield the pairs of a clause that may be partners, and a partner with the subject carried over."""
    for at, clause in enumerate(view.clauses):
        sentence = view.article.sentences[clause.sentence]
        follow = min(sentence.end, clause.end + 24)
        text = _blank(view, at, clause.start, clause.end) + view.text[clause.end : follow]
        force = "strong" if _STRONG.search(text) else "weak" if _WEAK.search(text) else None
        if force is None:
            continue
        numbers = [
            i for i in range(view.first_of[at], view.first_of[at] + len(clause.mentions))
            if view.mentions[i].type in _SIDES
        ]  # fmt: skip
        for n, i in enumerate(numbers):
            for j in numbers[n + 1 : n + 7]:
                a, b = view.mentions[i], view.mentions[j]
                if a.entity == b.entity or b.start - a.end > REACH:
                    continue
                yield Candidate(
                    a.entity, "cooperatesWith", b.entity, _rule(view, force, i, j), a.start, b.end
                )
        yield from _with_carried(view, at, numbers, force)


def _rule(view: View, force: str, i: int, j: int) -> str:
    a, b = view.mentions[i], view.mentions[j]
    if a.start == b.start:
        how = "both"
    elif j in view.groups[i]:
        how = "with" if re.search("[与和同]", view.gap(j - 1, j)) and len(view.groups[i]) == 2 else "list"
    else:
        how = "with" if _led(view, j) else "other"
    kinds = sorted((_kind(a.type), _kind(b.type)))
    return f"cooperatesWith/{how}/{force}/{'-'.join(kinds)}"


def _led(view: View, j: int) -> bool:
    """Say whether 与, 携手, 会同 … stands before a mention or before the list it is in."""
    head = view.mentions[view.groups[j][0]]
    return bool(_WITH.search(view.text[max(0, head.start - 6) : head.start]))


def _kind(type_: str) -> str:
    return (
        "Location"
        if FAMILY_OF[type_] == "Location"
        else "Government"
        if type_ == "GovernmentBody"
        else "Firm"
    )


def _with_carried(view: View, at: int, numbers: list[int], force: str) -> Iterator[Candidate]:
    clause = view.clauses[at]
    subject = view.entities.get(clause.subject or "")
    if subject is None or subject.type not in _SIDES or clause.subject_start is None:
        return
    for j in numbers[:6]:
        b = view.mentions[j]
        if b.entity == subject.id or clause.start <= clause.subject_start < clause.end:
            continue
        led = "with" if _led(view, j) else "other"
        kinds = sorted((_kind(subject.type), _kind(b.type)))
        rule = f"cooperatesWith/carried-{led}/{force}/{'-'.join(kinds)}"
        yield Candidate(
            subject.id, "cooperatesWith", b.entity, rule, min(clause.subject_start, b.start), b.end
        )


def _blank(view: View, at: int, start: int, end: int) -> str:
    text = view.text[start:end]
    for m in view.clauses[at].mentions:
        text = text[: m.start - start] + "□" * (m.end - m.start) + text[m.end - start :]
    return text
