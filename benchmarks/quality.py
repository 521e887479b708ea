"""Measure extraction against gold articles and write `benchmarks/quality.md`.

    python benchmarks/quality.py [--articles DIR --gold DIR]... [--curve]

Four measurements, none on an article that a model was trained on: the development part with
a model trained here on the train part, the test part with the model that ships (trained on
train and development), and each further pair of `--articles` and `--gold` with the model
that ships; and all of these by the rules alone. `--curve` adds the learning curve: models
trained on growing shares of the train part, measured on the development part.
"""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from kg.authority import load
from kg.corpus import docs, gold_folder, read_gold
from kg.evaluate import Evaluation, score
from kg.extract import pipeline, segment
from kg.extract.document import to_json
from kg.extract.training import train_figures, train_names, train_relations
from kg.model import FAMILIES, PREDICATES, Article
from kg.text.readers import read_article

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
SHARES = (0.125, 0.25, 0.5, 1.0)
TAGGED = "kg_tagged_names"
# What the part-of-speech tags of jieba say of names, as a peer
PEER = {"nr": "Person", "ns": "AdministrativeDivision", "nt": "Company", "nz": "Product"}
Document = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Articles that are scored together."""

    name: str
    texts: tuple[Path, ...]
    gold: Path


@dataclass(frozen=True)
class Measured:
    """The result for a group: scores, bytes of UTF-8 read, seconds taken without start-up."""

    name: str
    articles: int
    evaluation: Evaluation
    size: int
    seconds: float


def part(name: str) -> Group:
    """Return a part of the corpus as a group."""
    folder = gold_folder()
    return Group(name, tuple(folder.parent / f"{doc}.txt" for doc in docs(name)), folder)


def own(articles: Path, gold: Path) -> Group:
    """Return the articles of a folder that have gold as a group, named by the folder."""
    texts = tuple(path for path in sorted(articles.glob("*.txt")) if (gold / f"{path.stem}.json").exists())
    if not texts:
        sys.exit(f"quality: no article of {articles} has gold in {gold}")
    return Group(articles.resolve().name, texts, gold)


def measure(group: Group, name: str, extract: Callable[[Article], Document]) -> Measured:
    """Extract and score the articles of a group."""
    rows: list[tuple[str, Document, Document]] = []
    size, seconds = 0, 0.0
    for path in group.texts:
        started = time.perf_counter()
        article = read_article(path)
        document = extract(article)
        seconds += time.perf_counter() - started
        size += len(article.text.encode())
        # through JSON, so that what is scored is what a user gets
        rows.append(
            (path.stem, json.loads(json.dumps(document)), read_gold(group.gold / f"{path.stem}.json"))
        )
    return Measured(name, len(group.texts), score(rows), size, seconds)


def by_models(models: pipeline.Models) -> Callable[[Article], Document]:
    """Return the whole extraction with trained models."""
    return lambda article: to_json(pipeline.extract(article, load(), models=models))


def by_rules(article: Article) -> Document:
    """Return the extraction without the tagger and the opinion on relations.

    Whose figure it is has no rule of its own: it is ranked as ever.
    """
    rules = pipeline.Models(relations=None)
    return to_json(pipeline.extract(article, load(), without=(TAGGED,), models=rules))


def by_peer(article: Article) -> Document:
    """Return the names that the part-of-speech tags of the segmenter tell."""
    found: dict[tuple[str, str], str] = {}
    for word in segment.words(article.normal):
        kind = PEER.get(word.tag)
        if kind and word.end - word.start > 1:
            found.setdefault((article.text[word.start : word.end], kind), f"e{len(found) + 1}")
    entities = [{"id": key, "type": kind, "names": [name]} for (name, kind), key in found.items()]
    return {"doc": article.doc, "entities": entities, "relations": [], "observations": []}


def trained_on(names: Sequence[str], folder: Path) -> pipeline.Models:
    """Train models on articles of the corpus and return their files."""
    models = pipeline.Models(
        folder / f"names-{len(names)}.model",
        folder / f"relations-{len(names)}.crfsuite",
        folder / f"figures-{len(names)}.weights",
    )
    files = [gold_folder() / f"{doc}.json" for doc in names]
    train_names(files, models.names)
    train_figures(files, models.figures)
    if models.relations:
        train_relations(files, models.relations)
    return models


def curve(folder: Path) -> list[tuple[int, Measured]]:
    """Return (number of articles, result on development) for growing shares of the train part."""
    train, rows = docs("train"), []
    for share in SHARES:
        # every n-th article, so that a share holds all provinces alike
        names = train[:: round(1 / share)]
        models = trained_on(names, folder)
        rows.append((len(names), measure(part("development"), str(len(names)), by_models(models))))
    return rows


def report(results: Sequence[Measured], steps: Sequence[tuple[int, Measured]], command: str) -> str:
    """Return the Markdown page."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    lines = [
        "# How good the extraction is",
        "",
        f"Made by `{command}`.",
        "",
        f"Versions: {versions}. Machine: {machine}.",
        "",
        "No article here was in the training of the model it is measured with: `development` is read by a",
        "model trained on the train part; the model that ships is trained on train and development and reads",
        "`test` and folders of one's own. What counts as right is told in `kg/evaluate.py`.",
        "*answers* is what was predicted, *gold* what should have been. KB/s: UTF-8 bytes a second of",
        "one process, reading included.",
        "",
        "## Overview",
        "",
        "| measured | articles | KB/s | " + " | ".join(f"{key} F1" for key in HEADLINE) + " |",
        "|---|--:|--:|" + "--:|" * len(HEADLINE),
    ]
    for r in results:
        figures = " | ".join(f"{r.evaluation.scores[key].f1:.3f}" for key in HEADLINE)
        lines.append(f"| {r.name} | {r.articles} | {r.size / 1000 / r.seconds:,.0f} | {figures} |")
    if steps:
        lines += [
            "",
            "## Learning curve",
            "",
            "| trained on | " + " | ".join(f"{k} F1" for k in _CURVE) + " |",
        ]
        lines.append("|--:|" + "--:|" * len(_CURVE))
        for number, r in steps:
            figures = " | ".join(f"{r.evaluation.scores[key].f1:.3f}" for key in _CURVE)
            lines.append(f"| {number} articles | {figures} |")
    types = (*HEADLINE[:2], *FAMILIES, "fine type of matched", "names of matched")
    relaxed = tuple(f"relaxed {key}" for key in ("core", "entities", *FAMILIES))
    relations = ("relations", *(f"relation {predicate}" for predicate in PREDICATES))
    for r in results:
        lines += ["", f"## {r.name}"]
        for title, keys in (
            ("Things", types),
            ("Relations", relations),
            ("Figures", ("observations",)),
            ("Things, names only alike", relaxed),
        ):
            lines += ["", f"### {title}", "", *_table(r.evaluation, keys)]
    return "\n".join(lines) + "\n"


