"""The scorer: what counts as right, on small hand-made articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpus import closure, gold_folder, read_gold
from kg.corpus.matching import match, squeeze
from kg.errors import CorpusError
from kg.evaluate import Evaluation, evaluate, quantity, score


def thing(id_: str, type_: str, *names: str) -> dict[str, Any]:
    return {"id": id_, "type": type_, "names": list(names)}


def page(
    *entities: dict[str, Any],
    relations: tuple[tuple[str, str, str], ...] = (),
    figures: tuple[tuple[str, str], ...] = (),
) -> dict[str, Any]:
    return {
        "entities": list(entities),
        "relations": [list(r) for r in relations],
        "observations": [{"subject": s, "indicator": "产值", "value": v} for s, v in figures],
    }


GOLD = page(
    thing("e1", "Company", "远山集团有限公司", "远山集团"),
    thing("e2", "DevelopmentZone", "滨海新城"),
    thing("e3", "AdministrativeDivision", "东港市", "东港"),
    thing("e4", "AdministrativeDivision", "北河省"),
    relations=(("e2", "locatedIn", "e3"), ("e3", "locatedIn", "e4"), ("e1", "cooperatesWith", "e2")),
    figures=(("e2", "45.6亿元"), ("e2", "34.4%")),
)


def against_gold(predicted: dict[str, Any]) -> Evaluation:
    return score([("page", predicted, GOLD)])


def test_the_gold_itself_is_perfect() -> None:
    result = against_gold(GOLD)
    assert {s.f1 for s in result.scores.values()} == {1.0}
    assert result.mistakes == ()


def test_an_empty_prediction_has_no_recall_and_names_what_is_missed() -> None:
    result = against_gold({})
    assert result.scores["entities"].recall == 0
    assert result.scores["entities"].gold == 4
    assert [m.name for m in result.mistakes if m.kind == "missed" and m.what == "Company"] == [
        "远山集团有限公司"
    ]
    assert len(result.mistakes) == 4 + 3 + 2


def test_one_shared_name_is_enough_and_marks_do_not_matter() -> None:
    assert match([thing("x", "Company", "“远山 集团”")], GOLD["entities"]) == {"x": "e1"}


def test_another_family_never_matches_and_another_type_of_the_family_is_a_type_mistake() -> None:
    assert match([thing("x", "Project", "远山集团")], GOLD["entities"]) == {}
    result = against_gold(page(thing("x", "Institution", "远山集团")))
    assert result.scores["Organization"].right == 1
    assert result.scores["fine type of matched"].right == 0
    assert ("type", "Institution for Company") in {(m.kind, m.what) for m in result.mistakes}


def test_a_thing_split_in_two_costs_precision() -> None:
    result = against_gold(page(thing("x", "Company", "远山集团"), thing("y", "Company", "远山集团有限公司")))
    organizations = result.scores["Organization"]
    assert (organizations.answers, organizations.right, organizations.found) == (2, 1, 1)


def test_relaxed_matching_wants_six_tenths_of_the_longer_name() -> None:
    near = page(thing("x", "Company", "远山集团有限"))
    far = page(thing("x", "Company", "远山"))
    gold = page(thing("e1", "Company", "远山集团有限公司"))
    assert score([("p", near, gold)]).scores["relaxed entities"].f1 == 1
    assert score([("p", near, gold)]).scores["entities"].f1 == 0
    assert score([("p", far, gold)]).scores["relaxed entities"].f1 == 0


def test_what_follows_from_a_chain_of_places_counts_as_said() -> None:
    skipping = GOLD | {"relations": [["e2", "locatedIn", "e4"]]}
    located = against_gold(skipping).scores["relation locatedIn"]
    assert (located.answers, located.right, located.gold, located.found) == (1, 1, 2, 0)


def test_cooperation_has_no_direction() -> None:
    turned = GOLD | {"relations": [["e2", "cooperatesWith", "e1"]]}
    assert against_gold(turned).scores["relation cooperatesWith"].f1 == 1


def test_a_relation_the_wrong_way_round_is_wrong() -> None:
    turned = GOLD | {"relations": [["e3", "locatedIn", "e2"]]}
    result = against_gold(turned)
    assert result.scores["relation locatedIn"].right == 0
    assert "东港市 → 滨海新城" in [m.name for m in result.mistakes if m.kind == "extra"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("45.6亿元", "4560000000元", True),
        ("45.6亿元", "456000万元", True),
        ("1,200家", "1200家", True),
        ("５个", "5个", True),
        ("45.6亿元", "45.6亿美元", False),
        ("34.4%", "34.4个", False),
        ("数十个", "数十个", True),
    ],
)
def test_figures_are_compared_by_number_and_unit(one: str, other: str, same: bool) -> None:
    assert (quantity(one) == quantity(other)) is same


def test_a_figure_of_another_subject_is_wrong() -> None:
    moved = GOLD | {"observations": [{"subject": "e3", "value": "45.6亿元"}]}
    assert against_gold(moved).scores["observations"].right == 0


_ids = st.sampled_from("abcdef")
_relations = st.lists(
    st.tuples(_ids, st.sampled_from(["locatedIn", "cooperatesWith", "launches"]), _ids), max_size=8
)


@settings(max_examples=50)
@given(_relations)
def test_closure_only_adds_and_adds_nothing_the_second_time(relations: list[tuple[str, str, str]]) -> None:
    once = closure(relations)
    assert set(relations) <= once
    assert {r for r in closure(once) if r[1] != "cooperatesWith"} == {
        r for r in once if r[1] != "cooperatesWith"
    }


@settings(max_examples=50)
@given(st.text(max_size=12))
def test_squeezing_again_changes_nothing(name: str) -> None:
    # letters that lower-casing or NFKC take apart settle at the second step
    assert squeeze(squeeze(squeeze(name))) == squeeze(squeeze(name))


def test_folders_are_paired_by_name_and_a_missing_partner_counts_as_missed(tmp_path: Path) -> None:
    for folder in ("gold", "predicted"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.json").write_text(json.dumps(GOLD), encoding="utf-8")
    (tmp_path / "gold" / "b.json").write_text(json.dumps(GOLD), encoding="utf-8")
    result = evaluate(tmp_path / "predicted", tmp_path / "gold")
    assert result.missing == ("b",)
    assert result.scores["entities"].precision == 1
    assert result.scores["entities"].recall == 0.5
    assert result.to_json()["entities"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "gold": 8}


def test_the_corpus_scores_itself_perfectly() -> None:
    golds = [read_gold(path) for path in sorted(gold_folder().glob("t0*.json"))]
    result = score((str(i), gold, gold) for i, gold in enumerate(golds))
    assert result.scores["core"].f1 == 1
    assert list(result.scores)[:4] == ["core", "entities", "relations", "observations"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no gold article"),
        ("[]", "lacks entities"),
        ('{"entities": [{"id": "e1"}], "relations": [], "observations": []}', "entity 1"),
        ('{"entities": [], "relations": [["e1", "e2"]], "observations": []}', "relation 1"),
        ('{"entities": [], "relations": [], "observations": [{}]}', "observation 1"),
    ],
)
def test_a_file_that_breaks_the_contract_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=said) as caught:
        evaluate(path, path)
    assert "a.json" in str(caught.value)


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no gold articles"):
        evaluate(tmp_path, tmp_path)
    with pytest.raises(CorpusError, match="no such"):
        evaluate(tmp_path / "nowhere", tmp_path)
