"""Which names of an article are joined: the pairs that are looked at, the choice among them, and training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.extract import trees
from kg.extract.clustering.clusters import Cluster
from kg.extract.clustering.entities import separate
from kg.extract.clustering.joining import join_names, read_joins, write_joins
from kg.extract.clustering.lessons import things_named, train_joins
from kg.extract.clustering.name_pairs import COLUMNS, find_pairs
from kg.model import Mention
from kg.text.article import parse_article


def mark(text: str, names: list[str], kind: str = "Company", record: dict[str, str] | None = None):
    """Return the clusters of the names of a text, each with all its mentions outside longer names."""
    taken, mentions = set(), []
    for name in sorted(names, key=len, reverse=True):
        at = text.find(name)
        while at >= 0:
            if not taken & set(range(at, at + len(name))):
                taken |= set(range(at, at + len(name)))
                mentions.append(
                    Mention(at, at + len(name), name, kind, "test", 0.9, (record or {}).get(name))
                )
            at = text.find(name, at + 1)
    article = parse_article(text, doc="x")
    return article, separate(article, sorted(mentions, key=lambda m: m.start))


def question(column: str, limit: int, no: float, yes: float) -> trees.Forest:
    """Return trees that ask one question: is the column greater than the limit?"""
    return trees.Forest(
        COLUMNS,
        np.array([COLUMNS.index(column)]),
        np.array([limit], np.int32),
        np.array([False]),
        np.array([[0]]),
        np.array([[no, yes]], np.float32),
        0.0,
    )


def names_of(clusters: list[Cluster]) -> set[frozenset[str]]:
    return {frozenset(cluster.names) for cluster in clusters}


TEXT = "滨海蓝鲸机械有限公司投产，蓝鲸到会。瀚海机械也到会。蓝鲸机械答谢。"
NAMES = ["滨海蓝鲸机械有限公司", "蓝鲸", "瀚海机械", "蓝鲸机械"]


def test_names_with_half_of_the_characters_in_common_are_paired_with_the_longer_one_first():
    article, clusters = mark(TEXT, NAMES)
    pairs = find_pairs(clusters, article, frozenset({"滨海"}))
    assert set(pairs.names) == {
        ("滨海蓝鲸机械有限公司", "蓝鲸"),
        ("滨海蓝鲸机械有限公司", "蓝鲸机械"),
        ("滨海蓝鲸机械有限公司", "瀚海机械"),
        ("瀚海机械", "蓝鲸机械"),
        ("蓝鲸机械", "蓝鲸"),
    }
    value = dict(
        zip(COLUMNS, pairs.columns[pairs.names.index(("滨海蓝鲸机械有限公司", "蓝鲸"))], strict=True)
    )
    assert value["full own length"] == len("蓝鲸机械")
    assert value["full place length"] == len("滨海")
    assert (value["own at"], value["rest is trade"], value["licensed"]) == (0, 1, 1)
    assert (value["full first"], value["sentences together"], value["gap"]) == (1, 1, len("投产，"))
    assert (value["rivals of full"], value["lead"], value["listed"]) == (2, 0, 0)


def test_what_stands_between_two_names_is_told():
    article, clusters = mark(
        "蓝鲸集团、蓝鲸动力到会。蓝鲸（蓝鲸动力）签约。", ["蓝鲸集团", "蓝鲸动力", "蓝鲸"]
    )
    pairs = find_pairs(clusters, article, frozenset())
    told = {
        names: (row[COLUMNS.index("listed")], row[COLUMNS.index("in brackets")])
        for names, row in zip(pairs.names, pairs.columns.tolist(), strict=True)
    }
    assert told["蓝鲸集团", "蓝鲸动力"] == (1, 0)
    assert told["蓝鲸动力", "蓝鲸"] == (0, 1)


@given(st.lists(st.text("蓝鲸机械集团有限公司滨海", min_size=2, max_size=8), min_size=1, max_size=12))
def test_a_name_is_paired_with_others_of_an_article_only_and_with_few(names):
    article, clusters = mark("。".join(names), names)
    pairs = find_pairs(clusters, article, frozenset({"滨海"}))
    assert pairs.columns.shape == (len(pairs.names), len(COLUMNS))
    assert len(set(zip(pairs.full, pairs.short, strict=True))) == len(pairs.names)
    for full, short, (long, brief) in zip(pairs.full, pairs.short, pairs.names, strict=True):
        assert full != short
        assert len(long) >= len(brief)
        assert len(set(long) & set(brief)) >= max(2, len(set(brief)) / 2)
        assert pairs.short.count(short) <= 12


def test_a_thousand_names_that_look_alike_make_few_pairs():
    names = [f"滨海{chr(0x4E00 + n)}{chr(0x5E00 + n)}有限公司" for n in range(1000)]
    article, clusters = mark("。".join(names), names)
    assert len(find_pairs(clusters, article, frozenset()).names) < 1000


def test_likely_names_are_joined_and_unlikely_ones_are_not():
    article, clusters = mark(TEXT, NAMES)
    joined = join_names(clusters, article, frozenset({"滨海"}), question("licensed", 0, -1.0, 3.0))
    assert names_of(joined) == {frozenset(NAMES) - {"瀚海机械"}, frozenset({"瀚海机械"})}
    assert len(join_names(joined, article, frozenset(), question("licensed", 0, -1.0, -1.0))) == 2


def test_two_names_that_hardly_name_one_thing_keep_what_they_share_apart():
    article, clusters = mark("蓝鲸集团与蓝鲸动力到会。蓝鲸签约。", ["蓝鲸集团", "蓝鲸动力", "蓝鲸"])
    # the two are not shortened from one another, each is what the third is short for
    joined = join_names(clusters, article, frozenset(), question("shrinks", 0, -9.0, 3.0))
    assert len(joined) == 2
    joined = join_names(clusters, article, frozenset(), question("shrinks", 0, -1.0, 3.0))
    assert len(joined) == 1


def test_names_with_two_records_stay_apart():
    record = {"蓝鲸集团": "one", "蓝鲸": "two"}
    article, clusters = mark("蓝鲸集团到会。蓝鲸签约。", ["蓝鲸集团", "蓝鲸"], record=record)
    assert len(join_names(clusters, article, frozenset(), question("shrinks", 0, -1.0, 3.0))) == 2


def test_a_model_is_read_as_it_was_written(tmp_path):
    forest = question("licensed", 0, -1.0, 3.0)
    write_joins(forest, tmp_path / "joins.json")
    read = read_joins(tmp_path / "joins.json")
    assert read.names == forest.names
    assert read.leaves.tolist() == forest.leaves.tolist()
    (tmp_path / "other.json").write_text('{"kind": "kg review 2"}', encoding="utf-8")
    with pytest.raises(KGError, match=r"other\.json"):
        read_joins(tmp_path / "other.json")


def test_the_shipped_model_asks_for_the_columns_that_there_are():
    assert read_joins().names == COLUMNS


def test_a_cluster_stands_for_the_annotated_thing_of_its_family_with_a_name_of_it():
    gold = {
        "entities": [
            {"id": "g1", "type": "Company", "names": ["滨海蓝鲸机械有限公司", "蓝鲸机械"]},
            {"id": "g2", "type": "Company", "names": ["“瀚海机械”"]},
            {"id": "g3", "type": "Place", "names": ["蓝鲸"]},
        ]
    }
    _, clusters = mark(TEXT, NAMES)
    named = things_named(clusters, "Organization", gold)
    assert {next(iter(c.names)): ids for c, ids in zip(clusters, named, strict=True)} == {
        "滨海蓝鲸机械有限公司": {"g1"},
        "蓝鲸机械": {"g1"},
        "瀚海机械": {"g2"},
        "蓝鲸": set(),
    }


def test_training_without_the_models_of_the_folds_says_what_is_missing(tmp_path):
    from kg.corpus import docs, gold_folder

    files = [gold_folder() / f"{doc}.json" for doc in docs("train")[:2]]
    with pytest.raises(KGError, match="missing"):
        train_joins(files, tmp_path / "joins.json", tmp_path)
