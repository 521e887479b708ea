"""The head of a clause: which of its mentions is the subject, and which sets the place.

The decision is based on the text of the clause, its mentions and the positions of its verbs.
Subjects and places are carried over from clause to clause in `kg.extract.clauses`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import FAMILY_OF


@dataclass(frozen=True, slots=True)
class Placed:
    """An entity at a position in the text: one of its names, or a phrase that refers to it.

    Attributes:
        start: First character.
        end: Character after the last.
        entity: Id of the entity.
        type: Its type.
    """

    start: int
    end: int
    entity: str
    type: str


_QUIET = re.compile(r"[\s“”‘’\"'《》〈〉「」『』（(【]+")
# Words that may precede a subject without being its predicate.
_LEAD = re.compile(
    r"(?:据悉|据了解|据介绍|据统计|截至|截止|目前|如今|眼下|近日|日前|当天|当日|今天|昨天|同时|此外|其中|另外|尤其|特别是"
    r"|随后|下一步|接下来|未来|近年来|多年来|今年|去年|明年|前年|本报讯|讯|电|记者|从|了解到|获悉|而|但|也|则|还|又|并|且"
    r"|对|对于|就|由于|因为|因此|所以|如果|只有|只要|不仅|不只|除了|除|作为|[\d年月日至到上下半时点分—\-、，第季度一二三四十末初底以来前后起]+"
    r"|[\s“”\"（）()《》【】●■▲◆★·—-]+)+"
)
_BEFORE_PLACE = re.compile(
    r"(?:在|从|于|赴|到|位于|地处|坐落于?|落户|落地|落子|走进|来到|扎根|入驻|选址|抵达|立足|置身|毗邻)[\s“《”]*$"
)
_BEFORE_OBLIQUE = re.compile(
    r"(?:由|被|与|和|同|跟|以|为|对|向|把|将|给|让|使|据|按照|根据|依托|围绕|通过|随着|经|比|除|作为|借助|依靠|联合|携手|面向|针对|按)[\s“《”]*$"
)
_NOT_SUBJECT = ("Honor", "Industry")
_ADVERBIAL = re.compile(r"上|中|内|里|期间|现场|畔|两岸|之滨|沿岸|边")


def own_subject(
    text: str, start: int, end: int, mentions: Sequence[Placed], verbs: Sequence[int]
) -> Placed | None:
    """Return the mention that is the grammatical subject or topic of a clause, or None.

    This is the first mention that precedes all verbs and is not governed by a preposition. In a
    chain of nouns (大连市 甘井子区, or a person after the body that he heads) it is the last of the
    chain; after a relative clause (由…承建的聚星桥) it is the mention that follows 的.

    Args:
        text: `Article.normal`.
        start: First character of the clause.
        end: Character after its last.
        mentions: The mentions of the clause, in order of start.
        verbs: Start of each verb of the clause, in order.
    """
    lead = _LEAD.match(text, start, end)
    head = lead.end() if lead else start
    first_verb = next((verb for verb in verbs if verb >= head), end)
    chosen: Placed | None = None
    speaker = _titled_person(mentions, first_verb)
    if speaker is not None:
        return speaker
    for mention in mentions:
        verb_before = first_verb < mention.start
        if mention.type in _NOT_SUBJECT:
            if chosen is None and verb_before:
                break
            continue
        if chosen is not None:
            # X…的Y: a relative clause modifies Y only if X is governed; members of a noun chain are adjacent.
            gap = text[chosen.end : mention.start]
            if mention.type == "Person" and len(gap) <= 16 and "，" not in gap and not verb_before:
                chosen = mention
                continue
            if not _QUIET.sub("", gap) and mention.type != "Product":
                chosen = mention
                continue
            break
        before = _QUIET.sub("", text[max(start, mention.start - 8) : mention.start])
        if _BEFORE_PLACE.search(before) or _BEFORE_OBLIQUE.search(before) or _loose(text, head, mention):
            continue
        if verb_before:
            after = verbs[-1] >= mention.end
            if before.endswith("的") and (after or text[end - 1 : end] in "，,"):
                return mention
            continue
        chosen = mention
    return chosen


def _titled_person(mentions: Sequence[Placed], first_verb: int) -> Placed | None:
    """Return the first person, if before any verb and preceded only by bodies and places (his posts)."""
    for mention in mentions:
        if mention.type == "Person":
            return None if first_verb < mention.start else mention
        if FAMILY_OF[mention.type] not in ("Organization", "Location"):
            return None
    return None


def _loose(text: str, head: int, mention: Placed) -> bool:
    """Return whether a mention is too far in, or is part of an adverbial (…会上, …河畔), to be a subject."""
    after = text[mention.end : mention.end + 3].lstrip("”》’」")
    if FAMILY_OF[mention.type] in ("Event", "Place") and _ADVERBIAL.match(after):
        return True
    strict = FAMILY_OF[mention.type] in ("Initiative", "Product", "Event")
    return strict and len(_QUIET.sub("", text[head : mention.start])) > 3


def place_set(text: str, start: int, mentions: Sequence[Placed]) -> Placed | None:
    """Return the location that a clause sets with 在, 位于, 落户 …; of a chain, the innermost."""
    found: Placed | None = None
    for mention in mentions:
        if FAMILY_OF[mention.type] != "Location":
            continue
        adjacent = found is not None and not _QUIET.sub("", text[found.end : mention.start])
        if adjacent or _BEFORE_PLACE.search(
            _QUIET.sub("", text[max(start, mention.start - 8) : mention.start])
        ):
            found = mention
    return found
