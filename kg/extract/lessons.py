"""Annotated articles as those who train a model find and read them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kg.corpus import docs, gold_folder
from kg.errors import CorpusError
from kg.model import Article
from kg.text.readers import read_article

GUIDE_WEIGHT = 8.0
"""How much an article that was annotated along with the guide counts where the second look at names is
learned: they are 72 of 1,674. All things F1 on development is 0.838 with 1, 0.840 with 4, 0.841 with 8, and
0.842 with 16, where long pages begin to lose."""


def read_text(gold_file: Path) -> Article:
    """Return the article that a gold file annotates: `DOC.txt` in the folder above it.

    Raises:
        CorpusError: It is not there.
    """
    text = gold_file.parent.parent / f"{gold_file.stem}.txt"
    if not text.is_file():
        raise CorpusError(f"has no text {text}", file=gold_file)
    return read_article(text)


def weights(gold_files: Sequence[Path]) -> dict[Path, float]:
    """Return how much each of some gold files counts, in their order: `GUIDE_WEIGHT` or 1."""
    guide = set(of_the_guide(gold_files))
    return {path: GUIDE_WEIGHT if path in guide else 1.0 for path in gold_files}


def of_the_guide(gold_files: Sequence[Path]) -> list[Path]:
    """Return those of some gold files that are of the corpus and were annotated along with the guide."""
    guide = {gold_folder() / f"{doc}.json" for doc in docs(annotation="guide")}
    return [path for path in gold_files if path in guide]


def with_others(some: Sequence[Path], files: Sequence[Path]) -> list[Path]:
    """Return some of the files, with as many others, if there are so many, taken at regular distances."""
    chosen = set(some)
    others = [path for path in files if path not in chosen]
    step = max(1, len(others) // max(1, len(some)))
    return [*some, *others[::step][: len(some)]]


def asked_for(
    parser: argparse.ArgumentParser, model: str, parts: Sequence[str] | None, folder: Path | None
) -> list[Path]:
    """Return the gold files of some parts of the corpus or of a folder; anything else is an error of usage.

    Args:
        parser: Whose error it is.
        model: What is to be trained.
        parts: Names of parts, or None.
        folder: Folder of gold files, or None.
    """
    if (folder is None) == (parts is None):
        parser.error(f"{model} needs either --part PART or --gold DIR")
    if folder:
        return sorted(folder.glob("*.json"))
    return [gold_folder() / f"{doc}.json" for doc in docs(*parts or ())]
