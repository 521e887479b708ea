"""Knowledge graphs from Chinese regional-development news, every fact with its sentence.

Most programs need only the names below. Each is loaded on first use, so that `import kg` is
immediate:

    extraction = kg.extract("article.txt")          # what one article says
    graph = kg.build(["articles/"], graph="out")    # a graph of many articles
    graph = kg.open("out")                          # the same graph, later

`kg.extract`, `kg.build` and `kg.serve` are both subpackages, which do the work, and functions:
`kg.extract(...)` can be called, and `kg.extract.pipeline` is a module.
"""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import Signature, signature
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import build as build
    from kg.api import conflicts as conflicts
    from kg.api import correct as correct
    from kg.api import diff as diff
    from kg.api import extract as extract
    from kg.api import open as open
    from kg.api import serve as serve
    from kg.authority import load as load_authority
    from kg.errors import KGError
    from kg.graph.graph import Graph
    from kg.model import Article, Entity, Evidence, Extraction, Observation, Relation

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Entity",
    "Evidence",
    "Extraction",
    "Graph",
    "KGError",
    "Observation",
    "Relation",
    "__version__",
    "build",
    "conflicts",
    "correct",
    "diff",
    "extract",
    "load_authority",
    "open",
    "serve",
]

# Public name → (module that defines it, its name there).
_HOME = {
    "Article": ("kg.model", "Article"),
    "Entity": ("kg.model", "Entity"),
    "Evidence": ("kg.model", "Evidence"),
    "Extraction": ("kg.model", "Extraction"),
    "Graph": ("kg.graph.graph", "Graph"),
    "KGError": ("kg.errors", "KGError"),
    "Observation": ("kg.model", "Observation"),
    "Relation": ("kg.model", "Relation"),
    "conflicts": ("kg.api", "conflicts"),
    "correct": ("kg.api", "correct"),
    "diff": ("kg.api", "diff"),
    "load_authority": ("kg.authority", "load"),
    "open": ("kg.api", "open"),
}
_VERBS = ("build", "extract", "serve")


class _Verb(ModuleType):
    """A subpackage that can also be called, as the function of the same name in `kg.api`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function()(*args, **kwargs)

    def _function(self) -> Any:
        return getattr(import_module("kg.api"), self.__name__.rpartition(".")[2])

    @property
    def __signature__(self) -> Signature:
        return signature(self._function())

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        # so that `kg.extract` can be passed to a process pool like any function
        return import_module, (self.__name__,)


class _Package(ModuleType):
    """This package, which makes its verbs callable when the import system sets them as attributes."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _VERBS and type(value) is ModuleType:
            value.__class__ = _Verb
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        return import_module(f"kg.{name}")
    if name in _HOME:
        module, attribute = _HOME[name]
        value = getattr(import_module(module), attribute)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
