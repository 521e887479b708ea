"""Separation of a place in front of a name, and correction of the edges of names.

通化县东宝药业 and 德国奔马公司 are two names each: a place, and a thing that is named with and without it.
Counts in the train part of the corpus show in which kinds of names the place in front is a thing of its own:
a division written in full (通化县, not 通化) before a zone, a place, a project or a village, and a foreign
country before an enterprise. Offices and schools keep their place: 朝阳市发展改革委 is one name. A railway
and a station on it are two names as well (京广高铁|定州东站: 21 of 26 such names in articles new to the
tagger). A road and its exit, or a harbour and its quay, are one name as often as two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from kg.extract.names import lexicon as lx
from kg.extract.names.known import Matcher
from kg.extract.names.persons import name_at
from kg.model import Mention

# The rule of a name that was parted from the place in front of it; `kg.extract.clustering.entities`
# joins the two again
PARTED = "parted"
# Types of owners that may stand in front of a name, by the type of that name: 阳光电源 in 阳光电源二期.
# Models learn an owner there as a name of its own if it is an entity in the gold, and
# `kg.extract.clustering.entities` joins the two again
_OWNERS = frozenset(["CentralEnterprise", "Company", "Institution"])
FRONTS = {"Project": _OWNERS | {"DevelopmentZone"}, "DevelopmentZone": _OWNERS, "Place": _OWNERS}
_FULL = frozenset("省市区县州盟旗镇乡")
_AFTER_DIVISION = frozenset("AdministrativeDivision DevelopmentZone Place Project Company".split())
_AFTER_COUNTRY = frozenset(["Company"])
_STANDING = frozenset(["Place", "Project"])
_RAILWAY = re.compile("[^站]{2,}?(?:铁路|高铁)(?=(?!局|公安|公司|支线|段|集装箱)[^段]{2,}站$)")
# The number of a list item, wrongly included in a name: 3.30万吨煤制乙二醇项目
_NUMBER = re.compile(r"(\d{1,2})[.．、](?=\S)")
# 甘肃中部, 长江以南: the place is named without the side; 中西部 is a name
_SIDE = re.compile(r"(?:(?<![东西南北中])[东西南北中]部|以[东西南北]|两岸|沿线|周边)\Z")
_REST_OF_QUOTE = re.compile("(?:、[^“”、，。；]{2,16})+(?=”)")
# Longest part of a person's name after its dot, in characters
_LONGEST_PART = 5
# Bodies keep the place in front of them, but not the one above that: 山西省|大同市人民政府
_BODIES = frozenset(["GovernmentBody", "Institution"])


def part_fronted(mentions: Iterable[Mention], normal: str, text: str, matcher: Matcher) -> Iterator[Mention]:
    """Yield the mentions, splitting those with a place in front into the place and the name without it.

    Args:
        mentions: The mentions, without overlaps and in order.
        normal: `Article.normal`.
        text: `Article.text`.
        matcher: Matcher with the forms of the authority.
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
    """Return the length of the place in front of a name if it is a thing of its own, else 0."""
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
    # the rest of 梨树县体育馆 does not name a particular place
    return 2 if kind == "AdministrativeDivision" else 4


def trimmed(
    mentions: Iterable[Mention], starts: Collection[int], normal: str, text: str, matcher: Matcher
) -> Iterator[Mention]:
    """Yield the mentions with their edges corrected.

    The number of a list item is removed from the start of a name (3.30万吨煤制乙二醇项目), and the side of
    a place from the end (长江以南). The rest of a quoted enumeration is added (“一站式审批、一条龙服务”).
    If a name begins inside a bracket and closes it, the name before the bracket is added:
    中欧班列(乌鲁木齐)集结中心. The parts of a person's name are joined: 阿迪力·买买提.

    Args:
        mentions: Names found.
        starts: Starts of the sentences.
        normal: `Article.normal`.
        text: `Article.text`.
        matcher: Matcher with the forms of the authority.
    """
    numbers = {int(found[1]) for at in starts if (found := _NUMBER.match(normal, at))}
    given = tuple(mentions)
    begins = {mention.end: mention.start for mention in given}
    persons = {mention.start: mention.end for mention in given if mention.type == "Person"}
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
        elif kind == "Person" and normal[end : end + 1] == "·":
            shown = name_at(normal, start, len(normal)) or end
            end = persons.get(end + 1) or (shown if shown <= end + 1 + _LONGEST_PART else end)
        if normal[start - 1 : start] == "(" and normal.find(")", start, end) >= 0:
            start = begins.get(start - 1, start)
        if (start, end) != (mention.start, mention.end):
            mention = replace(mention, start=start, end=end, text=text[start:end], type=kind)
        yield mention
