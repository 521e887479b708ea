"""The trained tagger: linear-chain models over characters that read names as a careful reader marks them.

The one door to python-crfsuite. Two models in a row: `general`, trained on public corpora,
tells organizations, places and people apart as newspapers at large have them; `names`, trained
on this project's corpus, reads the fifteen types from that, from words and parts of speech,
known names, candidates of the name grammar, quotes and the shape of characters. Out come
mentions with the model's own probability. Training lives in `kg.extract.training`, the models
and their card in `kg/extract/models/`.

References:
    Lafferty, McCallum, Pereira: Conditional Random Fields (ICML 2001).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pycrfsuite

from kg.extract.crf import open_model
from kg.model import Article, Mention, Sentence, Word

MODELS = Path(__file__).resolve().parent / "models"
NAMES, GENERAL = MODELS / "names.crfsuite", MODELS / "general.crfsuite"


def _shape(char: str) -> str:
    if char.isdigit():
        return "0"
    if "\u4e00" <= char <= "\u9fff":
        return "一" if char not in "一二三四五六七八九十百千万亿两" else "1"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char


def _spans_to_marks(spans: Iterable[tuple[int, int, str]], length: int) -> list[str]:
    """Return for each character `B-x`, `I-x`, `E-x`, `S-x` of the span that covers it, or an empty string."""
    marks = [""] * length
    for start, end, label in spans:
        if end - start == 1:
            marks[start] = "S" + label
            continue
        marks[start] = "B" + label
        marks[end - 1] = "E" + label
        inner = "I" + label
        for i in range(start + 1, end - 1):
            marks[i] = inner
    return marks


class Marks:
    """What the other steps know of each character of an article."""

    __slots__ = ("general", "grammar", "known", "normal", "quotes", "shapes", "tags", "words")

    def __init__(
        self,
        normal: str,
        words: Sequence[Word],
        known: Iterable[Mention],
        grammar: Iterable[Mention],
        hints: Iterable[Mention] = (),
    ) -> None:
        length = len(normal)
        self.normal = normal
        self.shapes = [_shape(c) for c in normal]
        self.tags = [""] * length
        self.words = [""] * length
        for word in words:
            surface = normal[word.start : word.end]
            last = word.end - 1
            for i in range(word.start, word.end):
                place = "S" if last == word.start else "B" if i == word.start else "E" if i == last else "I"
                self.tags[i] = place + word.tag
                self.words[i] = surface
        spans = [(m.start, m.end, m.type) for m in known]
        spans += [(m.start, m.end, "?" + m.type) for m in hints]
        self.known = _spans_to_marks(_longest_first(spans), length)
        self.grammar = _spans_to_marks(_longest_first((m.start, m.end, m.type) for m in grammar), length)
        self.quotes = _quotes(normal)
        self.general = [""] * length


def _longest_first(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return spans in the order in which later ones may overwrite: the longest last."""
    return sorted(set(spans), key=lambda s: (s[1] - s[0], s))


def _quotes(normal: str) -> list[str]:
    """Return for each character whether it stands in quotes, title marks or brackets."""
    out, inside = [], ""
    for char in normal:
        if char in "“「":
            inside = "q"
        elif char == "《":
            inside = "t"
        elif char in "(（":
            inside = inside or "b"
        out.append(inside)
        if char in "”」》)）\n。":
            inside = ""
    return out


def general_features(marks: Marks, start: int, end: int) -> list[list[str]]:
    """Return the features of each character of a stretch for the general model: characters and words."""
    normal, tags, words = marks.normal, marks.tags, marks.words
    rows = []
    for i in range(start, end):
        c = normal[i]
        a = normal[i - 1] if i > start else "^"
        b = normal[i - 2] if i > start + 1 else "^"
        d = normal[i + 1] if i + 1 < end else "^"
        e = normal[i + 2] if i + 2 < end else "^"
        rows.append([
            "0=" + c, "-1=" + a, "+1=" + d, "-2=" + b, "+2=" + e,
            "-10=" + a + c, "01=" + c + d, "-101=" + a + c + d, "12=" + d + e, "-21=" + b + a,
            "t=" + tags[i], "w=" + words[i],
            "t-=" + (tags[i - 1] if i > start else "^"), "t+=" + (tags[i + 1] if i + 1 < end else "^"),
            "w-=" + (words[i - 1] if i > start and tags[i][0] in "BS" else ""),
            "w+=" + (words[i + 1] if i + 1 < end and tags[i][0] in "ES" else ""),
        ])  # fmt: skip
    return rows


