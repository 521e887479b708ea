"""Units and Chinese numerals: the value of a written number with its unit.

Takes the table `seeds/authority/units.csv` and pieces of text such as `亿元` or `三十`, and
returns `Unit` records and decimals in base units. Figures in running text are found in
`kg.extract.figures.quantities`. Currencies are not converted into one another.

Columns of the table: `symbol` (the unit as written), `factor` (number of base units in one
unit), `unit` (key of the base unit), `kind` (quantity kind), `qudt` (local name of the base
unit in QUDT's unit vocabulary, empty if there is none or it was not verified).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType

from kg.errors import AuthorityError
from kg.paths import data_folder

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
GREAT = {"万": 10_000, "亿": 100_000_000}
NUMERALS = "".join((*DIGITS, *TENS, *GREAT))
_LONGEST = 24  # characters; a longer text is not read as a numeral
_COLUMNS = ["symbol", "factor", "unit", "kind", "qudt"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure as newspapers write it.

    Attributes:
        symbol: The written form: `元`, `公顷`, `个`.
        factor: Number of base units in one unit: 10000 for 公顷.
        key: Base unit, e.g. `CNY`, `M2`, `COUNT`.
        kind: Quantity kind: `money`, `area`, `count` …
        qudt: Local name of the base unit in QUDT, or empty.
    """

    symbol: str
    factor: Decimal
    key: str
    kind: str
    qudt: str


@cache
def base_units() -> Mapping[str, Unit]:
    """Return the base units by key; the first symbol of factor 1 stands for each (元 for `CNY`).

    Raises:
        AuthorityError: The table violates its schema.
    """
    found: dict[str, Unit] = {}
    for unit in units().values():
        if unit.factor == 1:
            found.setdefault(unit.key, unit)
    return MappingProxyType(found)


@cache
def units() -> Mapping[str, Unit]:
    """Return the units of the package's table by symbol.

    Raises:
        AuthorityError: The table violates its schema.
    """
    path = data_folder("seeds") / "authority" / "units.csv"
    found: dict[str, Unit] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        if next(rows, None) != _COLUMNS:
            raise AuthorityError("wrong columns", file=path, place="line 1", valid=_COLUMNS)
        for number, row in enumerate(rows, 2):
            try:
                symbol, factor, key, kind, qudt = row
                unit = Unit(symbol, Decimal(factor), key, kind, qudt)
            except (ValueError, InvalidOperation) as error:
                raise AuthorityError(f"no unit: {row}", file=path, place=f"line {number}") from error
            if unit.symbol in found:
                raise AuthorityError(f"{symbol} stands twice", file=path, place=f"line {number}")
            found[symbol] = unit
    return found


def chinese_number(text: str) -> Decimal | None:
    """Return the value of a Chinese numeral, or None if it has no definite value.

    Digits may be written in a row (二〇二三); 两三百 and 数十 have no definite value.

    >>> [str(chinese_number(n)) for n in ("三十五", "两万三千", "百万", "五千零八亿", "二〇二三")]
    ['35', '23000', '1000000', '500800000000', '2023']
    >>> str(chinese_number("两万三"))
    '23000'
    >>> chinese_number("两三百"), chinese_number("数十")
    (None, None)
    """
    if not text or len(text) > _LONGEST or any(c not in NUMERALS for c in text):
        return None
    if all(c in DIGITS for c in text):
        value = int("".join(str(DIGITS[c]) for c in text))
        return None if len(text) == 2 and text[0] not in "零〇" else Decimal(value)
    total = section = digit = 0
    fresh = True
    for at, c in enumerate(text):
        if c in DIGITS:
            if digit and at and text[at - 1] in DIGITS:
                return None
            digit, fresh = DIGITS[c], False
        elif c in TENS:
            if (at and text[at - 1] in TENS) or (at and text[at - 1] in GREAT and c != "十"):
                # 百万千瓦: the last magnitude multiplies all before it
                total, section, digit = (total + section + digit) * TENS[c], 0, 0
            else:
                section += (digit or 1) * TENS[c]
                digit = 0
            fresh = False
        else:
            head = section + digit or (1 if fresh else 0)
            total = (total + head) * GREAT[c] if head == 0 or c == "亿" else total + head * GREAT[c]
            section, digit, fresh = 0, 0, False
    if digit and len(text) > 1 and text[-2] in GREAT | TENS and text[-2] != "十":
        digit *= (GREAT | TENS)[text[-2]] // 10  # 两万三 is 23000
    return Decimal(total + section + digit)


def scale(text: str) -> Decimal:
    """Return the factor of a magnitude written after digits: 亿, 万, 千万, 万亿; 1 for none.

    >>> str(scale("千万")), str(scale("万亿")), str(scale(""))
    ('10000000', '1000000000000', '1')
    """
    value = Decimal(1)
    for c in text:
        value *= TENS.get(c) or GREAT[c]
    return value


@cache
def read_indicators() -> Mapping[str, str]:
    """Return the words for what is measured, each with its domain.

    Columns of `seeds/authority/indicators.csv`: `indicator` (a word as articles use it), `domain`
    (`project`, `region`, `company`, `traffic`, `event`, `product`: what owns such a figure).

    Raises:
        AuthorityError: The table violates its schema.
    """
    path = data_folder("seeds") / "authority" / "indicators.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    if not rows or rows[0] != ["indicator", "domain"] or any(len(row) != 2 for row in rows):
        raise AuthorityError("wrong columns", file=path, place="line 1", valid=("indicator", "domain"))
    return {row[0]: row[1] for row in rows[1:]}
