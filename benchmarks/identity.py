"""Measure entity resolution across articles and write `benchmarks/identity.md`.

    python benchmarks/identity.py [--quick]

Three settings are scored against `seeds/identity/`: gold entities and relations given (the resolver alone),
each name taken as one thing (what a graph without a resolver does), and end to end, with the extracted
entities mapped to gold ones by name. Then the time is measured for 1, 10 and 100 times the articles, as
copies with their local things renamed. `--quick` leaves out the extraction and the large copies.
"""

from __future__ import annotations

import argparse
import gc
import platform
import sys
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kg import authority, evaluate
from kg.corpus import gold_folder, read_gold
from kg.extract import document
from kg.extract.names.known import Matcher
from kg.extract.pipeline import extract
from kg.model import Extraction
from kg.resolve import score
from kg.resolve.identity import Member
from kg.resolve.things import resolve
from kg.text.article import parse_article

REPORT = Path(__file__).with_suffix(".md")
FAMILIES = ("Organization", "Location", "Industry", "Product", "Honor", "Initiative", "Project")
# every tenth article, so that a hundred copies of them are read in a minute
EVERY = 10


def gold_extractions(docs: Iterable[str], matcher: Matcher) -> list[Extraction]:
    """Return the gold of articles as extractions."""
    found = []
    for doc in sorted(docs):
        text = (gold_folder().parent / f"{doc}.txt").read_text(encoding="utf-8")
        found.append(
            score.given(parse_article(text, doc=doc), read_gold(gold_folder() / f"{doc}.json"), matcher)
        )
    return found


def one_name_one_thing(extractions: Iterable[Extraction]) -> dict[Member, Hashable]:
    """Return the clusters of a graph that takes equal names within a family as one thing."""
    return {(e.article.doc, n.id): (n.family, n.name) for e in extractions for n in e.entities}


def end_to_end(
    golds: Sequence[Extraction], tables: authority.Authority
) -> tuple[dict[Member, Hashable], dict[Member, Hashable], float]:
    """Return the clusters of gold items by the resolver and by name, and the share of items found."""
    extractions = [extract(gold.article, tables) for gold in golds]
    keys = score.clusters(resolve(extractions, tables))
    named = one_name_one_thing(extractions)
    found: dict[Member, Hashable] = {}
    by_name: dict[Member, Hashable] = {}
    for extraction in extractions:
        doc = extraction.article.doc
        predicted = document.to_json(extraction)["entities"]
        gold = read_gold(gold_folder() / f"{doc}.json")["entities"]
        for ours, theirs in evaluate.match(predicted, gold).items():
            found[doc, theirs] = keys[doc, ours]
            by_name[doc, theirs] = named[doc, ours]
    return found, by_name, len(found) / sum(len(gold.entities) for gold in golds)


def rows(name: str, found: Mapping[Member, Hashable], known: score.Identities) -> Iterator[str]:
    """Yield the table rows of one setting: all items, each half, and the wrong merges."""
    cells = []
    for items in (None, score.items_of_half(known, 0), score.items_of_half(known, 1)):
        b = score.score(found, known, items=items)
        cells.append(
            f"{b.precision:.4f} | {b.recall:.4f} | **{b.f1:.4f}**" if items is None else f"{b.f1:.4f}"
        )
    everything = [m for m in found if m[0] in known.docs and m not in known.undecided]
    whole = score.score(found, known, items=everything)
    both = sum(p.one in found and p.other in found for p in known.apart)
    wrong = len(score.wrong_merges(found, known))
    items = score.score(found, known).items
    yield f"| {name} | {items} | {' | '.join(cells)} | {whole.f1:.4f} | {wrong} of {both} |"


