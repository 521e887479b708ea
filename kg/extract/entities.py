"""From mentions to the things of one article: what names one thing, and where else it is named.

Mentions of one name are one thing; then full, short and abbreviated names are joined by rules
of the kind of thing they name. A wrong join is worse than a missed one: a short form is
joined only where exactly one full form licenses it. At last every place where a name of a
thing stands, and no other mention, becomes a mention too.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extract import aliases
from kg.extract.aliases import clean_name
from kg.extract.names.fronted import PARTED
from kg.model import FAMILY_OF, Entity, Mention, Word, by_place

# What things are named with in front: whose they are, where they are
_BODIES = frozenset(["CentralEnterprise", "Company", "Institution"])
_SEATS = frozenset(["AdministrativeDivision"])
_OWNERS = {
    "Project": _BODIES | {"DevelopmentZone"},
    "DevelopmentZone": _BODIES,
    "Place": _BODIES,
    "GovernmentBody": _SEATS,
    "Institution": _SEATS,
}
# The first phase of a project that has no other is mostly the project
_FIRST_PHASE = re.compile(r"(?<=.{4})(?:一期|[(（]一期[)）])(?:工程|项目)?$")
# What is left of a name without its front is a name of its own from so many characters on
_LEAST_REST = 6


class _Cluster:
    """One thing in the making."""

    __slots__ = ("_settled", "family", "mentions", "names")

    def __init__(self, family: str) -> None:
        self.family = family
        self.names: Counter[str] = Counter()
        self.mentions: list[Mention] = []
        self._settled: tuple[str, str | None] | None = None

    def add(self, mention: Mention) -> None:
        self.names[clean_name(mention.text)] += 1
        self.mentions.append(mention)
        self._settled = None

    def take(self, other: _Cluster) -> None:
        self.names.update(other.names)
        self.mentions.extend(other.mentions)
        self._settled = None

    @property
    def record(self) -> str | None:
        """The authority record of the mentions that have the cluster's own type."""
        return self._settle()[1]

    @property
    def type(self) -> str:
        """The type that the mentions vote for, each as loud as it is sure."""
        return self._settle()[0]

    def _settle(self) -> tuple[str, str | None]:
        # counted over all mentions, so counted anew only after one has come in
        if self._settled is None:
            votes: dict[str, float] = defaultdict(float)
            for mention in self.mentions:
                votes[mention.type] += mention.confidence
            kind = min(votes, key=lambda kind: (-votes[kind], kind))
            records = Counter(m.record for m in self.mentions if m.record and m.type == kind)
            record = min(records, key=lambda key: (-records[key], key)) if records else None
            self._settled = kind, record
        return self._settled


def find_entities(
    normal: str, text: str, mentions: Sequence[Mention], words: Sequence[Word]
) -> tuple[Entity, ...]:
    """Return the things that an article's mentions name.

    Args:
        normal: `Article.normal`.
        text: `Article.text`.
        mentions: Without overlaps, in order.
        words: The segmenter's words.
    """
    clusters = _by_name(_rejoined(mentions, text))
    _compose(clusters, text)
    declared = aliases.declared(normal, text, mentions)
    clusters = _join(clusters, declared)
    _behead(clusters)
    _spread(clusters, text, words)
    return _numbered(clusters)


def _rejoined(mentions: Iterable[Mention], text: str) -> Iterator[Mention]:
    """Yield the mentions, each that is no name without its owner in front together with it: 阳光电源二期."""
    last: Mention | None = None
    for mention in mentions:
        if last and _owned(last, mention) and len(clean_name(mention.text)) < _LEAST_REST:
            whole = text[last.start : mention.end]
            mention = replace(mention, start=last.start, text=whole, by="composed", record=None)
        yield mention
        last = mention


def _owned(front: Mention, mention: Mention) -> bool:
    """Tell whether a mention is what the one before owns or holds, in one piece with it."""
    return front.end == mention.start and front.type in _OWNERS.get(mention.type, ())


def _by_name(mentions: Iterable[Mention]) -> list[_Cluster]:
    """Return one cluster for each name and family, where a name of several families goes to the likeliest."""
    by_name: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_name[clean_name(mention.text)].append(mention)
    clusters: dict[tuple[str, str], _Cluster] = {}
    for name, group in by_name.items():
        votes: dict[str, float] = defaultdict(float)
        for mention in group:
            votes[FAMILY_OF[mention.type]] += mention.confidence + (1.0 if mention.record else 0.0)
        family = min(votes, key=lambda f: (-votes[f], f))
        # records of one name that lie in different places stay apart: two 朝阳区
        apart = len({mention.record for mention in group if mention.record}) > 1
        for mention in group:
            if FAMILY_OF[mention.type] != family:
                kind = min(m.type for m in group if FAMILY_OF[m.type] == family)
                mention = replace(mention, type=kind, record=None)
            record = (mention.record or "") if apart else ""
            cluster = clusters.setdefault((name, record), _Cluster(family))
            cluster.add(mention)
    return list(clusters.values())


