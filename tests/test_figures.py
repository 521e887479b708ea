"""Figures: what is a quantity and what is not, values in base units, and the time that a scan takes."""

from __future__ import annotations

import time
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.errors import AuthorityError
from kg.extract.figures import units as units_module
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.units import chinese_number, read_indicators, units


@pytest.mark.parametrize(
    ("text", "form", "value", "unit", "bound"),
    [
        ("签约项目102个", "102个", "102", "COUNT", "exact"),
        ("产值达5267.4亿元", "5267.4亿元", "526740000000", "CNY", "exact"),
        ("增长34.4%", "34.4%", "34.4", "PERCENT", "exact"),
        ("拨付5600余万元", "5600余万元", "56000000", "CNY", "min"),
        ("集聚1万余名人才", "1万余名", "10000", "COUNT", "min"),
        ("入驻70余家企业", "70余家", "70", "COUNT", "min"),
        ("百余项成果", "百余项", "100", "COUNT", "min"),
        ("数十家企业", "数十家", None, "COUNT", "exact"),
        ("三十余个村", "三十余个", "30", "COUNT", "min"),
        ("历时三年建成", "三年", "36", "MONTH", "exact"),
        ("列第48位", "第48位", "48", "RANK", "exact"),
        ("居全国第二。", "第二", "2", "RANK", "exact"),
        ("1小时可达", "1小时", "3600", "S", "exact"),
        ("旅客400万人次", "400万人次", "4000000", "COUNT", "exact"),
        ("跑道长3400米", "3400米", "3400", "M", "exact"),
        ("面积2.59万平方米", "2.59万平方米", "25900", "M2", "exact"),
        ("投资约3亿美元", "3亿美元", "300000000", "USD", "about"),
        ("募资20亿港元", "20亿港元", "2000000000", "HKD", "exact"),
        ("流转土地350亩", "350亩", "350", "MU", "exact"),
        ("区域面积12公顷", "12公顷", "120000", "M2", "exact"),
        ("乙烯120万吨/年", "120万吨/年", "1200000000", "KG", "exact"),
        ("装机30万千瓦", "30万千瓦", "300000000", "W", "exact"),
        ("发电5.5亿千瓦时", "5.5亿千瓦时", "550000000000", "WH", "exact"),
        ("吞吐量169.4万标箱", "169.4万标箱", "1694000", "TEU", "exact"),
        ("提高1.2个百分点", "1.2个百分点", "1.2", "PERCENT", "exact"),
        ("较上年翻一番", "翻一番", "1", "DOUBLING", "exact"),
        ("增长1.3倍", "1.3倍", "1.3", "TIMES", "exact"),
        ("引进20至30家", "20至30家", "20", "COUNT", "min"),
        ("投资20—30亿元", "20—30亿元", "2000000000", "CNY", "min"),
        ("5万至10万吨级泊位", "5万至10万吨级", "50000000", "KG", "min"),
        ("超过60个", "60个", "60", "COUNT", "min"),
        ("不到50天", "50天", "50", "DAY", "max"),
        ("100户以上", "100户", "100", "COUNT", "min"),
        ("占三分之一", "三分之一", "33.3333", "PERCENT", "exact"),
        ("占八成", "八成", "80", "PERCENT", "exact"),
        ("占六成五", "六成五", "65", "PERCENT", "exact"),
        ("装机2×30万千瓦", "2×30万千瓦", "600000000", "W", "exact"),
        ("约一半来自外地", "一半", "50", "PERCENT", "about"),
        ("车程两个多小时", "两个多小时", "7200", "S", "min"),
        ("年产2.1亿件(套)", "2.1亿件(套)", "210000000", "COUNT", "exact"),
        ("用时2小时40分42秒", "2小时40分42秒", "9642", "S", "exact"),
        ("百万千瓦机组", "百万千瓦", "1000000000", "W", "exact"),
        ("有1400年历史", "1400年", "16800", "MONTH", "exact"),
        ("人口80万，", "80万", "800000", "COUNT", "exact"),
        ("上万套设备", "上万套", "10000", "COUNT", "min"),
        ("稳居全国首位", "首位", "1", "RANK", "exact"),
    ],
)
def test_one_quantity(text: str, form: str, value: str | None, unit: str, bound: str) -> None:
    (found,) = find_quantities(text)
    assert text[found.start : found.end] == found.text == form
    assert found.value == (None if value is None else Decimal(value))
    assert (found.unit, found.bound) == (unit, bound)


@pytest.mark.parametrize(
    "text",
    [
        "2023年3月27日上午8时30分",
        "二〇二三年",
        "第五届大会",
        "5G基站和G15高速",
        "实施“1+8”战略",
        "“十四五”规划",
        "AG600飞机",
        "电话0411-12345678",
        "千家万户",
        "十分重要的零部件",
        "上世纪90年代",
        "统一标准",
    ],
)
def test_no_quantity(text: str) -> None:
    assert find_quantities(text) == ()


def test_neighbouring_figures_stay_apart() -> None:
    found = find_quantities("里程分别达132公里、342公里，占比为15%、20%。")
    assert [q.text for q in found] == ["132公里", "342公里", "15%", "20%"]


@given(st.integers(min_value=1, max_value=10**12))
@settings(max_examples=200)
def test_chinese_numerals_agree_with_cn2an(number: int) -> None:
    assert chinese_number(cn2an.an2cn(number)) == number


@given(st.text(alphabet="0123456789.,一二十百千万亿年月日个第前至—多余%元/成分之约 ", max_size=60))
@settings(max_examples=200)
def test_quantities_are_pieces_of_the_text(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert found.start >= end
        assert text[found.start : found.end] == found.text
        end = found.end


@pytest.mark.parametrize(
    ("piece", "length"),
    [("1", 200_000), ("1,", 200_000), ("一", 200_000), ("1.1.", 200_000), ("1至", 40_000), ("1万", 40_000)],
)
def test_hostile_text_takes_linear_time(piece: str, length: int) -> None:
    text = piece * (length // len(piece))
    begun = time.perf_counter()
    find_quantities(text + "元")
    assert time.perf_counter() - begun < 4


def test_tables_are_complete() -> None:
    assert units()["公顷"].factor == 10_000
    assert units()["亩"].key == "MU"
    assert read_indicators()["总投资"] == "project"
    assert {u.kind for u in units().values()} >= {"money", "area", "length", "mass", "count", "ratio"}


def test_a_broken_table_names_its_line(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "units.csv").write_text("symbol,factor,unit,kind,qudt\n元,viel,CNY,money,\n", encoding="utf-8")
    monkeypatch.setattr(units_module, "data_folder", lambda name: tmp_path)
    units.cache_clear()
    try:
        with pytest.raises(AuthorityError, match="line 2"):
            units()
    finally:
        units.cache_clear()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("临港经济技术开发区今年实现地区生产总值５２０．５亿元，同比增长１０％。", "５２０．５亿元"),
        (
            "臨港經濟技術開發區今年實現地區生產總值520.5億元，同比增長10%，園區企業總數達到三百多家。",
            "520.5億元",
        ),
    ],
)
def test_figures_are_told_as_the_article_writes_them(text: str, told: str) -> None:
    found = kg.extract(text).observations
    assert told in [o.quantity.text for o in found]
    assert all(text[o.quantity.start : o.quantity.end] == o.quantity.text for o in found)
