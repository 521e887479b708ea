"""The gold corpus: marks and their inverse, projection, checks, parts, exports."""

from __future__ import annotations

from collections import Counter

import pytest

from kg.corpus import PARTS, docs, gold_folder, project, read_entries, read_gold
from kg.corpus.check import check_article, faults, read_corpus, shared_passages
from kg.corpus.export import generate_conll, write_docbin
from kg.corpus.marks import format_marks, parse_marks
from kg.errors import CorpusError
from kg.model import PREDICATES, TYPES
from kg.text.article import parse_article

MARKED = """# x1 | 2019-06
[[[[滨海市|AdministrativeDivision|1]]东港区|AdministrativeDivision|2]]推出“[[安心办|Initiative|3]]”

[[东港区|AdministrativeDivision|2]]有企业36家，[[连山
重工|Company|4]]落户。
---
R 2 locatedIn 1
R 2 launches 3
O 2 | 企业 | 36家 | 2019
"""


def test_marks_become_text_and_gold():
    text, gold = parse_marks(MARKED)
    assert text.startswith("滨海市东港区推出“安心办”")
    assert gold["date"] == "2019-06"
    assert gold["entities"][1] == {
        "id": "e2",
        "type": "AdministrativeDivision",
        "names": ["滨海市东港区", "东港区"],
    }
    assert gold["entities"][3]["names"] == ["连山重工"]
    assert gold["relations"] == [["e2", "locatedIn", "e1"], ["e2", "launches", "e3"]]
    assert gold["observations"] == [{"subject": "e2", "indicator": "企业", "value": "36家", "period": "2019"}]
    assert list(check_article(text, gold)) == []


def test_marks_and_gold_are_inverse():
    text, gold = parse_marks(MARKED)
    again, gold_again = parse_marks(format_marks(text, gold))
    assert (again, gold_again) == (text, gold)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("no head\n文", "first line"),
        ("# x | null\n[[甲公司|Company|1]]与[[乙村|Place|1]]", "two types"),
        ("# x | null\n[[甲公司|Company|1]]与[[乙村", "not closed"),
        ("# x | null\n甲\n---\nR 1 locatedIn", "neither"),
    ],
)
def test_broken_marks_are_refused(source, reason):
    with pytest.raises(CorpusError, match=reason):
        parse_marks(source)


def test_projection_finds_every_place_of_a_name_and_longer_names_first():
    text, gold = parse_marks(MARKED)
    article = parse_article(text, doc="x1")
    entities = {e.id: e for e in project(article, gold)}
    assert [m.text for m in entities["e2"].mentions] == ["滨海市东港区", "东港区"]
    assert next(m.text for m in entities["e4"].mentions).replace("\n", "") == "连山重工"
    assert all(article.text[m.start : m.end] == m.text for e in entities.values() for m in e.mentions)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda g: g["entities"][0].update(type="Town"), "unknown type"),
        (lambda g: g["entities"][0].update(names=["南海市"]), "not in the text"),
        (lambda g: g["entities"][2].update(names=["安心办", "安心办"]), "a name twice"),
        (lambda g: g["entities"][3].update(names=["安心办"]), "belongs to"),
        (lambda g: g["relations"].append(["e3", "locatedIn", "e9"]), "unknown entities"),
        (lambda g: g["relations"].append(["e1", "launches", "e4"]), "outside domain"),
        (lambda g: g["observations"][0].update(value="37家"), "value 37家"),
    ],
)
def test_the_check_finds_each_kind_of_fault(change, fault):
    text, gold = parse_marks(MARKED)
    change(gold)
    assert any(fault in line for line in check_article(text, gold))


def test_the_check_finds_shared_passages():
    passage = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    assert list(shared_passages({"a": f"某{passage}。", "b": f"另{passage}！", "c": passage[:24]}))
    assert not list(shared_passages({"a": f"某{passage[:24]}。", "b": f"另{passage[:24]}！"}))
    # a formula that every paper prints counts as one character
    formula = "全区上下坚持以习近平新时代中国特色社会主义思想为指导，"
    assert not list(shared_passages({"a": f"{formula}甲", "b": f"{formula}乙"}))
    assert list(shared_passages({"a": formula + passage, "b": formula + passage}))


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(gold_folder().parent)


def test_the_corpus_is_sound(corpus):
    assert list(faults(corpus, read_entries())) == []


def test_the_corpus_covers_its_field(corpus):
    entries = read_entries()
    assert len(corpus) == len(entries) >= 240
    provinces = Counter(entry.province for entry in entries)
    assert sum(1 for number in provinces.values() if number >= 6) >= 31
    assert sum(entry.layout == "damaged" for entry in entries) >= len(entries) / 5
    assert {entity["type"] for _, gold in corpus.values() for entity in gold["entities"]} == set(TYPES)
    assert {relation[1] for _, gold in corpus.values() for relation in gold["relations"]} == set(PREDICATES)
    assert len(docs("test")) >= 48
    assert set(docs(*PARTS)) == set(corpus)


def test_every_gold_name_has_a_place(corpus):
    for doc in docs("train")[:25]:
        text, gold = corpus[doc]
        found = project(parse_article(text, doc=doc), gold)
        assert {e.id for e in found} == {e["id"] for e in gold["entities"]}, doc


def test_an_unknown_part_is_refused():
    with pytest.raises(CorpusError, match="valid: train"):
        docs("trian")


def test_a_table_of_articles_that_breaks_its_schema_is_told_with_its_row(tmp_path):
    table = tmp_path / "articles.csv"
    head = "doc,province,place,genre,layout,part,annotation\n"
    good = "a,辽宁省,大连,signing,clean,train,guide\n"
    table.write_text(head + good + "b,辽宁省,大连,signing,torn,train,later\n", "utf-8")
    with pytest.raises(CorpusError, match=r"row 3.*unknown layout 'torn'.*damaged"):
        read_entries(table)
    table.write_text(head.replace(",part", "") + "a,辽宁省,大连,signing,clean,guide\n", "utf-8")
    with pytest.raises(CorpusError, match="row 2"):
        read_entries(table)


def test_exports_say_the_same(tmp_path):
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    text, gold = parse_marks(MARKED)
    article = parse_article(text, doc="x1")
    entities = project(article, gold)
    lines = list(generate_conll(article, entities))
    assert "滨\tB-AdministrativeDivision" in lines
    assert sum(line.endswith("\tB-AdministrativeDivision") for line in lines) == 2
    assert write_docbin([(article, entities)], tmp_path / "x.spacy") == 1
    (doc,) = DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("zh").vocab)
    assert next((e.text, e.label_) for e in doc.ents) == ("滨海市东港区", "AdministrativeDivision")


def test_gold_that_is_none_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"entities": []}', encoding="utf-8")
    with pytest.raises(CorpusError, match="lacks relations, observations"):
        read_gold(path)
