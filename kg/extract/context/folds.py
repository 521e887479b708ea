"""Which articles a network of a fold has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

FOLDS = 3


def fold_of(files: Sequence[Path]) -> dict[Path, int]:
    """Return the fold of each of some gold files: they take turns in order of name."""
    return {path: n % FOLDS for n, path in enumerate(sorted(files))}


def others(files: Sequence[Path], fold: int) -> list[Path]:
    """Return the files of all folds but one."""
    return [path for path, own in fold_of(files).items() if own != fold]
