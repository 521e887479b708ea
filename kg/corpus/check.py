"""Check the corpus against every rule of the annotation contract that a machine can check.

    python -m kg.corpus.check [DIR] [--report]

DIR contains `DOC.txt` and `gold/DOC.json` files and defaults to the package's own corpus. `--report`
prints the coverage instead: types, predicates, provinces, genres, lengths.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg import ontology
from kg.corpus.gold import Gold, gold_folder, read_gold, squeeze
from kg.corpus.parts import TRAINING, Entry, read_entries
from kg.errors import CorpusError, KGError
from kg.model import PREDICATES, TYPES

# Maximum number of consecutive characters that two articles may share
LONGEST_SHARED = 24
# Formulas of official language that every newspaper prints word for word; each counts as one character
FORMULAS = ("以习近平新时代中国特色社会主义思想为指导",)


def check_article(text: str, gold: Gold) -> Iterator[str]:
    """Yield the faults of one article, in its ids, types, names, predicates, domains and values."""
    flat = squeeze(text)[0]
    types: dict[str, str] = {}
    owner: dict[str, str] = {}
    for entity in gold["entities"]:
        if entity["id"] in types:
            yield f"the id {entity['id']} stands twice"
        types[entity["id"]] = entity["type"]
        if entity["type"] not in TYPES:
            yield f"{entity['id']} has the unknown type {entity['type']}"
        if not entity["names"]:
            yield f"{entity['id']} has no name"
        if len(set(entity["names"])) < len(entity["names"]):
            yield f"{entity['id']} has a name twice"
        for name in entity["names"]:
            form = squeeze(name)[0]
            if not form or form not in flat:
                yield f"the name {name} of {entity['id']} is not in the text"
            if owner.setdefault(form, entity["id"]) != entity["id"]:
                yield f"the name {name} belongs to {owner[form]} and {entity['id']}"
    for relation in gold["relations"]:
        yield from _check_relation(relation, types)
    if len({tuple(r) for r in gold["relations"]}) < len(gold["relations"]):
        yield "a relation stands twice"
    for observation in gold["observations"]:
        if observation["subject"] not in types:
            yield f"an observation of the unknown {observation['subject']}"
        if squeeze(observation["value"])[0] not in flat:
            yield f"the value {observation['value']} is not in the text"


def _check_relation(relation: Sequence[str], types: Mapping[str, str]) -> Iterator[str]:
    subject, predicate, object_ = relation
    if predicate not in PREDICATES:
        yield f"the unknown predicate {predicate}"
    elif subject not in types or object_ not in types:
        yield f"a relation of unknown entities: {' '.join(relation)}"
    elif types[subject] in TYPES and types[object_] in TYPES:
        if subject == object_:
            yield f"{subject} {predicate} itself"
        if not ontology.allows(predicate, types[subject], types[object_]):
            yield f"{types[subject]} {predicate} {types[object_]} is outside domain and range"


def shared_passages(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each pair of articles that share over `LONGEST_SHARED` consecutive characters."""
    seen: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    width = LONGEST_SHARED + 1
    for doc in sorted(texts):
        flat = squeeze(texts[doc])[0]
        for formula in FORMULAS:
            flat = flat.replace(formula, "…")
        for at in range(len(flat) - width + 1):
            piece = flat[at : at + width]
            other = seen.setdefault(piece, doc)
            if other != doc and (other, doc) not in told:
                told.add((other, doc))
                yield f"{other} and {doc} share: {piece}"


def read_corpus(folder: Path) -> dict[str, tuple[str, Gold]]:
    """Return the text and gold of each article in a folder.

    Raises:
        CorpusError: A text has no gold, a gold file has no text, or a gold file breaks the contract.
    """
    texts = {path.stem: path for path in folder.glob("*.txt")}
    golds = {path.stem: path for path in (folder / "gold").glob("*.json")}
    if odd := sorted(texts.keys() ^ golds.keys()):
        raise CorpusError(f"text without gold or gold without text: {', '.join(odd)}", file=folder)
    return {doc: (texts[doc].read_text(encoding="utf-8"), read_gold(golds[doc])) for doc in sorted(texts)}


def faults(corpus: Mapping[str, tuple[str, Gold]], entries: Iterable[Entry] = ()) -> Iterator[str]:
    """Yield every fault of a corpus, one line per fault."""
    for doc, (text, gold) in corpus.items():
        yield from (f"{doc}: {fault}" for fault in check_article(text, gold))
        if gold.get("doc") != doc:
            yield f"{doc}: its gold says {gold.get('doc')}"
    yield from shared_passages({doc: text for doc, (text, _) in corpus.items()})
    rows = {entry.doc: entry for entry in entries}
    if rows:
        for doc in sorted(rows.keys() ^ corpus.keys()):
            yield f"{doc}: is only in the {'table' if doc in rows else 'folder'}"
        part_of: dict[str, set[str]] = {}
        for entry in rows.values():
            if entry.part not in ("reserve", "pages"):
                part = "train" if entry.part in TRAINING else entry.part
                part_of.setdefault(entry.province, set()).add(part)
        for province, parts in sorted(part_of.items()):
            if len(parts) > 1:
                yield f"{province} is in {' and '.join(sorted(parts))}"


def report(corpus: Mapping[str, tuple[str, Gold]], entries: Iterable[Entry]) -> str:
    """Return the coverage of a corpus as Markdown tables."""
    rows = [entry for entry in entries if entry.doc in corpus]
    counts = {
        "part": Counter(entry.part for entry in rows),
        "province": Counter(entry.province for entry in rows),
        "genre": Counter(entry.genre for entry in rows),
        "layout": Counter(entry.layout for entry in rows),
        "year": Counter((gold["date"] or "none")[:4] for _, gold in corpus.values()),
        "type": Counter(entity["type"] for _, gold in corpus.values() for entity in gold["entities"]),
        "predicate": Counter(relation[1] for _, gold in corpus.values() for relation in gold["relations"]),
        "characters": Counter(f"{len(squeeze(text)[0]) // 200 * 200}+" for text, _ in corpus.values()),
    }
    figures = sum(len(gold["observations"]) for _, gold in corpus.values())
    lines = [f"{len(corpus)} articles, {figures} observations."]
    for title, counter in counts.items():
        lines += ["", f"| {title} | number |", "|---|--:|"]
        order = sorted(counter) if title in ("year", "characters") else [k for k, _ in counter.most_common()]
        lines += [f"| {key} | {counter[key]} |" for key in order]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(prog="python -m kg.corpus.check", description="Check a gold corpus.")
    parser.add_argument("folder", type=Path, nargs="?", default=None)
    parser.add_argument("--report", action="store_true", help="print the coverage")
    options = parser.parse_args(arguments)
    folder = options.folder or gold_folder().parent
    try:
        corpus = read_corpus(folder)
        table = folder / "articles.csv"
        entries = read_entries(table) if table.exists() else ()
    except KGError as error:
        print(error, file=sys.stderr)
        return 1
    if options.report:
        print(report(corpus, entries), end="")
        return 0
    found = list(faults(corpus, entries))
    print("\n".join([*found, f"{len(corpus)} articles, {len(found)} faults"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
