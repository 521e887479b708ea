"""Annotated articles as those who train a model find and read them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kg.corpus import docs, gold_folder
from kg.errors import CorpusError
from kg.model import Article
from kg.text.readers import read_article


def read_text(gold_file: Path) -> Article:
    """Return the article that a gold file annotates: `DOC.txt` in the folder above it.

    Raises:
        CorpusError: It is not there.
    """
    text = gold_file.parent.parent / f"{gold_file.stem}.txt"
    if not text.is_file():
        raise CorpusError(f"has no text {text}", file=gold_file)
    return read_article(text)


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
