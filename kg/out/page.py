"""One HTML file that shows the graph in a browser, with nothing to install and nothing loaded.

The page is the `page.html` beside this module with the data of the records inserted. It shows a map that can
be moved and searched, types that can be switched off and, for each thing, its relations with the words of the
articles. It is meant for some thousand things; for more, choose a part or use Gephi.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from kg.errors import ExportError
from kg.out import style
from kg.out.columns import label_of, weight_of
from kg.out.view import Edge, Node, clean

MOST = 5_000
_SAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def write_page(file: TextIO, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
    """Write the page to a text file in UTF-8.

    Raises:
        ExportError: There are more things than a browser can draw smoothly.
    """
    before, _, after = Path(__file__).with_name("page.html").read_text(encoding="utf-8").partition("@DATA@")
    data = page_data(nodes, edges)
    file.write(before)
    # inside <script>, only < could end the data; > and & are escaped for old readers
    file.write(json.dumps(data, ensure_ascii=False, allow_nan=False).translate(_SAFE))
    file.write(after)


def page_data(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[str, Any]:
    """Return the data of the page: things and relations by number, and the types with colour and count."""
    number: dict[str, int] = {}
    things: list[dict[str, Any]] = []
    types: dict[str, dict[str, Any]] = {}
    for node in nodes:
        number[node.id] = len(things)
        if len(things) == MOST:
            raise ExportError(f"a page shows at most {MOST} things; choose a part by type, around or since")
        colour = style.hex_colour(node.type)
        told = types.setdefault(node.type, {"label": clean(label_of(node.type)), "color": colour, "count": 0})
        told["count"] += 1
        name = clean(node.name or node.label)
        things.append(
            {
                "label": clean(node.label),
                "name": name,
                "names": [clean(other) for other in node.names] or [name],
                "type": node.type,
                "color": colour,
                "size": style.size(node.degree),
            }
        )
    relations = [_relation(edge, number) for edge in edges]
    return {"nodes": things, "edges": relations, "types": dict(sorted(types.items()))}


def _relation(edge: Edge, number: dict[str, int]) -> dict[str, Any]:
    return {
        "s": number[edge.source],
        "t": number[edge.target],
        "label": clean(label_of(edge.predicate)),
        "weight": weight_of(edge),
        "symmetric": edge.symmetric,
        "status": edge.status,
        "quote": clean(edge.quote),
        "articles": clean("; ".join(edge.articles)),
        "day": edge.start.isoformat() if edge.start else "",
    }
