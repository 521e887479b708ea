"""Splitting of paragraphs into sentences.

For one paragraph, the start and end of each sentence are found. A Chinese sentence ends with 。！？ or
……; quotes and brackets that close after the stop belong to the sentence. A semicolon does not end a
sentence: 一是…；二是… is one sentence. A stop inside quotes does not end a sentence that continues
around the quote (“什么时候完工？”他问。), nor does a stop between brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile("[。｡！？!?]+|…{1,2}|\\.{6}")
_CLOSERS = "”’」』）)】》〉\"'］]"
_OPEN, _CLOSE = "“‘「『（(《【[", "”’」』）)》】]"
_MARK = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
# After a closing quote, these continue the sentence: the speaker, or a clause that depends on the quote.
_GOES_ON = re.compile(
    r"[，,、；;：:的地得]|(?:[\u4e00-\u9fff·A-Za-z]{0,14}?)(?:说|问|道|表示|介绍|告诉|回忆|感慨|坦言|笑|"
    r"答|称|喊|写道|谈到|算账|透露|指出|强调)[^。！？]{0,12}(?:[，。：！？]|$)"
    r"|[、，和与及]|是|成为|成了|已|正|在|这|等|一样"
)
_SIGNATURE = re.compile(r"[（(][^（）()。！？]{2,40}[）)]\s*\Z")
_LONGEST_QUOTE = 200


def split(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence, without surrounding white space.

    >>> text = "项目开工。“何时完工？”他问。增长3.5%！"
    >>> [text[a:b] for a, b in split(text)]
    ['项目开工。', '“何时完工？”他问。', '增长3.5%！']
    """
    start = scanned = 0
    opened: list[tuple[str, int]] = []
    for found in _STOP.finditer(text):
        if found.start() < scanned:
            continue
        _track(text, scanned, found.start(), opened)
        end = found.end()
        scanned = end
        if opened and end - opened[0][1] > _LONGEST_QUOTE:
            opened.clear()
        closed = end
        quote = -1
        while closed < len(text) and text[closed] in _CLOSERS:
            quote = max(quote, _pop(opened, text[closed]))
            closed += 1
        signature = _SIGNATURE.match(text, closed)
        if signature:
            closed = signature.end()
        scanned = closed
        if _embedded(text, start, quote, closed) or not _ends(text, found.group(), end, closed, bool(opened)):
            continue
        yield from _trimmed(text, start, closed)
        start = closed
        opened.clear()
    yield from _trimmed(text, start, len(text))


def _embedded(text: str, start: int, quote: int, closed: int) -> bool:
    """Return whether a short quote is inside a sentence, not speech after a colon: 推出“找区办！”活动."""
    return (
        start < quote < closed <= quote + 24
        and closed < len(text)
        and text[quote] in "“‘「『"
        and text[quote - 1] not in "：:，,、。！？…"
    )


def _ends(text: str, stop: str, end: int, closed: int, inside: bool) -> bool:
    if closed >= len(text):
        return True
    if (
        stop[0] in "!?"
        and text[end - 2 : end - 1].isascii()
        and text[end : end + 1].isascii()
        and text[end : end + 1].strip()
    ):
        return False
    if inside:
        return False
    if stop[0] in "….":
        return text[closed] not in "，,、；;）)" and (closed > end or not _joins(text, closed))
    if closed > end and text[end] in "”’」』":
        return not _GOES_ON.match(text[closed : closed + 32].lstrip())
    if closed > end and text[end] in "）)》】":
        return text[end] in "）)" and not _GOES_ON.match(text[closed : closed + 1])
    return text[closed] not in "，、；"


def _joins(text: str, at: int) -> bool:
    """Return whether the sentence continues after an ellipsis because a function word follows."""
    return text[at] in "的等和与及而但才就也却"


def _track(text: str, start: int, end: int, opened: list[tuple[str, int]]) -> None:
    for found in _MARK.finditer(text, start, end):
        c = found.group()
        if c in _OPEN:
            opened.append((c, found.start()))
        else:
            _pop(opened, c)


def _pop(opened: list[tuple[str, int]], closer: str) -> int:
    """Remove the opening mark that a closing mark matches, and return its offset, or -1."""
    if closer not in _CLOSE:
        return -1
    pair = _OPEN[_CLOSE.index(closer)]
    for k in range(len(opened) - 1, max(len(opened) - 6, -1), -1):
        if opened[k][0] == pair:
            at = opened[k][1]
            del opened[k:]
            return at
    return -1


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(body)
