"""Relations of things that belong to somebody: industries, products, honours, initiatives, projects, events.

For each mention of such a thing, the rules look for its owner (`View.owners`) and check whether the clause
holds a trigger of the relation. The rule's name records how the owner was found, whether there is a
trigger, and the family of the owner, so that each kind is weighted by its own precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.relations import lexicon
from kg.extract.relations.view import Candidate, Owner, View
from kg.model import FAMILY_OF

ORGS = ("GovernmentBody", "CentralEnterprise", "Company", "Institution")
PLACES = ("AdministrativeDivision", "DevelopmentZone", "Place")


@dataclass(frozen=True, slots=True)
class Valency:
    """The types that a predicate joins and the words that signal it.

    Attributes:
        predicate: The predicate.
        objects: Types of the thing owned.
        subjects: Types of its possible owners.
        triggers: Verbs and nouns that signal the relation, as a pattern.
        inverse: Whether the owner is the object of the predicate: a project is part of its owner.
    """

    predicate: str
    objects: tuple[str, ...]
    subjects: tuple[str, ...]
    triggers: re.Pattern[str]
    inverse: bool = False


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


VALENCIES = (
    Valency(
        "hasIndustry",
        ("Industry",),
        ("Company", "CentralEnterprise", "Institution", "Project", *PLACES),
        _any(lexicon.INDUSTRY),
    ),
    Valency(
        "produces",
        ("Product",),
        (*ORGS, *PLACES, "Project"),
        _any(lexicon.PRODUCTION),
    ),
    Valency(
        "receives",
        ("Honor",),
        (*ORGS, *PLACES, "Product", "Project", "Initiative", "Event", "Person"),
        _any(lexicon.HONOUR),
    ),
    Valency(
        "launches",
        ("Initiative", "Document"),
        (*ORGS, *PLACES),
        _any(lexicon.LAUNCHING),
    ),
    Valency(
        "participatesIn",
        ("Initiative", "Document"),
        (*ORGS, *PLACES, "Project"),
        _any(lexicon.FOLLOWING),
    ),
    Valency(
        "implements",
        ("Project", "DevelopmentZone", "Place"),
        (*ORGS, "AdministrativeDivision", "DevelopmentZone"),
        _any(lexicon.CARRYING_OUT),
    ),
    Valency(
        "investsIn",
        ("Project", *PLACES, "Company"),
        (*ORGS, "AdministrativeDivision"),
        _any(lexicon.INVESTMENT),
    ),
    Valency(
        "organizes",
        ("Event",),
        (*ORGS, *PLACES),
        _any(lexicon.ORGANISING),
    ),
    Valency(
        "participatesIn",
        ("Event",),
        (*ORGS, *PLACES, "Person", "Project"),
        _any(lexicon.TAKING_PART),
    ),
    Valency(
        "locatedIn",
        (*ORGS, *PLACES, "Project", "Event"),
        PLACES,
        _any(lexicon.PLACE),
        inverse=True,
    ),
    Valency(
        "subsidiaryOf",
        ("Company", "Institution", "GovernmentBody"),
        (*ORGS, "AdministrativeDivision"),
        _any(lexicon.BELONGING),
        inverse=True,
    ),
    Valency(
        "partOf",
        ("Project", "Initiative", "Document", "Event"),
        ("Project", "Initiative", "Document", "Event"),
        _any(lexicon.COMPOSITION),
        inverse=True,
    ),
)


def owned_candidates(view: View) -> Iterator[Candidate]:
    """Yield a candidate for each mention of an owned thing and each of its possible owners."""
    for i, mention in enumerate(view.mentions):
        for valency in VALENCIES:
            if mention.type not in valency.objects:
                continue
            for rank, owner in enumerate(view.owners(i, valency.subjects)):
                if rank >= 9:
                    break
                candidate = _candidate(view, i, valency, owner, rank)
                if candidate is not None:
                    yield candidate


def _nests(part: str, whole: str) -> bool:
    """Return whether a thing of one type may be part of a thing of the other."""
    return FAMILY_OF[part] == FAMILY_OF[whole] or (part == "Document" and whole == "Event")


def _candidate(view: View, i: int, valency: Valency, owner: Owner, rank: int) -> Candidate | None:
    mention = view.mentions[i]
    clause = view.clause(i)
    low = max(clause.start, min(mention.start, owner.start) - 12)
    high = min(clause.end, max(mention.end, owner.start) + 12)
    spoken = bool(valency.triggers.search(view.plain(i), low - clause.start, high - clause.start))
    if valency.predicate == "partOf" and not _nests(mention.type, owner.type):
        return None
    rule = "/".join(_path(valency, view, i, owner, spoken)) + ("" if rank == 0 else "+" if rank < 3 else "++")
    start, end = min(mention.start, owner.start), mention.end
    pair = (mention.entity, owner.entity) if valency.inverse else (owner.entity, mention.entity)
    return Candidate(pair[0], valency.predicate, pair[1], rule, start, max(end, owner.start))


def _path(valency: Valency, view: View, i: int, owner: Owner, spoken: bool) -> tuple[str, ...]:
    """Return the parts of a rule's name, from general to specific."""
    mention, said = view.mentions[i], "said" if spoken else "bare"
    kind = FAMILY_OF[owner.type] if FAMILY_OF[owner.type] != "Organization" else owner.type
    if valency.predicate == "locatedIn":
        return valency.predicate, mention.type, owner.how, said
    if valency.predicate == "participatesIn" or len({FAMILY_OF[t] for t in valency.objects}) > 1:
        return valency.predicate, FAMILY_OF[mention.type], owner.how, said, kind
    return valency.predicate, owner.how, said, kind
