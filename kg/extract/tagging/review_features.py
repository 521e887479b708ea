"""The features of the names that the tagger read: what the whole article shows of each name and family.

The features are how often a name occurs in the article and how often it was read there, what precedes and
follows it, which other names contain it or overlap it, how sure the tagger was of other names of its kind,
and how annotators treated the same words in other articles. `kg.extract.tagging.review` decides by them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.clustering.aliases import clean_name
from kg.extract.names.known import places_of
from kg.extract.names.lexicon import ENDINGS, ending_of
from kg.extract.tagging.overlaps import by_column, overlap_columns
from kg.extract.tagging.tagger import Tagged
from kg.extract.tagging.usage import Key, Usage
from kg.model import FAMILY_OF, TYPES, Article, Mention, Word

Ints = npt.NDArray[np.int32]

# Characters that may stand next to a name, in groups that behave alike
_BESIDE = (
    "、", "和与及同暨", "在于到赴", "由被", "的", "，,；;：:", "。！？\n", "对向为给将把",
    "“《「‘", "以按", "等", "从自",
)  # fmt: skip
_BESIDE_KIND = {char: kind for kind, chars in enumerate(_BESIDE, 1) for char in chars}
_EDGE = len(_BESIDE) + 1
_TAGS = tuple("n ns nr nt nz v vn m q a x d p f t b j l i eng c u".split())
_TAG_KIND = {tag: kind for kind, tag in enumerate(_TAGS, 1)}
_LIST = re.compile(r"[”》」]?[、和与及][“《「]?")
_UNUSUAL = re.compile(r"[^\w一-鿿]")
_FAR = 60  # largest distance to the next name, in characters
_DIGITS = 4  # largest value of `_doubt`


@dataclass(frozen=True, slots=True)
class Groups:
    """The names that a tagger read in an article, grouped by name and family.

    Attributes:
        keys: Name and family of each group.
        members: Numbers of the readings in each group.
        columns: One row per group, one column for each of `names`.
        names: Names of the columns.
    """

    keys: tuple[Key, ...]
    members: tuple[tuple[int, ...], ...]
    columns: Ints
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the steps before the tagger found in an article.

    Attributes:
        article: The article.
        words: Its words, from the segmenter.
        known: Known names.
        hints: Weak forms of known names.
        grammar: Candidates of the name grammar.
    """

    article: Article
    words: Sequence[Word]
    known: Sequence[Mention]
    hints: Sequence[Mention]
    grammar: Sequence[Mention]


def lay_out(around: Surroundings, tagged: Sequence[Tagged], usage: Usage) -> Groups:
    """Return the names that a tagger read in an article, grouped, with the features of each group.

    Args:
        around: The article and what was found in it.
        tagged: Names that the tagger read, in order.
        usage: How words are used in other articles.
    """
    members: dict[Key, list[int]] = defaultdict(list)
    for number, reading in enumerate(tagged):
        members[clean_name(reading.mention.text), FAMILY_OF[reading.mention.type]].append(number)
    keys = tuple(key for key in members if key[0])
    if not keys:
        return Groups((), (), np.zeros((0, 0), np.int32), ())
    page = _Page(around, tagged, {key: members[key] for key in keys})
    columns: dict[str, Sequence[float]] = {
        **page.of_readings(),
        **page.of_name(),
        **page.of_place(),
        **page.of_sides(),
        **page.of_others(),
    }
    places = {key: page.standing.get(key[0], []) for key in keys}
    columns |= overlap_columns(tagged, page.best, places)
    used = zip(*(usage.columns(key) for key in keys), strict=True)
    columns |= dict(zip(("used", "used:family", "used:any"), used, strict=True))
    table = np.rint(np.array(list(columns.values()))).astype(np.int32).T
    return Groups(keys, tuple(tuple(members[key]) for key in keys), table, tuple(columns))


CATEGORIES: dict[str, int] = {
    "type": len(TYPES), "ending": len(ENDINGS) + 1, "before": _EDGE + 1, "after": _EDGE + 1,
    "known": len(TYPES) + 1, "outer:type": len(TYPES) + 1, "left:type": len(TYPES) + 1,
    "right:type": len(TYPES) + 1, "first tag": len(_TAGS) + 1, "last tag": len(_TAGS) + 1,
    "tag before": len(_TAGS) + 1, "tag after": len(_TAGS) + 1,
}  # fmt: skip
"""Categorical columns, whose numbers have no order, and the number of categories of each."""


