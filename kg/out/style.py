"""How things and relations look and are called in pictures: colour by type, size by degree, Chinese labels.

Colours are Paul Tol's "muted" scheme, nine hues made to be told apart with any colour vision,
one per family of types; the types of one family share the hue and differ in lightness. A
test simulates colour blindness and measures how far apart they are.
The sizes and colours are meant for Gephi but fit any drawing.
"""

from __future__ import annotations

from math import log2

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
LABELS: dict[str, str] = {
    "Entity": "事物",
    "Organization": "组织机构",
    "GovernmentBody": "党政机关",
    "CentralEnterprise": "中央企业",
    "Company": "企业",
    "Institution": "事业单位与社会团体",
    "Location": "地点",
    "AdministrativeDivision": "行政区划",
    "DevelopmentZone": "开发区",
    "Place": "地方",
    "Initiative": "战略举措",
    "Document": "文件",
    "Project": "项目",
    "Event": "活动",
    "Person": "人物",
    "Industry": "产业",
    "Product": "产品",
    "Honor": "荣誉",
    "locatedIn": "位于",
    "subsidiaryOf": "隶属于",
    "cooperatesWith": "合作",
    "investsIn": "投资",
    "implements": "实施",
    "launches": "推出",
    "organizes": "主办",
    "participatesIn": "参与",
    "holdsPositionAt": "任职于",
    "receives": "获得",
    "hasIndustry": "产业方向",
    "produces": "生产",
    "partOf": "属于",
}


def _shade(colour: str, share: float) -> tuple[int, int, int]:
    """Mix a colour with white (share above 0) or black (below)."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    red, green, blue = (round(p + (255 - p) * share if share > 0 else p * (1 + share)) for p in parts)
    return red, green, blue


# Chosen so that all types stay apart (CIE76 distance above 9) for normal, red-, green- and blue-blind eyes.
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
    """Return red, green and blue (0 to 255) of a type; grey for a type that is not ours.

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
