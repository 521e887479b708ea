"""A Cypher script that loads the graph into Neo4j in batches and can be run again.

The script is text for `cypher-shell -f FILE`, written from records. It has a constraint that makes loading
quick, things as `:Entity` with their type as a second label, and relations named after their predicate.
Running it twice changes nothing: things and relations are merged by `id`. Text is quoted with great care,
because it comes from articles. This module does not connect to a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TextIO

from kg.out.columns import EDGE_COLUMNS, NODE_COLUMNS, Cell, cells, identifier, text, weight_of
from kg.out.view import Edge, Node

BATCH = 200
_SPECIAL = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_QUOTES = str.maketrans(_SPECIAL)


def write_cypher(file: TextIO, nodes: Iterable[Node], edges: Iterable[Edge], *, batch: int = BATCH) -> None:
    """Write the script.

    Args:
        file: A text file in UTF-8.
        nodes: The things.
        edges: The relations.
        batch: Records per statement, at least 1.
    """
    file.write("CREATE CONSTRAINT kg_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;\n")
    node_rows: dict[str, list[str]] = {}
    for node in nodes:
        label = identifier(node.label) or identifier(node.id)
        row = properties({"label": label, **{c.name: value for c, value in cells(NODE_COLUMNS, node)}})
        rows = node_rows.setdefault(node.type, [])
        rows.append(f"{{id: {literal(identifier(node.id))}, p: {row}}}")
        if len(rows) >= batch:
            _flush_nodes(file, node.type, rows)
    for kind, rows in node_rows.items():
        _flush_nodes(file, kind, rows)
    edge_rows: dict[str, list[str]] = {}
    for edge in edges:
        row = properties(
            {"weight": weight_of(edge), **{c.name: value for c, value in cells(EDGE_COLUMNS, edge)}}
        )
        ends = f"s: {literal(identifier(edge.source))}, t: {literal(identifier(edge.target))}"
        rows = edge_rows.setdefault(edge.predicate, [])
        rows.append(f"{{id: {literal(identifier(edge.id))}, {ends}, p: {row}}}")
        if len(rows) >= batch:
            _flush_edges(file, edge.predicate, rows)
    for kind, rows in edge_rows.items():
        _flush_edges(file, kind, rows)


def _flush_nodes(file: TextIO, kind: str, rows: list[str]) -> None:
    if rows:
        file.write(f"UNWIND [\n{_lines(rows)}\n] AS row\n")
        file.write(f"MERGE (n:Entity {{id: row.id}}) SET n += row.p SET n:{name(kind)};\n")
    rows.clear()


def _flush_edges(file: TextIO, kind: str, rows: list[str]) -> None:
    if rows:
        file.write(f"UNWIND [\n{_lines(rows)}\n] AS row\n")
        file.write("MATCH (a:Entity {id: row.s}) MATCH (b:Entity {id: row.t})\n")
        file.write(f"MERGE (a)-[r:{name(kind)} {{id: row.id}}]->(b) SET r += row.p;\n")
    rows.clear()


def _lines(rows: Iterable[str]) -> str:
    return ",\n".join(rows)


def properties(values: dict[str, Any]) -> str:
    """Return a Cypher map.

    >>> print(properties({"name": "it's", "articles": 2, "symmetric": False}))
    {name: 'it\\'s', articles: 2, symmetric: false}
    """
    return "{" + ", ".join(f"{name(key)}: {literal(value)}" for key, value in values.items()) + "}"


def literal(value: Cell) -> str:
    """Return a value as a Cypher literal; text is in single quotes."""
    if not isinstance(value, str):
        return text(value)
    # some versions decode \u0027 before \\, so a u after a backslash is itself written as an escape
    quoted = value.translate(_QUOTES).replace("\\\\u", "\\\\\\u0075")
    return f"'{quoted}'"


def name(word: str) -> str:
    """Return a label, type or key, in backquotes unless it is a plain word.

    >>> print(name("locatedIn"), name("a`b"))
    locatedIn `a``b`
    """
    return (
        word
        if re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", word)
        else "`" + identifier(word).replace("`", "``") + "`"
    )
