"""The trained tagger: two character models that read names as a careful reader would mark them.

A linear chain and a recurrent network, both trained on this project's corpus, read names of the fifteen
types from characters, words and parts of speech, known names, candidates of the name grammar, quotes
and the shape of characters. The output consists of mentions, each with the probability that exactly this
name is there. Training is in `kg.extract.training` and `kg.extract.tagging.net_training`; the models and
their model card are in `kg/extract/models/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.extract.tagging import columns
from kg.extract.tagging.chains import Floats, Stretch
from kg.extract.tagging.lexical import States
from kg.extract.tagging.linear_chain import open_model
from kg.extract.tagging.net import Net, open_net
from kg.model import Article, Mention, Word

MODELS = Path(__file__).resolve().parent.parent / "models"
NAMES, NET = MODELS / "names.model", MODELS / "names.net"

LEAST_SURE = 0.25
"""Lowest probability of a name that can be chosen among those that overlap it."""
CONSIDERED = 0.003
"""Lowest probability of a name that is returned at all; `kg.extract.tagging.review` decides which to keep."""

# Weight of the network's log-probabilities when they are added to the scores of the linear chain; core F1 on
# development is 0.844 with 0.3 and 0.846 with this value
NET_SHARE = 0.4

# c character, t part of speech with position in the word, w word, w< and w> the previous and next word,
# s shape, k known name, g candidate of the grammar, q quotes
TEMPLATES = (
    "c0", "c-1", "c+1", "c-2", "c+2", "c-1 c0", "c0 c+1", "c-2 c-1", "c+1 c+2", "c-1 c0 c+1",
    "s0", "t0", "w0", "k0", "g0", "q0", "g0 q0", "k0 t0",
    "t-1", "k-1", "g-1", "t-1 t0", "t+1", "k+1", "g+1", "t0 t+1",
    "w<0", "w<0 w0", "w>0",
)  # fmt: skip
# A name extends across these marks only in quotes; outside quotes, the text is cut into sequences after them
_CUT = re.compile("[，,；;：:。！？!?]")


def _shape(char: str) -> str:
    if char.isdigit():
        return "0"
    if "\u4e00" <= char <= "\u9fff":
        return "一" if char not in "一二三四五六七八九十百千万亿两" else "1"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char


class Marks:
    """What the other steps know of each character of an article, as columns.

    Args:
        normal: `Article.normal`.
        words: Its words, from the segmenter.
        sentences: (start, end) of each sentence, in order.
        known: Known names.
        grammar: Candidates of the name grammar.
        hints: Weak forms of known names.
        states: States of the characters from `kg.extract.tagging.lexical`; computed anew if None.
    """

    __slots__ = ("columns", "given", "lines", "normal", "sentences", "states", "stretches")

    def __init__(
        self,
        normal: str,
        words: Sequence[Word],
        sentences: Iterable[Stretch],
        known: Iterable[Mention] = (),
        grammar: Iterable[Mention] = (),
        hints: Iterable[Mention] = (),
        states: States | None = None,
    ) -> None:
        length = len(normal)
        self.normal = normal
        self.states = States(normal) if states is None else states
        self.sentences = tuple(sentences)
        self.lines = np.full(length, -1, dtype=np.int64)
        for number, (start, end) in enumerate(self.sentences):
            self.lines[start:end] = number
        quotes = _quotes(normal)
        self.stretches = tuple(_stretches(normal, quotes, self.sentences))
        spans = [(m.start, m.end, m.type) for m in known]
        grown = [(m.start, m.end, m.type) for m in grammar]
        self.given = frozenset((*spans, *grown))
        spans += [(m.start, m.end, "?" + m.type) for m in hints]
        self.columns = {
            "c": columns.of_characters(normal),
            "s": columns.of_characters(normal, _shape),
            "q": quotes,
            "k": columns.of_spans(length, _longest_last(spans)),
            "g": columns.of_spans(length, _longest_last(grown)),
            **_word_columns(normal, words),
        }


def _longest_last(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return spans ordered by length, the longest last, so that longer ones overwrite shorter ones."""
    return sorted(set(spans), key=lambda s: (s[1] - s[0], s))


