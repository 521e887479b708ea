"""Cytoscape JSON (`.cyjs`), for Cytoscape and cytoscape.js.

The output is one JSON document, written from records element by element. As Cytoscape expects, ids are
strings and `interaction` names the relation. No positions are given: run a layout.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from kg.out import style
from kg.out.columns import EDGE_COLUMNS, NODE_COLUMNS, cells, identifier, label_of, weight_of
from kg.out.view import Edge, Node, clean


def write_cytoscape(file: TextIO, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
    """Write things and relations to a text file in UTF-8, one element per line."""
    file.write(
        '{"format_version": "1.0", "generated_by": "kg", "data": {"name": "kg"},\n"elements": {"nodes": ['
    )
    _write(file, ({"data": _node(node)} for node in nodes))
    file.write('\n], "edges": [')
    _write(file, ({"data": _edge(edge)} for edge in edges))
    file.write("\n]}}\n")


def _write(file: TextIO, elements: Iterable[dict[str, Any]]) -> None:
    for number, element in enumerate(elements):
        file.write(",\n" if number else "\n")
        file.write(json.dumps(element, ensure_ascii=False, allow_nan=False))


def _node(node: Node) -> dict[str, Any]:
    told = {column.name: value for column, value in cells(NODE_COLUMNS, node)}
    label = identifier(node.label) or identifier(node.id)
    look = {"color": style.hex_colour(node.type), "size": style.size(node.degree)}
    return {"id": identifier(node.id), "label": label, **told, **look}


def _edge(edge: Edge) -> dict[str, Any]:
    told = {column.name: value for column, value in cells(EDGE_COLUMNS, edge)}
    ends = {"source": identifier(edge.source), "target": identifier(edge.target)}
    label = clean(label_of(edge.predicate))
    return {
        "id": identifier(edge.id),
        **ends,
        "label": label,
        "interaction": clean(edge.predicate),
        "weight": weight_of(edge),
        **told,
    }
