"""A small hand-made graph in a folder, for the tests of the server; some of its names are hostile."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
from handmade import make

from kg.graph import generations, store
from kg.graph.triples import generate_quads
from kg.model import Extraction
from kg.resolve.things import resolve

BASE = "https://kg.example.org/id/"
SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"'><img src=x onerror=alert(2)>公司"
BIDI = "蓝鲸\u202e重\r\nSet-Cookie: x=1集团"


def articles() -> list[Extraction]:
    """Return two plain articles and one with names that try to break out of a page."""
    first = make(
        "a1",
        "重庆新区签约\n\n2022年，蓝鲸重工有限公司（蓝鲸重工）落户重庆市高新区，与红星纺织合作，投资45.6亿元。\n\n"
        "蓝鲸重工明年还要在重庆市建厂，产值12亿元。",
        {
            "e1": ("AdministrativeDivision", "重庆市"),
            "e2": ("DevelopmentZone", "高新区"),
            "e3": ("Company", "蓝鲸重工有限公司", "蓝鲸重工"),
            "e4": ("Company", "红星纺织"),
        },
        [
            ("e2", "locatedIn", "e1"),
            ("e3", "locatedIn", "e2"),
            ("e3", "locatedIn", "e1"),
            ("e3", "cooperatesWith", "e4"),
        ],
        [("e3", "投资", "45.6亿元", "4560000000"), ("e3", "产值", "12亿元", "1200000000")],
        qualifiers=[("date", "2022-05")],
    )
    second = make(
        "sub/a2",
        "红星纺织扩产\n\n红星纺织和蓝鲸重工有限公司再度合作。红星纺织位于重庆市。",
        {
            "e1": ("AdministrativeDivision", "重庆市"),
            "e3": ("Company", "蓝鲸重工有限公司"),
            "e4": ("Company", "红星纺织"),
        },
        [("e4", "cooperatesWith", "e3"), ("e4", "locatedIn", "e1")],
    )
    stand_in = ["甲" * len(SCRIPT), "乙" * len(QUOTES), "丙" * len(BIDI)]
    hostile = make(
        "bad",
        f"怪名\n\n{stand_in[0]}与{stand_in[1]}合作，{stand_in[2]}也参加了。",
        {f"e{number}": ("Company", name) for number, name in enumerate(stand_in)},
        [("e0", "cooperatesWith", "e1")],
    )
    return [first, second, hostile]


def write(folder: Path, extractions: list[Extraction]) -> None:
    """Write a graph of the extractions, or a new state of it; the hostile names are put in here.

    No extraction finds such names, but a graph can come from elsewhere.
    """
    quads = [_hostile(quad) for quad in generate_quads(resolve(extractions), extractions)]
    with store.writer(folder) as manifest:
        generations.write_generation(folder, manifest, quads, {})


def _hostile(quad: ox.Quad) -> ox.Quad:
    value = quad.object
    if not isinstance(value, ox.Literal) or not re.search("甲{9}|乙{9}|丙{9}", value.value):
        return quad
    text = value.value
    for letter, name in (("甲", SCRIPT), ("乙", QUOTES), ("丙", BIDI)):
        text = text.replace(letter * len(name), name)
    new = ox.Literal(text, language=value.language) if value.language else ox.Literal(text)
    return ox.Quad(quad.subject, quad.predicate, new, quad.graph_name)
