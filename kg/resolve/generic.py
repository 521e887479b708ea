"""Generic names: names without a proper part, which can refer to many things (高新区, 二期工程, 四区).

Pure functions over names. The word lists hold general vocabulary of Chinese administrative and economic
writing. Things whose name consists of such words alone can be distinguished only by their place or owner.
"""

from __future__ import annotations

import re

from kg.resolve.names import fold


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


# Words for kinds of things rather than particular things, grouped by the types whose names they form.
_ANYWHERE = _words("""
    国家级 省级 市级 区级 县级 年度 首届 全省 全市 全区 全县 新 老 重点 重大 综合 现代 智能 中心 国际
    高质量发展 优化营商环境 营商环境 产业 工业 经济 科技 物流 创新 创业 合作 发展 旅游 文化 农业
""")
_OF_LOCATIONS = _words("""
    高新技术产业开发区 高新技术产业园区 高新区 高新园区 经济技术开发区 经济开发区 经开区 开发区 国家级新区
    新区 新城 合作创新区 先行示范区 产业示范区 示范区 试验区 自由贸易试验区 自贸试验区 自贸区 综合保税区
    保税区 保税港区 旅游度假区 度假区 产业聚集区 产业集聚区 核心区 城区 主城区 中心城区 老城区 港区 景区
    工业园区 工业园 产业园区 产业园 科技园区 科技园 物流园区 物流园 创业园区 创业园 化工园区 园区
    孵化器 孵化基地 产业基地 基地 科学城 大学城 软件园 产业带 产业集群 集群 港口 机场 码头 体育馆 体育场
    图书馆 博物馆 文化馆 火车站 高铁站 政务服务中心 行政服务中心 服务中心 服务大厅 市民中心 会展中心
    会议中心 广场 公园 学校 医院 人才港 药谷 科创中心 光电 生物医药 临港 临空
""")
_OF_BODIES = _words("""
    管委会 党工委 管理委员会 工作委员会 委员会 党委 党组 市委 省委 区委 县委 州委 镇党委 人大 人大常委会
    政协 政府 人民政府 法院 检察院 纪委 监委 纪检监察机关 组织部 宣传部 统战部 政法委 办公室 领导小组
    工作组 专班 指挥部 营商局 营商环境建设局 发改委 发改局 发展改革委 发展和改革局 发展改革局 工信局 工信委
    工业和信息化局 商务局 财政局 公安局 教育局 科技局 民政局 司法局 人社局 人力资源和社会保障局
    自然资源局 生态环境局 住建局 住房和城乡建设局 交通局 交通运输局 水务局 农业农村局 文旅局
    文化和旅游局 卫健委 卫生健康局 应急管理局 审计局 国资委 市场监管局 市场监督管理局 统计局 税务局
    医保局 信访局 招商局 招商引资局 投促局 投资促进局 金融局 行政审批局 数据局 大数据局 城管局 气象局 海关
    政务服务中心 行政服务中心 服务中心 经济发展局 经发局 开发区 经开区 高新区 新区 园区 自治区
""")
_OF_COMPANIES = _words("""
    集团公司 有限公司 股份公司 有限责任公司 集团 公司 分公司 子公司 总公司 工厂 企业 合作社 总厂 分厂
    银行 商业银行 农商银行 农村商业银行 村镇银行 信用社 供电公司 供电局 自来水 水务 燃气 公交 热力 热电 城投
    交投 建投 港务 陆港 机场 投资 建设 开发 控股 股份
""")
_OF_INSTITUTIONS = _words("""
    大学 学院 学校 医院 实验室 研究院 研究所 协会 商会 联合会 工商联 总工会 团委 妇联 博物馆 图书馆 服务中心
    人民医院 中医院 中心医院 妇幼保健院 附属 党校 企业技术中心 技术中心 工程技术研究中心 研究中心 研发中心
    职业技术学院 博士后科研工作站 院士工作站 工作站 企业联合会 工商业联合会 孵化器 中学 小学
""")
_OF_PROJECTS = _words("""
    建设项目 改造项目 搬迁改造 升级改造 技术改造 改扩建 扩建项目 扩建 新建 改建 续建 改造 搬迁 建设 生产线
    项目 工程 基础设施 配套设施 配套 一期 二期 三期 四期 首期 标段 总部 厂房 车间 道路 公路 大桥 隧道 管网
    机组 制造 生产 研发 产业园 工业园 科技园 物流园 产业基地 基地 服务中心 机场 航站楼 空管 供油 转运 无水港
    地铁 号线 数据中心 污水处理厂 装置 抽水蓄能 电站 风电场 光伏 风电
""")
_OF_EVENTS = _words("""
    招商大会 推介会 招商推介会 座谈会 签约仪式 开工仪式 启动仪式 揭牌仪式 新闻发布会 发布会 动员大会 工作会议
    现场会 对接会 论坛 峰会 大会 会议 仪式 活动 集中 开工 签约 招商 推介 对接 动员 现场 专题 项目 新春 会 场
    代表 委员 通道 全会 党代会 人代会 年会
""")
_OF_INITIATIVES = _words("""
    三年行动计划 三年行动方案 三年行动 行动计划 行动方案 实施方案 工作方案 工作要点 政府工作报告 工作报告
    发展规划 总体规划 规划纲要 战略合作协议 合作协议 框架协议 实施意见 若干意见 若干措施 若干政策 管理办法
    条例 办法 意见 规划 计划 方案 行动 战略 政策 机制 协议 工程 格局 布局 体系 模式 目标 任务 举措 措施 活动
    品牌 推进 工作 绿色 低碳 沿边 开发 开放 示范区 先行区 试验区 高地 强市 强县 强区 强省 立市 兴市
    招商引资 招商 转型 升级
    推进机制 工作机制 生态圈 产业生态圈 建设 现代化 生态
""")
_KINDS: dict[str, frozenset[str]] = {
    type_: frozenset(map(fold, _ANYWHERE + words))
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
_COUNTING = frozenset("0123456789一二三四五六七八九十两第号期年届次.·-()")
# 三一集团 is not a numbered company: only names like 第一分公司 and 二公司 are
_COUNTED_COMPANY = re.compile("第[0-9一二三四五六七八九十]+.*|[0-9一二三四五六七八九十]+(?:分)?(?:公司|厂)")
# a name that begins with a capacity gives a size, not a thing: 24万吨/年双酚A装置, 年产25万吨绿色甲醇
_CAPACITY = re.compile(
    "(?:年产|日产|年处理|新增|总装机)?(?:约)?[0-9.]+(?:[x×*][0-9.]+)?[万亿千百]?"
    "(?:吨|台|套|千瓦|兆瓦|mw|gw|kv|平方米|立方米|米|公里|亩|辆|片|支)"
)
# national five-year plans: 十四五, 十二五规划
_FIVE_YEARS = re.compile("[一二三四五六七八九十]{1,3}五(?:规划|计划|时期|规划纲要)?")
# Numbers, classifiers and the words they count: 四区, 五个一, 一区三园, 1+6, 十项行动, 三高四新
_NUMBER = "[0-9一二三四五六七八九十两双多百千万]+"
_COUNTED = "[区园港城心核点极带轴翼廊圈链群化新高地主位先体元年步线网院库湾]"
_SLOGAN = re.compile(
    f"(?:{_NUMBER}(?:[+x×]{_NUMBER})+|(?:{_NUMBER}[个大项条张种]?(?:一|号|{_COUNTED}|元)?[、,]?)+)"
    "(?:工程|行动|(?:推进|工作)?机制|战略|格局|布局|(?:现代产业)?体系|(?:招商)?模式|目标|建设|活动|(?:先行先试)?政策"
    "|(?:产业)?生态圈|思路|(?:美好)?蓝图|计划)?"
)
# national programmes whose names are built from numbers
_NATIONAL = frozenset(
    _words("""
    一带一路 千人计划 万人计划 双一流 一国两制 六稳 六保 双碳 双循环 两会 三农 三北 四个全面 五位一体总体布局
    863计划 973计划
    双万计划 百千万工程 三去一降一补 双随机一公开
    """)
)


def is_generic(name: str, type_: str) -> bool:
    """Tell whether a name has no proper part, so that it can refer to many things of its type.

    Names of industries, products, honours, persons and central enterprises are never generic in this sense,
    nor are those of national five-year plans.

    >>> is_generic("高新区", "DevelopmentZone"), is_generic("太平湾", "Place")
    (True, False)
    >>> is_generic("搬迁改造项目", "Project"), is_generic("24万吨/年双酚A装置", "Project")
    (True, True)
    >>> is_generic("五个一", "Initiative"), is_generic("十四五", "Initiative")
    (True, False)
    """
    kinds = _KINDS.get(type_)
    if kinds is None:
        return False
    folded = fold(name)
    if type_ in ("Initiative", "Document"):
        if folded in _NATIONAL or _FIVE_YEARS.fullmatch(folded):
            return False
        if _SLOGAN.fullmatch(folded):
            return True
    if type_ == "Project":
        if _CAPACITY.match(folded):
            return True
        folded = re.sub("[a-z](?=[0-9])", "", folded)
    if type_ == "Company" and not _COUNTED_COMPANY.fullmatch(folded):
        return _made_of(folded, kinds, frozenset())
    return _made_of(folded, kinds, _COUNTING)


def _made_of(name: str, kinds: frozenset[str], counting: frozenset[str]) -> bool:
    # reached[i]: the first i characters consist of words for kinds and counting characters only
    reached = [True] + [False] * len(name)
    for end in range(1, len(name) + 1):
        reached[end] = (reached[end - 1] and name[end - 1] in counting) or any(
            reached[start] and name[start:end] in kinds for start in range(max(0, end - _LONGEST), end)
        )
    return reached[-1]
