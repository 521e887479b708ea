"""How precisely a figure is given, and whether two figures can both be true.

5267亿 stands for any value that rounds to it, so 5267.4亿 agrees with it and 526.7亿 does not. 超5000亿
(over) agrees with every higher value, and 近5300亿 (nearly) with values near it. All functions are pure;
values are in base units.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kg.graph.records import Figure

_NUMBER = re.compile(r"[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?")
_COUNTED = re.compile(r"[^0-9零〇一二三四五六七八九十百千万亿两.,，余多几数近约超逾\s]+")
_WITHOUT_END = Decimal("Infinity")
Span = tuple[Decimal, Decimal]


def span(figure: Figure) -> Span | None:
    """Return the least and greatest values that a figure stands for, in base units; None without a value.

    The last digit given sets the range: half of its place value either way or, for an approximate figure
    (`about`), the whole place value of the last digit that is not zero.
    """
    if figure.value is None:
        return None
    fine, coarse = _places(figure)
    if figure.bound == "about":
        return figure.value - coarse, figure.value + coarse
    low, high = figure.value - fine / 2, figure.value + fine / 2
    if figure.bound == "min":
        return low, _WITHOUT_END
    return (-_WITHOUT_END, high) if figure.bound == "max" else (low, high)


def _places(figure: Figure) -> Span:
    """Return the place value of the last digit and that of the last digit that is not zero."""
    match = _NUMBER.search(figure.text)
    digits = re.sub("[,，]", "", match[0]) if match else ""
    number = Decimal(digits) if digits else Decimal(0)
    if not number or figure.value is None:
        # a number in words (三百) is taken to be exact
        return Decimal(0), Decimal(0)
    worth = abs(figure.value) / number
    exponent = -len(digits.partition(".")[2])
    zeros = len(digits) - len(digits.rstrip("0")) if exponent == 0 else 0
    return worth * Decimal(10) ** exponent, worth * Decimal(10) ** (exponent or zeros)


def agree(one: Figure, other: Figure) -> bool:
    """Return whether two figures of one thing, indicator, period and unit can both be true."""
    first, second = span(one), span(other)
    if first is None or second is None or one.value == other.value:
        return True
    low, high = max(first[0], second[0]), min(first[1], second[1])
    # 102.5, which the spans of 102 and 103 share, rounds to one of them; a number in words is a single point
    return low < high or (low == high and low in (one.value, other.value))


def counted(figure: Figure) -> str:
    """Return what a figure with the unit `COUNT` counts (户 in 6300余户, not 人), or an empty string."""
    match = _COUNTED.search(figure.text) if figure.unit == "COUNT" else None
    return match[0] if match else ""
