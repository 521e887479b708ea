"""Measure relation extraction with gold entities given, or recount the precision of the rules.

    python benchmarks/measure_relations.py [--write] [--opinion [MODEL]]

Prints precision, recall and F1 per predicate on the development part of the corpus, by the rules alone or
with the trained opinion (the shipped model, or a file; only a model that was not trained on these articles
gives an honest measurement). Relations that follow by transitivity or symmetry count as stated. `--write`
first rewrites `kg/extract/relations/precision.csv` from the train part.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from kg import authority, corpus
from kg.extract import relations, segment
from kg.extract.clauses import parse_clauses
from kg.extract.context import look
from kg.extract.relations import precision
from kg.extract.relations.view import View
from kg.text.article import parse_article

Triple = tuple[str, str, str]


def prepare(path: Path, gold: corpus.Gold):  # type: ignore[no-untyped-def]
    """Return an article with its words, gold entities and clauses."""
    article = parse_article(path.read_text(encoding="utf-8"), doc=path.stem)
    words = segment.words(article.normal)
    entities = corpus.project(article, gold)
    return article, words, entities, parse_clauses(article, words, entities)


def recount(texts: list[Path], known: authority.Authority) -> None:
    """Count the proposals of the rules on some articles, and write the table."""
    proposals: list[tuple[str, tuple[str, ...], bool]] = []
    for path in texts:
        gold = corpus.read_gold(corpus.gold_folder() / f"{path.stem}.json")
        article, _, entities, clauses = prepare(path, gold)
        right = corpus.closure({(s, p, o) for s, p, o in gold["relations"]})
        rules: dict[Triple, set[str]] = defaultdict(set)
        for c in relations.candidates(View(article, entities, clauses), known):
            rules[c.subject, c.predicate, c.object].add(c.rule)
        proposals += [(path.stem, tuple(sorted(found)), triple in right) for triple, found in rules.items()]
    with precision.TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("rule", "right", "proposed"))
        out.writerows((rule, *n) for rule, n in precision.count(proposals).items())
    precision._counts.cache_clear()
    precision.precision_of.cache_clear()


def measure(texts: list[Path], known: authority.Authority, model: Path | None) -> None:
    """Print the scores on a set of articles."""
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path in texts:
        gold = corpus.read_gold(corpus.gold_folder() / f"{path.stem}.json")
        article, words, entities, clauses = prepare(path, gold)
        told = look(article, words, entities, clauses) if model else None
        found, _ = relations.find_relations(
            article, entities, clauses, told=told, authority=known, model=model
        )
        said = {(r.subject, r.predicate, r.object) for r in found}
        right = {(s, p, o) for s, p, o in gold["relations"]}
        all_said, all_right = corpus.closure(said), corpus.closure(right)
        for key in ("all", None):
            for triple in said:
                row = tally[key or triple[1]]
                row[0] += triple in all_right
                row[1] += 1
            for triple in right:
                row = tally[key or triple[1]]
                row[2] += triple in all_said
                row[3] += 1
    for key, (a, b, c, d) in sorted(tally.items()):
        p, r = a / max(1, b), c / max(1, d)
        print(f"{key:16} P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(1e-9, p + r):.3f}  of {d}")


def main() -> None:
    known = authority.load()
    folder = corpus.gold_folder().parent
    if "--write" in sys.argv[1:]:
        recount([folder / f"{doc}.txt" for doc in corpus.docs("train")], known)
    model = None
    if "--opinion" in sys.argv:
        rest = sys.argv[sys.argv.index("--opinion") + 1 :]
        model = Path(rest[0]) if rest else relations.MODEL
    measure([folder / f"{doc}.txt" for doc in corpus.docs("development")], known, model)


if __name__ == "__main__":
    main()
