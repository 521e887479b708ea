"""Measure extraction against gold articles and write `benchmarks/quality.md`.

    python benchmarks/quality.py [--articles DIR --gold DIR]... [--models DIR]

All articles measured are ones that no model was trained on. The development part is read by models trained
here on the train part, as the shipped ones were. The test part, the long pages and each further pair of
`--articles` and `--gold` are read by the shipped models. All of these are also read by the rules alone.
`--models DIR` keeps the trained models, and reuses those that an earlier run left there; after changing
features or articles, begin with an empty folder. The learning curve and the contribution of each part are
measured by `ablation.py`.
"""

from __future__ import annotations

import argparse
import platform
import shlex
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import calibration
import mistakes
from measuring import (
    Measured,
    Row,
    by_models,
    by_peer,
    by_rules,
    measure,
    own,
    part,
    trained_here,
)

from kg.corpus import docs
from kg.evaluate import Evaluation, score
from kg.extract import pipeline
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


def report(results: Sequence[Measured], command: str) -> str:
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
        "No article here was in the training of the models, which is on the train part of the corpus:",
        "`development` is read by models trained for this page; `test`, `pages` (long ones, of all",
        "provinces) and folders of one's own by those that ship. What counts as right is told in",
        "`kg/evaluate.py`.",
        "*answers* is what was predicted, *gold* what should have been. KB/s: UTF-8 bytes a second of",
        "one process, reading included.",
        "",
        "## Overview",
        "",
        "| measured | articles | KB/s | " + " | ".join(f"{key} F1" for key in HEADLINE) + " |",
        "|---|--:|--:|" + "--:|" * len(HEADLINE),
    ]
    for r in results:
        speed = f"{r.size / 1000 / r.seconds:,.0f}"
        lines.append(f"| {r.name} | {r.articles} | {speed} | {_headline(r.evaluation)} |")
    lines += ["", *_by_annotation([row for r in results[:2] for row in r.rows])]
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


def _by_annotation(rows: Sequence[Row]) -> list[str]:
    """Return the scores on articles that were annotated along with the guide, and on later ones."""
    lines = [
        "Annotators differ. Development and test together, by who annotated (`seeds/articles/articles.csv`):",
        "",
        "| annotated | articles | " + " | ".join(f"{key} F1" for key in HEADLINE) + " |",
        "|---|--:|" + "--:|" * len(HEADLINE),
    ]
    for annotation, name in (("guide", "along with the guide"), ("later", "later")):
        wanted = docs(annotation=annotation)
        chosen = [row for row in rows if row[0] in wanted]
        lines.append(f"| {name} | {len(chosen)} | {_headline(score(chosen))} |")
    return lines


def _headline(evaluation: Evaluation) -> str:
    return " | ".join(f"{evaluation.scores[key].f1:.3f}" for key in HEADLINE)


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
    """Measure, and write the page next to this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--gold", type=Path, action="append", default=[], metavar="DIR")
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
    groups = [part("test"), part("pages"), *(own(articles, gold) for articles, gold in pairs)]
    with trained_here(options.models) as (_, _, models):
        # run alone on the machine, because the speed is measured
        results = [measure(part("development"), "development", by_models(models))]
    results += [measure(group, group.name, by_models(pipeline.SHIPPED)) for group in groups]
    results += [measure(g, f"{g.name}, rules alone", by_rules) for g in (part("development"), *groups)]
    results.append(measure(part("development"), "development, jieba's part-of-speech tags", by_peer))
    # only the last part of the names of the user's folders is shown, as the page is read elsewhere
    words = ["python", "benchmarks/quality.py"]
    for articles, gold in pairs:
        words += ["--articles", articles.resolve().name, "--gold", gold.resolve().name]
    options.out.write_text(report(results, shlex.join(words)), encoding="utf-8")
    for r in results:
        print(r.name, *(f"{key} {r.evaluation.scores[key].f1:.3f}" for key in HEADLINE), sep="  ")


if __name__ == "__main__":
    main()
