"""The trained tagger: labels and spans, marks, a model trained in the test, and the shipped models."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus import Gold, docs, gold_folder, project, read_gold
from kg.errors import KGError
from kg.evaluate import score
from kg.extract import pipeline
from kg.extract.document import to_json
from kg.extract.tagging import names_training, tagger
from kg.extract.tagging.columns import code
from kg.extract.tagging.linear_chain import decode, encode
from kg.extract.tagging.tagger import Marks
from kg.model import Mention, Word
from kg.text.article import parse_article
from kg.text.readers import read_article

KINDS = ("Company", "Place", "Person")


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str]]]:
    """A length and spans in it that do not touch each other's characters."""
    cuts = sorted(draw(st.sets(st.integers(0, 40), max_size=12)))
    found = [(a, b, draw(st.sampled_from(KINDS))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return 41, found


@given(spans())
def test_labels_and_spans_are_inverse(drawn: tuple[int, list[tuple[int, int, str]]]) -> None:
    length, found = drawn
    assert list(decode(encode(length, found), 0)) == found


@pytest.mark.parametrize(
    "labels",
    [["I-Place", "E-Place"], ["B-Place", "O"], ["B-Place", "E-Person"], ["B-Place", "I-Person", "E-Place"]],
)
def test_labels_of_half_a_name_are_no_name(labels: list[str]) -> None:
    assert list(decode(labels, 0)) == []


def test_marks_tell_what_the_other_steps_know() -> None:
    text = "“云港”出口，"
    known = [Mention(1, 3, "云港", "Place", "known")]
    words = (Word(0, 1, "x"), Word(1, 3, "ns"), Word(3, 4, "x"), Word(4, 6, "v"), Word(6, 7, "x"))
    marks = Marks(text, words, [(0, 7)], known=known)
    made = marks.columns
    assert made["k"].tolist() == [0, code("BPlace"), code("EPlace"), 0, 0, 0, 0]
    assert made["q"].tolist() == [code("q")] * 4 + [0] * 3
    assert made["w"][4] == made["w"][5] == code("出口")
    assert made["w<"].tolist() == [code("^"), code("“"), 0, code("云港"), code("”"), 0, code("出口")]
    assert made["t"][4] != made["t"][5]


def test_features_are_the_same_for_the_same_text_and_stop_at_the_line() -> None:
    text = "出口。出口。"
    words = (Word(0, 2, "v"), Word(2, 3, "x"), Word(3, 5, "v"), Word(5, 6, "x"))
    rows = tagger.features(Marks(text, words, [(0, 3), (3, 6)]))
    one_line = tagger.features(Marks(text, words, [(0, 6)]))
    same = [name for name in tagger.TEMPLATES if "<" not in name and ">" not in name]
    at = [tagger.TEMPLATES.index(name) for name in same]
    assert (rows[0:3, at] == rows[3:6, at]).all()
    before = tagger.TEMPLATES.index("c-1")
    assert rows[3, before] == rows[0, before] != one_line[3, before]


@pytest.mark.parametrize(
    ("text", "stretches"),
    [("一，二。", [(0, 2), (2, 4)]), ("“一，二”三", [(0, 6)]), ("一：“二；三”", [(0, 2), (2, 7)])],
)
def test_a_name_goes_on_over_a_comma_only_in_quotes(text: str, stretches: list[tuple[int, int]]) -> None:
    words = tuple(Word(i, i + 1, "x") for i in range(len(text)))
    assert list(Marks(text, words, [(0, len(text))]).stretches) == stretches


def test_a_division_is_cut_from_those_above_it() -> None:
    text = "大连市甘井子区。"
    article = parse_article(text, doc="x")
    gold: Gold = {
        "entities": [{"id": "e1", "type": "AdministrativeDivision", "names": ["大连市甘井子区"]}],
        "relations": [],
        "observations": [],
    }
    labels = names_training.label_names(article, project(article, gold), {"大连市", "甘井子区"})
    assert [(s, e) for s, e, _ in decode(labels[:7], 0)] == [(0, 3), (3, 7)]


@pytest.mark.parametrize(
    ("text", "named", "parts"),
    [
        ("蓝鲸重工二期。", {"Company": ["蓝鲸重工"], "Project": ["蓝鲸重工二期"]}, ["蓝鲸重工", "二期"]),
        ("蓝鲸重工二期。", {"Project": ["蓝鲸重工二期"]}, ["蓝鲸重工二期"]),
    ],
)  # fmt: skip
def test_a_name_is_cut_from_whose_it_is(text: str, named: dict[str, list[str]], parts: list[str]) -> None:
    gold: Gold = {
        "entities": [{"id": kind, "type": kind, "names": names} for kind, names in named.items()],
        "relations": [],
        "observations": [],
    }
    article = parse_article(text, doc="x")
    labels = names_training.label_names(article, project(article, gold))
    assert [article.text[s:e] for s, e, _ in decode(labels, 0)] == parts


def test_a_model_learns_from_articles_of_ones_own(tmp_path: Path) -> None:
    folder = gold_folder()
    files = [folder / f"{doc}.json" for doc in docs("train")[:2]]
    first, second = tmp_path / "a.model", tmp_path / "b.model"
    names_training.train_names(files, first)
    names_training.train_names(list(reversed(files)), second)
    assert first.read_bytes() == second.read_bytes()
    article = read_article(folder.parent / f"{docs('train')[0]}.txt")
    models = pipeline.Models(names=first)
    rows = [(article.doc, to_json(pipeline.extract(article, models=models)), read_gold(files[0]))]
    # what it was trained on it reads nearly whole; anything less says that training is broken
    assert score(rows).scores["core"].f1 > 0.8


@pytest.mark.parametrize("text", ["", "\n", "。"])
def test_a_text_without_words_names_nothing(text: str) -> None:
    assert pipeline.extract(parse_article(text, doc="x")).entities == ()


def test_a_missing_model_stops_the_run(tmp_path: Path) -> None:
    article = parse_article("云港市发布消息。", doc="x")
    with pytest.raises(KGError, match="model is missing"):
        pipeline.extract(article, models=pipeline.Models(names=tmp_path / "none.model"))


def test_quality_on_articles_that_nothing_was_trained_on() -> None:
    """Every fourth article of the test part, with a margin; `benchmarks/quality.md` has the whole."""
    folder = gold_folder()
    rows = []
    for doc in docs("test")[::4]:
        document = to_json(pipeline.extract(read_article(folder.parent / f"{doc}.txt")))
        rows.append((doc, document, read_gold(folder / f"{doc}.json")))
    scores = score(rows).scores
    assert scores["core"].f1 > 0.82
    assert scores["relations"].f1 > 0.46
    assert scores["observations"].f1 > 0.58


@pytest.mark.parametrize(
    ("text", "end", "closed"),
    [("甲中心(有限合伙)。", 8, 9), ("(甲中心)。", 4, 4), ("甲(乙)中心", 6, 6), ("甲(乙", 3, 3)],
)
def test_a_bracket_opened_in_a_name_is_closed_in_it(text: str, end: int, closed: int) -> None:
    assert tagger._closed(text, text.index("甲"), end) == closed
