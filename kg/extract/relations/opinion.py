"""A trained second opinion on proposed relations: how likely each is, from all that speaks for it.

The rules propose; this module weighs. It is a maximum-entropy classifier (one decision a
relation) over the rules that agree on it, the types, the distance, the words between and around,
whose clause it is, how the names end, how often either is named, and how near it is among its
competitors. The counts of the rules (`precision.csv`) are no feature: they know the articles that
it learns from. Trained on gold articles by `kg.extract.training`; its probability is the
confidence of the relation.

References:
    Berger, Della Pietra, Della Pietra: A Maximum Entropy Approach to Natural Language
    Processing (Computational Linguistics 22, 1996).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycrfsuite

from kg.extract.clauses import Placed
from kg.extract.crf import open_model
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
) -> dict[Triple, list[str]]:
    """Return the features of each proposed relation.

    Args:
        view: The article.
        words: Its words.
        proposed: The candidates of each relation.
    """
    layout = Layout(view, words)
    # a thing that the text does not name is related by its record alone: nothing to weigh
    proposed = {t: found for t, found in proposed.items() if layout.places[t[0]] and layout.places[t[2]]}
    ranks = _ranks({t: -layout.meeting(t[0], t[2]).gap for t in proposed})
    pairs: dict[tuple[str, str], list[str]] = {}
    rows = {}
    for triple, candidates in proposed.items():
        subject, predicate, object_ = triple
        if (subject, object_) not in pairs:
            pairs[subject, object_] = layout.describe(subject, object_)
        row = [f"n={min(len(candidates), 6)}"]
        found: dict[str, None] = {}
        for rule in {c.rule: None for c in candidates}:
            for path in _paths(rule):
                found[path] = None
        row += [f"r={path}" for path in found]
        row += [f"near-{end}={rank}" for end, rank in zip("so", ranks[triple], strict=True)]
        row += pairs[subject, object_]
        rows[triple] = [f"{predicate}|{feature}" for feature in row]
    return rows


@cache
def _paths(rule: str) -> tuple[str, ...]:
    return tuple(paths(rule))


def _ranks(nearness: Mapping[Triple, int]) -> dict[Triple, tuple[str, str]]:
    """Return how each relation ranks among those of its subject and of its object."""
    rivals: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for (subject, predicate, object_), score in nearness.items():
        rivals[predicate, subject, 0].append(score)
        rivals[predicate, object_, 2].append(score)
    for scores in rivals.values():
        scores.sort()
    return {
        t: (_rank(rivals[t[1], t[0], 0], score), _rank(rivals[t[1], t[2], 2], score))
        for t, score in nearness.items()
    }


def _rank(scores: Sequence[int], own: int) -> str:
    better = len(scores) - bisect_right(scores, own)
    return f"{min(better, 4)}of{min(len(scores), 5)}"


def _step(number: int) -> int:
    return _STEPS[bisect_right(_STEPS, number) - 1]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where two things stand closest together.

    Attributes:
        gap: Characters between the names; -1 where one is in the other.
        subject: Place of the subject.
        object: Place of the object.
    """

    gap: int
    subject: Placed
    object: Placed


