"""全市, 我县, 全区: which division of that rank a text means by the whole.

Goes in: an article, its clauses and its entities. Comes out: the clauses with such words as mentions of
the division meant. Names themselves and other references (该区, 公司) are `kg.extract.coreference`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.extract.clauses import Clause, Placed
from kg.model import Article, Entity

_RANKS = "市县区省州旗镇乡村"
_WHOLE = re.compile(rf"[全我](?P<rank>[{_RANKS}])(?!内外|长|委|政府|域网)")
_PROVINCES = frozenset(
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西"
    " 甘肃 青海 台湾".split()
)
_OPENS = re.compile(r"[\s“]*(?:[^，。]{0,5}[年月日度底末]|今年|去年|目前|截至.{0,8}|预计)?")
_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）]|[■●▲◆★]\s*)"
)
_LIST = re.compile(r"[”》」）)]*(?:、|等(?!于)|以及)")


def stands_for_whole(text: str, clause: Clause, mention: Placed) -> bool:
    """Tell whether a mention is 全市, 全县 … at the head of its clause."""
    whole = _WHOLE.fullmatch(text, mention.start, mention.end)
    return bool(whole and _OPENS.fullmatch(text, clause.start, mention.start))


def settle_wholes(
    article: Article, clauses: Sequence[Clause], entities: Sequence[Entity]
) -> tuple[Clause, ...]:
    """Return the clauses with 全市, 我县 … as mentions of the division of that rank the text is about.

    That is the one before the word (浮梁全县), the one that the paragraph names first outside a list, else
    the one in the last heading
    (二、东海市：…), else the division named most, else the zone named most.

    Args:
        article: The article.
        clauses: The clauses.
        entities: The article's things.
    """
    ranks = {
        entity.id: _ranks(entity)
        for entity in entities
        if entity.type in ("AdministrativeDivision", "DevelopmentZone")
    }
    about: dict[str, Placed] = {}
    for entity in sorted(entities, key=lambda e: (e.type == "AdministrativeDivision", len(e.mentions))):
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


def _ranks(entity: Entity) -> tuple[str, ...]:
    """Return the ranks that the names of an entity end in; a bare one (郴州) is a city's or a province's."""
    found = tuple(sorted({name[-1] for name in entity.names} & set(_RANKS)))
    if found or entity.type != "AdministrativeDivision":
        return found
    return ("省",) if set(entity.names) & _PROVINCES else ("市",)


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
