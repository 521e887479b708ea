"""Run the speed benchmarks and write `benchmarks/speed.md`; called by `make bench`.

    python benchmarks/bench.py [--small | --full] [--only SECTION ...]

The default takes about a quarter of an hour on two idle cores. `--full` adds a graph of a million facts and
the GraphML of a million relations, which take hours; `--small` takes minutes. With `--only`, the other
sections of the file are kept.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bench_build
import bench_extract
import bench_graphml
import bench_start
from machine import apart, machine

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "speed.md"


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes to measure.

    Attributes:
        read: Number of articles read to compare with the peers.
        runs: Number of runs of quick measurements.
        longest: Number of articles in the longest text.
        built: Number of articles built end to end.
        grown: Numbers of articles in the graphs of variants.
        beside: Number of these graphs, from the first, on which rdflib is asked too.
        relations: Number of relations in the exported graph.
    """

    read: int
    runs: int
    longest: int
    built: int
    grown: tuple[int, ...]
    beside: int
    relations: int


SMALL = Scale(20, 3, 30, 30, (50, 500), 1, 50_000)
# the graphs have about ten thousand, seventy thousand and a million facts
USUAL = Scale(60, 5, 100, 312, (150, 1500), 1, 100_000)
FULL = Scale(60, 5, 100, 312, (150, 1500, 22000), 2, 1_000_000)
HEAD = """# How fast it is

Written by `make bench` (`benchmarks/bench.py`). Times are processor time unless they are called wall clock.
A newer machine of sixteen cores: [speed-16.md](speed-16.md).

"""
ABOUT = {
    "Reading": "Kilobytes (1,000 bytes of UTF-8) of text a second on one core, all in one process and in "
    "turns. `kg` does everything from the file to the extraction; jieba.posseg cuts and tags words, spaCy "
    "cuts them.",
    "Start": "From the start of a command to its end, medians; each runs once before, so that its modules "
    "are compiled, as those of an installed package are. On a quiet machine processor time is what it takes.",
    "Build": "`bench_build.py`: texts of the sample corpus end to end, then graphs of variants of their "
    "extractions.",
    "Questions": "`bench_graph.py`: the competency questions, medians in milliseconds of processor time. "
    "Questions about a thing are asked of those of which the graph says most and of others with ten "
    "statements.",
    "Export": "`bench_graphml.py`: records made on the fly, each writer in a process of its own.",
}


def sections(scale: Scale, work: Path) -> dict[str, Callable[[], list[str]]]:
    """Return the function that makes each section, by title; the graphs go into the folder `work`."""

    def questions() -> list[str]:
        lines: list[str] = []
        for size in scale.grown:
            # a million facts in rdflib would take more memory than most machines have
            peer = ["--rdflib"] if size in scale.grown[: scale.beside] else []
            lines += [*apart("bench_graph.py", work / f"{size}", *peer), ""]
        return lines[:-1]

    return {
        "Reading": lambda: bench_extract.report(scale.read, scale.runs, scale.longest),
        "Start": lambda: bench_start.report(scale.runs),
        "Build": lambda: bench_build.report(scale.grown, work, scale.built),
        "Questions": questions,
        "Export": lambda: bench_graphml.report(scale.relations // 5, scale.relations),
    }


def written(output: Path) -> dict[str, str]:
    """Return the sections of an existing report, by title."""
    if not output.exists():
        return {}
    parts = re.split(r"^## (.+)\n", output.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--small", dest="scale", action="store_const", const=SMALL, help="a look at everything")
    much.add_argument("--full", dest="scale", action="store_const", const=FULL, help="up to a million facts")
    parser.add_argument("--only", nargs="+", choices=list(ABOUT), help="measure these sections")
    parser.add_argument("--work", type=Path, help="keep the graphs in this folder")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    held = written(options.output)
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        for title, make in sections(options.scale or USUAL, work).items():
            if options.only and title not in options.only:
                continue
            lines = make()
            measured = machine("pyoxigraph", "spacy", "jieba", "rjieba", "numpy", "rdflib", "networkx")
            held[title] = "\n" + "\n".join((ABOUT[title], "", f"{measured}.", "", *lines)) + "\n\n"
            text = HEAD + "".join(f"## {name}\n{held[name]}" for name in ABOUT if name in held)
            options.output.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