class _Page:
    """An article with its groups of names; each method returns some columns, with a number for each group."""

    def __init__(
        self, around: Surroundings, tagged: Sequence[Tagged], members: Mapping[Key, Sequence[int]]
    ) -> None:
        self.around, self.tagged, self.members = around, tagged, members
        self.normal = around.article.normal
        self.sure = [reading.mention.confidence for reading in tagged]
        # the reading that represents a group: its likeliest
        self.best = {key: max(found, key=self.sure.__getitem__) for key, found in members.items()}
        self.names = sorted({name for name, _ in members})
        self.chosen = [n for n, reading in enumerate(tagged) if reading.chosen]
        self.standing = places_of(self.names, self.normal)
        starts = np.array([s.start for s in around.article.sentences], np.int64)
        places = np.array([reading.mention.start for reading in tagged], np.int64)
        self.sentence = np.maximum(np.searchsorted(starts, places, "right") - 1, 0).tolist()

    def of_readings(self) -> dict[str, list[float]]:
        """Return how sure the tagger was, and how many occurrences of the name it read."""
        rows = []
        for key, found in self.members.items():
            readings = [self.tagged[n] for n in found]
            best = self.tagged[self.best[key]]
            sure = sorted((self.sure[n] for n in found), reverse=True)
            times = max(len(self.standing.get(key[0], ())), len(found))
            chosen = sum(reading.chosen for reading in readings)
            rows.append((
                100 * _doubt(sure[0]), 100 * _doubt(1 - sure[0]), 100 * sure[0], 100 * sum(sure) / len(sure),
                100 * sure[1] if len(sure) > 1 else -1, chosen, times, 100 * chosen / times, len(found),
                100 * _doubt(max(r.begins for r in readings)), 100 * _doubt(max(r.ends for r in readings)),
                100 * best.begins, 100 * best.ends, 100 * best.mean, 100 * best.least,
                100 * max(r.least for r in readings),
            ))  # fmt: skip
        names = (
            "sure:digits", "sure:zeros", "sure", "sure:mean", "sure:second", "read", "stands", "read:share",
            "considered", "begins:digits", "ends:digits", "begins", "ends", "net", "net:least", "net:best",
        )  # fmt: skip
        return by_column(names, rows)

    def of_name(self) -> dict[str, list[float]]:
        """Return what the name looks like."""
        rows = []
        for key in self.members:
            name = key[0]
            rows.append((
                TYPES.index(self.tagged[self.best[key]].mention.type), len(name), sum(map(str.isdigit, name)),
                sum(char.isascii() and char.isalpha() for char in name), bool(_UNUSUAL.search(name)),
                ending_of(name),
            ))  # fmt: skip
        return by_column(("type", "length", "digits", "letters", "unusual", "ending"), rows)

    def of_place(self) -> dict[str, list[float]]:
        """Return where the name is, and what the lists and the grammar of names say of that place."""
        article, normal = self.around.article, self.normal
        known = {(m.start, m.end): TYPES.index(m.type) + 1 for m in self.around.known}
        hints = {(m.start, m.end) for m in self.around.hints}
        grown: dict[tuple[int, int], set[str]] = defaultdict(set)
        for candidate in self.around.grammar:
            grown[candidate.start, candidate.end].add(candidate.type)
        words = _Words(self.around.words, len(normal))
        rows = []
        for key, found in self.members.items():
            mention = self.tagged[self.best[key]].mention
            span = mention.start, mention.end
            paragraphs = [article.sentences[self.sentence[n]].paragraph for n in found]
            before, after = normal[span[0] - 1 : span[0]] if span[0] else "", normal[span[1] : span[1] + 1]
            rows.append((
                key[0] in article.title, paragraphs[found.index(self.best[key])], min(paragraphs),
                len(set(paragraphs)), 100 * span[0] / len(normal), len(article.sentences), len(normal) // 50,
                _BESIDE_KIND.get(before, 0) if before else _EDGE,
                _BESIDE_KIND.get(after, 0) if after else _EDGE,
                any(self.tagged[n].mention.record for n in found), known.get(span, 0), span in hints,
                mention.type in grown.get(span, ()), len(grown.get(span, ())), *words.around(*span),
            ))  # fmt: skip
        names = (
            "title", "paragraph", "paragraph:first", "paragraphs", "place", "sentences", "size", "before",
            "after", "record", "known", "hint", "grammar", "grammar:types", "opens word", "closes word",
            "first tag", "last tag", "tag before", "tag after",
        )  # fmt: skip
        return by_column(names, rows)

    def of_sides(self) -> dict[str, list[float]]:
        """Return which names are next to it, how near, and whether they are in a list with it."""
        starts = [self.tagged[n].mention.start for n in self.chosen]
        ends = [self.tagged[n].mention.end for n in self.chosen]
        rows = []
        for key in self.members:
            mention = self.tagged[self.best[key]].mention
            row: list[float] = []
            for other in (bisect_right(ends, mention.start) - 1, bisect_left(starts, mention.end)):
                if not 0 <= other < len(self.chosen):
                    row += [-1, _FAR, len(TYPES)]
                    continue
                beside = self.tagged[self.chosen[other]].mention
                left, right = sorted((mention, beside), key=lambda m: m.start)
                listed = _LIST.fullmatch(self.normal, left.end, right.start) is not None
                alike = 100 * beside.confidence if beside.type == mention.type else -2
                row += [alike if listed else -1, min(_FAR, right.start - left.end), TYPES.index(beside.type)]
            rows.append(row)
        names = ("left:list", "left:gap", "left:type", "right:list", "right:gap", "right:type")
        return by_column(names, rows)

    def of_others(self) -> dict[str, list[float]]:
        """Return how sure the tagger was of other names: in the article, of the type, in the sentence."""
        sure = {key: self.sure[best] for key, best in self.best.items()}
        by_name: dict[str, list[Key]] = defaultdict(list)
        by_type: dict[str, list[float]] = defaultdict(list)
        by_sentence: dict[int, list[float]] = defaultdict(list)
        chosen = set(self.chosen)
        for key, best in self.best.items():
            by_name[key[0]].append(key)
            if best in chosen:
                by_type[self.tagged[best].mention.type].append(sure[key])
        for number in self.chosen:
            by_sentence[self.sentence[number]].append(self.sure[number])
        holding, held = _inclusions(sorted({key[0] for key, best in self.best.items() if best in chosen}))
        read = [sure[key] for key, best in self.best.items() if best in chosen] or [0.0]
        mean = sum(read) / len(read)
        rows = []
        for key, best in self.best.items():
            rivals = [sure[other] for other in by_name[key[0]] if other != key]
            kin = by_type.get(self.tagged[best].mention.type, [0.0])
            near = by_sentence.get(self.sentence[best], [0.0])
            rows.append((
                held.get(key[0], -1), holding.get(key[0], -1), 100 * max(rivals) if rivals else -1,
                len(rivals), len(kin), 100 * sum(kin) / len(kin), len(read), 100 * mean,
                len(near), 100 * sum(near) / len(near),
            ))  # fmt: skip
        names = (
            "held", "holds", "rival", "rivals", "type:number", "type:sure", "number", "number:sure",
            "sentence:number", "sentence:sure",
        )  # fmt: skip
        return by_column(names, rows)


