"""The exactness of a figure, from the words beside it: 近, 超过, 不到, 以上, 左右.

Takes a text and the span of a figure, and returns a `Bound`. Figures are found in
`kg.extract.figures.quantities`.
"""

from __future__ import annotations

import re
from typing import Literal

Bound = Literal["exact", "about", "min", "max"]
"""How a figure is meant: exactly, roughly, as a minimum or as a maximum."""

_SUFFIX_BOUND = re.compile(r"[)）]?(以上|以下|以内|左右|上下|之内|之多|有余)")
_PREFIX_BOUND = re.compile(
    r"(不低于|不少于|不小于|至少|最少|超过|超出|超|逾|突破|高于|多于|大于|破|不超过|不高于|不多于|至多|最多|最高|不到|不足|"
    r"低于|少于|小于|未满|将近|接近|近|大约|约为|约|大概|差不多|上下)(?:达到?|了|为|有)?\Z"
)
_BOUND_WORDS: dict[Bound, str] = {
    "min": "不低于 不少于 不小于 至少 最少 超过 超出 超 逾 突破 高于 多于 大于 破 以上 之多 有余",
    "max": "不超过 不高于 不多于 至多 最多 最高 不到 不足 低于 少于 小于 未满 以下 以内 之内",
    "about": "将近 接近 近 大约 约为 约 大概 差不多 左右 上下",
}
_BOUNDS: dict[str, Bound] = {word: bound for bound, words in _BOUND_WORDS.items() for word in words.split()}


def find_bound(text: str, start: int, end: int) -> Bound:
    """Return how a figure from `start` to `end` is meant; words after it take precedence.

    >>> find_bound("近百家", 1, 3), find_bound("3家以上", 0, 2), find_bound("3家", 0, 2)
    ('about', 'min', 'exact')
    """
    if after := _SUFFIX_BOUND.match(text, end):
        return _BOUNDS[after[1]]
    before = _PREFIX_BOUND.search(text[max(0, start - 6) : start])
    return _BOUNDS[before[1]] if before else "exact"
