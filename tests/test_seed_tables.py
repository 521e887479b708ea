"""The tables in seeds/authority: schema, keys, parents, and samples of what they must contain."""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
from collections import defaultdict

import pytest

from kg import authority
from kg.authority import Authority, Record, authority_folder, read_table
from kg.model import FAMILY_OF, TYPES


@pytest.fixture(scope="module")
def known() -> Authority:
    return authority.load()


@pytest.fixture(scope="module")
def tables(known: Authority) -> dict[str, list[Record]]:
    return {table: list(read_table(authority_folder() / f"{table}.csv")) for table in authority.TABLES}


def test_every_table_has_rows_unique_keys_in_order_and_a_source(tables: dict[str, list[Record]]) -> None:
    for table, rows in tables.items():
        keys = [row.key for row in rows]
        assert len(rows) > 100, table
        assert keys == sorted(set(keys)), table
        assert all(row.source for row in rows), table
        assert {row.type for row in rows} <= set(TYPES), table


def test_names_are_clean(known: Authority) -> None:
    for record in known.records.values():
        forms = (*record.forms, *record.weak_aliases)
        assert len(set(forms)) == len(forms), record.key
        for form in forms:
            assert form == form.strip(), record.key
            assert not re.search(r"[\s《》“”\"]", re.sub("“一带一路”", "", form)), record.key
            assert len(form) >= 2, record.key


def test_parents_exist_and_divisions_hang_together(known: Authority) -> None:
    for record in known.records.values():
        if record.parent:
            assert record.parent in known.records, record.key
    for record in known.records.values():
        if record.table in ("divisions", "townships"):
            assert known.under(record.key, "country:CN"), record.key
            if record.code and record.parent and record.level in ("prefecture", "county"):
                assert record.parent.startswith(f"division:{record.code[:2]}"), record.key


def test_no_form_names_two_things_of_one_family_in_one_place(known: Authority) -> None:
    """Divisions are ambiguous by nature (two 朝阳区), but not under one parent."""
    for form, records in known.forms.items():
        same: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for record in records:
            if record.level != "township":
                same[FAMILY_OF[record.type], record.parent].append(record.key)
        doubles = [keys for keys in same.values() if len(keys) > 1]
        assert not doubles, (form, doubles)


def test_weak_forms_are_not_names_of_the_same_record(known: Authority) -> None:
    for record in known.records.values():
        assert not set(record.weak_aliases) & set(record.forms), record.key


def test_every_province_has_cities_and_every_city_something_below(known: Authority) -> None:
    provinces = [r for r in known.records.values() if r.level == "province"]
    assert len(provinces) == 34
    for province in provinces:
        if province.code:
            assert known.children(province.key), province.name
            assert province.abbreviation, province.name
    for city in (r for r in known.records.values() if r.level == "prefecture"):
        assert known.children(city.key), city.name


@pytest.mark.parametrize(
    ("form", "code", "above"),
    [
        ("海淀区", "110108", "北京市"),
        ("滨海新区", "120116", "天津市"),
        ("正定县", "130123", "石家庄市"),
        ("平遥县", "140728", "晋中市"),
        ("准格尔旗", "150622", "鄂尔多斯市"),
        ("甘井子", "210211", "大连市"),
        ("延边州", "222400", "吉林省"),
        ("大兴安岭地区", "232700", "黑龙江省"),
        ("浦东", "310115", "上海市"),
        ("昆山市", "320583", "苏州市"),
        ("义乌市", "330782", "金华市"),
        ("蜀山", "340104", "合肥市"),
        ("思明区", "350203", "厦门市"),
        ("婺源县", "361130", "上饶市"),
        ("黄岛", "370211", "青岛市"),
        ("兰考", "410225", "开封市"),
        ("仙桃", "429004", "湖北省"),
        ("湘西", "433100", "湖南省"),
        ("东莞", "441900", "广东省"),
        ("龙胜县", "450328", "桂林市"),
        ("琼海市", "469002", "海南省"),
        ("涪陵区", "500102", "重庆市"),
        ("阿坝州", "513200", "四川省"),
        ("黔东南", "522600", "贵州省"),
        ("西双版纳", "532800", "云南省"),
        ("巴宜区", "540402", "林芝市"),
        ("杨陵区", "610403", "咸阳市"),
        ("嘉峪关", "620200", "甘肃省"),
        ("格尔木市", "632801", "海西蒙古族藏族自治州"),
        ("灵武", "640181", "银川市"),
        ("石河子市", "659001", "新疆维吾尔自治区"),
    ],
)
def test_a_sample_of_every_province(known: Authority, form: str, code: str, above: str) -> None:
    found = [record for record in known.find(form) if record.level != "township"]
    assert [record.code for record in found] == [code]
    assert known.ancestors(found[0].key)[0].name == above


def test_everyday_words_are_weak(known: Authority) -> None:
    for form in (
        "和平",
        "新华",
        "桥西",
        "海港",
        "长安",
        "东方",
        "白银",
        "三峡",
        "东风",
        "移动",
        "太平",
    ):
        assert form in known.weak_forms, form
        assert form not in known.forms, form
    for form in ("城区", "郊区", "建设", "市辖区", "县", "开发区", "高新区", "工业园区", "辽", "沪"):
        assert form not in known.forms, form


