"""Time commands that have little to do: the time that a user waits.

    python benchmarks/bench_start.py [--runs 7]

Wall clock from the start of the command to its end, and processor time, which other programs disturb less.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import variants
from machine import command, row

from kg.build import build


def report(runs: int) -> list[str]:
    """Return the section of the report."""
    # the modules of an installed package are compiled
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kg = [sys.executable, "-m", "kg"]
    paths = sorted(variants.SEEDS.glob("*.txt"))[:12]
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph"
        build(paths, graph=graph)
        commands = (
            ("python -c pass", [sys.executable, "-c", "pass"], ""),
            ("kg --help", [*kg, "--help"], "0.3"),
            ("kg query", [*kg, "query", "--graph", graph, "--name", "leaders-of-place"], "0.5"),
            ("kg extract, one article", [*kg, "extract", paths[0]], "2"),
            ("kg build, nothing new", [*kg, "build", paths[0], "--graph", graph], ""),
        )
        lines = [row("command", "processor s", "wall s", "aim s"), "|---|--:|--:|--:|"]
        for name, words, aim in commands:
            processor, wall = command(words, runs)
            lines.append(row(name, f"{processor:.2f}", f"{wall:.2f}", aim))
    return lines


def main() -> None:
    """Print the section of the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    print("\n".join(report(parser.parse_args().runs)))


if __name__ == "__main__":
    main()
