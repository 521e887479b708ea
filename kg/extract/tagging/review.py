"""A second look at the names that the tagger read: does each denote a thing that the article reports on?

The tagger reads each stretch of text by itself. The review also weighs what only the whole article shows,
once for each name and family: how often the name occurs in the article and how often it was read there, what
precedes and follows it, which other names contain it, how sure the tagger was of other names of its kind, and
how annotators treated the same words in other articles. Boosted trees turn these features into the
probability that the name denotes a thing of this family. Names that are not likely enough are left out.
Training is in `kg.extract.tagging.review_training`.

References:
    Collins: Ranking Algorithms for Named-Entity Extraction (ACL 2002): judging whole names after a tagger.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract import trees
from kg.extract.clustering.aliases import clean_name
from kg.extract.names.known import places_of
from kg.extract.names.lexicon import ENDINGS, ending_of
from kg.extract.tagging.tagger import MODELS, Tagged
from kg.extract.trained import read_json, write_json
from kg.model import FAMILY_OF, TYPES, Article, Mention, Word

MODEL = MODELS / "review.json"
KIND = "kg review 1"
"""First entry of a model file: its kind and the version of its format."""
LEAST = 0.38
"""Lowest probability at which a name is kept. F1 is flat from 0.35 to 0.45 (development, all things: 0.829 to
0.831)."""

Ints = npt.NDArray[np.int32]
Key = tuple[str, str]
"""A name, as returned by `clean_name`, and a family of types."""

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
_OFTEN = 20  # largest number of articles in `Usage.columns`
_DIGITS = 4  # largest value of `_doubt`


@dataclass(frozen=True, slots=True)
class Usage:
    """How words are used in annotated articles: how many contain them, and in how many they name a thing.

    Attributes:
        seen: Number of articles that contain a name, by name.
        named: Number of articles in which it names a thing of a family, by name and family.
    """

    seen: Mapping[str, int]
    named: Mapping[Key, int]

    def columns(self, key: Key) -> tuple[int, int, int]:
        """Return how many articles contain the words, and in what share of them they name a thing.

        There are two shares, in hundredths: for this family and for any. They are smoothed by one further
        article in which the words mostly name a thing, so that a few articles do not decide. They are -1
        where no article contains the words.
        """
        name, _ = key
        seen = self.seen.get(name, 0)
        if not seen:
            return 0, -1, -1
        own = self.named.get(key, 0)
        every = max(self.named.get((name, other), 0) for other in _FAMILIES)
        share, any_share = (round(100 * (count + 0.8) / (seen + 1)) for count in (own, every))
        return min(seen, _OFTEN), share, any_share


_FAMILIES = tuple(dict.fromkeys(FAMILY_OF.values()))
NO_USAGE = Usage({}, {})


@dataclass(frozen=True, slots=True)
class Review:
    """A trained model of the review.

    Attributes:
        usage: How words are used in annotated articles.
        forest: Trees over the columns of `lay_out`.
    """

    usage: Usage
    forest: trees.Forest


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


def look_again(around: Surroundings, tagged: Sequence[Tagged], review: Review) -> list[Mention]:
    """Return the names that are likely enough, in order, with the probabilities of their groups.

    Args:
        around: The article and what was found in it.
        tagged: Names that the tagger read, in order.
        review: The trained model.
    """
    groups = lay_out(around, tagged, review.usage)
    if not groups.keys:
        return []
    sure = trees.probability(review.forest.score(groups.columns)).tolist()
    kept = {n: s for members, s in zip(groups.members, sure, strict=True) if s >= LEAST for n in members}
    return [replace(tagged[n].mention, confidence=round(kept[n], 4)) for n in sorted(kept)]


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
    used = zip(*(usage.columns(key) for key in keys), strict=True)
    columns |= dict(zip(("used", "used:family", "used:any"), used, strict=True))
    table = np.rint(np.array(list(columns.values()))).astype(np.int32).T
    return Groups(keys, tuple(tuple(members[key]) for key in keys), table, tuple(columns))


CATEGORIES: dict[str, int] = {
    "type": len(TYPES), "ending": len(ENDINGS) + 1, "before": _EDGE + 1, "after": _EDGE + 1,
    "known": len(TYPES) + 1, "left:type": len(TYPES) + 1, "right:type": len(TYPES) + 1,
    "first tag": len(_TAGS) + 1, "last tag": len(_TAGS) + 1,
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
        starts = np.array([s.start for s in around.article.sentences], np.int64)
        places = np.array([reading.mention.start for reading in tagged], np.int64)
        self.sentence = np.maximum(np.searchsorted(starts, places, "right") - 1, 0).tolist()

    def of_readings(self) -> dict[str, list[float]]:
        """Return how sure the tagger was, and how many occurrences of the name it read."""
        standing = places_of(self.names, self.normal)
        rows = []
        for key, found in self.members.items():
            readings = [self.tagged[n] for n in found]
            best = self.tagged[self.best[key]]
            sure = sorted((self.sure[n] for n in found), reverse=True)
            times = max(len(standing.get(key[0], ())), len(found))
            rows.append((
                100 * _doubt(sure[0]), 100 * sure[0], 100 * sum(sure) / len(sure),
                100 * sure[1] if len(sure) > 1 else -1, len(found), times, 100 * len(found) / times,
                100 * _doubt(max(r.begins for r in readings)), 100 * _doubt(max(r.ends for r in readings)),
                100 * best.begins, 100 * best.ends, 100 * best.mean, 100 * best.least,
                100 * max(r.least for r in readings),
            ))  # fmt: skip
        names = (
            "sure:digits", "sure", "sure:mean", "sure:second", "read", "stands", "read:share",
            "begins:digits", "ends:digits", "begins", "ends", "net", "net:least", "net:best",
        )  # fmt: skip
        return _by_column(names, rows)

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
        return _by_column(("type", "length", "digits", "letters", "unusual", "ending"), rows)

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
            "first tag", "last tag",
        )  # fmt: skip
        return _by_column(names, rows)

    def of_sides(self) -> dict[str, list[float]]:
        """Return which names are next to it, how near, and whether they are in a list with it."""
        rows = []
        for key in self.members:
            number = self.best[key]
            mention = self.tagged[number].mention
            row: list[float] = []
            for other in (number - 1, number + 1):
                if not 0 <= other < len(self.tagged):
                    row += [-1, _FAR, len(TYPES)]
                    continue
                beside = self.tagged[other].mention
                left, right = sorted((mention, beside), key=lambda m: m.start)
                listed = _LIST.fullmatch(self.normal, left.end, right.start) is not None
                alike = 100 * beside.confidence if beside.type == mention.type else -2
                row += [alike if listed else -1, min(_FAR, right.start - left.end), TYPES.index(beside.type)]
            rows.append(row)
        names = ("left:list", "left:gap", "left:type", "right:list", "right:gap", "right:type")
        return _by_column(names, rows)

    def of_others(self) -> dict[str, list[float]]:
        """Return how sure the tagger was of other names: in the article, of the type, in the sentence."""
        sure = {key: self.sure[best] for key, best in self.best.items()}
        by_name: dict[str, list[Key]] = defaultdict(list)
        by_type: dict[str, list[float]] = defaultdict(list)
        by_sentence: dict[int, list[float]] = defaultdict(list)
        for key, best in self.best.items():
            by_name[key[0]].append(key)
            by_type[self.tagged[best].mention.type].append(sure[key])
        for number, sentence in enumerate(self.sentence):
            by_sentence[sentence].append(self.sure[number])
        holding, held = _inclusions(self.names)
        mean = sum(sure.values()) / len(sure)
        rows = []
        for key, best in self.best.items():
            rivals = [sure[other] for other in by_name[key[0]] if other != key]
            kin, near = by_type[self.tagged[best].mention.type], by_sentence[self.sentence[best]]
            rows.append((
                held[key[0]], holding[key[0]], 100 * max(rivals) if rivals else -1, len(rivals), len(kin),
                100 * sum(kin) / len(kin), len(sure), 100 * mean, len(near), 100 * sum(near) / len(near),
            ))  # fmt: skip
        names = (
            "held", "holds", "rival", "rivals", "type:number", "type:sure", "number", "number:sure",
            "sentence:number", "sentence:sure",
        )  # fmt: skip
        return _by_column(names, rows)


class _Words:
    """The segmenter's words around spans of a text."""

    def __init__(self, words: Sequence[Word], length: int) -> None:
        self.words = words
        self.starts = np.array([w.start for w in words], np.int64)
        self.edges = {w.start for w in words} | {length}

    def around(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Return whether words begin and end where a name does, and the tags of its first and last word."""
        first, last = np.searchsorted(self.starts, (start, end - 1), "right").tolist()
        opening, closing = (_TAG_KIND.get(self.words[at - 1].tag, 0) if at else 0 for at in (first, last))
        return start in self.edges, end in self.edges, opening, closing


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


def _by_column(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def write_review(review: Review, path: Path) -> None:
    """Write a model file."""
    usage = review.usage
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for (name, family), count in sorted(usage.named.items()):
        named[name][family] = count
    usages = {name: [count, named.get(name, {})] for name, count in usage.seen.items()}
    write_json(path, {"kind": KIND, "usage": usages, "forest": review.forest.to_json()})


@cache
def read_review(path: Path = MODEL) -> Review:
    """Return the model in a file, read once per process.

    Raises:
        KGError: The file is missing or is not such a model.
    """
    return read_json(path, KIND, _from_json, what="model of names to review")


def _from_json(value: Mapping[str, Any]) -> Review:
    seen: dict[str, int] = {}
    named: dict[Key, int] = {}
    for name, (count, families) in value["usage"].items():
        seen[name] = int(count)
        named.update({(name, family): int(times) for family, times in families.items()})
    return Review(Usage(seen, named), trees.from_json(value["forest"]))
