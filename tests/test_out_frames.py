"""A graph as pandas data frames: the rows of the exported tables, with types."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.errors import ExportError
from kg.graph.graph import open_graph

pandas = pytest.importorskip("pandas")


def test_the_frames_hold_what_the_tables_hold(graph_folder: Path, tmp_path: Path) -> None:
    with open_graph(graph_folder) as graph:
        frames = graph.to_pandas()
        graph.export(tmp_path / "x.csv")
    for name, frame in zip(("nodes", "edges", "observations"), frames, strict=True):
        with (tmp_path / f"x-{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(frame) == len(rows) > 0
        key = "id" if name == "observations" else "Id"
        assert list(frame[key]) == [row[key] for row in rows]
        assert set(rows[0]) <= set(frame.columns)


def test_columns_have_types_to_count_with(graph_folder: Path) -> None:
    with open_graph(graph_folder) as graph:
        frames = graph.to_pandas()
    assert frames.nodes["degree"].sum() == 2 * len(frames.edges)
    assert pandas.api.types.is_datetime64_any_dtype(frames.edges["first_day"])
    assert frames.edges["confidence"].between(0, 1).all()
    figures = frames.observations
    row = figures[figures["value_text"] == "45.6亿元"].iloc[0]
    assert (row["value"], row["number"], row["unit"]) == ("4560000000", 4_560_000_000, "CNY")
    assert set(frames.edges["Source"]) | set(frames.edges["Target"]) <= set(frames.nodes["Id"])


def test_filters_are_those_of_an_export(graph_folder: Path) -> None:
    with open_graph(graph_folder) as graph:
        frames = graph.to_pandas(predicates=("cooperatesWith",), aggregate=True)
        assert set(frames.edges["predicate"]) <= {"cooperatesWith"}
        empty = graph.to_pandas(predicates=("receives",), min_confidence=1.0)
        assert (len(empty.edges), empty.edges["Weight"].sum()) == (0, 0)
        with pytest.raises(ExportError, match="there is no relation x"):
            graph.to_pandas(predicates=("x",))
