"""Figures as data: which quantity is an observation of which entity.

Takes an article with its words, entities, clauses, quantities and dated spans, and returns
`Observation` records with subject, indicator, period and evidence. `find_candidates` collects
what the text around each quantity says. `kg.extract.figures.owners` decides whose it is, or that
it is nobody's, and `kg.extract.figures.times` decides when it holds. The numbers are found in
`kg.extract.figures.quantities`; what they measure is named in `kg.extract.figures.indicators`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.extract.clauses import Clause, Placed
from kg.extract.context import Told
from kg.extract.dates import DatedSpan
from kg.extract.figures.indicators import indicator, is_growth
from kg.extract.figures.measures import Figure, quantity_kind
from kg.extract.figures.owners import Owner, find_owners
from kg.extract.figures.pairing import runs
from kg.extract.figures.ranking import MODEL, read_ranking
from kg.extract.figures.standing import is_running
from kg.extract.figures.subjects import Board
from kg.extract.figures.times import describe, find_times
from kg.model import FAMILY_OF, Article, Entity, Evidence, Observation, Period, Quantity, Status


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity and what the text around it says.

    Attributes:
        quantity: The quantity.
        clause: Index of its clause.
        within: The entity mention that contains the quantity, or None.
        running: Whether it is in running text rather than in a headline or byline.
        dated: Whether it is part of a date (前11个月, 近三年).
        before: The text of the clause before the quantity.
        after: Up to 12 characters after it, within the sentence.
    """

    quantity: Quantity
    clause: int
    within: Placed | None
    running: bool
    dated: bool
    before: str
    after: str


def find_observations(
    told: Told,
    entities: tuple[Entity, ...],
    quantities: tuple[Quantity, ...],
    periods: tuple[DatedSpan, ...],
    *,
    model: Path = MODEL,
) -> tuple[Observation, ...]:
    """Return the observations of an article in the order of their figures.

    Args:
        told: The network's reading of the article.
        entities: Its entities.
        quantities: Result of `kg.extract.figures.quantities.find_quantities` for its normal form.
        periods: Result of `kg.extract.dates.find_periods` for it.
        model: File of the trained weights.

    Raises:
        KGError: The model is missing.
    """
    board, article = told.board, told.board.article
    figures = find_figures(board, quantities, periods)
    ranking = read_ranking(model)
    owners = find_owners(told, figures, ranking)
    types = {e.id: e.type for e in entities}
    found: list[Observation] = []
    seen: set[tuple[str, str, str]] = set()
    base, last = "", -1
    # figures listed one after another measure the same thing: the first of the list has the words for it
    heads = {at: figures[run[0]] for run in runs(board, figures) for at in run}
    for at, (figure, owner) in enumerate(zip(figures, owners, strict=True)):
        if owner is None:
            continue
        quantity, clause, subject = figure.quantity, board.clauses[figure.clause], owner.mention.entity
        if last != clause.sentence:
            base, last = "", clause.sentence
        kind = quantity_kind(quantity)
        head = heads.get(at, figure)
        begin = _begin(board.clauses[head.clause], head.quantity, subject, periods, quantities)
        name = indicator(article.normal, board.words, head.quantity, begin, base, kind)
        if figure.within == "Project":
            # 年产5万吨电池材料项目: the indicator is what is made, not the project that makes it
            name = _PROJECT.sub("", name) or name
        base = base if is_growth(name) else name
        if (subject, quantity.text, name) in seen:
            continue
        seen.add((subject, quantity.text, name))
        times = find_times(article, board.clauses, figure.clause, quantity, periods)
        before = article.normal[clause.start : quantity.start]
        described = describe(times, article.date, before, types[subject], kind, owner.words)
        period = times[ranking.timing.choose(described)].period
        found.append(_observation(article, clause, owner, quantity, name, period))
    return tuple(found)


def find_figures(board: Board, quantities: Sequence[Quantity], periods: Sequence[DatedSpan]) -> list[Figure]:
    """Return the quantities of an article that are figures, in order."""
    candidates = find_candidates(board.article, board.clauses, quantities, periods)
    return [figure for figure in map(as_figure, candidates) if figure]


def as_figure(candidate: Candidate) -> Figure | None:
    """Return a candidate as a figure to be scored, or None if it is not a figure at all."""
    if not candidate.running or candidate.dated:
        return None
    within = candidate.within.type if candidate.within else ""
    return Figure(candidate.quantity, candidate.clause, within, decide(candidate))


