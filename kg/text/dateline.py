"""Authors, newspaper and place of an article, and the boundaries between articles on one page.

The blocks of a repaired page are divided into parts (each an article of its own, with headline,
authors, publisher and place). A few lines whose kind is apparent only beside a headline (an
author's name alone, the name of a column) are also classified here.

A part begins at a headline followed by a byline or by a lead such as 本报讯, and at the headline
after an article signed at its end (（记者 某某）). Subheadings do not begin a part. 本报 does not
name a newspaper, so the publisher is None unless the text names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import Part, SentenceKind
from kg.text.layout import Block

# Surnames that cover more than nine in ten people with Chinese names; two-character ones first.
_DOUBLE = "欧阳 司徒 上官 诸葛 司马 皇甫 尉迟 公孙 慕容 令狐 夏侯 东方 南宫 端木 百里 呼延 完颜".split()
_SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛"
    "邢安齐易乔伍庞颜倪庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙"
    "鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾"
    "隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花"
    "权强帅屠豆朴盖练廉禹井"
    "祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯"
    "隆茹诺战慕危玉银亢嵇"
)
_NAME = r"[一-龥](?:[\s　](?=[一-龥](?:[\s　]|$)))?[一-龥·]{1,4}"
_ROLE = (
    r"(?:首席|特约|见习|实习|特派|驻[^\s，。记]{1,6}|全媒体|融媒体?)*(?:记者|评论员|通讯员|实习生|实习记者)"
)
_LEAD = re.compile(
    r"^(?:本报|新华社|中新社|中新网|[一-龥]{2,6}(?:日报|晚报|晨报|社|"
    r"网))?[^，。\s]{0,12}?(?:\d{1,2}月\d{1,2}日)?(?:讯|电)(?:[\s　（(：:，,]|$)"
)
_DATELINE = re.compile(
    r"^(?P<paper>本报|本社|本网|新华社|中新社|中新网|央视网|人民网|[一-龥]{2,8}(?:日报|晚报|晨报|时报|"
    r"商报|社|网|报))(?P<place>[一-龥]{2,8}?)?\s*"
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:专?电|讯)"
)
_SIGNED = re.compile(
    r"[（(](?:本报|本社|新华社|[一-龥]{2,8}(?:日报|晚报|时报|商报|报|网))?(?:首席|见习|全媒体)?(?:记者|"
    r"通讯员|"
    r"作者)[\s　:：]?[^（）()。]{2,30}[）)]$|[（(](?:新华社|人民日报|[一-龥]{2,8}(?:日报|晚报|报|"
    r"网))[）)]$"
)
_REPORTED = re.compile(
    rf"(?:^|[\s　（(讯电，])(?P<paper>本报|[一-龥]{{2,8}}?(?:日报|晚报|晨报|时报|商报|社|"
    rf"网))?(?P<role>{_ROLE})(?P<names>[^，。；（）()]{{1,40}}?)(?:报道|[）)]|$)"
)
_PAPER = re.compile(
    r"(新华社|中新社|中新网|人民网|央视网|新华网|[一-龥]{2,8}?(?:日报|晚报|晨报|早报|都市报|时报|商报|"
    r"周报|快报|导报|经济报|青年报|工人报|法治报|科技报|新闻网|电视台|广播电台|通讯社))"
)
_NOT_AUTHORS = re.compile(r"通讯员|实习生|摄影|摄|图|编辑|制图")


def is_person(name: str) -> bool:
    """Return whether a word of two to four characters may be a Chinese person's name.

    >>> is_person("司徒川"), is_person("王宁"), is_person("综述")
    (True, True, False)
    """
    bare = re.sub(r"[\s　]", "", name)
    if not re.fullmatch(r"[一-龥]{2,4}", bare):
        return False
    if bare[:2] in _DOUBLE:
        return len(bare) >= 3
    return bare[0] in _SINGLE and len(bare) <= 3


def authors_of(line: str) -> tuple[str, ...]:
    """Return the journalists in a byline, without correspondents (通讯员), trainees and photographers.

    >>> authors_of("本报记者 王宁 李小雨 通讯员 张三"), authors_of("文/赵一鸣 图/钱多")
    (('王宁', '李小雨'), ('赵一鸣',))
    """
    found: list[str] = []
    pieces = re.split(
        r"(记者|评论员|通讯员|实习生|实习记者|文图|图文|文|图|撰稿|撰文|采写|作者|执笔|整理|摄影|摄|编辑|"
        r"供稿|口述)(?=[\s　:：/／、]|[一-龥]{2,4}(?:报道|[\s　、）)]|$)|$|[）)])",
        line,
    )
    if len(pieces) == 1:
        return (re.sub(r"[\s　]", "", line),) if is_person(line.strip()) else ()
    for role, names in zip(pieces[1::2], pieces[2::2], strict=False):
        if role in ("通讯员", "实习生", "图", "摄影", "摄", "编辑", "供稿"):
            continue
        found += _names(names)
    if not found and pieces[0]:
        found += _names(re.sub(r"^[（(]?(?:据|本报|本版|稿件由|本报综合)+", "", pieces[0]))
    return tuple(dict.fromkeys(found))


def _names(text: str) -> list[str]:
    words = [
        w for w in re.split(r"[\s　、/／:：,，（）()]+", re.sub(r"报道$|报道[）)]$", "", text.strip())) if w
    ]
    names: list[str] = []
    k = 0
    while k < len(words):
        word = words[k].removesuffix("报道")
        if len(word) == 1 and k + 1 < len(words) and len(words[k + 1]) == 1:
            word, k = word + words[k + 1], k + 1
        k += 1
        if (
            re.fullmatch(r"[一-龥]{2,4}", word)
            and (is_person(word) or (len(word) <= 3 and not re.search(r"[报版社网部局委]$", word)))
        ) or "·" in word:
            names.append(word)
        else:
            break
    return names


def publisher_of(line: str) -> str | None:
    """Return the newspaper named in a byline or lead, None for 本报.

    >>> publisher_of("大连日报记者 王宁"), publisher_of("本报记者 王宁"), publisher_of("新华社大连9月1日电")
    ('大连日报', None, '新华社')
    """
    head = line[:40]
    dated = _DATELINE.match(head)
    if dated:
        return None if dated["paper"] in ("本报", "本社", "本网") else dated["paper"]
    found = _PAPER.search(head)
    if not found or (found.start() > 0 and head[found.start() - 1] in "《"):
        return None
    after = head[found.end() : found.end() + 6]
    named = re.match(r"[\s　]*(?:首席|见习|全媒体|特派|驻)?.{0,3}(?:记者|评论员|讯|电)|$|[）)]|[\s　]", after)
    return None if not named or found[1].startswith(("本报", "据", "本社")) else found[1]


def lead_place(text: str) -> str | None:
    """Return the place in a dateline, or None.

    >>> lead_place("新华社大连9月1日电（记者王宁）"), lead_place("本报讯 记者王宁报道")
    ('大连', None)
    """
    found = _DATELINE.match(text[:60])
    return found["place"] if found else None


def is_lead(text: str) -> bool:
    """Return whether a paragraph opens an article: 本报讯, 本报大连9月1日电, 新华社北京9月1日电."""
    head = text[:40]
    return bool(_DATELINE.match(head) or _LEAD.match(head))


def settle_kinds(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with author names and column names distinguished from headlines.

    A person's name alone on a line after a headline is a byline if a byline of the page contains it
    or if the text follows it. A short line between such a name and the text is the name of the column,
    which is page furniture.
    """
    words = [text[b.start : b.end] for b in blocks]
    signed = {
        name for b, line in zip(blocks, words, strict=True) if b.kind == "byline" for name in authors_of(line)
    }
    kinds: list[SentenceKind] = [b.kind for b in blocks]
    for i, line in enumerate(words):
        before = kinds[i - 1] if i else None
        if kinds[i] != "headline":
            continue
        lead = re.fullmatch(
            rf"(?:本报讯|新华社讯|本报.{{0,8}}[讯电])[\s　（(]*(?:本报)?{_ROLE}.{{1,30}}?(?:报道)?[）)]?",
            line,
        )
        alone = before == "headline" and is_person(line) and (line in signed or _text_follows(kinds, i))
        if lead or alone:
            kinds[i] = "byline"
        elif _is_column(words, kinds, i):
            kinds[i] = "furniture"
    return tuple(Block(b.start, b.end, kind) for b, kind in zip(blocks, kinds, strict=True))


