"""Measure extraction against gold articles and write `benchmarks/quality.md`.

    python benchmarks/quality.py [--articles DIR --gold DIR]...

Articles of the sample corpus are scored in two groups: `seen` (t01 to t70), on which rules
and models were developed, and `unseen` (t71 onwards), on which they were not. Each further
pair of `--articles` and `--gold` is a group of its own, named by the folder of the articles.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from kg.api import extract_all, find
from kg.corpus import gold_folder, read_gold
from kg.errors import KGError
from kg.evaluate import Evaluation, score
from kg.extract.document import to_json
from kg.model import FAMILIES, PREDICATES

LAST_SEEN = 70
PACKAGES = (
    "kg-regional",
    "spacy",
    "rjieba",
    "jieba",
    "ahocorasick_rs",
    "python-crfsuite",
    "opencc",
    "pyoxigraph",
)
HEADLINE = ("core", "entities", "relations", "observations")


@dataclass(frozen=True)
class Group:
    """Articles that are scored together."""

    name: str
    texts: tuple[Path, ...]
    gold: Path


@dataclass(frozen=True)
class Measured:
    """The result for a group: scores, characters read, seconds taken without start-up."""

    group: Group
    evaluation: Evaluation
    characters: int
    seconds: float


def groups(pairs: Sequence[tuple[Path, Path]]) -> list[Group]:
    """Return the two groups of the sample corpus and one for each pair of folders."""
    corpus = sorted(gold_folder().parent.glob("t*.txt"))
    number = {path: int(re.sub(r"\D", "", path.stem)) for path in corpus}
    seen = tuple(path for path in corpus if number[path] <= LAST_SEEN)
    unseen = tuple(path for path in corpus if number[path] > LAST_SEEN)
    found = [Group("seen", seen, gold_folder()), Group("unseen", unseen, gold_folder())]
    for articles, gold in pairs:
        texts = tuple(
            path for path in sorted(articles.glob("*.txt")) if (gold / f"{path.stem}.json").exists()
        )
        if not texts:
            sys.exit(f"quality: no article of {articles} has gold in {gold}")
        found.append(Group(articles.resolve().name, texts, gold))
    return found


def measure(group: Group) -> Measured:
    """Extract and score the articles of a group."""
    sources, errors = find(group.texts)
    if errors:
        sys.exit(f"quality: {errors[0]}")
    rows: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    characters, started = 0, time.perf_counter()
    for source, result in extract_all(sources):
        if isinstance(result, KGError):
            sys.exit(f"quality: {result}")
        characters += len(result.article.text)
        # through JSON, so that what is scored is what a user gets
        rows.append(
            (
                source.doc,
                json.loads(json.dumps(to_json(result))),
                read_gold(group.gold / f"{source.doc}.json"),
            )
        )
    seconds = time.perf_counter() - started
    return Measured(group, score(rows), characters, seconds)


def report(results: Sequence[Measured], command: str) -> str:
    """Return the Markdown page."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    machine = (
        f"{platform.machine()}, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
    lines = [
        "# How good the extraction is",
        "",
        f"Made by `{command}`.",
        "",
        f"Versions: {versions}. Machine: {machine}.",
        "",
        "`seen` are the articles t01 to t70 of the sample corpus, where rules and models were developed;",
        "`unseen` are the others, only measured. What counts as right is told in `kg/evaluate.py`.",
        "*answers* is what was predicted, *gold* what should have been.",
        "",
        "## Overview",
        "",
        "| group | articles | characters | characters/s | "
        + " | ".join(f"{key} F1" for key in HEADLINE)
        + " |",
        "|---|--:|--:|--:|" + "--:|" * len(HEADLINE),
    ]
    for r in results:
        figures = " | ".join(f"{r.evaluation.scores[key].f1:.3f}" for key in HEADLINE)
        speed = f"{r.characters / r.seconds:,.0f}"
        lines.append(f"| {r.group.name} | {len(r.group.texts)} | {r.characters:,} | {speed} | {figures} |")
    types = (*HEADLINE[:2], *FAMILIES, "fine type of matched", "names of matched")
    relaxed = tuple(f"relaxed {key}" for key in ("core", "entities", *FAMILIES))
    relations = ("relations", *(f"relation {predicate}" for predicate in PREDICATES))
    for r in results:
        lines += ["", f"## {r.group.name}"]
        for title, keys in (
            ("Things", types),
            ("Relations", relations),
            ("Figures", ("observations",)),
            ("Things, names only alike", relaxed),
        ):
            lines += ["", f"### {title}", "", *_table(r.evaluation, keys)]
    return "\n".join(lines) + "\n"


def _table(evaluation: Evaluation, keys: Sequence[str]) -> list[str]:
    lines = ["| what | precision | recall | F1 | answers | gold |", "|---|--:|--:|--:|--:|--:|"]
    for key in keys:
        if key in evaluation.scores:
            s = evaluation.scores[key]
            name = key.removeprefix("relation ").removeprefix("relaxed ")
            lines.append(
                f"| {name} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} | {s.answers} | {s.gold} |"
            )
    return lines


def main() -> None:
    """Measure and write the page beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--gold", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("quality.md"), metavar="FILE")
    options = parser.parse_args()
    if len(options.articles) != len(options.gold):
        parser.error("each --articles needs a --gold")
    results = [measure(group) for group in groups(list(zip(options.articles, options.gold, strict=True)))]
    # folders of the user's own are named by their last part: the page is read elsewhere
    own = [word for pair in zip(options.articles, options.gold, strict=True) for word in pair]
    words = ["python", "benchmarks/quality.py"]
    for at, folder in enumerate(own):
        words += ["--gold" if at % 2 else "--articles", folder.resolve().name]
    options.out.write_text(report(results, shlex.join(words)), encoding="utf-8")
    for r in results:
        print(r.group.name, *(f"{key} {r.evaluation.scores[key].f1:.3f}" for key in HEADLINE), sep="  ")


if __name__ == "__main__":
    main()
