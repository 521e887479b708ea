"""spaCy's trainable NER in place of the tagger, for comparison.

    python benchmarks/spacy_peer.py --component ner --rounds 15

Trains the component on the train part of the corpus, one token per character, and reads the development part
with it. The names that it finds go through the same steps as those of the tagger, so that the figures are
comparable with those of `benchmarks/ablation.md`, which includes its lines too. `spancat` scores every span
of 2 to 14 characters. Prints one line of the table of peers.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

from kg.corpus import docs, gold_folder, project, read_gold
from kg.evaluate import score
from kg.extract import pipeline
from kg.extract.document import to_json
from kg.extract.tagging import names_training
from kg.extract.tagging.linear_chain import decode
from kg.model import Article, Extraction, Mention
from kg.text.readers import read_article

KEY = "names"
FAMILIES = ("Organization", "Location", "Project", "Initiative")
LONGEST = 14


def sentences(article: Article, nlp: Language) -> Iterator[tuple[int, Doc]]:
    """Yield the start and the characters of each sentence."""
    for sentence in article.sentences:
        text = article.normal[sentence.start : sentence.end]
        if text.strip():
            yield sentence.start, Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))


def examples(paths: list[Path], nlp: Language, component: str) -> Iterator[Example]:
    """Yield the sentences of gold articles with their names."""
    divisions = pipeline.matcher_of().divisions
    for path in paths:
        article = read_article(path.parent.parent / f"{path.stem}.txt")
        labels = names_training.label_names(article, project(article, read_gold(path)), divisions)
        for start, doc in sentences(article, nlp):
            told = Doc(nlp.vocab, words=[t.text for t in doc], spaces=[False] * len(doc))
            spans = [
                Span(told, s, e, label=kind) for s, e, kind in decode(labels[start : start + len(doc)], 0)
            ]
            if component == "ner":
                told.ents = spans
            else:
                told.spans[KEY] = spans
            yield Example(doc, told)


def train(component: str, rounds: int, seed: int) -> Language:
    """Return a pipeline with the component trained on the train part."""
    fix_random_seed(seed)
    nlp = spacy.blank("zh")
    settings: dict[str, Any] = {}
    if component == "spancat":
        suggester = {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 2, "max_size": LONGEST}
        settings = {"spans_key": KEY, "threshold": 0.5, "max_positive": 1, "suggester": suggester}
    nlp.add_pipe(component, config=settings)
    given = list(examples([gold_folder() / f"{doc}.json" for doc in docs("train")], nlp, component))
    optimizer = nlp.initialize(lambda: given)
    shuffled = random.Random(seed)
    for _ in range(rounds):
        shuffled.shuffle(given)
        for batch in minibatch(given, size=32):
            nlp.update(batch, sgd=optimizer, drop=0.3)
    return nlp


def read(article: Article, nlp: Language, component: str) -> Extraction:
    """Return the things of an article whose names the component finds."""
    reading = pipeline.Reading(article, pipeline.matcher_of())
    found = []
    for start, doc in sentences(article, nlp):
        for _, pipe in nlp.pipeline:
            doc = pipe(doc)
        group = doc.spans[KEY] if component == "spancat" and KEY in doc.spans else doc.ents
        scores = group.attrs.get("scores") if component == "spancat" else np.ones(len(group))
        for span, sure in zip(group, scores, strict=True):
            begin, end = start + span.start, start + span.end
            found.append(Mention(begin, end, article.text[begin:end], span.label_, component, float(sure)))
    reading.tagged = found
    for name, step in pipeline.STEPS:
        if name in ("kg_segment", "kg_known_names", "kg_unknown_names", "kg_entities"):
            step(reading)
    return Extraction(article, reading.entities, (), (), ())


def line(component: str, rounds: int, seed: int = 0) -> str:
    """Return a line of the table of peers: minutes of training, KB/s for names alone, F1 by family."""
    began = time.process_time()
    nlp = train(component, rounds, seed)
    trained = time.process_time() - began
    folder, rows, size, began = gold_folder(), [], 0, time.process_time()
    for doc in docs("development"):
        article = read_article(folder.parent / f"{doc}.txt")
        size += len(article.text.encode())
        rows.append((doc, to_json(read(article, nlp, component)), read_gold(folder / f"{doc}.json")))
    speed = size / 1000 / (time.process_time() - began)
    scores = score(rows).scores
    figures = " | ".join(f"{scores[key].f1:.3f}" for key in ("core", "entities", *FAMILIES))
    return f"| spaCy {component}, {rounds} rounds | {trained / 60:.0f} | {speed:.0f} | {figures} |"


def main() -> None:
    """Train, read, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--component", choices=("ner", "spancat"), default="ner")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(line(options.component, options.rounds, options.seed))


if __name__ == "__main__":
    main()
