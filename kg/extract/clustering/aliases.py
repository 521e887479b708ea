"""Short forms of names, and aliases that the text declares; pure functions over strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from kg.extract.names import lexicon as lx
from kg.model import Mention

_DECLARED = re.compile(
    r"[(（](?:以下)?(?:统称|简称|以下简称|下称|又称|又名|即)(?:为)?[：:]?[“\"]?([^“”\"()（）]{2,16})[”\"]?[)）]"
)
_BRACKET = re.compile(r"[(（][“\"]?([^“”\"()（），。；、]{2,12})[”\"]?[)）]")
LEGAL = re.compile(
    r"(?:集团)?(?:股份|控股)?(?:有限责任公司|有限公司|股份公司|集团公司|总公司|公司)(?:[^公]{0,12}分公司)?$|(?:集团|控股|股份)$|合伙企业(?:[(（]有限合伙[)）])?$"
)
_PLACE_PREFIX = re.compile(r"^(?:中国)?[(（]?[\u4e00-\u9fff]{2,4}?(?:省|市|自治区|区|县|州)[)）]?")
BRACKETED = re.compile(r"[(（][^()（）]{1,10}[)）]")
_ZONE_ENDING = re.compile(f"(?:{lx.alternation(lx.ZONE)})$")
ZONE_SHORT = {
    "高新区": ("高新技术产业开发区", "高新技术开发区", "高新技术产业园区", "高新园区", "高新区"),
    "经开区": ("经济技术开发区", "经济开发区", "经开区"),
    "开发区": ("开发区",),
    "自贸区": ("自由贸易试验区", "自贸试验区", "自贸区"),
    "自贸试验区": ("自由贸易试验区", "自贸试验区"),
    "综保区": ("综合保税区", "综保区"),
    "保税区": ("保税区",),
    "自贸港": ("自由贸易港", "自贸港"),
    "示范区": ("示范区",),
    "新区": ("新区",),
}
PROJECT_ENDING = re.compile(r"(?:建设项目|工程项目|项目|工程)$")


_PAIRS = {"“": "”", "‘": "’", "《": "》", "「": "」", "『": "』", '"': '"', "'": "'"}
_SPACE = re.compile(r"\s+")
_SPACE_OR_MARK = re.compile(rf"[\s{''.join((*_PAIRS, *_PAIRS.values()))}]")


def clean_name(text: str) -> str:
    """Return the text of a mention as a name, without white space and enclosing quotes or title marks.

    >>> clean_name("“甘心 办”")
    '甘心办'
    """
    if not _SPACE_OR_MARK.search(text):
        return text
    name = _SPACE.sub("", text)
    for opening, closing in _PAIRS.items():
        inner = name[1:-1]
        if name[:1] == opening and name[-1:] == closing and opening not in inner and closing not in inner:
            name = inner
        # a name that is cut at one of its marks would keep half of the pair
        if name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return name


def declared(normal: str, text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, str]]:
    """Yield (full name, short name) where the text declares that one is short for the other."""
    for mention in mentions:
        found = _DECLARED.match(normal, mention.end)
        if found:
            yield clean_name(mention.text), clean_name(text[found.start(1) : found.end(1)])
            continue
        found = _BRACKET.match(normal, mention.end)
        if found and is_abbreviation(clean_name(mention.text), found[1]):
            yield clean_name(mention.text), clean_name(text[found.start(1) : found.end(1)])


def is_abbreviation(full: str, short: str) -> bool:
    """Return whether all characters of a short name occur in a full one, in the same order.

    >>> is_abbreviation("中国海外学子（大连）创业周", "海创周")
    True
    """
    rest = iter(full)
    return 2 <= len(short) < len(full) and all(char in rest for char in short)


def core(company: str, places: Collection[str] = ()) -> str:
    """Return the name of a company without the place in front, brackets and legal form.

    Args:
        company: The full name.
        places: Names of places, in the bare form in which they may precede the name of a company.

    >>> core("大连市连城数控机器股份有限公司")
    '连城数控机器'
    >>> core("大连连城数控机器股份有限公司", {"大连"})
    '连城数控机器'
    """
    name = BRACKETED.sub("", company)
    name = LEGAL.sub("", name)
    for length in (4, 3, 2):
        if name[:length] in places and len(name) - length >= 2:
            return name[length:]
    return _PLACE_PREFIX.sub("", name) or name


def short_forms(name: str, kind: str, *, places: Collection[str] = ()) -> Iterator[str]:
    """Yield the short forms that a full name licenses, for a search in the text.

    >>> list(short_forms("大连高新技术产业园区", "DevelopmentZone"))
    ['大连高新区']
    >>> list(short_forms("兰州科技创新区", "DevelopmentZone"))
    []
    """
    if kind in ("Company", "CentralEnterprise") and LEGAL.search(name):
        bare = LEGAL.sub("", name)
        stem = core(name, places)
        for form in dict.fromkeys((bare, stem, stem[:4], stem + "集团", stem + "公司")):
            if 3 <= len(form) < len(name) and form not in lx.GENERIC:
                yield form
    elif kind == "DevelopmentZone":
        ending = _ZONE_ENDING.search(name)
        # 创新区 ends in 新区 but is not one
        if ending and ending.start() >= 2 and ending[0] != "创新区":
            for short, longs in ZONE_SHORT.items():
                if name.endswith(longs) and len(name) > len(short):
                    yield name[: ending.start()] + short
    elif kind == "Project":
        stem = PROJECT_ENDING.sub("", name)
        if len(stem) >= 5 and stem != name:
            yield stem
