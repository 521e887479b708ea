"""What a name by itself can tell about identity: whether it needs a place, and whose body it is.

Pure functions over strings. The word lists are general vocabulary of Chinese administrative
and economic writing; a name that consists of nothing else has no proper part and so can
stand for many things.
"""

from __future__ import annotations

import re
import unicodedata


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


# Words that name a kind of thing and not a thing, by the types whose names they make up.
_ANYWHERE = _words("""
    国家级 省级 市级 区级 县级 年度 首届 全国 全省 全市 全区 全县 新 老 重点 重大 综合 现代 智能 中心
    高质量发展 优化营商环境 营商环境 产业 工业 经济 科技 物流 创新 创业 合作 发展 旅游 文化 农业
""")
_OF_LOCATIONS = _words("""
    高新技术产业开发区 高新技术产业园区 高新区 高新园区 经济技术开发区 经济开发区 经开区 开发区 国家级新区
    新区 新城 合作创新区 先行示范区 产业示范区 示范区 试验区 自由贸易试验区 自贸试验区 自贸区 综合保税区
    保税区 保税港区 旅游度假区 度假区 产业聚集区 产业集聚区 核心区 城区 主城区 中心城区 老城区 港区 景区
    工业园区 工业园 产业园区 产业园 科技园区 科技园 物流园区 物流园 创业园区 创业园 化工园区 园区
    孵化器 孵化基地 产业基地 基地 科学城 大学城 软件园 产业带 产业集群 集群 港口 机场 码头 体育馆 体育场
    图书馆 博物馆 文化馆 火车站 高铁站 政务服务中心 行政服务中心 服务中心 服务大厅 市民中心 会展中心
    会议中心 广场 公园 学校 医院
""")
_OF_BODIES = _words("""
    管委会 党工委 管理委员会 工作委员会 委员会 党委 党组 市委 省委 区委 县委 州委 镇党委 人大 人大常委会
    政协 政府 人民政府 法院 检察院 纪委 监委 纪检监察机关 组织部 宣传部 统战部 政法委 办公室 领导小组
    工作组 专班 指挥部 营商局 营商环境建设局 发改委 发改局 发展改革委 发展和改革局 发展改革局 工信局 工信委
    工业和信息化局 商务局 财政局 公安局 教育局 科技局 民政局 司法局 人社局 人力资源和社会保障局
    自然资源局 生态环境局 住建局 住房和城乡建设局 交通局 交通运输局 水务局 农业农村局 文旅局
    文化和旅游局 卫健委 卫生健康局 应急管理局 审计局 国资委 市场监管局 市场监督管理局 统计局 税务局
    医保局 信访局 招商局 投促局 投资促进局 金融局 行政审批局 数据局 大数据局 城管局 气象局 海关
    政务服务中心 行政服务中心 服务中心
""")
_OF_COMPANIES = _words(
    "集团公司 有限公司 股份公司 有限责任公司 集团 公司 分公司 子公司 总公司 工厂 企业 合作社"
)
_OF_INSTITUTIONS = _words("""
    大学 学院 学校 医院 实验室 研究院 研究所 协会 商会 联合会 工商联 总工会 团委 妇联 博物馆 图书馆 服务中心
""")
_OF_PROJECTS = _words("""
    建设项目 改造项目 搬迁改造 升级改造 技术改造 扩建项目 扩建 新建 改建 续建 改造 搬迁 建设 生产线 项目 工程
    基础设施 配套设施 配套 一期 二期 三期 四期 首期 标段 总部 厂房 车间 道路 公路 大桥 隧道 管网
    制造 生产 研发 产业园 工业园 科技园 物流园 产业基地 基地 服务中心
""")
_OF_EVENTS = _words("""
    招商大会 推介会 招商推介会 座谈会 签约仪式 开工仪式 启动仪式 揭牌仪式 新闻发布会 发布会 动员大会 工作会议
    现场会 对接会 论坛 峰会 大会 会议 仪式 活动 集中 开工 签约 招商 推介 对接 动员 现场 专题 项目
""")
_OF_INITIATIVES = _words("""
    三年行动计划 三年行动方案 三年行动 行动计划 行动方案 实施方案 工作方案 工作要点 政府工作报告 工作报告
    发展规划 总体规划 规划纲要 战略合作协议 合作协议 框架协议 实施意见 管理办法 条例 办法 意见 规划 计划 方案
    行动 战略 政策 机制 协议
""")
_KINDS: dict[str, frozenset[str]] = {
    type_: frozenset(_ANYWHERE + words)
    for type_, words in {
        "AdministrativeDivision": _OF_LOCATIONS,
        "DevelopmentZone": _OF_LOCATIONS,
        "Place": _OF_LOCATIONS,
        "GovernmentBody": _OF_BODIES,
        "Company": _OF_COMPANIES,
        "Institution": _OF_INSTITUTIONS,
        "Project": _OF_PROJECTS,
        "Event": _OF_EVENTS,
        "Initiative": _OF_INITIATIVES,
        "Document": _OF_INITIATIVES,
    }.items()
}
_LONGEST = max(len(word) for kinds in _KINDS.values() for word in kinds)
_COUNTING = frozenset("0123456789一二三四五六七八九十两第号期年届次.·-()“”")
# 市委, 区营商局, 省发改委, 县人民政府: the level stands for a place that the text has named before
_BARE_LEVEL = re.compile("(?P<level>[省市区县州旗镇乡村]|街道)(?P<body>.+)")
_BODY_END = re.compile("(?:委|政府|人大|政协|局|厅|办|部|院|会|组|室|中心|机关|联|队|处|所|站|关)$")
_INDUSTRY_END = re.compile("(?:产业链|产业|行业)$")
_BELOW_PREFECTURE = re.compile(".+(?:区|县|旗|镇|乡|街道|街|村|社区|苏木)$")
_STARTS_BELOW = re.compile("(?P<place>[^省市]{1,6}?(?:自治县|新区|区|县|旗|镇|乡|街道|村|社区)).+")


