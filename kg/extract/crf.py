"""Trained models of python-crfsuite, opened once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pycrfsuite

from kg.errors import KGError


@cache
def open_model(path: Path) -> pycrfsuite.Tagger:
    """Return a model ready to read with.

    Raises:
        KGError: The file is missing.
    """
    if not path.is_file():
        raise KGError(
            "the trained model is missing from this installation of kg; install it again", file=path.name
        )
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger
