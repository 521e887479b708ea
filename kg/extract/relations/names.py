"""Relations that follow from names: 大连市政府 lies in 大连市, 一重集团大连核电 belongs to 一重集团.

Names are compared with names, not with positions in the text, because a name inside a longer name often
has no mention of its own. The quote is the sentence in which the longer name first occurs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from kg.extract.relations.view import Candidate, View
from kg.model import FAMILY_OF, Entity

_PRELUDE = re.compile(
    r"^(?:中共|中国（|中国\(|国家|共青团|国网|民建|民革|九三学社|第[\d一二三四五六七八九十]+届|\d{4}年?)?[·（(“]?"
)
_BODY = re.compile(r"(?:人民)?政府$|管委会$|管理委员会$|委员会$")
_DEPARTMENT = re.compile(r"[局委办厅处科部站队]$|办公室$|中心$")
_TAIL = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|公司|股份|控股|科技|（.*?）|\(.*?\))+$"
)
_NEAR = 80
_LONGEST = 60
_MOST = 20
_WORLD = ("GovernmentBody", "CentralEnterprise", "Company", "Institution")


def stem(name: str) -> str:
    """Return a company's name without its legal form.

    >>> stem("大杨集团有限责任公司"), stem("长电科技")
    ('大杨', '长电')
    """
    cut = _TAIL.sub("", name)
    return cut if len(cut) >= 2 else name


class _Index:
    """Forms of the article's entities, indexed for look-up by substring so that the work stays linear."""

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self.forms: dict[str, list[Entity]] = defaultdict(list)
        self.starts: dict[str, list[tuple[str, Entity]]] = defaultdict(list)
        self.bodies: dict[str, list[Entity]] = defaultdict(list)
        for entity in entities:
            for name in entity.names:
                if len(name) >= 2:
                    self.forms[name].append(entity)
                if entity.type == "GovernmentBody" and (place := _BODY.sub("", name)) != name:
                    self.bodies[place].append(entity)
            if entity.type in ("Company", "CentralEnterprise"):
                for name in dict.fromkeys(stem(n) for n in entity.names):
                    if len(name) >= 2 and len(self.starts[name[:2]]) < _MOST:
                        self.starts[name[:2]].append((name, entity))

    def inside(self, name: str, host: Entity) -> Iterator[tuple[int, str, Entity]]:
        """Yield (offset, form, entity) for the entities with a form inside a name."""
        name = name[:_LONGEST]
        for at in range(len(name) - 1):
            for end in range(at + 2, len(name) + 1):
                for entity in self.forms.get(name[at:end], ()):
                    if entity.id != host.id and end - at < len(name):
                        yield at, name[at:end], entity


def name_candidates(view: View) -> Iterator[Candidate]:
    """Yield the relations that the names of the article's entities imply."""
    entities = tuple(view.entities.values())
    index = _Index(entities)
    for host in entities:
        if not host.mentions:
            continue
        first = host.mentions[0]
        clause = view.clauses[view.clause_at(first.start)]
        sentence = view.article.sentences[clause.sentence]
        around = view.text[max(sentence.start, first.start - _NEAR) : min(sentence.end, first.end + _NEAR)]
        for subject, predicate, object_, rule in _named(index, host):
            said = ("/said" if "投资" in around else "/bare") if predicate == "investsIn" else ""
            yield Candidate(subject, predicate, object_, rule + said, first.start, first.end)


def _named(index: _Index, host: Entity) -> Iterator[tuple[str, str, str, str]]:
    for name in host.names:
        head = _PRELUDE.match(name)
        lead = head.end() if head else 0
        found = sorted(index.inside(name, host), key=lambda row: (-len(row[1]), row[0], row[2].id))
        located = False
        for at, _, inner in found:
            where = "prefix" if at <= lead else "inner"
            if inner.family == "Location" and not located and host.family in (
                "Organization", "Location", "Project", "Event"
            ):  # fmt: skip
                located = where == "prefix"
                yield host.id, "locatedIn", inner.id, f"locatedIn/{host.type}/name-{where}/{inner.type}"
            yield from _bodies(host, name, inner, where)
            yield from _things(host, inner, where)
    yield from _siblings(index, host)


def _bodies(host: Entity, name: str, inner: Entity, where: str) -> Iterator[tuple[str, str, str, str]]:
    if host.family == "Organization" and inner.family == "Organization":
        kind = "gov" if inner.type == "GovernmentBody" else "firm"
        yield host.id, "subsidiaryOf", inner.id, f"subsidiaryOf/name-{where}/{kind}/{host.type}"
    if host.type == "GovernmentBody" and inner.type == "AdministrativeDivision" and where == "prefix":
        yield (
            host.id,
            "subsidiaryOf",
            inner.id,
            "subsidiaryOf/name-prefix/place/"
            + ("department" if _DEPARTMENT.search(name) and not _BODY.search(name) else "body"),
        )


def _things(host: Entity, inner: Entity, where: str) -> Iterator[tuple[str, str, str, str]]:
    family = FAMILY_OF[host.type]
    if family in ("Project", "Location") and inner.type in ("Company", "CentralEnterprise", "Institution"):
        yield inner.id, "implements", host.id, f"implements/name-{where}/{family}"
        yield inner.id, "investsIn", host.id, f"investsIn/name-{where}/{family}"
    if family == "Project" and inner.family == "Location":
        yield inner.id, "implements", host.id, f"implements/name-{where}-place/{inner.type}"
    if family in ("Project", "Initiative", "Event") and inner.family == family:
        yield host.id, "partOf", inner.id, f"partOf/name-{where}/{family}"
    if inner.type == "Industry" and family in ("Project", "Organization", "Location"):
        yield host.id, "hasIndustry", inner.id, f"hasIndustry/name-{where}/{host.type}"
    if inner.type == "Product" and family in ("Project", "Organization", "Location"):
        yield host.id, "produces", inner.id, f"produces/name-{where}/{host.type}"
    if family == "Initiative" and inner.family in ("Organization", "Location"):
        yield inner.id, "launches", host.id, f"launches/name-{where}/{inner.family}"
    if family == "Event" and inner.family in ("Organization", "Location"):
        yield inner.id, "organizes", host.id, f"organizes/name-{where}/{inner.type}"
    if family == "Product" and inner.type in ("Company", "CentralEnterprise", "Institution"):
        yield inner.id, "produces", host.id, f"produces/name-{where}/Product"


def _siblings(index: _Index, host: Entity) -> Iterator[tuple[str, str, str, str]]:
    """Yield what a shared beginning implies: 长电科技 carries out 长电芯片项目, 中车 owns 中车大连公司."""
    for name in host.names:
        for form, other in index.starts.get(name[:2], ()):
            if other.id == host.id or any(o in name for o in other.names):
                continue
            whole = name.startswith(form)
            if host.type == "Project":
                yield other.id, "implements", host.id, f"implements/name-stem{'' if whole else '2'}/Project"
                yield other.id, "investsIn", host.id, f"investsIn/name-stem{'' if whole else '2'}/Project"
            if host.type in _WORLD and whole and len(name) > len(form):
                yield host.id, "subsidiaryOf", other.id, f"subsidiaryOf/name-stem/{other.type}/{host.type}"
    if host.type == "GovernmentBody" and _DEPARTMENT.search(host.name) and not _BODY.search(host.name):
        for end in range(2, min(len(host.name), _LONGEST)):
            for other in index.bodies.get(host.name[:end], ()):
                if other.id != host.id:
                    yield host.id, "subsidiaryOf", other.id, "subsidiaryOf/name-same-place/GovernmentBody"
