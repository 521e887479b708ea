"""Fixtures shared by several test files; each builds a small set of data by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A page of our own: a signing, a figure with its year, and an office under a district.
PAGE = """滨海新城与远山集团签署战略合作协议

本报讯 记者李明报道 2023年9月21日，东港市滨海新城与远山集团有限公司（以下简称“远山集团”）签署战略合作协议。

远山集团将投资建设滨海新城智能制造产业园项目，项目总投资12.5亿元。2022年，滨海新城完成固定资产投资45.6亿元，同比增长34.4%。

远山集团总部位于东港市。东港市营商局推出“一网通办”服务品牌。
"""


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one small article."""
    path = tmp_path_factory.mktemp("articles") / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def graph_folder(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of that article; to be read only."""
    from kg.build import build

    folder = tmp_path_factory.mktemp("graphs") / "graph"
    build([page], graph=folder, workers=1)
    return folder
