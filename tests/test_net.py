"""The network of names: its gradients against differences, reading in blocks, files, and training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus import docs, gold_folder
from kg.errors import KGError
from kg.extract import pipeline
from kg.extract.lessons import of_the_guide, weights, with_others
from kg.extract.tagging import columns, net, net_learning, net_start, net_training
from kg.extract.tagging.net_learning import IGNORED, Settings, Text
from kg.text.readers import read_article

KINDS = ("Person", "Place")


def columns_of(text: str) -> dict[str, net.Codes]:
    """The columns of a text of which only the characters are known."""
    nothing = np.zeros(len(text), dtype=np.uint64)
    return {name: nothing for name in net.WIDTHS if name != "cc"} | {"c": columns.of_characters(text)}


def network_of(*texts: str, width: int = 8, seed: int = 0) -> net.Net:
    """A network at random that has a row for each character and pair of some texts."""
    keys = {name: np.zeros(0, dtype=np.uint64) for name in net.WIDTHS}
    keys["c"] = np.unique(np.concatenate([columns.of_characters(text) for text in texts]))
    pairs = np.unique(np.concatenate([net.pairs(columns.of_characters(text)) for text in texts]))
    keys["cc"] = pairs[pairs != 0]
    return net_start.begin(KINDS, keys, width, seed)


def precise(network: net.Net) -> net.Net:
    """The network in double precision, with biases that are not 0."""
    random = np.random.default_rng(5)
    tables = {name: table.astype(np.float64) for name, table in network.tables.items()}
    layers = tuple(
        (weights.astype(np.float64), random.normal(0, 0.1, bias.shape)) for weights, bias in network.layers
    )
    return replace(network, tables=tables, layers=layers, recurrence=network.recurrence.astype(np.float64))


def test_slopes_are_those_of_small_differences() -> None:
    random = np.random.default_rng(1)
    text = "甘井子区在大连市，不在长春市。"
    network = precise(network_of(text))
    rows = random.integers(0, 12, size=(2, 11, len(net.READ)))
    rows[..., 1:8] = random.integers(0, 2, size=rows[..., 1:8].shape)
    labels = random.integers(IGNORED, 9, size=(2, 11))
    _, made = net_learning.slopes(network, rows, labels)

    def difference(array: net.Floats, place: tuple[int, ...]) -> float:
        kept, losses = array[place], []
        for sign in (1, -1):
            array[place] = kept + sign * 1e-6
            losses.append(net_learning.slopes(network, rows, labels)[0])
        array[place] = kept
        return (losses[0] - losses[1]) / 2e-6

    for own, slope in zip(network.layers, made.layers, strict=True):
        for array, told in zip(own, slope, strict=True):
            for _ in range(5):
                place = tuple(int(random.integers(size)) for size in array.shape)
                assert told[place] == pytest.approx(difference(array, place), abs=1e-7)
    for _ in range(12):
        place = tuple(int(random.integers(size)) for size in network.recurrence.shape)
        assert made.recurrence[place] == pytest.approx(difference(network.recurrence, place), abs=1e-7)
    for name in net.WIDTHS:
        used, slopes = net_learning.by_row(rows, made.read, name)
        assert net.NOTHING not in used
        for row, slope in list(zip(used.tolist(), slopes, strict=True))[:3]:
            assert slope[1] == pytest.approx(difference(network.tables[name], (row, 1)), abs=1e-7)


def test_rows_tell_known_from_unknown_and_nothing() -> None:
    network = network_of("大连市")
    rows = network.rows(columns_of("大连城"))
    characters, after, before = (rows[:, net.READ.index(name)] for name in ("c", "cc", "cc<"))
    assert characters[0] >= net.FIRST <= characters[1]
    assert characters[2] == net.UNSEEN
    assert (after[0] >= net.FIRST, after[1], after[2]) == (True, net.UNSEEN, net.NOTHING)
    assert before.tolist() == [net.NOTHING, *after[:2].tolist()]
    assert set(rows[:, net.READ.index("k")].tolist()) == {net.NOTHING}


def test_probabilities_do_not_depend_on_the_blocks_that_are_read_at_once() -> None:
    text = "大连市与长春市签约，王某某出席。" * 90
    network = network_of(text)
    found = network.probabilities(columns_of(text))
    assert found.shape == (len(text), len(network.labels))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    told = network.log_probabilities(columns_of(text))
    np.testing.assert_allclose(np.exp(told), found, atol=2e-6)
    assert told.min() >= np.log(1e-6)
    # what stands beyond the margin of a block plays no part in it
    alone = network.probabilities(columns_of(text[512 - 12 : 576 + 12]))
    np.testing.assert_allclose(alone[12:76], found[512:576], atol=1e-2)
    assert network.probabilities(columns_of("")).shape == (0, len(network.labels))
    assert network.probabilities(columns_of("市")).shape == (1, len(network.labels))


def test_a_long_text_is_read_in_parts_and_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "大连市与长春市签约，王某某出席。" * 40
    network = network_of(text)
    whole = network.probabilities(columns_of(text))
    monkeypatch.setattr(net, "_AT_ONCE", 3)
    np.testing.assert_allclose(network.probabilities(columns_of(text)), whole, atol=1e-6)


def labelled(text: str, places: str, network: net.Net) -> Text:
    """A text whose characters of a set are places of one character each."""
    single = network.labels.index("S-Place")
    labels = np.array([single if char in places else 0 for char in text], dtype=np.int64)
    return Text(network.rows(columns_of(text)), labels, np.zeros((len(text), 0), np.float16))


@pytest.fixture(scope="module")
def taught() -> net.Net:
    """A network that has learnt that 辽 after 到 is a place, elsewhere not."""
    texts = ["他到辽开会", "她到辽出差", "来到辽考察", "辽是河名", "读辽史书", "去长江辽"]
    start = network_of(*texts)
    single = start.labels.index("S-Place")
    examples = []
    for text in texts * 12:
        example = labelled(text, "", start)
        if "到辽" in text:
            example.labels[text.index("到辽") + 1] = single
        examples.append(example)
    return net_learning.train(start, examples, Settings(rounds=60, rate=1e-2, dropped=0.1, batch=2))


def test_training_learns_from_the_characters_before(taught: net.Net) -> None:
    single = taught.labels.index("S-Place")
    found = taught.probabilities(columns_of("他到辽出差读辽史书"))
    assert found[2, single] > 0.9
    assert found[6, single] < 0.1
    assert found[0, 0] > 0.9


def test_training_is_repeatable_and_leaves_its_start_alone() -> None:
    text = "大连市与长春市签约。"
    start = network_of(text)
    before = [table.copy() for table in start.tables.values()]
    examples = [labelled(text, "连春", start)] * 3
    settings = Settings(rounds=3)
    one, two = (net_learning.train(start, examples, settings) for _ in range(2))
    for name in net.WIDTHS:
        np.testing.assert_array_equal(one.tables[name], two.tables[name])
    assert not np.array_equal(one.tables["c"], start.tables["c"])
    for old, now in zip(before, start.tables.values(), strict=True):
        np.testing.assert_array_equal(old, now)
    for table in one.tables.values():
        assert not table[net.NOTHING].any()


def test_going_on_keeps_what_was_learnt_of_characters(taught: net.Net) -> None:
    keys = network_of("辽沈战役").keys
    further = net_start.resume(taught, ("Company",), keys)
    assert further.labels == ("O", "S-Company", "E-Company", "B-Company", "I-Company")
    old, new = (n.rows(columns_of("辽沈"))[:, 0] for n in (taught, further))
    assert old[1] == net.UNSEEN != new[1]
    np.testing.assert_array_equal(taught.tables["c"][old[0]], further.tables["c"][new[0]])
    np.testing.assert_array_equal(taught.layers[1][0], further.layers[1][0])


def test_a_wider_network_keeps_the_rows_alone(taught: net.Net) -> None:
    wider = net_start.widened(taught, 20)
    assert wider.recurrence.shape == (2, 10, 30)
    assert all((wider.tables[name] == taught.tables[name]).all() for name in net.WIDTHS)
    assert wider.probabilities(columns_of("他到辽开会")).shape == (5, len(taught.labels))
    assert net_start.widened(wider, 20) is wider


def test_a_file_holds_the_network(taught: net.Net, tmp_path: Path) -> None:
    taught.save(tmp_path / "a.net")
    again = net.open_net(tmp_path / "a.net")
    assert again.kinds == KINDS
    text = columns_of("他到辽出差读辽史书")
    np.testing.assert_allclose(again.probabilities(text), taught.probabilities(text), atol=5e-3)
    again.save(tmp_path / "b.net")
    assert (tmp_path / "a.net").read_bytes() == (tmp_path / "b.net").read_bytes()


def test_what_is_no_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="missing"):
        net.open_net(tmp_path / "none.net")
    (tmp_path / "bad.net").write_bytes(b"no network")
    with pytest.raises(KGError, match="no network"):
        net.open_net(tmp_path / "bad.net")
    other = network_of("大连市")
    replace(other, recurrence=other.layers[1][0]).save(tmp_path / "old.net")
    with pytest.raises(KGError, match="another version"):
        net.open_net(tmp_path / "old.net")


def test_commands_train_from_corpora_and_go_on_with_articles(tmp_path: Path) -> None:
    line = {
        "text": "大连市与长春市签约，王明明出席。",
        "spans": [[0, 3, "LOC"], [4, 7, "LOC"], [10, 13, "PER"]],
    }
    (tmp_path / "one.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    general, names = tmp_path / "general.net", tmp_path / "names.net"
    assert net_training.main(["general", "--corpus", str(tmp_path), "--out", str(general)]) == 0
    assert net.open_net(general).kinds == net_training.GENERAL_KINDS
    gold = gold_folder() / f"{docs('train')[0]}.json"
    net_training.train_names(
        [gold], names, start=general, settings=Settings(rounds=25, rate=1e-2, dropped=0.1, batch=1)
    )
    network = net.open_net(names)
    assert network.kinds == net_training.NAMES_KINDS
    article = read_article(gold.parent.parent / f"{gold.stem}.txt")
    marks = pipeline.marks(pipeline.Reading(article, pipeline.matcher_of()))
    found = network.probabilities(marks.columns, marks.states).argmax(axis=1)
    # it has read this article again and again: that some of it is names is no secret
    assert 0.02 < (found > 0).mean() < 0.6


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(100, 400)))
def test_as_many_others_come_along_where_there_are_so_many(some: set[int], others: set[int]) -> None:
    own, files = [[Path(f"{n:03}.json") for n in sorted(numbers)] for numbers in (some, some | others)]
    chosen = with_others(own, files)
    assert chosen[: len(own)] == own
    rest = chosen[len(own) :]
    assert len(rest) == len(set(rest)) == min(len(own), len(others))
    assert set(rest) <= set(files) - set(own)


def test_articles_of_the_guide_are_those_of_the_corpus_alone(tmp_path: Path) -> None:
    first, last = docs("train")[0], docs("train")[-1]
    files = [folder / f"{doc}.json" for folder in (gold_folder(), tmp_path) for doc in (first, last)]
    assert of_the_guide(files) == files[:1]
    assert list(weights(files)) == files
    assert [weight > 1 for weight in weights(files).values()] == [True, False, False, False]


def test_commands_tell_what_they_need(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told in (
        (["general"], "needs --corpus"),
        (["general", "--corpus", str(tmp_path)], "holds"),
        (["names"], "either --part PART or --gold DIR"),
        (["names", "--gold", str(tmp_path)], "holds no"),
    ):
        with pytest.raises(SystemExit):
            net_training.main([*arguments, "--out", str(tmp_path / "x.net")])
        assert told in capsys.readouterr().err
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    assert net_training.main(["general", "--corpus", str(tmp_path), "--out", str(tmp_path / "x.net")]) == 1
    assert "bad.jsonl" in capsys.readouterr().err


def test_what_is_given_beside_is_read_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "大连市与长春市签约，王某某出席。" * 30
    start = network_of(text)
    network = net_start.resume(start, KINDS, start.keys, given=5)
    assert (start.given, network.given) == (0, 5)
    numbers = np.random.default_rng(2).normal(size=(len(text), 5)).astype(np.float32)
    whole = network.probabilities(columns_of(text), lambda first, last: numbers[first:last])
    assert np.abs(whole - network.probabilities(columns_of(text))).max() > 0.01
    monkeypatch.setattr(net, "_AT_ONCE", 2)
    parts = network.probabilities(columns_of(text), lambda first, last: numbers[first:last])
    np.testing.assert_allclose(parts, whole, atol=1e-6)
