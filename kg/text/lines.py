"""The kind of a line on a newspaper page, judged by the line alone.

A line without surrounding white space is classified as `caption`, `furniture`, `byline`, `short` (may be
a headline) or `prose`. Its context is taken into account in `kg.text.layout`. Long lines are prose
without further inspection, so the patterns cost nothing on them.

The patterns follow the conventions of the Chinese press: photo credits (某某 摄, 某某供图, 图/某某), the
staff lines of a page (责编, 版式), page numbers and dates, jumps (下转第二版), bylines (本报记者 某某,
文/某某, 某某 整理, 某单位 2025年3月).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["caption", "furniture", "byline", "short", "prose"]

# Maximum length, in characters, of a headline, a byline and a caption.
HEADLINE_CHARS = 42
BYLINE_CHARS = 80
CAPTION_CHARS = 160

_BREAK = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_JUMP = (
    r"[（(【]?\s*(?:紧?\s*(?:上接|下转|转)|详见|相关报道见)\s*"
    r"第?\s*[A-Za-z]?[\d一二三四五六七八九十零〇]{1,3}\s*(?:版|页)[^，。；]{0,14}[）)】]?"
)
_JUMP_END = re.compile(r"[（(【]\s*(?:紧?(?:上接|下转)|详见|相关报道见)[^（）()【】。]{1,18}[）)】]$")
_JUMP_START = re.compile(r"^[（(【]\s*紧?上接[^（）()【】。]{1,18}[）)】]")
_CREDIT = re.compile(
    r"[\s　/／]摄(?:影|制)?(?:报道)?[）)]?$"
    r"|(?:记者|通讯员|作者)[^，。！？]{1,15}摄(?:影)?(?:报道)?[）)]?$"
    r"|(?:^|[\s　（(。！？])[^，。！？\s　（(]{0,16}[\s　]?供图[）)]?$"
    r"|(?:^|[\s　（(。！？])(?:图片?|摄影|照片|制图|视频截图|插画|漫画)[/／:：][^，。！？]{1,20}[）)]?$"
    r"|(?:^|[\s　（(。！？])(?:图片|照片)(?:来源[:：]?|由)[^，。！？]{1,20}[）)]?$"
    r"|[（(](?:资料)?(?:图片|照片|资料图|网络图片|效果图|无人机照片|视频截图|拼版照片|受访者供图)[）)]$"
    r"|[\s　](?:新华社发|中新社发|资料图片|资料照片|本报资料片|效果图|航拍)(?:[（(][^（）()]{1,12}[）)])?$"
)
_CAPTION_START = re.compile(
    r"^(?:[▲△▼▽◆↑↓←→]|图[①-⑩\d一二三四五六七八九十]{1,2}[:：为是、]|(?:图|(?:上|下|左|右|题|中|大|小|本|"
    r"首|两|组)图|照片)(?:均)?(?:为|[:：])|[（(【]?图片说明)"
)
_PHOTO_NOTE = re.compile(
    r"^[（(]?(?:本版|本报|本文|文中|本组|以上)?(?:所有)?(?:图片|照片|供图)(?:除|均|由|为|[:：]).{1,34}[）)]?$"
)
_STAFF = re.compile(
    r"^[□■●◎\s]*(?:(?:本版|本期|今日|本报)?(?:责任编辑|责编|编辑|主编|副主编|执行主编|美术编辑|美编|版式|"
    r"校对|检校|审校|排版|组版|值班(?:编委|主任|总编辑?)?"
    r"|策划|总策划|统筹|视觉|图编|一读|终审|监制|出品))(?:设计)?(?:[\s　:：/／].{0,60}|)$"
)
_PAGE = re.compile(
    r"^(?:第?[A-Za-z]?\d{1,3}\s*版?(?:[\s　:：·|｜].{0,24})?"
    r"|第[A-Za-z]?[\d一二三四五六七八九十]{1,3}版(?:[\s　:：·|｜].{0,24}|)"
    r"|.{1,12}[\s　|｜]第?[A-Za-z]?\d{1,2}版"
    r"|[-—–·\s]*第?\s*\d{1,4}\s*页?(?:\s*[/／共]\s*\d{1,4}\s*页?)?[-—–·\s]*"
    r"|[\d\s/.年月日]*(?:总第\s*\d+\s*期|今日\s*\d+\s*版|国内统一.{0,30}刊号.*|国内统一连续出版物号.*|"
    r"邮发代号.*|CN\s*\d\d[-—]\d{4}.*)"
    r"|(?:本社|本报|社|报社)?(?:地址|电话|邮编|网址|投稿邮箱|新闻热线|广告热线|发行热线)[:：].{0,60}"
    r"|(?:公益)?广告|(?:扫一扫|扫码|扫描二维码).{0,24}|微信扫.{0,20})$"
)
_DAY = (
    r"(?:(?:19|20)\d\d|[二一]〇?[〇零一二三四五六七八九]{2,3})\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
)
_WEEKDAY = re.compile(
    rf"^.{{0,12}}(?:{_DAY}|\d{{1,2}}月\d{{1,2}}日)\s*[\s　,，]*(?:农历.{{2,14}})?(?:星期|"
    rf"周)[一二三四五六日天].*$"
)
_DATE_ONLY = re.compile(
    rf"^[（(]?(?:发布时间|时间|日期|发布日期|"
    rf"来源时间)?[:：]?\s*{_DAY}(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?(?:\s*(?:来源|作者|"
    rf"编辑)[:：].{{0,40}})?[）)]?$"
)
_ROLE = r"(?:首席|特约|见习|实习|特派|驻地|驻[^\s，。记]{1,6})?(?:记者|通讯员|评论员|特约撰稿人|撰稿人|撰稿)"
_BYLINE = re.compile(
    rf"^[■□●○◎★☆▪\s]*[（(]?\s*(?:(?:本报|本刊|本社|本网|全媒体|融媒体?|特约|"
    rf"[^，。！？；：\s　]{{1,10}}(?:日报|晚报|晨报|早报|都市报|时报|商报|周报|快报|导报|通讯社|新华社|"
    rf"人民网|新闻网|电视台|报|网|台))*\s*(?:全媒体|融媒体?)?{_ROLE}(?:[\s　:：/／、□■]|"
    rf"[一-龥·]{{2,4}}$).*"
    r"|(?:文|图文|文图|文/图|图/文|撰文|采写|作者|撰稿|执笔|口述|记录|来源|供稿|整理|编译|翻译|"
    r"原作者)[\s　]?[/／:：|｜／].{1,50}"
    r"|实习生[\s　].{1,30}"
    r"|(?:本版|本报|本期|本组)(?:采写|撰稿|撰文|稿件|文字|综合整理|综合|文图|整理|内容).{0,50}"
    r")[）)]?$"
)
_BYLINE_END = re.compile(
    r"^[^，。！？；]{2,40}[\s　](?:供稿|整理|执笔|采写|撰稿|文/图|编译|撰文|文|口述|报道)[）)]?$|"
    r"^[^，。！？；]{2,30}供稿(?:[\s　].{4,16})?$"
)
_YEAR_WRITTEN = r"(?:(?:19|20)\d\d|[一二][〇○零九][〇○零一二三四五六七八九]{2})"
_ISSUER = re.compile(
    r"^[（(]?[^，。！？；]{2,50}?(?:[\s　(（]|整理|发布|摘登|供稿|通报)*"
    rf"{_YEAR_WRITTEN}\s*年(?:\s*[\d一二三四五六七八九十]{{1,2}}\s*月"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?)?(?:发布|摘登|整理|印发)?[）)]?[）)]?$"
)
_ISSUE_DATE = re.compile(r"^[（(](?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?[^，。！？；]{0,12}[）)]$")
_ISSUER_BODY = re.compile(
    r"(?:局|委|厅|部|办|办公室|政府|管委会|人大|政协|中心|公司|集团|院|会|处|委员会|整理|发布|摘登|供稿|"
    rf"报告|通报|讲话|单位)[\s　（(）)]*(?:{_YEAR_WRITTEN}|整理|发布|摘登|[^，。]{{0,4}}$)"
)
_CLAUSE = re.compile("[，,]")
_CLOSERS = "”’」』）)】》〉\"'］]"
_ENDERS = "。！？!?…；;：:｡"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without surrounding white space.

    Attributes:
        start: Offset of the first character in the source.
        end: Offset after the last character.
        gap: Number of line breaks between the previous line and this one.
        indent: Whether it is indented by at least two full-width spaces, four narrow spaces or a tab.
    """

    start: int
    end: int
    gap: int
    indent: bool


