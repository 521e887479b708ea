"""Training of linear-chain models: the interface to python-crfsuite.

References:
    Okazaki: CRFsuite, a fast implementation of Conditional Random Fields (2007).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pycrfsuite

from kg.extract.tagging.chains import Stretch
from kg.extract.tagging.columns import Features
from kg.extract.tagging.linear_chain import Model


class Trainer:
    """Collects labelled texts and trains a model on them (L-BFGS from zero, in the order added).

    Args:
        settings: Parameters of python-crfsuite's `lbfgs` algorithm, such as `c1`, `c2`, `max_iterations`.
        least_texts: Leave out features that occur in fewer texts. What occurs in only one article
            (above all its names) teaches nothing about others.
    """

    def __init__(self, settings: dict[str, Any], *, least_texts: int = 1) -> None:
        self._settings, self._least = settings, least_texts
        self._texts: list[tuple[Features, Sequence[str], tuple[Stretch, ...]]] = []

    def add(self, rows: Features, labels: Sequence[str], stretches: Iterable[Stretch]) -> None:
        """Add a text.

        Args:
            rows: Features of each character.
            labels: Label of each character (`encode`).
            stretches: (start, end) of each sequence.
        """
        self._texts.append((rows, labels, tuple(stretches)))

    def train(self) -> Model:
        """Train and return the model."""
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(self._settings)
        seen = np.concatenate([np.unique(rows) for rows, _, _ in self._texts])
        features, texts = np.unique(seen, return_counts=True)
        kept = features[(texts >= self._least) & (features != 0)]
        names = [format(feature, "x") for feature in kept.tolist()]
        for rows, labels, stretches in self._texts:
            places = np.searchsorted(kept, rows)
            places[places == len(kept)] = 0
            places = np.where(kept[places] == rows, places, -1)
            named = [[names[place] for place in row if place >= 0] for row in places.tolist()]
            for start, end in stretches:
                trainer.append(named[start:end], labels[start:end])
        handle, name = tempfile.mkstemp(suffix=".crfsuite")
        os.close(handle)
        try:
            trainer.train(name)
            learned = _learned(name)
        finally:
            os.unlink(name)
        return _model(learned)


def _learned(name: str) -> Any:
    tagger = pycrfsuite.Tagger()
    tagger.open(name)
    try:
        return tagger.info()
    finally:
        tagger.close()


def _model(learned: Any) -> Model:
    kinds = sorted({label[2:] for label in learned.labels if label != "O"})
    number = {"O": 0}
    for mark in "SEBI":
        for kind in kinds:
            number[f"{mark}-{kind}"] = len(number)
    cells = sorted(
        (int(feature, 16), number[label], weight)
        for (feature, label), weight in learned.state_features.items()
        if np.float16(weight) != 0
    )
    keys, counts = np.unique(np.array([c[0] for c in cells], dtype=np.uint64), return_counts=True)
    transitions = np.zeros((len(number), len(number)))
    for (source, target), weight in learned.transitions.items():
        transitions[number[source], number[target]] = weight
    return Model(
        kinds,
        keys,
        np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
        np.array([c[1] for c in cells], dtype=np.uint8),
        np.array([c[2] for c in cells], dtype=np.float32),
        transitions,
    )
