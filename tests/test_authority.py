"""Reading authority tables: the package's own and the user's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import authority
from kg.authority import load
from kg.errors import AuthorityError

HEADER = "key,type,name,aliases,weak_aliases,parent\n"


def table(folder: Path, text: str, name: str = "mine.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_own_tables_are_kept_in_memory() -> None:
    assert load() is load()
    assert len(load().records) > 40_000
    assert len(load(townships=False).records) < 10_000


def test_records_and_forms_are_sorted_and_frozen() -> None:
    known = load(townships=False)
    assert list(known.records) == sorted(known.records)
    assert [r.key for r in known.find("朝阳区")] == ["division:110105", "division:220104"]
    with pytest.raises(TypeError):
        known.records["x"] = known.records["country:CN"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        known.records["country:CN"].name = "x"  # type: ignore[misc]


def test_townships_have_their_county_above() -> None:
    known = load()
    streets = known.find("大连湾街道")
    assert [r.level for r in streets] == ["township"]
    assert [r.name for r in known.ancestors(streets[0].key)] == [
        "甘井子区",
        "大连市",
        "辽宁省",
        "中华人民共和国",
    ]
    assert known.under(streets[0].key, "division:210200")
    assert not known.under(streets[0].key, "division:220000")
    assert not known.under(streets[0].key, streets[0].key)
    assert streets[0] in known.children("division:210211")


@given(st.sampled_from(sorted(load(townships=False).records)))
@settings(max_examples=60)
def test_a_record_is_under_all_its_ancestors_and_found_by_all_its_forms(key: str) -> None:
    known = load(townships=False)
    record = known.records[key]
    assert all(known.under(key, above.key) for above in known.ancestors(key))
    assert all(record in known.find(form) for form in record.forms)
    assert all(record in known.find(form, weak=True) for form in record.weak_aliases)


def test_unknown_names_and_keys() -> None:
    known = load(townships=False)
    assert known.find("没有这个地方") == ()
    with pytest.raises(AuthorityError, match="no record has the key 'division:0'"):
        known.ancestors("division:0")
    with pytest.raises(AuthorityError, match="no record"):
        known.under("division:210211", "nowhere")


def test_user_table_adds_records_and_aliases(tmp_path: Path) -> None:
    rows = (
        "company:滨江港务,Company,滨江港务有限公司,滨江港务（集团）,滨江,division:210211\n"
        "division:210211,AdministrativeDivision,甘区,甘井子新城,,\n"
    )
    known = load([table(tmp_path, HEADER + rows)], townships=False)
    (company,) = known.find("滨江港务(集团)")
    assert (company.table, company.parent, company.weak_aliases) == ("mine", "division:210211", ("滨江",))
    district = known.records["division:210211"]
    assert district.name == "甘井子区"
    assert district.aliases == ("甘井子", "甘区", "甘井子新城")
    assert known.find("甘井子区") == known.find("甘区") == (district,)
    assert load(townships=False).find("甘区") == ()


def test_a_table_may_start_with_a_byte_order_mark_and_hold_empty_lines(tmp_path: Path) -> None:
    known = load([table(tmp_path, "\ufeffkey,type,name\n\nx:1,Place,滨江滩\n\n")], townships=False)
    assert known.find("滨江滩")[0].aliases == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.csv, row 1: lacks column key, type, name (valid: key, type"),
        ("key,name\n", "mine.csv, row 1: lacks column type (valid: key, type"),
        ("key,type,name,colour\n", "mine.csv, row 1: unknown column 'colour' (valid: key, type"),
        ("key,type,name,name\n", "mine.csv, row 1: a column stands twice"),
        ("key,type,name\nx:1,Place\n", "mine.csv, row 2: has 2 cells, not 3"),
        ("key,type,name\nx:1,Place,甲\n,Place,乙\n", "mine.csv, row 3: key is empty"),
        ("key,type,name\nx:1,Place,\n", "mine.csv, row 2: name is empty"),
        ("key,type,name\nx:1,City,甲\n", "mine.csv, row 2: unknown type 'City' (valid: GovernmentBody, "),
        (
            "key,type,name,level\nx:1,Place,甲,town\n",
            "mine.csv, row 2: unknown level 'town' (valid: country, ",
        ),
        ("key,type,name\nx:1,Place,甲\nx:1,Place,乙\n", "mine.csv, row 3: the key x:1 stands in "),
        (
            "key,type,name,parent\nx:1,Place,甲,x:9\n",
            "mine.csv, row 2: the parent 'x:9' of x:1 is in no table",
        ),
        (
            "key,type,name,parent\nx:1,Place,甲,x:2\nx:2,Place,乙,x:1\n",
            "mine.csv, row 2: x:1 is its own ancestor",
        ),
        ("key,type,name\ndivision:210211,Place,甲\n", "known as AdministrativeDivision, not Place (valid: "),
    ],
)
def test_bad_rows_name_file_row_and_choices(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AuthorityError) as caught:
        load([table(tmp_path, text)], townships=False)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_and_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match="no such folder"):
        load([tmp_path / "none"])
    (tmp_path / "gbk.csv").write_bytes("key,type,name\nx:1,Place,滨江滩\n".encode("gb18030"))
    with pytest.raises(AuthorityError, match=r"gbk\.csv: not a CSV table in UTF-8"):
        load([tmp_path], townships=False)


def test_every_table_of_the_package_is_listed() -> None:
    folder = authority.authority_folder()
    assert {path.stem for path in folder.glob("*.csv")} >= set(authority.TABLES)
