"""Make `authority/divisions.csv` and `authority/townships.csv` from the public division tables.

    python seeds/make_divisions.py FOLDER

FOLDER holds `provinces.csv`, `cities.csv`, `areas.csv` and `streets.csv` of the repository
modood/Administrative-divisions-of-China (licence WTFPL; the tables made here follow its late
2024 state). The rules for short forms are written out below, and their outcome stands in the
tables (`aliases`, `weak_aliases`, `note`), so that anybody can look up why a form is weak.

Rules
- Levels and keys. `division:` and the six-digit code for provinces (210000), prefectures
  (210200) and counties (210211), nine digits for townships. Placeholder rows (市辖区, 县,
  省直辖县级行政区划 …) are left out; what stands under them belongs to the province. A city without
  counties (东莞市, 中山市, 儋州市, 嘉峪关市) is one record; its townships belong to it.
- Zones. County rows whose fifth and sixth digit are 71 or more are functional zones with a
  statistical code: type DevelopmentZone. Township rows that end in 开发区, 园区, 保税区 … are
  zones too, unless the name is a bare noun (工业园区). Farms and forest farms are left out, and
  so are prisons, companies, offices and placeholders (类似乡级单位).
- Short forms. 省, 市, 区, 县, 旗, 地区, 盟 are taken off where two characters or more remain.
  Autonomous areas lose 自治 and the names of the peoples: 延边朝鲜族自治州 → 延边州, 延边. Long banner
  names are contracted as is usual: 科尔沁左翼中旗 → 科左中旗.
- Weak short forms. The bare form of a county is weak, i.e. no name by itself, where
  (clash) a division of a higher level or another county has the same bare form; a city of a
  county's rank comes before districts and counties (海城 is 海城市);
  (word) it has two characters and jieba's dictionary knows it as something other than a place,
  often enough to be in use (`USED`), or it is on the list `EVERYDAY`;
  (feature) it has three characters or more and ends in 湖 or 河: a lake or river first;
  (chance) it has two characters that meet across a word boundary (创新/平台 holds 新平) more often
  than the name is used, by the frequencies of jieba's dictionary, and at least `BY_CHANCE` times.
  The same goes for official names that are common nouns (`NOUNS`: 城区).
  Bare forms of prefectures are weak by clash with a province or by `WEAK_PREFECTURES`, those of
  cities directly under a province by `EVERYDAY`, those of provinces never.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

SOURCE = "modood 2024"  # see authority/README.md
HAND = "compiled by hand"
COUNTRY = "country:CN"
HEADER = (
    "key", "type", "name", "aliases", "weak_aliases", "parent",
    "code", "level", "abbreviation", "note", "source",
)  # fmt: skip
TOWNSHIP_HEADER = tuple(column for column in HEADER if column not in ("abbreviation", "note"))
DIVISION, ZONE, PLACE = "AdministrativeDivision", "DevelopmentZone", "Place"


def words_of(text: str) -> list[str]:
    return text.split()


PLACEHOLDER = re.compile(r"^(市辖区|县|.*直辖县级行政区划)$")
ABBREVIATIONS = dict(
    pair.split("=")
    for pair in words_of("""
    北京市=京 天津市=津 河北省=冀 山西省=晋 内蒙古自治区=蒙 辽宁省=辽 吉林省=吉 黑龙江省=黑 上海市=沪
    江苏省=苏 浙江省=浙 安徽省=皖 福建省=闽 江西省=赣 山东省=鲁 河南省=豫 湖北省=鄂 湖南省=湘 广东省=粤
    广西壮族自治区=桂 海南省=琼 重庆市=渝 四川省=川 贵州省=黔 云南省=滇 西藏自治区=藏 陕西省=陕
    甘肃省=甘 青海省=青 宁夏回族自治区=宁 新疆维吾尔自治区=新
