"""The exported view: filters, aggregation, days, files and their errors."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import ExportError
from kg.graph.graph import Graph
from kg.out import formats, select
from kg.out.choose import choose
from kg.out.dates import period_days
from kg.out.view import short_label

DATA = Path(__file__).parent / "data"


def small(path: Path) -> Graph:
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TRIG)
    return Graph(store)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return small(DATA / "out-two-articles.trig")


def seen(graph: Graph, hops: int = 1, **filters: Any) -> tuple[list[str], list[str]]:
    """Names of the exported things and ids of the exported edges."""
    view = select.open_view(graph, choose(graph, **filters), hops=hops)
    edges = list(select.edges(view))
    assert len(edges) == view.edge_count
    return [node.name for node in select.nodes(view)], [edge.id.removeprefix("statement/") for edge in edges]


def test_everything_is_exported_in_a_fixed_order(graph: Graph) -> None:
    names, edges = seen(graph)
    assert names == ["东港市", "滨海新城", "西山滨海新城", "临江公司", "远山集团", "王五", "产业园"]
    assert edges == ["s1", "s6", "s5", "s4", "s2", "s3"]


def test_a_thing_has_its_names_code_articles_degree_and_days(graph: Graph) -> None:
    view = select.open_view(graph, choose(graph))
    by_name = {node.name: node for node in select.nodes(view)}
    town, group = by_name["东港市"], by_name["远山集团"]
    assert (town.id, town.code, town.articles, town.degree) == ("location/东港市", "999901", 2, 2)
    assert (str(town.start), str(town.end)) == ("2023-09-01", "2024-12-31")
    assert group.names == ("远山集团", "远山")
    assert str(group.start) == "2022-03-05"
    assert by_name["王五"].degree == 0
    assert by_name["王五"].start is None


def test_aggregation_counts_statements_and_merges_the_two_ways_of_a_symmetric_relation(graph: Graph) -> None:
    view = select.open_view(graph, choose(graph, aggregate=True))
    edges = {edge.id: edge for edge in select.edges(view)}
    assert len(edges) == 4
    merged = edges["organization/临江公司|cooperatesWith|organization/远山集团"]
    assert (merged.weight, merged.articles, merged.status) == (2.0, ("a1", "a2"), "stated")
    assert (merged.confidence, merged.quote) == (0.8, "远山集团与临江公司在东港市合作")
    assert (str(merged.start), str(merged.end)) == ("2023-09-01", "2024-12-31")
    assert edges["location/东港市/滨海新城|locatedIn|location/东港市"].weight == 2.0


@pytest.mark.parametrize(
    ("filters", "names", "edges"),
    [
        ({"types": ["Organization"]}, ["临江公司", "远山集团"], ["s5", "s2"]),
        ({"types": ["企业"]}, ["临江公司", "远山集团"], ["s5", "s2"]),
        ({"types": ["kg:Person", "project"]}, ["王五", "产业园"], []),
        ({"predicates": ["investsIn"]}, ["远山集团", "产业园"], ["s3"]),
        ({"predicates": ["投资"]}, ["远山集团", "产业园"], ["s3"]),
        ({"min_confidence": 0.9}, ["东港市", "滨海新城", "临江公司"], ["s1", "s6", "s4"]),
        ({"until": "2022"}, ["远山集团", "产业园"], ["s3"]),
        ({"since": "2024"}, ["东港市", "滨海新城", "临江公司", "远山集团"], ["s6", "s5", "s4"]),
        (
            {"since": "2023-09", "until": "2023-09-30"},
            ["东港市", "滨海新城", "临江公司", "远山集团"],
            ["s1", "s2"],
        ),
        ({"around": "产业园"}, ["远山集团", "产业园"], ["s3"]),
        ({"around": "产业园", "hops": 0}, ["产业园"], []),
        ({"around": "远山", "hops": 1}, ["临江公司", "远山集团", "产业园"], ["s5", "s2", "s3"]),
        (
            {"around": "产业园", "hops": 9, "types": ["Company"]},
            ["临江公司", "远山集团", "产业园"],
            ["s5", "s2", "s3"],
        ),
        ({"around": "location/西山市/滨海新城"}, ["西山滨海新城"], []),
        ({"around": "https://kg.example.org/id/person/王五", "min_confidence": 0.5}, ["王五"], []),
        ({"around": '公司"甲"', "predicates": ["cooperatesWith"]}, ["临江公司", "远山集团"], ["s5", "s2"]),
    ],
)
def test_filters(graph: Graph, filters: dict[str, Any], names: list[str], edges: list[str]) -> None:
    assert seen(graph, **filters) == (names, edges)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_groups_of_things_give_the_same_edges(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = [seen(graph, aggregate=flag) for flag in (False, True)]
    monkeypatch.setattr(select.chunks, "__defaults__", (size,))
    assert [seen(graph, aggregate=flag) for flag in (False, True)] == whole


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"types": ["Compny"]}, "did you mean Company?"),
        ({"types": [""]}, "valid: GovernmentBody, "),
        ({"predicates": ["owns"]}, "valid: locatedIn, "),
        ({"around": "新城"}, "location/东港市/滨海新城, location/西山市/滨海新城"),
        ({"around": "远山公司"}, "valid: 远山"),
        ({"around": "无此名\ud800"}, "no thing called"),
        ({"around": "> } DROP"}, "no thing called"),
        ({"since": "去年"}, "since 去年 is no date"),
        ({"since": "2024", "until": "2023"}, "lies after"),
        ({"min_confidence": 1.5}, "from 0 to 1"),
        ({"hops": -1}, "hops is -1"),
        ({"format": "gml"}, "valid: graphml, gexf"),
    ],
)
def test_unknown_values_are_refused_with_the_valid_ones(
    graph: Graph, tmp_path: Path, filters: dict[str, Any], said: str
) -> None:
    with pytest.raises(ExportError) as caught:
        formats.export(graph, tmp_path / "x.graphml", **filters)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_alias_that_is_another_thing_s_own_name_means_that_thing(tmp_path: Path) -> None:
    text = (DATA / "out-two-articles.trig").read_text(encoding="utf-8")
    (tmp_path / "g.trig").write_text(text.replace('"西山滨海新城"@zh', '"新城"@zh'), encoding="utf-8")
    assert seen(small(tmp_path / "g.trig"), around="新城")[0] == ["新城"]


@pytest.mark.parametrize("name", ["x.xyz", "x"])
def test_a_file_without_a_known_ending_needs_a_format(graph: Graph, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="valid: graphml, "):
        formats.export(graph, tmp_path / name)
    assert formats.export(graph, tmp_path / name, format="GraphML").format == "graphml"


@pytest.mark.parametrize(
    "name", ["missing/x.gexf", "folder.gexf", "file/x.gexf", "长" * 200 + ".gexf", "\0.gexf"]
)
def test_what_cannot_be_written_is_refused_and_nothing_is_left(
    graph: Graph, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.gexf").mkdir()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(ExportError, match="gexf"):
        formats.export(graph, tmp_path / name)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder.gexf"]


def test_a_failed_export_leaves_the_old_file(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.graphml"
    target.write_text("old")

    def failing(view: object) -> Any:
        raise OSError(28, "No space left on device")
        yield

    monkeypatch.setattr(formats, "edges", failing)
    with pytest.raises(ExportError, match="No space left"):
        formats.export(graph, target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_report_counts(graph: Graph, tmp_path: Path) -> None:
    report = formats.export(graph, str(tmp_path / "x.gexf"))
    assert report.paths == (tmp_path / "x.gexf",)
    assert (report.nodes, report.edges, report.bytes) == (7, 6, (tmp_path / "x.gexf").stat().st_size)


def rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_are_three_files_beside_the_name_or_in_a_folder(graph: Graph, tmp_path: Path) -> None:
    report = formats.export(graph, tmp_path / "x.csv")
    assert [path.name for path in report.paths] == ["x-nodes.csv", "x-edges.csv", "x-observations.csv"]
    (tmp_path / "sub").mkdir()
    inside = formats.export(graph, tmp_path / "sub", format="csv").paths
    assert [path.name for path in inside] == ["nodes.csv", "edges.csv", "observations.csv"]
    assert [a.read_bytes() for a in inside] == [b.read_bytes() for b in report.paths]
    with pytest.raises(ExportError, match="no such folder"):
        formats.export(graph, f"{tmp_path}/none/", format="csv")


def test_tables_read_back(graph: Graph, tmp_path: Path) -> None:
    things, relations, observations = map(rows, formats.export(graph, tmp_path / "x.csv").paths)
    assert {r["Source"] for r in relations} | {r["Target"] for r in relations} <= {t["Id"] for t in things}
    assert [t["names"] for t in things if t["Id"] == "organization/临江公司"] == ['临江公司; 公司"甲"']
    invests = next(r for r in relations if r["Id"] == "statement/s3")
    assert (invests["Kind"], invests["predicate"], invests["Weight"]) == ("投资", "investsIn", "1.0")
    assert (invests["quote"], invests["amount"], invests["date"]) == ("投资产业园", "12.5亿元", "2022-03-05")
    (observation,) = observations
    assert (observation["value"], observation["unit"]) == ("4560000000", "CNY")
    assert (observation["period"], observation["name"], observation["article"]) == ("2022", "滨海新城", "a1")


@pytest.mark.parametrize("name", ["x.graphml", "x.gexf", "x.csv"])
def test_the_same_graph_gives_the_same_bytes(graph: Graph, tmp_path: Path, name: str) -> None:
    first = [path.read_bytes() for path in formats.export(graph, tmp_path / name).paths]
    store = ox.Store()
    store.extend(reversed(list(graph.store)))
    shuffled = Graph(store)
    assert [path.read_bytes() for path in formats.export(shuffled, tmp_path / name).paths] == first


@pytest.mark.parametrize(
    "text", ["3月27日", "2023-13", "2023-02-30", "0000", "", "2024/2023", "明年", "20231"]
)
def test_what_is_no_date_with_a_year_has_no_days(text: str) -> None:
    assert period_days(text) is None


def test_days_of_chinese_dates() -> None:
    assert [str(day) for day in period_days("2024年2月") or ()] == ["2024-02-01", "2024-02-29"]


def test_a_label_is_short() -> None:
    assert short_label(("长" * 30, "短" * 2, "中" * 9)) == "中" * 9
    assert short_label(("长" * 30, "短")) == "长" * 15 + "…"
    assert short_label(("沪",)) == "沪"
