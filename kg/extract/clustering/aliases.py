"""When two names are names of one thing: short forms, abbreviations, declared aliases.

Pure functions over strings. A full name *licenses* a short one where the short one follows
from it by the habits of its kind: a company loses its place and legal form (大连连城数控机器
股份有限公司 – 连城数控), a zone its generic part (太平湾合作创新区 – 太平湾) or its city
(大连高新区 – 高新区), an office its district (甘井子区营商局 – 区营商局).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from kg.extract.names import lexicon as lx
from kg.model import FAMILY_OF, Mention

_DECLARED = re.compile(
    r"[(（](?:以下)?(?:统称|简称|以下简称|下称|又称|又名|即)(?:为)?[：:]?[“\"]?([^“”\"()（）]{2,16})[”\"]?[)）]"
)
_BRACKET = re.compile(r"[(（][“\"]?([^“”\"()（），。；、]{2,12})[”\"]?[)）]")
_LEGAL = re.compile(
    r"(?:集团)?(?:股份|控股)?(?:有限责任公司|有限公司|股份公司|集团公司|总公司|公司)(?:[^公]{0,12}分公司)?$|(?:集团|控股|股份)$|合伙企业(?:[(（]有限合伙[)）])?$"
)
_PLACE_PREFIX = re.compile(r"^(?:中国)?[(（]?[\u4e00-\u9fff]{2,4}?(?:省|市|自治区|区|县|州)[)）]?")
_BRACKETED = re.compile(r"[(（][^()（）]{1,10}[)）]")
_INNER_MARK = re.compile("[(（“”]")
_ZONE_ENDING = re.compile(f"(?:{lx.alternation(lx.ZONE)})$")
# What a zone's name has beside its own part: 合作创新区, 经济技术开发区, 高新技术产业园区
_ZONE_GENERIC = re.compile(
    "(?:合作|创新|产业|工业|经济|技术|高新|高新技术|科技|生态|综合|改革|国际|先进制造|现代|协同|开放|临港|临空)*(?:"
    + lx.alternation(lx.ZONE)
    + ")"
)
_ZONE_SHORT = {
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
_PROJECT_ENDING = re.compile(r"(?:建设项目|工程项目|项目|工程)$")
_EVENT_EDITION = re.compile(r"^(?:第[一二三四五六七八九十\d]+[届次]|\d{4}年?|首届|中国)")


_PAIRS = {"“": "”", "‘": "’", "《": "》", "「": "」", "『": "』", '"': '"', "'": "'"}
_SPACE = re.compile(r"\s+")
_SPACE_OR_MARK = re.compile(rf"[\s{''.join((*_PAIRS, *_PAIRS.values()))}]")


def clean_name(text: str) -> str:
    """Return a mention's text as a name: no white space, no quotes or title marks around it.

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
        # a name cut at one of its marks would keep half a pair
        if name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return name


def declared(normal: str, text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, str]]:
    """Yield (full name, short name) where the text itself says that one is short for the other."""
    for mention in mentions:
        found = _DECLARED.match(normal, mention.end)
        if found:
            yield clean_name(mention.text), clean_name(text[found.start(1) : found.end(1)])
            continue
        found = _BRACKET.match(normal, mention.end)
        if found and is_abbreviation(clean_name(mention.text), found[1]):
            yield clean_name(mention.text), clean_name(text[found.start(1) : found.end(1)])


def is_abbreviation(full: str, short: str) -> bool:
    """Tell whether the characters of a short name stand in a full one, in order.

    >>> is_abbreviation("中国海外学子（大连）创业周", "海创周")
    True
    """
    rest = iter(full)
    return 2 <= len(short) < len(full) and all(char in rest for char in short)


def core(company: str, places: Collection[str] = ()) -> str:
    """Return a company's name without place prefix, brackets and legal form.

    Args:
        company: The full name.
        places: Names of places, as bare as they may stand before a company's own name.

    >>> core("大连市连城数控机器股份有限公司")
    '连城数控机器'
    >>> core("大连连城数控机器股份有限公司", {"大连"})
    '连城数控机器'
    """
    name = _BRACKETED.sub("", company)
    name = _LEGAL.sub("", name)
    for length in (4, 3, 2):
        if name[:length] in places and len(name) - length >= 2:
            return name[length:]
    return _PLACE_PREFIX.sub("", name) or name


def short_forms(name: str, kind: str, *, places: Collection[str] = ()) -> Iterator[str]:
    """Yield the short forms that a full name licenses, to be looked for in the text."""
    if kind in ("Company", "CentralEnterprise") and _LEGAL.search(name):
        bare = _LEGAL.sub("", name)
        stem = core(name, places)
        for form in dict.fromkeys((bare, stem, stem[:4], stem + "集团", stem + "公司")):
            if 3 <= len(form) < len(name) and form not in lx.GENERIC:
                yield form
    elif kind == "DevelopmentZone":
        ending = _ZONE_ENDING.search(name)
        if ending and ending.start() >= 2:
            for short, longs in _ZONE_SHORT.items():
                if name.endswith(longs) and len(name) > len(short):
                    yield name[: ending.start()] + short
    elif kind == "Project":
        stem = _PROJECT_ENDING.sub("", name)
        if len(stem) >= 5 and stem != name:
            yield stem


