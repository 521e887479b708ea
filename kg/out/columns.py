"""The columns that all formats with tables or attributes share: name, type and how to get the value.

There is one list for things, one for relations and one for figures, so that a column has the same name in
Gephi, a spreadsheet and a database. A column holds one Python type. If a record has no value, the column
returns None and the format leaves the cell out. Lists become text joined by `; `.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Generic, Literal, TypeVar

from kg.model import FAMILY_OF
from kg.out.style import labels
from kg.out.view import Edge, Figure, Node, clean

Kind = Literal["string", "int", "double", "boolean"]
Cell = str | int | float | bool
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Column(Generic[Record]):
    """A column: `name` (lower case, unique), `kind` (a type name of GraphML and GEXF), `get` (its value)."""

    name: str
    kind: Kind
    get: Callable[[Record], object]

    def cell(self, record: Record) -> Cell | None:
        """Return the value in the column's own type and safe for XML, or None if there is none."""
        value = self.get(record)
        if value is None:
            return None
        if self.kind == "string":
            return clean(value if isinstance(value, str) else _text(value)) or None
        if self.kind == "boolean":
            return bool(value)
        number = int(str(value)) if self.kind == "int" else float(str(value))
        return number if isfinite(number) else None


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def cells(columns: tuple[Column[Record], ...], record: Record) -> Iterator[tuple[Column[Record], Cell]]:
    """Yield each column that has a value, with the value."""
    for column in columns:
        value = column.cell(record)
        if value is not None:
            yield column, value


def text(value: Cell) -> str:
    """Return a cell as written in XML and CSV.

    >>> text(True), text(2.0), text("大连")
    ('true', '2.0', '大连')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def label_of(name: str) -> str:
    """Return the Chinese label of a type or relation, or the name itself if there is none."""
    return labels().get(name, name)


NODE_COLUMNS: tuple[Column[Node], ...] = (
    Column("name", "string", lambda node: node.name or node.label),
    Column("names", "string", lambda node: node.names),
    Column("type", "string", lambda node: node.type),
    Column("type_zh", "string", lambda node: label_of(node.type)),
    Column("family", "string", lambda node: FAMILY_OF.get(node.type)),
    Column("code", "string", lambda node: node.code),
    Column("articles", "int", lambda node: node.articles),
    Column("degree", "int", lambda node: node.degree),
    Column("first_day", "string", lambda node: node.start),
    Column("last_day", "string", lambda node: node.end),
    Column("iri", "string", lambda node: node.iri),
)
EDGE_COLUMNS: tuple[Column[Edge], ...] = (
    Column("predicate", "string", lambda edge: edge.predicate),
    Column("predicate_zh", "string", lambda edge: label_of(edge.predicate)),
    Column("symmetric", "boolean", lambda edge: edge.symmetric),
    Column("first_day", "string", lambda edge: edge.start),
    Column("last_day", "string", lambda edge: edge.end),
    Column("status", "string", lambda edge: edge.status),
    Column("confidence", "double", lambda edge: edge.confidence),
    Column("articles", "string", lambda edge: edge.articles),
    Column("quote", "string", lambda edge: edge.quote),
    Column("title", "string", lambda edge: edge.title),
    Column("amount", "string", lambda edge: edge.amount),
    Column("date", "string", lambda edge: edge.dated),
    Column("rule", "string", lambda edge: edge.by),
)
FIGURE_COLUMNS: tuple[Column[Figure], ...] = (
    Column("id", "string", lambda figure: figure.id),
    Column("thing", "string", lambda figure: figure.thing),
    Column("name", "string", lambda figure: figure.name),
    Column("indicator", "string", lambda figure: figure.indicator),
    # decimals such as 526740000000 and 34.4 stay text, which avoids the rounding of floats
    Column("value", "string", lambda figure: figure.value),
    Column("unit", "string", lambda figure: figure.unit),
    Column("value_text", "string", lambda figure: figure.value_text),
    Column("bound", "string", lambda figure: figure.bound),
    Column("period", "string", lambda figure: figure.period),
    Column("first_day", "string", lambda figure: figure.start),
    Column("last_day", "string", lambda figure: figure.end),
    Column("status", "string", lambda figure: figure.status),
    Column("confidence", "double", lambda figure: figure.confidence),
    Column("article", "string", lambda figure: figure.article),
    Column("quote", "string", lambda figure: figure.quote),
    Column("rule", "string", lambda figure: figure.by),
)


def weight_of(edge: Edge) -> float:
    """Return a weight that Gephi keeps: it drops edges of weight 0 and warns of negative ones."""
    return float(edge.weight) if isfinite(edge.weight) and edge.weight > 0 else 1.0


def identifier(value: str) -> str:
    """Return an id that XML and Gephi accept: no control characters, outer spaces or line breaks."""
    return " ".join(clean(value).split())
