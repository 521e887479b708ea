"""Find where articles contradict each other, in figures and in posts.

`conflicts` takes a graph and returns `Conflict` records, each with what the articles say and the sentences
that say so. It does not judge who is right; a person does that with `kg correct`. There are three kinds of
conflict:

- `figure`: figures for the same thing, indicator, period and unit with values that cannot both be true
  (`kg.graph.precision`). A figure without a period is assumed to refer to the year in which its article was
  published.
- `post`: two people at overlapping times in a post that one person holds at a time (书记, 市长, 董事长).
- `person`: one person at the head of two places (市长 of both 大连市 and 沈阳市), at overlapping times.

The time of a post is the date that the article gives for it, or else the article's date of publication. A
person is assumed to hold a post throughout, from the first to the last time that they are said to hold it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from kg.graph.graph import Graph
from kg.graph.precision import agree, counted
from kg.graph.records import Fact, Figure, Thing
from kg.model import FAMILY_OF

KINDS = ("figure", "post", "person")
# leading words that say nothing about what the indicator measures
_LEAD = re.compile("^(?:(?:完成|实现|累计|全年|当年|全[市区县省州旗镇]|达到)(?=.{2}))+")
_HEADS = (
    "书记 省长 市长 州长 盟长 区长 县长 旗长 镇长 乡长 主席 董事长 总经理 总裁 局长 厅长 部长 主任 院长 校长 "
    "行长 所长 会长 理事长 台长 馆长 社长 总编辑"
).split()
_OF_PLACES = frozenset("书记 省长 市长 州长 盟长 区长 县长 旗长 镇长 乡长".split())
_BETWEEN = re.compile("[、，,兼和及\\s]+")
# a deputy, a former holder, or the head of only a part
_NOT_THE_ONE = re.compile("副|原|前任|曾任|名誉|荣誉|助理|代表|候任|专职|研究部|业务部|联席|执行")


@dataclass(frozen=True, slots=True)
class Saying:
    """What one article says.

    Attributes:
        value: The figure as written in the text, or the name of the person or place with the post.
        doc: The article.
        quote: The article's own words.
        date: The period or day it refers to, or empty.
    """

    value: str
    doc: str
    quote: str
    date: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements of articles that cannot all be true.

    Attributes:
        kind: One of `KINDS`.
        about: Name of the thing concerned.
        what: The indicator with its period, or the post.
        sayings: At least two, sorted by article.
    """

    kind: str
    about: str
    what: str
    sayings: tuple[Saying, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the conflict as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Held:
    """A person in a post, from the first to the last time that they are said to hold it."""

    person: Thing
    place: Thing
    post: str
    start: str
    end: str
    sayings: tuple[Saying, ...]


def conflicts(graph: Graph, *, within: bool = False) -> tuple[Conflict, ...]:
    """Return the contradictions between articles, sorted by kind, thing and indicator or post.

    Args:
        graph: The graph.
        within: Whether to report figures that differ within one article, too. Most of them are a whole
            and its part, or belong to two things that were taken for one.
    """
    published = {a.doc: a.published or "" for a in graph.articles()}
    found = [*_figures(graph.observations(), published, within)]
    held = _posts(graph.facts(predicate="holdsPositionAt"), published)
    found += [*_two_holders(held), *_two_places(held)]
    return tuple(sorted(found, key=lambda c: (KINDS.index(c.kind), c.about, c.what, c.sayings[0].doc)))


def _figures(figures: Iterable[Figure], published: dict[str, str], within: bool) -> Iterator[Conflict]:
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        when = figure.period or published.get(figure.evidence.doc, "")[:4]
        if figure.value is not None and figure.unit and when:
            what = indicator_key(figure.indicator)
            groups[figure.subject.iri, what, when, figure.unit, counted(figure)].append(figure)
    for key, group in sorted(groups.items()):
        against = {
            figure.iri
            for pair in combinations(group, 2)
            if (within or pair[0].evidence.doc != pair[1].evidence.doc) and not agree(*pair)
            for figure in pair
        }
        if against:
            sayings = [
                Saying(f.text, f.evidence.doc, f.evidence.quote, f.period or "")
                for f in group
                if f.iri in against
            ]
            yield Conflict("figure", group[0].subject.name, f"{key[1]} {key[2]}", _sorted(sayings))


def indicator_key(indicator: str) -> str:
    """Return an indicator in the form used for comparison: without white space and empty leading words.

    >>> indicator_key("完成固定资产投资"), indicator_key("全市 地区生产总值"), indicator_key("投资")
    ('固定资产投资', '地区生产总值', '投资')
    """
    return _LEAD.sub("", "".join(indicator.split()))


def posts_of(title: str) -> tuple[str, ...]:
    """Return the posts in a title that only one person holds at a time.

    >>> posts_of("党委书记、董事长"), posts_of("副书记、市长"), posts_of("副主任"), posts_of("记者")
    (('书记', '董事长'), ('市长',), (), ())
    """
    found = []
    for part in filter(None, _BETWEEN.split(title)):
        if not _NOT_THE_ONE.search(part):
            found += [head for head in _HEADS if part.endswith(head)][:1]
    return tuple(dict.fromkeys(found))


def _posts(facts: Iterable[Fact], published: dict[str, str]) -> list[_Held]:
    held: dict[tuple[str, str, str], list[tuple[str, str, Saying]]] = defaultdict(list)
    ends: dict[str, Thing] = {}
    for fact in facts:
        ends |= {fact.subject.iri: fact.subject, fact.object.iri: fact.object}
        for statement in fact.statements:
            said = dict(statement.qualifiers)
            when = said.get("date") or published.get(statement.evidence.doc, "") or statement.created
            if not when or statement.evidence.status == "planned":
                continue
            start, _, end = when.partition("/")
            for post in posts_of(said.get("title", "")):
                saying = Saying("", statement.evidence.doc, statement.evidence.quote, when)
                held[fact.subject.iri, fact.object.iri, post].append((start, end or start, saying))
    return [
        _Held(
            ends[s],
            ends[o],
            post,
            min(f[0] for f in found),
            max(f[1] for f in found),
            tuple(f[2] for f in found),
        )
        for (s, o, post), found in sorted(held.items())
    ]


def _two_holders(held: Iterable[_Held]) -> Iterator[Conflict]:
    groups: dict[tuple[str, str], list[_Held]] = defaultdict(list)
    for one in held:
        groups[one.place.iri, one.post].append(one)
    for group in groups.values():
        yield from _conflict("post", group, lambda a, b: True)


def _two_places(held: Iterable[_Held]) -> Iterator[Conflict]:
    groups: dict[tuple[str, str], list[_Held]] = defaultdict(list)
    for one in held:
        if one.post in _OF_PLACES and FAMILY_OF[one.place.type] in ("Location", "Organization"):
            groups[one.person.iri, one.post].append(one)
    for group in groups.values():
        yield from _conflict("person", group, _elsewhere)


def _elsewhere(one: _Held, other: _Held) -> bool:
    """Return whether two places are distinct, not just a place and its own committee (大连市, 大连市委)."""
    pairs = ((a, b) for a in one.place.names for b in other.place.names)
    return not any(a in b or b in a for a, b in pairs)


def _conflict(kind: str, group: list[_Held], apart: Any) -> Iterator[Conflict]:
    against = [pair for pair in combinations(group, 2) if _overlap(*pair) and apart(*pair)]
    involved = list(dict.fromkeys(one for pair in against for one in pair))
    if not involved:
        return
    sayings = [
        Saying((one.person if kind == "post" else one.place).name, s.doc, s.quote, s.date)
        for one in involved
        for s in one.sayings
    ]
    about = involved[0].place if kind == "post" else involved[0].person
    yield Conflict(kind, about.name, involved[0].post, _sorted(sayings))


def _overlap(one: _Held, other: _Held) -> bool:
    # dates may differ in precision: 2023 overlaps 2023-09
    return not (_before(one.end, other.start) or _before(other.end, one.start))


def _before(end: str, start: str) -> bool:
    length = min(len(end), len(start))
    return end[:length] < start[:length]


def _sorted(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    return tuple(sorted(sayings, key=lambda s: (s.doc, s.value, s.quote)))
