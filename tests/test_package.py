"""What a user installs: the public names, the speed of `import kg`, the data in the wheel."""

from __future__ import annotations

import inspect
import pickle
import re
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest

import kg
from kg.corpus import gold_folder, read_gold

HEAVY = ("spacy", "jieba", "rjieba", "rdflib", "pyoxigraph", "networkx", "lxml", "pandas", "rich", "typer")


def test_importing_kg_loads_nothing_heavy() -> None:
    code = f"import sys, kg; dir(kg); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [n for n in kg.__all__ if n != "__version__"])
def test_every_public_name_is_there_and_explained(name: str) -> None:
    value = getattr(kg, name)
    assert name in dir(kg)
    assert len((inspect.getdoc(value) or "").strip()) > 20


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        kg.nothing_of_the_kind  # noqa: B018


def test_the_verbs_stay_verbs_after_their_rooms_are_imported() -> None:
    import kg.build
    import kg.extract.pipeline as pipeline

    assert callable(kg.extract)
    assert callable(kg.build)
    assert kg.extract.pipeline is pipeline  # type: ignore[attr-defined]
    assert "source" in inspect.signature(kg.extract).parameters
    assert "graph" in inspect.signature(kg.build).parameters


def test_a_process_pool_can_be_given_a_verb() -> None:
    assert pickle.loads(pickle.dumps(kg.extract)) is kg.extract


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(
        r"^## \[?(\d+\.\d+\.\d+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert project["version"] == kg.__version__ == newest[1]


def test_every_folder_with_code_or_data_is_packed(root: Path) -> None:
    setup = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    listed = {setup["package-dir"].get(name, name.replace(".", "/")): name for name in setup["packages"]}
    patterns = setup["package-data"]
    for path in _tracked(root):
        if path.parts[0] not in ("kg", "ontology", "seeds"):
            continue
        folder = next((f for f in path.parents if f.as_posix() in listed), None)
        assert folder is not None, f"{path} is in no listed package"
        inside = path.relative_to(folder).as_posix()
        own = patterns.get(listed[folder.as_posix()], [])
        fitting = [p for p in own if fnmatch(inside, p)]
        fitting += [p for p in patterns["*"] if "/" not in inside and fnmatch(inside, p)]
        assert fitting or (path.suffix == ".py" and "/" not in inside), f"nothing packs {path}"


def test_the_wheel_carries_ontology_and_seeds(root: Path, tmp_path: Path) -> None:
    if int(metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("needs setuptools 77 or later in this environment")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        str(root),
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for path in _tracked(root):
        packed = {"ontology": Path("kg/_data"), "seeds": Path("kg/_data"), "kg": Path()}.get(path.parts[0])
        if packed is not None:
            assert (packed / path).as_posix() in names


def test_the_gold_articles_fit_the_schema(root: Path) -> None:
    schema = read_schema(root)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    golds = sorted(gold_folder().glob("*.json"))
    assert len(golds) > 100
    assert [(path.name, e.message) for path in golds for e in validator.iter_errors(read_gold(path))] == []


def test_an_extraction_fits_the_schema(root: Path, page: Path) -> None:
    from kg.extract.document import to_json

    extraction = kg.extract(page)
    document = to_json(extraction, rejects=True)
    jsonschema.Draft202012Validator(read_schema(root)).validate(document)
    assert document["doc"] == "page"
    assert document["entities"]


def read_schema(root: Path) -> dict[str, object]:
    import json

    return json.loads((root / "ontology" / "extraction.schema.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _tracked(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True)
    return [Path(line) for line in done.stdout.splitlines() if (root / line).exists()]


def test_extract_takes_a_text_or_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    from_text, from_file = kg.extract(text), kg.extract(str(page))
    assert (from_text.article.doc, from_file.article.doc) == ("text", "page")
    assert [e.names for e in from_text.entities] == [e.names for e in from_file.entities]


def test_a_misspelt_file_is_no_article(tmp_path: Path) -> None:
    for source in (str(tmp_path / "nowhere.txt"), tmp_path / "nowhere", "nowhere.pdf"):
        with pytest.raises(kg.KGError, match="nowhere"):
            kg.extract(source)
    with pytest.raises(kg.KGError, match="empty"):
        kg.extract(" \n ")


def test_build_gives_the_graph_and_warns_of_what_it_lacks(page: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    with (
        pytest.warns(UserWarning, match=r"bad\.txt"),
        kg.build([page, bad], graph=tmp_path / "graph") as graph,
    ):
        assert [article.doc for article in graph.articles()] == ["page"]
    with kg.open(tmp_path / "graph") as graph:
        assert graph.find("滨海新城")
    with pytest.raises(kg.KGError):
        kg.open(tmp_path / "nowhere")


def test_raising_the_least_confidence_only_takes_away(page: Path) -> None:
    from kg.api import at_least

    extraction = kg.extract(page)
    assert at_least(extraction, 0.0) == extraction
    sure = at_least(extraction, 0.8)
    assert {e.id for e in sure.entities} == {e.id for e in extraction.entities if e.confidence >= 0.8}
    assert all(p.confidence >= 0.8 for r in sure.relations for p in r.evidence)
    assert at_least(sure, 0.8) == sure
