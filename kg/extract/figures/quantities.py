"""Figures in running text: every number with a unit, as a span, a decimal and a unit.

Takes `Article.normal` (or any text) and returns non-overlapping `Quantity` records in order of
`start`. Dates, clock times, telephone numbers, road, model and standard numbers (G15, 5G, AG600),
ordinals of meetings and volumes (第五届) and slogans (“1+8”) are not quantities. Whose figure it is
and what it measures is decided in `kg.extract.figures.observations`.

The scan is linear in the length of the text: numbers are matched possessively, and a run of
digits is never entered twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

from kg.extract.figures.bounds import Bound, find_bound
from kg.extract.figures.units import DIGITS, NUMERALS, Unit, chinese_number, scale, units
from kg.model import Quantity

# 千 belongs to the unit in 千瓦, 千米, 千克 and 千伏, as does 百 in 百分点
_CHINESE = rf"(?:[{NUMERALS.replace('千', '')}]|千(?![瓦米克伏安帕]))++"
_NUMBER = rf"""(?:
      (?P<digits>\d{{1,3}}(?:,\d{{3}})++(?![\d,])(?:\.\d++)?|\d++(?:\.\d++)?)[ ]?
      (?P<more>[余多])?(?P<scale>万亿|[十百千]?[万亿]|[百十](?!分)|千(?![瓦米克伏安帕]))?(?P<more2>[余多])?
    | (?P<chinese>(?:上(?=[十百千万亿]))?[数几]?{_CHINESE}(?:[余多几][万亿]{{0,2}}+)?)
    )"""
_ANONYMOUS = re.sub(r"\?P<\w+>", "?:", _NUMBER)
_START = re.compile(rf"[\d数几上第前首榜半翻{NUMERALS}]")
_RUN = re.compile(rf"[\d.,]++|[{NUMERALS}]++")
_ORDINAL = re.compile(
    rf"第(?:\d++|[{NUMERALS}]++)(?:位次?|名|大(?!道|街|学|队|会))|前(?:\d++|[二两三四五六七八九十百]++)(?:位|名|强(?!企))?"
)
_BARE_ORDINAL = re.compile(r"第[一二三四五六七八九十]++")
_BARE_TOP = re.compile(r"前[三五十]")
_FRACTION = re.compile(
    rf"[{NUMERALS}]++分之[{NUMERALS}]++(?:点[{''.join(DIGITS)}]++)?(?:[至到—~][{NUMERALS}]++分之[{NUMERALS}]++)?"
    r"|(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/.年月])"
)
_TENTHS = re.compile(r"[一二三四五六七八九]成[一二三四五六七八九](?![十百千万亿])")
_SEVERAL = re.compile(r"\d{1,2}×(?=\d)")
_HALF = re.compile(r"一半|半数(?!据)|半壁江山")
_TIMES_OVER = re.compile(rf"翻(?:了)?(?:\d++|[{NUMERALS}]++)?番")
_CLOCK = re.compile(r"\d++小时(?:\d++分钟?)?(?:\d++秒)?|\d++分钟?\d++秒")
_PART = re.compile(r"(\d++)(小时|分钟?|秒)")
# A number before one of these words is not a measure but a year, a date, a time of day or an ordinal
_NO_UNIT = re.compile(r"(?:代|级|月(?!活)|日|号|届|时(?!间)|点(?!位)|后|世纪|路|线|师|连|次方|\.\d|[A-Za-z])")
_IDIOM = re.compile(
    r"千家万户|千秋万代|千头万绪|千行百业|百年大计|一年一度|一个个|一座座|一家家|一条条|一项项|一批批"
)
# Units that form only everyday words with a Chinese numeral before them: 十分, 一方, 一面
_NARRATIVE = ("分", "度", "方", "点", "里", "升", "面", "角", "起", "本", "门", "道")
_LONGEST = 20  # digits; a longer run is not a figure
_VAGUE = re.compile("[余多上]")


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order of `start`.

    Following the annotation contract, the source form of each excludes 近, 约 and 超 before it
    and 余 and 以上 after it, but keeps 余 and 多 inside a number. The value of a range is its
    lower end, and its bound is `min`.

    >>> [(q.text, str(q.value), q.unit) for q in find_quantities("近102个，5267.4亿元，增长34.4%")]
    [('102个', '102', 'COUNT'), ('5267.4亿元', '526740000000', 'CNY'), ('34.4%', '34.4', 'PERCENT')]
    >>> [(q.text, q.bound) for q in find_quantities("超5600余万元、约三年、20至30家、第48位")]
    [('5600余万元', 'min'), ('三年', 'about'), ('20至30家', 'min'), ('第48位', 'exact')]
    >>> find_quantities("2023年3月27日上午8时，第五届，5G，G15高速，“1+8”，电话12345678")
    ()
    """
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[Quantity]:
    at = 0
    while found := _START.search(text, at):
        at = found.start()
        if idiom := _IDIOM.match(text, at):
            at = idiom.end()
            continue
        quantity = _ordinal(text, at) or _special(text, at) or _measure(text, at)
        if quantity:
            yield quantity
            at = quantity.end
        else:
            run = _RUN.match(text, at)
            at = run.end() if run else at + 1


