"""How good an extraction is: precision, recall and F1 against gold articles.

A folder (or file) of predicted articles is compared with a folder (or file) of gold articles,
paired by file name. The result holds counts and scores per type and predicate, and every mistake.

Entities are compared, not mentions. A predicted entity matches a gold entity of the same family
if they share a name, ignoring white space, quotes, title marks and letter case. Each entity is
matched at most once, so a thing split in two costs precision, and two things merged into one cost
recall. With `relaxed`, two names also agree if one contains the other and the shorter has at least
60 % of the length of the longer. Relations are compared between matched entities; `locatedIn` and
`subsidiaryOf` are transitive and `cooperatesWith` is symmetric, so whatever follows from a set of
relations counts as stated by it. Observations agree if subject, number and unit are the same.
Offsets, indicators and periods are not scored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.corpus import Gold, Triple, closure, read_gold
from kg.corpus.matching import family_of, match, names_of, squeeze
from kg.errors import CorpusError
from kg.model import SYMMETRIC

CORE = ("Organization", "Location", "Project", "Initiative")

_FIRST = ("core", "entities", "relations", "observations")
_KEYS = ("entities", "relations", "observations")
_FIGURE = re.compile(r"([+-]?\d+(?:\.\d+)?)(万亿|千万|百万|十万|亿|万|千|百)?多?余?(.*)", re.DOTALL)
_SCALES = {"百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one kind of answer.

    Attributes:
        answers: Number of predictions.
        right: Number of predictions that are in the gold.
        gold: Number of gold items, which should have been predicted.
        found: Number of gold items that are in the prediction (not always equal to `right`:
            one transitive relation can account for several).
    """

    answers: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """Share of the predictions that are right, 0 to 1; 0 if there are none."""
        return self.right / self.answers if self.answers else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold items that were found, 0 to 1; 0 if there are none."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.answers + other.answers,
            self.right + other.right,
            self.gold + other.gold,
            self.found + other.found,
        )


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake, whose `kind` is `missed`, `extra` or `type` (an entity of the wrong type)."""

    doc: str
    kind: str
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by kind of answer, and the mistakes behind them.

    Attributes:
        scores: `core`, `entities`, `relations` and `observations` first, then families,
            `relation PREDICATE`, `relaxed …`, `fine type of matched`, `names of matched`.
        mistakes: The mistakes, sorted by article and kind.
        missing: Gold articles without a prediction; everything in them counts as missed.
    """

    scores: Mapping[str, Score]
    mistakes: tuple[Mistake, ...] = ()
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, dict[str, float]]:
        """Return the scores as plain values, rounded to four decimal places."""
        return {
            key: {
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "f1": round(score.f1, 4),
                "gold": score.gold,
            }
            for key, score in self.scores.items()
        }


def evaluate(predicted: str | Path, gold: str | Path) -> Evaluation:
    """Score the predicted articles of a folder (or file) against the gold articles of another.

    Raises:
        CorpusError: There are no gold articles, or a file breaks the annotation contract.
    """
    predicted, gold = Path(predicted), Path(gold)
    for folder in (predicted, gold):
        if not folder.exists():
            raise CorpusError("there is no such file or folder", file=folder)
    golds = [gold] if gold.is_file() else sorted(gold.glob("*.json"))
    if not golds:
        raise CorpusError("the folder holds no gold articles (*.json)", file=gold)
    pairs, missing = [], []
    for path in golds:
        partner = predicted if predicted.is_file() else predicted / path.name
        if not partner.is_file():
            missing.append(path.stem)
        pairs.append((path.stem, _read(partner) if partner.is_file() else {}, _read(path)))
    result = score(pairs)
    return Evaluation(result.scores, result.mistakes, tuple(missing))


