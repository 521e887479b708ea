"""Rules for when a full name licenses a short one, so that both name one thing of an article.

How a name is shortened depends on the kind of thing. A company loses its place, its trade and its legal form
(大连连城数控机器股份有限公司 – 连城数控). A zone loses its generic part (太平湾合作创新区 – 太平湾), its city
(大连高新区 – 高新区), or all but two characters of the words for its kind (昌图经济开发区 – 昌图经开区). An
office loses its district (甘井子区营商局 – 区营商局), and many names shrink to some of their characters
(抚顺矿业集团 – 抚矿集团). Each rule was checked against the annotated names of the train part of the corpus:
of the pairs of names in one article that it joins, those that name one thing were counted. Rules that join as
many other pairs are left out. What the rules say is one of many features of a pair of names (`name_pairs`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from kg.extract.clustering.aliases import BRACKETED, LEGAL, PROJECT_ENDING, ZONE_SHORT, core, is_abbreviation
from kg.extract.names import lexicon as lx

_LICENSED = frozenset(
    """
    AdministrativeDivision Company DevelopmentZone Event GovernmentBody Honor Industry Initiative Institution
    Place Product Project
    """.split()
)
"""Types of short names that can be licensed."""
_ENTERPRISES = frozenset(["CentralEnterprise", "Company"])
_TRADE = re.compile(f"(?:{lx.alternation((*lx.COMPANY_TRADE, *lx.COMPANY_LEGAL))}|国际|[\\u4e00-\\u9fff]业)+")
_BRANCH = re.compile("分公司$|公司.*公司$")
# The words for the kind in the name of a zone: 合作创新区, 经济技术开发区, 高新技术产业园区
_ZONE_KIND = re.compile(
    "(?:国家级?|省级)?"
    "(?:合作|创新|产业|工业|经济|技术|高新|高新技术|科技|生态|综合|改革|国际|先进制造|现代|协同|开放|临港|临空)*"
    f"(?:{lx.alternation(lx.ZONE)})"
)
_PHASE = re.compile("[一二三四五六七八九十\\d]+[期号]")
_EDITION = re.compile(r"^(?:第[一二三四五六七八九十\d]+[届次]|\d{4}年?|首届|中国)")
_UNIT = re.compile("镇|乡|村|县|市|区|省|旗|州|自治区|(?:[\u4e00-\u9fff]{1,3}族){1,3}自治[县州旗]")
_DIVISION_END = frozenset("省市区县州盟旗")
# 中国科学院 is not a short name of another academy
_WHOLE = re.compile("(?:大[学學]|[学學]院|[医醫]院|科[学學]院|工程院|中[学學])$")
_LINE = re.compile(
    "(.+?)(?:至|—|－|-)(.+?)((?:城际|客运专线|高速|快速)?(?:公路|铁路|高铁|高速|快速路|城际)+)"
)
# 涪陵区委 is not a short name of 涪陵区经济信息委
_COMMITTEE = re.compile("[省市区县州旗镇乡]委$")
_LONGEST_PLACE = 12
_LONGEST_KIND = 20
_LONGEST_LINE = 40
_MOST_SHRUNK = 3.5
"""Maximum ratio of the length of a body's name to that of its short form: 人社局 is short for
人力资源和社会保障局, but 民航局 is not short for the name of a regional office of it."""
_FEW = 4
"""Number of matching characters from which a match is not considered a coincidence."""


def licenses(
    full: str, full_type: str, short: str, short_type: str, places: Collection[str] = frozenset()
) -> bool:
    """Return whether a full name licenses a short one of the same family.

    Args:
        full: The full name.
        full_type: Type of the thing with the full name.
        short: The short name.
        short_type: Type of the thing with the short name.
        places: Names of divisions, both in full and in the bare form used before other names.

    >>> licenses("甘井子区营商局", "GovernmentBody", "区营商局", "GovernmentBody")
    True
    >>> licenses("南京市", "AdministrativeDivision", "南通市", "AdministrativeDivision")
    False
    """
    if len(full) <= len(short) or len(short) < 2 or short_type not in _LICENSED:
        return False
    if full_type != short_type and not {full_type, short_type} <= _ENTERPRISES:
        return False
    match short_type:
        case "DevelopmentZone":
            return _zone(full, short, places)
        case "Company":
            return _company(full, short, places)
        case "GovernmentBody":
            return _ends_placed(full, short) or _shrunk(full, short, places)
        case "Institution":
            return _ends_placed(full, short) or _institution(full, short, places)
        case "Place":
            return _ends_placed(full, short) or _airport(full, short, places) or _line(full, short)
        case "AdministrativeDivision":
            return _division(full, short, places)
        case "Product":
            return full.endswith(short) and (full[: -len(short)] in places or len(short) > _FEW)
        case "Project":
            if PROJECT_ENDING.sub("", full) == PROJECT_ENDING.sub("", short) or _line(full, short):
                return True
            return full.endswith(short) and len(short) >= _FEW and not _PHASE.match(short)
        case "Event":
            return _EDITION.sub("", full) == short or (full.endswith(short) and len(short) > 2)
        case "Initiative":
            bare = full.replace("“", "").replace("”", "")
            if bare.startswith(short):
                return len(short) >= _FEW or bare[len(short) :] in lx.INITIATIVE
            return full.endswith(short) and len(short) >= _FEW
        case "Honor":
            return len(short) >= _FEW and (
                full.endswith(short) or (full.startswith(short) and len(short) > _FEW)
            )
    # the only type left is Industry
    return full.startswith(short) and (len(short) >= _FEW or full[len(short) :] in lx.FIELD)


def _zone_kind(short: str) -> str | None:
    return next((kind for kind in ZONE_SHORT if short.endswith(kind)), None)


def _is_of_kind(full: str, kind: str) -> bool:
    """Return whether a zone is of a kind; a 创新区 is not a 新区."""
    return full.endswith(ZONE_SHORT[kind]) and not (kind == "新区" and full.endswith("创新区"))


def _front(name: str, places: Collection[str]) -> int:
    """Return the length of the longest place in front of a name, or 0 if there is none."""
    return next((n for n in range(min(len(name) - 1, _LONGEST_PLACE), 1, -1) if name[:n] in places), 0)


def unplaced(name: str, places: Collection[str]) -> Iterator[str]:
    """Yield a name, and what is left of it after removing each place in front."""
    yield name
    for _ in range(3):
        front = _front(name, places)
        if not front:
            return
        name = name[front:]
        yield name


def is_trade(text: str) -> bool:
    """Return whether a text consists of words for what a company does or is: 科技, 机械制造, 实业集团."""
    return bool(text) and _ends_in(_TRADE, text, 0)


def _ends_in(kind: re.Pattern[str], name: str, start: int) -> bool:
    # words that contain each other (股份, 股份有限公司) match in many ways, so the length is limited
    return len(name) - start <= _LONGEST_KIND and kind.fullmatch(name, start) is not None


def _ends_placed(full: str, short: str) -> bool:
    return len(short) > 2 and full.endswith(short) and 2 <= len(full) - len(short) <= 8


def _stems(short: str, full: str, places: Collection[str]) -> tuple[str, ...]:
    """Return a short name with and without the places in front of it that the full name begins with too."""
    placed = _front(full, places) > 0
    return tuple(
        stem
        for stem in unplaced(short, places)
        if not placed or full.startswith(short[: len(short) - len(stem)])
    )


def _shrunk(full: str, short: str, places: Collection[str]) -> bool:
    """Return whether the name of a body is shortened from a full one: 江西省政府 from 江西省人民政府."""
    if full[-1] != short[-1] or full.startswith(short) or _COMMITTEE.search(short):
        return False
    return any(
        is_abbreviation(long, stem) and (long[0] == stem[0] or stem == short)
        for stem in _stems(short, full, places)
        if len(stem) > 2
        for long in unplaced(full, places)
        if len(long) <= _MOST_SHRUNK * len(stem)
    )


def _institution(full: str, short: str, places: Collection[str]) -> bool:
    """Return whether a name is short for a university (上海交大), or an academy or institute (农科院)."""
    if full.endswith("大学"):
        return full[:-2] == short or (
            short[-1] == "大" and full[0] == short[0] and is_abbreviation(full, short)
        )
    return not _WHOLE.search(short) and full[0] == short[0] and _shrunk(full, short, places)


def _airport(full: str, short: str, places: Collection[str]) -> bool:
    return short.endswith("机场") and f"{short[:-2]}国际机场" in unplaced(full, places)


def _line(full: str, short: str) -> bool:
    """Return whether a name has one character of each end of a line: 马安高速 of 马迹塘至安化高速公路."""
    ends = _LINE.match(full, 0, _LONGEST_LINE)
    return bool(
        ends
        and len(short) > 3
        and short[0] in ends[1]
        and short[1] in ends[2]
        and ends[3].startswith(short[2:])
    )


def _division(full: str, short: str, places: Collection[str]) -> bool:
    """Return whether a short name is that of a division without its unit, or without those above it.

    For example, 正定 is short for 石家庄市正定县, and 本溪县 for 本溪满族自治县.
    """
    for long in unplaced(full, places):
        if long == short:
            return True
        stem = short
        # 杭州 is named without its unit, 岷县 with it
        if short[-1] in _DIVISION_END and (len(short) > 2 or short[-1] != "州"):
            # 抚顺市清原满族自治县 is not 抚顺市
            stem = short[:-1] if short[-1] == long[-1] else long
        if len(stem) > 1 and long.startswith(stem) and _UNIT.fullmatch(long, len(stem)):
            return True
    return False


def _zone(full: str, short: str, places: Collection[str]) -> bool:
    if short in ZONE_SHORT:
        return _is_of_kind(full, short)
    if full.endswith(short):
        return len(short) > 2 or full[: -len(short)] in places
    kind = _zone_kind(short)
    fulls = tuple(unplaced(full, places))
    if kind and _is_of_kind(full, kind):
        for stem in _stems(short[: -len(kind)], full, places):
            if any(long.startswith(stem) and _ends_in(_ZONE_KIND, long, len(stem)) for long in fulls):
                return True
    # 太平湾 of 太平湾合作创新区, 田营园 of 田营产业园区
    return any(
        len(stem) > 1
        and stem not in places
        and long.startswith(stem)
        and _ends_in(_ZONE_KIND, long, len(stem))
        and last in long[-2:]
        for long in fulls
        for stem, last in ((short, ""), (short[:-1], short[-1]))
    )


def legal_kind(company: str) -> str:
    """Return what tells a company from its kin by its legal form, 集团, 股份 or 控股, or nothing."""
    return next((word for word in ("集团", "股份", "控股") if word in company[-12:]), "")


def _company(full: str, short: str, places: Collection[str]) -> bool:
    name = BRACKETED.sub("", full)
    bare, stem = LEGAL.sub("", name), LEGAL.sub("", short)
    # a name with a legal form is itself a full name: 蓝鲸集团有限公司 is not 蓝鲸股份有限公司
    if len(stem) < 2 or not bare or legal_kind(short) not in ("", legal_kind(full)) or _BRANCH.search(full):
        return short.endswith("公司") and full.endswith(short)
    if short.endswith("公司"):
        return full.endswith(short) or stem in (core(full), bare)
    if stem in places:
        return False
    # 连城数控 of 大连连城数控机器: enough characters after what may be a place
    behind_place = name == full and len(stem) >= _FEW and bare.find(stem) in (2, 3, 4)
    if behind_place or bare in _stems(stem, full, places):
        return True
    for long in unplaced(bare, places):
        if long.startswith(stem):
            return long == stem or (name == full and _ends_in(_TRADE, long, len(stem)))
        # 抚矿集团 of 抚顺矿业集团
        shrunk = long[0] == stem[0] and stem[-1] in long[-3:] and is_abbreviation(long, stem)
        if shrunk and name == full and legal_kind(full) == legal_kind(short):
            return True
    return False
