"""Groups of gold articles, ways to extract from them, and the results of measurements.

The common basis of `quality.py`, `calibration.py` and `mistakes.py`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kg.authority import load
from kg.corpus import docs, gold_folder, read_gold
from kg.corpus.parts import TRAINING
from kg.evaluate import Evaluation, score
from kg.extract import pipeline, segment
from kg.extract.context.folds import FOLDS, network_file, others
from kg.extract.context.lessons import train_context
from kg.extract.document import to_json
from kg.extract.tagging import cross_reading, net_training
from kg.extract.tagging.names_training import train_names
from kg.extract.training import train_figures, train_relations
from kg.model import Article
from kg.text.readers import read_article

TAGGED = "kg_tagged_names"
# Entity types for jieba's part-of-speech tags, as a peer to compare with
PEER = {"nr": "Person", "ns": "AdministrativeDivision", "nt": "Company", "nz": "Product"}
Document = dict[str, Any]
Row = tuple[str, Document, Document]


@dataclass(frozen=True)
class Group:
    """Articles that are scored together."""

    name: str
    texts: tuple[Path, ...]
    gold: Path


@dataclass(frozen=True)
class Measured:
    """The result for a group: scores, bytes of UTF-8 read, seconds without start-up, scored articles."""

    name: str
    articles: int
    evaluation: Evaluation
    size: int
    seconds: float
    rows: tuple[Row, ...]


def part(name: str) -> Group:
    """Return a part of the corpus as a group."""
    folder = gold_folder()
    return Group(name, tuple(folder.parent / f"{doc}.txt" for doc in docs(name)), folder)


def own(articles: Path, gold: Path) -> Group:
    """Return the articles of a folder that have gold as a group, named after the folder."""
    texts = tuple(path for path in sorted(articles.glob("*.txt")) if (gold / f"{path.stem}.json").exists())
    if not texts:
        sys.exit(f"quality: no article of {articles} has gold in {gold}")
    return Group(articles.resolve().name, texts, gold)


def measure(group: Group, name: str, extract: Callable[[Article], Document]) -> Measured:
    """Extract and score the articles of a group."""
    rows: list[Row] = []
    size, seconds = 0, 0.0
    for path in group.texts:
        started = time.perf_counter()
        article = read_article(path)
        document = extract(article)
        seconds += time.perf_counter() - started
        size += len(article.text.encode())
        # through JSON, so that the scored document is what a user gets
        rows.append(
            (path.stem, json.loads(json.dumps(document)), read_gold(group.gold / f"{path.stem}.json"))
        )
    return Measured(name, len(group.texts), score(rows), size, seconds, tuple(rows))


def by_models(models: pipeline.Models) -> Callable[[Article], Document]:
    """Return a function for the whole extraction with trained models."""
    return lambda article: to_json(pipeline.extract(article, load(), models=models))


def by_rules(article: Article) -> Document:
    """Return the extraction without the tagger and the opinion on relations.

    There is no rule for the owner of a figure: owners are ranked as usual.
    """
    rules = pipeline.Models(relations=None)
    return to_json(pipeline.extract(article, load(), without=(TAGGED,), models=rules))


def by_peer(article: Article) -> Document:
    """Return the names given by the part-of-speech tags of the segmenter."""
    found: dict[tuple[str, str], str] = {}
    for word in segment.words(article.normal):
        kind = PEER.get(word.tag)
        if kind and word.end - word.start > 1:
            found.setdefault((article.text[word.start : word.end], kind), f"e{len(found) + 1}")
    entities = [{"id": key, "type": kind, "names": [name]} for (name, kind), key in found.items()]
    return {"doc": article.doc, "entities": entities, "relations": [], "observations": []}


def files_of(names: Sequence[str], folder: Path, more: Sequence[str] | None = None) -> pipeline.Models:
    """Return the files for models trained on some articles.

    Args:
        names: The articles.
        folder: Folder of the files.
        more: The articles that the models of `MORE` learn from, if they are others.
    """
    count, whole = len(names), len(more or names)
    return pipeline.Models(
        names=folder / f"names-{count}.model",
        net=folder / f"names-{count}.net",
        review=folder / f"review-{count}.json",
        context=folder / f"context-{whole}.net",
        relations=folder / f"relations-{whole}.json",
        figures=folder / f"figures-{whole}.npz",
    )


def train(what: str, names: Sequence[str], models: pipeline.Models) -> None:
    """Train one of `FIRST` or `SECOND` on articles of the corpus, unless it has been trained already."""
    folds = models.names.with_name(f"folds-{len(names)}")
    without = models.names.with_name(f"context-folds-{len(names)}")
    path = {"folds": folds, "without": without}.get(what) or getattr(models, what)
    if path is None or path.is_file():
        return
    files = [gold_folder() / f"{doc}.json" for doc in names]
    if what == "names":
        train_names(files, path)
    elif what == "net":
        net_training.train_names(files, path, start=net_training.GENERAL)
    elif what == "folds":
        cross_reading.train_folds(files, path)
    elif what == "review":
        cross_reading.train_review(files, path, folds)
    elif what == "context":
        train_context(files, path)
    elif what == "without":
        for fold in range(FOLDS):
            out = network_file(path, fold)
            if not out.is_file():
                train_context(others(files, fold), out)
    elif what == "relations":
        train_relations(files, path, folder=without)
    elif what == "figures":
        train_figures(files, path, folder=without)


FIRST, SECOND = ("names", "net", "folds", "context", "without"), ("review", "relations", "figures")
"""The models to train, in two turns: the second turn reads articles with the models of the first."""
MORE = ("context", "without", "relations", "figures")
"""The models that learn from the part `supplement` too."""


@contextmanager
def trained_here(kept: Path | None) -> Iterator[tuple[Executor, Path, pipeline.Models]]:
    """Train models as the shipped ones were; yield the process pool, the folder and the models' files.

    Args:
        kept: Folder to write the models to; those already there are reused. A temporary folder if None.
    """
    names, more = docs("train"), docs(*TRAINING)
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        folder = kept or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        models = files_of(names, folder, more)
        for turn in (FIRST, SECOND):
            given = [(what, more if what in MORE else names) for what in turn]
            for done in [pool.submit(train, what, some, models) for what, some in given]:
                done.result()
        yield pool, folder, models


def trained_on(names: Sequence[str], folder: Path) -> pipeline.Models:
    """Train models on articles of the corpus and return their files."""
    models = files_of(names, folder)
    for what in (*FIRST, *SECOND):
        train(what, names, models)
    return models
