"""Resolution of 全市, 我县, 全区 and the like to the division of that rank that is meant as a whole.

Such words are added to the clauses of an article as mentions of that division. Other references (该区, 公司)
are resolved in `kg.extract.coreference`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kg import authority
from kg.authority import Record
from kg.extract.clauses import Clause, Placed
from kg.model import Article, Entity

_RANKS = "市县区省州旗镇乡村"
_WHOLE = re.compile(rf"[全我](?P<rank>[{_RANKS}])(?!内外|长|委|政府|域网)")
_OPENS = re.compile(r"[\s“]*(?:[^，。]{0,5}[年月日度底末]|今年|去年|目前|截至.{0,8}|预计)?")
_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）]|[■●▲◆★]\s*)"
)
_HEADLINE, _GREATER = 4, 2  # how many mentions the headline, and being a city above counties, are worth
_LIST = re.compile(r"[”》」）)]*(?:、|等(?!于)|以及)")


def stands_for_whole(text: str, clause: Clause, mention: Placed) -> bool:
    """Return whether a mention is 全市, 全县 … at the head of its clause."""
    whole = _WHOLE.fullmatch(text, mention.start, mention.end)
    return bool(whole and _OPENS.fullmatch(text, clause.start, mention.start))


def settle_wholes(
    article: Article, clauses: Sequence[Clause], entities: Sequence[Entity]
) -> tuple[Clause, ...]:
    """Return the clauses with 全市, 我县 … as mentions of the division of that rank that the text is about.

    In order of preference, this is the division directly before the word (浮梁全县), the one that the
    paragraph names first outside a list, the one in the last heading (二、东海市：…), the division mentioned
    most often, or the zone mentioned most often. The headline counts as several mentions, and a city with
    counties under it is likelier than one of these.

    Args:
        article: The article.
        clauses: The clauses of the article.
        entities: The entities of the article.
    """
    ranks = {
        entity.id: ranks_of(entity)
        for entity in entities
        if entity.type in ("AdministrativeDivision", "DevelopmentZone")
    }
    about: dict[str, Placed] = {}
    for entity in sorted(entities, key=lambda e: (e.type == "AdministrativeDivision", _weight(article, e))):
        for rank in ranks.get(entity.id, ()):
            about[rank] = Placed(0, 0, entity.id, entity.type)
    settled = []
    recent: dict[str, Placed] = {}
    paragraph = -1
    for clause in clauses:
        if article.sentences[clause.sentence].paragraph != paragraph:
            paragraph, recent = article.sentences[clause.sentence].paragraph, {}
        settled.append(_settled(article.normal, clause, {**about, **recent}))
        for mention in clause.mentions:
            if mention.type == "AdministrativeDivision" and not _LIST.match(article.normal, mention.end):
                for rank in ranks.get(mention.entity, ()):
                    if not _WHOLE.match(article.normal, mention.start):
                        recent.setdefault(rank, mention)
        heading = clause.mentions and _HEADING.match(article.normal, clause.start, clause.mentions[0].start)
        if heading and heading.end() == clause.mentions[0].start:
            for rank in ranks.get(clause.mentions[0].entity, ()):
                about[rank] = clause.mentions[0]
    return tuple(settled)


def ranks_of(entity: Entity) -> tuple[str, ...]:
    """Return the ranks of a division or zone, which are the ones that its names end in.

    A bare name has the rank of a city or a province if the tables of divisions say so, as for 福州 but not
    for 新加坡.
    """
    ends = {name[-1] for name in entity.names} & set(_RANKS)
    if entity.type == "AdministrativeDivision" and ends <= {"州"}:
        ends = {record.name[-1] for record in _records(entity)} & {"市", "省", "州"} or ends
    return tuple(sorted(ends))


def _records(entity: Entity) -> Iterator[Record]:
    """Yield the records of the divisions that the names of an entity may mean."""
    tables = authority.load()
    for name in entity.names:
        for record in tables.find(name, weak=True):
            if record.type == "AdministrativeDivision":
                yield record


def _weight(article: Article, entity: Entity) -> int:
    """Return the number of mentions of an entity, plus the bonuses of headline and city."""
    weight = len(entity.mentions)
    if any(name in article.title for name in entity.names):
        weight += _HEADLINE
    if entity.type == "AdministrativeDivision" and any(
        record.name.endswith("市") and record.level != "county" for record in _records(entity)
    ):
        weight += _GREATER
    return weight


def _settled(text: str, clause: Clause, about: Mapping[str, Placed]) -> Clause:
    changed: dict[int, Placed] = {}
    for found in _WHOLE.finditer(text, clause.start, clause.end):
        before = [m for m in clause.mentions if m.end == found.start()]
        entity = before[0] if before and before[0].type == "AdministrativeDivision" else about.get(found[1])
        known = any(m.start == found.start() and m.end == found.end() for m in clause.mentions)
        inside = any(m.start <= found.start() < m.end for m in clause.mentions)
        opens = _OPENS.fullmatch(text, clause.start, found.start()) is not None
        if entity is not None and (known or (opens and not inside)):
            changed[found.start()] = replace(entity, start=found.start(), end=found.end())
    if not changed:
        return clause
    kept = [m for m in clause.mentions if m.start not in changed]
    mentions = tuple(sorted([*kept, *changed.values()], key=lambda m: m.start))
    at = clause.subject_start
    subject = changed[at].entity if at in changed else clause.subject
    return replace(clause, mentions=mentions, subject=subject)