def find_lines(source: str) -> Iterator[Line]:
    """Yield the lines that are not blank, with page jumps such as （下转第二版） split off at either end."""
    last = 0
    for found in _BREAK.finditer(source):
        start, end = found.span()
        raw = found.group()
        body = raw.strip()
        if not body:
            continue
        lead = len(raw) - len(raw.lstrip())
        start, end = start + lead, start + lead + len(body)
        gap = source.count("\n", last, start) or source.count("\r", last, start) or int(last > 0)
        indent = raw[:lead].count("　") >= 2 or raw[:lead].count(" ") >= 4 or "\t" in raw[:lead]
        head = _JUMP_START.match(body[:40])
        if head and head.end() < len(body):
            yield Line(start, start + head.end(), gap, indent)
            start += head.end()
            start += len(source[start:end]) - len(source[start:end].lstrip())
            gap = 0
        tail_from = max(start, end - 40)
        tail = _JUMP_END.search(source[tail_from:end])
        if tail and tail_from + tail.start() > start:
            cut = tail_from + tail.start()
            yield Line(start, start + len(source[start:cut].rstrip()), gap, indent)
            yield Line(cut, end, 0, False)
        else:
            yield Line(start, end, gap, indent)
        last = end


def kind_of(line: str) -> LineKind:
    """Return the kind of a line, judged by the line alone.

    >>> kind_of("工人正在装配整机。 罗成 摄"), kind_of("本报记者 王宁"), kind_of("（下转第二版）")
    ('caption', 'byline', 'furniture')
    """
    size = len(line)
    if size > CAPTION_CHARS:
        return "prose"
    if _PAGE.match(line) or (size <= BYLINE_CHARS and _is_furniture(line)):
        return "furniture"
    if _CREDIT.search(line) or (_CAPTION_START.match(line) and line.count("。") <= 2):
        return "caption"
    if size <= BYLINE_CHARS and is_byline(line):
        return "byline"
    return "short" if is_short(line) else "prose"


