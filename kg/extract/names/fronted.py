"""Names written with what they belong to in front, and what a name has caught at its edges.

通化县东宝药业 and 德国奔马公司 are two names each: a place, and a thing that is named with and without it.
In which kinds of names a place in front is a thing of its own was counted in the train part of the corpus:
a division told in full (通化县, not 通化) before a zone, a place, a project or a village, and a foreign
country before an enterprise. Offices and schools keep theirs: 朝阳市发展改革委 is one name. A railway and a
station on it are two as well (京广高铁|定州东站: 21 of 26 such names in articles new to the tagger); a road
and its exit, a harbour and its quay are one name as often.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from kg.extract.names import lexicon as lx
from kg.extract.names.known import Matcher
from kg.model import Mention

# The rule of a name that stood with a place in front; `kg.extract.clustering.entities` puts both
# together again
PARTED = "parted"
# Of whom a thing may be in front of its name, by type: 阳光电源 in 阳光电源二期. What stands there is learned
# as a name of its own, wherever it is a thing in the gold, and `kg.extract.clustering.entities` joins
# the two again
_OWNERS = frozenset(["CentralEnterprise", "Company", "Institution"])
FRONTS = {"Project": _OWNERS | {"DevelopmentZone"}, "DevelopmentZone": _OWNERS, "Place": _OWNERS}
_FULL = frozenset("省市区县州盟旗镇乡")
_AFTER_DIVISION = frozenset("AdministrativeDivision DevelopmentZone Place Project Company".split())
_AFTER_COUNTRY = frozenset(["Company"])
_STANDING = frozenset(["Place", "Project"])
_RAILWAY = re.compile("[^站]{2,}?(?:铁路|高铁)(?=(?!局|公安|公司|支线|段|集装箱)[^段]{2,}站$)")
# A list's number that a name has caught: 3.30万吨煤制乙二醇项目
_NUMBER = re.compile(r"(\d{1,2})[.．、](?=\S)")
# 甘肃中部, 长江以南: the place is told without its side; 中西部 is a name
_SIDE = re.compile(r"(?:(?<![东西南北中])[东西南北中]部|以[东西南北]|两岸|沿线|周边)\Z")
_REST_OF_QUOTE = re.compile("(?:、[^“”、，。；]{2,16})+(?=”)")
# Bodies keep the place in front, but not the one above that: 山西省|大同市人民政府
_BODIES = frozenset(["GovernmentBody", "Institution"])


def part_fronted(mentions: Iterable[Mention], normal: str, text: str, matcher: Matcher) -> Iterator[Mention]:
    """Yield the mentions, those with a place in front as two: the place, and the name without it.

    Args:
        mentions: Without overlaps, in order.
        normal: `Article.normal`.
        text: `Article.text`.
        matcher: The forms of the authority.
    """
    for mention in mentions:
        rest = mention
        while front := _front(normal[rest.start : rest.end], rest.type, matcher):
            middle = rest.start + front
            records = matcher.authority.forms[normal[rest.start : middle]]
            places = [record for record in records if record.type == "AdministrativeDivision"]
            yield Mention(
                rest.start, middle, text[rest.start : middle], "AdministrativeDivision", PARTED,
                rest.confidence, places[0].key if len(places) == 1 else None,
            )  # fmt: skip
            rest = _without(rest, middle, text)
        line = _RAILWAY.match(normal[rest.start : rest.end]) if rest.type in _STANDING else None
        if line:
            middle = rest.start + line.end()
            yield replace(rest, end=middle, text=text[rest.start : middle], by=PARTED, record=None)
            rest = _without(rest, middle, text)
        yield rest


def _without(mention: Mention, middle: int, text: str) -> Mention:
    return replace(mention, start=middle, text=text[middle : mention.end], by=PARTED, record=None)


def _front(name: str, kind: str, matcher: Matcher) -> int:
    """Return the length of the place in front of a name that is a thing of its own, 0 if there is none."""
    for length in range(min(len(name) - 2, 12), 1, -1):
        form = name[:length]
        if form not in matcher.divisions or name[length:] in lx.GENERIC:
            continue
        in_full = length > 2 and form[-1] in _FULL
        if kind in _AFTER_DIVISION and in_full and len(name) - length >= _least(kind):
            return length
        if kind in _BODIES and in_full and _front(name[length:], "DevelopmentZone", matcher):
            return length
        records = matcher.authority.forms[form]
        if kind in _AFTER_COUNTRY and all(r.level == "country" and r.key != "country:CN" for r in records):
            return length
    return 0


def _least(kind: str) -> int:
    # what is left of 梨树县体育馆 names no one place
    return 2 if kind == "AdministrativeDivision" else 4


def trimmed(
    mentions: Iterable[Mention], starts: Collection[int], normal: str, text: str, matcher: Matcher
) -> Iterator[Mention]:
    """Yield the mentions with the edges that names have.

    Left out are the number of the list item that a name begins with (3.30万吨煤制乙二醇项目), and behind a
    place the side on which something lies (长江以南). Taken in are the rest of a quoted enumeration
    (“一站式审批、一条龙服务”), and before a bracket that a name only closes what stands before it:
    中欧班列(乌鲁木齐)集结中心.

    Args:
        mentions: Names found.
        starts: Where sentences start.
        normal: `Article.normal`.
        text: `Article.text`.
        matcher: The forms of the authority.
    """
    numbers = {int(found[1]) for at in starts if (found := _NUMBER.match(normal, at))}
    given = tuple(mentions)
    begins = {mention.end: mention.start for mention in given}
    for mention in given:
        start, end, kind = mention.start, mention.end, mention.type
        number = _NUMBER.match(normal, start, end) if start in starts else None
        if number and {1, 2} <= numbers:
            start = number.end()
        if kind == "Initiative" and normal[start - 1 : start] == "“":
            rest = _REST_OF_QUOTE.match(normal, end)
            end = rest.end() if rest else end
        elif kind in ("Place", "AdministrativeDivision") and (side := _SIDE.search(normal, start + 2, end)):
            end = side.start()
            if normal[start:end] in matcher.divisions:
                kind = "AdministrativeDivision"
        if normal[start - 1 : start] == "(" and normal.find(")", start, end) >= 0:
            start = begins.get(start - 1, start)
        if (start, end) != (mention.start, mention.end):
            mention = replace(mention, start=start, end=end, text=text[start:end], type=kind)
        yield mention
