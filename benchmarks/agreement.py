"""Agreement of two annotators: the second annotations in `seeds/articles/second` against the gold.

    python benchmarks/agreement.py [--write]

Prints a Markdown table computed with the project's own scorer (`kg.evaluate`), with the gold as reference. F1
stands in for kappa where nobody can count what is rightly *not* annotated (Hripcsak and Rothschild, JAMIA
12(3), 2005). The interval is the middle 95 % of 1,000 bootstrap samples of articles. A second annotation with
a name or figure that is no longer in the text of its article is left out and counted.

`--write` puts this table, and the one of `python -m kg.corpus.check --report`, into the data statement,
between the lines that name the two commands.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg import ontology
from kg.corpus import Gold, closure, gold_folder, read_entries, read_gold
from kg.corpus.check import check_article, read_corpus, report
from kg.corpus.matching import match
from kg.evaluate import Score, quantity, score
from kg.model import FAMILIES, undirected

STATEMENT = Path(__file__).resolve().parent.parent / "seeds" / "data-statement.md"
DRAWS = 1000
Scores = Mapping[str, Score]


@dataclass(frozen=True)
class Pair:
    """One article annotated twice: the second annotation, and the gold."""

    doc: str
    second: Gold
    gold: Gold


def second_folder() -> Path:
    """Return the folder of the second annotations."""
    return gold_folder().parent / "second"


def read_pairs(folder: Path) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the articles in a folder of second annotations, and those whose text has changed since.

    Raises:
        CorpusError: A file breaks the annotation contract, or an article has no gold.
    """
    pairs, changed = [], []
    for path in sorted(folder.glob("*.json")):
        second = read_gold(path)
        text = (gold_folder().parent / f"{path.stem}.txt").read_text(encoding="utf-8")
        if any(fault.endswith("is not in the text") for fault in check_article(text, second)):
            changed.append(path.stem)
        else:
            pairs.append(Pair(path.stem, second, read_gold(gold_folder() / path.name)))
    return tuple(pairs), tuple(changed)


def allowed(gold: Gold) -> Gold:
    """Return an annotation without the relations outside the domain and range of their predicate."""
    types = {entity["id"]: entity["type"] for entity in gold["entities"]}
    kept = [r for r in gold["relations"] if ontology.allows(r[1], types[r[0]], types[r[2]])]
    return {**gold, "relations": kept}


def _once(relations: Iterable[Sequence[str]]) -> set[tuple[str, str, str]]:
    return {undirected(s, p, o) for s, p, o in relations}


def shared_relations(pair: Pair) -> Score:
    """Return the agreement on relations between things that both annotators have."""
    there = match(pair.second["entities"], pair.gold["entities"])
    back = {gold: second for second, gold in there.items()}

    def count(mine: Gold, other: Gold, to: Mapping[str, str]) -> tuple[int, int]:
        true = closure(_once(other["relations"]))
        known = [(to[s], p, to[o]) for s, p, o in _once(mine["relations"]) if s in to and o in to]
        return len(known), sum(triple in true for triple in known)

    return Score(*count(pair.second, pair.gold, there), *count(pair.gold, pair.second, back))


def dated_figures(pair: Pair) -> Score:
    """Return the agreement on figures including their period, for things that both annotators have."""
    there = match(pair.second["entities"], pair.gold["entities"])
    said = [(there.get(o["subject"]), quantity(o["value"]), o["period"]) for o in pair.second["observations"]]
    true = [(o["subject"], quantity(o["value"]), o["period"]) for o in pair.gold["observations"]]
    said = [figure for figure in said if figure[0]]
    true = [figure for figure in true if figure[0] in there.values()]
    left, both = list(true), 0
    for figure in said:
        if figure in left:
            left.remove(figure)
            both += 1
    return Score(len(said), both, len(true), both)