def fold(name: str) -> str:
    """Return the form by which names are compared: one width, no white space, one case.

    >>> fold("ＡＢ 公司")
    'ab公司'
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_generic(name: str, type_: str) -> bool:
    """Tell whether a name has no proper part, so that it can stand for many things of its type.

    Industries, products, honours and persons are never generic in this sense, nor is the
    name of a central enterprise.

    >>> is_generic("高新区", "DevelopmentZone"), is_generic("太平湾", "Place")
    (True, False)
    >>> is_generic("搬迁改造项目", "Project"), is_generic("二期工程", "Project")
    (True, True)
    """
    kinds = _KINDS.get(type_)
    if kinds is None:
        return False
    folded = fold(name)
    # reached[i]: the first i characters are made of kinds and counting words alone
    reached = [True] + [False] * len(folded)
    for end in range(1, len(folded) + 1):
        reached[end] = (reached[end - 1] and folded[end - 1] in _COUNTING) or any(
            reached[start] and folded[start:end] in kinds for start in range(max(0, end - _LONGEST), end)
        )
    return reached[-1]


def industry(name: str) -> str:
    """Return an industry's name as it is compared: 产业, 产业链 and 行业 at its end say nothing.

    >>> industry("新能源产业"), industry("低空经济产业链"), industry("农业")
    ('新能源', '低空经济', '农业')
    """
    folded = fold(name)
    short = _INDUSTRY_END.sub("", folded)
    return short if len(short) > 1 else folded


def bare_level(name: str) -> str | None:
    """Return the level with which a body's name begins where it names no place: 市委, 区营商局.

    >>> bare_level("区营商局"), bare_level("市委"), bare_level("大连市委"), bare_level("市值管理公司")
    ('区', '市', None, None)
    """
    match = _BARE_LEVEL.fullmatch(name)
    if match is None or not _BODY_END.search(name):
        return None
    return match["level"]


def below_prefecture(name: str) -> bool:
    """Tell whether a division's name is of a level whose names recur from city to city.

    >>> below_prefecture("朝阳区"), below_prefecture("大连市"), below_prefecture("前社区")
    (True, False, True)
    """
    return _BELOW_PREFECTURE.fullmatch(name) is not None


def leading_division(name: str) -> str | None:
    """Return the division below a prefecture with which a body's name begins.

    >>> leading_division("朝阳区营商局"), leading_division("大连市委")
    ('朝阳区', None)
    """
    match = _STARTS_BELOW.fullmatch(name)
    return match["place"] if match and len(match["place"]) > 1 else None
