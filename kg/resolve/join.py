"""Join identities that denote the same thing, such as a short name and the one full name it stands for.

Takes groups of entities by identity and returns the joined groups. A short name is joined only if exactly one
other thing bears it; a name that could be short for two things is joined to neither. All decisions are made
over sorted identities, so the result does not depend on input order. Names are looked up by key among the
things that bear them, so the cost grows with the number of names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kg.resolve import names as n
from kg.resolve.identity import Identity, Member

_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(slots=True)
class Group:
    """The entities of one identity.

    Attributes:
        fixed: Whether the identity is fixed, and so never joined to another by a short name.
        names: All names of the entities.
        forms: Forms under which short names can match it, as (name, kind of company).
        members: The entities, as (article, entity id).
        types: Number of mentions of each type.
        full: Number of entities that have each name as their fullest one.
    """

    fixed: bool
    names: set[str] = field(default_factory=set)
    forms: set[tuple[str, str]] = field(default_factory=set)
    members: list[Member] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    full: Counter[str] = field(default_factory=Counter)

    @property
    def type(self) -> str:
        """The type mentioned most often; ties go to the first in alphabetical order."""
        return min(self.types, key=lambda type_: (-self.types[type_], type_))


def join(
    groups: Mapping[Identity, Group],
    places: Mapping[str, frozenset[str]],
    *,
    anywhere: Container[str] | None = None,
    asked: dict[str, set[Identity]] | None = None,
) -> dict[Identity, list[Identity]]:
    """Return the identities of each thing, keyed by the identity that names it.

    Args:
        groups: Entities grouped by identity.
        places: Names of the places mentioned in each article, folded for comparison, by article.
        anywhere: Names of the places mentioned in any article. Needed where `groups` covers only some of the
            articles; if None, the names in `places` are used.
        asked: Filled with each name for which the result depends on whether any article uses it for a place,
            and the identities whose joining depends on it.
    """
    joining = _Joining(groups, places, anywhere, {} if asked is None else asked)
    order = sorted(groups)
    joining.by_place(order)
    joining.by_legal_form(order)
    joining.by_short_name(order)
    joined: dict[Identity, list[Identity]] = defaultdict(list)
    for identity in order:
        joined[joining.root(identity)].append(identity)
    return dict(joined)


class _Joining:
    """A union-find structure over identities, with an index of the identities that bear each name."""

    def __init__(
        self,
        groups: Mapping[Identity, Group],
        places: Mapping[str, frozenset[str]],
        anywhere: Container[str] | None,
        asked: dict[str, set[Identity]],
    ) -> None:
        self.groups, self.places, self.asked = groups, places, asked
        self.anywhere = frozenset().union(*places.values()) if anywhere is None else anywhere
        self.into: dict[Identity, Identity] = {}
        self.docs = {identity: {doc for doc, _ in group.members} for identity, group in groups.items()}
        self.bearers: dict[tuple[str, str], list[tuple[Identity, str]]] = defaultdict(list)
        for identity in sorted(groups):
            for name, kind in sorted(groups[identity].forms):
                self.bearers[identity.family, name].append((identity, kind))

    def root(self, identity: Identity) -> Identity:
        """Return the identity that represents the thing of an identity."""
        while identity in self.into:
            identity = self.into[identity]
        return identity

    def unite(self, one: Identity, other: Identity) -> None:
        """Merge two things; the fixed, or else more fully specified, identity represents the result."""
        one, other = self.root(one), self.root(other)
        if one == other:
            return
        kept, gone = sorted((one, other), key=self._fullness, reverse=True)
        self.into[gone] = kept
        self.docs[kept] |= self.docs[gone]

    def _fullness(self, identity: Identity) -> tuple[bool, bool, int, bool, int, Identity]:
        longest = max(map(len, self.groups[identity].full))
        return (
            bool(identity.record),
            self.groups[identity].fixed,
            len(identity.chain),
            bool(identity.kind),
            longest,
            identity,
        )

    def by_place(self, order: Iterable[Identity]) -> None:
        """Join projects whose places differ in precision only, and a province's slogan across its cities."""
        same: dict[tuple[str, str], list[Identity]] = defaultdict(list)
        for identity in order:
            if identity.family in ("Project", "Initiative") and not identity.record:
                same[identity.family, identity.name].append(identity)
        for found in same.values():
            for identity in found:
                finer = {
                    i
                    for i in found
                    if len(i.chain) > len(identity.chain) and _begins(i.chain, identity.chain)
                }
                if identity.family == "Initiative":
                    for other in finer if identity.chain else ():
                        self.unite(identity, other)
                elif finer and not self.groups[identity].fixed and _one_line(finer):
                    self.unite(identity, min(finer, key=lambda i: len(i.chain)))

    def by_legal_form(self, order: Iterable[Identity]) -> None:
        """Join a company's bare name to the only company that has this name with a legal form."""
        for identity in order:
            if identity.family == "Organization" and not identity.kind and not self.groups[identity].fixed:
                found = {
                    self.root(i)
                    for i, _ in self.bearers[identity.family, identity.name]
                    if i.kind and i.name == identity.name and not i.record
                }
                if len(found) == 1 and self._alike(identity, min(found)):
                    self.unite(identity, min(found))

    def by_short_name(self, order: Iterable[Identity]) -> None:
        """Join a short name to the only other thing that bears it beside a fuller name."""
        for identity in order:
            if self.groups[identity].fixed or len(identity.name) < 2:
                continue
            found: dict[Identity, Identity] = {}
            for other, kind in self.bearers[identity.family, identity.name]:
                if other != identity and (kind == identity.kind or not (kind and identity.kind)):
                    found.setdefault(self.root(other), other)
            found.pop(self.root(identity), None)
            if len(found) == 1:
                ((root, other),) = found.items()
                if self._may_join(identity, other, root):
                    self.unite(identity, root)

    def _may_join(self, short: Identity, full: Identity, root: Identity) -> bool:
        if full.chain and self.groups[full].fixed:
            return False
        if not self._alike(short, full) or self.docs[self.root(short)] & self.docs[root]:
            return False
        if short.kind and full.kind and short.kind != full.kind:
            return False
        if short.chain and full.chain and not _compatible(short.chain, full.chain):
            return False
        if full.record:
            return True
        if short.family == "Organization" and self.groups[short].type in ("Company", "CentralEnterprise"):
            return full.kind in ("group", "share") or not self._local(short, full)
        before = full.name.removesuffix(short.name)
        if before == full.name:
            return True
        if short.family in ("Product", "Industry") and _HAN.fullmatch(short.name):
            return False  # not every 苹果 is 阿克苏苹果
        # not every 中欧班列 means 连云港中欧班列: the articles of the short name have to mention the place
        return not self._is_place(before, short) or all(
            before in self.places[doc] for doc, _ in self.groups[short].members
        )

    def _local(self, short: Identity, full: Identity) -> bool:
        """Tell whether a company's full name begins with a place not mentioned where the short name is used.

        鸡西市贝特瑞石墨产业园 is a plant of 贝特瑞, and the bare name means the parent company.
        """
        for end in range(min(6, len(full.name) - 2), 1, -1):
            place = full.name[:end]
            if place not in short.name and self._is_place(place, short):
                rest = full.name[end:]
                return rest != short.name and not all(
                    place in self.places[doc] for doc, _ in self.groups[short].members
                )
        return False

    def _is_place(self, name: str, asking: Identity) -> bool:
        """Tell whether any article uses a name for a place, and record that `asking` depends on this."""
        self.asked.setdefault(name, set()).add(asking)
        return name in self.anywhere

    def _alike(self, one: Identity, other: Identity) -> bool:
        types = {self.groups[one].type, self.groups[other].type}
        if one.family == "Organization":
            return len(types) == 1 or types == {"Company", "Institution"}
        return one.family != "Location" or len(types) == 1 or "AdministrativeDivision" not in types


def _begins(chain: tuple[str, ...], start: tuple[str, ...]) -> bool:
    return chain[: len(start)] == start


def _one_line(found: Iterable[Identity]) -> bool:
    """Tell whether the places are nested, so that they are one place given with different precision."""
    chains = sorted({i.chain for i in found}, key=len)
    return all(_begins(longer, shorter) for shorter, longer in pairwise(chains))


def _compatible(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter or longer[len(longer) - len(shorter) :] == shorter


def spelling(root: Identity, group: Group) -> str:
    """Return the name of a thing: the commonest of the fullest names; simplified script wins ties."""
    ranked = sorted(
        (-count, n.fold(form) != form.casefold(), -len(form), form) for form, count in group.full.items()
    )
    return ranked[0][-1] if ranked else root.name
