"""The network of relations and owners: its steps and gradients, its input, reading in parts, training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from handmade import lay
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpus import docs, gold_folder
from kg.errors import CorpusError, KGError
from kg.extract import context
from kg.extract.clauses import parse_clauses
from kg.extract.context import learning, network, sheets
from kg.extract.context import tape as tape_module
from kg.extract.context.folds import FOLDS, fold_of, others, read_networks
from kg.extract.context.learning import Lesson, Settings
from kg.extract.context.lessons import lessons_of, train_context
from kg.extract.context.network import MARGIN, Network, open_network, read_network
from kg.extract.context.tape import Tape, Value
from kg.extract.figures.claims import claims
from kg.extract.figures.observations import find_figures
from kg.extract.figures.quantities import find_quantities
from kg.extract.segment import words
from kg.extract.tagging.lexical import States, open_lexical

ROWS = st.integers(0, 39)
FILES = [gold_folder() / f"{doc}.json" for doc in docs("train")[:5]]
TEXT = "大连市甘井子区引进恒岳机械有限公司。该公司投资3.5亿元，占地120亩。"
THINGS = (
    ("AdministrativeDivision", "大连市", "大连"),
    ("AdministrativeDivision", "甘井子区"),
    ("Company", "恒岳机械有限公司"),
)


@pytest.fixture(scope="module")
def taught() -> tuple[Network, list[list[Lesson]]]:
    """A network drawn at random, and lessons for it."""
    characters, lessons = lessons_of(FILES)
    return learning.begin(characters, [turns[0] for turns in lessons], 1), lessons


def doubled(drawn: Network) -> Network:
    """Return a network in double precision, so that slopes can be measured."""
    return Network(drawn.characters, {name: w.astype(np.float64) for name, w in drawn.weights.items()})


def test_slopes_are_those_of_the_loss(
    taught: tuple[Network, list[list[Lesson]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "_SCALE", np.float64(1 / 2000))
    exact = doubled(taught[0])
    # two articles, one of them with some of its things missing
    batch = [taught[1][0][0], taught[1][1][-1]]
    loss, slope = learning.slopes(exact, batch)
    rng = np.random.default_rng(0)
    assert loss > 0
    assert set(slope) == set(network.WEIGHTS) - set(network.COUNTED)
    for name, own in slope.items():
        weight = exact.weights[name]
        way = rng.normal(size=weight.shape) * (np.abs(own) > 0)
        step = 1e-6 / max(1.0, float(np.abs(way).max()))
        told = []
        for side in (step, -step):
            weight += side * way
            told.append(learning.slopes(exact, batch)[0])
            weight -= side * way
        assert (told[0] - told[1]) / (2 * step) == pytest.approx(float((own * way).sum()), rel=0.02, abs=1e-5)


def test_what_is_read_by_parts_is_what_is_read_at_once(
    taught: tuple[Network, list[list[Lesson]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, lessons = taught
    page = lessons[0][0].page
    lexical = sheets.padded(lessons[0][0].lexical, len(page.char))
    assert len(page.window) > 2
    whole = drawn.read(page, lambda start, end: lexical[start:end])
    monkeypatch.setattr(network, "_AT_ONCE", 1)
    parts = drawn.read(page, lambda start, end: lexical[start:end])
    # learning reads the same as reading does
    learned = network.read(Tape(drawn.weights, learning=True), page, lexical)
    for other in (parts, learned):
        assert np.allclose(whole.asked.data, other.asked.data, atol=1e-5)
        assert np.allclose(whole.passed.data, other.passed.data, atol=1e-5)


def test_lessons_behind_each_other_teach_what_they_teach_apart(
    taught: tuple[Network, list[list[Lesson]]],
) -> None:
    drawn, lessons = taught
    batch = [turns[0] for turns in lessons[:3]]
    together, slope = learning.slopes(drawn, batch)
    apart = [learning.slopes(drawn, [lesson]) for lesson in batch]
    assert together == pytest.approx(sum(loss for loss, _ in apart), rel=1e-4)
    for name in ("recurrence", "answer", "choice.w", "way gap"):
        assert np.allclose(slope[name], sum(own[name] for _, own in apart), atol=1e-4)


def test_learning_lowers_the_loss_and_gives_the_same_each_time(tmp_path: Path) -> None:
    short = Settings(rounds=2)
    characters, lessons = lessons_of(FILES[:3])
    start = learning.begin(characters, [turns[0] for turns in lessons], short.seed)
    whole = [turns[0] for turns in lessons]
    trained = learning.train(start, lessons, replace(short, rounds=30))
    assert learning.slopes(trained, whole)[0] < 0.8 * learning.slopes(start, whole)[0]
    for name in ("a.net", "b.net"):
        train_context(FILES[:3], tmp_path / name, settings=short)
    assert (tmp_path / "a.net").read_bytes() == (tmp_path / "b.net").read_bytes()
    again = read_network(tmp_path / "a.net")
    assert set(again.weights) == set(network.WEIGHTS)
    assert (again.characters == characters).all()


def test_nothing_to_learn_from_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("标题\n\n今天天气晴。\n", encoding="utf-8")
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "a.json").write_text(
        '{"doc": "a", "entities": [], "relations": [], "observations": []}', encoding="utf-8"
    )
    with pytest.raises(CorpusError, match="no relation"):
        train_context([gold / "a.json"], tmp_path / "out.net")


def told(text: str, things: Sequence[tuple[str, ...]]) -> context.Told:
    article, entities = lay(text, *things)
    tokens = words(article.normal)
    return context.look(article, tokens, entities, parse_clauses(article, tokens, entities))


def test_the_page_marks_names_and_asks_for_their_ends_and_those_of_figures() -> None:
    read = told(TEXT, THINGS)
    page, text = read.page, read.layout.text
    first = MARGIN + text.index("恒岳")
    assert page.outer[first] == page.outer[first + 1] - 1
    assert page.outer[first + 8] == 0
    assert (page.outer[first : first + 8] > 0).all()
    # 该公司 refers to a thing and is no name
    refers = MARGIN + text.index("该公司")
    assert page.outer[refers] == 0
    assert page.inner[refers] == page.outer[first]
    asked = {text[at - MARGIN] for at in page.place.tolist()}
    assert set("大市甘区恒司3元") <= asked
    assert page.char[MARGIN] == read.network.rows("大")[0]


def test_each_claim_has_a_share_of_its_figure() -> None:
    read = told(TEXT, THINGS)
    figures = find_figures(read.board, find_quantities(read.layout.text), ())
    listed = claims(read.board, figures)
    odds = read.owners([f.quantity for f in figures], listed)
    assert np.allclose(np.bincount(listed.figure, odds), 1)
    # what the company invests and takes up is nobody else's
    company = listed.entity == read.board.ids.index("e3")
    others = ~company & (listed.entity < len(read.board.ids))
    assert others.any()
    assert odds[company].min() > odds[others].max()


def test_what_stands_elsewhere_does_not_change_what_is_read() -> None:
    text = TEXT + "。" * 300
    one, other = told(text, THINGS), told(text + "四川省成都市。", THINGS)
    asked = one.seen.asked.data
    assert np.allclose(asked, other.seen.asked.data[: len(asked)], atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet="大连市恒岳机械有限公司3亿元，。\n\ud800", max_size=400), st.data())
def test_states_are_kept_as_they_are_read(text: str, data: st.DataObject) -> None:
    kept = States(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = open_lexical().states(text) if text else np.zeros((0, 256))
    for _ in range(2):
        assert np.allclose(kept(start, end), whole[start:end], atol=1e-5)


def test_a_long_text_is_read_part_by_part() -> None:
    text = "大连市的恒岳机械有限公司投资3.5亿元。" * 250
    kept, whole = States(text), open_lexical().states(text)
    assert np.allclose(kept(), whole, atol=1e-4)
    assert np.allclose(kept(2000, 4200), whole[2000:4200], atol=1e-4)


def test_rows_of_unknown_characters_and_lone_surrogates() -> None:
    some = Network(np.array([ord("大"), ord("市")]), {})
    assert some.rows("大市\ud800龘").tolist() == [
        network.FIRST,
        network.FIRST + 1,
        network.UNSEEN,
        network.UNSEEN,
    ]


def test_drop_keeps_the_mean() -> None:
    tape = Tape({}, learning=True, dropped=0.25, rng=np.random.default_rng(0))
    made = tape.drop(Value(np.ones((400, 50), np.float32))).data
    assert made.mean() == pytest.approx(1, abs=0.02)
    assert set(np.unique(made).tolist()) == {0.0, float(np.float32(1 / 0.75))}
    assert (tape.noise(np.ones((2, 2), np.float32)) >= 0).all()


def test_folds_take_turns_and_leave_out_their_own(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in "dbac"]
    assert [fold_of(files)[path] for path in sorted(files)] == [0, 1, 2, 0]
    assert others(files, 0) == sorted(files)[1:3]
    assert {path for fold in range(FOLDS) for path in others(files, fold)} == set(files)
    with pytest.raises(KGError, match="missing"):
        read_networks(tmp_path)


def test_a_file_that_is_no_network_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="missing"):
        open_network(tmp_path / "none.net")
    (tmp_path / "bad.net").write_bytes(b"no network")
    with pytest.raises(KGError, match="train it again"):
        read_network(tmp_path / "bad.net")


def test_gathered_rows_add_up() -> None:
    table = {"t": np.arange(6, dtype=np.float32).reshape(3, 2)}
    tape = Tape(table, learning=True)
    numbers: npt.NDArray[np.int64] = np.array([2, 0, 2])
    made = tape.rows("t", numbers)
    assert made.data.tolist() == [[4, 5], [0, 1], [4, 5]]
    made.add(np.array([[1, 1], [2, 2], [3, 3]], np.float32))
    assert tape.slopes()["t"].tolist() == [[2, 2], [0, 0], [4, 4]]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.lists(st.tuples(ROWS, ROWS), max_size=30), st.data())
def test_the_highest_of_stretches(rows: int, ends: list[tuple[int, int]], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(-9, 9), min_size=2 * rows, max_size=2 * rows))
    x = np.array(numbers, np.float32).reshape(rows, 2)
    stretch = np.minimum(np.array(ends, np.int64).reshape(-1, 2), rows)
    tape = Tape({}, learning=True)
    value = Value(x)
    made = tape.highest(value, stretch)
    for told, (start, end) in zip(made.data, stretch.tolist(), strict=True):
        assert told.tolist() == (x[start:end].max(axis=0).tolist() if start < end else [0, 0])
    made.add(np.ones_like(made.data))
    tape.slopes()
    # each number that was told is somebody's, and everybody who has a slope is the highest of a stretch
    full = stretch[stretch[:, 0] < stretch[:, 1]]
    assert value.slope is not None
    assert value.slope.sum() == 2 * len(full)
    for row, column in np.argwhere(value.slope > 0).tolist():
        assert any(s <= row < e and x[s:e, column].max() == x[row, column] for s, e in full.tolist())


def test_very_many_rows_are_looked_through_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(np.random.default_rng(0).normal(size=(900, 3)).astype(np.float32))
    start = np.arange(0, 880, 7)
    stretch = np.stack((start, np.minimum(start + start % 130, 900)), axis=1)
    whole = Tape({}).highest(x, stretch).data
    monkeypatch.setattr(tape_module, "_AT_ONCE", 64)
    assert (Tape({}).highest(x, stretch).data == whole).all()
