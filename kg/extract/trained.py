"""Files of trained models: that they are there, and those that are arrays one after another.

What the arrays mean is for who asks: `kg.extract.tagging.linear_chain` and `kg.extract.tagging.net`. The
models of relations and figures have forms of their own and share the first check alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.errors import KGError

Array = npt.NDArray[Any]


def require(path: Path, what: str = "model") -> None:
    """Make sure that a file of the installation is there.

    Args:
        path: The file.
        what: What it holds, for the message.

    Raises:
        KGError: It is missing.
    """
    if not path.is_file():
        raise KGError(
            f"the trained {what} is missing from this installation of kg; install it again", file=path.name
        )


def read_arrays(path: Path, count: int, *, what: str, trainer: str) -> list[Array]:
    """Return the first arrays of a file that `write_arrays` wrote.

    Args:
        path: The file.
        count: How many.
        what: What the file holds, for the message.
        trainer: The module that makes such files, for the message.

    Raises:
        KGError: The file is missing or holds no such arrays.
    """
    require(path, what)
    try:
        with path.open("rb") as file:
            return [np.lib.format.read_array(file, allow_pickle=False) for _ in range(count)]
    except (ValueError, EOFError) as error:
        raise KGError(f"is no {what} of kg; train it again with python -m {trainer}", file=path) from error


def write_arrays(path: Path, arrays: Iterable[Array]) -> None:
    """Write arrays one after another as one file: the same bytes for the same arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for array in arrays:
            np.lib.format.write_array(file, array, allow_pickle=False)