def _compose(clusters: Sequence[_Cluster], text: str) -> None:
    """Give things the names that they have with what stands before them in front.

    A division with those above it (大连市甘井子区), what was parted from the place in front of it, and a
    project with its owner or its zone (阳煤集团|己内酰胺项目): nine in ten such projects are named so.
    """
    placed = sorted(((m, number) for number, c in enumerate(clusters) for m in c.mentions), key=_of_mention)
    for (front, above), (mention, number) in pairwise(placed):
        if front.end != mention.start or above == number:
            continue
        divisions = mention.type == front.type == "AdministrativeDivision"
        in_full = divisions and text[front.end - 1] in "省市区县州盟旗"
        if mention.by == PARTED or in_full or _owned(front, mention):
            full = text[front.start : mention.end]
            clusters[number].add(
                Mention(front.start, mention.end, full, mention.type, "composed", mention.confidence)
            )


def _of_mention(placed: tuple[Mention, int]) -> tuple[int, int, int]:
    mention, number = placed
    return mention.start, mention.end, number


def _behead(clusters: Sequence[_Cluster]) -> None:
    """Give projects that are named with their owner or zone in front the name without it, too."""
    owners = {name for c in clusters if c.type in _OWNERS["Project"] for name in c.names}
    taken = {name for c in clusters for name in c.names}
    for cluster in clusters:
        if cluster.type != "Project":
            continue
        for mention in list(cluster.mentions):
            name = clean_name(mention.text)
            stem = _FIRST_PHASE.sub("", mention.text)
            if stem != mention.text and not _is_phased(stem, taken):
                cluster.add(replace(mention, end=mention.start + len(stem), text=stem, by="beheaded"))
            heads = [length for length in range(2, len(name) - _LEAST_REST + 1) if name[:length] in owners]
            if heads and len(name) == len(mention.text) and name[heads[-1] :] not in taken:
                start = mention.start + heads[-1]
                cluster.add(replace(mention, start=start, text=mention.text[heads[-1] :], by="beheaded"))


def _is_phased(stem: str, names: Iterable[str]) -> bool:
    """Tell whether names hold a project itself or a phase of it after the first."""
    later = tuple(f"{stem}{mark}{phase}" for mark in ("", "(", "（") for phase in ("二期", "三期"))
    return any(name == stem or name.startswith(later) for name in names)


def _join(clusters: list[_Cluster], declared: Iterable[tuple[str, str]]) -> list[_Cluster]:
    """Return the clusters with those joined that name one thing."""
    clusters = _merge_pairs(clusters, _same_record(clusters))
    clusters = _merge_pairs(clusters, _declared_pairs(clusters, declared))
    for family in sorted({c.family for c in clusters}):
        own = [c for c in clusters if c.family == family]
        clusters = _merge_pairs(clusters, _licensed_pairs(own))
    return clusters


def _same_record(clusters: Sequence[_Cluster]) -> list[tuple[_Cluster, _Cluster]]:
    first: dict[str, _Cluster] = {}
    pairs = []
    for cluster in clusters:
        if cluster.record:
            known = first.setdefault(cluster.record, cluster)
            if known is not cluster:
                pairs.append((known, cluster))
    return pairs


def _declared_pairs(
    clusters: Sequence[_Cluster], declared: Iterable[tuple[str, str]]
) -> list[tuple[_Cluster, _Cluster]]:
    by_name = {name: cluster for cluster in clusters for name in cluster.names}
    return [
        (by_name[full], by_name[short])
        for full, short in declared
        if full in by_name and short in by_name and by_name[full] is not by_name[short]
    ]


def _licensed_pairs(clusters: Sequence[_Cluster]) -> list[tuple[_Cluster, _Cluster]]:
    """Return (full, short) for each short name that exactly one other cluster licenses."""
    names = [
        (name, cluster, cluster.type, cluster.record)
        for cluster in clusters
        if cluster.type in aliases.LICENSING
        for name in sorted(cluster.names)
    ]
    if not names:
        return []
    index = aliases.FullNames([name for name, *_ in names])
    pairs = []
    for cluster in clusters:
        own_type, own_record = cluster.type, cluster.record
        licensing: dict[int, _Cluster] = {}
        # a place that no authority knows may be a zone by its bare name: 太平湾 of 太平湾合作创新区
        bare = cluster.family == "Location" and own_record is None
        if not bare and own_type not in aliases.LICENSED:
            continue
        for short in sorted(cluster.names):
            for number in index.candidates(short, own_type):
                full, other, type_, record = names[number]
                kind = "DevelopmentZone" if bare and type_ == "DevelopmentZone" else own_type
                if (
                    other is not cluster
                    and len(full) > len(short)
                    and aliases.licenses(full, type_, short, kind)
                    and not (own_record and record and own_record != record)
                ):
                    licensing[id(other)] = other
        ranked = sorted(licensing.values(), key=lambda c: (-len(c.mentions), sorted(c.names)))
        # several full forms leave open which is meant, unless one of them is what the article is about
        if ranked and (len(ranked) == 1 or len(ranked[0].mentions) >= 3 * len(ranked[1].mentions)):
            pairs.append((ranked[0], cluster))
    return pairs