class Layout:
    """Where each thing of an article stands, in which clauses, among which words. Read only."""

    def __init__(self, view: View, words: Sequence[Word]) -> None:
        self.view, self.words = view, words
        self.starts = [word.start for word in words]
        rows: dict[str, set[Placed]] = {e.id: set() for e in view.entities.values()}
        for e in view.entities.values():
            rows[e.id].update(Placed(m.start, m.end, e.id, e.type) for m in e.mentions)
        for m in view.mentions:
            rows[m.entity].add(m)
        self.places = {e: sorted(found, key=lambda m: (m.start, m.end)) for e, found in rows.items()}
        self.at = {e: [m.start for m in found] for e, found in self.places.items()}
        self.most = max(map(len, self.places.values()), default=1)
        self.order = sorted(m.start for found in self.places.values() for m in found)
        self.clauses_of = {
            e: frozenset(view.clause_at(m.start) for m in found) for e, found in self.places.items()
        }
        self.sentences_of = {
            e: frozenset(view.clauses[c].sentence for c in found) for e, found in self.clauses_of.items()
        }
        self.group_of = {
            (view.mentions[i].start, view.mentions[i].entity): g for i, g in enumerate(view.groups)
        }
        self._meetings: dict[tuple[str, str], Meeting] = {}
        self._single: dict[tuple[str, str], list[str]] = {}
        self._clause_words: dict[int, list[str]] = {}

    def meeting(self, subject: str, object_: str) -> Meeting:
        """Return where two things stand closest together."""
        key = (subject, object_)
        if key not in self._meetings:
            # from the side that is named less often, so that a much-named thing costs no more than others
            if len(self.at[subject]) <= len(self.at[object_]):
                self._meetings[key] = self._meet(subject, object_)
            else:
                found = self._meet(object_, subject)
                self._meetings[key] = Meeting(found.gap, found.object, found.subject)
        return self._meetings[key]

    def _meet(self, few: str, many: str) -> Meeting:
        best: Meeting | None = None
        places, at = self.places[many], self.at[many]
        for m in self.places[few]:
            n = bisect_left(at, m.start)
            for other in places[max(0, n - 1) : n + 1]:
                left, right = (m, other) if m.start <= other.start else (other, m)
                gap = max(-1, right.start - left.end)
                if best is None or gap < best.gap:
                    best = Meeting(gap, m, other)
        if best is None:
            raise ValueError("a thing without a place was proposed")
        return best

    def describe(self, subject: str, object_: str) -> list[str]:
        """Return the features of two things, whatever the relation."""
        s, o = self.view.entities[subject], self.view.entities[object_]
        row = [f"t={s.type}>{o.type}", f"t-s={s.type}", f"t-o={o.type}"]
        row += self._alone("s", s) + self._alone("o", o)
        row.append(f"first={self.at[subject][0] < self.at[object_][0]}")
        shared = len(self.sentences_of[subject] & self.sentences_of[object_])
        together = len(self.clauses_of[subject] & self.clauses_of[object_])
        row += [f"shared={min(shared, 3)}/{min(together, 3)}"]
        row.append(f"all-o={shared == len(self.sentences_of[object_])}")
        row.append(f"all-s={shared == len(self.sentences_of[subject])}")
        if s.name in o.name or o.name in s.name:
            row.append(f"holds={s.name in o.name}")
        return row + self._between(self.meeting(subject, object_))

    def _alone(self, end: str, entity: Entity) -> list[str]:
        if (end, entity.id) not in self._single:
            places = self.places[entity.id]
            name = entity.name
            row = [f"often-{end}={_step(len(places))}", f"main-{end}={len(places) * 2 > self.most}"]
            row += [f"suf-{end}={name[-2:]}", f"suf1-{end}={name[-1:]}"]
            row.append(
                f"lead-{end}={self.view.article.sentences[min(self.sentences_of[entity.id])].paragraph < 2}"
            )
            self._single[end, entity.id] = row
        return self._single[end, entity.id]

    def _between(self, meeting: Meeting) -> list[str]:
        """Return the features of the two names that stand closest together."""
        view, text = self.view, self.view.text
        s, o, gap = meeting.subject, meeting.object, meeting.gap
        before = s.start <= o.start
        left, right = (s, o) if before else (o, s)
        side = "<" if before else ">"
        a, b = view.clause_at(left.start), view.clause_at(right.start)
        there, here = view.clauses[a], view.clauses[b]
        apart = here.sentence - there.sentence
        paragraphs = (
            view.article.sentences[here.sentence].paragraph - view.article.sentences[there.sentence].paragraph
        )
        far = (
            f"c{min(b - a, 3)}"
            if apart == 0
            else f"s{min(apart, 3)}"
            if paragraphs == 0
            else f"p{min(paragraphs, 3)}"
        )
        names = bisect_left(self.order, right.start) - bisect_right(self.order, left.start)
        row = [f"gap={_step(max(gap, 0))}{gap < 0}", f"side={side}{_step(max(gap, 0))}", f"far={side}{far}"]
        row.append(f"names={side}{min(max(names, 0), 6)}")
        clause = view.clauses[view.clause_at(o.start)]
        row.append(f"about={side}{clause.subject == s.entity}/{far}")
        row.append(f"own={side}{clause.subject_start == s.start}")
        row.append(f"place={clause.place == s.entity}/{clause.place == o.entity}")
        other = view.clauses[view.clause_at(s.start)]
        row.append(f"about-s={side}{other.subject == o.entity}")
        for end, m in (("s", s), ("o", o)):
            group = self.group_of.get((m.start, m.entity), ())
            row.append(f"list-{end}={min(len(group), 4)}")
        if gap > _BETWEEN or apart > 1:
            return row
        if gap >= 0:
            row += [f"b={side}{surface}" for surface in self._surfaces(left.end, right.start)]
            if gap <= 6:
                row.append(f"bb={side}{text[left.end : right.start]}")
        last = max(left.end, right.end)
        row += [f"a={side}{surface}" for surface in self._surfaces(last, last + 24)[:5]]
        n = bisect_left(self.starts, left.start)
        row += [f"p={side}{text[w.start : w.end]}" for w in self.words[max(0, n - 2) : n]]
        row += [f"w={surface}" for surface in self._said(view.clause_at(o.start))]
        return row

    def _said(self, clause: int) -> list[str]:
        """Return the verbs and nouns of a clause outside names."""
        if clause not in self._clause_words:
            span = self.view.clauses[clause]
            plain = self.view.plain_clause(clause)
            found: dict[str, None] = {}
            for word in self.words[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]:
                if word.tag[:1] in "vn" and "□" not in plain[word.start - span.start : word.end - span.start]:
                    found[self.view.text[word.start : word.end]] = None
            self._clause_words[clause] = list(found)[:12]
        return self._clause_words[clause]

    def _surfaces(self, start: int, end: int) -> list[str]:
        """Return the words of a stretch up to the end of the sentence, without repeats, in order."""
        found: dict[str, None] = {}
        text = self.view.text
        for n in range(bisect_left(self.starts, start), len(self.words)):
            word = self.words[n]
            if word.start >= end or text[word.start] in "。！？\n":
                break
            found[text[word.start : word.end]] = None
        return list(found)


def judge(rows: Mapping[Triple, Sequence[str]], *, model: Path = MODEL) -> dict[Triple, float]:
    """Return the probability of each relation, between 0 and 1.

    Args:
        rows: From `features`.
        model: Model file.

    Raises:
        KGError: The model file is missing.
    """
    tagger = open_model(model)
    found = {}
    for triple, row in rows.items():
        tagger.set(pycrfsuite.ItemSequence([list(row)]))
        found[triple] = tagger.marginal("1", 0)
    return found
