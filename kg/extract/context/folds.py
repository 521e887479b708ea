"""Networks trained without some of the articles, for models that learn from what they say of these."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.extract.context.network import Network, read_network

FOLDS = 3


def fold_of(files: Sequence[Path]) -> dict[Path, int]:
    """Return the fold of each gold file; files are dealt out in turn in order of name."""
    return {path: n % FOLDS for n, path in enumerate(sorted(files))}


def others(files: Sequence[Path], fold: int) -> list[Path]:
    """Return the files of all folds except one."""
    return [path for path, own in fold_of(files).items() if own != fold]


def network_file(folder: Path, fold: int) -> Path:
    """Return the path of the network of a fold, whether or not it exists yet."""
    return folder / f"context-{fold}.net"


def read_networks(folder: Path) -> list[Network]:
    """Return the networks of the folds; raises as `read_network` does."""
    return [read_network(network_file(folder, fold)) for fold in range(FOLDS)]
