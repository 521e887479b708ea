"""The documentation agrees with the program: README, help texts, docstrings."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from kg.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {
    c.name or c.callback.__name__: c.callback for c in app.registered_commands if c.callback is not None
}
MODULES = sorted((ROOT / "kg").rglob("*.py"))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme_and_has_help_with_an_example(name: str) -> None:
    assert re.search(rf"\bkg {name}\b", README), f"README does not show kg {name}"
    text = COMMANDS[name].__doc__ or ""
    assert len(text.strip().splitlines()[0]) > 10
    assert f"Example: kg {name}" in text


def test_the_readme_shows_no_command_that_there_is_not() -> None:
    shown = set(re.findall(r"^\$ kg (\w+)", README, re.MULTILINE)) | set(re.findall(r"`kg ([a-z]+)", README))
    assert shown <= set(COMMANDS)


def test_the_readme_sets_up_with_what_ci_runs() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    made = re.findall(r"^step (make \w+)$", ci, re.MULTILINE)
    assert made == ["make graph", "make test"]
    for command in made:
        assert f"\n{command}\n" in README


def test_what_the_makefile_offers_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("graph", "test", "lint", "clean"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readme_names_files_that_exist() -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)]+)\)", README):
        if target != "benchmarks/quality.md":  # written by a run of the benchmark
            assert (ROOT / target).exists(), target


def test_every_dependency_is_imported_or_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    import_names = {
        "charset-normalizer": "charset_normalizer",
        "lxml_html_clean": "trafilatura",  # which needs it and does not bring it along
        "python-crfsuite": "pycrfsuite",
        "python-docx": "docx",
    }
    listed = [
        *project["dependencies"],
        *(d for k, v in project["optional-dependencies"].items() if k != "dev" for d in v),
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    for requirement in listed:
        name = re.split(r"[<>=~\[; ]", requirement)[0]
        module = import_names.get(name, name)
        # `_extra("name", …)` imports an optional package or says which extra has it
        found = re.search(rf"^\s*(?:import|from) {re.escape(module)}\b|_extra\(.{module}.", code, re.I | re.M)
        assert found, f"nothing imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_module_and_public_name_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.name} does not say what it is for"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"
            for member in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                    assert ast.get_docstring(member), f"{path.name}: {node.name}.{member.name}"


def test_doctests_run_with_the_tests() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"][
        "ini_options"
    ]
    assert "--doctest-modules" in options["addopts"]
    assert set(options["testpaths"]) == {"tests", "kg"}


def test_nothing_in_the_checkout_names_a_place_on_one_machine() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    places = re.compile(r"(?<![\w.>~])/(?:work|root|tmp|home)/")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not name.startswith("seeds/articles/"):
            found = places.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{name}: {found}"
