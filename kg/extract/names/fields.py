"""Industries, products and honours: kinds of names that only the context shows to be such.

Industries are found by the national classifications (see `lexicon`), or by the noun 产业 or
行业 after them; products follow a verb of making, and honours a verb of receiving. The items of
an enumeration (甲、乙、丙等企业) take the type of the noun that closes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names import lexicon as lx
from kg.extract.names.openings import Opening, Openings
from kg.extract.names.page import Line
from kg.model import Mention

_INDUSTRY_AFTER = re.compile(
    r"(?:产业|行业|制造业|加工业|业务|领域|、|等|和|与|及|，|。|；|”|方面|产品|板块|赛道|集群|为主|为主导|$|\n|“)"
)
_MAKE = tuple(
    """
    生产 研制 制造 研发 自主研发 开发 出口 批量生产 下线 量产 产出 盛产 出产 种植 养殖 主营 销售 供应
    加工 推出 主打
    """.split()
)
_MADE = r"(?:出|的|了|各类|各种|制造|和销售|销售|、销售|出口|首台|首套|首批|首款|国内首台|全球首台|加工)*"
_HONOUR = tuple(
    """
    获评 荣获 获得 喜获 斩获 摘得 捧得 捧回 入选 入围 被评为 评为 被授予 授予 被誉为 誉为 跻身 位列 列入
    被列为 被认定为 认定为 获批 被命名为 命名为 荣膺 摘取 拿下 晋级 上榜 登上 评选为 成功创建 入列
    """.split()
)
_OPENINGS = Openings(
    {
        "industry": Opening(lx.INDUSTRIES),
        "industry noun": Opening(
            tuple("产业集群 产业链 全产业链 产业 行业 制造业 加工业 养殖业 种植业".split())
        ),
        "made": Opening(_MAKE, _MADE),
        "honour": Opening(_HONOUR, "(?:为|了|到)?"),
    }
)
_CLAUSE_END = re.compile(r"[，。；！？]")
_HONOUR_END = re.compile(
    r"(?:称号|荣誉称号|特等奖|一等奖|二等奖|三等奖|金奖|银奖|铜奖|大奖|优秀奖|奖|百强县市|百强县|百强区|百强市|百强|十强|50强|100强|500强|千强镇|强镇|名单|榜单|榜|名录|目录|案例|试点城市|试点|示范县|示范区|示范市|示范园区|示范基地|示范企业|示范村|示范点|示范项目|先进集体|先进单位|先进县|文明城市|文明单位|文明村|卫生城市|园林城市|之乡|之城|之都|名城|冠军企业|单项冠军|小巨人企业|小巨人|领跑者|重点实验室|重点项目|品牌|标杆|工厂|企业|基地|产业集群|园区|景区)"
)
_LIST_HEADS = (
    (re.compile(r"等[^，。；、]{0,8}?(?:企业|公司|央企|国企|民企|集团|厂商|巨头|车企|药企|单位)"), "Company"),
    (re.compile(r"等[^，。；、]{0,8}?(?:项目|工程)"), "Project"),
    (re.compile(r"等[^，。；、]{0,6}?(?:产业|领域|行业|产业链|产业集群|赛道|板块|业态)"), "Industry"),
    (re.compile(r"等[^，。；、]{0,8}?(?:产品|设备|装备|部件|材料|器件|作物|特产|商品|货物)"), "Product"),
    (re.compile(r"等[^，。；、]{0,6}?(?:高校|院校|科研院所|科研机构|医院)"), "Institution"),
)
_LIST_TYPES = {"Company": 12, "Project": 24, "Industry": 12, "Product": 16, "Institution": 16}
_NOUN_TAGS = (
    "n",
    "ns",
    "nr",
    "nt",
    "nz",
    "nrt",
    "nrfg",
    "ng",
    "vn",
    "b",
    "j",
    "l",
    "i",
    "eng",
    "an",
    "a",
    "g",
    "h",
    "zg",
    "s",
    "v",
    "x",
    "m",
    "q",
    "z",
    "t",
    "ag",
    "vg",
)


def find_fields(line: Line, text: str) -> Iterator[Mention]:
    """Yield the industries, products and honours of one sentence, and the items of its enumerations."""
    for name, found in line.find(_OPENINGS):
        yield from _READERS[name](line, text, found)
    yield from _enumerations(line, text)


def _mention(text: str, start: int, end: int, kind: str, rule: str, confidence: float) -> Mention:
    return Mention(start, end, text[start:end], kind, rule, confidence)


def _industry(line: Line, text: str, found: re.Match[str]) -> Iterator[Mention]:
    if _INDUSTRY_AFTER.match(line.normal, found.end(), line.end) and not _glued_left(line, found.start()):
        end = found.end()
        if line.normal.startswith("产业", end) and not line.normal.startswith(
            ("产业园", "产业基", "产业城"), end
        ):
            end += 2
        yield _mention(text, found.start(), end, "Industry", "field:industry", 0.7)


def _industry_noun(line: Line, text: str, found: re.Match[str]) -> Iterator[Mention]:
    start = _noun_phrase_before(line, found.start(), 10)
    if found.start() - start >= 2 and line.normal[start : found.start()] not in _NO_INDUSTRY:
        yield _mention(text, start, found.end(), "Industry", "field:industry noun", 0.5)


_NO_INDUSTRY = frozenset(
    """
    主导 支柱 优势 特色 新兴 传统 相关 重点 战略性新兴 上下游 关联 配套 全 本地 现代 高端 首位 富民
    特色优势 未来 两大 三大 四大 五大 六大 八大 九大 十大 高新技术 绿色 各 龙头 千亿级 百亿级 千亿
    百亿 基础 实体 骨干 主要 数字 大
    """.split()
)


def _glued_left(line: Line, start: int) -> bool:
    """Return whether a word continues the text before it, and so is part of another name."""
    if start == line.start:
        return False
    before = line.normal[start - 1]
    return line.word(start - 1).end > start or (before.isascii() and before.isalnum())


def _noun_phrase_before(line: Line, end: int, longest: int) -> int:
    """Return the start of the run of nouns before a position."""
    place = end
    floor = max(line.start, end - longest)
    while place > floor:
        word = line.word(place - 1)
        surface = line.normal[word.start : place]
        if (
            word.tag not in ("n", "nz", "vn", "b", "j", "l", "eng", "ng", "an", "nr", "ns")
            or surface in lx.GENERIC
            or surface in lx.ACTION
        ):
            break
        place = max(word.start, line.start)
    return place


def _products(line: Line, text: str, found: re.Match[str]) -> Iterator[Mention]:
    at = found.end()
    for _ in range(8):
        stop = _noun_phrase_after(line, at, 16)
        if stop - at < 2 or line.normal[at:stop] in lx.GENERIC:
            break
        yield _mention(text, at, stop, "Product", "field:made", 0.45)
        if stop < line.end and line.normal[stop] in "、和与及":
            at = stop + 1
            continue
        break


def _noun_phrase_after(line: Line, start: int, longest: int) -> int:
    place, proper = start, False
    while place < min(line.end, start + longest):
        word = line.word(place)
        if (
            word.start < place
            or word.tag
            not in ("n", "nz", "vn", "b", "eng", "ng", "m", "q", "nr", "ns", "j", "l", "an", "g", "zg")
            or line.normal[place : word.end] in _PRODUCT_STOP
        ):
            break
        if word.tag == "m" and line.normal[word.end : word.end + 1] in "个家种条项名人年月日余多万亿%":
            break
        proper = True
        place = word.end
    while place > start and line.word(place - 1).tag in ("m", "q"):
        place = line.word(place - 1).start
    return place if proper else start


_PRODUCT_STOP = frozenset(
    """
    企业 公司 基地 项目 能力 成本 经营 线 车间 要素 总值 规模 一线 过程 方式 技术 人员 领域 市场
    产业 行业 中心 效率 周期 工艺 面积 产值 环节 园区 条件 活动 工作 服务 数据 总量 生活 生产 制造
    加工 销售 研发 产品 设备 许可证 标准
    """.split()
)


def _honour(line: Line, text: str, found: re.Match[str]) -> Iterator[Mention]:
    limit = min(line.end, found.end() + 34)
    clause = _CLAUSE_END.search(line.normal, found.end(), limit)
    limit = clause.start() if clause else limit
    last = None
    for ending in _HONOUR_END.finditer(line.normal, found.end(), limit):
        last = ending
    if last is None or last.end() - found.end() < 4:
        return
    start, end = found.end(), last.end()
    if line.normal.startswith("称号", end - 2):
        end -= 2 if not line.normal.startswith("荣誉称号", end - 4) else 4
    while start < end and line.normal[start] in "“”了为 ":
        start += 1
    while end > start and line.normal[end - 1] in "“” ":
        end -= 1
    if end - start >= 3 and "“" not in line.normal[start:end]:
        yield _mention(text, start, end, "Honor", "field:honour", 0.6)


# The function that reads the matches of each opening
_READERS = {
    "industry": _industry,
    "industry noun": _industry_noun,
    "made": _products,
    "honour": _honour,
}


def _enumerations(line: Line, text: str) -> Iterator[Mention]:
    if line.normal.find("等", line.start, line.end) < 0:
        return
    for pattern, kind in _LIST_HEADS:
        for found in pattern.finditer(line.normal, line.start, line.end):
            for start, end in _items_before(line, found.start(), _LIST_TYPES[kind]):
                if line.normal[start:end] not in lx.GENERIC:
                    yield _mention(text, start, end, kind, f"list:{kind}", 0.65)


def _items_before(line: Line, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the items of an enumeration that ends at a position, the last item first."""
    items = []
    stop = end
    place = end
    while place > line.start:
        char = line.normal[place - 1]
        if char == "、" or (char in "和与及" and line.word(place - 1).tag == "c"):
            if not 2 <= stop - place <= longest:
                break
            items.append((place, stop))
            stop = place - 1
            if line.normal[place - 2 : place] == "以及":
                stop -= 1
            place = stop
            continue
        if char in "，。；：！？“”（）()《》\n" or stop - place > longest:
            place = -1
            break
        place -= 1
    if items and stop > line.start:
        first = _first_item(line, stop, longest)
        if stop - first >= 2:
            items.append((first, stop))
    yield from (item for item in items if len(items) > 1)


def _first_item(line: Line, end: int, longest: int) -> int:
    """Return the start of the first item of an enumeration: after the verb or particle that governs it."""
    place = end
    while place > max(line.start, end - longest):
        word = line.word(place - 1)
        surface = line.normal[max(word.start, line.start) : place]
        if (
            (word.tag in ("x", "p", "c", "u", "uj", "ul", "d", "r", "f", "v", "t") and not surface.isalnum())
            or surface in lx.ACTION
            or word.tag in ("p", "c", "uj", "ul", "d", "r", "f", "v")
        ):
            break
        place = max(word.start, line.start)
    return place
