"""Kill build, update, remove and correct at random moments, and check what is left of the graph.

    python benchmarks/kills.py --kills 200 --seed 1

Each trial takes a graph, starts one of the four in a separate process, and ends it with SIGKILL at a random
moment (every other time, one after the new generation was first seen). It then checks that the graph is the
old or the new one, quad for quad including all inferences, that its default graph is the union of the
articles, and that the next run gives the new one and leaves no half-written file behind. Exit status 1 if any
fault was found. POSIX only: each run is a forked process, so that models and tables are loaded once.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.build import build, remove
from kg.build.correcting import correct
from kg.extract import pipeline
from kg.graph import store
from kg.graph.graph import open_graph
from kg.paths import data_folder
from kg.text.article import parse_article

KINDS = ("build", "update", "remove", "correct")


@dataclass(frozen=True, slots=True)
class Case:
    """One of the four operations: a graph, the action on it, and the result.

    Attributes:
        kind: One of `KINDS`.
        start: Folder of the graph before the action.
        action: The action on the graph in a folder.
        again: The action to run after a kill.
        old: N-Quads before the action.
        new: N-Quads after the action.
        seconds: Duration of an undisturbed run.
        writing: Seconds of that after the new generation was first seen.
    """

    kind: str
    start: Path
    action: Callable[[Path], object]
    again: Callable[[Path], object]
    old: bytes
    new: bytes
    seconds: float
    writing: float


def forked(action: Callable[[], object]) -> int:
    """Run an action in a forked child, which loads nothing anew; return the child's process id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            action()
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def finished(child: int) -> int:
    """Wait for a child; return its exit status, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def lines(graph: Path) -> bytes:
    """Return all quads of a graph as sorted N-Quads; empty before the first build has ended.

    The graph is read in a separate process, so that no database is open here at the next fork.

    Raises:
        ValueError: The graph cannot be read, or its default graph is not the union of the articles.
    """
    if not (graph / store.MANIFEST).exists() or store.read_manifest(graph).store is None:
        return b""
    written = graph.with_name("held.nq")

    def look() -> None:
        with open_graph(graph) as opened:
            held = set(store.canonical(opened.store).splitlines())
            union = set(store.canonical(store.union(opened.store)).splitlines())
            default = set(
                store.canonical(opened.store.quads_for_pattern(None, None, None, store.DEFAULT)).splitlines()
            )
        if union != default:
            raise ValueError("the default graph is not the union of the articles")
        written.write_text("\n".join(sorted(held)), encoding="utf-8")

    if finished(forked(look)) != 0:
        raise ValueError("the graph cannot be read whole")
    return written.read_bytes()


def prepare(folder: Path, articles: Sequence[Path]) -> list[Case]:
    """Return the four cases over some articles."""
    warm()
    texts = folder / "texts"
    texts.mkdir()
    for path in articles:
        shutil.copy(path, texts)
    given = sorted(texts.iterdir())
    docs = [path.stem for path in given]
    empty, half, full = folder / "empty", folder / "half", folder / "full"
    _ready(lambda: build(given[:1], graph=half, workers=1))
    _ready(lambda: build(given, graph=full, workers=1))

    def everything(graph: Path) -> object:
        return build(given, graph=graph, workers=1)

    def rejected(graph: Path) -> object:
        return correct(
            graph, "rename", name, "改名后的某地", author="kills", reason="a trial", date="2024-01-01"
        )

    name = _a_name(full)
    cases = []
    for kind, start, action, again in (
        ("build", empty, everything, everything),
        ("update", half, everything, everything),
        (
            "remove",
            full,
            lambda graph: remove(docs[1:3], graph=graph),
            lambda graph: _without(graph, docs[1:3]),
        ),
        ("correct", full, rejected, everything),
    ):
        goal = folder / f"goal-{kind}"
        copied(start, goal)
        began = time.monotonic()
        child = forked(lambda action=action, goal=goal: action(goal))
        seen = await_generation(goal, generations(start), child)
        if finished(child) != 0:
            raise SystemExit("an undisturbed run failed")
        ended = time.monotonic()
        cases.append(Case(kind, start, action, again, lines(start), lines(goal), ended - began, ended - seen))
    return cases


def warm() -> None:
    """Load what every run needs, so that forked processes have it already."""
    pipeline.extract(parse_article("大连市与沈阳市签约，总投资3亿元。", doc="warm"))


def _ready(action: Callable[[], object]) -> None:
    if finished(forked(action)) != 0:
        raise SystemExit("an undisturbed run failed")


def _a_name(graph: Path) -> str:
    """Return a name that only one thing has, read in a separate process."""
    target = graph.with_name("name.txt")

    def look() -> None:
        with open_graph(graph) as opened:
            bearing = Counter(name for thing in opened.things() for name in thing.names)
            named = sorted(t.name for t in opened.things() if bearing[t.name] == 1 and len(t.docs) > 0)
        target.write_text(named[0], encoding="utf-8")

    _ready(look)
    return target.read_text(encoding="utf-8")


def _without(graph: Path, docs: Sequence[str]) -> object:
    held = store.read_articles(graph, store.read_manifest(graph))
    left = [doc for doc in docs if doc in held]
    return remove(left, graph=graph) if left else None


def copied(start: Path, graph: Path) -> None:
    """Replace a graph's folder with a copy of another, or remove it if the other does not exist."""
    shutil.rmtree(graph, ignore_errors=True)
    if start.exists():
        shutil.copytree(start, graph)