_CURVE = ("core", "Organization", "Location", "Project", "Initiative", "entities")


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
    parser.add_argument("--curve", action="store_true", help="draw the learning curve")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("quality.md"), metavar="FILE")
    options = parser.parse_args()
    if len(options.articles) != len(options.gold):
        parser.error("each --articles needs a --gold")
    pairs = list(zip(options.articles, options.gold, strict=True))
    groups = [part("test"), *(own(articles, gold) for articles, gold in pairs)]
    with tempfile.TemporaryDirectory() as folder:
        models = trained_on(docs("train"), Path(folder))
        results = [measure(part("development"), "development", by_models(models))]
        steps = curve(Path(folder)) if options.curve else []
    results += [measure(group, group.name, by_models(pipeline.SHIPPED)) for group in groups]
    results += [measure(g, f"{g.name}, rules alone", by_rules) for g in (part("development"), *groups)]
    results.append(measure(part("development"), "development, jieba's part-of-speech tags", by_peer))
    # folders of the user's own are named by their last part: the page is read elsewhere
    words = ["python", "benchmarks/quality.py"]
    for articles, gold in pairs:
        words += ["--articles", articles.resolve().name, "--gold", gold.resolve().name]
    words += ["--curve"] if options.curve else []
    options.out.write_text(report(results, steps, shlex.join(words)), encoding="utf-8")
    for r in results:
        print(r.name, *(f"{key} {r.evaluation.scores[key].f1:.3f}" for key in HEADLINE), sep="  ")


if __name__ == "__main__":
    main()
