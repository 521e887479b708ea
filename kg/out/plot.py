"""A picture of the graph as PNG or SVG; the extra `plot` (matplotlib) and a Chinese font are required.

The records of a small graph are drawn with colour by type, size by degree, and arrows labelled with relations
when there are few. The layout is our own and starts from a fixed pattern, so the same graph gives the same
picture with the same fonts and the same matplotlib. For large graphs, use Gephi or the HTML page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import count
from math import cos, hypot, sin, sqrt
from typing import Any, BinaryIO

from kg.errors import ExportError, MissingExtraError
from kg.out import style
from kg.out.columns import label_of
from kg.out.view import Edge, Node, clean

MOST = 400
LABELLED_EDGES = 60
# font families with simplified Chinese, as the systems' font managers name them
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Heiti SC",
    "SimHei",
    "STHeiti",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
Points = list[tuple[float, float]]


def find_font(names: Iterable[str]) -> str:
    """Return the first known Chinese font among those installed.

    Raises:
        ExportError: None is installed.
    """
    installed = set(names)
    for name in FONTS:
        if name in installed:
            return name
    raise ExportError(
        "no Chinese font found, so names would be empty boxes; install one, e.g. Noto Sans CJK SC",
        valid=FONTS,
    )


def layout(size: int, pairs: Sequence[tuple[int, int]], steps: int = 200) -> Points:
    """Return a position for each of `size` things, with linked things near each other.

    Applies the forces of Fruchterman and Reingold (1991) to a sunflower pattern with the most linked things
    inside.
    """
    degree = [0] * size
    for a, b in pairs:
        degree[a] += 1
        degree[b] += 1
    places: Points = [(0.0, 0.0)] * size
    for rank, i in enumerate(sorted(range(size), key=lambda i: (-degree[i], i))):
        places[i] = (sqrt(rank) * cos(2.39996 * rank), sqrt(rank) * sin(2.39996 * rank))
    for step in range(steps):
        places = _moved(places, pairs, 1.5 * (1 - step / steps))
    return places


def _moved(places: Points, pairs: Sequence[tuple[int, int]], most: float) -> Points:
    forces = [[-0.06 * x, -0.06 * y] for x, y in places]
    for i, (x, y) in enumerate(places):
        for j in range(i):
            dx, dy = x - places[j][0], y - places[j][1]
            distance = dx * dx + dy * dy
            if distance > 144:
                continue
            push = 2.0 / max(0.01, distance)
            forces[i][0] += dx * push
            forces[i][1] += dy * push
            forces[j][0] -= dx * push
            forces[j][1] -= dy * push
    for a, b in pairs:
        dx, dy = places[b][0] - places[a][0], places[b][1] - places[a][1]
        pull = 0.06
        forces[a][0] += dx * pull
        forces[a][1] += dy * pull
        forces[b][0] -= dx * pull
        forces[b][1] -= dy * pull
    found: Points = []
    for (x, y), (dx, dy) in zip(places, forces, strict=True):
        share = min(1.0, most / max(1e-9, hypot(dx, dy)))
        found.append((x + dx * share, y + dy * share))
    return found


def write_plot(file: BinaryIO, nodes: Iterable[Node], edges: Iterable[Edge], *, format: str) -> None:
    """Draw things and relations.

    Args:
        file: A binary file.
        nodes: At most `MOST` things.
        edges: Their relations.
        format: `png` or `svg`.

    Raises:
        ExportError: There are too many things to be readable, or there is no Chinese font.
        MissingExtraError: matplotlib is not installed.
    """
    things = [node for node, number in zip(nodes, count(), strict=False) if number <= MOST]
    if len(things) > MOST:
        raise ExportError(f"a picture shows at most {MOST} things; choose a part by type, around or since")
    try:
        import matplotlib as mpl
        from matplotlib import font_manager
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("pictures need matplotlib: pip install 'kg-regional[plot]'") from error
    font = find_font(installed(font_manager))
    # in SVG, text stays text, and ids are derived from the salt instead of being random
    with mpl.rc_context({"font.family": [font], "svg.fonttype": "none", "svg.hashsalt": "kg"}):
        side = 8 + sqrt(len(things))
        figure = Figure(figsize=(side, side), dpi=120, layout="tight")
        _draw(figure.add_subplot(), things, list(edges))
        metadata = {"Date": None} if format == "svg" else {"Software": None}
        figure.savefig(file, format=format, metadata=metadata)


def installed(font_manager: Any) -> list[str]:
    """Return the names of the fonts, including those installed after matplotlib cached its font list."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    if not set(FONTS) & set(font_manager.get_font_names()):
        for path in sorted(set(font_manager.findSystemFonts()) - known):
            # a font that cannot be read could not be used anyway
            with suppress(OSError, RuntimeError, ValueError):
                font_manager.fontManager.addfont(path)
    return list(font_manager.get_font_names())


def _draw(axes: Any, things: Sequence[Node], edges: Sequence[Edge]) -> None:
    number = {node.id: i for i, node in enumerate(things)}
    pairs = [(number[edge.source], number[edge.target]) for edge in edges]
    places = layout(len(things), sorted({(a, b) for a, b in pairs if a != b}))
    axes.set_axis_off()
    for edge, (a, b) in zip(edges, pairs, strict=True):
        look = {
            "arrowstyle": "-" if edge.symmetric else "-|>",
            "color": "#999999",
            "linestyle": "--" if edge.status == "planned" else "-",
            "shrinkA": style.size(things[a].degree) / 2,
            "shrinkB": style.size(things[b].degree) / 2,
        }
        axes.annotate("", xy=places[b], xytext=places[a], arrowprops=look)
        if len(edges) <= LABELLED_EDGES:
            middle = ((places[a][0] + places[b][0]) / 2, (places[a][1] + places[b][1]) / 2)
            axes.annotate(clean(label_of(edge.predicate)), middle, fontsize=7, color="#555555", ha="center")
    for node, (x, y) in zip(things, places, strict=True):
        axes.plot([x], [y], "o", ms=style.size(node.degree), color=style.hex_colour(node.type), mec="white")
        axes.annotate(
            _plain(node.label),
            (x, y),
            fontsize=8,
            ha="center",
            va="top",
            xytext=(0, -style.size(node.degree) / 2 - 1),
            textcoords="offset points",
        )
    kinds = sorted({node.type for node in things})
    for kind in kinds:
        axes.plot([], [], "o", color=style.hex_colour(kind), label=_plain(f"{label_of(kind)} {kind}"))
    if kinds:
        axes.legend(loc="upper right", fontsize=7, frameon=False)


def _plain(text: str) -> str:
    # a dollar sign would start a formula
    return clean(text).replace("$", "\\$")
