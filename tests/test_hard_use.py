"""Hard use: damaged articles are read or refused, and a killed writer leaves a whole graph."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import fuzz

from kg.extract.known import places_of
from kg.extract.names.page import Line, Page
from kg.model import Entity, Extraction, Mention, Word
from kg.text.article import parse_article


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
