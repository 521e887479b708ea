"""The tables as pandas DataFrames: things, relations and figures with the columns of an export.

`to_pandas` takes a graph and the filters of an export and returns three DataFrames. Days are dates and values
are numbers, for counting and plotting; the exact decimal of a figure is kept as text beside the number. The
extra `pandas` is required.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kg.errors import MissingExtraError
from kg.out.choose import choose
from kg.out.columns import Column, Record
from kg.out.parquet import NUMBER
from kg.out.select import edges, figures, nodes, open_view
from kg.out.tables import EDGE_TABLE, FIGURE_TABLE, NODE_TABLE

_DAYS = ("first_day", "last_day")
# nullable types, so that a missing number does not turn all numbers into floats
_KINDS = {"string": "string", "int": "Int64", "double": "Float64", "boolean": "boolean"}


class Frames(NamedTuple):
    """A graph as pandas DataFrames.

    Attributes:
        nodes: One row per thing, identified by `Id`.
        edges: One row per statement, or per fact when aggregated, from `Source` to `Target`.
        observations: One row per figure of the thing in the column `thing`.
    """

    nodes: Any
    edges: Any
    observations: Any


def to_pandas(graph: Any, *, hops: int = 1, **filters: Any) -> Frames:
    """Return a graph or a part of it as pandas DataFrames.

    Args:
        graph: A `kg.graph.graph.Graph`.
        hops: How many relations away from `around` to go.
        filters: Those of `kg.out.choose.choose`: `types`, `predicates`, `around`, `since`, `until`,
            `min_confidence`, `aggregate`.

    Raises:
        ExportError: A filter names something that does not exist.
        MissingExtraError: pandas is not installed.
    """
    view = open_view(graph, choose(graph, **filters), hops=hops)
    return Frames(
        _frame(NODE_TABLE, nodes(view)),
        _frame(EDGE_TABLE, edges(view)),
        _frame((*FIGURE_TABLE, NUMBER), figures(view)),
    )


def _frame(columns: Sequence[Column[Record]], records: Iterable[Record]) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MissingExtraError("needs pandas: pip install 'kg-regional[pandas]'") from error
    listed = list(records)
    return pandas.DataFrame(
        {
            column.name: pandas.to_datetime(pandas.Series([column.cell(r) for r in listed], dtype="object"))
            if column.name in _DAYS
            else pandas.array([column.cell(r) for r in listed], dtype=_KINDS[column.kind])
            for column in columns
        }
    )
