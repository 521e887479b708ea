"""Repair of newspaper layout: rejoin sentences broken by a column, a page or a picture.

The characters of a file become a text made of blocks (paragraphs, headlines, bylines, captions, page
furniture); the offset in the file is recorded for every character of the text. Nothing is lost and
nothing is added: every character of the file other than white space is in the text exactly once, and
the line breaks between blocks are line breaks of the file.

Whether a line continues in the next one is decided without a dictionary:

- If nearly all lines of a file have the same length, the file is hard-wrapped: full lines continue.
- Otherwise a long line that ends without a full stop continues in the next line of prose. Anything
  between the two (captions, page furniture) is moved after the paragraph that it interrupted.
- A short line without a full stop is a headline of its own, unless the line before ends where no line
  can end (在, 的, 、 …) or the short line starts as no sentence can start (的, 了, ，…).
- Lists and verse keep their lines.

Meaning is not considered: a sentence whose second half is missing from the page stays incomplete.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from kg.model import SentenceKind
from kg.text.encoding import VEIL
from kg.text.lines import Line, LineKind, find_lines, is_open, kind_of

_LIST_MARK = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十]{1,3}[，、：,章节条]|"
    r"[（(]\d{1,2}[）)]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[①-⑳]"
    r"|[●○■□◆◇★☆▲△▪•·※➢✓*+-](?!\d)|[一二三四五六七八九十]是|[一二三四五六七八九十]要|【)"
)
# Characters with which no sentence begins, and characters and words with which no separate line ends.
_CONTINUES = tuple("的了着们地得和与及，。、；：）】》”’%％〉」』！？,;:)~～")
_HANGS = (
    *"的在和与及或、，,将把被对从向由以为是于至到并且而其该各某每",
    *"“‘（(《〈「『【-—~～",
    "以及",
    "通过",
    "关于",
)
_CAPTION_WORDS = re.compile(
    r"正在|现场|一角|外景|鸟瞰|全景|俯瞰|航拍|夜景|掠影|资料图|图为|风貌|初具规模|效果图|照片"
)
_THREE_HAN = re.compile("[\u4e00-\u9fff]{3}")
_PAIRS = {"“": "”", "《": "》", "（": "）", "「": "」", "(": ")", "【": "】"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a line that is not one.

    Attributes:
        start: Offset of the first character in the text.
        end: Offset after the last character.
        kind: The kind of its sentences.
    """

    start: int
    end: int
    kind: SentenceKind


@dataclass(frozen=True, slots=True)
class Layout:
    """A repaired text.

    Attributes:
        text: The blocks one after another, separated by line breaks of the source.
        places: Offsets into the source: `source[places[i]] == text[i]` for every i.
        blocks: The blocks in order; together they contain all of the text except line breaks.
    """

    text: str
    places: array[int]
    blocks: tuple[Block, ...]


def repair(source: str) -> Layout:
    """Return the text of a page with its broken sentences rejoined.

    Args:
        source: Characters of the file; every U+200A is dropped (see `kg.text.encoding.veil`).

    >>> page = repair("综述\\n为激发园区活力，从去年起云港市政府在月\\n\\n一角。 王宁 摄\\n\\n亮湾赋权。")
    >>> page.text
    '综述\\n为激发园区活力，从去年起云港市政府在月亮湾赋权。\\n一角。 王宁 摄'
    >>> [block.kind for block in page.blocks]
    ['headline', 'body', 'caption']
    """
    lines = tuple(find_lines(source))
    texts = [source[line.start : line.end].replace(VEIL, "") for line in lines]
    kinds = _kinds(lines, texts)
    groups = _Grouper(lines, texts, kinds).run()
    return _compose(source, lines, groups)


def wrap_width(lines: tuple[Line, ...], texts: list[str], kinds: list[LineKind]) -> float:
    """Return the width, in full-width characters, at which the file is hard-wrapped; 0 if it is not."""
    widths = [_width(texts[i]) for i in range(len(lines)) if kinds[i] in ("short", "prose")]
    long = [round(w) for w in widths if w >= 8]
    if len(long) < 6:
        return 0.0
    counts = Counter(long)
    best = max(counts, key=lambda w: (counts[w] + counts[w - 1] + counts[w + 1], w))
    near = sum(counts[w] for w in range(best - 2, best + 3))
    over = sum(n for w, n in counts.items() if w > best + 2)
    if best > 60 or near < 0.4 * len(long) or over > 0.1 * len(long):
        return 0.0
    full = [t for t in texts if abs(_width(t) - best) <= 2]
    # Lines of verse and lists are as even as wrapped prose, but they end at punctuation.
    return (
        float(best)
        if sum(is_open(t) and not t.endswith(("，", ",")) for t in full) >= 0.4 * len(full)
        else 0.0
    )


