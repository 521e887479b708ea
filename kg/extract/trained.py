"""Reading and writing the files of trained models: sequences of arrays, and JSON.

The callers define what the files mean: `kg.extract.tagging.linear_chain` and `kg.extract.tagging.net` for
arrays, `kg.extract.tagging.review` and `kg.extract.relations.opinion` for JSON. The model of figures has a
format of its own and uses only the check that a file exists (`require`).
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
    """Check that a file of the installation exists.

    Args:
        path: The file.
        what: What it holds, for the error message.

    Raises:
        KGError: The file is missing.
    """
    if not path.is_file():
        raise KGError(
            f"the trained {what} is missing from this installation of kg; install it again", file=path.name
        )


def read_arrays(path: Path, count: int, *, what: str, trainer: str) -> list[Array]:
    """Return the first arrays of a file that `write_arrays` wrote.

    Args:
        path: The file.
        count: Number of arrays.
        what: What the file holds, for the error message.
        trainer: The module that makes such files, for the error message.

    Raises:
        KGError: The file is missing or does not contain such arrays.
    """
    require(path, what)
    try:
        with path.open("rb") as file:
            return [np.lib.format.read_array(file, allow_pickle=False) for _ in range(count)]
    except (ValueError, EOFError) as error:
        raise KGError(f"is no {what} of kg; train it again with python -m {trainer}", file=path) from error


def write_arrays(path: Path, arrays: Iterable[Array]) -> None:
    """Write arrays to one file, one after another; the same arrays give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for array in arrays:
            np.lib.format.write_array(file, array, allow_pickle=False)


def read_json(
    path: Path, kind: str, made_of: Callable[[Mapping[str, Any]], Learned], *, what: str = "model"
) -> Learned:
    """Return the model in a file that `write_json` wrote.

    Args:
        path: The file.
        kind: Kind of file and version of its format, the expected value of its entry `kind`.
        made_of: Function that builds the model from the plain values.
        what: What the file should hold, for the error message.

    Raises:
        KGError: The file is missing or of another kind, or no model can be built from it.
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
    """Write plain values, including their `kind`, as one line; the same values give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(page + "\n", encoding="utf-8", newline="")
