"""Measure extraction against gold articles and write `benchmarks/quality.md`.

    python benchmarks/quality.py [--articles DIR --gold DIR]... [--curve] [--ablation]

Four measurements, none on an article that a model was trained on: the development part with
models trained here on the train part, the test part with the models that ship (trained on
train and development), and each further pair of `--articles` and `--gold` with the models
that ship; and all of these by the rules alone. `--curve` adds the learning curve: models
trained on growing shares of the train part, measured on the development part; `--ablation`
what each part of the extraction adds, measured there too.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import calibration
import mistakes
from measuring import Measured, by_models, by_peer, by_rules, measure, own, part, trained_on

from kg.authority import load
from kg.corpus import docs, gold_folder
from kg.evaluate import Evaluation
from kg.extract import pipeline, tagger, training
from kg.extract.document import to_json
from kg.model import FAMILIES, PREDICATES

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


def curve(folder: Path) -> list[tuple[int, Measured]]:
    """Return (number of articles, result on development) for growing shares of the train part."""
    train, rows = docs("train"), []
    for share in SHARES:
        # every n-th article, so that a share holds all provinces alike
        names = train[:: round(1 / share)]
        models = trained_on(names, folder)
        rows.append((len(names), measure(part("development"), str(len(names)), by_models(models))))
    return rows


def ablation(models: pipeline.Models, folder: Path) -> Iterator[Measured]:
    """Yield results on development without one part of the extraction at a time.

    What the tagger is told of is left out in training and reading alike.

    Args:
        models: Trained on the train part, with all.
        folder: Where further models may be written.
    """
    development = part("development")

    def without(*steps: str, **others: Path | None) -> Measured:
        chosen = replace(models, **others)
        name = "without " + ", ".join((*steps, *others))
        return measure(
            development, name, lambda a: to_json(pipeline.extract(a, load(), without=steps, models=chosen))
        )

    yield replace(without("kg_tagged_names"), name="without the trained tagger of names")
    yield replace(without(net=None), name="without the network of names")
    yield replace(without(relations=None), name="without the trained opinion on relations")
    files = [gold_folder() / f"{doc}.json" for doc in docs("train")]
    whole = tagger.TEMPLATES
    for letter, told in (
        ("b", "the reading of the general model"),
        ("k", "known names"),
        ("g", "candidates of the name grammar"),
        ("tw", "words and parts of speech"),
        ("q", "quotes"),
    ):
        tagger.TEMPLATES = tuple(t for t in whole if not any(p[0] in letter for p in t.split()))
        path = folder / f"without-{letter}.model"
        training.train_names(files, path)
        chosen = replace(models, names=path)
        yield measure(development, f"tagger not told: {told}", by_models(chosen))
    tagger.TEMPLATES = whole


def report(
    results: Sequence[Measured],
    steps: Sequence[tuple[int, Measured]],
    parts: Sequence[Measured],
    command: str,
) -> str:
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
    if parts:
        lines += ["", "## What each part adds", "", "Development part, each line without one part.", ""]
        lines += [
            "| without | " + " | ".join(f"{k} F1" for k in _PARTS) + " |",
            "|---|" + "--:|" * len(_PARTS),
        ]
        for r in (replace(results[0], name="(nothing left out)"), *parts):
            figures = " | ".join(f"{r.evaluation.scores[key].f1:.3f}" for key in _PARTS)
            lines.append(f"| {r.name} | {figures} |")
    lines += ["", *calibration.report(results[1].rows, Path(__file__).with_name("reliability.svg"))]
    lines += mistakes.report(results[0].rows)
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


_PARTS = (*HEADLINE[:2], "Project", "Initiative", *HEADLINE[2:])
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
    parser.add_argument("--ablation", action="store_true", help="leave out one part at a time")
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
        parts = list(ablation(models, Path(folder))) if options.ablation else []
    results += [measure(group, group.name, by_models(pipeline.SHIPPED)) for group in groups]
    results += [measure(g, f"{g.name}, rules alone", by_rules) for g in (part("development"), *groups)]
    results.append(measure(part("development"), "development, jieba's part-of-speech tags", by_peer))
    # folders of the user's own are named by their last part: the page is read elsewhere
    words = ["python", "benchmarks/quality.py"]
    for articles, gold in pairs:
        words += ["--articles", articles.resolve().name, "--gold", gold.resolve().name]
    words += ["--curve"] if options.curve else []
    words += ["--ablation"] if options.ablation else []
    options.out.write_text(report(results, steps, parts, shlex.join(words)), encoding="utf-8")
    for r in results:
        print(r.name, *(f"{key} {r.evaluation.scores[key].f1:.3f}" for key in HEADLINE), sep="  ")


if __name__ == "__main__":
    main()
