"""Pinyin syllables of Chinese names, fast enough for every name of a graph.

Takes a name and returns its syllables without tones; `lü` is written `lv`, as it is typed. A character with
several readings is read as in the longest phrase of pypinyin's dictionary that contains it (重庆 chong qing,
六安 lu an), otherwise by its commonest reading; the other readings are not found.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

# longer phrases of the dictionary are sayings
_LONGEST_PHRASE = 5


def syllables(name: str) -> list[str]:
    """Return the syllables of a name; a character that is not Chinese is a syllable of its own.

    >>> syllables("重庆6号线"), syllables("绿")
    (['chong', 'qing', '6', 'hao', 'xian'], ['lv'])
    """
    found: list[str] = []
    at = 0
    while at < len(name):
        for size in range(min(_LONGEST_PHRASE, len(name) - at), 1, -1):
            phrase = name[at : at + size]
            if phrase in PHRASES_DICT:
                found += _phrase(phrase)
                at += size
                break
        else:
            found.append(_character(name[at]))
            at += 1
    return found


@cache
def _phrase(phrase: str) -> tuple[str, ...]:
    return tuple(_without_tone(readings[0]) for readings in PHRASES_DICT[phrase])


@cache
def _character(character: str) -> str:
    readings = PINYIN_DICT.get(ord(character))
    return _without_tone(readings.partition(",")[0]) if readings else character


def _without_tone(reading: str) -> str:
    """Return a syllable in plain letters.

    >>> _without_tone("lǜ"), _without_tone("zhòng"), _without_tone("ê")
    ('lv', 'zhong', 'e')
    """
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in parts if c.isascii() and c.isalpha())
