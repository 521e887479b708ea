"""Which administrative division lies in which, from the authority's records and from the text."""

from __future__ import annotations

from collections.abc import Iterator

from kg.authority import Authority, Record
from kg.extract.relations.view import Candidate, View
from kg.model import Entity

_LEVELS = (
    ("省", "自治区"),
    ("市", "自治州", "地区", "盟"),
    ("区", "县", "旗", "自治县"),
    ("镇", "乡", "街道", "苏木"),
    ("村", "社区", "嘎查"),
)


def level(entity: Entity) -> int | None:
    """Return the administrative level shown by a division's name (0 province … 4 village), or None.

    >>> level(Entity("e1", "AdministrativeDivision", ("甘井子区",), ()))
    2
    """
    found = [
        i for name in entity.names for i, ends in enumerate(_LEVELS) if name.endswith(ends) and len(name) > 2
    ]
    return max(found) if found else None


def _records(entity: Entity, authority: Authority) -> tuple[Record, ...]:
    if entity.record and entity.record in authority.records:
        return (authority.records[entity.record],)
    found = {r.key: r for name in entity.names for r in authority.find(name, weak=True)}
    return tuple(
        r for r in found.values() if r.type == entity.type or r.type in ("AdministrativeDivision", "Place")
    )


def chain_candidates(view: View, authority: Authority) -> Iterator[Candidate]:
    """Yield the nearest container of each division or known zone that the article names."""
    located = [e for e in view.entities.values() if e.family == "Location"]
    records = {e.id: _records(e, authority) for e in located}
    by_key: dict[str, list[Entity]] = {}
    for entity in located:
        if entity.type == "AdministrativeDivision" or entity.type == "Place":
            for record in records[entity.id]:
                by_key.setdefault(record.key, []).append(entity)
    for entity in [e for e in view.entities.values() if e.record or e.family == "Location"]:
        own = records.get(entity.id)
        if own is None:
            own = _records(entity, authority)
        best: tuple[int, str] | None = None
        for record in own:
            for depth, above in enumerate(authority.ancestors(record.key)):
                for other in by_key.get(above.key, ()):
                    if other.id != entity.id and (best is None or (depth, other.id) < best):
                        best = (depth, other.id)
        if best is not None and entity.mentions:
            sure = "one" if len(own) == 1 else "some"
            m = entity.mentions[0]
            yield Candidate(
                entity.id,
                "locatedIn",
                best[1],
                f"locatedIn/{entity.type}/authority-{sure}/{min(best[0], 2)}",
                m.start,
                m.end,
            )
