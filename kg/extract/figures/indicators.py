"""What a figure measures: the noun phrase beside it, without the number.

Takes the text around a quantity and the words of the article, and returns the indicator as the text words
it, e.g. 总投资, 签约项目, 地区生产总值同比增长. Following the annotation contract, a bare 增长 is joined to
the indicator before it, and a bare 总投资 to the projects of which it is the total.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from kg.model import Quantity, Word

_LONGEST = 24
_FAR = 80  # characters before a rank that are searched for the name of its ranking
_TAIL = re.compile(
    r"(?:[\s“”（(，、：:]|不超过|超过|超|逾|突破|将近|接近|近|大约|约为|约|达到?|高达|多达|合计|总计|共计|为|是|有|共有|共|已经?|将|"
    r"不到|不足|至少|最高|最多|可望|有望|可|了|的|到|至|以|仅用?|只有?|只用|分别|均|等|稳定在|稳在|保持在|位居|位列|排名|居|列|过|首次|"
    r"上升|总数)+$"
)
_LEAD = re.compile(
    r"^(?:[\s“”，、；：:（(）)—·/]|的|在|将|已|共(?!同)|其中|并|且|和|与|及|也|还|又|则|而|目前|眼下|如今|当前|该|全(?=[市区县省])|里|内|中|上|就|"
    r"累计(?=.{0,1}$)|预计(?=总投资|投资)|实现(?=.{2})|使|让|现?拥有(?=.{2})|现?有(?=.{2})|现(?=.{2})|"
    r"完成(?=.{3}))+"
)
_GROWTH = re.compile(
    r"(?:(?:实现)?(?:同比|环比|比上年|较上年|比去年|较去年|同期|年均|比[^，]{1,8}?|较[^，]{1,8}?))?(?:净|猛)?"
    r"(?:增长|增加|提高|提升|下降|减少|增幅|增速|回落|占比|占(?!地|用|股)[^，]{1,10})"
)
_REACHED = re.compile(
    r"(?:由|从)?(?:增长|增加?|上升|升|提高|提升|扩大|扩|降低?|下降|缩短|压缩|跃升|发展|拓展)(?:至|到)"
)
_MOVED = re.compile(r"(?:由|从)[^，]{0,6}$")
_TOTAL = re.compile(r"(?:计划|协议|项目|工程)?(?:总投资额?|投资总额|投资额|总金额)")
_VERBS = re.compile(
    r"(?:引进|引入|签约|集聚|汇聚|培育|拥有|建成|形成|新增|入驻|落户|落地|储备|推进|实施|累计|完成|开工|竣工|建设|规划|生产|年产|研发|创建|"
    r"带动|提供|吸引|吸纳|安置|涵盖|覆盖|辐射|布局|设立|获得|取得|转化|申请|授权|发布|推出|出台|谋划|盘活|供应)+$"
)
_BY_KIND = {
    "area": "面积",
    "length": "长度",
    "mass": "重量",
    "power": "装机容量",
    "money": "金额",
    "duration": "用时",
    "volume": "容量",
}
_INTO = re.compile(r".*(?:进入|入选|登上|荣登|入围|跻身|蝉联|公布|发布)的?")
_AT_LAST = {"rank": "排名", "ratio": "占比"}
_FROM = re.compile(r"(?P<what>[^，]{2,24})(?:由|从)(?=[^，]*[年月前初末底期])[^，]{2,14}?的?")
_NOUNS = frozenset(("举措", "选手"))  # nouns that the segmenter takes for verbs
_VERBS_IN_FRONT = 2  # most verbs before the first noun of what is counted
_PLACED = re.compile(
    r"(?P<what>[^，]*?)(?:首次|继续|连续[^，]{1,4}|稳|跃|高|仍)?(?:位居|位列|名列|居于|居|列|排名?|跃升)(?:在|至|到)?"
    r"(?P<among>[^，]{0,18}?)(?:中|里|的)?"
)
_AMONG = re.compile(r"\d+[个家座]")
_MEASURES = frozenset("增速 增幅 总量 增量 规模 占比 排名 比重 均 并 双双".split())
_SHARE = re.compile(
    r"(?P<what>[^，]{0,14})占(?P<whole>(?!地|用|股|比)[^，。；、]{2,14}?)(?:的(?:比重|比例|份额)?)?(?:达到?|为|约|近|超过?|接近)*$"
)
# the ranking that a rank belongs to: 中国民营企业500强，列第368位
_RANKING = re.compile(r"([^\s，。；：、《》“”()（）]{2,22}?(?:\d强|百强县?市?|十强|榜单?|排行|排名|名录))")


def indicator(text: str, words: Sequence[Word], quantity: Quantity, begin: int, last: str, kind: str) -> str:
    """Return the indicator of a quantity; never empty.

    Args:
        text: `article.normal`.
        words: The article's words.
        quantity: The quantity.
        begin: Where its noun phrase may begin: after names, dates and other figures of the clause.
        last: The previous indicator in the sentence, empty if there is none.
        kind: Quantity kind of its unit.
    """
    head = _MOVED.sub("", text[begin : quantity.start])
    if last and _REACHED.fullmatch(head.strip("，、的")):
        return last
    if moved := _moved(text, begin, quantity.start):
        head = moved
    raw = _TAIL.sub("", head)
    head = _LEAD.sub("", raw)[-_LONGEST:]
    if kind == "rank":
        if name := _placed(text, begin, quantity.start, last):
            return name
        if len(head) < 2 and (name := _ranked(text, quantity.start)):
            return name
    if kind == "ratio" and (share := _share(text, begin, quantity.start, last)):
        return share
    if last and _GROWTH.fullmatch(head):
        return last + head
    if last.endswith("项目") and _TOTAL.fullmatch(head):
        return last + head
    if head.endswith(("年产", "日产")) and (made := follower(text, words, quantity.end)):
        return head[-2:] + made
    if kind == "count":
        tail = follower(text, words, quantity.end)
        if tail:
            # what is counted stands behind the number: 引进|6个|高端项目
            verb = head if _VERBS.fullmatch(head) else _verb_before(text, words, begin, begin + len(raw))
            return verb + tail
    if len(head) > 1:
        return head
    return (
        follower(text, words, quantity.end)
        or (_first_verb(text, words, quantity.end) if kind == "count" else "")
        or (last if kind == "money" and not is_growth(last) else "")
        or _BY_KIND.get(kind)
        or (last if last not in _BY_KIND.values() else "")
        or _AT_LAST.get(kind)
        or quantity.classifier
        or "数值"
    )


def _since(text: str, at: int, marks: str) -> int:
    """Return the position after the last of some marks before an offset, at most `_FAR` before it."""
    first = max(0, at - _FAR)
    return max(first, *(text.rfind(mark, first, at) + 1 for mark in marks))


def _ranked(text: str, at: int) -> str:
    """Return the ranking that a rank at an offset belongs to, empty if its sentence does not name it."""
    lists = _RANKING.findall(text, _since(text, at, "。；！？\n"), at)
    return _INTO.sub("", lists[-1]).removesuffix("排名") + "排名" if lists else ""


def follower(text: str, words: Sequence[Word], at: int) -> str:
    """Return the noun phrase that follows a number: 102个重点项目签约 gives 重点项目."""
    index = bisect_right(words, at, key=lambda word: word.end)
    end, verbs = at, 0
    for word in words[index : index + 7]:
        noun = word.tag[0] in "nabjlz" or word.tag == "eng" or text[word.start : word.end] in _NOUNS
        if noun or (word.tag == "vn" and not verbs):
            end = word.end
        elif word.tag == "c" and end > at:
            continue  # 国家|和|地区
        elif end == at and word.tag == "q" and word.end - at > 1:
            end = word.end  # 系列
        elif end == at and word.tag == "v" and verbs < _VERBS_IN_FRONT:
            verbs += 1  # 安置|区, 巡诊|车
        else:
            break
    return text[at:end]


def _verb_before(text: str, words: Sequence[Word], begin: int, end: int) -> str:
    """Return the verb at the end of a stretch of a text, empty if it does not end in one."""
    index = bisect_left(words, end, key=lambda word: word.end)
    word = words[index] if index < len(words) else None
    ends = word is not None and word.end == end and word.start >= begin and word.tag[0] == "v"
    return text[word.start : end] if word is not None and ends else ""


def _first_verb(text: str, words: Sequence[Word], at: int) -> str:
    """Return the verb directly after a number, which may be a noun to a reader: 23项|举措."""
    index = bisect_left(words, at, key=lambda word: word.start)
    word = words[index] if index < len(words) else None
    stands = word is not None and word.start == at and word.tag == "v" and word.end - at > 1
    return text[at : word.end] if word is not None and stands else ""


def _moved(text: str, begin: int, at: int) -> str:
    """Return what changed from this number to another one, if a date is between: 占比|由2017年的|4%."""
    found = _FROM.fullmatch(text, _since(text, at, "，。；：！？\n"), at)
    return found["what"] if found and begin > found.end("what") else ""


def _placed(text: str, begin: int, at: int, last: str) -> str:
    """Return what is ranked and among whom, where the words before a rank say it: 增速|居全市|第二."""
    found = _PLACED.fullmatch(text, _since(text, at, "，。；！？、\n"), at)
    if not found:
        return ""
    what = _LEAD.sub("", _TAIL.sub("", text[max(begin, found.start("what")) : found.end("what")]))
    if len(what) < 2 or what in _MEASURES:
        what = last + what
    return re.sub("[中里]排名$", "排名", _AMONG.sub("", f"{what}{found['among']}排名")) if what else ""


def _share(text: str, begin: int, at: int, last: str) -> str:
    """Return what is a share of what: 营收1060亿元，占邢台市的|五分之一 gives 营收占邢台市."""
    found = _SHARE.fullmatch(text, _since(text, at, "，。；：！？、\n"), at)
    if not found or (begin <= found.start("whole") and found["what"]):
        return ""
    what = _LEAD.sub("", found["what"]) or last
    return f"{what}占{found['whole']}" if what else ""


def is_growth(name: str) -> bool:
    """Return whether an indicator is a change in, or a share of, another one.

    >>> is_growth("固定资产投资同比增长"), is_growth("固定资产投资")
    (True, False)
    """
    return bool(
        re.search(r"(?:增长|增加|提高|提升|下降|减少|增幅|增速|回落|占比|占(?!地|用|股).{1,10})$", name)
    )
