"""Known names: forms from authority tables in a text, and which of several records is meant."""

from __future__ import annotations

import pytest
from ahocorasick_rs import AhoCorasick, MatchKind
from hypothesis import given
from hypothesis import strategies as st

from kg import authority
from kg.authority import Record
from kg.extract import segment
from kg.extract.names.known import Matcher, find_known


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(authority.load(townships=False))


def known(text: str, matcher: Matcher) -> dict[str, str | None]:
    return {m.text: m.record for m in find_known(text, text, segment.words(text), matcher)}


def test_the_longest_form_is_taken(matcher):
    assert set(known("大连市甘井子区", matcher)) == {"大连市", "甘井子区"}


NAME = st.text("大连市中山区沪", min_size=1, max_size=4)


@given(st.sets(NAME, min_size=1, max_size=12), st.text("大连市中山区沪，", max_size=40))
def test_forms_are_found_as_an_automaton_finds_them(names, text):
    records = {
        name: Record(f"own:{name}", "Place", name, (), None, None, "own", "own", (), "", "", "")
        for name in sorted(names)
    }
    listed = sorted(names)
    automaton = AhoCorasick(listed, matchkind=MatchKind.LeftmostLongest)
    expected = [(start, end, listed[n]) for n, start, end in automaton.find_matches_as_indexes(text)]
    assert Matcher(authority.Authority(records)).occurrences(text) == expected


def test_central_enterprises_are_known_by_their_short_names(matcher):
    found = known("招商局集团与国家电投签约。", matcher)
    assert found["招商局集团"].startswith("central:")
    assert found["国家电投"].startswith("central:")


def test_a_name_of_several_places_is_settled_by_the_others_in_the_article(matcher):
    assert known("北京市朝阳区望京街道，海淀区。", matcher)["朝阳区"] == "division:110105"
    assert known("吉林省长春市朝阳区，南关区。", matcher)["朝阳区"] == "division:220104"


def test_two_words_that_meet_make_no_place(matcher):
    assert "中山" not in known("其中山东企业最多。", matcher)


def test_the_home_country_is_no_party(matcher):
    assert "中国" not in known("这在中国尚属首次。", matcher)
