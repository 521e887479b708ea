"""How well the names of one thing are joined within an article, when every name is annotated.

    python benchmarks/short_names.py [--part train]

Every occurrence of an annotated name becomes a mention (longest first), without its authority record, and
`kg.extract.clustering.entities` joins the mentions. For a thing with n names, n - 1 should be joined to
another. The table shows how many were, and how many things were joined to a wrong one. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from kg import authority
from kg.corpus import Gold, docs, gold_folder, read_gold
from kg.extract import segment
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.entities import find_entities
from kg.extract.lessons import read_text
from kg.extract.names.known import Matcher, places_of
from kg.model import FAMILY_OF, TYPES, Article, Mention


def mentions_of(article: Article, gold: Gold) -> list[Mention]:
    """Return a mention for each occurrence of an annotated name outside a longer one, in order."""
    types = {name: entity["type"] for entity in gold["entities"] for name in entity["names"]}
    taken = bytearray(len(article.text))
    found = []
    standing = places_of(list(types), article.text)
    for name in sorted(standing, key=lambda n: (-len(n), n)):
        for start in standing[name]:
            end = start + len(name)
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\1" * len(name)
                found.append(Mention(start, end, name, types[name], "gold", 0.9))
    return sorted(found, key=lambda mention: mention.start)


def count(parts: Sequence[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return by type how many names should be joined, how many were, and how many joins are wrong."""
    wanted: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    divisions = Matcher(authority.load()).divisions
    for doc in docs(*parts):
        path = gold_folder() / f"{doc}.json"
        article, gold = read_text(path), read_gold(path)
        words = segment.words(article.text)
        things = find_entities(article, mentions_of(article, gold), words, divisions)
        of_name = {
            (FAMILY_OF[thing.type], name): thing.id
            for thing in things
            for name in map(clean_name, thing.names)
        }
        holders: dict[str, set[str]] = {}
        for entity in gold["entities"]:
            family = FAMILY_OF[entity["type"]]
            ids = [of_name[family, n] for n in map(clean_name, entity["names"]) if (family, n) in of_name]
            wanted[entity["type"]] += max(0, len(ids) - 1)
            joined[entity["type"]] += max(0, len(ids) - len(set(ids)))
            for held in ids:
                holders.setdefault(held, set()).add(entity["id"])
        kinds = {entity["id"]: entity["type"] for entity in gold["entities"]}
        for ids_of_one in holders.values():
            for entity_id in sorted(ids_of_one)[1:]:
                wrong[kinds[entity_id]] += 1
    return wanted, joined, wrong


def table(wanted: Counter[str], joined: Counter[str], wrong: Counter[str]) -> str:
    """Return the counts as a Markdown table."""
    lines = ["| type | to be joined | joined | joined to a wrong one |", "|---|--:|--:|--:|"]
    lines += [
        f"| {kind} | {wanted[kind]} | {joined[kind]} | {wrong[kind]} |" for kind in TYPES if wanted[kind]
    ]
    lines.append(f"| all | {wanted.total()} | {joined.total()} | {wrong.total()} |")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the requested parts; the module docstring describes the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", action="append", help="part of the corpus; train unless said otherwise")
    options = parser.parse_args(argv)
    print(table(*count(options.part or ["train"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
