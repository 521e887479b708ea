"""One article as arrays: where each thing stands, in which clause, between which words.

Built once per article from the records of the earlier steps, so that the features of thousands of pairs of
things are computed by whole columns (`meetings`, `traits`) and never pair by pair. A mention, one row of
these columns, is a name (including names inside longer names) or a phrase that refers to a thing. Nothing
is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from kg.extract.clauses import Clause
from kg.extract.relations import lexicon
from kg.extract.relations.naming import Sparse, find_inside, find_shared, sparse
from kg.model import FAMILIES, FAMILY_OF, TYPES, Article, Entity, Word

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FAMILY_NAMES = tuple(FAMILIES)
FAMILY_NUMBER = np.array([FAMILY_NAMES.index(FAMILY_OF[t]) for t in TYPES])
TYPE_NUMBER = {name: number for number, name in enumerate(TYPES)}
GAPS = ("other", "tight", "list", "with", "possessive", "comma")
"""Kinds of text between two neighbouring names; columns hold the index."""
SIDES = (
    "none",
    "agent",
    "place",
    "with",
    "toward",
    "means",
    "list",
    "quote",
    "possessive",
    "inside",
    "title",
)
"""Kinds of text right before or after a name; columns hold the index."""

_GAP = re.compile(
    r"(?P<tight>[\s“”‘’\"'《》〈〉「」·]*)|(?P<list>[”》」）)\s]*(?:、|和|及|以及|暨|—|-)[“《「\s]*)"
    r"|(?P<with>[”》」）)\s]*(?:与|同|联合|携手|会同)[“《「\s]*)"
    r"|(?P<possessive>[\s”》]*(?:的|之|旗下|所属|下属|市属|境内|区内|本地)[\s“《]*)|(?P<comma>[^，。；]{0,12}，[^，。；]{0,12})"
)
_BEFORE = re.compile(
    r"(?:(?P<agent>由|被|经|受)|(?P<place>在|位于|地处|坐落于?|落户|落地|落子|走进|来到|扎根|入驻|选址|设在|赴|到)"
    r"|(?P<with>与|和|同|跟|携手|联合|联手|牵手|会同|及)|(?P<toward>对|向|为|给|让|使|从|将|把)"
    r"|(?P<means>以|按照|根据|依托|围绕|通过|随着|借助|凭借)|(?P<list>、)|(?P<possessive>的|旗下|所属))(?P<quote>[\s“《「]*)$"
)
_AFTER = re.compile(
    r"[\s”》」）)]*(?:(?P<list>、)|(?P<with>和|与|及|同|等)|(?P<possessive>的|之)|(?P<inside>上|中|内|里|境内|期间|现场)"
    r"|(?P<title>[\u4e00-\u9fff]{0,6}(?:书记|市长|区长|县长|局长|院长|校长|董事长|总经理|主任|主席|会长|负责人|总裁|经理|教授|工程师))"
    r"|(?P<place>位于|地处|坐落))"
)
TRIGGERS: tuple[tuple[str, ...], ...] = (
    lexicon.PLACE, lexicon.BELONGING, lexicon.COOPERATION, lexicon.INVESTMENT, lexicon.CARRYING_OUT,
    lexicon.LAUNCHING, lexicon.ORGANISING, (*lexicon.FOLLOWING, *lexicon.TAKING_PART), lexicon.POSTS,
    lexicon.HONOUR, lexicon.INDUSTRY, lexicon.PRODUCTION, lexicon.COMPOSITION,
)  # fmt: skip
"""Words that signal each predicate, in the order of `kg.model.PREDICATES`."""
_BITS = {
    trigger: sum(1 << n for n, words in enumerate(TRIGGERS) if trigger in words)
    for trigger in sorted({trigger for words in TRIGGERS for trigger in words})
}
_LONGEST = max(map(len, _BITS))


@lru_cache(maxsize=4096)
def _gap_kind(gap: str) -> int:
    found = _GAP.fullmatch(gap)
    return GAPS.index(found.lastgroup) if found and found.lastgroup else 0


@lru_cache(maxsize=8192)
def _before_kind(text: str) -> int:
    found = _BEFORE.search(text)
    if found is None:
        return SIDES.index("quote") if text[-1:] in ("“", "《", "「") else 0
    told = (name for name, said in found.groupdict().items() if said and name != "quote")
    return SIDES.index(next(told))


@lru_cache(maxsize=8192)
def _after_kind(text: str) -> int:
    found = _AFTER.match(text)
    return SIDES.index(found.lastgroup) if found and found.lastgroup else 0


@lru_cache(maxsize=65536)
def triggers_of(word: str) -> int:
    """Return the predicates that a word signals, as bits in the order of `TRIGGERS`."""
    bits = 0
    for start in range(len(word)):
        for end in range(start + 1, min(start + _LONGEST, len(word)) + 1):
            bits |= _BITS.get(word[start:end], 0)
    return bits


class Layout:
    """Columns of one article. Read-only.

    Attributes:
        entities: The things that the text names, numbered from 0 in the order given.
        start, end: Character offsets of each mention. Mentions are in order of start, longer ones first.
        who: Number of the thing that each mention denotes.
        clause, sentence, paragraph, part: Where each mention stands, by index.
        nested: Whether each mention lies inside a longer name.
        refers: Whether each mention is a referring phrase such as 该区.
        before, after: The text on either side of each mention, as an index into `SIDES`.
        gap: The text between each mention and the next name outside it, as an index into `GAPS`.
        group, place_in_group, group_size: The list (A、B和C) of each mention, its place in it, and its size.
        type_of, family_of: Type and family of each thing, by number.
    """

    def __init__(
        self, article: Article, words: Sequence[Word], entities: Sequence[Entity], clauses: Sequence[Clause]
    ) -> None:
        self.article, self.words, self.clauses = article, words, clauses
        text = self.text = article.normal
        rows: dict[tuple[int, int, str], bool] = {}
        for entity in entities:
            for m in entity.mentions:
                rows[m.start, -m.end, entity.id] = False
        for clause in clauses:
            for p in clause.mentions:
                rows.setdefault((p.start, -p.end, p.entity), True)
        named = {key[2] for key in rows}
        self.entities = tuple(e for e in entities if e.id in named)
        self.number = {e.id: n for n, e in enumerate(self.entities)}
        keys = sorted(rows)
        self.start = np.array([k[0] for k in keys], np.int64)
        self.end = np.array([-k[1] for k in keys], np.int64)
        self.who = np.array([self.number[k[2]] for k in keys], np.int64)
        self.refers = np.array([rows[k] for k in keys], bool)
        self.type_of = np.array([TYPE_NUMBER[e.type] for e in self.entities], np.int64)
        self.family_of = FAMILY_NUMBER[self.type_of]
        clause_starts = np.array([c.start for c in clauses], np.int64)
        self.clause = np.maximum(np.searchsorted(clause_starts, self.start, "right") - 1, 0)
        self.clause_start, self.clause_end = clause_starts, np.array([c.end for c in clauses], np.int64)
        sentence_of = np.array([c.sentence for c in clauses], np.int64)
        self.sentence = sentence_of[self.clause]
        self.paragraph = np.array([s.paragraph for s in article.sentences], np.int64)[self.sentence]
        self.part = np.array([s.part for s in article.sentences], np.int64)[self.sentence]
        self.subject = np.array([self.number.get(c.subject or "", -1) for c in clauses], np.int64)
        self.subject_start = np.array(
            [-1 if c.subject_start is None else c.subject_start for c in clauses], np.int64
        )
        self.place = np.array([self.number.get(c.place or "", -1) for c in clauses], np.int64)
        furthest = np.maximum.accumulate(self.end) if len(keys) else self.end
        self.nested = np.zeros(len(keys), bool)
        self.nested[1:] = (self.end[1:] <= furthest[:-1]) & (
            (self.start[1:] != self.start[:-1]) | (self.end[1:] != self.end[:-1])
        )
        self.before = np.array([_before_kind(text[max(0, k[0] - 5) : k[0]]) for k in keys], np.int64)
        self.after = np.array([_after_kind(text[-k[1] : 10 - k[1]]) for k in keys], np.int64)
        self._group(text)
        self._words(text)

    def _group(self, text: str) -> None:
        """Find the lists: names of similar kinds, not inside other names, joined by 、 or 和."""
        outer = np.flatnonzero(~self.nested)
        count = len(self.start)
        self.gap = np.zeros(count, np.int64)
        starts, ends = self.start.tolist(), self.end.tolist()
        families = self.family_of[self.who].tolist() if count else []
        group = list(range(count))
        place = [0] * count
        previous = -1
        for i in outer.tolist():
            if previous >= 0 and 0 <= starts[i] - ends[previous] <= 30:
                kind = _gap_kind(text[ends[previous] : starts[i]])
                self.gap[previous] = kind
                both_do = families[i] <= 1 and families[previous] <= 1
                if kind in (2, 3) and (families[i] == families[previous] or both_do):
                    group[i], place[i] = group[previous], place[previous] + 1
            previous = i
        self.group, self.place_in_group = np.array(group, np.int64), np.array(place, np.int64)
        self.group_size = (
            np.bincount(self.group, minlength=max(count, 1))[self.group] if count else self.group
        )
        last = np.zeros(max(count, 1), np.int64)
        np.maximum.at(last, self.group, np.arange(count))
        self.group_last = last[self.group] if count else self.group

    def _words(self, text: str) -> None:
        """Mark the words outside names and accumulate, word by word, the predicates they signal."""
        self.word_start = np.array([w.start for w in self.words], np.int64)
        word_end = np.array([w.end for w in self.words], np.int64)
        size = len(text) + 1
        opened = np.bincount(self.start[~self.refers], minlength=size)
        covered = opened - np.bincount(self.end[~self.refers], minlength=size)
        inside = np.cumsum(covered) > 0
        self.word_free = ~inside[self.word_start] & ~inside[np.maximum(word_end - 1, 0)]
        self.surfaces = [text[w.start : w.end] for w in self.words]
        bits = np.array([triggers_of(s) for s in self.surfaces], np.int64) * self.word_free
        spread = (bits[:, None] >> np.arange(len(TRIGGERS))) & 1
        self.spoken = np.concatenate([np.zeros((1, len(TRIGGERS)), np.int64), np.cumsum(spread, axis=0)])
        self.first_word = np.searchsorted(self.word_start, self.start)
        self.next_word = np.searchsorted(self.word_start, self.end)
        self.clause_first = np.searchsorted(self.word_start, self.clause_start)
        self.clause_last = np.searchsorted(self.word_start, self.clause_end)

    @cached_property
    def _forms(self) -> list[tuple[str, ...]]:
        return [tuple(n for n in e.names if len(n) >= 2) for e in self.entities]

    @cached_property
    def inside(self) -> Sparse:
        """Where a form of the first thing stands in the name of the second; see `naming.find_inside`."""
        names = [e.name for e in self.entities]
        return sparse(len(names), find_inside(names, self._forms))

    @cached_property
    def shared(self) -> Sparse:
        """How many two-character pieces the names of two things share that few other names have."""
        return sparse(len(self.entities), find_shared(self._forms))

    def past_lists(self, left: Ints, right: Ints) -> tuple[Ints, Ints]:
        """Return the last mention of the left one's list and the first of the right one's, if in that order.

        In A、B生产甲、乙 the path from A to 乙 is that from B to 甲.
        """
        near, far = self.group_last[left], self.group[right]
        apart = near < far
        return np.where(apart, near, left), np.where(apart, far, right)
