"""Names of people: after a post (区委书记周振雷), in a byline, before a verb of speaking.

A Chinese personal name is a surname from the national register (one character, or one of the
common double surnames) followed by one or two characters. What follows shows where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names import lexicon as lx
from kg.extract.names.openings import Opening, Openings
from kg.extract.names.page import Line
from kg.model import Mention

_TITLE = lx.alternation(lx.TITLES)
# What may follow a personal name in running text
_SPEECH = "|".join(
    """
    说 表示 介绍 告诉 指出 强调 认为 透露 坦言 回忆 感慨 直言 笑着 宣布 致辞 讲话 主持 率 出席 带领
    一行 等 在 和 与 为 向 对 将 把 正 从 就 分别 也 及 来到 带着 带队 作 发表 欣喜 高兴 自豪 兴奋
    解释 补充 算 看着 指着 道 摄 文 图 受访 谈 是 到 曾 已 当选 获 被 拿 们 以 参加 深入 调研 赴
    会见 先生 女士 报道 通讯员 实习生 记者 整理
    """.split()
)
_AFTER = re.compile(rf"$|[\s，、。；：！？（）()”“《【/]|{_SPEECH}")
_REPORTERS = ("记者", "通讯员", "实习生", "摄影", "采写", "撰文", "编辑", "文/图", "图/", "文/", "文\\图")
_BEFORE = Openings(
    {
        "post": Opening(lx.TITLES, rf"(?:、(?:{_TITLE}))*(?:[（(][^（）()]{{1,12}}[)）])?"),
        "reporter": Opening(_REPORTERS, "[ :：/]?"),
    }
)
_PHOTO = re.compile(r"[ \n。）)]([\u4e00-\u9fff]{2,4})[ /]?(?:摄影|摄|图)")
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,6}·(?:[\u4e00-\u9fff]{1,8}·)?")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def name_at(normal: str, start: int, end: int) -> int | None:
    """Return the end of the personal name that begins at a position, or None.

    >>> name_at("周振雷表示，", 0, 6)
    3
    """
    if start >= end:
        return None
    foreign = _FOREIGN.match(normal, start, end)
    if foreign:
        for stop in range(foreign.end() + 2, min(foreign.end() + 9, end + 1)):
            if not _HAN.fullmatch(normal, foreign.end(), stop):
                break
            if _AFTER.match(normal, stop, end):
                return stop
        return None
    head = 2 if normal[start : start + 2] in lx.DOUBLE_SURNAMES else 1
    if head == 1 and normal[start] not in lx.SURNAMES:
        return None
    for given in (2, 1):
        stop = start + head + given
        if stop <= end and _HAN.fullmatch(normal, start, stop) and _AFTER.match(normal, stop, end):
            if given == 1 and normal[stop - 1] in "等和与在为说":
                continue
            return stop
    return None


def find_persons(line: Line, text: str) -> Iterator[Mention]:
    """Yield the personal names of one sentence."""
    normal, start, end = line.normal, line.start, line.end
    for name, found in line.find(_BEFORE):
        if name == "reporter":
            yield from _byline(normal, text, found.end(), end)
            continue
        at = found.end()
        while at < end and normal[at] in " \u3000":
            at += 1
        stop = name_at(normal, at, end)
        if stop and (at == found.end() or line.word(at).tag.startswith("nr")):
            yield Mention(at, stop, text[at:stop], "Person", "person:post", 0.85)
    for found in _PHOTO.finditer(normal, start, end):
        if name_at(normal, found.start(1), found.end(1)) == found.end(1):
            yield Mention(
                found.start(1),
                found.end(1),
                text[found.start(1) : found.end(1)],
                "Person",
                "person:photo",
                0.8,
            )
    for word in line.words:
        named = word.tag in ("nr", "nrfg") and start <= word.start and word.end - word.start >= 3
        if named and name_at(normal, word.start, end) == word.end:
            yield Mention(word.start, word.end, text[word.start : word.end], "Person", "person:word", 0.6)


def _byline(normal: str, text: str, at: int, end: int) -> Iterator[Mention]:
    """Yield the names after 记者 and the like, separated by spaces or 、."""
    while at < end:
        while at < end and normal[at] in " \u3000、/":
            at += 1
        stop = name_at(normal, at, end)
        if stop is None and at + 3 < end and normal[at + 1] == " " and normal[at] in lx.SURNAMES:
            return
        if stop is None:
            return
        yield Mention(at, stop, text[at:stop], "Person", "person:byline", 0.9)
        at = stop
        if at >= end or normal[at] not in " \u3000、/":
            return
