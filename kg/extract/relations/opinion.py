"""A trained second opinion on proposed relations: how likely each is, from all that speaks for it.

The rules propose; this module weighs. It is a maximum-entropy classifier (one decision a
relation) over the rules that agree on it, the types, the distance, the words between, how
often either is named, and how the relation ranks among its competitors. Trained on gold
articles by `kg.extract.training`; its probability is the confidence of the relation.

References:
    Berger, Della Pietra, Della Pietra: A Maximum Entropy Approach to Natural Language
    Processing (Computational Linguistics 22, 1996).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pycrfsuite

from kg.errors import KGError
from kg.extract.relations.precision import paths
from kg.extract.relations.view import Candidate, View
from kg.model import Entity, Word

Triple = tuple[str, str, str]
MODEL = Path(__file__).resolve().parent.parent / "models" / "relations.crfsuite"
# Farther apart than this, in characters, the words between two mentions say nothing
_BETWEEN = 40
_STEPS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)


def features(
    view: View,
    words: Sequence[Word],
    proposed: Mapping[Triple, Sequence[Candidate]],
    prior: Mapping[Triple, float],
) -> dict[Triple, list[str]]:
    """Return the features of each proposed relation.

    Args:
        view: The article.
        words: Its words.
        proposed: The candidates of each relation.
        prior: What the precision of the rules alone says of each relation, between 0 and 1.
    """
    starts = [word.start for word in words]
    ranks = _ranks(prior)
    most = max((len(entity.mentions) for entity in view.entities.values()), default=1)
    rows = {}
    for triple, candidates in proposed.items():
        subject, predicate, object_ = triple
        s, o = view.entities[subject], view.entities[object_]
        row = [f"c={prior[triple]:.1f}", f"n={min(len(candidates), 6)}", f"t={s.type}>{o.type}"]
        row += [f"r={path}" for path in sorted({path for c in candidates for path in paths(c.rule)})]
        row.append(f"places={min(len({c.start for c in candidates}), 5)}")
        row += [f"rank-{end}={rank}" for end, rank in zip("so", ranks[triple], strict=True)]
        row.append(f"rivals={ranks[triple][0]}/{ranks[triple][1]}")
        row += [f"often-s={_step(len(s.mentions))}", f"often-o={_step(len(o.mentions))}"]
        row.append(f"main-s={len(s.mentions) * 2 > most}")
        row.append(f"main-o={len(o.mentions) * 2 > most}")
        row.append(f"first={s.mentions[0].start < o.mentions[0].start}")
        if s.name in o.name or o.name in s.name:
            row.append(f"holds={s.name in o.name}")
        row += _nearest(view, words, starts, s, o)
        rows[triple] = [f"{predicate}|{feature}" for feature in row]
    return rows


def _ranks(prior: Mapping[Triple, float]) -> dict[Triple, tuple[str, str]]:
    """Return how each relation ranks among those of its subject and of its object."""
    rivals: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for (subject, predicate, object_), score in prior.items():
        rivals[predicate, subject, 0].append(score)
        rivals[predicate, object_, 2].append(score)
    return {
        t: (_rank(rivals[t[1], t[0], 0], score), _rank(rivals[t[1], t[2], 2], score))
        for t, score in prior.items()
    }


def _rank(scores: Sequence[float], own: float) -> str:
    better = sum(score > own for score in scores)
    return f"{min(better, 4)}of{min(len(scores), 5)}"


def _step(number: int) -> int:
    return max(step for step in _STEPS if step <= number)


def _nearest(
    view: View, words: Sequence[Word], starts: Sequence[int], subject: Entity, object_: Entity
) -> list[str]:
    """Return the features of the two mentions that stand closest together."""
    best: tuple[int, int, int, bool] | None = None
    others = object_.mentions
    places = [mention.start for mention in others]
    for mention in subject.mentions:
        at = bisect_left(places, mention.start)
        for other in others[max(0, at - 1) : at + 1]:
            before = mention.start <= other.start
            left, right = (mention, other) if before else (other, mention)
            gap = max(0, right.start - left.end)
            if best is None or gap < best[0]:
                best = (gap, left.end, right.start, before)
    if best is None:
        return []
    gap, start, end, before = best
    side = "<" if before else ">"
    row = [f"gap={_step(gap)}", f"side={side}{_step(gap)}"]
    if gap <= _BETWEEN:
        row += [f"b={side}{surface}" for surface in _surfaces(view.text, words, starts, start, end)]
        after = _surfaces(view.text, words, starts, max(end, start), max(end, start) + 24)
        row += [f"a={side}{surface}" for surface in after[:6]]
    return row


def _surfaces(text: str, words: Sequence[Word], starts: Sequence[int], start: int, end: int) -> list[str]:
    """Return the words of a stretch up to the end of the sentence, without repeats, in order."""
    found: dict[str, None] = {}
    for word in words[bisect_left(starts, start) :]:
        if word.start >= end or text[word.start] in "。！？\n":
            break
        found[text[word.start : word.end]] = None
    return list(found)


@cache
def _tagger(path: Path) -> pycrfsuite.Tagger:
    if not path.is_file():
        raise KGError(
            "the trained model is missing from this installation of kg; install it again", file=path.name
        )
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


def judge(rows: Mapping[Triple, Sequence[str]], *, model: Path = MODEL) -> dict[Triple, float]:
    """Return the probability of each relation, between 0 and 1.

    Args:
        rows: From `features`.
        model: Model file.

    Raises:
        KGError: The model file is missing.
    """
    tagger = _tagger(model)
    found = {}
    for triple, row in rows.items():
        tagger.set(pycrfsuite.ItemSequence([list(row)]))
        found[triple] = tagger.marginal("1", 0)
    return found
