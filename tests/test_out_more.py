"""Cypher, Cytoscape JSON and Parquet contain what the view yields, whatever the texts."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph.graph import Graph
from kg.out import formats
from kg.out.cypher import literal, name, write_cypher
from kg.out.cytoscape import write_cytoscape
from kg.out.view import Edge, Node, clean

DATA = Path(__file__).parent / "data"
TEXT = st.text(st.one_of(st.characters(codec=None), st.sampled_from("\\'\"u`{}\n0027")), max_size=30)


def small() -> Graph:
    store = ox.Store()
    store.load(path=str(DATA / "out-two-articles.trig"), format=ox.RdfFormat.TRIG)
    return Graph(store)


def read_late(quoted: str) -> str:
    """A reader of Cypher text that takes all escapes in one go."""
    assert re.fullmatch(r"'(?:[^'\\]|\\u[0-9a-fA-F]{4}|\\[^u])*'", quoted, re.DOTALL)
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "u" else plain.get(m[1], m[1]),
        quoted[1:-1],
        flags=re.DOTALL,
    )


def read_early(quoted: str) -> str:
    r"""A reader that, like older versions, first turns every `\uXXXX` into its character."""
    return read_late(re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), quoted))


@given(text=TEXT)
@settings(max_examples=200, deadline=None)
def test_cypher_text_reads_back_and_cannot_break_out(text: str) -> None:
    quoted = literal(clean(text))
    assert read_late(quoted) == clean(text)
    assert read_early(quoted) == clean(text)


@pytest.mark.parametrize(
    ("word", "written"), [("Company", "Company"), ("a b", "`a b`"), ("`;x", "```;x`"), ("", "``")]
)
def test_cypher_names_are_quoted_where_needed(word: str, written: str) -> None:
    assert name(word) == written


def test_cypher_batches_every_record_once() -> None:
    file = io.StringIO()
    nodes = [Node(f"n{i}", f"物{i}", ("Place", "Company")[i % 2]) for i in range(7)]
    edges = [
        Edge(f"e{i}", "n0", "n1", ("partOf", "locatedIn")[i % 2], start=date(2023, 1, 1)) for i in range(5)
    ]
    write_cypher(file, nodes, edges, batch=2)
    script = file.getvalue()
    assert sorted(re.findall(r"\{id: '(n\d)'", script)) == [node.id for node in nodes]
    assert sorted(re.findall(r"\{id: '(e\d)', s: 'n0', t: 'n1'", script)) == [edge.id for edge in edges]
    statements = script.split(";\n")
    assert statements.pop() == ""
    assert len(statements) == 1 + 4 + 3
    assert all("SET n:Place" in s or "SET n:Company" in s for s in statements[1:5])
    assert all("[r:partOf {id: row.id}]" in s or "[r:locatedIn {id: row.id}]" in s for s in statements[5:])
    assert "first_day: '2023-01-01'" in script


@given(text=TEXT)
@settings(max_examples=60, deadline=None)
def test_cytoscape_json_reads_back(text: str) -> None:
    file = io.StringIO()
    write_cytoscape(
        file,
        [Node("n", text, "Place", names=(text,))],
        [Edge("e", "n", "n", "partOf", float("nan"), quote=text)],
    )
    elements = json.loads(file.getvalue())["elements"]
    (node,), (edge,) = elements["nodes"], elements["edges"]
    assert node["data"].get("names", "") == clean(text)
    assert edge["data"].get("quote", "") == clean(text)
    assert (edge["data"]["source"], edge["data"]["interaction"], edge["data"]["weight"]) == (
        "n",
        "partOf",
        1.0,
    )


def test_parquet_tables_have_types_and_the_same_rows(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    paths = formats.export(small(), tmp_path / "x.parquet").paths
    assert [path.name for path in paths] == ["x-nodes.parquet", "x-edges.parquet", "x-observations.parquet"]
    nodes, edges, observations = (parquet.read_table(path) for path in paths)
    assert (nodes.num_rows, edges.num_rows, observations.num_rows) == (7, 6, 1)
    assert (str(nodes.schema.field("degree").type), str(edges.schema.field("Weight").type)) == (
        "int64",
        "double",
    )
    assert str(edges.schema.field("symmetric").type) == "bool"
    (figure,) = observations.to_pylist()
    assert (figure["value"], figure["number"], figure["unit"]) == ("4560000000", 4.56e9, "CNY")
    assert edges.to_pylist()[0]["amount"] is None


@pytest.mark.parametrize("name", ["x.cypher", "x.cyjs", "x.parquet"])
def test_the_same_graph_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    first = [path.read_bytes() for path in formats.export(small(), tmp_path / name).paths]
    assert [path.read_bytes() for path in formats.export(small(), tmp_path / name).paths] == first