def copies(extractions: Sequence[Extraction], times: int) -> Iterator[Extraction]:
    """Yield the articles several times over, renaming in each copy the things that are in no table."""
    for number in range(times):
        mark = "".join(chr(0x4E00 + 97 * (number // 10**place % 10)) for place in range(3))
        for extraction in extractions:
            entities = tuple(
                replace(entity, names=tuple(mark + name for name in entity.names))
                if number
                and entity.record is None
                and entity.family in ("Organization", "Project", "Person", "Event")
                else entity
                for entity in extraction.entities
            )
            article = replace(extraction.article, doc=f"{extraction.article.doc}-{number}")
            yield replace(extraction, article=article, entities=entities)


def seconds(extractions: Sequence[Extraction], tables: authority.Authority) -> tuple[float, int, int]:
    """Return the processor seconds, entities and things of one run of the resolver."""
    gc.collect()
    started = time.process_time()
    things = resolve(extractions, tables)
    return time.process_time() - started, sum(len(e.entities) for e in extractions), len(things)


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="leave out the extraction and the large copies")
    options = parser.parse_args()
    tables, known = authority.load(), score.read_identities(score.identity_folder())
    golds = gold_extractions(known.docs, Matcher(tables))
    found = score.clusters(resolve(golds, tables))
    lines = [
        "# Who is who across articles",
        "",
        f"Made by `python benchmarks/identity.py`; Python {platform.python_version()}. The gold and its",
        "rules are in [seeds/identity](../seeds/identity/README.md).",
        "",
        "The measure is B-cubed (Bagga and Baldwin 1998) over items (article, entity) of things named in two",
        "or more articles. P, R and F1 are means over these items. Clusters are counted with every entity of",
        "the articles, so that a merge with a thing of one article costs precision. *Half 0* of the things",
        "(by hash of the key) was looked at for mending, *half 1* was only measured. But the gold of both",
        "was written by the same hand, the first list of errors was read for both, and merges that no",
        "candidate had held were decided after they were seen. *With singletons* is F1 over all entities,",
        "things of one article included. *Wrong merges* are pairs that must stay apart and were found to be",
        "one.",
        "",
        "| | items | P | R | F1 | F1 half 0 | F1 half 1 | F1 with singletons | wrong merges |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *rows("gold entities, one name = one thing", one_name_one_thing(golds), known),
        *rows("gold entities, the resolver", found, known),
    ]
    if not options.quick:
        ours, by_name, part = end_to_end(golds, tables)
        lines += rows("extracted entities, one name = one thing", by_name, known)
        lines += rows("extracted entities, the resolver", ours, known)
        lines += [
            "",
            f"Extracted entities are those that share a name with a gold entity ({part:.0%} of all gold",
            "entities); what the extraction misses counts in neither row. Most of these articles were used",
            "to train the tagger.",
        ]
    lines += ["", "## By family", "", "| family | items | P | R | F1 |", "|---|--:|--:|--:|--:|"]
    for family in FAMILIES:
        items = [m for m, thing in known.things.items() if thing.partition("/")[0] == family.lower()]
        b = score.score(found, known, items=items)
        lines.append(f"| {family} | {b.items} | {b.precision:.4f} | {b.recall:.4f} | {b.f1:.4f} |")
    lines += ["", "## What is still wrong", ""]
    lines += [
        f"- merged: {names} ({p.reason})"
        for p in score.wrong_merges(found, known)
        for names in [" | ".join(p.names)]
    ]
    lines += [f"- {kind}: {what}" for kind, what in score.mistakes(found, known)]
    lines += [
        "",
        "## Time",
        "",
        "Every tenth article, and copies of them in which whatever no table knows is renamed.",
        "",
    ]
    lines += [
        "| copies | articles | entities | things | processor seconds | µs an entity |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    base = golds[::EVERY]
    for times in (1, 10) if options.quick else (1, 10, 100):
        many = list(copies(base, times))
        took, entities, things = seconds(many, tables)
        lines.append(
            f"| {times} | {len(many)} | {entities} | {things} | {took:.2f} | {took / entities * 1e6:.0f} |"
        )
    text = "\n".join(lines) + "\n"
    if options.quick:
        sys.stdout.write(text)
    else:
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
