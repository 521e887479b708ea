"""When a figure holds: the times given around it, and which of them is meant.

Takes a figure with its clause, the dated spans of its article and trained weights, and returns a period or
None. A figure may hold at a time given in its clause, its sentence, its paragraph or above, at the date of
the article or in its year, or at no particular time (what something is built for). Each candidate is
described by its position, its precision and features of the figure; a linear score decides. The times are
found in `kg.extract.dates`, and the weights are learned in `kg.extract.figures.time_lessons`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.clauses import Clause
from kg.extract.dates import DatedSpan, parse_period
from kg.model import Article, Period, Quantity

_LOOKED_BACK = 60
"""Number of dated spans before a figure that are considered."""
_CUES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("plan", r"力争|计划|预计|拟|规划|将|有望|目标|争取|设计|届时"),
        ("able", r"达产|建成后|投产后|年产|日产|产能|可|能力|每年|年均|每"),
        ("sum", r"累计|共|总|已|达到?|先后"),
        ("now", r"现有|目前|如今|拥有|现"),
        ("done", r"完成|实现|新增|签约|增长|下降|收入|产值|销售"),
    )
)
_WRITTEN = ("article", "month", "year", "year before")


@dataclass(frozen=True, slots=True)
class Time:
    """A time at which a figure may hold.

    Attributes:
        period: The time, or None if the figure holds at no time in particular.
        ways: How the text gives it. A time before the figure is described by its position (`clause`,
            `sentence`, `paragraph` or `above`), its precision (`whole` for years and ranges, `fine` for
            months and days), and `last` or `other`. A time after it is `next` or `next clause`. The date of
            the article gives `article` and the like.
    """

    period: Period | None
    ways: tuple[str, ...]


def find_times(
    article: Article, clauses: Sequence[Clause], at: int, quantity: Quantity, periods: Sequence[DatedSpan]
) -> list[Time]:
    """Return the times at which a figure may hold, each once; no time in particular comes first.

    Args:
        article: The article.
        clauses: Its clauses.
        at: Index of the figure's clause.
        quantity: The figure.
        periods: Result of `kg.extract.dates.find_periods` for the article.
    """
    found: dict[str, tuple[Period, list[str]]] = {}
    for way, period in (
        *_before(article, clauses[at], quantity, periods),
        *_after(article, clauses[at], quantity, periods),
        *_written(article.date or ""),
    ):
        found.setdefault(period.value, (period, []))[1].append(way)
    return [Time(None, ("none",)), *(Time(period, tuple(ways)) for period, ways in found.values())]


def _before(
    article: Article, clause: Clause, quantity: Quantity, periods: Sequence[DatedSpan]
) -> Iterator[tuple[str, Period]]:
    sentences = article.sentences
    here = sentences[clause.sentence]
    first = clause.sentence
    while first and sentences[first - 1].paragraph == here.paragraph:
        first -= 1
    top = article.parts[here.part].start
    last = bisect_right(periods, quantity.start, key=_start) - 1
    seen: set[str] = set()
    for span in reversed(periods[max(0, last + 1 - _LOOKED_BACK) : last + 1]):
        if span.start < top:
            break
        if span.period is None:
            continue
        home = (
            "clause"
            if span.start >= clause.start
            else "sentence"
            if span.start >= here.start
            else "paragraph"
            if span.start >= sentences[first].start
            else "above"
        )
        whole = span.period.precision in ("year", "range")
        way = f"{home} whole" if whole else f"{home} fine"
        if way not in seen and (whole or home != "above"):
            yield f"{way} {'other' if home in seen else 'last'}", span.period
            seen |= {way, home}
        if home == "above" and way in seen:
            break


def _after(
    article: Article, clause: Clause, quantity: Quantity, periods: Sequence[DatedSpan]
) -> Iterator[tuple[str, Period]]:
    at = bisect_right(periods, quantity.start, key=_start)
    if at < len(periods) and periods[at].start < article.sentences[clause.sentence].end:
        period = periods[at].period
        if period is not None:
            yield ("next" if periods[at].start < clause.end else "next clause"), period


@lru_cache(maxsize=64)
def _written(date: str) -> tuple[tuple[str, Period], ...]:
    """Return the times that follow from the date of an article, none for an empty date."""
    year = date[:4]
    before = f"{int(year) - 1:04}" if date else ""
    month = date[:7] if len(date) > 7 else ""
    told = (("article", date), ("year", year), ("year before", before), ("month", month))
    return tuple((way, period) for way, value in told if (period := parse_period(value)))


def _start(span: DatedSpan) -> int:
    return span.start


def describe(
    times: Sequence[Time], written: str | None, head: str, type_: str, kind: str, words: Sequence[str]
) -> list[list[str]]:
    """Return the words that describe each time, to be weighted.

    Args:
        times: The times.
        written: `Article.date`.
        head: The text of the clause before the figure.
        type_: Type of the owner.
        kind: Quantity kind of the unit.
        words: `kg.extract.figures.measures.Measure.words` of the figure.
    """
    cues = [name for name, pattern in _CUES if pattern.search(head)]
    homes = sorted({way.partition(" ")[0] for time in times for way in time.ways} - {"none", *_PLAIN})
    has = "+".join(homes)
    figure = (type_, kind, has, f"{type_} {kind}", f"{type_} {has}", *cues)
    return [
        ["none", *(f"none: {told}" for told in (*figure, *words))]
        if time.period is None
        else [f"ways: {min(len(time.ways), 3)}", *_told(time, written, (type_, kind, has), cues, words)]
        for time in times
    ]


_PLAIN = ("article", "month", "year")


def _told(
    time: Time,
    written: str | None,
    figure: tuple[str, str, str],
    cues: Sequence[str],
    words: Sequence[str],
) -> Iterator[str]:
    period = time.period
    if period is None:
        return
    gap = int(period.value[:4]) - int(written[:4]) if written else 9
    age = "later" if gap > 0 else "same" if gap == 0 else "last" if gap == -1 else "old"
    fine = f"{period.precision} {age}"
    type_, kind, has = figure
    for way in time.ways:
        home = way if way in _WRITTEN else way.partition(" ")[0]
        yield from (
            way,
            f"{way}: {fine}",
            f"{way}: {type_}",
            f"{way}: {kind}",
            f"{home}: {has}",
            f"{home}: {fine}",
        )
        yield from (f"{home}: {cue}" for cue in cues)
        if home in (*_WRITTEN, "above"):
            yield f"{home}: {type_} {kind}"
            yield from (f"{home}: {word}" for word in words[:4])


@dataclass(frozen=True, slots=True)
class Timing:
    """Trained weights of the words that `describe` returns.

    Attributes:
        weights: Weight of each word; other words have no weight.
    """

    weights: Mapping[str, float]

    def choose(self, described: Sequence[Sequence[str]]) -> int:
        """Return the index of the likeliest time; ties go to the first."""
        weight = self.weights.get
        scores = [sum(found for word in words if (found := weight(word))) for words in described]
        return scores.index(max(scores))