def _ordinal(text: str, at: int) -> Quantity | None:
    """Return a rank: 第48位, 第二 at the end of a clause, 前三, 首位, 榜首."""
    if text[at] not in "第前首榜":
        return None
    if text.startswith(("首位", "榜首"), at) and not text.startswith("首位度", at):
        return Quantity(at, at + 2, text[at : at + 2], Decimal(1), "RANK", "位")
    found = _ORDINAL.match(text, at)
    if found and found.end() - at > 2 and (text[at] == "第" or found[0][-1] in "位名强"):
        number = found[0].lstrip("第前").rstrip("位次名大强")
        value = _number(number)
        bound: Bound = "max" if text[at] == "前" else "exact"
        return Quantity(at, found.end(), found[0], value, "RANK", found[0][-1], bound)
    bare = (_BARE_ORDINAL if text[at] == "第" else _BARE_TOP).match(text, at)
    if bare and (bare.end() == len(text) or text[bare.end()] in "，。；、！？,;)）”的\n 和"):
        return Quantity(at, bare.end(), bare[0], chinese_number(bare[0][1:]), "RANK", "")
    return None


def _number(text: str) -> Decimal | None:
    if not text.isdecimal():
        return chinese_number(text)
    return Decimal(text) if len(text) <= _LONGEST else None


def _special(text: str, at: int) -> Quantity | None:
    """Return a fraction, tenths, a half, a doubling, several of one size (2×30万千瓦) or a compound time."""
    if (found := _FRACTION.match(text, at)) and (at == 0 or text[at - 1] not in NUMERALS):
        return Quantity(at, found.end(), found[0], _fraction(found[0]), "PERCENT", "分之")
    if text[at] in "一半" and (found := _HALF.match(text, at)):
        bound = find_bound(text, at, found.end())
        return Quantity(at, found.end(), found[0], Decimal(50), "PERCENT", "半", bound)
    if _TENTHS.match(text, at):
        value = Decimal(10 * DIGITS[text[at]] + DIGITS[text[at + 2]])
        return Quantity(at, at + 3, text[at : at + 3], value, "PERCENT", "成", find_bound(text, at, at + 3))
    if (
        text[at].isdecimal()
        and _left_free(text, at)
        and (found := _SEVERAL.match(text, at))
        and (one := _measure(text, found.end(), inside=True))
    ):
        times = int(found[0][:-1])
        return replace(one, start=at, text=text[at : one.end], value=one.value and _plain(one.value * times))
    if text[at] == "翻" and (found := _TIMES_OVER.match(text, at)):
        number = found[0].strip("翻了番") or "一"
        return Quantity(at, found.end(), found[0], _number(number), "DOUBLING", "番")
    if text[at].isdecimal() and _left_free(text, at) and (found := _CLOCK.match(text, at)):
        parts = _PART.findall(found[0])
        if len(parts) > 1:
            seconds = sum((Decimal(n) * {"小": 3600, "分": 60, "秒": 1}[u[0]] for n, u in parts), Decimal(0))
            return Quantity(
                at, found.end(), found[0], seconds, "S", "小时", find_bound(text, at, found.end())
            )
    return None


def _fraction(text: str) -> Decimal | None:
    first = re.split("[至到—~]", text)[0]
    if "/" in first:
        above, below = (Decimal(n) for n in first.split("/"))
    else:
        whole, _, part = first.partition("分之")
        head, _, decimals = part.partition("点")
        below, over = chinese_number(whole) or Decimal(0), chinese_number(head)
        if over is None:
            return None
        above = over + (Decimal("0." + "".join(str(DIGITS[c]) for c in decimals)) if decimals else 0)
    if not below or len(text) > 4 * _LONGEST:
        return None
    return _plain((above / below * 100).quantize(Decimal("0.0001")))


def _left_free(text: str, at: int) -> bool:
    """Return whether a number may begin here: not inside G15, AG600, 1+8, 3.5.1 or 第25."""
    if at == 0:
        return True
    before = text[at - 1]
    return not (before in "第.,+:/_-°×" or (before.isascii() and before.isalnum()) or before.isdecimal())


