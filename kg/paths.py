"""Locate the data that ship with the package, in a wheel, an editable install or a checkout.

A wheel contains `ontology/` and `seeds/` as `kg/_data/ontology` and `kg/_data/seeds`; an
editable install and a checkout have them beside the package.
"""

from __future__ import annotations

from pathlib import Path

from kg.errors import KGError

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder `ontology` or `seeds`.

    Raises:
        KGError: The installation lacks the folder.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise KGError(f"this installation of kg lacks its data folder {name}/; install it again")
