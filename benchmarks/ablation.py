"""Measure what more articles and each part of the extraction contribute; write `benchmarks/ablation.md`.

    python benchmarks/ablation.py [--peers] [--models DIR]

Everything is measured on the development part, with models trained here on the train part: a learning curve,
from models trained on growing shares of it; the extraction without one part at a time; and, with `--peers`,
spaCy's trainable components in place of the tagger. `--models DIR` keeps the trained models, and reuses those
that an earlier run, or one of `quality.py`, left there; after changing features or articles, begin with an
empty folder. Training everything anew takes hours on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import spacy_peer
from machine import machine
from measuring import Measured, by_models, measure, part, train, trained_here, trained_on

from kg.authority import load
from kg.corpus import docs
from kg.extract import pipeline
from kg.extract.document import to_json
from kg.extract.tagging import tagger

SHARES = (0.125, 0.25, 0.5)
LEFT_OUT = {
    "tagger": "trained tagger",
    "net": "network of names",
    "review": "second look at names",
    "relations": "trained opinion on relations",
}
# Inputs of the tagger, by the letters of their columns in its templates
TOLD = {
    "k": "known names",
    "g": "candidates of the name grammar",
    "tw": "words and parts of speech",
}
# spaCy's components, with their numbers of training rounds
PEERS = {"ner": 12, "spancat": 4}
COLUMNS = ("core", "entities", *spacy_peer.FAMILIES, "relations")


def point(names: Sequence[str], folder: Path) -> Measured:
    """Return the result on the development part of models trained on some articles."""
    return measure(part("development"), f"{len(names)} articles", by_models(trained_on(names, folder)))


def tagger_without(letters: str, models: pipeline.Models, folder: Path) -> Measured:
    """Return the result on the development part of a tagger trained and run without some columns."""
    whole = tagger.TEMPLATES
    tagger.TEMPLATES = tuple(t for t in whole if not any(p[0] in letters for p in t.split()))
    try:
        chosen = replace(models, names=folder / f"without-{letters}.model")
        train("names", docs("train"), chosen)
        return measure(part("development"), f"linear chain not told of {TOLD[letters]}", by_models(chosen))
    finally:
        tagger.TEMPLATES = whole


def without(what: str, models: pipeline.Models) -> Measured:
    """Return the result on the development part without one of `LEFT_OUT`."""
    steps = ("kg_tagged_names",) if what == "tagger" else ()
    chosen = models if what == "tagger" else replace(models, **{what: None})
    return measure(
        part("development"),
        LEFT_OUT[what],
        lambda article: to_json(pipeline.extract(article, load(), without=steps, models=chosen)),
    )


def table(first: str, rows: Sequence[Measured]) -> list[str]:
    """Return the F1 scores of results as a table."""
    lines = [
        f"| {first} | " + " | ".join(f"{key} F1" for key in COLUMNS) + " |",
        "|---|" + "--:|" * len(COLUMNS),
    ]
    for r in rows:
        lines.append(
            f"| {r.name} | " + " | ".join(f"{r.evaluation.scores[k].f1:.3f}" for k in COLUMNS) + " |"
        )
    return lines


def report(curve: Sequence[Measured], parts: Sequence[Measured], peers: Sequence[str]) -> str:
    """Return the Markdown page."""
    whole = curve[-1]
    command = "python benchmarks/ablation.py" + (" --peers" if peers else "")
    lines = [
        "# What each part of the extraction adds",
        "",
        f"Made by `{command}`: the development part, read by models trained on",
        f"{whole.name} of the train part where nothing else is said. What counts as right is told in",
        "`kg/evaluate.py`, how good the models are that ship in [quality.md](quality.md).",
        "",
        f"{machine('spacy', 'numpy', 'python-crfsuite')}.",
        "",
        "## Learning curve",
        "",
        *table("trained on", curve),
        "",
        "## Without one part",
        "",
        *table("without", [replace(whole, name="(nothing left out)"), *parts]),
    ]
    if peers:
        lines += [
            "",
            "## Another tagger",
            "",
            "In place of linear chain and network; all other steps that find things are the same.",
            "",
            "| tagger | minutes of training | KB/s, things alone | "
            + " | ".join(f"{key} F1" for key in COLUMNS[:-1])
            + " |",
            "|---|--:|--:|" + "--:|" * len(COLUMNS[:-1]),
            *peers,
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write the page next to this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", action="store_true", help="train spaCy's components too")
    parser.add_argument("--models", type=Path, metavar="DIR", help="keep what is trained here, and take it")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("ablation.md"), metavar="FILE")
    options = parser.parse_args()
    whole = docs("train")
    with trained_here(options.models) as (pool, folder, models):
        curve = [
            pool.submit(point, names, folder) for names in (*(whole[:: round(1 / s)] for s in SHARES), whole)
        ]
        parts = [pool.submit(without, what, models) for what in LEFT_OUT]
        parts += [pool.submit(tagger_without, key, models, folder) for key in TOLD]
        peers = [pool.submit(spacy_peer.line, *peer) for peer in PEERS.items() if options.peers]
        page = report([p.result() for p in curve], [p.result() for p in parts], [p.result() for p in peers])
    options.out.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
