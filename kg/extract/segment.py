"""Words and parts of speech: the only module that uses rjieba and jieba.

rjieba (a Rust port of jieba) gives 99.97 % the same words at 22 times the speed. jieba is used
on platforms without rjieba. Words are only a hint to later steps: a name may begin or end
inside one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import accumulate

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
    tag: Callable[[str], list[tuple[str, str]]] = rjieba.tag
    return tag


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text; together they cover the text.

    >>> [(w.start, w.end) for w in words("大连市签约")]
    [(0, 3), (3, 5)]
    """
    tagged = _tagger()(text)
    ends = list(accumulate(len(surface) for surface, _ in tagged))
    return tuple(map(Word, [0, *ends], ends, (tag for _, tag in tagged)))
