"""Versions, as digests of the code and tables that produce a result.

A cached extraction is valid for one version of everything that decides what is read from an article. A stored
graph is valid for one version of everything that turns extractions into quads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kg import paths

_READING = ("text", "extract", "authority.py", "model.py", "ontology.py")
_GRAPHING = (
    "resolve",
    "graph/triples.py",
    "graph/identifiers.py",
    "graph/vocabulary.py",
    "graph/rules.py",
    "graph/changes.py",
    "graph/generations.py",
    "build/ledger.py",
    "build/settling.py",
    "build/by_hand.py",
    "build/changing.py",
)
# Packages that affect how the characters and words of any file are read
_PACKAGES = ("charset-normalizer", "jieba", "opencc", "rjieba")
# Packages that affect only files with these endings; a reader installed later leaves other extractions valid
_HTML = ("lxml", "trafilatura")
_FORMATS = {
    ".htm": _HTML, ".html": _HTML, ".xhtml": _HTML, ".docx": ("lxml", "python-docx"), ".pdf": ("pypdf",),
}  # fmt: skip
# files beside code, models and tables that do not affect results
_IDLE = (".pyc", ".md")


def extractor_version(endings: Iterable[str] = ()) -> str:
    """Return the version of everything that decides what is read from an article.

    It changes with the code, the models, the tables, the vocabulary and the installed versions of the
    packages that the segmenter and the readers use, so no cached extraction outlives any of them.

    Args:
        endings: Endings of the files whose readers count, such as `.pdf`.
    """
    readers = {package for ending in endings for package in _FORMATS.get(ending.lower(), ())}
    told = "\n".join((_code_digest(_READING), *installed((*_PACKAGES, *sorted(readers)))))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def graph_version() -> str:
    """Return the version of everything that turns extractions into a graph."""
    return _code_digest(_GRAPHING)


@cache
def installed(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return packages with their installed versions, or `none` for one that is not installed.

    >>> installed(("no-such-package",))
    ('no-such-package none',)
    """
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} none")
    return tuple(found)


@cache
def _code_digest(parts: tuple[str, ...]) -> str:
    package = Path(__file__).resolve().parent.parent
    roots = [package / part for part in parts]
    # the vocabulary filters what is read and determines which facts the rules infer
    roots += [paths.data_folder("seeds") / "authority", paths.data_folder("ontology") / "kg.ttl"]
    return digest_of(roots)[:12]


def digest_of(roots: Iterable[Path]) -> str:
    """Return a hexadecimal digest of files and of files in folders, without those that affect no result."""
    digest = hashlib.sha256()
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for path in files:
            if path.is_file() and path.suffix not in _IDLE:
                digest.update(path.relative_to(root.parent).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _folders_digest(folders: tuple[str, ...], stamp: tuple[Any, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.csv")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def tables(folders: tuple[str, ...]) -> str:
    """Return a digest of the user's own authority tables."""
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.csv"))
    return _folders_digest(folders, tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))