class _Words:
    """The segmenter's words around spans of a text."""

    def __init__(self, words: Sequence[Word], length: int) -> None:
        self.words = words
        self.starts = np.array([w.start for w in words], np.int64)
        self.edges = {w.start for w in words} | {length}

    def around(self, start: int, end: int) -> tuple[int, ...]:
        """Return whether words begin and end where a name does, and the tags of words.

        These are its first and last word, and the words before and after it.
        """
        first, last = np.searchsorted(self.starts, (start, end - 1), "right").tolist()
        words = (self.words[at : at + 1] for at in (first - 1, last - 1, max(first - 2, -1), last))
        tags = (_TAG_KIND.get(word[0].tag, 0) if word else 0 for word in words)
        return start in self.edges, end in self.edges, *tags


def _inclusions(names: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many other names each name contains, and how many contain it."""
    holding, held = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    starts, at = [], 0
    for name in names:
        starts.append(at)
        at += len(name) + 1
    for name, places in places_of(names, "\n".join(names)).items():
        for holder in set(np.searchsorted(starts, places, "right").tolist()):
            if names[holder - 1] != name:
                holding[names[holder - 1]] += 1
                held[name] += 1
    return holding, held


def _doubt(probability: float) -> float:
    """Return a probability p as -log10(1 - p), at most `_DIGITS`: 0.99 becomes 2."""
    return float(-np.log10(max(1 - probability, 10.0**-_DIGITS)))