def _is_column(words: Sequence[str], kinds: Sequence[SentenceKind], i: int) -> bool:
    """Return whether a short line stands between author and text: headline, author, column, text."""
    return (
        i >= 2
        and len(words[i]) <= 6
        and kinds[i - 2 : i] == ["headline", "byline"]
        and is_person(words[i - 1])
        and _text_follows(kinds, i)
    )


def _text_follows(kinds: Sequence[SentenceKind], i: int) -> bool:
    return any(kind == "body" for kind in kinds[i + 1 : i + 3])


def find_parts(text: str, blocks: Sequence[Block]) -> tuple[Part, ...]:
    """Return the parts of the page; together they cover the text."""
    starts = _starts(text, blocks)
    parts = []
    for number, first in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(blocks)
        a = 0 if number == 0 else blocks[first].start
        b = blocks[end].start if end < len(blocks) else len(text)
        parts.append(_part(text, blocks[first:end], a, b))
    return tuple(parts) or (Part(0, len(text)),)


def _starts(text: str, blocks: Sequence[Block]) -> list[int]:
    """Return the indices of the blocks that begin a part."""
    starts = [0] if blocks else []
    signed = False
    headlines: list[int] = []
    seen_text = False
    for i, block in enumerate(blocks):
        line = text[block.start : block.end]
        if block.kind == "headline":
            if not headlines and signed and seen_text:
                starts.append(i)
                signed = False
            headlines.append(i)
            continue
        begins = (block.kind == "byline" and authors_of(line)) or (block.kind == "body" and is_lead(line))
        if begins and headlines and headlines[0] > starts[-1] and (seen_text or block.kind == "body"):
            starts.append(headlines[0])
            signed = False
        if block.kind == "body":
            seen_text = True
            signed = bool(_SIGNED.search(line[-60:]))
        if block.kind == "body" or begins:
            headlines = []
    return starts


def _part(text: str, blocks: Sequence[Block], start: int, end: int) -> Part:
    headline = ""
    authors: list[str] = []
    publisher = place = None
    for block in blocks:
        line = text[block.start : block.end]
        if block.kind == "headline" and not headline and not line.startswith("——"):
            headline = line
        elif block.kind == "byline":
            authors += authors_of(line)
            publisher = publisher or publisher_of(line)
        elif block.kind == "body" and is_lead(line):
            found = _REPORTED.search(line[:80])
            authors += authors_of(found["role"] + " " + found["names"]) if found else []
            publisher = publisher or publisher_of(line)
            place = place or lead_place(line)
    last = next((text[b.start : b.end] for b in reversed(blocks) if b.kind == "body"), "")
    tail = _SIGNED.search(last[-60:])
    if tail and not authors:
        authors += authors_of(tail.group().strip("（）()"))
        publisher = publisher or publisher_of(tail.group().strip("（）()"))
    return Part(start, end, headline, tuple(dict.fromkeys(authors)), publisher, place)