# Types of which a name may license a short one, and types of short names that one may license
LICENSED = frozenset(
    "DevelopmentZone Company GovernmentBody Institution Place Project Event Initiative Industry".split()
)
LICENSING = LICENSED | {"CentralEnterprise"}


def licenses(full: str, full_type: str, short: str, short_type: str) -> bool:
    """Tell whether a full name licenses a short one of the same family.

    >>> licenses("甘井子区营商局", "GovernmentBody", "区营商局", "GovernmentBody")
    True
    >>> licenses("南京市", "AdministrativeDivision", "南通市", "AdministrativeDivision")
    False
    """
    if full == short or len(short) < 2 or short_type not in LICENSED:
        return False
    if full_type != short_type and not {full_type, short_type} <= {"Company", "CentralEnterprise"}:
        return False
    if short_type == "DevelopmentZone":
        return _zone_licenses(full, short)
    if short_type == "Company":
        return _company_licenses(full, short)
    if short_type in ("GovernmentBody", "Institution", "Place"):
        return full.endswith(short) and len(short) >= 3 and _is_place(full[: -len(short)])
    if short_type == "Project":
        return _PROJECT_ENDING.sub("", full) == _PROJECT_ENDING.sub("", short) or (
            full.endswith(short) and len(short) >= 6
        )
    if short_type == "Event":
        return _EVENT_EDITION.sub("", full) == short or (full.endswith(short) and len(short) >= 5)
    if short_type == "Initiative":
        bare = full.replace("“", "").replace("”", "")
        return (bare.startswith(short) and bare[len(short) :] in lx.INITIATIVE) or (
            full.endswith(short) and len(short) >= 6
        )
    # what is left is an industry
    return full in (short + "产业", short + "产业链", short + "行业")


class FullNames:
    """Full names to be found by the short names that they may license.

    A full name holds the whole of what a short one is made of, so it is found by the rarest two
    characters of that; only short forms that are put together (经开区) are looked for by their end.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._by_pair: dict[tuple[str, str], list[int]] = {}
        self._by_end: dict[str, list[int]] = {}
        self._count = len(names)
        for number, name in enumerate(names):
            pairs = set(pairwise(name))
            if _INNER_MARK.search(name):
                pairs.update(pairwise(_BRACKETED.sub("", name)))
                pairs.update(pairwise(name.replace("“", "").replace("”", "")))
            for pair in pairs:
                if pair in self._by_pair:
                    self._by_pair[pair].append(number)
                else:
                    self._by_pair[pair] = [number]
            self._by_end.setdefault(name[-1:], []).append(number)

    def candidates(self, short: str, short_type: str) -> Sequence[int]:
        """Return the numbers of the names that may license a short one, in order; no other does.

        >>> FullNames(["甘井子区营商局", "大连高新园区", "南京市"]).candidates("高新区", "DevelopmentZone")
        [1]
        """
        if short in _ZONE_SHORT and FAMILY_OF[short_type] == "Location":
            ends = sorted({long[-1] for long in _ZONE_SHORT[short]} | {short[-1]})
            return sorted({number for end in ends for number in self._by_end.get(end, ())})
        part = short
        if short_type == "Company":
            part = _LEGAL.sub("", short)
        elif short_type == "Project":
            part = _PROJECT_ENDING.sub("", short)
        if len(part) < 2:
            return range(self._count)
        rarest: Sequence[int] = range(self._count)
        for pair in pairwise(part):
            found = self._by_pair.get(pair)
            if found is None:
                return ()
            if len(found) < len(rarest):
                rarest = found
        return rarest


def _is_place(prefix: str) -> bool:
    return 2 <= len(prefix) <= 8


def _zone_licenses(full: str, short: str) -> bool:
    if short in _ZONE_SHORT:
        return full.endswith(_ZONE_SHORT[short])
    if full.endswith(short):
        return len(short) >= 4
    rest = full[len(short) :] if full.startswith(short) else ""
    return bool(rest) and _ZONE_GENERIC.fullmatch(rest) is not None


def _kind(company: str) -> str:
    return next((word for word in ("集团", "股份", "控股") if word in company[-12:]), "")


def _company_licenses(full: str, short: str) -> bool:
    if not _LEGAL.search(full):
        return False
    stem, short_stem = core(full), _LEGAL.sub("", short)
    bare = _LEGAL.sub("", _BRACKETED.sub("", full))
    if short.endswith("公司"):
        # a name with a legal form is a full name too: 蓝鲸集团有限公司 is not 蓝鲸股份有限公司
        kinds = {_kind(full), _kind(short)}
        return full.endswith(short) or (short_stem in (stem, bare) and (len(kinds) == 1 or "" in kinds))
    # 大连连城数控机器 – 连城数控: four characters of a name after a place of two to four
    if len(short_stem) >= 4 and full.find(short_stem) in (2, 3, 4):
        return True
    return len(short_stem) >= 2 and (
        short_stem in (stem, bare)
        or (len(short_stem) >= 3 and (stem.startswith(short_stem) or bare.startswith(short_stem)))
    )