def _searched(texts: list[str]) -> str:
    """Return the lines of a page joined so that no match spans a line end; empty for a very long page."""
    return "\n".join(texts) if sum(map(len, texts)) <= 200_000 else ""


def _width(text: str) -> float:
    if len(text) > 400:
        return float(len(text))
    # the UTF-8 length separates full-width characters (three bytes) from ASCII (one) without a loop
    full = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
    return full + (len(text) - full) / 2


def _kinds(lines: tuple[Line, ...], texts: list[str]) -> list[LineKind]:
    """Classify lines one by one, then captions that only their neighbours reveal."""
    kinds = [kind_of(text) for text in texts]
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if len(lines) > 2 else 1
    for i in range(1, len(lines)):
        if kinds[i] != "prose" or len(texts[i]) > 70:
            continue
        sentences = len(re.findall("[。！？]", texts[i]))
        single = sentences == 1 and texts[i].endswith("。")
        apart = lines[i].gap >= usual + 2
        credited = i + 1 < len(lines) and kinds[i + 1] == "caption" and len(texts[i + 1]) <= 20
        noted = i + 1 < len(lines) and "图片" in texts[i + 1] and kinds[i + 1] == "furniture"
        cut = is_open(texts[i - 1]) and kinds[i - 1] == "prose"
        if single and (credited or (apart and (noted or cut or _CAPTION_WORDS.search(texts[i])))):
            kinds[i] = "caption"
    return kinds


class _Grouper:
    """Groups lines into blocks, from first to last, looking ahead by one line of prose."""

    def __init__(self, lines: tuple[Line, ...], texts: list[str], kinds: list[LineKind]) -> None:
        self.lines, self.texts, self.kinds = lines, texts, kinds
        self.wrap = wrap_width(lines, texts, kinds)
        prose = [line for line, kind in zip(lines, kinds, strict=True) if kind == "prose"]
        self.indents = len(prose) >= 3 and sum(line.indent for line in prose) >= 0.3 * len(prose)
        self.groups: list[tuple[list[int], SentenceKind]] = []
        self.open: int | None = None  # the block that may continue
        self.held: int | None = None  # an open block interrupted by a headline
        self.following = self._next_prose()
        self.page = _searched(texts)

    def run(self) -> list[tuple[list[int], SentenceKind]]:
        for i, kind in enumerate(self.kinds):
            if kind in ("caption", "furniture"):
                self._special(i, kind)
            elif kind == "byline":
                self.groups.append(([i], "byline"))
                self.open = self.held = None
            else:
                self._prose(i)
        return self.groups

    def _special(self, i: int, kind: LineKind) -> None:
        self.groups.append(([i], "caption" if kind == "caption" else "furniture"))

    def _prose(self, i: int) -> None:
        if self.open is not None and self._goes_on(self.open, i):
            self.groups[self.open][0].append(i)
            return
        if self.open is not None and self.groups[self.open][1] == "body" and self._unfinished(self.open):
            self.held = self.open
        headline = self._is_headline(i)
        if not headline and self.held is not None and self._fits(self.groups[self.held][0][-1], i):
            self.groups[self.held][0].append(i)
            self.open, self.held = self.held, None
            return
        self.groups.append(([i], "headline" if headline else "body"))
        self.open = len(self.groups) - 1
        if not headline:
            self.held = None

    def _unfinished(self, group: int) -> bool:
        members = self.groups[group][0]
        return is_open(self.texts[members[-1]])

    def _is_headline(self, i: int) -> bool:
        text = self.texts[i]
        if self.kinds[i] != "short":
            return False
        if self._full(i) and is_open(text) and not _LIST_MARK.match(text):
            after = self.following[i]
            return after is None or (self.kinds[after] == "short" and not self._full(after))
        if text.endswith(_HANGS) or (
            len(text) >= 18
            and i > 0
            and re.search("[，；,]", text)
            and not re.match("[—（(]|[一二三四五六七八九十]+、", text)
        ):
            return False
        after = self.following[i]
        if after is not None and self.kinds[after] == "prose" and self._word_cut(i, after):
            return False
        if (
            text.endswith(("！", "？", "!", "?", "…", "：", ":", "”"))
            and text[0] in "“‘「"
            and len(text) > 20
        ):
            return False
        return not self._is_list_item(i)

    def _is_list_item(self, i: int) -> bool:
        """Return whether a line is one of several neighbouring lines with numbers or bullets."""
        mark = re.match(r"\d{1,2}[、．.]|[（(]\d|[①-⑳]|[●○■□◆◇▪•·※➢✓*+-]", self.texts[i])
        if not mark:
            return False
        around = [j for j in (i - 1, i + 1) if 0 <= j < len(self.texts)]
        return any(re.match(r"\d{1,2}[、．.]|[（(]\d|[①-⑳]|[●○■□◆◇▪•·※➢✓*+-]", self.texts[j]) for j in around)

    def _full(self, i: int) -> bool:
        return self.wrap > 0 and _width(self.texts[i]) >= self.wrap - 2

    def _next_prose(self) -> list[int | None]:
        following: list[int | None] = [None] * len(self.kinds)
        after: int | None = None
        for i in range(len(self.kinds) - 1, -1, -1):
            following[i] = after
            if self.kinds[i] in ("short", "prose"):
                after = i
        return following

    def _goes_on(self, group: int, i: int) -> bool:
        """Return whether line i continues the block."""
        members, kind = self.groups[group]
        last = members[-1]
        before, text = self.texts[last], self.texts[i]
        if _LIST_MARK.match(text) and not text.startswith(_CONTINUES):
            return False
        if self.indents and self.lines[i].indent:
            return False
        if kind == "headline":
            return self._headline_goes_on(last, i)
        if not is_open(before):
            paragraphs = self.indents or self.lines[i].gap > 1
            return (
                self.wrap > 0
                and self._full(last)
                and self.lines[i].gap == 1
                and paragraphs
                and i - last == 1
                and (self.kinds[i] == "prose")
            )
        if before.endswith(_HANGS) and not self._is_verse(last, i):
            return True
        if self._fits(last, i):
            return True
        if self.wrap > 0:
            return self._full(last) and not (self.kinds[i] == "short" and self._starts_piece(i))
        if self.kinds[i] == "short":
            return False
        return not (len(members) == 1 and self._is_verse(last, i))

    def _fits(self, last: int, i: int) -> bool:
        """Return whether line i must continue `last`: no sentence starts like it, or a word is cut."""
        return self.texts[i].startswith(_CONTINUES) or self._word_cut(last, i)

    def _word_cut(self, last: int, i: int) -> bool:
        """Return whether three characters across the break occur together elsewhere on the page: 月|亮湾."""
        before, text = self.texts[last], self.texts[i]
        return any(
            _THREE_HAN.fullmatch(across) and across in self.page
            for across in (before[-1:] + text[:2], before[-2:] + text[:1])
        )

    def _headline_goes_on(self, last: int, i: int) -> bool:
        before, text = self.texts[last], self.texts[i]
        if self.lines[i].gap > 2 or i - last != 1:
            return False
        if any(before.count(a) > before.count(b) and b in text for a, b in _PAIRS.items()):
            return True
        if text.startswith(_CONTINUES):
            return self.kinds[i] == "short"
        return False

    def _starts_piece(self, i: int) -> bool:
        """Return whether a short line precedes a byline or deck: a headline, not the end of a column."""
        after = i + 1
        return after < len(self.kinds) and (
            self.kinds[after] == "byline" or self.texts[after].startswith("——")
        )

    def _is_verse(self, last: int, i: int) -> bool:
        before, text = self.texts[last], self.texts[i]
        return (
            before[-1] in "，,；;。、！？"
            and len(before) <= 20
            and len(text) <= 20
            and text[-1] in "，,；;。！？”"
            and self.lines[i].gap <= 2
        )


