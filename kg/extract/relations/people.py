"""Posts: who holds a position where.

Posts stand before names in Chinese: 普兰店区委书记周振雷, 大连高新区管委会副主任孙龙业. A person is linked to
every body that stands between the previous person (or sentence mark) and the name, if a title follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.relations.view import Candidate, View

_TITLE = re.compile(
    r"书记|市长|省长|区长|县长|镇长|乡长|州长|部长|厅长|局长|处长|科长|校长|院长|所长|行长|馆长|会长|社长|秘书长|理事长|董事长|站长|村长"
    r"|主任|主席|委员|常委|副总|总经理|经理|总裁|总监|总工|工程师|首席|院士|教授|研究员|专家|负责人|创始人|合伙人|代表|领导|部门"
    r"|记者|编辑|通讯员|摄影|组长|队长|厂长|科学家|博士|顾问|CEO|工人|员工|班长|技术员|学者|总领事|大使|参赞|政协|人大|党组|干部|董秘"
)
_LOCAL = re.compile(r"^(?:[省市区县镇州]|自治区)(?:委|长|领导|人大|政协|政府|纪委|委员会)|^党工委|^管委会")
_STOP = re.compile(r"[。！？；\n：]")
_WHERE = (
    "GovernmentBody",
    "CentralEnterprise",
    "Company",
    "Institution",
    "AdministrativeDivision",
    "DevelopmentZone",
)


def people_candidates(view: View) -> Iterator[Candidate]:
    """Yield the posts of the persons in an article."""
    for i, person in enumerate(view.mentions):
        if person.type == "Person":
            yield from _posts(view, i)


def _posts(view: View, i: int) -> Iterator[Candidate]:
    person = view.mentions[i]
    first = view.groups[i][0]
    head = view.mentions[first]
    crowd = "" if first == i else "-list"
    end, any_found = head.start, False
    for j in range(first - 1, max(-1, first - 7), -1):
        m = view.mentions[j]
        between = view.text[m.end : end]
        if m.type == "Person" or _STOP.search(between) or len(between) > 32:
            break
        if m.type not in _WHERE:
            continue
        titled = bool(_TITLE.search(between))
        if not titled and not any_found:
            break
        comma = "，" in between
        title = between.strip("、，“”（）() \n的") if titled else ""
        how = f"{'post' if titled else 'post-more'}{'-far' if comma else ''}{crowd}"
        qualifiers = (("title", title),) if title and len(title) <= 20 and not comma else ()
        yield Candidate(
            person.entity,
            "holdsPositionAt",
            m.entity,
            f"holdsPositionAt/{how}/{m.type}",
            m.start,
            person.end,
            qualifiers,
        )
        any_found, end = True, m.start
    if any_found:
        return
    before = view.text[max(view.clause(first).start, head.start - 16) : head.start]
    last = _last_title(before)
    if last is None:
        return
    for owner in view.owners(first, _WHERE):
        local = "local" if _LOCAL.match(last) else "plain"
        yield Candidate(
            person.entity, "holdsPositionAt", owner.entity,
            f"holdsPositionAt/{owner.how}-{local}{crowd}/{owner.type}",
            min(owner.start, head.start), person.end, (("title", last),),
        )  # fmt: skip
        break


def _last_title(before: str) -> str | None:
    """Return the title at the end of a text, after the last punctuation mark, or None if there is none."""
    tail = re.split(r"[，、。；：\s”“]", before)[-1]
    found = _TITLE.search(tail)
    return tail if found and len(tail) - found.end() <= 4 else None


def title_in(between: str) -> str | None:
    """Return the title between a body and a person, or None if there is none or more than a title.

    >>> title_in("董事长"), title_in("的新厂去年投产，"), title_in("、乙公司总经理")
    ('董事长', None, None)
    """
    title = between.strip("“”（）() \n的")
    whole = 0 < len(title) <= 20 and not re.search("[，、。；：]", title) and _TITLE.search(title)
    return title if whole else None