def generations(graph: Path) -> set[str]:
    """Return the names of the generations in a graph's folder."""
    return {path.name for path in graph.glob("store-*")}


def await_generation(graph: Path, before: set[str], child: int) -> float:
    """Wait until a new generation is seen or the child has ended; return the time (monotonic seconds)."""
    while not generations(graph) - before:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            break
        time.sleep(0.001)
    return time.monotonic()


def trial(case: Case, graph: Path, moment: float, *, writing: bool) -> tuple[str, list[str]]:
    """Kill a run at a given moment; return which graph was left (old, new) and the faults.

    Args:
        case: The operation to run.
        graph: Folder to run it in.
        moment: When to kill it, as a fraction (0 to 1) of the run's time.
        writing: Whether only the time after the new generation is first seen counts.
    """
    copied(case.start, graph)
    before = generations(graph)
    child = forked(lambda: case.action(graph))
    if writing:
        await_generation(graph, before, child)
    time.sleep(moment * (case.writing if writing else case.seconds))
    os.kill(child, signal.SIGKILL)
    finished(child)
    left, wrong = "neither", []
    try:
        found = lines(graph)
        left = "old" if found == case.old else "new" if found == case.new else "neither"
        if left == "neither":
            wrong = [f"the graph is neither the old nor the new one ({len(found)} bytes)"]
    except ValueError as error:
        wrong = [str(error)]
    if finished(forked(lambda: case.again(graph))) != 0:
        wrong.append("the next run fails")
    else:
        written = case.kind != "correct" or (graph / "corrections.tsv").exists()
        try:
            if lines(graph) != (case.new if written else case.old):
                wrong.append("the next run gives another graph")
        except ValueError as error:
            wrong.append(f"after the next run: {error}")
    wrong += [f"left behind: {path.name}" for path in graph.rglob("*.tmp")]
    return left, [f"{case.kind} at {moment:.3f}: {what}" for what in wrong]


def main() -> int:
    """Kill, check, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=4)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    paths = sorted((data_folder("seeds") / "articles").glob("*.txt"))[: options.articles]
    outcomes: Counter[tuple[str, str]] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        cases = prepare(Path(folder), paths)
        for number in range(options.kills):
            case = cases[number % len(cases)]
            left, wrong = trial(
                case, Path(folder) / "trial", rng.uniform(0, 1.1), writing=number // len(cases) % 2 == 1
            )
            outcomes[case.kind, left] += 1
            faults += wrong
            for what in wrong:
                print(what, file=sys.stderr)
    for kind in KINDS:
        print(f"{kind:8} old {outcomes[kind, 'old']:4}  new {outcomes[kind, 'new']:4}")
    print(f"{options.kills} kills, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
