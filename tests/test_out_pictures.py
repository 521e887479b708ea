"""The page and the pictures: data that cannot break out, no network access, the same picture every time."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ExportError
from kg.out import page, plot
from kg.out.view import Edge, Node, clean

PIECES = st.one_of(
    st.characters(codec=None), st.sampled_from(["</script>", "<script>", "<!--", "]]>", "\u2028"])
)
TEXT = st.lists(PIECES, max_size=12).map("".join)


def small(text: str = "甲</script><script>alert(1)</script>") -> tuple[list[Node], list[Edge]]:
    nodes = [
        Node("a", text, "Company", name=text, names=(text, "乙"), degree=1),
        Node("b", "丙", "Place", degree=1),
    ]
    return nodes, [Edge("e", "a", "b", "locatedIn", quote=text, status="planned", articles=("a1",))]


def written(text: str) -> str:
    file = io.StringIO()
    page.write_page(file, *small(text))
    return file.getvalue()


def embedded(html: str) -> dict[str, list[dict[str, str]]]:
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(data)


def test_the_page_loads_nothing_and_holds_the_data_once() -> None:
    html = written("远山集团")
    assert "default-src 'none'" in html
    assert not re.search(r"https?:|\bsrc=|\bhref=|@import|url\(|fetch\(|innerHTML|@DATA@", html)
    data = embedded(html)
    assert [node["name"] for node in data["nodes"]] == ["远山集团", "丙"]
    assert data["edges"][0] | {"s": 0, "t": 1, "label": "位于", "status": "planned"} == data["edges"][0]
    assert data["types"]["Company"] == {"label": "企业", "color": "#52439A", "count": 1}


@given(text=TEXT)
@settings(max_examples=60, deadline=None)
def test_no_text_gets_out_of_the_data(text: str) -> None:
    html = written(text)
    assert html.count("<script") == written("甲").count("<script")
    data = embedded(html)
    assert data["edges"][0]["quote"] == data["nodes"][0]["names"][0] == clean(text)


def test_a_page_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST", 1)
    with pytest.raises(ExportError, match="at most 1 things; choose a part"):
        page.write_page(io.StringIO(), *small())


def test_linked_things_lie_near_each_other_and_none_on_another() -> None:
    chain = [(0, 1), (1, 2), (3, 4)]
    places = plot.layout(6, chain)
    assert places == plot.layout(6, chain)

    def far(a: int, b: int) -> float:
        return float(((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5)

    assert far(0, 1) < far(0, 2)
    assert far(3, 4) < far(3, 0)
    assert min(far(a, b) for a in range(6) for b in range(a)) > 0.5
    assert plot.layout(0, []) == []


def test_a_missing_chinese_font_is_said() -> None:
    with pytest.raises(ExportError, match=r"no Chinese font found.*valid: Noto Sans CJK SC"):
        plot.find_font(["DejaVu Sans"])
    assert plot.find_font(["DejaVu Sans", "SimHei", "Noto Sans SC"]) == "Noto Sans SC"


def test_pictures_are_drawn_or_the_missing_font_is_said() -> None:
    manager = pytest.importorskip("matplotlib.font_manager")
    first, again = io.BytesIO(), io.BytesIO()
    if not set(plot.FONTS) & set(plot.installed(manager)):
        with pytest.raises(ExportError, match="no Chinese font"):
            plot.write_plot(first, *small("$集团$"), format="svg")
        return
    plot.write_plot(first, *small("$集团$"), format="svg")
    plot.write_plot(again, *small("$集团$"), format="svg")
    assert first.getvalue() == again.getvalue()
    assert "$集团$" in first.getvalue().decode()
    picture = io.BytesIO()
    plot.write_plot(picture, *small(), format="png")
    assert picture.getvalue().startswith(b"\x89PNG")


def test_a_picture_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "MOST", 1)
    with pytest.raises(ExportError, match="at most 1 things"):
        plot.write_plot(io.BytesIO(), *small(), format="png")


def test_the_page_lies_beside_its_module() -> None:
    assert Path(page.__file__).with_name("page.html").is_file()
