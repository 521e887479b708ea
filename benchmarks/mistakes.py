"""The kinds of mistakes that cost most: each mistake of a measurement is assigned to a class and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from measuring import Document, Row

from kg.corpus import closure
from kg.corpus.matching import match, squeeze
from kg.evaluate import quantity
from kg.model import FAMILY_OF

SHOWN = 20


def classify(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield (class, example) of each mistake."""
    for doc, predicted, gold in rows:
        pairs = match(predicted["entities"], gold["entities"])
        yield from _things(predicted, gold, pairs)
        yield from _relations(predicted, gold, pairs)
        yield from ((kind, f"{doc}: {what}") for kind, what in _figures(predicted, gold, pairs))


def _things(predicted: Document, gold: Document, pairs: dict[str, str]) -> Iterator[tuple[str, str]]:
    found = {squeeze(n): e for e in predicted["entities"] for n in e["names"]}
    true = {squeeze(n): e for e in gold["entities"] for n in e["names"]}
    for e in gold["entities"]:
        if e["id"] not in pairs.values():
            yield f"{FAMILY_OF[e['type']]}: {_why({squeeze(n) for n in e['names']}, found, e)}", e["names"][0]
    for e in predicted["entities"]:
        if e["id"] in pairs:
            continue
        names = {squeeze(n) for n in e["names"]}
        if names & true.keys():
            continue  # counted above as of another kind, or part of a thing split in two
        if not any(a in b or b in a for a in names for b in true):
            yield f"{FAMILY_OF[e['type']]}: told, and is none", e["names"][0]


def _why(names: set[str], found: dict[str, Document], entity: Document) -> str:
    for name in sorted(names):
        if name in found:
            other = FAMILY_OF[found[name]["type"]]
            if other != FAMILY_OF[entity["type"]]:
                return f"taken for {other}"
            return "merged with another"
    if any(n in f for n in names for f in found):
        return "missed inside a longer name"
    if any(f in n for n in names for f in found if len(f) > 1):
        return "only a part of the name found"
    return "not found"


def _relations(predicted: Document, gold: Document, pairs: dict[str, str]) -> Iterator[tuple[str, str]]:
    back = {g: p for p, g in pairs.items()}
    names = {e["id"]: e["names"][0] for e in gold["entities"]}
    said = closure((s, p, o) for s, p, o in predicted["relations"])
    for s, p, o in gold["relations"]:
        if (back.get(s), p, back.get(o)) in said:
            continue
        what = f"{names[s]} {p} {names[o]}"
        if s not in back or o not in back:
            yield f"{p}: an end was not found", what
        else:
            yield f"{p}: missed between things found", what
    names = {e["id"]: e["names"][0] for e in predicted["entities"]}
    true = closure((s, p, o) for s, p, o in gold["relations"])
    for s, p, o in predicted["relations"]:
        if (pairs.get(s), p, pairs.get(o)) not in true:
            end = "with an end that is none" if s not in pairs or o not in pairs else "between things found"
            yield f"{p}: told wrongly {end}", f"{names[s]} {p} {names[o]}"


def _figures(predicted: Document, gold: Document, pairs: dict[str, str]) -> Iterator[tuple[str, str]]:
    back = {g: p for p, g in pairs.items()}
    said = Counter((pairs.get(o["subject"]), quantity(o["value"])) for o in predicted["observations"])
    values = Counter(quantity(o["value"]) for o in predicted["observations"])
    true = Counter((o["subject"], quantity(o["value"])) for o in gold["observations"])
    told = Counter(quantity(o["value"]) for o in gold["observations"])
    for o in gold["observations"]:
        key = (o["subject"], quantity(o["value"]))
        if said[key] > 0:
            said[key] -= 1
        elif o["subject"] not in back:
            yield "figure: its owner was not found", f"{o['indicator']} {o['value']}"
        elif values[key[1]]:
            yield "figure: given to another owner", f"{o['indicator']} {o['value']}"
        else:
            yield "figure: not told", f"{o['indicator']} {o['value']}"
    for o in predicted["observations"]:
        key = (pairs.get(o["subject"]), quantity(o["value"]))
        if true[key] > 0:
            true[key] -= 1
        elif not told[key[1]]:
            yield "figure: told, and is none", f"{o['indicator']} {o['value']}"


def report(rows: Sequence[Row]) -> list[str]:
    """Return a Markdown section with the most costly classes, each with its share and examples."""
    found = list(classify(rows))
    counts = Counter(kind for kind, _ in found)
    examples: dict[str, list[str]] = {}
    for kind, example in found:
        examples.setdefault(kind, []).append("".join(example.split()))
    lines = [
        "## What costs most",
        "",
        f"Development part: the {SHOWN} most frequent classes of {len(found):,} mistakes, with examples.",
        "",
        "| mistake | number | share | for example |",
        "|---|--:|--:|---|",
    ]
    for kind, number in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:SHOWN]:
        shown = "; ".join(sorted(examples[kind], key=lambda e: (len(e), e))[:3]).replace("|", "\\|")
        lines.append(f"| {kind} | {number} | {number / len(found):.1%} | {shown} |")
    return [*lines, ""]
