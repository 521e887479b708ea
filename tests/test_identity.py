"""The identities decided for the sample articles, and the resolver checked against them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import authority
from kg.corpus import gold_folder, read_gold
from kg.errors import CorpusError
from kg.extract.names.known import Matcher
from kg.model import FAMILY_OF, Extraction
from kg.resolve import score
from kg.resolve.things import Thing, resolve
from kg.text.article import parse_article


@pytest.fixture(scope="module")
def known() -> score.Identities:
    return score.read_identities(score.identity_folder())


@pytest.fixture(scope="module")
def golds(known: score.Identities) -> list[Extraction]:
    matcher = Matcher(authority.load())
    found = []
    for doc in sorted(known.docs):
        text = (gold_folder().parent / f"{doc}.txt").read_text(encoding="utf-8")
        gold = read_gold(gold_folder() / f"{doc}.json")
        found.append(score.given(parse_article(text, doc=doc), gold, matcher))
    return found


@pytest.fixture(scope="module")
def things(golds: list[Extraction]) -> tuple[Thing, ...]:
    return resolve(golds, authority.load())


def test_things_of_several_articles_are_told(things: tuple[Thing, ...], known: score.Identities) -> None:
    found = score.clusters(things)
    for items in (None, score.items_of_half(known, 0), score.items_of_half(known, 1)):
        result = score.score(found, known, items=items)
        assert result.items > 1500
        assert result.precision > 0.99
        assert result.f1 > 0.98


def test_what_must_stay_apart_stays_apart(things: tuple[Thing, ...], known: score.Identities) -> None:
    assert list(score.wrong_merges(score.clusters(things), known)) == []


def test_the_order_of_articles_changes_nothing(golds: list[Extraction], things: tuple[Thing, ...]) -> None:
    turned = [*golds[120:][::-1], *golds[:120]]
    assert resolve(turned, authority.load()) == things


def test_the_tables_fit_the_gold(known: score.Identities) -> None:
    names: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for doc in known.docs:
        for entity in read_gold(gold_folder() / f"{doc}.json")["entities"]:
            names[doc, entity["id"]] = (FAMILY_OF[entity["type"]], entity["names"])
    assert [m for m, name in known.names.items() if m not in names or name != names[m][1][0]] == []
    things = defaultdict(set)
    for member, thing in known.things.items():
        things[thing].add(member)
        assert thing.startswith(names[member][0].lower() + "/")
    assert all(len({doc for doc, _ in members}) > 1 for members in things.values())
    assert len(things) >= 150
    assert len(known.apart) >= 100
    assert not known.undecided & set(known.things)
    for pair in known.apart:
        assert known.things.get(pair.one, pair.one) != known.things.get(pair.other, pair.other)


def test_b_cubed_by_hand() -> None:
    right = dict(enumerate("aaabb"))
    found = dict(enumerate("xxyyy"))
    # items 0, 1: 2/2 and 2/3; item 2: 1/3 and 1/3; items 3, 4: 2/3 and 2/2
    result = score.b_cubed(found, right)  # type: ignore[arg-type]
    assert result.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert result.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert result.items == 5


@settings(deadline=None)
@given(st.dictionaries(st.integers(), st.integers(0, 3), min_size=1))
def test_b_cubed_at_its_ends(right: dict[int, int]) -> None:
    perfect = score.b_cubed(right, right)  # type: ignore[arg-type]
    assert (perfect.precision, perfect.recall) == pytest.approx((1, 1))
    alone = score.b_cubed({item: item for item in right}, right)  # type: ignore[arg-type]
    assert alone.precision == 1
    assert score.b_cubed(dict.fromkeys(right, 0), right).recall == pytest.approx(1)  # type: ignore[arg-type]


def test_a_merge_with_a_thing_of_one_article_costs_precision(known: score.Identities) -> None:
    found = dict(known.things)
    assert score.score(found, known).f1 == 1
    stranger = next(
        (doc, f"e{number}")
        for doc in sorted(known.docs)
        for number in range(1, 99)
        if (doc, f"e{number}") not in known.names
    )
    merged = found | {stranger: found[min(found)]}
    assert score.score(merged, known).precision < 1


@pytest.mark.parametrize(
    ("table", "content", "said"),
    [
        ("things.csv", "thing,doc\n", "row 1"),
        ("things.csv", "thing,doc,entity,name\na,t01,e1,x\nb,t01,e1,x\n", "row 3"),
        ("pairs.csv", "doc,entity,name,other_doc,other_entity,other_name,reason\na,b\n", "row 2"),
    ],
)
def test_a_bad_table_is_told_by_its_row(tmp_path: Path, table: str, content: str, said: str) -> None:
    for path in score.identity_folder().glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / table).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=said):
        score.read_identities(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"things\.csv"):
        score.read_identities(tmp_path / "none")
