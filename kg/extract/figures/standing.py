"""Features of a mention in its clause that do not depend on any figure.

Takes an article and a clause. Returns, for each mention of the clause, one truth value for each of `FLAGS`
(opens its sentence, is one of a list, follows a preposition …). What the names around a figure say about its
owner is determined in `kg.extract.figures.claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.clauses import Clause, Placed
from kg.extract.wholes import stands_for_whole
from kg.model import FAMILY_OF, Article

FLAGS = (
    "opens sentence",
    "sets the scene",
    "stands for the whole",
    "modifies a noun",
    "named as subject",
    "behind preposition",
    "behind place preposition",
    "listed",
    "before a name",
    "before a name of its family",
    "last of clause",
    "points back",
)
"""The features of each mention, in the order in which `standings` yields them."""

_BEHIND = re.compile(
    r"(?:由|被|与|和|同|跟|向|为|把|将|给|让|对|据|按照|根据|依托|围绕|通过|随着|经|比|除|借助|占|距|对接|超过|列|居)[“《「]?\Z"
)
_BEHIND_PLACE = re.compile(r"(?:在|从|于|赴|到|位于|地处|坐落于?|落户|落地|走进|入驻|选址)[“《「]?\Z")
_LIST = re.compile(r"[”》」）)]*(?:、|等(?!于)|以及)")
_LISTED = re.compile(r"、[“《「（(]*\Z")
_LINE_END = re.compile(r"[。！？；：…!?;:][”」』’）)]*\s*\Z")
_SCENE = re.compile(r"(?:在|走进|来到|步入|置身)?[“《]?\Z")
_SCENE_END = re.compile(r"[”》]?(?:[里内中上]|[^，。；的]{0,5}(?:里|内|中|上|现场|车间))?，")
_NOUN = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:产量|产能|产值|收入|订单|销量|市场|占有率|增加值|企业|产业|项目|面积|种植))"
)


def standings(article: Article, clause: Clause) -> Iterator[tuple[bool, ...]]:
    """Yield, for each mention of a clause, the features named in `FLAGS`."""
    text = article.normal
    begin = article.sentences[clause.sentence].start
    last = len(clause.mentions) - 1
    for index, mention in enumerate(clause.mentions):
        lead = text[begin : min(mention.start, begin + 12)].strip(" \n\t“《")
        scene = mention.start - begin < 8 and _SCENE.fullmatch(lead) and _SCENE_END.match(text, mention.end)
        before = text[max(clause.start, mention.start - 6) : mention.start]
        behind = _BEHIND.search(before) is not None
        adjacent, kin = _next(text, mention, clause.mentions[index + 1]) if index < last else (False, False)
        yield (
            not lead,
            bool(scene),
            stands_for_whole(text, clause, mention),
            mention.type in ("Product", "Industry") and _NOUN.match(text, mention.end) is not None,
            clause.subject == mention.entity and clause.subject_start == mention.start,
            behind,
            not behind and _BEHIND_PLACE.search(before) is not None,
            _LIST.match(text, mention.end) is not None or _LISTED.search(before) is not None,
            adjacent,
            kin,
            index == last,
            _points_back(text, mention),
        )


_POINTS = re.compile(
    r"(?:[该全我本此]|这).{1,5}|公司|企业|集团|银行|项目|工程|学校|大学|学院|研究[院所]|实验室|医院|中心|港口|机场"
    r"|新区|开发区|经开区|高新区|产业园区?|示范区|自贸区|园区|基地|合作区|双方|两[地市区省家]"
)


def _points_back(text: str, mention: Placed) -> bool:
    """Return whether a mention is not a name but a phrase that stands for one."""
    return mention.end - mention.start < 7 and _POINTS.fullmatch(text, mention.start, mention.end) is not None


def _next(text: str, mention: Placed, following: Placed) -> tuple[bool, bool]:
    """Return whether the next name follows directly, and whether it is then also of the same family."""
    between = text[mention.end : following.start]
    adjacent = len(between) <= 3 and not between.strip("”“的（(")
    return adjacent, adjacent and FAMILY_OF[following.type] == FAMILY_OF[mention.type]


def is_running(article: Article, index: int) -> bool:
    """Return whether a sentence is running text: a short line without a full stop is a headline."""
    sentence = article.sentences[index]
    if sentence.kind != "body":
        return sentence.kind == "caption"
    if sentence.end - sentence.start > 40:
        return True
    return bool(_LINE_END.search(article.normal, sentence.start, sentence.end))
