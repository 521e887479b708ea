"""GEXF 1.3 as Gephi reads it, with a timeline, written as a stream.

`Node` and `Edge` records are written to one file. `kind` holds the relation (never `type`, which in GEXF says
directed or undirected), `viz:color` holds red, green and blue, and `viz:size` the size. Things and relations
have `start` and `end` days, which Gephi's timeline plays. They say when a fact happened or was reported, not
how long it held; a record without a date is visible all the time. Symmetric relations (cooperatesWith) are
directed here too, with `symmetric` as a column, because Gephi drops undirected edges of a directed graph.

These rules come from the GEXF 1.3 grammar and Gephi's ImporterGEXF (0.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from lxml import etree

from kg.out import style
from kg.out.columns import (
    EDGE_COLUMNS,
    NODE_COLUMNS,
    Cell,
    Column,
    cells,
    identifier,
    label_of,
    text,
    weight_of,
)
from kg.out.view import Edge, Node, clean

NAMESPACE = "http://gexf.net/1.3"
VIZ = "http://gexf.net/1.3/viz"


def write_gexf(file: BinaryIO, nodes: Iterable[Node], edges: Iterable[Edge], *, dynamic: bool = True) -> None:
    """Write things and relations to a binary file, one record at a time.

    Args:
        file: A binary file.
        nodes: The things.
        edges: The relations.
        dynamic: Whether to write days; False for a graph without days, which Gephi then reads as static.
    """
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("gexf", nsmap={None: NAMESPACE, "viz": VIZ}, version="1.3"):
            xml.write("\n", _meta(), "\n")
            time = {"mode": "dynamic", "timeformat": "date", "timerepresentation": "interval"}
            graph = {"defaultedgetype": "directed", **(time if dynamic else {"mode": "static"})}
            with xml.element("graph", graph):
                xml.write("\n", _attributes("node", NODE_COLUMNS), "\n", _attributes("edge", EDGE_COLUMNS))
                xml.write("\n")
                with xml.element("nodes"):
                    for node in nodes:
                        _node(xml, node, dynamic)
                    xml.write("\n")
                xml.write("\n")
                with xml.element("edges"):
                    for edge in edges:
                        xml.write("\n", _edge(edge, dynamic))
                    xml.write("\n")
                xml.write("\n")
            xml.write("\n")
    file.write(b"\n")


def _meta() -> Any:
    meta = etree.Element("meta")
    etree.SubElement(meta, "creator").text = "kg"
    etree.SubElement(
        meta, "description"
    ).text = "区域发展新闻知识图谱 Knowledge graph of regional-development news"
    return meta


def _attributes(of: str, columns: Sequence[Column[Any]]) -> Any:
    element = etree.Element("attributes", {"class": of, "mode": "static"})
    for column in columns:
        etree.SubElement(element, "attribute", id=column.name, title=column.name, type=column.kind)
    return element


def _node(xml: Any, node: Node, dynamic: bool) -> None:
    label = identifier(node.label) or identifier(node.id)
    red, green, blue = (str(part) for part in style.colour(node.type))
    xml.write("\n")
    # element by element: writing whole subtrees would declare the viz namespace again at every node
    with xml.element("node", {"id": identifier(node.id), "label": label, **_days(node, dynamic)}):
        xml.write(_attvalues((column.name, value) for column, value in cells(NODE_COLUMNS, node)))
        with xml.element(f"{{{VIZ}}}color", r=red, g=green, b=blue):
            pass
        with xml.element(f"{{{VIZ}}}size", value=str(style.size(node.degree))):
            pass


def _edge(edge: Edge, dynamic: bool) -> Any:
    label = clean(label_of(edge.predicate))
    names = {
        "id": identifier(edge.id),
        "source": identifier(edge.source),
        "target": identifier(edge.target),
        "label": label,
        "kind": label,
        "weight": str(weight_of(edge)),
        **_days(edge, dynamic),
    }
    element = etree.Element("edge", names)
    element.append(_attvalues((column.name, value) for column, value in cells(EDGE_COLUMNS, edge)))
    return element


def _days(record: Node | Edge, dynamic: bool) -> dict[str, str]:
    if not dynamic:
        return {}
    days = {"start": record.start, "end": record.end}
    return {name: day.isoformat() for name, day in days.items() if day}


def _attvalues(pairs: Iterable[tuple[str, Cell]]) -> Any:
    values = etree.Element("attvalues")
    for name, value in pairs:
        etree.SubElement(values, "attvalue", {"for": name, "value": text(value)})
    return values
