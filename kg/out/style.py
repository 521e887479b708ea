"""How things and relations are drawn and labelled: colour by type, size by degree, Chinese labels.

The colours are Paul Tol's "muted" scheme: nine hues designed to be distinguishable with any colour vision,
one per family of types. The types of a family share its hue and differ in lightness. A test simulates colour
blindness and measures how far apart the colours are. Sizes and colours are meant for Gephi but suit any
drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log2

from kg import ontology
from kg.model import FAMILIES

HUES: dict[str, str] = {
    "Organization": "#332288",
    "Location": "#117733",
    "Initiative": "#CC6677",
    "Project": "#DDCC77",
    "Event": "#AA4499",
    "Person": "#88CCEE",
    "Industry": "#999933",
    "Product": "#44AA99",
    "Honor": "#882255",
}


@cache
def labels() -> Mapping[str, str]:
    """Return the Chinese labels of the ontology's classes and properties by name.

    Raises:
        OntologyError: The ontology cannot be read.
    """
    vocabulary = ontology.load()
    terms = (*vocabulary.classes.values(), *vocabulary.properties.values())
    return {term.name: term.label_zh for term in terms}


def _shade(colour: str, share: float) -> tuple[int, int, int]:
    """Mix a colour with white (share above 0) or black (below)."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    red, green, blue = (round(p + (255 - p) * share if share > 0 else p * (1 + share)) for p in parts)
    return red, green, blue


# Chosen to keep all types distinct (CIE76 distance above 9) for normal, red-, green- and blue-blind vision.
_SHADES: dict[str, tuple[float, ...]] = {
    "Organization": (-0.4, 0.0, 0.15, 0.45),
    "Location": (-0.2, 0.0, 0.6),
    "Initiative": (0.0, 0.75),
}
COLOURS: dict[str, tuple[int, int, int]] = {
    leaf: _shade(HUES[family], share)
    for family, leaves in FAMILIES.items()
    for leaf, share in zip(leaves, _SHADES.get(family, (0.0,)), strict=True)
}
UNKNOWN = (119, 119, 119)


def colour(kind: str) -> tuple[int, int, int]:
    """Return the red, green and blue values (0 to 255) of a type; grey for an unknown type.

    >>> colour("CentralEnterprise")
    (51, 34, 136)
    """
    return COLOURS.get(kind, UNKNOWN)


def hex_colour(kind: str) -> str:
    """Return the colour of a type as `#RRGGBB`.

    >>> hex_colour("CentralEnterprise")
    '#332288'
    """
    return "#{:02X}{:02X}{:02X}".format(*colour(kind))


def size(degree: int) -> float:
    """Return the diameter of a thing's dot: 8 without an edge, 6 more for each doubling of the edges.

    >>> size(0), size(1), size(1023)
    (8.0, 14.0, 68.0)
    """
    return round(8 + 6 * log2(1 + max(0, degree)), 1)
