"""The network shipped with jieba: its recurrent cell, its files, and what its states represent."""

from __future__ import annotations

import struct
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from kg.errors import KGError
from kg.extract.tagging import lexical, recurrence


def sigmoid(x: lexical.Floats) -> lexical.Floats:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("margin", [0, 2])
@pytest.mark.parametrize("reset_first", [True, False])
def test_the_cell_is_that_of_its_formula(reset_first: bool, margin: int) -> None:
    random = np.random.default_rng(3)
    half, places = 3, 7
    inputs = random.normal(size=(places, 2, 6 * half))
    weights = random.normal(size=(2, half, 3 * half))
    ready, before = recurrence.scaled(inputs, half), recurrence.scaled(weights, half)
    if reset_first:
        gates, fresh = before[..., : 2 * half], before[..., 2 * half :]
        found = recurrence.run_reset_first(ready, gates, fresh, margin=margin)
    else:
        found = recurrence.run(ready, before, margin=margin)
    assert found.shape == (places - 2 * margin, 2, 2 * half)
    for sequence in range(2):
        for side in (0, 1):
            state = np.zeros(half)
            for place in range(places) if side == 0 else range(places - 1, -1, -1):
                x = inputs[place, sequence, 3 * half * side : 3 * half * (side + 1)]
                both = sigmoid(x[: 2 * half] + state @ weights[side, :, : 2 * half])
                reset, keep = both[:half], both[half:]
                own = weights[side, :, 2 * half :]
                held = (reset * state) @ own if reset_first else reset * (state @ own)
                state = (1 - keep) * np.tanh(x[2 * half :] + held) + keep * state
                if margin <= place < places - margin:
                    told = found[place - margin, sequence, half * side : half * (side + 1)]
                    np.testing.assert_allclose(told, state, atol=1e-12)


def test_states_are_alike_where_characters_stand_alike() -> None:
    network = lexical.open_lexical()
    one, two = (network.states(text) for text in ("昨天他去大连开会。", "昨天他去沈阳开会。"))
    assert one.shape == (9, lexical.WIDTH)

    def alike(a: lexical.Floats, b: lexical.Floats) -> float:
        return float(a @ b / np.sqrt((a @ a) * (b @ b)))

    # the first character of one city is more like that of another than like what stands around it
    assert alike(one[4], two[4]) > max(alike(one[4], one[n]) for n in (1, 2, 3, 6, 7)) + 0.1


def test_a_long_text_is_read_in_parts_and_unknown_characters_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = lexical.open_lexical()
    text = "大连市与长春市签约，\ue000王某某出席。" * 30
    whole = network.states(text)
    monkeypatch.setattr(lexical, "_AT_ONCE", 2)
    np.testing.assert_allclose(network.states(text), whole, atol=1e-5)
    np.testing.assert_allclose(network.states(text, 130, 400), whole[130:400], atol=1e-5)
    assert network.states(text, 7, 7).shape == (0, lexical.WIDTH)
    assert network.states("İ大连").shape == (3, lexical.WIDTH)
    assert network.states("").shape == (0, lexical.WIDTH)
    assert np.isfinite(network.states("\ud800")).all()


def test_a_tensor_file_is_read(tmp_path: Path) -> None:
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    # kind of number 5 as field 1, lengths 2 and 3 as field 2; a level of detail of 8 bytes before
    shape = bytes([0x08, 5, 0x10, 2, 0x10, 3])
    level = struct.pack("<Q", 8) + bytes(8)
    data = struct.pack("<IQ", 0, 1) + level + struct.pack("<Ii", 0, len(shape)) + shape + values.tobytes()
    (tmp_path / "tensor").write_bytes(data)
    np.testing.assert_array_equal(lexical._read(tmp_path / "tensor"), values)


@pytest.mark.parametrize("what", ["nothing", "no files", "short file"])
def test_a_jieba_without_its_network_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    if what == "short file":
        (tmp_path / "lac_small" / "model_baseline").mkdir(parents=True)
        (tmp_path / "lac_small" / "word.dic").write_text("0\ta\n1\tOOV\n", encoding="utf-8")
        (tmp_path / "lac_small" / "model_baseline" / "fc_0.b_0").write_bytes(b"\0")
    spec = None if what == "nothing" else ModuleSpec("jieba", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(lexical, "find_spec", lambda _: spec)
    lexical.open_lexical.cache_clear()
    try:
        with pytest.raises(KGError, match=r"jieba/lac_small: .*install jieba 0\.42\.1"):
            lexical.open_lexical()
    finally:
        lexical.open_lexical.cache_clear()