def article_scores(pair: Pair) -> dict[str, Score]:
    """Return all scores of one article."""
    found = dict(score([(pair.doc, pair.second, pair.gold)]).scores)
    clean = replace(pair, second=allowed(pair.second))
    found["relations allowed"] = score([(pair.doc, clean.second, pair.gold)]).scores["relations"]
    found["relations shared"] = shared_relations(pair)
    found["relations shared allowed"] = shared_relations(clean)
    found["figures dated"] = dated_figures(pair)
    same = pair.second["date"] == pair.gold["date"]
    found["date"] = Score(1, same, 1, same)
    return found


def total(articles: Iterable[Scores], key: str) -> Score:
    """Return the sum of one score over articles."""
    return sum((scores.get(key, Score()) for scores in articles), Score())


def interval(articles: Sequence[Scores], key: str) -> tuple[float, float]:
    """Return the bounds of the middle 95 % of F1 over bootstrap samples; the same in every run."""
    chance = random.Random(0)
    drawn = sorted(total(chance.choices(articles, k=len(articles)), key).f1 for _ in range(DRAWS))
    return drawn[round(0.025 * DRAWS)], drawn[round(0.975 * DRAWS) - 1]


ROWS = (
    ("core", "things of the core families"),
    ("entities", "all things"),
    ("relaxed entities", "all things, names only alike"),
    *((family, f"– {family}") for family in FAMILIES),
    ("fine type of matched", "the same of the 15 types, for things both have"),
    ("names of matched", "the same names, for things both have"),
    ("relations", "relations, end to end"),
    ("relations allowed", "relations, end to end, those inside domain and range"),
    ("relations shared", "relations between things both have"),
    ("relations shared allowed", "relations between things both have, those inside domain and range"),
    ("observations", "figures: thing, number and unit"),
    ("figures dated", "figures with their period, for things both have"),
    ("date", "date of the article, as precise"),
)


def table(pairs: Sequence[Pair], changed: Sequence[str]) -> str:
    """Return the agreement as a Markdown table, after a line that says what was compared."""
    articles = [article_scores(pair) for pair in pairs]
    relations = sum(len(pair.second["relations"]) for pair in pairs)
    outside = relations - sum(len(allowed(pair.second)["relations"]) for pair in pairs)
    left_out = f" ({', '.join(changed)})" if changed else ""
    lines = [
        f"{len(pairs)} articles; {len(changed)} left out because their text has changed since{left_out}. "
        f"{outside} of the {relations} relations of the second annotators are outside domain and range.",
        "",
        "| what | precision | recall | F1 | 95 % interval of F1 | second | gold |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for key, title in ROWS:
        s = total(articles, key)
        low, high = interval(articles, key)
        lines.append(
            f"| {title} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} | {low:.3f}–{high:.3f} "
            f"| {s.answers} | {s.gold} |"
        )
    lines += ["", "| relation | precision | recall | F1 | second | gold |", "|---|--:|--:|--:|--:|--:|"]
    for key in sorted({key for scores in articles for key in scores if key.startswith("relation ")}):
        s = total(articles, key)
        name = key.removeprefix("relation ")
        lines.append(f"| {name} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} | {s.answers} | {s.gold} |")
    return "\n".join(lines) + "\n"


def coverage() -> str:
    """Return the output of `python -m kg.corpus.check --report` for the package's own corpus."""
    return report(read_corpus(gold_folder().parent), read_entries())


def agreement() -> str:
    """Return the output of this command."""
    return table(*read_pairs(second_folder()))


BLOCKS: Mapping[str, Callable[[], str]] = {
    "python benchmarks/agreement.py": agreement,
    "python -m kg.corpus.check --report": coverage,
}


def fill(page: str) -> str:
    """Return a page with the output of each command in its block `<!-- COMMAND -->` … `<!-- end -->`."""
    for command, made in BLOCKS.items():
        before, mark, rest = page.partition(f"<!-- {command} -->\n")
        if mark:
            page = f"{before}{mark}\n{made()}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return page


def main() -> None:
    """Print the table, or write it into the data statement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="bring the data statement up to date")
    if parser.parse_args().write:
        STATEMENT.write_text(fill(STATEMENT.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(agreement(), end="")


if __name__ == "__main__":
    main()
