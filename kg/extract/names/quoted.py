"""Names that the text itself marks, with quotation marks or title marks 《》.

The type of a quoted name depends on its context: the noun after it (“…”行动), the verb before it
(推出“…”, 获评“…”), and its own form (“1+8”). A quotation without any such sign is speech or a
figure of speech and is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names import lexicon as lx
from kg.model import Mention

_QUOTE = re.compile(r"“([^“”]{2,26})”|「([^「」]{2,26})」")
_TITLE = re.compile(r"《([^《》]{2,60})》")
_INITIATIVE_NOUN = re.compile(
    lx.alternation(lx.INITIATIVE)
    + "|工程|服务|举措|试点|定位|目标|理念|思路|路径|机制体制|品牌|驿站|联盟|专班|通道|平台"
)
_LAUNCH = re.compile(
    r"(?:推出|打造|实施|提出|推行|开展|创新|探索|构建|践行|擦亮|推进|启动|建立|形成|推广|开通|开设|创立|创建|设立|争创|坚持|落实|深化|叫响|培育|聚焦|围绕|锚定|实现|做好|做足|念好|建设|布局|瞄准|持续|创优|提供|出台|发布|抓实|用好|打响|奏响|推动|全力|率先|设置|组织)"
    r"(?:了|出|的|好|成|为)?[^，。；“”]{0,10}$"
)
_HONOUR_VERB = re.compile(
    r"(?:获评|荣获|获|入选|被评为|评为|被授予|授予|被誉为|誉为|跻身|位列|列入|入围|摘得|斩获|捧回|被认定为|认定为|获批|成功创建|命名为|获得|荣膺|称为|享有|素有|冠以)[^，。；“”]{0,16}$"
)
_HONOUR_NOUN = re.compile(r"^[^，。；“”]{0,6}(?:称号|荣誉|美誉|之称|奖|认证|名单|榜|企业称号)")
_PROJECT_NOUN = re.compile(r"^(?:项目|工程)")
_DOCUMENT = re.compile(
    r"(?:规划|方案|意见|条例|办法|协议|协议书|合同|报告|通知|措施|政策|计划|纲要|法|指南|规定|规则|标准|规范|指引|细则|指数|公报|白皮书|蓝皮书|宣言|公告|目录|清单|名单|榜|决定|若干|章程|倡议书|意向书|备忘录|批复|年)(?:[（(][^（）()]*[)）])?(?:\d[\d.]*版?)?$"
)
_MEDIA = re.compile(r"(?:日报|晚报|时报|商报|早报|都市报|报|周刊|杂志|新闻)$")
_NUMERIC = re.compile(
    r"^[\dN一二三四五六七八九十百X+×、\-—双多]{2,}|^[一二三四五六七八九十百千双多\d][\u4e00-\u9fff]{1,2}[一二三四五六七八九十百千双多\d][\u4e00-\u9fff]{1,3}"
)
_PLAN = re.compile(r"^(?:十[一二三四五六]|[一二三四五六七八九]五)五$|^[一二]五$")
_EVENT = re.compile(f"(?:{lx.alternation(lx.EVENT)})$")
_ORGANISATION = re.compile(
    f"(?:{lx.alternation((*lx.COMPANY_LEGAL, *lx.INSTITUTION, *lx.ZONE, *lx.PROJECT))})$"
)


def find_quoted(normal: str, text: str, start: int, end: int) -> Iterator[Mention]:
    """Yield the names in quotation marks and title marks of one sentence."""
    for found in _TITLE.finditer(normal, start, end):
        yield from _title(found, text)
    for found in _QUOTE.finditer(normal, start, end):
        yield from _quote(found, normal, text, start, end)


def _title(found: re.Match[str], text: str) -> Iterator[Mention]:
    inner = found[1]
    if _MEDIA.search(inner) and len(inner) <= 8:
        kind = "Institution"
    elif _DOCUMENT.search(inner):
        kind = "Document"
    else:
        kind = "Product" if len(inner) <= 10 else "Document"
    yield Mention(
        found.start(1), found.end(1), text[found.start(1) : found.end(1)], kind, "quoted:title", 0.8
    )


def _quote(found: re.Match[str], normal: str, text: str, start: int, end: int) -> Iterator[Mention]:
    group = 1 if found[1] is not None else 2
    inner = found[group]
    inside = (found.start(group), found.end(group))
    before, after = normal[start : found.start()], normal[found.end() : min(end, found.end() + 16)]
    speech = re.search("[。！？，；：]", inner) and "、" not in inner
    if speech and (len(inner) > 12 or not _INITIATIVE_NOUN.match(after)):
        return

    def mention(s: int, e: int, kind: str, rule: str, confidence: float) -> Mention:
        return Mention(s, e, text[s:e], kind, f"quoted:{rule}", confidence)

    if _PLAN.match(inner):
        yield mention(*inside, "Initiative", "five-year plan", 0.9)
        return
    noun = _INITIATIVE_NOUN.match(after)
    if _HONOUR_VERB.search(before[-24:]) or _HONOUR_NOUN.match(after):
        yield mention(*inside, "Honor", "honour", 0.7)
    elif _EVENT.search(inner):
        yield mention(*inside, "Event", "event", 0.6)
    elif _PROJECT_NOUN.match(after):
        yield mention(found.start(), found.end() + 2, "Project", "project", 0.6)
    elif noun:
        yield mention(found.start(), found.end() + noun.end(), "Initiative", "with noun", 0.75)
        yield mention(*inside, "Initiative", "before noun", 0.7)
    elif _NUMERIC.match(inner):
        yield mention(*inside, "Initiative", "numbers", 0.7)
    elif _LAUNCH.search(before[-20:]) and len(inner) <= 16 and not _ORGANISATION.search(inner):
        yield mention(*inside, "Initiative", "launched", 0.6)
