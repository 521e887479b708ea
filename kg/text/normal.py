"""Normalised text: the same length as the original, with variant spellings unified.

An article's text becomes a text of exactly the same length, so that offsets are valid in both.

Characters are replaced one for one. Full-width letters, digits, brackets, ％ and signs become
half-width. The ideographic space becomes a space. Radicals and compatibility ideographs, which occur
in PDF files, become the ordinary character. Half-width `,` `;` `:` `!` `?` right after a Chinese
character, a closing quote or a closing bracket become ，；：！？, except in numbers and addresses; many
newspapers type them half-width. Traditional characters become simplified. Left unchanged are ， 。 ： ；
！ ？ 、 and quotes. NFKC is not used because it changes lengths (㎡, …).

Traditional characters are simplified if the text is traditional or if the character is not in
GB 2312; 乾 in 乾安县 therefore stays in a simplified text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

_KEPT = "，！？：；"
_WIDTH = {0x3000: " ", 0xA0: " "} | {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in _KEPT}
_STOPS = str.maketrans(",;:!?", "，；：！？")
_NARROW = re.compile(r"(?<=[\u4e00-\u9fff”’》）)」』%])[,;:!?](?!\d{3}(?!\d)|//)")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HAN_RUN = re.compile(f"{_HAN.pattern}+")
_WORD_RUN = re.compile(r"[^\W_]+")
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def normalise(text: str, script: Literal["Hans", "Hant"] = "Hans") -> str:
    """Return the normalised text, which has the same length as the text.

    >>> normalise("２０２３年，增长34．4％（同比）"), normalise("今年,大連市")
    ('2023年，增长34.4%(同比)', '今年，大连市')
    """
    plain = _COMPATIBLE.sub(lambda found: _compatible(found.group()), text)
    plain = plain.translate(_WIDTH)
    plain = _NARROW.sub(lambda found: found.group().translate(_STOPS), plain)
    return simplify(plain, script)


def find_script(text: str) -> Literal["Hans", "Hant"]:
    """Return `Hant` if more characters are exclusively traditional than exclusively simplified, else `Hans`.

    >>> find_script("大連市與招商局集團簽約"), find_script("大连市与招商局集团签约")
    ('Hant', 'Hans')
    """
    head = text[:50_000]
    if head.isascii() or not _all_beyond_gb2312(head):
        return "Hans"
    traditional = simplified = 0
    for c in head:
        if c < "\u3400":
            continue
        if _beyond_gb2312(c):
            traditional += _to_simplified(c) != c
        else:
            simplified += _is_simplified_only(c)
    return "Hant" if traditional > simplified else "Hans"


def simplify(text: str, script: Literal["Hans", "Hant"] = "Hans") -> str:
    """Return the text, at the same length, with traditional characters converted to simplified ones."""
    if script == "Hans":
        strange = _all_beyond_gb2312(text)
        if not strange:
            return text
        return text.translate({ord(c): _to_simplified(c) for c in sorted(strange)})
    convert = _converter("t2s").convert
    lines = []
    for line in text.split("\n"):
        whole = convert(line)
        lines.append(whole if len(whole) == len(line) else "".join(map(_to_simplified, line)))
    return "\n".join(lines)


def han_share(text: str) -> float:
    """Return the share (0 to 1) of Han characters in the letters and digits of the first 100,000 characters.

    >>> han_share("大连 is here"), han_share("")
    (0.25, 0.0)
    """
    head = text[:100_000]
    han = sum(map(len, _HAN_RUN.findall(head)))
    words = sum(map(len, _WORD_RUN.findall(head)))
    return han / words if words else 0.0


@cache
def _compatible(c: str) -> str:
    plain = unicodedata.normalize("NFKC", c)
    return plain if len(plain) == 1 and _HAN.match(plain) else c


@cache
def _gb2312_han() -> frozenset[str]:
    """Return the Han characters of GB 2312, which are in its rows 16 to 87."""
    codes = bytes(
        code for row in range(16, 88) for cell in range(1, 95) for code in (row + 0xA0, cell + 0xA0)
    )
    return frozenset(codes.decode("gb2312", "ignore"))


def _all_beyond_gb2312(text: str) -> set[str]:
    """Return the Han characters of a text that are not in GB 2312."""
    return {c for c in set(text) - _gb2312_han() if _beyond_gb2312(c)}


@cache
def _beyond_gb2312(c: str) -> bool:
    if not _HAN.match(c):
        return False
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@cache
def _to_simplified(c: str) -> str:
    made = str(_converter("t2s").convert(c))
    return made if len(made) == 1 else c


@cache
def _is_simplified_only(c: str) -> bool:
    made = str(_converter("s2t").convert(c))
    return len(made) == 1 and made != c and _to_simplified(made) == c


@cache
def _converter(name: str):  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC(name)