def _measure(text: str, at: int, *, inside: bool = False) -> Quantity | None:
    """Return a number with a unit, or a range of two; `inside` is for a number within a longer figure."""
    if not inside and not _left_free(text, at):
        return None
    pattern, number, level = _patterns()
    found = pattern.match(text, at)
    if not found:
        return _bare(text, at, number)
    symbol = found["unit"]
    digits, chinese = found["digits"], found["chinese"]
    unit = units()[symbol]
    if (
        (symbol == "大" and digits)
        or (symbol == "成" and digits and len(digits) > 2)
        or (symbol == "分" and text[max(0, at - 1) : at] == "时")
    ):
        return None
    if symbol == "人" and text.startswith("口", found.end()):
        return _bare(text, at, number)
    plain = digits is None and found["low"] is None
    if (
        symbol == "年"
        and digits
        and re.fullmatch("1[5-9]..|20..", digits)
        and not (found["scale"] or found["more"] or found["more2"])
    ):
        return None
    if symbol == "年" and len(chinese or "") == 4 and all(c in DIGITS for c in chinese):
        return None
    if plain and _everyday(text, at, chinese or "", symbol):
        return None
    end = found.end()
    if unit.kind == "duration" and symbol in ("年", "天") and _NO_UNIT.match(text, end) and text[end] != "后":
        return None
    if tail := level.match(text, end):
        end = tail.end()
    if found["low"] is not None:
        value = _low(found["low"], found["scale"] or "", unit)
    else:
        value = _value(found)
        value = None if value is None else value * unit.factor
    vague = found["low"] is not None or _VAGUE.search(text, at, end)
    bound: Bound = "min" if vague else find_bound(text, at, end)
    if value is not None:
        value = _plain(value * 10 if symbol == "成" else value)
    key = "PERCENT" if symbol == "成" else unit.key
    return Quantity(
        at, end, text[at:end], value, key, symbol + (tail[0].strip("多半") if tail else ""), bound
    )


def _bare(text: str, at: int, pattern: re.Pattern[str]) -> Quantity | None:
    """Return a number in 万 or 亿 that has no unit: 人口80万, 30万茶农."""
    found = pattern.match(text, at)
    if not found or not found["digits"] or not found["scale"] or found["scale"][-1] not in "万亿":
        return None
    if found.end() < len(text) and text[found.end()].isascii() and text[found.end()].isalnum():
        return None
    end = found.end()
    value = _value(found)
    return Quantity(
        at,
        end,
        text[at:end],
        None if value is None else _plain(value),
        "COUNT",
        "",
        find_bound(text, at, end),
    )


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a measure, of a number alone and of what may follow a unit."""
    symbols = sorted(units(), key=lambda s: (-len(s), s))
    latin = "|".join(re.escape(s) for s in symbols if s[-1].isascii() and s[-1].isalnum())
    other = "|".join(re.escape(s) for s in symbols if not (s[-1].isascii() and s[-1].isalnum()))
    unit = rf"(?:(?:{latin})(?![A-Za-z0-9])|(?:{other}))"
    low = rf"(?P<low>{_ANONYMOUS}{unit}?)[ ]?(?:至|到|—{{1,2}}|-|–|~|～)[ ]?"
    measure = re.compile(rf"(?:{low})?{_NUMBER}[ ]?(?P<unit>{unit})", re.VERBOSE)
    number = re.compile(rf"{_NUMBER}(?P<unit>{unit})?", re.VERBOSE)
    return (
        measure,
        number,
        re.compile(
            rf"(?:/(?:{unit}|年|天|日|月))?(?:半|多(?=[，。、；：的便才就,;)）\s]|$))?级?(?![A-Za-z])"
        ),
    )


def _everyday(text: str, at: int, chinese: str, symbol: str) -> bool:
    """Return whether a Chinese numeral and unit form an everyday word, not a figure: 一个, 十分, 千家万户."""
    if not chinese:
        return False
    if chinese[0] in "零〇" or symbol in _NARRATIVE:
        return True
    if symbol == "元" and chinese in ("一", "二", "三", "多"):
        return True
    return bool(at) and text[at - 1] in "第每同统唯万单专之逐这那某哪另各任" and symbol != "成"


def _plain(value: Decimal) -> Decimal:
    """Return a value without an exponent and without trailing zeros after the decimal point."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _value(found: re.Match[str]) -> Decimal | None:
    if found["digits"]:
        if len(found["digits"]) > _LONGEST:
            return None
        return Decimal(found["digits"].replace(",", "")) * scale(found["scale"] or "")
    return _chinese(found["chinese"])


def _chinese(text: str) -> Decimal | None:
    text = text.removeprefix("上")
    if text[0] in "数几" or "几" in text:
        return None
    head, _, tail = text.replace("余", "多").partition("多")
    value = chinese_number(head)
    return None if value is None else value * scale(tail)


def _low(text: str, above: str, unit: Unit) -> Decimal | None:
    """Return the lower end of a range in base units; a missing magnitude or unit is the upper end's."""
    found = _patterns()[1].match(text)
    value = _value(found) if found else None
    if found is None or value is None:
        return None
    if found["unit"]:
        return value * units()[found["unit"]].factor
    return value * unit.factor * (1 if found["scale"] or found["chinese"] else scale(above))
