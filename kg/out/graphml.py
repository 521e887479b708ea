"""GraphML as Gephi reads it, written as a stream.

`Node` and `Edge` records are written to one file. Every edge has an id of its own. Its relation is the XML
attribute `label` of the edge element, which Gephi takes as the kind of an edge, so that parallel edges of
different relations stay separate. Things have a colour and a size, and weights are above 0. Key ids are in
lower case and differ between nodes and edges.

GraphML has no timeline in Gephi (days are plain columns here); write GEXF for that. Gephi merges edges with
the same source, target and relation: `aggregate` does so beforehand, with the number of statements as the
weight. Choose a Chinese font in Gephi's preview. These rules come from Gephi's ImporterGraphML and its import
container (0.11).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from lxml import etree

from kg.out import style
from kg.out.columns import EDGE_COLUMNS, NODE_COLUMNS, Cell, cells, identifier, label_of, text, weight_of
from kg.out.view import Edge, Node, clean

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = (
    ("label", "string"),
    *((column.name, column.kind) for column in NODE_COLUMNS),
    ("color", "string"),
    ("size", "double"),
)
_EDGE_KEYS = (
    ("label", "string"),
    ("weight", "double"),
    *((column.name, column.kind) for column in EDGE_COLUMNS),
)


def write_graphml(file: BinaryIO, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
    """Write things and relations to a binary file, one record at a time."""
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("graphml", xmlns=NAMESPACE):
            for kind, prefix, keys in (("node", "n", _NODE_KEYS), ("edge", "e", _EDGE_KEYS)):
                for name, type_ in keys:
                    names = {"id": f"{prefix}_{name}", "for": kind, "attr.name": name, "attr.type": type_}
                    xml.write("\n", etree.Element("key", names))
            xml.write("\n")
            with xml.element("graph", id="kg", edgedefault="directed"):
                for node in nodes:
                    xml.write("\n", _node(node))
                for edge in edges:
                    xml.write("\n", _edge(edge))
                xml.write("\n")
            xml.write("\n")
    file.write(b"\n")


def _node(node: Node) -> Any:
    element = etree.Element("node", id=identifier(node.id))
    _data(element, "n_label", identifier(node.label) or identifier(node.id))
    for column, value in cells(NODE_COLUMNS, node):
        _data(element, f"n_{column.name}", value)
    _data(element, "n_color", style.hex_colour(node.type))
    _data(element, "n_size", style.size(node.degree))
    return element


def _edge(edge: Edge) -> Any:
    label = clean(label_of(edge.predicate))
    names = {
        "id": identifier(edge.id),
        "source": identifier(edge.source),
        "target": identifier(edge.target),
        "label": label,
    }
    element = etree.Element("edge", names)
    _data(element, "e_label", label)
    _data(element, "e_weight", weight_of(edge))
    for column, value in cells(EDGE_COLUMNS, edge):
        _data(element, f"e_{column.name}", value)
    return element


def _data(element: Any, key: str, value: Cell) -> None:
    etree.SubElement(element, "data", key=key).text = text(value)
