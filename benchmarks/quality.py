"""Measure extraction against gold articles and write `benchmarks/quality.md`.

    python benchmarks/quality.py [--articles DIR --gold DIR]... [--curve] [--ablation]

Four measurements, none on an article that a model was trained on: the development part with
models trained here on the train part, the test part with the models that ship (trained on
train and development), and each further pair of `--articles` and `--gold` with the models
that ship; and all of these by the rules alone. `--curve` adds the learning curve: models
trained on growing shares of the train part, measured on the development part; `--ablation`
what each part of the extraction adds, measured there too. `--models DIR` keeps what is trained, and takes
from there what an earlier run has trained: whoever changed features or articles begins with an empty folder.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import calibration
import mistakes
from measuring import (
    MODELS,
    Measured,
    by_models,
    by_peer,
    by_rules,
    files_of,
    measure,
    own,
    part,
    train,
    trained_on,
)

from kg.authority import load
from kg.corpus import docs
from kg.evaluate import Evaluation
from kg.extract import pipeline
from kg.extract.document import to_json
from kg.extract.tagging import tagger
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
SHARES = (0.125, 0.25, 0.5)
LEFT_OUT = {
    "tagger": "trained tagger",
    "net": "network of names",
    "relations": "trained opinion on relations",
}


def point(names: Sequence[str], folder: Path) -> Measured:
    """Return the result on development of models trained on some articles."""
    return measure(part("development"), str(len(names)), by_models(trained_on(names, folder)))


# What the tagger is told of: letters of its templates' columns
TOLD = {
    "k": "known names",
    "g": "candidates of the name grammar",
    "tw": "words and parts of speech",
}


def tagger_without(letters: str, models: pipeline.Models, folder: Path) -> Measured:
    """Return the result on development of a tagger not told of some columns, in training and reading."""
    whole = tagger.TEMPLATES
    tagger.TEMPLATES = tuple(t for t in whole if not any(p[0] in letters for p in t.split()))
    try:
        chosen = replace(models, names=folder / f"without-{letters}.model")
        train("names", docs("train"), chosen)
        return measure(part("development"), f"linear chain not told of {TOLD[letters]}", by_models(chosen))
    finally:
        tagger.TEMPLATES = whole


def without(what: str, models: pipeline.Models) -> Measured:
    """Return the result on development without one of `LEFT_OUT`."""
    steps = ("kg_tagged_names",) if what == "tagger" else ()
    chosen = models if what == "tagger" else replace(models, **{what: None})
    return measure(
        part("development"),
        LEFT_OUT[what],
        lambda article: to_json(pipeline.extract(article, load(), without=steps, models=chosen)),
    )


def report(
    results: Sequence[Measured],
    steps: Sequence[Measured],
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
        for r in steps:
            figures = " | ".join(f"{r.evaluation.scores[key].f1:.3f}" for key in _CURVE)
            lines.append(f"| {r.name} articles | {figures} |")
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


_PARTS = (*HEADLINE[:2], "Organization", "Location", "Project", "Initiative", "relations")
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
    parser.add_argument(
        "--models",
        type=Path,
        default=None,
        metavar="DIR",
        help="keep what is trained here, and take it from there where an earlier run has trained it already",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("quality.md"), metavar="FILE")
    options = parser.parse_args()
    if len(options.articles) != len(options.gold):
        parser.error("each --articles needs a --gold")
    pairs = list(zip(options.articles, options.gold, strict=True))
    groups = [part("test"), *(own(articles, gold) for articles, gold in pairs)]
    whole = docs("train")
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        folder = options.models or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        models = files_of(whole, folder)
        for done in [pool.submit(train, what, whole, models) for what in MODELS]:
            done.result()
        shares = [whole[:: round(1 / share)] for share in SHARES] if options.curve else []
        points = [pool.submit(point, names, folder) for names in shares]
        parts = []
        if options.ablation:
            parts += [pool.submit(without, what, models) for what in LEFT_OUT]
            parts += [pool.submit(tagger_without, key, models, folder) for key in TOLD]
        steps = [done.result() for done in points]
        lacking = [done.result() for done in parts]
        # alone on the machine, for the sake of the speed
        results = [measure(part("development"), "development", by_models(models))]
        steps += [replace(results[0], name=str(len(whole)))] if options.curve else []
    results += [measure(group, group.name, by_models(pipeline.SHIPPED)) for group in groups]
    results += [measure(g, f"{g.name}, rules alone", by_rules) for g in (part("development"), *groups)]
    results.append(measure(part("development"), "development, jieba's part-of-speech tags", by_peer))
    # folders of the user's own are named by their last part: the page is read elsewhere
    words = ["python", "benchmarks/quality.py"]
    for articles, gold in pairs:
        words += ["--articles", articles.resolve().name, "--gold", gold.resolve().name]
    words += ["--curve"] if options.curve else []
    words += ["--ablation"] if options.ablation else []
    options.out.write_text(report(results, steps, lacking, shlex.join(words)), encoding="utf-8")
    for r in results:
        print(r.name, *(f"{key} {r.evaluation.scores[key].f1:.3f}" for key in HEADLINE), sep="  ")


if __name__ == "__main__":
    main()
