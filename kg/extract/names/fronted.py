"""Names written with what they belong to in front, and the forms that lie in them.

通化县东宝药业 and 德国奔马公司 are two names each: a place, and a thing that is named with and without it.
In which kinds of names a place in front is a thing of its own was counted in the train part of the corpus:
a division told in full (通化县, not 通化) before a zone, a place, a project or a village, and a foreign
country before an enterprise. Offices and schools keep theirs: 朝阳市发展改革委 is one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.extract.known import Matcher
from kg.extract.names import lexicon as lx
from kg.model import Mention

# The rule of a name that stood with a place in front; `kg.extract.entities` puts both together again
PARTED = "parted"
_FULL = frozenset("省市区县州盟旗镇乡")
_AFTER_DIVISION = frozenset("AdministrativeDivision DevelopmentZone Place Project Company".split())
_AFTER_COUNTRY = frozenset(["Company"])
# A list's number that a name has caught: 3.30万吨煤制乙二醇项目
_NUMBER = re.compile(r"(\d{1,2})[.．、](?=\S)")


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
            rest = replace(rest, start=middle, text=text[middle : rest.end], by=PARTED, record=None)
        yield rest


def _front(name: str, kind: str, matcher: Matcher) -> int:
    """Return the length of the place in front of a name that is a thing of its own, 0 if there is none."""
    for length in range(min(len(name) - 2, 12), 1, -1):
        form = name[:length]
        if form not in matcher.divisions or name[length:] in lx.GENERIC:
            continue
        if (
            kind in _AFTER_DIVISION
            and length > 2
            and form[-1] in _FULL
            and len(name) - length >= _least(kind)
        ):
            return length
        records = matcher.authority.forms[form]
        if kind in _AFTER_COUNTRY and all(r.level == "country" and r.key != "country:CN" for r in records):
            return length
    return 0


def _least(kind: str) -> int:
    # what is left of 梨树县体育馆 names no one place
    return 2 if kind == "AdministrativeDivision" else 4


def unnumbered(
    mentions: Iterable[Mention], starts: frozenset[int], normal: str, text: str
) -> Iterator[Mention]:
    """Yield the mentions, without the number of the list item that a name begins with.

    Args:
        mentions: Names found.
        starts: Where sentences start.
        normal: `Article.normal`.
        text: `Article.text`.
    """
    numbers = {int(found[1]) for at in starts if (found := _NUMBER.match(normal, at))}
    for mention in mentions:
        found = _NUMBER.match(normal, mention.start, mention.end) if mention.start in starts else None
        if found and {1, 2} <= numbers:
            mention = replace(mention, start=found.end(), text=text[found.end() : mention.end])
        yield mention
