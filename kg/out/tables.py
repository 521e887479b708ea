"""Tables for spreadsheets and notebooks: things, relations and figures as CSV.

Records are written to three files in UTF-8 with a byte order mark, so that Excel shows Chinese; rows end in
CR LF, as in RFC 4180. The headings `Id`, `Label`, `Source`, `Target`, `Weight` and `Kind` are those that
Gephi's spreadsheet import recognises. Cells hold what the articles say: a quote that begins with = or - is
not rewritten, so import the columns as text if you do not trust the articles.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from kg.out.columns import (
    EDGE_COLUMNS,
    FIGURE_COLUMNS,
    NODE_COLUMNS,
    Cell,
    Column,
    Record,
    identifier,
    label_of,
    text,
    weight_of,
)
from kg.out.view import Edge, Node, clean

# the shared columns, preceded by those with the names that Gephi expects
NODE_TABLE: tuple[Column[Node], ...] = (
    Column("Id", "string", lambda node: identifier(node.id)),
    Column("Label", "string", lambda node: identifier(node.label) or identifier(node.id)),
    *NODE_COLUMNS,
)
EDGE_TABLE: tuple[Column[Edge], ...] = (
    Column("Source", "string", lambda edge: identifier(edge.source)),
    Column("Target", "string", lambda edge: identifier(edge.target)),
    Column("Id", "string", lambda edge: identifier(edge.id)),
    Column("Label", "string", lambda edge: clean(label_of(edge.predicate))),
    Column("Kind", "string", lambda edge: clean(label_of(edge.predicate))),
    Column("Weight", "double", weight_of),
    *EDGE_COLUMNS,
)
FIGURE_TABLE = FIGURE_COLUMNS


def write_csv(file: TextIO, columns: Sequence[Column[Record]], records: Iterable[Record]) -> None:
    """Write a heading and one row per record; a missing value is an empty cell.

    Args:
        file: A text file opened with `encoding="utf-8-sig"` and `newline=""`.
        columns: The columns to write.
        records: The records.
    """
    writer = csv.writer(file)
    writer.writerow([column.name for column in columns])
    writer.writerows(_row(columns, record) for record in records)


def _row(columns: Sequence[Column[Any]], record: object) -> list[str]:
    values: list[Cell | None] = [column.cell(record) for column in columns]
    return ["" if value is None else text(value) for value in values]
