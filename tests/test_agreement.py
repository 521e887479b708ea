"""The agreement of two annotators: what counts as agreed, and that the data statement is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
import agreement
from agreement import (
    Pair,
    article_scores,
    dated_figures,
    interval,
    read_pairs,
    second_folder,
    shared_relations,
)

from kg.corpus import docs, gold_folder


def annotation(*things, relations=(), figures=(), date="2020"):
    return {
        "date": date,
        "entities": [{"id": key, "type": type_, "names": [name]} for key, type_, name in things],
        "relations": [list(relation) for relation in relations],
        "observations": [
            {"subject": s, "indicator": "产值", "value": value, "period": period}
            for s, value, period in figures
        ],
    }


TOWN = ("a", "AdministrativeDivision", "东港区")
CITY = ("b", "AdministrativeDivision", "滨海市")
FIRM = ("c", "Company", "连山重工")


def test_shared_relations_leave_out_what_only_one_annotator_names():
    gold = annotation(TOWN, CITY, FIRM, relations=[("a", "locatedIn", "b"), ("c", "locatedIn", "a")])
    second = annotation(TOWN, CITY, relations=[("a", "locatedIn", "b")])
    pair = Pair("x", second, gold)
    assert shared_relations(pair).f1 == 1.0
    assert article_scores(pair)["relations"].recall == 0.5


def test_shared_relations_follow_the_chain_and_the_other_direction():
    gold = annotation(
        TOWN, CITY, FIRM,
        relations=[("c", "locatedIn", "a"), ("a", "locatedIn", "b"), ("c", "cooperatesWith", "b")],
    )  # fmt: skip
    second = annotation(TOWN, CITY, FIRM, relations=[("c", "locatedIn", "b"), ("b", "cooperatesWith", "c")])
    found = shared_relations(Pair("x", second, gold))
    assert (found.right, found.answers) == (2, 2)
    assert (found.found, found.gold) == (1, 3)  # the nearer container is not said by the farther one


def test_a_figure_with_another_period_agrees_only_without_it():
    gold = annotation(FIRM, figures=[("c", "3亿元", "2019"), ("c", "5亿元", "2020")])
    second = annotation(FIRM, figures=[("c", "3亿元", "2020"), ("c", "5亿元", "2020")])
    pair = Pair("x", second, gold)
    assert article_scores(pair)["observations"].f1 == 1.0
    assert dated_figures(pair).f1 == 0.5


def test_relations_outside_the_domain_are_told_apart():
    gold = annotation(TOWN, FIRM, relations=[("c", "locatedIn", "a")])
    second = annotation(TOWN, FIRM, relations=[("c", "locatedIn", "a"), ("a", "subsidiaryOf", "c")])
    scores = article_scores(Pair("x", second, gold))
    assert scores["relations"].precision == 0.5
    assert scores["relations allowed"].precision == 1.0


def test_the_interval_holds_the_figure_and_is_the_same_each_time():
    pairs, _ = read_pairs(second_folder())
    articles = [article_scores(pair) for pair in pairs]
    low, high = interval(articles, "core")
    assert low <= agreement.total(articles, "core").f1 <= high
    assert (low, high) == interval(articles, "core")


def test_second_annotations_belong_to_articles_of_the_corpus():
    names = {path.stem for path in second_folder().glob("*.json")}
    assert names
    assert names <= set(docs())
    assert all((gold_folder() / f"{name}.json").is_file() for name in names)


def test_the_data_statement_shows_what_the_commands_print():
    page = agreement.STATEMENT.read_text(encoding="utf-8")
    assert all(f"<!-- {command} -->" in page for command in agreement.BLOCKS)
    assert agreement.fill(page) == page, "run: python benchmarks/agreement.py --write"
