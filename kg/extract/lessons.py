"""Selection and reading of the annotated articles that models are trained on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kg.corpus import docs, gold_folder
from kg.errors import CorpusError
from kg.model import Article
from kg.text.readers import read_article

GUIDE_WEIGHT = 8.0
"""Weight of an article annotated along with the guide (72 of 1,674 articles) when the second look at names is
trained. F1 of all things on development is 0.838 with weight 1, 0.840 with 4, 0.841 with 8, and 0.842 with
16, where long pages begin to get worse."""


def read_text(gold_file: Path) -> Article:
    """Return the article that a gold file annotates: `DOC.txt` in the folder above it.

    Raises:
        CorpusError: The text does not exist.
    """
    text = gold_file.parent.parent / f"{gold_file.stem}.txt"
    if not text.is_file():
        raise CorpusError(f"has no text {text}", file=gold_file)
    return read_article(text)


def weights(gold_files: Sequence[Path]) -> dict[Path, float]:
    """Return the weight of each gold file, in the given order: `GUIDE_WEIGHT` or 1."""
    guide = set(of_the_guide(gold_files))
    return {path: GUIDE_WEIGHT if path in guide else 1.0 for path in gold_files}


def of_the_guide(gold_files: Sequence[Path]) -> list[Path]:
    """Return those of the gold files that belong to the corpus and were annotated along with the guide."""
    guide = {gold_folder() / f"{doc}.json" for doc in docs(annotation="guide")}
    return [path for path in gold_files if path in guide]


def with_others(some: Sequence[Path], files: Sequence[Path]) -> list[Path]:
    """Return `some`, then as many of the other files (or all, if fewer), taken at regular intervals."""
    chosen = set(some)
    others = [path for path in files if path not in chosen]
    step = max(1, len(others) // max(1, len(some)))
    return [*some, *others[::step][: len(some)]]


def asked_for(
    parser: argparse.ArgumentParser, model: str, parts: Sequence[str] | None, folder: Path | None
) -> list[Path]:
    """Return the gold files of either some parts of the corpus or a folder; otherwise report a usage error.

    Args:
        parser: Parser that reports the error.
        model: Name of the model to be trained.
        parts: Names of parts, or None.
        folder: Folder of gold files, or None.
    """
    if (folder is None) == (parts is None):
        parser.error(f"{model} needs either --part PART or --gold DIR")
    if folder:
        return sorted(folder.glob("*.json"))
    return [gold_folder() / f"{doc}.json" for doc in docs(*parts or ())]
