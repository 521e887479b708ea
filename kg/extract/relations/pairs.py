"""Cooperation: two bodies or places that work together, signalled by 与, 携手, 联合, 双方 and a verb."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.relations.view import REACH, Candidate, View
from kg.model import FAMILY_OF

_STRONG = re.compile(
    r"合作|签约|签署|签订|携手|战略|协议|结对|帮扶|牵手|联手|共建|供应商|联盟|形成合力|会同|伙伴|订单|主顾|配套"
)
_JOINT = re.compile(r"出资|合资|共同|联合|组成|联合体|合力|三方|三家|两家|四家|发起")
_WEAK = re.compile(r"对接|协同|联动|交流|往来|洽谈|会见|会谈|支持|共享|一起|一道|互联|招商|攻关|座谈")
_WITH = re.compile(r"(?:与|同|和|跟|携手|联合|联手|牵手|会同|对接|为)(?:的)?[\s“]*$")
_FROM_BEFORE = ("subject", "carried", "earlier", "back", "theme", "topic", "recent", "previous")
_SIDES = (
    "GovernmentBody",
    "CentralEnterprise",
    "Company",
    "Institution",
    "AdministrativeDivision",
    "DevelopmentZone",
)


def pair_candidates(view: View) -> Iterator[Candidate]:
    """Yield the possible pairs of partners in each clause, and partners of a subject carried over."""
    for at, clause in enumerate(view.clauses):
        sentence = view.article.sentences[clause.sentence]
        follow = min(sentence.end, clause.end + 24)
        text = view.plain_clause(at) + view.text[clause.end : follow]
        force = _force(text)
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


def _force(text: str) -> str | None:
    """Return how plainly a clause speaks of cooperation, or None if it does not."""
    for force, pattern in (("strong", _STRONG), ("joint", _JOINT), ("weak", _WEAK)):
        if pattern.search(text):
            return force
    return None


def _in_list(view: View, i: int, j: int) -> str:
    """Return how two members of one list relate: as partners (A与B、C) or as peers (B、C).

    A 和 before the last of three or more members only closes the list; 与 divides it in two.
    """
    group = view.groups[i]
    for n in range(1, len(group)):
        gap = view.gap(group[n - 1], group[n])
        if re.search("[与同]", gap) or (re.search("[和及]", gap) and len(group) == 2):
            return "with" if i < group[n] <= j else "peers"
    return "list"


def _rule(view: View, force: str, i: int, j: int) -> str:
    a, b = view.mentions[i], view.mentions[j]
    if a.start == b.start:
        how = "both"
    elif j in view.groups[i]:
        how = _in_list(view, i, j)
    else:
        how = "with" if _led(view, j) else "other"
    kinds = sorted((_kind(a.type), _kind(b.type)))
    return f"cooperatesWith/{how}/{force}/{'-'.join(kinds)}"


def _led(view: View, j: int) -> bool:
    """Return whether 与, 携手, 会同 … stands before a mention or before its list."""
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
    """Yield partners, as introduced by 与, 会同 …, with their possible owners from the clauses before."""
    for j in numbers[:8]:
        b = view.mentions[j]
        led = "led" if _led(view, j) else "bare"
        for n, owner in enumerate(view.owners(j, _SIDES)):
            if n == 2:
                break
            if owner.how not in _FROM_BEFORE or any(
                view.mentions[k].entity == owner.entity for k in view.groups[j]
            ):
                continue
            kinds = sorted((_kind(owner.type), _kind(b.type)))
            rule = f"cooperatesWith/before-{led}/{force}/{owner.how}/{'-'.join(kinds)}"
            yield Candidate(owner.entity, "cooperatesWith", b.entity, rule, min(owner.start, b.start), b.end)
