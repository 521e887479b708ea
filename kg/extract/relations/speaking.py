"""Where an article supports a relation that the trained model found likely.

Takes the board of the model and one of its rows, and returns text spans from one end to the other: first
where the two things stand closest together, then in other sentences that name both. The post of a person,
if it stands between the body and the name, is added as a qualifier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.extract.relations.evidence import MODEL
from kg.extract.relations.opinion import Board, Triple
from kg.extract.relations.people import title_in
from kg.extract.relations.view import Candidate

MOST = 3
"""Maximum number of spans returned."""
MANY = 8
"""How many names of a thing in one sentence are examined."""


class Speaker:
    """Finds the supporting spans of the relations of one board."""

    def __init__(self, board: Board, rows: Mapping[Triple, int]) -> None:
        self._layout, self._rows = board.layout, rows
        self._left, self._right = board.rows.left.tolist(), board.rows.right.tolist()
        layout = board.layout
        self._sentence, self._start = layout.sentence.tolist(), layout.start.tolist()
        self._who = layout.who.tolist()
        self._named: list[dict[int, list[int]]] = [{} for _ in layout.entities]
        for m, (who, sentence) in enumerate(zip(self._who, self._sentence, strict=True)):
            self._named[who].setdefault(sentence, []).append(m)

    def __call__(self, triple: Triple) -> Sequence[Candidate]:
        """Return the spans that support a relation, best first."""
        row = self._rows[triple]
        first = (self._left[row], self._right[row])
        pairs = [first, *self._elsewhere(first)]
        return tuple(self._stretch(triple, left, right) for left, right in pairs[:MOST])

    def first(self, triple: Triple) -> Candidate:
        """Return the span where the two things of a relation stand closest together."""
        row = self._rows[triple]
        return self._stretch(triple, self._left[row], self._right[row])

    def _elsewhere(self, first: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the two closest mentions in each other sentence that names both things, in text order."""
        one, other = (self._named[self._who[m]] for m in first)
        told = {self._sentence[m] for m in first}
        shared = sorted((one.keys() & other.keys()) - told)
        return [self._closest(one[sentence], other[sentence]) for sentence in shared[: MOST - 1]]

    def _closest(self, one: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
        start = self._start
        # only the first few names of a thing in a sentence are examined, which keeps the work linear
        pairs = [(abs(start[a] - start[b]), min(a, b), max(a, b)) for a in one[:MANY] for b in other[:MANY]]
        return min(pairs)[1:]

    def _stretch(self, triple: Triple, left: int, right: int) -> Candidate:
        layout = self._layout
        start, end = int(layout.start[left]), int(max(layout.end[left], layout.end[right]))
        within = int(layout.start[right]) < int(layout.end[left])
        rule = f"{MODEL}/name-inside" if within else MODEL
        title = None
        if triple[1] == "holdsPositionAt" and layout.entities[layout.who[right]].id == triple[0]:
            title = title_in(layout.text[layout.end[left] : layout.start[right]])
        return Candidate(*triple, rule, start, end, (("title", title),) if title else ())