def _merge_pairs(clusters: list[_Cluster], pairs: Sequence[tuple[_Cluster, _Cluster]]) -> list[_Cluster]:
    into: dict[int, _Cluster] = {}

    def root(cluster: _Cluster) -> _Cluster:
        while id(cluster) in into:
            cluster = into[id(cluster)]
        return cluster

    for full, short in pairs:
        a, b = root(full), root(short)
        if a is not b:
            a.take(b)
            into[id(b)] = a
    return [c for c in clusters if id(c) not in into]


def _spread(clusters: Sequence[_Cluster], text: str, words: Sequence[Word]) -> None:
    """Add mentions where names of the clusters, or short forms they license, stand uncovered."""
    taken = bytearray(len(text))
    for cluster in clusters:
        for mention in cluster.mentions:
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    named = {name: cluster for cluster in clusters for name in cluster.names}
    owners: dict[str, _Cluster | None] = dict(named)
    places = {name for c in clusters if c.family == "Location" for name in c.names}
    for cluster in clusters:
        for name in sorted(cluster.names):
            for short in aliases.short_forms(name, cluster.type, places=places):
                if short not in owners:
                    owners[short] = cluster
                elif owners[short] is not cluster and short not in named:
                    owners[short] = None
    # words cover the text: where one ends the next begins
    borders = {0, *(word.end for word in words)}
    for name in sorted(owners, key=lambda n: (-len(n), n)):
        owner = owners[name]
        if owner is None or len(name) < 2:
            continue
        found = [
            at
            for at in _occurrences(text, name)
            if taken.find(1, at, at + len(name)) < 0
            and (len(name) >= 4 or at in borders or at + len(name) in borders)
        ]
        # a short name that mostly stands inside other words (中央 in 中央企业) is not what they mean
        if len(name) < 4 and name in owner.names and owner.names[name] < len(found):
            continue
        for at in found:
            end = at + len(name)
            taken[at:end] = b"\1" * len(name)
            owner.add(Mention(at, end, text[at:end], owner.type, "spread", 0.7))


def _occurrences(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))


# How often things were right, by the digits of doubt of their surest mention (-log10 of what it lacks
# to certainty): mean of bins of the development articles as models trained on the train part read them
_SCALE = (
    (0.0, 0.38), (0.4, 0.44), (0.7, 0.5), (1.1, 0.59), (1.5, 0.62),
    (2.0, 0.68), (2.5, 0.78), (3.0, 0.82), (3.5, 0.9), (4.0, 0.96),
)  # fmt: skip


def calibrated(likeliest: float) -> float:
    """Return how likely a thing is to be right, 0 to 1, by the confidence of its surest mention.

    A name may be right as a name and the thing wrong: of another kind, or one of two.

    References:
        Zadrozny, Elkan: Transforming classifier scores into accurate probability estimates (KDD 2002).

    >>> calibrated(0.6) < calibrated(0.9) < calibrated(1.0) < 1
    True
    """
    digits = min(-math.log10(max(1 - likeliest, 1e-4)), _SCALE[-1][0])
    for (low, share), (high, next_share) in pairwise(_SCALE):
        if digits <= high:
            return round(share + (next_share - share) * (digits - low) / (high - low), 4)
    return _SCALE[-1][1]


def _numbered(clusters: Sequence[_Cluster]) -> tuple[Entity, ...]:
    entities = []
    for cluster in clusters:
        mentions = tuple(sorted(cluster.mentions, key=by_place))
        kind = cluster.type
        # names inside a quoted name that also stand alone: “甘心办”服务品牌 is named 甘心办 too
        names = sorted(
            {n for n in (*cluster.names, *aliases.inner_names(cluster.names, kind)) if n},
            key=lambda n: (-len(n), n),
        )
        if names:
            confidence = calibrated(max(mention.confidence for mention in mentions))
            entities.append((mentions, kind, tuple(names), cluster.record, confidence))
    entities.sort(key=lambda e: (e[0][0].start, e[0][0].end, e[1], e[2]))
    return tuple(
        Entity(f"e{number}", kind, names, mentions, record, confidence)
        for number, (mentions, kind, names, record, confidence) in enumerate(entities, 1)
    )
