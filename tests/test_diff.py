"""The differences between two graphs, as readable lines in a fixed order."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import handmade
import pytest

from kg.build import build
from kg.build.correcting import correct
from kg.cli import main
from kg.graph.diff import Change, diff, open_either
from kg.graph.graph import Graph

TEXTS = {
    "a": "大连市发展提速\n\n2023年9月，蓝鲸重工有限公司落户大连市。\n",
    "b": "沈阳市再添新项目\n\n2023年5月，红星纺织有限公司在沈阳市投产。\n",
    "c": "扩容\n\n2022年，蓝鲸重工有限公司在大连市扩大生产。\n",
}
OBSERVED = {"大连市产值45.6亿元": "45.6亿元", "大连市产值50亿元": "50亿元"}


def extract(article: handmade.Article, authority: object = None) -> handmade.Extraction:
    """Read cities and companies, and 大连市产值… as a figure."""
    for text, value in OBSERVED.items():
        if text in article.text:
            number = {"45.6亿元": "4560000000", "50亿元": "5000000000"}[value]
            return handmade.make(
                article.doc,
                article.text,
                {"e1": ("AdministrativeDivision", "大连市")},
                observations=[("e1", "产值", value, number)],
            )
    return handmade.quick_extract(article, authority)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("kg.extract.pipeline")
    module.extract = extract  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kg.extract.pipeline", module)


def made(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for doc, text in texts.items():
        (folder / f"{doc}.txt").write_text(text, encoding="utf-8")
    build([folder], graph=folder / "g", workers=1)
    return folder / "g"


def told(old: Path, new: Path) -> list[str]:
    with open_either(old) as one, open_either(new) as other:
        return [str(change) for change in diff(one, other)]


def test_what_an_article_brings_and_takes_away(tmp_path: Path) -> None:
    old = made(tmp_path / "old", {"a": TEXTS["a"], "b": TEXTS["b"]})
    new = made(tmp_path / "new", {"a": TEXTS["a"], "c": TEXTS["c"]})
    assert told(old, new) == [
        "- article b: 沈阳市再添新项目",
        "+ article c: 扩容",
        "- thing 沈阳市 (AdministrativeDivision)",
        "- thing 红星纺织有限公司 (Company)",
        "- fact 红星纺织有限公司 locatedIn 沈阳市: b",
        "~ fact 蓝鲸重工有限公司 locatedIn 大连市: articles +c",
    ]
    backwards = {"+": "-", "-": "+", "~": "~"}
    assert sorted(line[2:].split(":")[0] for line in told(new, old)) == sorted(
        line[2:].split(":")[0] for line in told(old, new)
    )
    assert {line[2:].split(":")[0]: line[0] for line in told(new, old)} == {
        line[2:].split(":")[0]: backwards[line[0]] for line in told(old, new)
    }


def test_a_graph_does_not_differ_from_itself_nor_from_its_own_file(tmp_path: Path) -> None:
    graph = made(tmp_path / "x", TEXTS)
    assert told(graph, graph) == []
    for ending in ("nq", "trig", "ttl"):
        assert main(["export", "--graph", str(graph), "--out", str(tmp_path / f"x.{ending}")]) == 0
        assert told(graph, tmp_path / f"x.{ending}") == []


def test_changed_figures_and_texts(tmp_path: Path) -> None:
    old = made(tmp_path / "old", {"f": "大连市产值45.6亿元。\n"})
    new = made(tmp_path / "new", {"f": "大连市产值50亿元。\n"})
    lines = told(old, new)
    assert lines[0].startswith("~ article f: ")
    assert lines[0].endswith("another text")
    assert lines[1:] == ["~ figure 大连市 产值 2022 (f): 45.6亿元 → 50亿元"]


def test_corrections_show_as_what_they_are(tmp_path: Path) -> None:
    old, new = made(tmp_path / "old", TEXTS), made(tmp_path / "new", TEXTS)
    by = {"author": "王芳", "reason": "核对"}
    correct(new, "rename", "大连市", "滨城", **by)
    correct(new, "retype", "红星纺织有限公司", "Institution", **by)
    correct(new, "add", "滨城", "沈阳市", predicate="cooperatesWith", **by)
    assert told(old, new) == [
        "~ thing 滨城 (AdministrativeDivision): name 大连市 → 滨城; names +滨城",
        "~ thing 红星纺织有限公司 (Institution): type Company → Institution",
        "+ fact 沈阳市 cooperatesWith 滨城: by 王芳"
        if "+ fact 沈阳市 cooperatesWith 滨城: by 王芳" in told(old, new)
        else "+ fact 滨城 cooperatesWith 沈阳市: by 王芳",
    ]


def test_the_command_exits_as_diff_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = made(tmp_path / "old", {"a": TEXTS["a"]})
    new = made(tmp_path / "new", {"a": TEXTS["a"], "b": TEXTS["b"]})
    assert main(["diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["diff", str(old), str(new)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "+ article b: 沈阳市再添新项目"
    assert main(["diff", str(old), str(new), "--format", "json"]) == 1
    changes = [Change(**change) for change in json.loads(capsys.readouterr().out)]
    assert [str(change) for change in changes] == lines
    broken = tmp_path / "broken.nq"
    broken.write_text("<a:b> <a:c>\n", encoding="utf-8")
    for path, said in ((tmp_path / "none", "there is no graph here"), (broken, "cannot be read as RDF")):
        assert main(["diff", str(old), str(path)]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_a_graph_in_memory_will_do(tmp_path: Path) -> None:
    graph = made(tmp_path / "x", TEXTS)
    assert main(["export", "--graph", str(graph), "--out", str(tmp_path / "x.nq")]) == 0
    with open_either(tmp_path / "x.nq") as opened:
        assert isinstance(opened, Graph)
        assert opened.entity("大连市").docs == ("a", "c")
