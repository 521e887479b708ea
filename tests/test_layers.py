"""The architecture of the package: the imports of every module, checked against its rules.

Modules import only from lower layers, nothing imports the package root, there are no cycles, and each
external package is imported only in its designated place. Imports inside functions count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Floor of each room; a module may import its own room and floors below.
FLOORS: dict[str, float] = {
    "errors": 0,
    "model": 0,
    "paths": 0.5,
    "ontology": 1,
    "authority": 1,
    "text": 2,
    "corpus": 3,
    "extract": 4,
    "evaluate": 4,
    "resolve": 5,
    "graph": 6,
    "out": 7,
    "build": 7,
    "cluster": 7.5,
    "serve": 8,
    "api": 9,
    "terminal": 10,
    "cli": 11,
    "__main__": 12,
}
# Rooms that may not see all that is below them.
ONLY = {"evaluate": {"errors", "model", "paths", "corpus"}}
# `Graph.export` is a convenience that hands the graph over to the writers, at the moment of the call.
UPWARD = {("kg.graph.graph", "kg.out.formats")}
DOORS = {
    "distributed": ("kg.cluster.scheduler",),
    "fsspec": ("kg.cluster.storage",),
    "rjieba": ("kg.extract.segment",),
    "jieba": ("kg.extract.segment",),
    "spacy": ("kg.extract.spacy_doc", "kg.corpus.export"),
    "pyoxigraph": ("kg.ontology", "kg.graph", "kg.serve"),
    "rdflib": ("kg.graph.bridge", "kg.graph.validate"),
    "oxrdflib": ("kg.graph.bridge", "kg.graph.validate"),
    "pyshacl": ("kg.graph.bridge", "kg.graph.validate"),
    "networkx": ("kg.graph.view",),
    "ahocorasick_rs": ("kg.extract.names.known", "kg.extract.names.openings"),
    "lxml": ("kg.out", "kg.text"),
    "pycrfsuite": ("kg.extract.tagging.chain_training",),
    "starlette": ("kg.serve",),
    "uvicorn": ("kg.serve.run",),
    "jinja2": ("kg.serve.html",),
    "sqlite3": ("kg.build.ledger", "kg.build.held"),
    "pypinyin": ("kg.serve.pinyin",),
    "typer": ("kg.cli",),
    "rich": ("kg.cli", "kg.terminal"),
}


def imports(source: str, module: str, *, package: bool = False) -> Iterator[str]:
    """Yield the modules that a module imports, its own name and relative ones resolved.

    What only a type checker sees (`if TYPE_CHECKING:`) is no import.
    """
    home = module if package else module.rpartition(".")[0]
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = home.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules(folder: Path) -> dict[str, tuple[str, bool]]:
    """Return the source of each module of a package, and whether it is an `__init__`."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        package = parts[-1] == "__init__"
        found[".".join(parts[:-1] if package else parts)] = (path.read_text(encoding="utf-8"), package)
    return found


def arrows(sources: dict[str, tuple[str, bool]]) -> set[tuple[str, str]]:
    """Return (module, imported) pairs; what is imported from inside is named by its module."""
    found = set()
    for module, (source, package) in sources.items():
        for name in imports(source, module, package=package):
            target = name
            if name == "kg" or name.startswith("kg."):
                while target not in sources and target.count(".") > 1:
                    target = target.rpartition(".")[0]
                if name.count(".") == 1 and name not in sources:
                    target = "kg"  # `from kg import something` that is no module
            found.add((module, target))
    return found


def faults(sources: dict[str, tuple[str, bool]]) -> list[str]:
    """Return what breaks the rules, one line each."""
    found = []
    for module, target in sorted(arrows(sources)):
        if module == "kg":
            continue  # the root hands out names lazily and imports nothing by statement
        inside = target == "kg" or target.startswith("kg.")
        if inside and (module, target) not in UPWARD:
            found += _inner_faults(module, target)
        top = target.partition(".")[0]
        if not inside and top in DOORS and not _within(module, DOORS[top]):
            found.append(f"{module} imports {top}; its door is {' or '.join(DOORS[top])}")
    return found + [f"a cycle: {' → '.join(cycle)}" for cycle in _cycles(arrows(sources) - UPWARD)]


def _inner_faults(module: str, target: str) -> list[str]:
    if target == "kg":
        return [] if module in ("kg.cli.app", "kg.__main__") else [f"{module} imports the package root"]
    here, there = (name.split(".")[1] for name in (module, target))
    if here not in FLOORS or there not in FLOORS:
        return [f"{module} or {target} has no floor in this plan"]
    if here == there:
        return []
    if FLOORS[there] >= FLOORS[here] or there not in ONLY.get(here, FLOORS):
        return [f"{module} imports {target}, which is not below it"]
    return []


def _within(module: str, doors: tuple[str, ...]) -> bool:
    return any(module == door or module.startswith(f"{door}.") for door in doors)


def _cycles(pairs: set[tuple[str, str]]) -> list[list[str]]:
    below: dict[str, list[str]] = {}
    for module, target in sorted(pairs):
        if target.startswith("kg.") and module != target:
            below.setdefault(module, []).append(target)
    found, done = [], set()

    def walk(module: str, path: list[str]) -> None:
        if module in path:
            found.append([*path[path.index(module) :], module])
        elif module not in done:
            for target in below.get(module, ()):
                walk(target, [*path, module])
            done.add(module)

    for module in list(below):
        walk(module, [])
    return found


def test_every_import_goes_downward_and_through_its_door() -> None:
    assert faults(modules(ROOT / "kg")) == []


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("kg.text.bad", "from kg.graph.graph import Graph", "not below"),
        ("kg.text.bad", "def f():\n    import kg.extract.segment", "not below"),
        ("kg.text.bad", "from ..graph import graph", "not below"),
        ("kg.evaluate", "from kg.extract import segment", "not below"),
        ("kg.text.bad", "from kg import __version__", "package root"),
        ("kg.text.bad", "import kg", "package root"),
        ("kg.text.bad", "import jieba.posseg", "its door"),
        ("kg.out.bad", "def f():\n    from rdflib import Graph", "its door"),
        ("kg.out.bad", "import networkx as nx", "its door"),
        ("kg.build", "import pyoxigraph", "its door"),
        ("kg.extract.bad", "import pycrfsuite", "its door"),
        ("kg.attic", "from kg.text import article", "no floor"),
    ],
)
def test_a_fabricated_fault_is_caught(module: str, source: str, said: str) -> None:
    sources = modules(ROOT / "kg") | {
        "kg.graph": ("", True),
        "kg.graph.graph": ("", False),
        module: (source, False),
    }
    assert any(said in fault for fault in faults(sources))


def test_a_fabricated_cycle_is_caught() -> None:
    sources = {
        "kg": ("", True),
        "kg.text": ("", True),
        "kg.text.a": ("from kg.text.b import x", False),
        "kg.text.b": ("def f():\n    from kg.text import a", False),
    }
    assert faults(sources) == ["a cycle: kg.text.a → kg.text.b → kg.text.a"]


def test_what_only_the_type_checker_sees_is_no_import() -> None:
    assert list(imports("if TYPE_CHECKING:\n    import rdflib\nelse:\n    import os", "kg.model")) == ["os"]