def score(articles: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> Evaluation:
    """Score articles given as (doc, prediction, gold), in the format of the annotation guide."""
    totals: dict[str, Score] = {}
    mistakes: list[Mistake] = []
    for doc, predicted, gold in articles:
        pair = _Pair(doc, predicted, gold)
        for part in (_score_entities, _score_relations, _score_observations):
            for key, counts in part(pair, mistakes):
                totals[key] = totals.get(key, Score()) + counts
    order = [*_FIRST, *sorted(set(totals) - set(_FIRST))]
    return Evaluation({key: totals.get(key, Score()) for key in order}, tuple(sorted(mistakes)))


def quantity(value: object) -> tuple[float, str] | str:
    """Return the number and unit of a figure, or its squeezed text if it has no number.

    >>> quantity("5267.4亿元"), quantity("5600余万元"), quantity("数十个")
    ((526740000000.0, '元'), (5600.0, '万元'), '数十个')
    """
    text = squeeze(str(value)).replace(",", "")
    found = _FIGURE.fullmatch(text)
    if not found:
        return text
    number, scale, unit = found.groups()
    # ten digits, so that floating-point error never separates two spellings of one figure
    return float(f"{float(number) * 10.0 ** _SCALES.get(scale or '', 0):.10g}"), unit


class _Pair:
    """One article's prediction and gold, with the strict matching that all three scorers use."""

    def __init__(self, doc: str, predicted: Mapping[str, Any], gold: Mapping[str, Any]) -> None:
        self.doc, self.predicted, self.gold = doc, predicted, gold
        self.p_entities = {e["id"]: e for e in predicted.get("entities", ())}
        self.g_entities = {e["id"]: e for e in gold.get("entities", ())}
        self.found = match(predicted.get("entities", ()), gold.get("entities", ()))
        self.back = {g: p for p, g in self.found.items()}


def _score_entities(pair: _Pair, mistakes: list[Mistake]) -> Iterator[tuple[str, Score]]:
    predicted, gold = pair.predicted.get("entities", ()), pair.gold.get("entities", ())
    for prefix, found in (("", pair.found), ("relaxed ", match(predicted, gold, relaxed=True))):
        for e in predicted:
            yield from ((prefix + key, Score(answers=1, right=e["id"] in found)) for key in _keys(e))
        matched = set(found.values())
        for e in gold:
            yield from ((prefix + key, Score(gold=1, found=e["id"] in matched)) for key in _keys(e))
    for e in predicted:
        if e["id"] not in pair.found:
            mistakes.append(Mistake(pair.doc, "extra", e["type"], e["names"][0] if e["names"] else ""))
    for e in gold:
        if e["id"] not in pair.back:
            mistakes.append(Mistake(pair.doc, "missed", e["type"], e["names"][0]))
    for p_id, g_id in pair.found.items():
        p, g = pair.p_entities[p_id], pair.g_entities[g_id]
        same = p["type"] == g["type"]
        yield "fine type of matched", Score(1, same, 1, same)
        if not same:
            mistakes.append(Mistake(pair.doc, "type", f"{p['type']} for {g['type']}", g["names"][0]))
        p_names, g_names = names_of(p), names_of(g)
        both = len(p_names & g_names)
        yield "names of matched", Score(len(p_names), both, len(g_names), both)


def _score_relations(pair: _Pair, mistakes: list[Mistake]) -> Iterator[tuple[str, Score]]:
    predicted, gold = _told_once(pair.predicted), _told_once(pair.gold)
    p_all, g_all = closure(predicted), closure(gold)
    for s, p, o in sorted(predicted, key=str):
        right = (pair.found.get(s), p, pair.found.get(o)) in g_all
        yield from ((key, Score(answers=1, right=right)) for key in ("relations", f"relation {p}"))
        if not right:
            names = f"{_label(s, pair.p_entities)} → {_label(o, pair.p_entities)}"
            mistakes.append(Mistake(pair.doc, "extra", p, names))
    for s, p, o in sorted(gold, key=str):
        right = (pair.back.get(s), p, pair.back.get(o)) in p_all
        yield from ((key, Score(gold=1, found=right)) for key in ("relations", f"relation {p}"))
        if not right:
            names = f"{_label(s, pair.g_entities)} → {_label(o, pair.g_entities)}"
            mistakes.append(Mistake(pair.doc, "missed", p, names))


def _score_observations(pair: _Pair, mistakes: list[Mistake]) -> Iterator[tuple[str, Score]]:
    said = Counter(
        (pair.found.get(o["subject"]), quantity(o["value"])) for o in pair.predicted.get("observations", ())
    )
    true = Counter((o["subject"], quantity(o["value"])) for o in pair.gold.get("observations", ()))
    both = sum((said & true).values())
    yield "observations", Score(sum(said.values()), both, sum(true.values()), both)
    extra, missed = said - true, true - said
    for o in pair.predicted.get("observations", ()):
        if extra[key := (pair.found.get(o["subject"]), quantity(o["value"]))] > 0:
            extra[key] -= 1
            mistakes.append(Mistake(pair.doc, "extra", "observation", _figure(o, pair.p_entities)))
    for o in pair.gold.get("observations", ()):
        if missed[key := (o["subject"], quantity(o["value"]))] > 0:
            missed[key] -= 1
            mistakes.append(Mistake(pair.doc, "missed", "observation", _figure(o, pair.g_entities)))


def _figure(observation: Mapping[str, Any], entities: Mapping[str, Any]) -> str:
    subject = _label(observation["subject"], entities)
    return f"{subject} {observation.get('indicator', '')} {observation['value']}"


def _label(key: str, entities: Mapping[str, Any]) -> str:
    entity = entities.get(key)
    return str(entity["names"][0]) if entity and entity["names"] else "?"


def _read(path: Path) -> Gold:
    article = read_gold(path)
    for number, entity in enumerate(article["entities"]):
        if not (isinstance(entity, dict) and {"id", "type", "names"} <= entity.keys()):
            raise CorpusError("an entity lacks id, type or names", file=path, place=f"entity {number + 1}")
    for number, relation in enumerate(article["relations"]):
        if not (isinstance(relation, list) and len(relation) == 3):
            raise CorpusError(
                "a relation is not [subject, predicate, object]", file=path, place=f"relation {number + 1}"
            )
    for number, observation in enumerate(article["observations"]):
        if not (isinstance(observation, dict) and {"subject", "value"} <= observation.keys()):
            raise CorpusError(
                "an observation lacks subject or value", file=path, place=f"observation {number + 1}"
            )
    return article


def _keys(entity: Mapping[str, Any]) -> tuple[str, ...]:
    family = family_of(entity)
    return (family, *(("core",) if family in CORE else ()), "entities")


def _told_once(article: Mapping[str, Any]) -> set[Triple]:
    """Return the relations, with each symmetric one in a single direction."""
    return {
        (o, p, s) if p in SYMMETRIC and str(s) > str(o) else (s, p, o)
        for s, p, o in article.get("relations", ())
    }
