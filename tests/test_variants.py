"""The archives on which scale is measured: articles like those of the corpus, with other names."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def test_names_change_and_places_figures_and_words_stay() -> None:
    from variants import table

    text = "蓝鲸重工有限公司落户大连市，投资3亿元建设蓝鲸产业园项目。"
    entities = [
        {"type": "Company", "names": ["蓝鲸重工有限公司"]},
        {"type": "Project", "names": ["蓝鲸产业园项目"]},
        {"type": "AdministrativeDivision", "names": ["大连市"]},
    ]
    changed = text.translate(table(entities, text, random.Random("1")))
    assert len(changed) == len(text)
    assert changed[:3] != text[:3]
    assert "蓝鲸" not in changed
    assert changed[4:].startswith("有限公司落户大连市，投资3亿元建设")
    # one thing keeps one name
    assert changed.count(changed[:2]) == 2


def test_variants_have_names_of_their_own_and_the_same_seed_gives_the_same() -> None:
    from variants import SEEDS, texts

    number = len(list(SEEDS.glob("*.txt")))
    made = dict(texts(number * 2 + 1))
    assert len(made) == number * 2 + 1
    assert made == dict(texts(number * 2 + 1))
    assert made["t01-0001"] != dict(texts(number * 2, seed=2))["t01-0001"]
    first = [doc for doc in made if "-" not in doc]
    assert len(first) == number
    differ = [doc for doc in first if made[doc] != made[f"{doc}-0001"]]
    # an article whose names consist of everyday characters alone may stay what it is
    assert len(differ) > 0.95 * number
    assert all(len(made[doc]) == len(made[f"{doc}-0001"]) for doc in first)
    assert made["t01-0002"] not in (made["t01"], made["t01-0001"])


def test_quotes_of_a_varied_extraction_are_still_what_its_text_says() -> None:
    import handmade
    from variants import documents

    from kg.extract.document import from_json, to_json

    extraction = handmade.make(
        "a",
        "蓝鲸重工有限公司（蓝鲸重工）落户大连市。蓝鲸重工投资3亿元。",
        {"e1": ("Company", "蓝鲸重工有限公司", "蓝鲸重工"), "e2": ("AdministrativeDivision", "大连市")},
        [("e1", "locatedIn", "e2")],
        [("e1", "投资", "3亿元", "300000000")],
    )
    read = json.loads(json.dumps(to_json(extraction)))
    same, other = (from_json(document) for document in documents([read], 2))
    assert same == from_json(read)
    assert other.article.doc == "a-0001"
    assert other.entities[0].name != same.entities[0].name
    assert other.entities[1].name == "大连市"
    text = other.article.text
    assert all(text[m.start : m.end] == m.text for entity in other.entities for m in entity.mentions)
    said = [e for r in other.relations for e in r.evidence] + [o.evidence for o in other.observations]
    assert said
    assert all(text[e.start : e.end] == e.quote and e.doc == "a-0001" for e in said)
