"""The tables as Parquet, for pandas, polars, DuckDB and Spark; the extra `pandas` (pyarrow) is required.

The columns are those of the CSV tables, with their types; figures have their value as text (exact) and as a
number (`number`). Rows are written in groups, so memory use stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO

from kg.errors import MissingExtraError
from kg.out.columns import Column, Record
from kg.out.view import Figure

ROWS = 20_000
NUMBER: Column[Figure] = Column("number", "double", lambda figure: figure.value or None)


def write_parquet(file: BinaryIO, columns: Sequence[Column[Record]], records: Iterable[Record]) -> None:
    """Write one table to a binary file.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet as pq
    except ImportError as error:
        raise MissingExtraError("Parquet needs pyarrow: pip install 'kg-regional[pandas]'") from error
    types = {"string": pa.string(), "int": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}
    schema = pa.schema([(column.name, types[column.kind]) for column in columns])
    iterator = iter(records)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(iterator, ROWS)):
            writer.write_table(pa.table(_columns(columns, group), schema=schema))


def _columns(columns: Sequence[Column[Any]], group: Sequence[Any]) -> dict[str, list[Any]]:
    return {column.name: [column.cell(record) for record in group] for column in columns}
