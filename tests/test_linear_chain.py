"""Linear-chain models checked against the plain definition, by enumerating all label sequences."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KGError
from kg.extract.tagging import linear_chain
from kg.extract.tagging.chain_training import Trainer
from kg.extract.tagging.chains import Floats

KINDS = ("Place", "Person")
LABELS = ("O", "S-Place", "S-Person", "E-Place", "E-Person", "B-Place", "B-Person", "I-Place", "I-Person")


def model_of(seed: int) -> linear_chain.Model:
    """A model of random weights: features 1 << 60 … with a weight for each label."""
    random = np.random.default_rng(seed)
    keys = np.arange(1, 6, dtype=np.uint64) << np.uint64(60)
    return linear_chain.Model(
        KINDS,
        keys,
        np.arange(6, dtype=np.int64) * len(LABELS),
        np.tile(np.arange(len(LABELS), dtype=np.uint8), 5),
        random.normal(size=5 * len(LABELS)).astype(np.float32),
        random.normal(size=(len(LABELS), len(LABELS))),
    )


def legal(labels: tuple[int, ...]) -> bool:
    named = [LABELS[label] for label in labels]
    return linear_chain.encode(len(named), linear_chain.decode(named, 0)) == named


def weigh(model: linear_chain.Model, scores: Floats, labels: tuple[int, ...]) -> float:
    steps = sum(model.transitions[a, b] for a, b in itertools.pairwise(labels))
    return float(sum(scores[i, label] for i, label in enumerate(labels)) + steps)


@pytest.mark.parametrize("seed", range(12))
def test_names_and_probabilities_are_those_of_all_sequences_counted(seed: int) -> None:
    model = model_of(seed)
    random = np.random.default_rng(seed + 100)
    rows = (random.integers(0, 7, size=(9, 3)).astype(np.uint64)) << np.uint64(60)
    scores = model.scores(rows)
    stretches = [(0, 4), (4, 5), (5, 9)]
    # the second crosses the end of a sequence, the model does not know the kind of the third
    also = [(1, 3, "Person"), (3, 6, "Place"), (5, 6, "Honor")]
    found = model.read(scores, stretches, least=0.21, considered=0.1, also=also)
    everything: dict[tuple[int, int, str], float] = {}
    for start, end in stretches:
        sequences = [s for s in itertools.product(range(len(LABELS)), repeat=end - start) if legal(s)]
        weights = np.exp([weigh(model, scores[start:end], s) for s in sequences])
        for sequence, chance in zip(sequences, weights / weights.sum(), strict=True):
            for name in linear_chain.decode([LABELS[label] for label in sequence], start):
                everything[name] = everything.get(name, 0.0) + chance
    for span in found:
        assert span.probability == pytest.approx(everything[span.start, span.end, span.kind], abs=1e-5)
        begins = sum(chance for (start, _, _), chance in everything.items() if start == span.start)
        ends = sum(chance for (_, end, _), chance in everything.items() if end == span.end)
        assert (span.begins, span.ends) == pytest.approx((begins, ends), abs=1e-5)
        assert span.probability >= 0.1 - 1e-5 or (span.start, span.end, span.kind) == also[0]
        labels = [f"{mark}-{span.kind}" for mark in ("S" if len(model.path(span)) == 1 else "BIE")]
        assert {LABELS[label] for label in model.path(span)} <= set(labels)
        assert len(model.path(span)) == span.end - span.start
    read = {(s.start, s.end, s.kind) for s in found}
    assert read >= {also[0], *(name for name, chance in everything.items() if chance >= 0.1001)}
    assert len(read) == len(found)
    chosen = [s for s in found if s.chosen]
    assert all(a.end <= b.start for a, b in itertools.pairwise(chosen))
    for span in found:
        if span.probability >= 0.2101 and not span.chosen:
            over = [s for s in chosen if s.start < span.end and span.start < s.end]
            assert any(s.probability >= span.probability - 1e-5 for s in over)
    assert all(s.probability >= 0.2099 for s in chosen)


def test_scores_add_the_weights_of_known_features_only() -> None:
    model = model_of(1)
    known, unknown = np.uint64(2) << np.uint64(60), np.uint64(12345)
    rows = np.array([[known, unknown, 0], [known, known, 0], [0, 0, 0]], dtype=np.uint64)
    scores = model.scores(rows)
    assert scores[1] == pytest.approx(2 * scores[0])
    assert np.count_nonzero(scores[0]) == len(LABELS)
    assert not scores[2].any()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), st.sampled_from(KINDS)), max_size=8))
@settings(max_examples=50)
def test_labels_give_back_the_names_they_were_made_of(parts: list[tuple[int, int, str]]) -> None:
    spans, at = [], 0
    for size, gap, kind in parts:
        at += gap
        spans.append((at, at + size, kind))
        at += size
    assert list(linear_chain.decode(linear_chain.encode(at, spans), 0)) == spans


def test_a_model_learns_saves_and_reads_what_it_was_shown(tmp_path: Path) -> None:
    trainer = Trainer({"c1": 0.0, "c2": 0.01, "max_iterations": 50})
    rows = np.array([[1], [2], [3], [4], [1]], dtype=np.uint64) << np.uint64(50)
    labels = ["O", "B-Place", "I-Place", "E-Place", "O"]
    for _ in range(5):
        trainer.add(rows, labels, [(0, 5)])
    trainer.train().save(tmp_path / "small.model")
    trainer.train().save(tmp_path / "again.model")
    assert (tmp_path / "small.model").read_bytes() == (tmp_path / "again.model").read_bytes()
    model = linear_chain.open_model(tmp_path / "small.model")
    (span,) = model.read(model.scores(rows), [(0, 5)])
    assert (span.start, span.end, span.kind) == (1, 4, "Place")
    assert span.probability > 0.9


def test_a_missing_or_broken_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(KGError, match=r"gone\.model: the trained model is missing"):
        linear_chain.open_model(tmp_path / "gone.model")
    broken = tmp_path / "broken.model"
    broken.write_bytes(b"\x93NUMPY")
    with pytest.raises(KGError, match="is no model of kg"):
        linear_chain.open_model(broken)
