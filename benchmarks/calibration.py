"""Reliability of confidences: reliability tables and the expected calibration error.

Confidences are grouped into ten bins; for each, the mean confidence is compared with the share that is right.
The expected calibration error is the mean of the differences, weighted by the size of the bins.

References:
    Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning (AAAI 2015).
    Guo et al.: On calibration of modern neural networks (ICML 2017), the diagram.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from measuring import Row

from kg.corpus import closure
from kg.corpus.matching import match
from kg.evaluate import quantity

BINS = 10
Told = tuple[float, bool]


def told(rows: Iterable[Row]) -> Mapping[str, list[Told]]:
    """Return a (confidence, right) pair for every thing, relation and figure that was extracted."""
    found: dict[str, list[Told]] = {"things": [], "relations": [], "figures": []}
    for _, predicted, gold in rows:
        pairs = match(predicted["entities"], gold["entities"])
        found["things"] += [(e["confidence"], e["id"] in pairs) for e in predicted["entities"]]
        true = closure((s, p, o) for s, p, o in gold["relations"])
        for s in predicted["statements"]:
            right = (pairs.get(s["subject"]), s["predicate"], pairs.get(s["object"])) in true
            found["relations"].append((max(e["confidence"] for e in s["evidence"]), right))
        figures = Counter((o["subject"], quantity(o["value"])) for o in gold["observations"])
        for o in predicted["observations"]:
            key = (pairs.get(o["subject"]), quantity(o["value"]))
            found["figures"].append((o["evidence"]["confidence"], figures[key] > 0))
            figures[key] -= 1
    return found


def bins(pairs: Sequence[Told]) -> Iterator[tuple[float, float, int]]:
    """Yield mean confidence, share that is right and size of each bin that is not empty."""
    sorted_in: dict[int, list[Told]] = {}
    for confidence, right in pairs:
        sorted_in.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    for _, members in sorted(sorted_in.items()):
        mean = sum(c for c, _ in members) / len(members)
        yield mean, sum(r for _, r in members) / len(members), len(members)


def error(pairs: Sequence[Told]) -> float:
    """Return the expected calibration error, 0 to 1."""
    return sum(abs(mean - share) * number for mean, share, number in bins(pairs)) / max(len(pairs), 1)


def report(rows: Sequence[Row], picture: Path | None) -> list[str]:
    """Return a Markdown section, and draw the reliability diagram."""
    kinds = told(rows)
    lines = [
        "## Confidence",
        "",
        "Test part, by tenths of confidence: mean confidence → share that is right (number).",
        "",
        "| what | expected calibration error | " + " | ".join(f"{n / BINS:.1f}–" for n in range(BINS)) + " |",
        "|---|--:|" + "--:|" * BINS,
    ]
    for kind, pairs in kinds.items():
        cells = {min(int(mean * BINS), BINS - 1): (mean, share, n) for mean, share, n in bins(pairs)}
        shown = []
        for n in range(BINS):
            mean, share, number = cells.get(n, (0.0, 0.0, 0))
            shown.append(f"{mean:.2f} → {share:.2f} ({number})" if number else "")
        lines.append(f"| {kind} | {error(pairs):.3f} | " + " | ".join(shown) + " |")
    if picture is not None:
        _draw(kinds, picture)
        lines += ["", f"![Reliability diagram]({picture.name})"]
    return [*lines, ""]


def _draw(kinds: Mapping[str, Sequence[Told]], picture: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    # the same numbers give the same bytes
    mpl.rcParams["svg.hashsalt"] = "kg"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(4.2, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    for (kind, pairs), colour, mark in zip(
        kinds.items(), ("#1f5f8b", "#b5541c", "#3d7a3d"), "os^", strict=True
    ):
        points = list(bins(pairs))
        label = f"{kind} (ECE {error(pairs):.3f})"
        axes.plot([p[0] for p in points], [p[1] for p in points], color=colour, marker=mark, label=label)
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.legend(frameon=False, loc="upper left")
    figure.savefig(picture, format="svg", metadata={"Date": None})
    plt.close(figure)
