"""One article laid out for the relation rules: mentions with their clauses, lists and neighbours.

Built once per article from the records of the earlier steps, so that all groups of rules share the same
queries: who owns this mention, which mentions form a list with it, does the clause hold a trigger? Nothing
is decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extract.clauses import Clause, Placed, topics
from kg.model import FAMILY_OF, Article, Entity

REACH = 60
"""Maximum distance in characters of two paired mentions of one clause; keeps pairing linear."""
BACK = 12
"""How many clauses back, within a paragraph, a subject is looked for."""

_BRACKETED = re.compile(r"[（(][^（）()]{0,40}[）)]")
_JOINT = re.compile(r"^[”》」\s]*(?:、|和|与|及|以及|同|暨|—|-|，)[“《「\s]*$")
_TIGHT = re.compile(r"^[\s“”‘’\"'《》「」]*$")
_POSSESSIVE = re.compile(r"^[\s“”《》]*(?:的|之|市属|旗下|区内|境内|本地)[\s“”《》]*$")
_AGENT = re.compile(r"(?:由|被|经|受)[\s“]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A relation proposed by a rule; whether it stands is decided elsewhere.

    Attributes:
        subject: Entity id.
        predicate: One of `kg.model.PREDICATES`.
        object: Entity id.
        rule: Name of the rule: the predicate and how subject and object were found.
        start: First character of the supporting span.
        end: Character after the last.
        qualifiers: As in `kg.model.Relation`.
    """

    subject: str
    predicate: str
    object: str
    rule: str
    start: int
    end: int
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """A possible owner of a mention, and how it was found.

    `how` is one of: attached, possessive, agent, subject, subject-after, before, after, relative, carried,
    earlier, back, recent, previous, next, place, topic, theme. For a further member of an owner's list,
    `-list` is appended.
    """

    entity: str
    type: str
    how: str
    start: int


