"""Who takes part in an event: guests and speakers, projects that start or are signed at it, its host.

An event stays in force from its mention to the end of the paragraph. Persons, projects and bodies named
there are proposed as participants. The rule's name tells how far away they stand and what verb is near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.relations.view import Candidate, View
from kg.model import FAMILY_OF

_GUEST = re.compile(r"出席|参加|致辞|致词|讲话|主持|宣布|见证|参观|演讲|发言|推介|到场|作报告|签约")
_START = re.compile(r"开工|签约|集中|竣工|启动|落地|落户|亮相|参展|展出|发布|揭牌|奠基|动工|入选|参赛|获")
_STRETCH = 400
"""How many characters after an event a participant may still be named."""


def event_candidates(view: View) -> Iterator[Candidate]:
    """Yield persons, projects, organisations and places as participants of each event of an article."""
    for i, event in enumerate(view.mentions):
        if event.type == "Event":
            yield from _taking_part(view, i)


def _taking_part(view: View, i: int) -> Iterator[Candidate]:
    event = view.mentions[i]
    sentence = view.article.sentences[view.clause(i).sentence]
    place = re.match(r"[”》」]*(?:上|现场|中|期间|会上)", view.text[event.end : event.end + 5])
    for j in range(max(0, i - 8), min(len(view.mentions), i + 60)):
        other = view.mentions[j]
        if other.start - event.end > _STRETCH:
            break
        here = view.article.sentences[view.clause(j).sentence]
        if here.paragraph != sentence.paragraph or other.entity == event.entity:
            continue
        if j > i and other.type == "Event" and here is not sentence:
            break
        family = FAMILY_OF[other.type]
        if family not in ("Person", "Project", "Organization", "Location"):
            continue
        side = "same" if here is sentence else "later" if j > i else "earlier"
        text = view.text[here.start : min(here.end, here.start + _STRETCH)]
        said = (_GUEST if family == "Person" else _START).search(text)
        rule = f"participatesIn/Event/{side}{'-at' if place else ''}/{'said' if said else 'bare'}/{family}"
        start, end = min(event.start, other.start), max(event.end, other.end)
        yield Candidate(other.entity, "participatesIn", event.entity, rule, start, end)