# The name of an opinion column above the headline: 本报评论, 【社評】, 时评
_OPINION = re.compile(
    r"^[【\[「]?(?:本报|本報)?(?:特约)?"
    r"(?:评论员文章|評論員文章|评论|評論|社论|社論|社评|社評|时评|時評|短评|短評)[】\]」]?$"
)


def _is_furniture(line: str) -> bool:
    return bool(
        _STAFF.match(line)
        or _OPINION.match(line)
        or _PHOTO_NOTE.match(line)
        or re.fullmatch(_JUMP, line)
        or _DATE_ONLY.match(line)
        or (_WEEKDAY.match(line) and "。" not in line)
        or re.fullmatch(r"[\W_]+", line)
    )


def is_byline(line: str) -> bool:
    """Return whether a line names who wrote or issued the article, and nothing else.

    >>> is_byline("湛江市人民政府办公室 2025年3月"), is_byline("记者从发布会上获悉，项目开工。")
    (True, False)
    """
    if line.rstrip(_CLOSERS).endswith(("。", "！", "？", "，", "；")):
        return False
    if _BYLINE.match(line) and "，" not in line and "。" not in line:
        return True
    if _ISSUE_DATE.match(line) or _BYLINE_END.match(line):
        return True
    bracketed = (
        line[0] in "（(" and line[-1] in "）)" and re.search(r"整理|摘登|摘自|执笔|采写|发布|供稿|来源", line)
    )
    return bool(bracketed) or bool(_ISSUER.match(line) and _ISSUER_BODY.search(line))


def is_short(line: str) -> bool:
    """Return whether a line may be a headline: short, and not a sentence with a full stop."""
    if len(line) > HEADLINE_CHARS:
        return False
    if line.startswith(("——", "——", "--", "—")):
        return not line.rstrip(_CLOSERS).endswith("。")
    clauses = len(_CLAUSE.findall(line))
    if clauses > 2 or (clauses and len(line) > 30):
        return False
    return not re.search("[。；;]", line) and not line.endswith(("，", "、", ","))


def is_open(line: str) -> bool:
    """Return whether a line ends in the middle of a sentence.

    >>> is_open("市政府在月"), is_open("项目开工。”"), is_open("达产。（记者 王宁）")
    (True, False, False)
    """
    tail = line[-40:].rstrip()
    if tail.endswith(("）", ")")):
        at = max(tail.rfind("（"), tail.rfind("("))
        if at > 0 and tail[:at].rstrip(_CLOSERS + " ").endswith(tuple(_ENDERS)):
            return False
    bare = tail.rstrip(_CLOSERS)
    return not bare.endswith(tuple(_ENDERS))