def test_higher_level_wins_a_bare_name(known: Authority) -> None:
    assert [r.code for r in known.find("吉林")] == ["220000"]
    assert [r.code for r in known.find("海南")] == ["460000"]
    assert {r.code for r in known.weak_forms["海南"]} == {"150303", "632500"}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("中石油", "中国石油天然气集团有限公司"),
        ("招商局", "招商局集团有限公司"),
        ("中国一重", "中国一重集团有限公司"),
        ("中粮", "中粮集团有限公司"),
        ("国家电投", "国家电力投资集团有限公司"),
        ("中国中化", "中国中化控股有限责任公司"),
        ("中国化工", "中国化工集团有限公司"),
        ("国电集团", "中国国电集团公司"),
        ("国家能源集团", "国家能源投资集团有限责任公司"),
        ("国铁集团", "中国国家铁路集团有限公司"),
        ("农发行", "中国农业发展银行"),
        ("中铁建", "中国铁道建筑集团有限公司"),
    ],
)
def test_central_enterprises_by_short_name(known: Authority, form: str, name: str) -> None:
    (record,) = known.find(form)
    assert (record.type, record.name) == ("CentralEnterprise", name)


def test_central_enterprises_are_all_there_and_subsidiaries_are_none(tables: dict[str, list[Record]]) -> None:
    rows = tables["central_enterprises"]
    assert sum(row.source.startswith("SASAC") for row in rows) == 100
    names = {form for row in rows for form in row.forms}
    assert not names & {"武钢集团", "马钢集团", "中国葛洲坝集团股份有限公司", "本钢集团"}
    for row in tables["central_subsidiaries"]:
        assert row.type == "Company"
        assert (row.parent or "").startswith("central:")
    forms = {form for row in tables["central_subsidiaries"] for form in row.forms}
    digits = ["", *"一二三四五六七八九十"]
    assert {f"中建{d}局" for d in digits[1:9]} <= forms
    assert {f"中铁{d}局" for d in digits[1:]} <= forms
    assert {f"中铁十{d}局" for d in digits[1:10]} | {f"中铁二十{d}局" for d in digits[:6]} <= forms
    assert {f"水电{d}局" for d in digits[1:]} | {f"水电十{d}局" for d in digits[1:7]} <= forms


def test_zones_are_counted_as_published(tables: dict[str, list[Record]]) -> None:
    notes = [row.note for row in tables["zones"]]
    counted = {
        kind: sum(kind in note for note in notes)
        for kind in (
            "national new area",
            "pilot free-trade zone",
            "national economic-technological",
            "national high-tech zone",
            "national innovation demonstration zone",
        )
    }
    areas = sum("area of a pilot free-trade zone" in note for note in notes)
    assert counted["national new area"] == 19
    assert counted["pilot free-trade zone"] - areas == 22
    assert counted["national economic-technological"] == 232
    assert counted["national high-tech zone"] == 177  # and 苏州工业园区, counted among the former
    assert counted["national innovation demonstration zone"] == 23


def test_a_zone_with_a_division_code_is_one_record(known: Authority) -> None:
    (record,) = known.find("苏州工业园")
    assert (record.key, record.type, record.level) == ("division:320576", "DevelopmentZone", "national")
    assert known.find("中国（辽宁）自由贸易试验区") == known.find("中国(辽宁)自由贸易试验区") != ()


def test_bodies_and_institutions(known: Authority, tables: dict[str, list[Record]]) -> None:
    for form in (
        "国家发展改革委",
        "国家发改委",
        "科技部",
        "工信部",
        "国务院国资委",
        "党中央",
        "国务院",
        "全国人大",
        "民航局",
    ):
        assert [r.type for r in known.find(form)] == ["GovernmentBody"], form
    assert known.find("发改委") == ()
    assert known.find("发改委", weak=True)[0].name == "国家发展和改革委员会"
    assert sum(row.note == "double-first-class university" for row in tables["institutions"]) == 147


def test_all_un_members_have_a_capital(tables: dict[str, list[Record]]) -> None:
    members = {row.key for row in tables["countries"] if not row.note}
    assert len(members) == 193
    capitals = {row.parent for row in tables["world_cities"] if row.note == "capital"}
    assert members - capitals == {"country:CN", "country:MC", "country:NR", "country:SG"}


def test_the_rules_for_short_forms_do_what_they_say() -> None:
    path = authority_folder().parent / "make_divisions.py"
    spec = importlib.util.spec_from_file_location("make_divisions", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_divisions"] = module
    spec.loader.exec_module(module)
    result = doctest.testmod(module)
    assert result.attempted >= 5
    assert result.failed == 0


def test_weak_divisions_say_why(tables: dict[str, list[Record]]) -> None:
    for row in tables["divisions"]:
        for form in row.weak_aliases:
            assert re.search(rf"{form}: (word|chance|feature|clash with .+)", row.note), row.key
