"""GraphML and GEXF contain what Gephi needs, checked without our own code and read back by networkx."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.model import PREDICATES, TYPES
from kg.out import style
from kg.out.gexf import write_gexf
from kg.out.graphml import write_graphml
from kg.out.view import Edge, Node

HOSTILE = [
    "\x00\x0c\x1b",
    "\ud800甲\udfff",
    "\"&<>]]>'",
    "\n换\t行\r",
    "\ufffe\uffff",
    "长" * 50_000,
    " ",
    "",
]
Writer = Callable[[Any, Iterable[Node], Iterable[Edge]], None]


def nodes() -> list[Node]:
    town = Node(
        "location/东港市",
        "东港市",
        "AdministrativeDivision",
        name="东港市",
        names=("东港市", "东港"),
        degree=3,
    )
    group = Node(
        "organization/远山集团", "远山集团", "Company", start=date(2023, 1, 1), end=date(2024, 12, 31)
    )
    odd = [
        Node(f"project/{i}", text, "Project", name=text, names=(text, text)) for i, text in enumerate(HOSTILE)
    ]
    return [town, group, *odd, Node("event/论坛", "论坛", "Event")]


def edges() -> list[Edge]:
    days = (date(2023, 1, 1), date(2023, 1, 31))
    pair = ("organization/远山集团", "location/东港市")
    known = [
        Edge(f"statement/p{i}", *pair, name, start=days[0], end=days[1]) for i, name in enumerate(PREDICATES)
    ]
    twice = [Edge(f"statement/t{i}", *pair, "locatedIn", articles=("a1", "a2")) for i in range(2)]
    weights = [0.0, -1.0, float("nan"), float("inf"), 3.0]
    odd = [Edge(f"statement/w{i}", *pair, "locatedIn", weight=weight) for i, weight in enumerate(weights)]
    odd += [
        Edge(
            f"statement/h{i}",
            f"project/{i}",
            "event/论坛",
            "partOf",
            quote=text,
            by=text,
            title=text,
            confidence=0.5,
        )
        for i, text in enumerate(HOSTILE)
    ]
    return [*known, *twice, *odd, Edge("statement/nan", *pair, "investsIn", confidence=float("nan"))]


def written(writer: Writer) -> bytes:
    file = io.BytesIO()
    writer(file, nodes(), edges())
    return file.getvalue()


def parsed(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(huge_tree=True, recover=False))


def local(element: Any) -> str:
    return etree.QName(element).localname


def every(root: Any, name: str) -> list[Any]:
    return [element for element in root.iter() if isinstance(element.tag, str) and local(element) == name]


@pytest.mark.parametrize("writer", [write_graphml, write_gexf])
def test_ids_are_unique_and_both_ends_exist(writer: Writer) -> None:
    root = parsed(written(writer))
    node_ids = [node.get("id") for node in every(root, "node")]
    edge_ids = [edge.get("id") for edge in every(root, "edge")]
    assert node_ids == [node.id for node in nodes()]
    assert edge_ids == [edge.id for edge in edges()]
    assert len(set(edge_ids)) == len(edge_ids)
    for edge in every(root, "edge"):
        assert {edge.get("source"), edge.get("target")} <= set(node_ids)
        assert edge.get("type") is None
        assert edge.get("directed") is None


def test_graphml_keys_are_one_per_name_and_differ_beyond_case() -> None:
    root = parsed(written(write_graphml))
    keys = every(root, "key")
    for kind in ("node", "edge"):
        names = [key.get("attr.name") for key in keys if key.get("for") == kind]
        assert len({name.lower() for name in names}) == len(names)
        assert {"label"} <= set(names)
    ids = [key.get("id").lower() for key in keys]
    assert len(set(ids)) == len(ids)
    assert {key.get("attr.type") for key in keys} <= {"string", "int", "double", "boolean"}
    assert every(root, "graph")[0].get("edgedefault") == "directed"
    assert not [data for graph in every(root, "graph") for data in graph if local(data) == "data"]


def test_graphml_values_are_of_the_type_of_their_key() -> None:
    root = parsed(written(write_graphml))
    keys = {key.get("id"): key for key in every(root, "key")}
    check = {"int": int, "double": float, "string": str, "boolean": ["true", "false"].index}
    for owner in (*every(root, "node"), *every(root, "edge")):
        used = [data.get("key") for data in owner]
        assert len(set(used)) == len(used)
        for data in owner:
            key = keys[data.get("key")]
            assert key.get("for") == local(owner)
            assert data.text
            assert data.text not in ("None", "nan", "inf")
            check[key.get("attr.type")](data.text)


def values(owner: Any, keys: dict[str, str]) -> dict[str, str]:
    return {keys[data.get("key")]: data.text for data in owner}


def test_graphml_edges_carry_kind_and_weight_and_nodes_colour_and_size() -> None:
    root = parsed(written(write_graphml))
    keys = {key.get("id"): key.get("attr.name") for key in every(root, "key")}
    for edge in every(root, "edge"):
        told = values(edge, keys)
        assert edge.get("label") == told["label"] == told["predicate_zh"] == style.labels()[told["predicate"]]
        assert float(told["weight"]) > 0
    for node in every(root, "node"):
        told = values(node, keys)
        assert re.fullmatch("#[0-9A-F]{6}", told["color"])
        assert float(told["size"]) >= 8
        assert told["label"]
        assert told["type_zh"] == style.labels()[told["type"]]


def test_gexf_says_mode_and_time_once_and_gives_days_to_both() -> None:
    root = parsed(written(write_gexf))
    assert (root.tag, root.get("version")) == ("{http://gexf.net/1.3}gexf", "1.3")
    (graph,) = every(root, "graph")
    assert dict(graph.attrib) == {
        "defaultedgetype": "directed",
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
    }
    dated = [e for e in (*every(root, "node"), *every(root, "edge")) if e.get("start")]
    assert {local(element) for element in dated} == {"node", "edge"}
    for element in dated:
        assert date.fromisoformat(element.get("start")) <= date.fromisoformat(element.get("end"))
    assert not [e for e in root.iter() if {"timestamp", "timestamps", "startopen", "endopen"} & set(e.attrib)]


def test_gexf_edges_carry_kind_and_weight_and_nodes_colour_and_size() -> None:
    root = parsed(written(write_gexf))
    for edge in every(root, "edge"):
        assert edge.get("kind") in style.labels().values()
        assert edge.get("label") == edge.get("kind")
        assert 0 < float(edge.get("weight")) < float("inf")
    for node in every(root, "node"):
        assert node.get("label").strip()
        (colour,) = every(node, "color")
        assert colour.tag == "{http://gexf.net/1.3/viz}color"
        assert set(colour.attrib) == {"r", "g", "b"}
        assert all(0 <= int(part) <= 255 for part in colour.attrib.values())
        (size,) = every(node, "size")
        assert list(size.attrib) == ["value"]
        assert float(size.get("value")) > 0


def test_gexf_attributes_are_declared_once_and_values_fit() -> None:
    root = parsed(written(write_gexf))
    check = {"int": int, "double": float, "string": str, "boolean": ["true", "false"].index}
    for block in every(root, "attributes"):
        declared = {a.get("id"): a.get("type") for a in block}
        assert len({name.lower() for name in declared}) == len(block)
        assert not {"id", "label", "weight", "type" if block.get("class") == "edge" else "id"} & set(declared)
        for value in (v for owner in every(root, block.get("class")) for v in every(owner, "attvalue")):
            assert value.get("value") not in ("", "None", "nan", "inf")
            check[declared[value.get("for")]](value.get("value"))


def test_gexf_without_days_is_static() -> None:
    file = io.BytesIO()
    write_gexf(file, nodes(), edges(), dynamic=False)
    root = parsed(file.getvalue())
    assert dict(every(root, "graph")[0].attrib) == {"defaultedgetype": "directed", "mode": "static"}
    assert not [element for element in root.iter() if element.get("start")]


@pytest.mark.parametrize(
    ("writer", "read"),
    [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)],
    ids=["graphml", "gexf"],
)
def test_networkx_reads_the_same_graph(writer: Writer, read: Callable[[Any], Any]) -> None:
    # networkx gives up on texts beyond the parser's ordinary limit; the length has a test of its own
    file = io.BytesIO(written(writer).replace(("长" * 50_000).encode(), "长".encode()))
    net = read(file)
    assert list(net) == [node.id for node in nodes()]
    assert net.number_of_edges() == len(edges())
    keys = {data.get("id", key) for _, _, key, data in net.edges(keys=True, data=True)}
    assert keys == {edge.id for edge in edges()}
    assert net.nodes["organization/远山集团"]["type_zh"] == "企业"
    data = next(iter(net["organization/远山集团"]["location/东港市"].values()))
    assert data["weight"] == 1.0
    assert data["predicate"] == "locatedIn"
    assert data["symmetric"] is False


@pytest.mark.parametrize("writer", [write_graphml, write_gexf])
@given(text=st.text(st.characters(codec=None), max_size=40), number=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_file_that_can_be_read(writer: Writer, text: str, number: int) -> None:
    file = io.BytesIO()
    node = Node("n", text, text, name=text, names=(text, text), iri=text, code=text, articles=number)
    edge = Edge(
        "e", "n", "n", text, articles=(text,), quote=text, status=text, title=text, amount=text, dated=text
    )
    writer(file, [node], [edge])
    root = parsed(file.getvalue())
    assert len(every(root, "node")) == len(every(root, "edge")) == 1


@pytest.mark.parametrize("writer", [write_graphml, write_gexf])
def test_edges_are_written_one_by_one(writer: Writer, tmp_path: Any) -> None:
    on_disk = []

    def many(count: int) -> Iterator[Edge]:
        for i in range(count):
            yield Edge(
                f"statement/{i:024x}",
                f"n{i % 99}",
                f"n{i % 97}",
                "locatedIn",
                quote=f"第{i}句",
                articles=("a",),
            )
        on_disk.append((tmp_path / "x").stat().st_size)

    with open(tmp_path / "x", "wb") as file:
        tracemalloc.start()
        try:
            writer(file, (Node(f"n{i}", f"物{i}", "Place") for i in range(99)), many(3_000))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    size = (tmp_path / "x").stat().st_size
    assert size > 1_000_000
    # neither Python's memory nor the XML library's holds what was written
    assert peak < 500_000
    assert on_disk[0] > size * 0.9


# How three kinds of colour-blind eyes see linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHT = {
    "protan": [
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ],
    "deutan": [
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ],
    "tritan": [
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ],
    "normal": [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)],
}


def lab(linear: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear sRGB."""
    rows = [(0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)]
    white = (0.9505, 1.0, 1.089)
    xyz = [
        sum(a * b for a, b in zip(row, linear, strict=True)) / w for row, w in zip(rows, white, strict=True)
    ]
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * max(v, 0) + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen_by(eye: str, colour: tuple[int, int, int]) -> tuple[float, float, float]:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return lab([min(1, max(0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in SIGHT[eye]])


@pytest.mark.parametrize("eye", sorted(SIGHT))
def test_colours_of_families_and_types_differ_for_any_eyes(eye: str) -> None:
    assert min(_distances(eye, [style.COLOURS[leaf] for leaf in TYPES])) > 9


def _distances(eye: str, colours: list[tuple[int, int, int]]) -> list[float]:
    labs = [seen_by(eye, colour) for colour in colours]
    return [
        sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
        for i, a in enumerate(labs)
        for b in labs[:i]
    ]


def test_labels_and_colours_cover_the_vocabulary() -> None:
    assert set(style.COLOURS) == set(TYPES)
    assert set(style.labels()) >= {*TYPES, *PREDICATES, "Organization", "Location", "Entity"}
    assert len({style.labels()[name] for name in PREDICATES}) == len(PREDICATES)