class View:
    """The article as the rules see it. Read-only."""

    def __init__(self, article: Article, entities: Sequence[Entity], clauses: Sequence[Clause]) -> None:
        self.article = article
        self.text = article.normal
        self.clauses = tuple(clauses)
        self.entities: Mapping[str, Entity] = {e.id: e for e in entities}
        self._plain: dict[int, str] = {}
        self._starts = [c.start for c in clauses]
        self.mentions: tuple[Placed, ...] = tuple(m for c in clauses for m in c.mentions)
        self.clause_of: tuple[int, ...] = tuple(i for i, c in enumerate(clauses) for _ in c.mentions)
        self.first_of: tuple[int, ...] = self._firsts()

    @cached_property
    def topics(self) -> tuple[str | None, ...]:
        """The location that each part is mainly about; see `kg.extract.clauses.topics`."""
        return topics(self.article, self.mentions)

    @cached_property
    def themes(self) -> tuple[tuple[str, ...], ...]:
        """The organisation, project and event that each part names most often, if often enough."""
        return self._themes()

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """For each mention, the list (A、B和C) it belongs to, itself included."""
        return self._group()

    def _firsts(self) -> tuple[int, ...]:
        firsts, at = [], 0
        for clause in self.clauses:
            firsts.append(at)
            at += len(clause.mentions)
        return tuple(firsts)

    def _themes(self) -> tuple[tuple[str, ...], ...]:
        """Return the organisation, project and event that each part names most often, if often enough."""
        counts: list[dict[str, Counter[str]]] = [{} for _ in self.article.parts]
        for i, m in enumerate(self.mentions):
            part = counts[self.article.sentences[self.clause(i).sentence].part]
            part.setdefault(FAMILY_OF[m.type], Counter())[m.entity] += 1
        families = ("Organization", "Project", "Event")
        best = [[c[f].most_common(1)[0] for f in families if f in c] for c in counts]
        return tuple(tuple(entity for entity, times in row if times >= 4) for row in best)

    def _group(self) -> tuple[tuple[int, ...], ...]:
        """Return, for each mention, the list (A、B和C) it belongs to, itself included."""
        heads = list(range(len(self.mentions)))
        for i in range(1, len(self.mentions)):
            for j in range(i - 1, max(-1, i - 4), -1):
                if self.clause_of[j] != self.clause_of[i]:
                    break
                if self.joined(j, i):
                    heads[i] = heads[j]
                    break
        members: dict[int, list[int]] = {}
        for i, head in enumerate(heads):
            members.setdefault(head, []).append(i)
        tuples = {head: tuple(group) for head, group in members.items()}
        return tuple(tuples[head] for head in heads)

    def joined(self, i: int, j: int) -> bool:
        """Return whether mention `j` follows mention `i` in a list of similar things."""
        a, b = self.mentions[i], self.mentions[j]
        if not a.end <= b.start <= a.end + 46 or not alike(a.type, b.type):
            return False
        gap = _BRACKETED.sub("", self.text[a.end : b.start])
        return bool(_JOINT.match(gap)) and "，" not in gap

    def gap(self, i: int, j: int) -> str:
        """Return the text between two mentions."""
        return self.text[self.mentions[i].end : self.mentions[j].start]

    def clause_at(self, place: int) -> int:
        """Return the index of the clause at a position in the text, or of the last clause before it."""
        return max(0, bisect_right(self._starts, place) - 1)

    def clause(self, i: int) -> Clause:
        """Return the clause of a mention."""
        return self.clauses[self.clause_of[i]]

    def plain(self, i: int) -> str:
        """Return the text of a mention's clause with all names blanked, at the same length."""
        return self.plain_clause(self.clause_of[i])

    def plain_clause(self, at: int) -> str:
        """Return the text of a clause with all names blanked: a verb inside a name is not a trigger."""
        if at not in self._plain:
            clause = self.clauses[at]
            pieces, done = [], clause.start
            for m in clause.mentions:
                if m.start >= done:
                    pieces += [self.text[done : m.start], "□" * (m.end - m.start)]
                    done = m.end
            self._plain[at] = "".join([*pieces, self.text[done : max(done, clause.end)]])
        return self._plain[at]

    def span(self, i: int) -> range:
        """Return the indices of the mentions in the clause of a mention."""
        at = self.clause_of[i]
        return range(self.first_of[at], self.first_of[at] + len(self.clauses[at].mentions))

    def near(self, i: int) -> Iterator[int]:
        """Yield the mentions of its clause within reach: those before, then after, each nearest first."""
        mention, span = self.mentions[i], self.span(i)
        for j in range(i - 1, max(span.start - 1, i - 13), -1):
            if mention.start - self.mentions[j].end <= REACH:
                yield j
        for j in range(i + 1, min(span.stop, i + 13)):
            if self.mentions[j].start - mention.end <= REACH:
                yield j

    def owners(self, i: int, types: Sequence[str]) -> Iterator[Owner]:
        """Yield the possible owners of mention `i`, closest tie first, each entity once."""
        seen = {self.mentions[i].entity}
        for owner in self._owners(i, types):
            if owner.entity not in seen:
                seen.add(owner.entity)
                yield owner

    def _owners(self, i: int, types: Sequence[str]) -> Iterator[Owner]:
        first = self.groups[i][0]
        clause, span = self.clause(i), self.span(i)
        for j in range(first - 1, max(span.start - 1, first - 3), -1):
            gap = self.gap(j, first)
            if self.mentions[j].type not in types:
                continue
            how = "attached" if _TIGHT.match(gap) else "possessive" if _POSSESSIVE.match(gap) else None
            if how:
                yield from self._with_list(j, how)
        for j in self.near(i):
            m = self.mentions[j]
            if m.type in types and _AGENT.search(self.text[max(clause.start, m.start - 3) : m.start]):
                yield from self._with_list(j, "agent")
        own = next((j for j in span if self.mentions[j].start == clause.subject_start), None)
        if own is not None and own != i and self.mentions[own].type in types:
            how = "subject" if own < i else "subject-after"
            yield from self._with_list(own, how)
        for j in range(first - 1, max(span.start - 1, first - 9), -1):
            if self.mentions[j].type in types and self.mentions[i].start - self.mentions[j].end <= REACH:
                yield from self._with_list(j, "before")
        for j in range(i + 1, min(span.stop, i + 5)):
            m = self.mentions[j]
            if m.type in types and m.start - self.mentions[i].end <= REACH // 2:
                relative = "的" in self.gap(i, j)[-4:] or _TIGHT.match(self.gap(i, j))
                yield from self._with_list(j, "relative" if relative else "after")
        yield from self._carried(i, types)

    def _with_list(self, j: int, how: str) -> Iterator[Owner]:
        mention = self.mentions[j]
        yield Owner(mention.entity, mention.type, how, mention.start)
        for k in self.groups[j]:
            other = self.mentions[k]
            if other.entity != mention.entity:
                yield Owner(other.entity, other.type, how + "-list", other.start)

    def _carried(self, i: int, types: Sequence[str]) -> Iterator[Owner]:
        at = self.clause_of[i]
        clause = self.clauses[at]
        paragraph = self.article.sentences[clause.sentence].paragraph
        for back in range(at, max(-1, at - BACK), -1):
            other = self.clauses[back]
            sentence = self.article.sentences[other.sentence]
            if sentence.paragraph != paragraph:
                break
            subject = self.entities.get(other.subject or "")
            if subject is None or subject.type not in types:
                continue
            same = other.sentence == clause.sentence
            how = ("carried" if same else "earlier") if back == at or same else "back"
            start = other.subject_start if other.subject_start is not None else other.start
            yield Owner(subject.id, subject.type, "topic" if other.subject_start is None else how, start)
        yield from self._recent(i, types)
        place = self.entities.get(clause.place or "")
        if place is not None and place.type in types:
            yield Owner(place.id, place.type, "place", clause.start)
        part = self.article.sentences[clause.sentence].part
        topic = self.entities.get((self.topics[part] if part < len(self.topics) else None) or "")
        if topic is not None and topic.type in types:
            yield Owner(topic.id, topic.type, "topic", clause.start)
        for theme in self.themes[part] if part < len(self.themes) else ():
            if self.entities[theme].type in types:
                yield Owner(theme, self.entities[theme].type, "theme", clause.start)

    def _recent(self, i: int, types: Sequence[str]) -> Iterator[Owner]:
        """Yield the last mention of each family before `i` in its paragraph, and the next in its sentence."""
        sentence = self.article.sentences[self.clause(i).sentence]
        seen: set[str] = set()
        for j in range(i - 1, max(-1, i - 25), -1):
            other = self.mentions[j]
            here = self.article.sentences[self.clause(j).sentence]
            if here.paragraph != sentence.paragraph:
                break
            if other.type in types and FAMILY_OF[other.type] not in seen:
                seen.add(FAMILY_OF[other.type])
                yield Owner(
                    other.entity, other.type, "recent" if here is sentence else "previous", other.start
                )
        for j in range(self.span(i).stop, min(len(self.mentions), i + 10)):
            if self.clause(j).sentence != sentence.index:
                break
            other = self.mentions[j]
            if other.type in types:
                yield Owner(other.entity, other.type, "next", other.start)
                break


def alike(a: str, b: str) -> bool:
    """Return whether two types may stand in one list.

    >>> alike("Company", "Institution"), alike("Company", "Honor")
    (True, False)
    """
    doers = ("Organization", "Location")
    return FAMILY_OF[a] == FAMILY_OF[b] or (FAMILY_OF[a] in doers and FAMILY_OF[b] in doers)
