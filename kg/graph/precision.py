"""How exactly a figure is told, and whether two figures can both be true.

5267亿 stands for anything that rounds to it, so 5267.4亿 agrees with it and 526.7亿 does not. 超5000亿
agrees with everything above, 近5300亿 with what is near. Pure functions of figures; values are in base units.
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
    """Return the least and the greatest value that a figure stands for, in base units; None without a value.

    The last digit told bounds it: half of its place either way, for an approximate figure (`about`) the
    whole place of the last digit that is not zero.
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
    """Return what one step of the last digit is worth, and of the last digit that is not zero."""
    match = _NUMBER.search(figure.text)
    digits = re.sub("[,，]", "", match[0]) if match else ""
    number = Decimal(digits) if digits else Decimal(0)
    if not number or figure.value is None:
        # a number in words (三百) is told to the last unit
        return Decimal(0), Decimal(0)
    worth = abs(figure.value) / number
    exponent = -len(digits.partition(".")[2])
    zeros = len(digits) - len(digits.rstrip("0")) if exponent == 0 else 0
    return worth * Decimal(10) ** exponent, worth * Decimal(10) ** (exponent or zeros)


def agree(one: Figure, other: Figure) -> bool:
    """Tell whether two figures of one thing, indicator, period and unit can both be true."""
    first, second = span(one), span(other)
    if first is None or second is None or one.value == other.value:
        return True
    low, high = max(first[0], second[0]), min(first[1], second[1])
    # what 102 and 103 have in common, 102.5, is rounded to one of them; a number in words is a mere point
    return low < high or (low == high and low in (one.value, other.value))


def counted(figure: Figure) -> str:
    """Return what is counted, where the unit is a mere number: 6300余户 are 户 and not 人; else empty."""
    match = _COUNTED.search(figure.text) if figure.unit == "COUNT" else None
    return match[0] if match else ""