def features(marks: Marks, start: int, end: int) -> list[list[str]]:
    """Return the features of each character of a stretch, as python-crfsuite takes them."""
    normal, tags, words, known = marks.normal, marks.tags, marks.words, marks.known
    grammar, quotes, shapes, general = marks.grammar, marks.quotes, marks.shapes, marks.general
    rows = []
    for i in range(start, end):
        c = normal[i]
        a = normal[i - 1] if i > start else "^"
        b = normal[i - 2] if i > start + 1 else "^"
        d = normal[i + 1] if i + 1 < end else "^"
        e = normal[i + 2] if i + 2 < end else "^"
        t, k, g, q = tags[i], known[i], grammar[i], quotes[i]
        row = [
            "0=" + c, "-1=" + a, "+1=" + d, "-2=" + b, "+2=" + e,
            "-10=" + a + c, "01=" + c + d, "-21=" + b + a, "12=" + d + e, "-101=" + a + c + d,
            "s=" + shapes[i], "t=" + t, "w=" + words[i], "k=" + k, "g=" + g, "q=" + q,
            "gq=" + g + q, "kt=" + k + t, "b=" + general[i], "bg=" + general[i] + g,
        ]  # fmt: skip
        if i > start:
            h = i - 1
            row += [
                "t-=" + tags[h],
                "k-=" + known[h],
                "g-=" + grammar[h],
                "b-=" + general[h],
                "tt=" + tags[h] + t,
            ]
        if i + 1 < end:
            j = i + 1
            row += [
                "t+=" + tags[j],
                "k+=" + known[j],
                "g+=" + grammar[j],
                "b+=" + general[j],
                "tt+=" + t + tags[j],
            ]
        if t[0] in "BS":
            before = words[i - 1] if i > start else "^"
            row += ["w-=" + before, "ww=" + before + "|" + words[i]]
        if t[0] in "ES":
            row.append("w+=" + (words[i + 1] if i + 1 < end else "^"))
        rows.append(row)
    return rows


def encode(length: int, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return the label of each character: `B-`, `I-`, `E-` in a name, `S-` for a name of one, else `O`.

    Later spans overwrite earlier ones.

    >>> encode(5, [(1, 3, "Place"), (4, 5, "Person")])
    ['O', 'B-Place', 'E-Place', 'O', 'S-Person']
    """
    labels = ["O"] * length
    for start, end, kind in spans:
        inside = [f"I-{kind}"] * (end - start - 2)
        labels[start:end] = [f"S-{kind}"] if end - start == 1 else [f"B-{kind}", *inside, f"E-{kind}"]
    return labels


def decode(labels: Sequence[str], start: int) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, type) of the whole names that labels mark; the inverse of `encode`.

    >>> list(decode(["O", "B-Place", "E-Place", "O", "S-Person"], 10))
    [(11, 13, 'Place'), (14, 15, 'Person')]
    """
    begin, kind = -1, ""
    for at, label in enumerate(labels, start):
        mark, _, name = label.partition("-")
        if mark == "S":
            yield at, at + 1, name
        elif mark == "E" and begin >= 0 and name == kind:
            yield begin, at + 1, name
        if mark == "B":
            begin, kind = at, name
        elif mark != "I" or name != kind:
            begin = -1


def mark_general(marks: Marks, sentences: Iterable[Sentence], *, model: Path = GENERAL) -> None:
    """Fill in what the general model says of each character: `B-ORG`, `I-LOC` and so on.

    Raises:
        KGError: The model file is missing.
    """
    tagger = open_model(model)
    for sentence in sentences:
        rows = general_features(marks, sentence.start, sentence.end)
        for i, label in enumerate(tagger.tag(pycrfsuite.ItemSequence(rows)), sentence.start):
            marks.general[i] = label if label != "O" else ""


def tag(article: Article, marks: Marks, *, model: Path = NAMES) -> Iterator[Mention]:
    """Yield the names that the model finds, sentence by sentence.

    Args:
        article: The article.
        marks: What the other steps know of its characters, `mark_general` among them.
        model: Model file.

    Raises:
        KGError: The model file is missing.
    """
    tagger = open_model(model)
    for sentence in article.sentences:
        rows = features(marks, sentence.start, sentence.end)
        labels = tagger.tag(pycrfsuite.ItemSequence(rows))
        for start, end, kind in decode(labels, sentence.start):
            # the least sure character decides: a name is right only if all of it is
            confidence = min(
                tagger.marginal(labels[i - sentence.start], i - sentence.start) for i in range(start, end)
            )
            yield Mention(start, end, article.text[start:end], kind, "tagger", round(confidence, 4))
