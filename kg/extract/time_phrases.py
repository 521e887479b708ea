"""Patterns of time expressions: 2023年, 3月27日, 前11个月, 上半年, “十四五”期间, 近三年来, 目前.

Matches are found in `Article.normal`, from left to right. Their named groups hold the components:
`year` (1984), `short` (21年6月), `rel` (今年), `month`, `day`; `year2`, `month2` and `day2` for the end
of a range; `part` for a part of a year, with its `count` of months; `since`; `word`; `plan` with its
`phase`; `years`. The expressions are resolved to periods in `kg.extract.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_YEAR_WORDS = "今年|去年|前年|明年|后年|当年|同年|本年|上年|次年|翌年"
_Y = (
    r"(?:(?P<year>(?:1[5-9]|20)\d\d)年(?!代|级|均|产|轻)|(?P<short>\d\d)年(?=\d{1,2}月)"
    rf"|(?P<rel>{_YEAR_WORDS}))"
)
_MONTH, _DAY = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_M = rf"(?P<month>{_MONTH})月份?"
_D = rf"(?:(?P<day>{_DAY})[日号](?!线|楼|机|馆|厅|门|站|地))"
_TO = r"[ ]?(?:至|到|—{1,2}|-|–|~|～)[ ]?"
_PART = (
    r"(?P<part>上半年|下半年|前?第?[一二三四]个?季度|前?三个?季度"
    r"|前(?P<count>1[01]|[1-9]|十一|[二两三四五六七八九十])个?月|年?初|年?底|年?末|年中)"
)
_SINCE = r"(?P<since>以来|至今|起(?=，|至今))?"
_WORD = (
    "当日|当天|同日|同一天|当月|同月|本月|上月|上个月|下月|近日|日前|近期|目前|眼下|如今|当前|现在|截至目前|今天"
    "|昨日|昨天|近年来?|同期"
)
_NUMERAL = "一二两三四五六七八九十"
_OPENS_YEAR = "0" + "".join(word[0] for word in _YEAR_WORDS.split("|"))
# The characters that a match may begin with (0 for any digit), and the pattern; the first match counts
_PATTERNS = (
    (
        _OPENS_YEAR,
        rf"{_Y}?[ ]?(?P<month>{_MONTH})月(?P<day>{_DAY})日?{_TO}"
        rf"(?:(?P<month2>{_MONTH})月)?(?P<day2>{_DAY})日",
    ),
    (_OPENS_YEAR, rf"{_Y}(?P<month>{_MONTH})月{_TO}(?P<year2>(?:19|20)\d\d)年(?:(?P<month2>{_MONTH})月)?"),
    (_OPENS_YEAR, rf"{_Y}?[ ]?(?P<month>{_MONTH})月?份?{_TO}(?P<month2>{_MONTH})月(?!\d)份?"),
    ("0", rf"(?P<year>(?:19|20)\d\d)年?{_TO}(?P<year2>(?:19|20)\d\d)年"),
    (_OPENS_YEAR, rf"{_Y}[ ]?{_M}{_D}?(?:上旬|中旬|下旬|初|底|末)?{_SINCE}"),
    (_OPENS_YEAR, rf"{_Y}{_PART}{_SINCE}"),
    (_OPENS_YEAR, rf"{_Y}(?:度|间|里|内)?{_SINCE}"),
    ("0", rf"{_M}{_D}{_SINCE}"),
    ("0", rf"{_M}(?:上旬|中旬|下旬|初|底|末)?{_SINCE}"),
    ("0", rf"(?P<day>{_DAY})日(?=[,，、\u4e00-\u9fff])(?!(?:均|产|处|本|元|供|照|用|游))"),
    ("上下前第一二三四年", _PART),
    ("".join(word[0] for word in _WORD.split("|")), rf"(?P<word>{_WORD})"),
    (
        "“十",
        r"“?(?P<plan>十[一二三四五六]五)”?(?P<phase>时期末|期末|末|期间|时期|以来|规划|开局之年|收官之年)",
    ),
    (
        "0近过这最" + _NUMERAL,
        rf"(?:近|过去|这|最近)?(?P<years>[{_NUMERAL}]{{1,3}}|\d{{1,2}})(?:多)?年(?:来|间|以来)",
    ),
)


def _by_first() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """Return the patterns whose matches may begin with each character, in order."""
    patterns = [(frozenset(first), re.compile(pattern)) for first, pattern in _PATTERNS]
    characters = frozenset().union(*(first for first, _ in patterns))
    return {c: tuple(pattern for first, pattern in patterns if c in first) for c in sorted(characters)}


_BY_FIRST = _by_first()
# Where a match may begin: every position where a pattern matches, and few others
_START = re.compile(
    rf"[\d今去前明后当同本上次翌下年近日目眼如现截昨“过这最第{_NUMERAL}](?:"
    r"(?<=\d)\d{0,3}(?:[年月日号份多]| ?[至到—–~～-])"
    rf"|(?<=[{_NUMERAL}])[{_NUMERAL}]{{0,2}}(?:多?年|个?季|五)"
    rf"|(?<=[前第近这])[第{_NUMERAL}\d]|(?<=“)十"
    r"|(?<=[今去前明后当同本上次翌近])年|(?<=[今昨])天|(?<=[当同昨])日|(?<=[当同本上下])月"
    r"|(?<=同)[一期]|(?<=当)[天前]|(?<=上)[半个]|(?<=下)半|(?<=年)[初底末中]|(?<=近)[日期]"
    r"|(?<=[日目])前|(?<=眼)下|(?<=如)今|(?<=现)在|(?<=截)至|(?<=过)去|(?<=最)近)"
)
_LEFT = re.compile(r"[\dA-Za-z.\-/第]")


def find_phrases(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the start and the match of each time expression; they do not overlap.

    >>> [text.group() for _, text in find_phrases("去年3月签约，2023年底投产，近日")]
    ['去年3月', '2023年底', '近日']
    """
    at = 0
    while begin := _START.search(text, at):
        start = begin.start()
        at = start + 1
        digit = text[start].isdecimal()
        if not (digit and start and _LEFT.match(text[start - 1])):
            found = _phrase(text, start, "0" if digit else text[start])
            if found:
                yield start, found
                at = found.end()
                continue
        while digit and at < len(text) and text[at].isdecimal():
            at += 1


def _phrase(text: str, start: int, first: str) -> re.Match[str] | None:
    for pattern in _BY_FIRST[first]:
        if found := pattern.match(text, start):
            return found
    return None
