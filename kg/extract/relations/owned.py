"""Things that belong to somebody: industries, products, honours, initiatives, projects, events.

For each mention of such a thing the rules ask who its owner is (`View.owners`) and whether
the clause holds a verb of the relation. The rule's name keeps how the owner was found,
the trigger and the owner's family, so that each kind can be weighed by its own precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.relations.view import Candidate, Owner, View
from kg.model import FAMILY_OF

ORGS = ("GovernmentBody", "CentralEnterprise", "Company", "Institution")
PLACES = ("AdministrativeDivision", "DevelopmentZone", "Place")


@dataclass(frozen=True, slots=True)
class Valency:
    """What a predicate joins and the verbs that say so.

    Attributes:
        predicate: The predicate.
        objects: Types of what is owned.
        subjects: Types of who may own it.
        triggers: Verbs and nouns, as a pattern.
        inverse: The owner is the object of the predicate: a project is part of its owner.
    """

    predicate: str
    objects: tuple[str, ...]
    subjects: tuple[str, ...]
    triggers: re.Pattern[str]
    inverse: bool = False


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


VALENCIES = (
    Valency(
        "hasIndustry", ("Industry",), ("Company", "CentralEnterprise", "Institution", "Project", *PLACES),
        _any("产业", "领域", "行业", "集群", "产业链", "从事", "主营", "涵盖", "涉及", "覆盖", "聚焦", "发展", "布局", "培育",
             "壮大", "形成", "主导", "打造", "专注", "深耕", "赛道", "集聚", "支柱", "基地", "转型"),
    ),
    Valency(
        "produces", ("Product",), (*ORGS, *PLACES, "Project"),
        _any("生产", "研制", "制造", "研发", "问世", "下线", "年产", "产品", "推出", "出口", "供应", "开发", "打造", "发布",
             "产量", "产能", "投产", "量产", "交付", "自主", "攻克", "首台", "首套", "加工", "种植", "养殖", "特产", "盛产", "建成"),
    ),
    Valency(
        "receives", ("Honor",), (*ORGS, *PLACES, "Product", "Project", "Initiative", "Event", "Person"),
        _any("获", "荣", "评为", "评选", "入选", "入围", "授予", "位列", "位居", "名列", "跻身", "认定", "列入", "登榜", "上榜",
             "摘得", "夺得", "成为", "被誉为", "称为", "素有", "享有", "命名", "进入", "通过", "摘下", "捧回", "创建", "拥有", "作为"),
    ),
    Valency(
        "launches", ("Initiative", "Document"), (*ORGS, *PLACES),
        _any("推出", "出台", "提出", "开展", "制定", "实施", "印发", "发布", "启动", "推行", "建立", "打造", "创新", "推进", "推动",
             "实行", "构建", "探索", "深化", "编制", "签署", "签订", "设立", "擦亮", "锚定", "坚持", "建设", "落实", "聚焦", "创建"),
    ),
    Valency(
        "participatesIn", ("Initiative", "Document"), (*ORGS, *PLACES, "Project"),
        _any("入选", "纳入", "响应", "参与", "落实", "融入", "服务", "抢抓", "对接", "加入", "列入", "贯彻", "围绕", "贡献",
             "助力", "承接", "借力", "抓住", "按照", "对照", "试点", "依托", "乘着", "支撑", "推进"),
    ),
    Valency(
        "implements", ("Project", "DevelopmentZone", "Place"), (*ORGS, "AdministrativeDivision", "DevelopmentZone"),
        _any("建设", "承建", "实施", "运营", "推进", "打造", "投资", "开发", "开工", "兴建", "新建", "规划", "建成", "投产", "承担",
             "代建", "启动", "落户", "落地", "建起", "投建", "布局", "加快", "谋划", "引进", "签约", "建", "改造", "经营", "推动"),
    ),
    Valency(
        "investsIn", ("Project", "AdministrativeDivision", "DevelopmentZone", "Place", "Company"), (*ORGS, "AdministrativeDivision"),
        _any("投资", "出资", "注资", "合资", "入股", "参股", "控股", "收购", "增资", "斥资", "投入", "落户", "设立", "成立", "领投"),
    ),
    Valency(
        "organizes", ("Event",), (*ORGS, *PLACES),
        _any("举办", "举行", "召开", "主办", "承办", "组织", "协办", "开展", "发起", "启动", "举办地", "办", "开幕"),
    ),
    Valency(
        "participatesIn", ("Event",), (*ORGS, *PLACES, "Person", "Project"),
        _any("参加", "出席", "参展", "亮相", "签约", "开工", "致辞", "参会", "赴", "在", "宣布", "发言", "表示", "主持", "走进",
             "携", "参赛", "举办", "介绍", "启动", "集中", "参与", "推介", "见证"),
    ),
    Valency(
        "locatedIn", (*ORGS, *PLACES, "Project", "Event"), PLACES,
        _any("位于", "坐落", "地处", "落户", "落地", "落子", "选址", "入驻", "扎根", "设在", "设立", "在", "来到", "布局", "引进",
             "集聚", "拥有", "建有", "境内", "内", "举行", "举办", "召开", "开工", "投产", "建设", "建成", "迁", "现有", "有", "汇聚"),
        inverse=True,
    ),
    Valency(
        "subsidiaryOf", ("Company", "Institution", "GovernmentBody"), (*ORGS, "AdministrativeDivision"),
        _any("旗下", "所属", "下属", "子公司", "隶属", "全资", "控股", "直属", "分公司", "附属", "成立", "设立", "组建", "母公司"),
        inverse=True,
    ),
    Valency(
        "partOf", ("Project", "Initiative", "Document", "Event"), ("Project", "Initiative", "Document", "Event"),
        _any("包括", "组成", "分为", "包含", "涵盖", "即", "分别", "其中", "一期", "二期", "三期", "构成", "子项目", "之一", "承担"),
        inverse=True,
    ),
)  # fmt: skip


def owned_candidates(view: View) -> Iterator[Candidate]:
    """Yield a candidate for each mention of something owned and each possible owner of it."""
    for i, mention in enumerate(view.mentions):
        for valency in VALENCIES:
            if mention.type not in valency.objects:
                continue
            for rank, owner in enumerate(view.owners(i, valency.subjects)):
                if rank >= 9:
                    break
                candidate = _candidate(view, i, valency, owner, rank)
                if candidate is not None:
                    yield candidate


def _nests(part: str, whole: str) -> bool:
    """Say whether a thing of one type may be part of a thing of the other."""
    return FAMILY_OF[part] == FAMILY_OF[whole] or (part == "Document" and whole == "Event")


def _candidate(view: View, i: int, valency: Valency, owner: Owner, rank: int) -> Candidate | None:
    mention = view.mentions[i]
    clause = view.clause(i)
    low = max(clause.start, min(mention.start, owner.start) - 12)
    high = min(clause.end, max(mention.end, owner.start) + 12)
    spoken = bool(valency.triggers.search(_outside(view, low, high, i)))
    if valency.predicate == "partOf" and not _nests(mention.type, owner.type):
        return None
    rule = "/".join(_path(valency, view, i, owner, spoken)) + ("" if rank == 0 else "+" if rank < 3 else "++")
    start, end = min(mention.start, owner.start), mention.end
    pair = (mention.entity, owner.entity) if valency.inverse else (owner.entity, mention.entity)
    return Candidate(pair[0], valency.predicate, pair[1], rule, start, max(end, owner.start))


def _path(valency: Valency, view: View, i: int, owner: Owner, spoken: bool) -> tuple[str, ...]:
    """Return the name of a rule from the general to the special."""
    mention, said = view.mentions[i], "said" if spoken else "bare"
    kind = FAMILY_OF[owner.type] if FAMILY_OF[owner.type] != "Organization" else owner.type
    if valency.predicate == "locatedIn":
        return valency.predicate, mention.type, owner.how, said
    if valency.predicate == "participatesIn" or len({FAMILY_OF[t] for t in valency.objects}) > 1:
        return valency.predicate, FAMILY_OF[mention.type], owner.how, said, kind
    return valency.predicate, owner.how, said, kind


def _outside(view: View, low: int, high: int, i: int) -> str:
    """Return the text of a stretch with the names in it blanked: a verb inside a name is no trigger."""
    text = view.text[low:high]
    for j in view.span(i):
        m = view.mentions[j]
        if m.start < high and m.end > low:
            a, b = max(0, m.start - low), min(high, m.end) - low
            text = text[:a] + "□" * (b - a) + text[b:]
    return text
