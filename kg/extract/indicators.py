"""What a figure measures: the noun phrase beside it, without the number.

Goes in: a clause, a quantity in it and the words around. Comes out: the indicator as the text
words it, e.g. 总投资, 签约项目, 地区生产总值同比增长.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from kg.extract.clauses import Clause
from kg.model import Quantity, Word

_TAIL = re.compile(
    r"(?:[\s“”（(]|超过|超|逾|突破|将近|接近|近|大约|约为|约|达到?|高达|多达|为|是|有|共|共有|已|已达|将|实现|完成|达成|不到|不足|"
    r"至少|最高|最多|可达|可|了|的|到|至|以|仅|只|只有|分别|均|等)+$"
)
_LEAD = re.compile(r"^(?:[\s“”，、；：（(）)—·]|的|在|将|已|共|其中|并|且|和|与|也|还|又|则|而|目前|该|全|里|内|中|上|就|累计(?=[^完]{0,1}$))+")
_GROWTH = re.compile(
    r"(?:(?:同比|环比|比上年|较上年|比去年|较去年|同期|年均|比[^，]{0,8}|较[^，]{0,8}))?"
    r"(?:增长|增加|提高|提升|下降|减少|增幅|增速|上升|回落|高于|占比|占[^，]{0,12})"
)


def indicator(text: str, words: Sequence[Word], quantity: Quantity, clause: Clause, last: str) -> str:
    """Return the indicator of a quantity.

    Args:
        text: `article.normal`.
        words: The article's words.
        quantity: The quantity.
        clause: Its clause.
        last: The indicator before it in the sentence, which a bare growth rate takes up.
    """
    begin = clause.start
    for mention in clause.mentions:
        if mention.end <= quantity.start:
            begin = max(begin, mention.end)
    head = _LEAD.sub("", _TAIL.sub("", text[begin : quantity.start]))
    if found := _GROWTH.fullmatch(head):
        return f"{last}{found[0]}" if last else head
    tail = follower(text, words, quantity.end)
    if len(head) < 2 or (quantity.unit == "COUNT" and tail and len(head) < 3):
        return tail or head or last or quantity.classifier
    return head[-24:]


def follower(text: str, words: Sequence[Word], at: int) -> str:
    """Return the noun phrase that follows a count: 102个重点项目签约 gives 重点项目."""
    index = bisect_left(words, at, key=lambda word: word.start)
    end = at
    for word in words[index : index + 6]:
        if word.tag[0] in "nabjlze" or word.tag in ("vn", "nz", "eng", "m"):
            end = word.end
        else:
            break
    return text[at:end]
