"""Files of trained models: that they are there, those that are arrays one after another, and JSON.

What the arrays mean is for who asks, `kg.extract.tagging.linear_chain` and `kg.extract.tagging.net`, and so
is what the JSON means: `kg.extract.tagging.review` and `kg.extract.relations.opinion`. The model of figures
has a form of its own and shares the first check alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kg.errors import KGError

Array = npt.NDArray[Any]
Learned = TypeVar("Learned")


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


def read_json(
    path: Path, kind: str, made_of: Callable[[Mapping[str, Any]], Learned], *, what: str = "model"
) -> Learned:
    """Return what was learned and written by `write_json`.

    Args:
        path: The file.
        kind: What the file is and the version of its form, its entry `kind`.
        made_of: Makes what was learned of the plain values.
        what: What the file should hold, for the message.

    Raises:
        KGError: The file is missing or of another kind, or nothing can be made of it.
    """
    require(path)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value.get("kind") != kind:
            raise ValueError(f"its kind is {value.get('kind')!r}")
        return made_of(value)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise KGError(f"is no {what}: {error}", file=path.name, valid=(kind,)) from error


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write plain values, with their `kind`, as one line: the same bytes for the same values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(page + "\n", encoding="utf-8", newline="")
