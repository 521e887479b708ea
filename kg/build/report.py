"""Progress and result of a run, as records for its caller."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kg.graph.store import Manifest


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run.

    Attributes:
        stage: `read`, `resolve` or `write`.
        done: Articles read so far; equals `total` in the later stages.
        total: Articles to read.
        doc: Identifier of the article just read; empty in the later stages.
    """

    stage: str
    done: int
    total: int
    doc: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did, and what the graph contains after it.

    Attributes:
        read: Articles read in this run.
        unchanged: Sources whose extraction was in the cache.
        removed: Articles removed.
        failed: One line per source that could not be read: its name and the reason.
        corrections: Manual corrections in force.
        stale: One line per correction that no longer applies: its number, the correction and the reason.
        articles: Articles in the graph.
        entities: Things in the graph.
        facts: Distinct facts in the graph.
        observations: Figures in the graph.
        seconds: Duration of the run.
    """

    read: int
    unchanged: int
    removed: int
    failed: tuple[str, ...]
    articles: int
    entities: int
    facts: int
    observations: int
    seconds: float
    corrections: int = 0
    stale: tuple[str, ...] = ()

    def __str__(self) -> str:
        did = [f"{self.read} read", f"{self.unchanged} unchanged", f"{self.removed} removed"]
        done = ", ".join(part for part in (*did, f"{len(self.failed)} failed") if not part.startswith("0 "))
        holds = f"{self.entities} things, {self.facts} facts, {self.observations} figures"
        if self.corrections:
            holds += f", {_number(self.corrections)} in force"
        if self.stale:
            holds += f", {_number(len(self.stale))} no longer fitting"
        # a correction may read no articles at all
        what = f" ({done})" if done else ""
        return f"{self.articles} articles{what}: {holds} in {self.seconds:.1f} s"


def _number(corrections: int) -> str:
    return f"{corrections} correction{'s' if corrections > 1 else ''}"


def report(
    manifest: Manifest,
    started: float,
    *,
    read: int = 0,
    unchanged: int = 0,
    removed: int = 0,
    failed: tuple[str, ...] = (),
) -> BuildReport:
    """Return the report of a run that ends now.

    Args:
        manifest: The graph's manifest after the run.
        started: Value of `time.monotonic()` when the run began.
        read: Articles read.
        unchanged: Sources that were not read again.
        removed: Articles removed.
        failed: One line per source that could not be read.
    """
    return BuildReport(
        read,
        unchanged,
        removed,
        failed,
        *manifest.counts,
        time.monotonic() - started,
        manifest.corrections_in_force,
        manifest.stale,
    )