""")
)
# The 55 minority peoples as division names write them, with and without 族, longest first.
PEOPLES = sorted(
    words_of("""
    蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡
    纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯
    鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""),
    key=lambda people: (-len(people), people),
)
WITHOUT_ZU = ("蒙古", "维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯")
# Usual contractions that no rule gives.
IRREGULAR = {
    "内蒙古自治区": ("内蒙",),
    "巴音郭楞蒙古自治州": ("巴州",),
    "博尔塔拉蒙古自治州": ("博州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "前郭尔罗斯蒙古族自治县": ("前郭县", "前郭"),
    "喀喇沁左翼蒙古族自治县": ("喀左县", "喀左"),
    "杜尔伯特蒙古族自治县": ("杜蒙县", "杜蒙"),
    "莫力达瓦达斡尔族自治旗": ("莫旗",),
    "达尔罕茂明安联合旗": ("达茂旗",),
    "西双版纳傣族自治州": ("版纳",),
    "大柴旦行政委员会": ("大柴旦",),
    "旅顺口区": ("旅顺",),
}
# Counties: everyday words, persons' names, sights, rivers, mountains that jieba's dictionary has as places.
EVERYDAY = frozenset(
    words_of("""
    平原 中原 江南 江北 江东 河东 河西 河南 河北 河口 河间 海南 海北 海港 南海 东海 太湖 东湖 西湖 南湖
    北湖 双湖 泰山 黄山 恒山 衡山 天山 西山 南山 青山 香山 象山 花山 龙山 雁山 钟山 中山 龙门 天桥
    路桥 古城 新城 老城 满城 商城 故城 通城 东城 西城 南城 北城 上城 下城 大城 城东 城西 城南 城北 城中
    城区 郊区 市区 新市 西市 桥西 桥东 滨海 太平 安宁 长寿 长乐 兴国 兴隆 牡丹 甘泉 银海 海东 天河 长安
    新华 和平 东方 建设 新建 上街 泉山 中阳 远安 江海 江城 龙井 新河 新洲 德化 中站 站前 城关 文化 红旗
    光明 前进 胜利 解放 友谊 东港 南港 北港 港口 港北 港南 铁东 铁西 东山 北山 南川 沙湾 沙河 龙江 湖口
    江口 江山 东安 西固 龙城 沿河 山城 东胜 三江 三都 通道 互助 民和 大通 化隆 门源 大化 东风 平安 向阳
    振兴 复兴 永安 永定 清水 温泉 石林 水城 林口 山阳 山阴 惠城 无极 广平 安平 文安 静乐 大东 白塔 黑山
    榆树 龙潭 临江 南关 绿园 尖山 阳明 明水 滨湖 滨江 响水 大丰 天宁 镜湖 明光 安源 长丰 高安 安远 永丰
    金东 云和 仙居 东明 博山 新安 卫东 平桥 正阳 团风 咸丰 荷塘 雨花 祥云 安仁 嘉禾 永兴 南岳 福田 新丰
    云安 乐业 上林 东坡 船山 天全 宝兴 花溪 金沙 锦屏 开阳 修文 思南 红塔 富源 永胜 双柏 绿春 曲水 白朗
    三原 兴平 石泉 白河 康乐 合水 同德 兴海 永宁 惠农 新源 裕民 福海 青河 新星 白杨 双河 民丰 清城 高坪
    仁和 翠屏 红桥 路北 老边 盐湖 石楼 柳林 灵石 文水 武乡 松岭 平湖 鹿城 龙湾 雨山 梁园 阳城 高阳 平阳
    东光 永清 红山 松山 千山 桃山 龙湖 锦江 美兰 云溪 君山 秀峰 叠彩 富平 大竹 大邑 独山 万山 马关 武定
    通海 长洲 铁山 竹山 牧野 莲池 丛台 玉泉 碑林 新林 北林 金林 七星 西沙 南沙 东川 东河 嘉陵 淮阴 黄河
    长江 金山 香河 平川 山丹 南溪 青川 江安
""")
)
# Prefectures whose bare form is first an everyday word, a river or a person.
WEAK_PREFECTURES = frozenset(words_of("白银 来宾 红河 怒江 中山 朝阳 长治"))
# Official names that are common nouns too: their record's name has the city in front (晋城市城区).
NOUNS = frozenset(words_of("城区 郊区 矿区 东区 西区 新城区 老城区 新市区 港口区"))
# Places that jieba's dictionary has as something else, though they are common as bare names.
PLACES = frozenset(
    words_of("""
    昌平 顺义 顺德 蓬莱 浦东 吴江 越秀 萧山 怀柔 房山 即墨 奉化 凯里 崇明 仙桃 文昌 库车 三亚 敦化
    定海 花都 大足 海安 吴中 如东 江都 同安 望城 容城 开原
    库尔勒
""")
)
USED = {"ns": 10**9, "nr": 100, "nrt": 100, "nrfg": 100, "nz": 60}
USED_OTHERWISE = 30
BY_CHANCE = 40  # meetings in a text of the size jieba's dictionary was counted on, some 60 million words

ZONE_ENDING = re.compile(
    r"(开发区|园区|工业园|产业园|科技园|工业区|保税区|保税港区|示范区|度假区|集中区|管理区|试验区|合作区|风景区|新区|高新区|经开区|投资区|空港经济区|新城|科技城|生态城)$"
)
_MODIFIERS = (
    "国家|省级|市|县|区|旗|港|园|城市|城东|城西|城南|城北|东部|西部|南部|北部|现代|特色|综合|新型|高端|绿色|生态|文化|旅游|经济|技术|高新|高新技术|新技术|高技术|"
    "产业|工业|农业|科技|循环|化工|物流|商贸|食品|临港|临空|空港|航空港|海港|海洋|滨海|台商|民营|创业|创新|开发|服务|集聚|集中|保税|综合保税|轻工|重工|装备|制造|"
    "信息|软件|电子|加工|进出口|出口|一体化|城乡|转型|火炬|汽车|医药|稀土|合成|风景|名胜|度假|国际|示范|管理|高新区|行政|试验|合作|投资|新|生命|健康|航空|温泉"
)
MODIFIER = re.compile(f"({_MODIFIERS})")
GENERIC = re.compile(f"^({_MODIFIERS})*{ZONE_ENDING.pattern}")
TOWNSHIP_ENDING = re.compile(r"(街道|镇|乡|苏木|地区)$")
ZONE_SHORT = (
    ("高新技术产业开发区", "高新区"),
    ("高新技术产业园区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("高技术产业开发区", "高新区"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("综合保税区", "综保区"),
    ("综合改革示范区", "综改示范区"),
)

Row = dict[str, str]


def bare(name: str) -> str:
    """Return a division's name without its generic ending and the peoples it is named for.

    >>> [bare(n) for n in ("甘井子区", "延边朝鲜族自治州", "新疆维吾尔自治区", "鄂伦春自治旗", "忠县")]
    ['甘井子', '延边', '新疆', '鄂伦春', '']
    """
    match = re.search(
        r"(特别行政区|自治[区州县旗]|各族自治县|(?<=神农架)林区|地区|矿区|特区|新区|[省市区县旗盟])$", name
    )
    if not match:
        return ""
    stem = name[: match.start()]
    if match.group() == "旗" and re.search(r"[左右前中后合白蓝黄王]$", stem):
        return ""  # 土默特左, 正蓝: nobody says so
    if "自治" in match.group() or stem.endswith("族"):
        stem = _without_peoples(stem)
    return stem if len(stem) >= 2 else ""


def _without_peoples(stem: str) -> str:
    stem = stem.removesuffix("各族")
    first = stem
    stripped = True
    while stripped:
        stripped = False
        for people in PEOPLES:
            endings = (people + "族", people) if people in WITHOUT_ZU else (people + "族",)
            for ending in endings:
                if stem.endswith(ending) and len(stem) - len(ending) >= 2:
                    stem, stripped = stem.removesuffix(ending), True
                    break
            if stripped:
                break
    return stem.removesuffix("族") if stem == first else stem


def contracted(name: str) -> tuple[str, ...]:
    """Return the middle forms of a name: 延边州, 围场县, 科左中旗.

    >>> contracted("延边朝鲜族自治州"), contracted("科尔沁左翼中旗"), contracted("顺河回族区")
    (('延边州',), ('科左中旗',), ('顺河区',))
    """
    forms = []
    if match := re.search(r"自治([州县旗])$", name):
        forms.append(bare(name) + match.group(1))
    elif name.endswith("族区"):
        forms.append(bare(name) + "区")
    elif match := re.match(r"(.).+([左右])翼([前中后])旗$", name):
        forms.append("".join(match.groups()) + "旗")
    return tuple(form for form in forms if form != name and len(form) >= 3)


def read(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Lexicon(NamedTuple):
    """jieba's dictionary: word → (frequency, tag), and how often words end and start with a character."""

    words: dict[str, tuple[int, str]]
    ends: Counter[str]
    starts: Counter[str]
    total: int

    def chance(self, form: str) -> float:
        """Return how often two characters meet across a word boundary in a text of the dictionary's size."""
        return self.ends[form[0]] * self.starts[form[1]] / self.total


def lexicon() -> Lexicon:
    import jieba

    path = Path(jieba.__file__).with_name("dict.txt")
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    words = {word: (int(frequency), tag) for word, frequency, tag in lines}
    ends, starts = Counter[str](), Counter[str]()
    for word, (frequency, _) in words.items():
        ends[word[-1]] += frequency
        starts[word[0]] += frequency
    return Lexicon(words, ends, starts, ends.total())


def why_word(form: str, lexicon: Lexicon) -> str:
    """Return why a bare form is no name by itself, or nothing."""
    if form in EVERYDAY:
        return "word"
    if len(form) > 2:
        return "feature" if re.search(r"[湖河]$", form) else ""
    if form in PLACES:
        return ""
    frequency, tag = lexicon.words.get(form, (0, "ns"))
    if frequency >= USED.get(tag, USED_OTHERWISE):
        return "word"
    return "chance" if lexicon.chance(form) > max(frequency, BY_CHANCE) else ""


def row(key: str, kind: str, name: str, parent: str, code: str, level: str, **more: str) -> Row:
    return dict.fromkeys(HEADER, "") | {
        "key": key, "type": kind, "name": name, "parent": parent, "code": code, "level": level,
        "source": SOURCE,
    } | more  # fmt: skip


def zone_aliases(name: str, places: list[str], known: frozenset[str]) -> tuple[str, list[str]]:
    """Return a zone's name without 管委会 and its usual short forms.

    Args:
        name: As the source has it.
        places: Bare names of the places it lies in, the largest first.
        known: Bare names of all provinces, prefectures and counties.

    >>> zone_aliases("保定白沟新城", ["河北", "保定"], frozenset({"河北", "保定"}))
    ('保定白沟新城', ['白沟新城'])
    """
    name = re.sub(r"(管理委员会|管委会)$", "", name)
    forms = {name}
    for place in places:
        rests = {form.removeprefix(place) for form in forms if form.startswith(place)}
        forms |= {rest for rest in rests if _is_name(rest, places, known)}
        forms |= {form.replace(f"{place}市", place, 1) for form in forms}
    for long, short in ZONE_SHORT:
        forms |= {form.replace(long, short) for form in forms if form.endswith(long)}
    return name, sorted(forms - {name}, key=lambda form: (-len(form), form))


def _is_name(form: str, places: list[str], known: frozenset[str]) -> bool:
    if any(form.startswith(place) for place in places):
        return not GENERIC.match(form)
    stranger = any(form[:length] in known for length in (2, 3, 4))
    return len(form) >= 4 and not stranger and not MODIFIER.match(form)


def make_divisions(folder: Path, words: Lexicon) -> list[Row]:
    """Return the rows of `divisions.csv` in order of key."""
    rows = [
        row("division:" + p["code"] + "0000", DIVISION, p["name"], COUNTRY, p["code"] + "0000", "province",
            abbreviation=ABBREVIATIONS[p["name"]])
        for p in read(folder, "provinces")
    ]  # fmt: skip
    for name, short in (("香港特别行政区", "港"), ("澳门特别行政区", "澳"), ("台湾省", "台")):
        rows.append(
            row(f"division:{name}", DIVISION, name, COUNTRY, "", "province", abbreviation=short, source=HAND)
        )
    for city in read(folder, "cities"):
        if not PLACEHOLDER.match(city["name"]):
            code = city["code"] + "00"
            rows.append(
                row(
                    f"division:{code}",
                    DIVISION,
                    city["name"],
                    f"division:{city['provinceCode']}0000",
                    code,
                    "prefecture",
                )
            )
    known = {r["code"]: r for r in rows if r["code"]}
    bares = bare_names(folder)
    for area in read(folder, "areas"):
        code, name = area["code"], area["name"]
        city = known.get(area["cityCode"] + "00")
        if city and city["name"] == name:
            continue
        parent = city or known[area["provinceCode"] + "0000"]
        if (int(code[4:]) >= 71 and not re.search(r"(县|市|行政委员会)$", name)) or name.endswith("管委会"):
            province = known[area["provinceCode"] + "0000"]
            name, forms = zone_aliases(name, [bare(province["name"]), bare(parent["name"])], bares)
            rows.append(
                row(f"division:{code}", ZONE, name, parent["key"], code, "county", aliases="|".join(forms),
                    note="statistical code, not in GB/T 2260")
            )  # fmt: skip
        else:
            kind = PLACE if "群岛" in name else DIVISION
            whole = parent["name"] + name if name in NOUNS else name
            rows.append(row(f"division:{code}", kind, whole, parent["key"], code, "county"))
    add_forms(rows, words)
    return sorted(rows, key=lambda r: r["key"])


def outranks(other: Row, r: Row) -> bool:
    """Tell whether a division's claim to a bare name is at least as good; cities of a rank come first."""
    rank = {"province": 0, "prefecture": 1, "county": 2}
    return (rank[other["level"]], other["name"][-1] != "市") <= (rank[r["level"]], r["name"][-1] != "市")


def add_forms(rows: list[Row], words: Lexicon) -> None:
    """Write aliases, weak aliases and their reasons into the rows."""
    owners: dict[str, list[Row]] = {}
    for r in rows:
        if r["type"] == DIVISION and (form := bare(r["name"])):
            owners.setdefault(form, []).append(r)
    for r in rows:
        if r["type"] != DIVISION:
            continue
        name, form = r["name"], bare(r["name"])
        if noun := next((noun for noun in sorted(NOUNS) if re.fullmatch(f".+[市州]{noun}", name)), ""):
            r["weak_aliases"], r["note"] = noun, f"{noun}: word"
            continue
        strong, weak = [*contracted(name), *IRREGULAR.get(name, ())], []
        if form and form not in strong:
            rivals = [o for o in owners[form] if o is not r and outranks(o, r)]
            direct = r["level"] == "county" and r["parent"].endswith("0000") and name.endswith("市")
            if rivals:
                reason = "clash with " + ", ".join(
                    sorted(f"{o['name']} {o['code']}".strip() for o in rivals[:3])
                )
            elif r["level"] != "county" or direct:
                words_here = {"prefecture": WEAK_PREFECTURES, "county": EVERYDAY}.get(r["level"], ())
                reason = "word" if form in words_here else ""
            else:
                reason = why_word(form, words)
            (weak if reason else strong).append(form)
            if reason:
                r["note"] = f"{form}: {reason}"
        r["aliases"], r["weak_aliases"] = "|".join(dict.fromkeys(strong)), "|".join(weak)


def bare_names(folder: Path) -> frozenset[str]:
    names = (r["name"] for table in ("provinces", "cities", "areas") for r in read(folder, table))
    return frozenset(form for form in map(bare, names) if form)


def township_name(name: str, above: list[str]) -> str:
    """Return a township's own name, without the names of what it belongs to.

    >>> township_name("四平市铁东区平东街道", ["四平市", "铁东区"]), township_name("兆麟街道地区", [])
    ('平东街道', '兆麟街道')
    """
    name = re.sub(r"街道(办事处|地区)$", "街道", name)
    for place in above:
        if re.fullmatch(r".{2,}(街道|镇|乡|苏木)", name.removeprefix(place)):
            name = name.removeprefix(place)
    rest = re.sub(r"^.*(开发区|园区|高新区|示范区|新城|委员会|人民政府|产业园|科学城)-?", "", name)
    return rest if re.fullmatch(r".{2,}(街道|镇|乡)", rest) else name


def make_townships(folder: Path, divisions: list[Row], words: Lexicon) -> tuple[list[Row], Counter[str]]:
    """Return the rows of `townships.csv` in order of key, and how many rows were left out and why."""
    known = {r["code"]: r for r in divisions if r["code"]}
    bares, rows, left = bare_names(folder), [], Counter[str]()
    for street in read(folder, "streets"):
        code = street["code"]
        parent = known.get(street["areaCode"]) or known[street["cityCode"] + "00"]
        chain = [known[code[:2] + "0000"]["name"], known.get(code[:4] + "00", parent)["name"], parent["name"]]
        name = township_name(street["name"], chain)
        zone = re.sub(r"(管理委员会|管委会)$", "", name)
        if re.search(r"类似乡级|直辖村级|特殊(乡镇|街道)$|^（", name):
            left["placeholder"] += 1
        elif (
            TOWNSHIP_ENDING.search(name)
            and len(name) >= 3
            and not re.search(r"(开发区|保税区|园区)街道$", name)
        ):
            weak = short_township(name, words)
            rows.append(
                row(f"division:{code}", DIVISION, name, parent["key"], code, "township",
                    aliases=without_peoples(name), weak_aliases=weak)
            )  # fmt: skip
        elif not ZONE_ENDING.search(zone):
            left["farm, office, firm, prison …"] += 1
        elif GENERIC.match(zone):
            left["bare noun"] += 1
        else:
            zone, forms = zone_aliases(zone, [bare(n) or n for n in chain], bares)
            rows.append(
                row(f"division:{code}", ZONE, zone, parent["key"], code, "township", aliases="|".join(forms))
            )
    return sorted(rows, key=lambda r: r["key"]), left


def without_peoples(name: str) -> str:
    """Return the short form of an ethnic township, or nothing.

    >>> without_peoples("土城子满族朝鲜族乡"), without_peoples("太平镇")
    ('土城子乡', '')
    """
    match = re.fullmatch(r"(.+?族)(民族)?([乡镇])", name)
    if not match:
        return ""
    stem = _without_peoples(match.group(1))
    return stem + match.group(3) if len(stem) >= 2 and stem + "族" != match.group(1) else ""


def short_township(name: str, words: Lexicon) -> str:
    """Return the bare form of a township where it has three characters or more, else nothing."""
    short = re.sub(r"(街道|地区|镇|乡|苏木)$", "", name)
    usable = len(short) >= 3 and not re.search(r"([路街道区市县旗族]|民族|大街|社区)$", short)
    return short if usable and not why_word(short, words) else ""


def write(path: Path, rows: list[Row], header: tuple[str, ...] = HEADER) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python seeds/make_divisions.py FOLDER", file=sys.stderr)
        return 2
    folder, out, words = Path(arguments[0]), Path(__file__).parent / "authority", lexicon()
    divisions = make_divisions(folder, words)
    townships, left = make_townships(folder, divisions, words)
    write(out / "divisions.csv", divisions)
    write(out / "townships.csv", townships, TOWNSHIP_HEADER)
    print(f"{len(divisions)} divisions, {len(townships)} townships; left out: {dict(sorted(left.items()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