def _compose(source: str, lines: tuple[Line, ...], groups: list[tuple[list[int], SentenceKind]]) -> Layout:
    """Place the blocks one after another, with a line break of the source between each two."""
    breaks = _breaks(source, lines)
    parts: list[str] = []
    places: array[int] = array("l")
    blocks: list[Block] = []
    size = used = 0
    for members, kind in groups:
        if blocks and used < len(breaks):
            parts.append(source[breaks[used]])
            places.append(breaks[used])
            size += 1
            used += 1
        start = size
        for number, i in enumerate(members):
            first, end = lines[i].start, lines[i].end
            if number and used < len(breaks) and _spaced(source, lines[members[number - 1]].end, first):
                parts.append(source[breaks[used]])
                places.append(breaks[used])
                size += 1
                used += 1
            for piece in (
                re.finditer(f"[^{VEIL}]+", source[first:end]) if VEIL in source[first:end] else (None,)
            ):
                a, b = (first, end) if piece is None else (first + piece.start(), first + piece.end())
                parts.append(source[a:b])
                places.extend(range(a, b))
                size += b - a
        if size > start:
            blocks.append(Block(start, size, kind))
    return Layout("".join(parts), places, tuple(blocks))


def _breaks(source: str, lines: tuple[Line, ...]) -> list[int]:
    """Return the offset of one line break for each gap that has one."""
    found = []
    for before, after in pairwise(lines):
        at = source.find("\n", before.end, after.start)
        if at < 0 and after.start > before.end:
            at = next(
                (
                    k
                    for k in range(before.end, after.start)
                    if source[k] in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
                ),
                -1,
            )
        if at >= 0:
            found.append(at)
    return found


def _spaced(source: str, end: int, start: int) -> bool:
    """Return whether words in Latin letters meet at the line break, so that they stay separated."""
    return (
        source[end - 1].isascii()
        and source[end - 1].isalpha()
        and source[start].isascii()
        and source[start].isalpha()
    )
