"""Normalise names for comparison, and find the level or division with which a body's name begins.

Pure functions over strings. `key` returns the form in which names of one type are compared. It unifies
spellings (script, width, common abbreviations of bodies and zones) and drops words that do not help to
identify a thing (产业, 地区, 国家级). These forms are compared for equality, never by similarity.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kg.model import FAMILY_OF
from kg.text.normal import simplify

_QUOTES = str.maketrans("", "", "“”\"‘’'《》〈〉「」『』·")
# 市委, 区营商局, 省发改委, 自治区政府: the level refers to a place mentioned earlier in the text
_BARE_LEVEL = re.compile("(?P<level>自治区|自治州|自治县|街道|[省市区县州旗镇乡村])(?P<body>.+)")
_BODY_END = re.compile("(?:委|政府|人大|政协|局|厅|办|部|院|会|组|室|中心|机关|联|队|处|所|站|关)$")
_BELOW_PREFECTURE = re.compile(".+(?:区|县|旗|镇|乡|街道|街|村|社区|苏木)$")
_STARTS_BELOW = re.compile(
    "(?P<place>(?!.{1,5}自治区)[^省市]{1,6}?(?:自治县|新区|区|县|旗|镇|乡|街道|村|社区)).+"
)
_CITY_BEFORE = re.compile(
    "^(?:[^省市区县]{2,7}(?:省|自治区))?[^省市区县]{2,6}(?:市|自治州)(?=[^省市区县]{1,6}(?:自治县|新区|区|县|旗).+)"
)


def _pairs(listed: str) -> tuple[tuple[str, str], ...]:
    """Return a pair (long, short) for each word of the form `long=short`."""
    return tuple((long, short) for long, _, short in (word.partition("=") for word in listed.split()))


# full and abbreviated words in the names of bodies, zones and industries; longer ones come first
_BODY_WORDS = _pairs("""
    中华人民共和国= 人民代表大会常务委员会=人大常委会 人民代表大会=人大 人民政府=政府
    发展和改革委员会=发改委 发展改革委员会=发改委 发展改革委=发改委 发展和改革局=发改局 发展改革局=发改局
    工业和信息化=工信 经济和信息化=经信 科学技术=科技 住房和城乡建设=住建 住房城乡建设=住建
    人力资源和社会保障=人社 人力资源社会保障=人社 卫生健康=卫健 市场监督管理=市场监管 文化和旅游=文旅
    国有资产监督管理委员会=国资委 经济技术合作=经合 投资促进=投促 工商业联合会=工商联 管理委员会=管委会
    委员会=委 中国科学院=中科院 中国社会科学院=社科院
""")
_ZONE_WORDS = _pairs("""
    国家级= 高新技术产业开发区=高新区 高新技术开发区=高新区 高新技术产业园区=高新区 高新园区=高新区
    经济技术开发区=经开区 综合保税区=综保区 自由贸易试验区=自贸区 自贸试验区=自贸区 自由贸易港=自贸港 园区=园