def _word_columns(normal: str, words: Sequence[Word]) -> dict[str, columns.Column]:
    lengths = np.array([w.end - w.start for w in words], dtype=np.int64)
    surfaces = [normal[w.start : w.end] for w in words]
    before, after = ["^", *surfaces][: len(surfaces)], [*surfaces, "^"][1:]
    ends = np.cumsum(lengths)
    first, last = np.zeros(len(normal), dtype=bool), np.zeros(len(normal), dtype=bool)
    first[ends - lengths] = True
    last[ends - 1] = True
    place = np.array([columns.code(p) for p in "IBES"], dtype=np.uint64)[first + 2 * last]
    word = columns.of_strings(surfaces, lengths)
    none = np.uint64(0)
    return {
        "t": columns.joined(columns.of_strings((w.tag for w in words), lengths), place),
        "w": word,
        "w<": np.where(first, columns.of_strings(before, lengths), none),
        "w>": np.where(last, columns.of_strings(after, lengths), none),
    }


_QUOTE = re.compile("[“「《(（”」》)）\n。]")
_OPENING = {"“": "q", "「": "q", "《": "t", "(": "b", "（": "b"}


def _quotes(normal: str) -> columns.Column:
    """Return whether each character is in quotes, title marks or brackets, the marks included."""
    column = np.zeros(len(normal), dtype=np.uint64)
    inside, begin = "", 0
    for mark in _QUOTE.finditer(normal):
        opened = _OPENING.get(mark[0])
        if opened == "b" and inside:
            continue
        if opened:
            column[begin : mark.start()] = columns.code(inside)
            inside, begin = opened, mark.start()
        else:
            column[begin : mark.end()] = columns.code(inside)
            inside, begin = "", mark.end()
    column[begin:] = columns.code(inside)
    return column


def _stretches(normal: str, quotes: columns.Column, sentences: Iterable[Stretch]) -> Iterator[Stretch]:
    for start, end in sentences:
        begin = start
        for mark in _CUT.finditer(normal, start, end):
            if not quotes[mark.start()]:
                yield begin, mark.end()
                begin = mark.end()
        if begin < end:
            yield begin, end


def features(marks: Marks) -> columns.Features:
    """Return the features of each character for the linear chain."""
    return columns.features(marks.columns, marks.lines, TEMPLATES)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A name as the models read it.

    Attributes:
        mention: The name, with the probability of the two models together as confidence.
        begins, ends: Probability that a name of any type begins at its start, and that one ends at its end.
        mean, least: Mean and minimum of the network's log-probabilities of its labels; 0 without a network.
        chosen: Whether it is the likeliest of the names that overlap it, and likely enough.
    """

    mention: Mention
    begins: float
    ends: float
    mean: float
    least: float
    chosen: bool = True


def tag(article: Article, marks: Marks, *, model: Path = NAMES, net: Path | None = NET) -> Iterator[Tagged]:
    """Yield the names that the models find, in order; they may overlap.

    Args:
        article: The article.
        marks: What the other steps know of its characters.
        model: File of the linear chain.
        net: File of the network to combine with it, or None.

    Raises:
        KGError: A file is missing.
    """
    reader = open_model(model)
    scores = reader.scores(features(marks))
    told = np.zeros_like(scores) if net is None else aligned(open_net(net), reader.kinds, marks)
    scores += NET_SHARE * told
    found: dict[tuple[int, int, str], Tagged] = {}
    for span in reader.read(
        scores, marks.stretches, least=LEAST_SURE, considered=CONSIDERED, also=marks.given
    ):
        end = _closed(article.normal, span.start, span.end)
        key = span.start, end, span.kind
        if key in found and found[key].mention.confidence >= span.probability:
            continue
        text = article.text[span.start : end]
        mention = Mention(span.start, end, text, span.kind, "tagger", round(span.probability, 4))
        own = told[np.arange(span.start, span.end), reader.path(span)]
        found[key] = Tagged(mention, span.begins, span.ends, float(own.mean()), float(own.min()), span.chosen)
    yield from (found[key] for key in sorted(found))


def _closed(normal: str, start: int, end: int) -> int:
    """Return the end of a name, moved past a next character that closes its open bracket: (有限合伙)."""
    opened = normal.rfind("(", start, end) > normal.rfind(")", start, end)
    return end + 1 if opened and normal[end : end + 1] == ")" else end


def aligned(net: Net, kinds: Sequence[str], marks: Marks) -> Floats:
    """Return the log-probabilities of a network in the label order of a linear chain.

    A chain trained on few articles may not know all the kinds that the network knows.
    """
    told = net.log_probabilities(marks.columns, marks.states if net.given else None)
    if tuple(kinds) == net.kinds:
        return told.astype(np.float64)
    places = [net.kinds.index(kind) for kind in kinds]
    count = len(net.kinds)
    order = [0, *(1 + block * count + place for block in range(4) for place in places)]
    return told[:, order].astype(np.float64)
