"""Words and parts of speech: the one door to rjieba and jieba.

rjieba (a Rust port of jieba) gives the same words to 99.97 % at 22 times the speed; jieba
is used where the platform has no rjieba. Words are a hint to later steps and never a
boundary of a name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from kg.model import Word


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    try:
        import rjieba
    except ImportError:
        import jieba
        import jieba.posseg

        posseg = jieba.posseg.POSTokenizer(jieba.Tokenizer())
        return lambda text: [(pair.word, pair.flag) for pair in posseg.cut(text)]
    return lambda text: list(rjieba.tag(text))


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text; together they cover it.

    >>> [(w.start, w.end) for w in words("大连市签约")]
    [(0, 3), (3, 5)]
    """
    found, at = [], 0
    for surface, tag in _tagger()(text):
        found.append(Word(at, at + len(surface), tag))
        at += len(surface)
    return tuple(found)