def find_candidates(
    article: Article,
    clauses: Sequence[Clause],
    quantities: Sequence[Quantity],
    periods: Sequence[DatedSpan],
) -> list[Candidate]:
    """Return a candidate for every quantity that lies in a clause."""
    text = article.normal
    starts = [c.start for c in clauses]
    found: list[Candidate] = []
    for quantity in quantities:
        at = bisect_right(starts, quantity.start) - 1
        if at < 0 or quantity.start >= clauses[at].end:
            continue
        clause = clauses[at]
        sentence = article.sentences[clause.sentence]
        within = (m for m in clause.mentions if m.start <= quantity.start and quantity.end <= m.end)
        found.append(
            Candidate(
                quantity,
                at,
                next(within, None),
                is_running(article, clause.sentence),
                _dated(quantity, periods),
                text[clause.start : quantity.start],
                text[quantity.end : min(sentence.end, quantity.end + 12)],
            )
        )
    return found


def _begin(
    clause: Clause,
    quantity: Quantity,
    subject: str | None,
    periods: Sequence[DatedSpan],
    quantities: Sequence[Quantity],
) -> int:
    """Return where the noun phrase before a quantity may begin: after names, dates and figures."""
    begin = clause.start
    for mention in clause.mentions:
        named = mention.entity == subject or FAMILY_OF[mention.type] not in ("Product", "Industry", "Honor")
        if named and mention.end <= quantity.start:
            begin = max(begin, mention.end)
    last = bisect_right(periods, quantity.start, key=lambda span: span.start) - 1
    if last >= 0:
        begin = max(begin, periods[last].end)
    last = bisect_right(quantities, quantity.start - 1, key=lambda other: other.start) - 1
    if last >= 0:
        begin = max(begin, quantities[last].end)
    return min(begin, quantity.start)


def _dated(quantity: Quantity, periods: Sequence[DatedSpan]) -> bool:
    last = bisect_right(periods, quantity.start, key=lambda span: span.start) - 1
    return last >= 0 and periods[last].end > quantity.start


_PROJECT = re.compile(r"(?:项目|工程|生产线)(?:[一二三四]期)?\Z")
_THRESHOLD = re.compile(r"[)）]?(?:以上|以下|以内|及以上)的?(?![，。；、：）)\s])")
_WHILE = re.compile(r"(?:来|间|后|之后|内|之内|前|之前|以来|里|为期|历史|行动|规划|计划|一度)")
# A small Chinese numeral with a classifier lists or narrates (三大产业, 一位老人); shares and lines (条)
# measure.
_SMALL = re.compile(r"一条|[一两二三四五六七八九十]{1,3}[多余]?(?:[^分成倍条半百千万亿]|半数)")
_QUOTED = re.compile(r"[^“”]{0,6}”")


def decide(candidate: Candidate) -> bool:
    """Return whether a candidate is an observation, by rules from the annotation contract.

    The rules reject headlines, which repeat the text; small counts written as words, which only list;
    thresholds (亿元以上项目) and durations that set a time frame (三年来), which qualify another figure; and
    slogans in quotation marks.
    """
    quantity, before, after = candidate.quantity, candidate.before, candidate.after
    if not candidate.running or candidate.dated:
        return False
    if quantity.unit != "RANK" and _SMALL.match(quantity.text):
        return False
    if _THRESHOLD.match(after) or (quantity.unit == "RANK" and after.startswith(("产业", "城市", "度"))):
        return False
    if quantity.unit == "MONTH" and quantity.classifier.endswith("年") and _WHILE.match(after):
        return False
    if before.rfind("“") > before.rfind("”") and len(before) - before.rfind("“") < 8 and _QUOTED.match(after):
        return False
    within = candidate.within
    if within is None:
        return True
    # a capacity in a project's name belongs to the project: 年产5万吨…项目, 10GW电池项目
    capacity = quantity_kind(quantity) in ("mass", "power", "energy") and within.type == "Project"
    return capacity or before.endswith(("年产", "日产", "产能"))


_FUTURE = re.compile(r"力争|计划|预计|拟|规划|将|有望|目标|争取|到20[2-9]\d年|远期|未来")


def _status(article: Article, clause: Clause, quantity: Quantity) -> Status:
    return "planned" if _FUTURE.search(article.normal, clause.start, quantity.start) else "stated"


def _observation(
    article: Article, clause: Clause, owner: Owner, quantity: Quantity, name: str, period: Period | None
) -> Observation:
    """Return the record; its quote spans the clause and, if that is near, the subject's mention."""
    start, end = clause.start, max(clause.end, quantity.end)
    if owner.mention.start >= quantity.start - _NEAR:
        start, end = min(start, owner.mention.start), max(end, owner.mention.end)
    while start < quantity.start and article.text[start] in _EDGE:
        start += 1
    while end > quantity.end and article.text[end - 1] in _EDGE:
        end -= 1
    status = _status(article, clause, quantity)
    quote = article.text[start:end]
    evidence = Evidence(
        article.doc, clause.sentence, start, end, quote, "model:figures", owner.confidence, status
    )
    return Observation(owner.mention.entity, name, quantity, period, evidence)


_EDGE = " \n\t，；：、。"
_NEAR = 400  # characters between a subject and its figure that a quote may span
