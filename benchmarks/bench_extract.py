"""Reading speed: kilobytes of text per second on one core, compared with jieba and spaCy on the same text.

    python benchmarks/bench_extract.py [--articles 60] [--runs 3]

Everything is measured in one process on one core, with the systems taking turns, so that other programs on
the machine disturb all of them alike. Times are processor time; a kilobyte is 1,000 bytes of UTF-8. `kg` does
everything from the bytes of the file to the extraction; jieba.posseg only segments and tags words, spaCy only
segments them.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import time
from collections import defaultdict
from pathlib import Path

# set before numpy is imported, so that it uses one core only
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import variants
from machine import apart, peak, row

from kg.extract import pipeline
from kg.model import Article
from kg.text.readers import find_sources, read_source


def of_kg(paths: list[Path]) -> None:
    """Read and extract articles."""
    for source in find_sources(paths):
        pipeline.extract(read_source(source))


def compare(paths: list[Path], runs: int) -> list[str]:
    """Return the table that compares `kg` with its peers."""
    import jieba
    import jieba.posseg
    import spacy

    jieba.setLogLevel(logging.WARNING)
    blank = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    texts = [path.read_text(encoding="utf-8") for path in paths]
    size = sum(len(text.encode()) for text in texts) / 1000
    systems = {
        "kg, whole extraction": lambda: of_kg(paths),
        "jieba.posseg": lambda: [list(jieba.posseg.cut(text)) for text in texts],
        "spaCy blank zh with jieba": lambda: [blank(text) for text in texts],
    }
    seconds: dict[str, list[float]] = defaultdict(list)
    for system in systems.values():
        system()  # loads models and fills caches
    for _ in range(runs):
        for name, system in systems.items():
            started = time.process_time()
            system()
            seconds[name].append(time.process_time() - started)
    own = statistics.median(seconds["kg, whole extraction"])
    lines = [row("system", "KB/s a core", "times as fast as kg"), "|---|--:|--:|"]
    for name, taken in seconds.items():
        median = statistics.median(taken)
        lines.append(row(name, f"{size / median:.0f}", f"{own / median:.2f}"))
    return [f"{len(paths)} articles, {size:.0f} KB.", "", *lines]


def steps(paths: list[Path], runs: int) -> list[str]:
    """Return the table of the steps of an extraction."""
    size = sum(path.stat().st_size for path in paths) / 1000
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        taken: dict[str, float] = defaultdict(float)
        for source in find_sources(paths):
            started = time.process_time()
            article = read_source(source)
            taken["reading the file"] += time.process_time() - started
            reading = pipeline.Reading(article, pipeline.matcher_of())
            for name, step in pipeline.STEPS:
                started = time.process_time()
                step(reading)
                taken[name.removeprefix("kg_").replace("_", " ")] += time.process_time() - started
        for name, spent in taken.items():
            seconds[name].append(spent)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    whole = sum(medians.values())
    lines = [row("step", "share", "KB/s if it were alone"), "|---|--:|--:|"]
    for name, median in medians.items():
        lines.append(row(name, f"{100 * median / whole:.0f} %", f"{size / max(median, 1e-9):.0f}"))
    return lines


def growth(runs: int, longest: int) -> list[str]:
    """Return the table of one text of growing length: articles of the corpus one after another."""
    texts = [text for _, text in variants.texts(312 * 2)]
    lines = [row("one text of", "seconds", "KB/s"), "|---|--:|--:|"]
    for times in (1, 10, longest):
        article: Article = _article("\n\n".join(texts[:times]))
        size = len(article.text.encode()) / 1000
        pipeline.extract(article)
        taken = []
        for _ in range(runs):
            started = time.process_time()
            pipeline.extract(article)
            taken.append(time.process_time() - started)
        median = statistics.median(taken)
        lines.append(row(f"{size:.0f} KB", f"{median:.2f}", f"{size / median:.0f}"))
    return lines


def _article(text: str) -> Article:
    from kg.text.article import parse_article

    return parse_article(text, doc="long")


def memory(paths: list[Path]) -> None:
    """Extract, and print the peak memory of this process."""
    of_kg(paths)
    print(f"{peak():.0f}")


def report(articles: int, runs: int, longest: int) -> list[str]:
    """Return the section of the report."""
    paths = sorted(variants.SEEDS.glob("*.txt"))[:articles]
    (used,) = apart("bench_extract.py", "--memory", "--articles", articles)
    return [
        *compare(paths, runs),
        "",
        f"Peak memory of a process that extracts them: {used} MiB.",
        "",
        *steps(paths, runs),
        "",
        "How the cost of one article grows with its length (articles of the corpus behind each other):",
        "",
        *growth(min(runs, 2), longest),
    ]


def main() -> None:
    """Print the section of the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="only print the peak memory in MiB")
    options = parser.parse_args()
    if options.memory:
        memory(sorted(variants.SEEDS.glob("*.txt"))[: options.articles])
    else:
        print("\n".join(report(options.articles, options.runs, 100)))


if __name__ == "__main__":
    main()