""")
_HONOUR_WORDS = _pairs("科学技术=科技 高新技术产业开发区=高新区 经济技术开发区=经开区")
_INDUSTRY_WORDS = _pairs("石油化工=石化")
_INDUSTRY_END = re.compile("(?:全?产业链|产业|行业|工业)$")
# 旅游业 is 旅游, but 农业, 畜牧业 and 企业 are words in their own right
_TRADE_END = re.compile("(?<=[^农工商渔牧林矿副产行企事就作专创])业$")
# words that praise a product do not distinguish it from others
_QUALITY = re.compile("^(?:高端|高性能|高品质|优质|新型|先进|国产|成套|商业化|订单|特色)(?=.{2,})")
_HONOUR_START = re.compile("^(?:第[0-9一二三四五六七八九十]+[批届次]|首批|[0-9]{4}年度?)")
_HONOUR_END = re.compile("(?:荣誉称号|称号|企业)$")
_NATIONAL = re.compile("^国家级?(?=.{4,})(?!.*奖)")
_PROJECT_END = re.compile("(?:建设项目|建设工程|项目|工程)$")
_INITIATIVE_END = re.compile("(?:战略|规划纲要|规划|时期|机制|改革)$")
_LEGAL_WORDS = ("股份", "控股", "集团", "有限", "责任", "公司", "总")
_AREA_END = re.compile("(?<=.{2})地区$")


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """Return a name with width, script and case unified, and white space, quotes and title marks removed.

    >>> fold("ＡＢ 公司"), fold("“東莞松山湖”")
    ('ab公司', '东莞松山湖')
    """
    return "".join(simplify(unicodedata.normalize("NFKC", name)).casefold().translate(_QUOTES).split())


@lru_cache(maxsize=1 << 16)
def key(name: str, type_: str) -> str:
    """Return the form in which a name of a given type is compared with others of the same family.

    >>> key("新能源产业", "Industry"), key("大连市人民政府", "GovernmentBody"), key("東北地區", "Place")
    ('新能源', '大连市政府', '东北')
    >>> key("国家级绿色工厂", "Honor"), key("长沙经济技术开发区", "DevelopmentZone")
    ('绿色工厂', '长沙经开区')
    """
    family = FAMILY_OF[type_]
    folded = fold(name)
    if family == "Organization":
        return _body(folded)
    if family == "Location":
        return _location(folded, type_)
    if family == "Industry":
        return industry(folded)
    if family == "Product":
        return _QUALITY.sub("", folded)
    if family == "Honor":
        return _honour(folded)
    if family == "Project":
        return _shortened(_PROJECT_END, folded, 4)
    if family == "Initiative" and type_ == "Initiative":
        return _shortened(_INITIATIVE_END, folded, 2)
    return folded


def _replaced(name: str, words: tuple[tuple[str, str], ...]) -> str:
    for long, short in words:
        name = name.replace(long, short)
    return name


def _shortened(end: re.Pattern[str], name: str, least: int) -> str:
    short = end.sub("", name)
    return short if len(short) >= least else name


def _body(name: str) -> str:
    name = _replaced(name, _BODY_WORDS)
    if name.startswith("中共") and name.endswith("委"):
        name = name[2:]
    # 国家工信部 is 工信部, but 国家发改委 is not just any 发改委
    if name.startswith("国家") and name.endswith("部"):
        name = name[2:]
    return name


def _location(name: str, type_: str) -> str:
    if type_ == "AdministrativeDivision":
        return name
    name = re.sub(r"\(([^()]*)\)", r"\1", name) if type_ == "DevelopmentZone" else name
    if type_ == "DevelopmentZone":
        name = _replaced(name, _ZONE_WORDS)
        return name[2:] if name.startswith("中国") and name.endswith("自贸区") else name
    return _AREA_END.sub("", name)


def industry(name: str) -> str:
    """Return an industry's name for comparison, without a final 产业, 产业链, 行业, 工业 or 业.

    >>> industry("新能源产业"), industry("低空经济产业链"), industry("旅游业"), industry("农业")
    ('新能源', '低空经济', '旅游', '农业')
    """
    short = _shortened(_INDUSTRY_END, _replaced(fold(name), _INDUSTRY_WORDS), 2)
    return _shortened(_TRADE_END, short, 2)


def _honour(name: str) -> str:
    name = _replaced(_HONOUR_START.sub("", name), _HONOUR_WORDS)
    name = re.sub("奖(?=[特一二三]等奖)", "", name)
    return _NATIONAL.sub("", _shortened(_HONOUR_END, name, 4))


def legal_form(name: str) -> tuple[str, str]:
    """Return a company's name without its legal form, and the kind of company that the form indicates.

    The kind is `group` (集团), `share` (股份), `holding` (控股), `plain` (公司), or empty if the name has no
    legal form. Names of different kinds belong to different companies, such as a group and its listed
    company, or a holding and a plant. The name of a branch is returned whole.

    >>> legal_form("凯盛科技集团有限公司"), legal_form("凯盛科技股份有限公司"), legal_form("凯盛科技")
    (('凯盛科技', 'group'), ('凯盛科技', 'share'), ('凯盛科技', ''))
    """
    folded = _body(fold(name))
    if folded.endswith(("分公司", "子公司")):
        return folded, ""
    core = re.sub(r"\((集团|控股)\)", r"\1", folded)
    found: list[str] = []
    while True:
        word = next((w for w in _LEGAL_WORDS if core.endswith(w) and len(core) - len(w) >= 2), None)
        if word is None or (word == "总" and not found):
            break
        core = core[: -len(word)]
        found.append(word)
    for word, kind in (("集团", "group"), ("股份", "share"), ("控股", "holding"), ("公司", "plain")):
        if word in found:
            return core, kind
    return (core, "") if not found else (folded, "")


def below_city(body: str) -> str:
    """Return a body's name without a city that precedes its district or county.

    >>> below_city("大连市甘井子区营商局"), below_city("大连市营商局")
    ('甘井子区营商局', '大连市营商局')
    """
    return _CITY_BEFORE.sub("", body)


def bare_level(name: str) -> str | None:
    """Return the level with which a body's name begins if it names no place (市委, 区营商局), else None.

    >>> bare_level("区营商局"), bare_level("市委"), bare_level("大连市委"), bare_level("市值管理公司")
    ('区', '市', None, None)
    """
    match = _BARE_LEVEL.fullmatch(name)
    if match is None or not _BODY_END.search(name):
        return None
    return match["level"]


def below_prefecture(name: str) -> bool:
    """Tell whether a division is of a level at which the same names recur from city to city.

    >>> below_prefecture("朝阳区"), below_prefecture("大连市"), below_prefecture("前社区")
    (True, False, True)
    """
    return _BELOW_PREFECTURE.fullmatch(name) is not None and not name.endswith(("自治区", "地区"))


def leading_division(name: str) -> str | None:
    """Return the division below prefecture level with which a body's name begins, or None.

    >>> leading_division("朝阳区营商局"), leading_division("大连市委"), leading_division("内蒙古自治区政府")
    ('朝阳区', None, None)
    """
    match = _STARTS_BELOW.fullmatch(name)
    place = match["place"] if match else ""
    return place if len(place) > 1 and not place.endswith("地区") else None
