"""Hard use: damaged articles are read or refused, and a killed writer leaves a complete graph."""

from __future__ import annotations

import random
import socket
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import fuzz

from kg.errors import ReadError
from kg.extract.names.known import places_of
from kg.extract.names.page import Line, Page
from kg.model import Entity, Extraction, Mention, Word
from kg.text.article import parse_article
from kg.text.formats import strip_markdown
from kg.text.readers import read_article


def test_damaged_articles_give_no_exception_and_exact_places() -> None:
    said: list[str] = []
    faults, spent, _ = fuzz.run(len(fuzz.MUTATIONS), 11, said.append)
    # time is for the benchmark to judge: a machine that runs tests does other things, too
    assert [fault for fault in faults if " took " not in fault.what] == [], said
    assert set(spent) == set(fuzz.MUTATIONS)


@pytest.mark.parametrize("name", fuzz.MUTATIONS)
def test_the_same_seed_damages_in_the_same_way(name: str) -> None:
    text = "大连市与蓝鲸重工有限公司签约，总投资120亿元。" * 5
    one, other, third = (fuzz.MUTATIONS[name](text, random.Random(seed)) for seed in (1, 1, 2))
    assert one == other
    assert one != text or third != text


def test_a_place_that_is_not_exact_is_found() -> None:
    article = parse_article("大连市与沈阳市签约。", doc="a")
    wrong = Mention(1, 3, "大连", "AdministrativeDivision", "hand")
    found = fuzz.check(Extraction(article, (Entity("e1", wrong.type, ("大连",), (wrong,)),), (), ()))
    assert found[0] == "mention '大连' is not at 1"


@given(st.lists(st.integers(0, 19), max_size=6), st.integers(0, 20), st.integers(0, 20))
def test_atoms_between_two_places_are_those_that_begin_there(starts: list[int], start: int, end: int) -> None:
    page = Page("大" * 20, (Word(0, 20, "n"),))
    known = [Mention(at, at + 1, "大", "Place", "hand") for at in starts]
    found = Line(page, 0, 20, known).atoms_between(start, end)
    assert found == sorted({at for at in starts if start < at < end})


@given(
    st.lists(st.text("大连市", min_size=1, max_size=3), max_size=6, unique=True),
    st.text("大连市", max_size=30),
)
def test_names_are_found_in_one_pass_as_one_by_one(names: list[str], text: str) -> None:
    one_by_one = {}
    for name in names:
        at, places = text.find(name), []
        while at >= 0:
            places.append(at)
            at = text.find(name, at + len(name))
        if places:
            one_by_one[name] = places
    assert places_of(names, text) == one_by_one


# Hostile files


SAID = "大连市与蓝鲸重工有限公司签约，总投资120亿元的氢能项目落户甘井子区，各方将携手推进。" * 6


def test_scripts_entities_and_addresses_in_a_page_do_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a page made the reader look for another machine")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    (tmp_path / "secret.txt").write_text("秘密", encoding="utf-8")
    secret = (tmp_path / "secret.txt").as_uri()
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    page = f"""<!DOCTYPE html [<!ENTITY a0 "哈哈">{laughs}<!ENTITY x SYSTEM "{secret}">]>
<html><head><base href="http://127.0.0.1:9/"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">
<link rel="stylesheet" href="http://127.0.0.1:9/a.css"><script>document.write("秘密")</script></head>
<body><article><p onclick="alert('秘密')">{SAID}&x;</p><p>{SAID}&a11;</p><img src="http://127.0.0.1:9/a.png">
<iframe src="{secret}"></iframe><svg><script>document.write("秘密")</script></svg></article></body></html>"""
    for name in ("page.html", "page.xhtml"):
        (tmp_path / name).write_text(page, encoding="utf-8")
        text = read_article(tmp_path / name).text
        assert SAID[:40] in text
        assert "秘密" not in text
        assert len(text) < 2 * len(page)


@pytest.mark.parametrize("between", [" ", "", "/"])
def test_a_tag_with_endless_attributes_is_refused_before_it_is_parsed(tmp_path: Path, between: str) -> None:
    path = tmp_path / "page.html"
    attributes = between.join(f"a{n}='x y'" for n in range(1_100))
    path.write_text(f"<html><body><article><p {attributes}>{SAID}</p></article></body></html>", "utf-8")
    with pytest.raises(ReadError, match="over 1,000 attributes"):
        read_article(path)


def test_long_attributes_are_no_many_attributes(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    state = " ".join(f"{n} > {n}" for n in range(2_000))
    path.write_text(
        f"<html><body data-state='{state}'><article><p>{SAID}</p></article></body></html>", "utf-8"
    )
    assert SAID[:40] in read_article(path).text


def test_a_swelling_pdf_is_refused(tmp_path: Path) -> None:
    packed = zlib.compress(b"\0" * 100_000_000, 9)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n" % (len(packed), packed)
    )
    with pytest.raises(ReadError, match="damaged PDF"):
        read_article(path)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("用`甲`和``乙``", "用甲和乙"),
        ("甲" + "`" * 3000 + "乙", "甲" + "`" * 3000 + "乙"),
        ("``甲`", "``甲`"),
    ],
)
def test_runs_of_ticks_are_taken_whole(marked: str, plain: str) -> None:
    assert strip_markdown(marked).replace("\u200a", "") == plain
