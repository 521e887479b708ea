"""Contradictions: figures that cannot both be true, posts that two people cannot both hold."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import handmade
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology
from kg.build import build
from kg.cli import main
from kg.graph.conflicts import Conflict, conflicts, posts_of
from kg.graph.graph import Graph
from kg.graph.precision import agree, counted, span
from kg.graph.records import Figure, Thing
from kg.graph.triples import generate_quads
from kg.model import Article, Evidence, Extraction, Observation, Period, Quantity
from kg.resolve.things import resolve

SAID = Evidence("a", 0, 0, 1, "x", "hand")
CITY = Thing("x", "AdministrativeDivision", "大连市")


def figure(text: str, value: str | None, bound: str = "exact", unit: str = "CNY") -> Figure:
    number = None if value is None else Decimal(value)
    return Figure("i", CITY, "产值", number, unit, text, bound, "2022", None, None, SAID)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (figure("5267亿元", "526700000000"), figure("5267.4亿元", "526740000000"), True),
        (figure("526.7亿元", "52670000000"), figure("5267.4亿元", "526740000000"), False),
        (figure("5267.4亿元", "526740000000"), figure("52674000万元", "526740000000"), True),
        (figure("5267.3亿元", "526730000000"), figure("5267.4亿元", "526740000000"), False),
        (figure("5000亿元", "500000000000", "min"), figure("5267.4亿元", "526740000000"), True),
        (figure("6000亿元", "600000000000", "min"), figure("5267.4亿元", "526740000000"), False),
        (figure("5000亿元", "500000000000", "max"), figure("5267.4亿元", "526740000000"), False),
        (figure("5300亿元", "530000000000", "about"), figure("5267.4亿元", "526740000000"), True),
        (figure("5300亿元", "530000000000"), figure("5267.4亿元", "526740000000"), False),
        (figure("102个", "102", unit="COUNT"), figure("103个", "103", unit="COUNT"), False),
        (figure("三百家", "300", unit="COUNT"), figure("300家", "300", unit="COUNT"), True),
        (figure("1,200家", "1200", unit="COUNT"), figure("1200家", "1200", unit="COUNT"), True),
        (figure("数十家", None, unit="COUNT"), figure("5家", "5", unit="COUNT"), True),
    ],
)
def test_roundings_of_one_figure_agree_and_others_do_not(one: Figure, other: Figure, both: bool) -> None:
    assert agree(one, other) is agree(other, one) is both


@given(st.decimals("0.001", "99999", places=3), st.integers(0, 3))
def test_a_number_agrees_with_its_own_rounding(number: Decimal, places: int) -> None:
    rounded = round(number, places)
    one = figure(f"{number}亿元", str(number * 10**8))
    other = figure(f"{rounded}亿元", str(rounded * 10**8))
    assert rounded == 0 or agree(one, other)
    low, high = span(one) or (Decimal(1), Decimal(0))
    assert low <= number * 10**8 <= high


def test_what_is_counted_is_part_of_the_unit() -> None:
    assert counted(figure("6300余户", "6300", unit="COUNT")) == "户"
    assert counted(figure("4万人", "40000", unit="COUNT")) == "人"
    assert counted(figure("4亿元", "400000000")) == ""


@pytest.mark.parametrize(
    ("title", "posts"),
    [
        ("党委书记、董事长", ("书记", "董事长")),
        ("副书记、市长", ("市长",)),
        ("董事长兼总裁", ("董事长", "总裁")),
        ("原市长", ()),
        ("常务副总经理", ()),
        ("院士", ()),
        ("", ()),
    ],
)
def test_posts_that_one_person_holds(title: str, posts: tuple[str, ...]) -> None:
    assert posts_of(title) == posts


# ------------------------------------------------------------------ in a graph


def observed(doc: str, year: str | None, *said: tuple[str, str, str]) -> Extraction:
    """Return an article on 大连市 with figures (indicator, text, value)."""
    body = "，".join(f"大连市{indicator}{text}" for indicator, text, _ in said)
    found = handmade.make(doc, f"2023年1月1日，{body}。", {"e1": ("AdministrativeDivision", "大连市")})
    text = found.article.text
    figures = []
    for indicator, shown, value in said:
        at = text.index(indicator + shown) + len(indicator)
        quantity = Quantity(at, at + len(shown), shown, Decimal(value), "CNY", "元")
        period = Period(year, date(int(year), 1, 1), date(int(year), 12, 31), "year") if year else None
        figures.append(
            Observation("e1", indicator, quantity, period, Evidence(doc, 0, 0, len(text), text, "hand"))
        )
    return replace(found, article=replace(found.article, date="2023-01-01"), observations=tuple(figures))


def post(doc: str, day: str, person: str, title: str, body: str, type_: str = "GovernmentBody") -> Extraction:
    found = handmade.make(
        doc,
        f"{body}{title}{person}出席。",
        {"e1": ("Person", person), "e2": (type_, body)},
        [("e1", "holdsPositionAt", "e2")],
        qualifiers=[("title", title)],
    )
    return replace(found, article=replace(found.article, date=day))


def graph_of(extractions: Sequence[Extraction]) -> Graph:
    held = ox.Store()
    held.extend(generate_quads(resolve(extractions), extractions))
    return Graph(held)


def shown(found: Sequence[Conflict]) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    return [(c.kind, c.about, c.what, [(s.value, s.doc) for s in c.sayings]) for c in found]


def test_articles_that_differ_are_shown_with_their_sentences() -> None:
    graph = graph_of(
        [
            observed("a", "2022", ("产值", "5267.4亿元", "526740000000")),
            observed("b", "2022", ("全市 产值".replace(" ", ""), "526.7亿元", "52670000000")),
            observed("c", "2022", ("产值", "5267亿元", "526700000000")),
            observed("d", "2021", ("产值", "4000亿元", "400000000000")),
        ]
    )
    (found,) = conflicts(graph)
    assert shown([found]) == [
        ("figure", "大连市", "产值 2022", [("5267.4亿元", "a"), ("526.7亿元", "b"), ("5267亿元", "c")])
    ]
    assert all(s.value in s.quote and s.date == "2022" for s in found.sayings)


def test_figures_without_a_period_are_of_the_year_of_their_article() -> None:
    articles = [
        observed("a", None, ("产值", "100亿元", "10000000000")),
        observed("b", "2023", ("产值", "200亿元", "20000000000")),
    ]
    assert [c.what for c in conflicts(graph_of(articles))] == ["产值 2023"]


def test_a_whole_and_its_part_in_one_article_are_shown_on_demand_only() -> None:
    graph = graph_of(
        [observed("a", "2022", ("产值", "500亿元", "50000000000"), ("产值", "50亿元", "5000000000"))]
    )
    assert conflicts(graph) == ()
    assert len(conflicts(graph, within=True)) == 1


def test_two_persons_in_one_post_at_one_time() -> None:
    mayors = [
        post("a", "2021-03-01", "李明", "市长", "大连市", "AdministrativeDivision"),
        post("b", "2023-03-01", "李明", "市长", "大连市", "AdministrativeDivision"),
        post("c", "2022-05-01", "王强", "市长", "大连市", "AdministrativeDivision"),
        post("d", "2022-05-01", "赵刚", "副市长", "大连市", "AdministrativeDivision"),
        post("e", "2024-05-01", "孙伟", "市长", "大连市", "AdministrativeDivision"),
    ]
    assert shown(conflicts(graph_of(mayors))) == [
        ("post", "大连市", "市长", [("李明", "a"), ("李明", "b"), ("王强", "c")])
    ]


def test_one_person_at_the_head_of_two_places() -> None:
    said = [
        ("李明", "市长", "大连市"),
        ("李明", "市长", "大连市人民政府"),
        ("王强", "书记", "大连市委"),
        ("王强", "董事长", "大连市城投公司"),
    ]
    text = (
        "。".join(f"{place}{title}{person}出席" for person, title, place in said) + "。沈阳市市长李明出席。"
    )
    one = handmade.make(
        "a",
        text,
        {
            "e1": ("Person", "李明"),
            "e2": ("AdministrativeDivision", "大连市"),
            "e3": ("GovernmentBody", "大连市人民政府"),
            "e4": ("AdministrativeDivision", "沈阳市"),
        },
        [("e1", "holdsPositionAt", e) for e in ("e2", "e3", "e4")],
        qualifiers=[("title", "市长")],
    )
    graph = graph_of([replace(one, article=replace(one.article, date="2023"))])
    (found,) = conflicts(graph)
    assert (found.kind, found.about, found.what) == ("person", "李明", "市长")
    assert {s.value for s in found.sayings} == {"大连市", "大连市人民政府", "沈阳市"}


def test_the_ready_question_finds_conflicting_figures_too() -> None:
    graph = graph_of(
        [
            observed("a", "2022", ("产值", "5267.4亿元", "526740000000")),
            observed("b", "2022", ("产值", "526.7亿元", "52670000000")),
        ]
    )
    rows = graph.query(ontology.question("conflicting-figures").sparql)
    assert [(r.thing, r.one_value, r.one_doc, r.other_value, r.other_doc) for r in rows] == [  # type: ignore[union-attr]
        ("大连市", "5267.4亿元", "a", "526.7亿元", "b")
    ]


def by_name(article: Article, authority: object = None) -> Extraction:
    value = {"a": ("5267.4亿元", "526740000000"), "b": ("526.7亿元", "52670000000")}[article.doc]
    found = observed(article.doc, "2022", ("产值", *value))
    return replace(found, article=replace(found.article, source=article.source, digest=article.digest))


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = types.ModuleType("kg.extract.pipeline")
    module.extract = by_name  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kg.extract.pipeline", module)
    for doc in "ab":
        (tmp_path / f"{doc}.txt").write_text("大连市2022年产值见报。\n", encoding="utf-8")
    build([tmp_path / "a.txt"], graph=tmp_path / "g", workers=1)
    assert main(["conflicts", "--graph", str(tmp_path / "g")]) == 0
    assert capsys.readouterr().out == "no contradictions\n"
    build([tmp_path / "b.txt"], graph=tmp_path / "g", workers=1)
    assert main(["conflicts", "--graph", str(tmp_path / "g")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "figure: 大连市 产值 2022"
    assert lines[1].startswith("  5267.4亿元 [2022]  a: ")
    assert lines[-1] == "1 contradiction"
    assert main(["conflicts", "--graph", str(tmp_path / "g"), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [s["doc"] for s in found["sayings"]] == ["a", "b"]
