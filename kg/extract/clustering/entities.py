"""From mentions to the things of one article: which names belong to one thing, and where else it is named.

Mentions of one name are one thing. Full, short and abbreviated names are then joined by rules for
the kind of thing that they name. A wrong join is worse than a missed one, so a short form is joined
only if exactly one full form licenses it. Finally, every further occurrence of a name of a thing
becomes a mention too, unless another mention covers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extract.clustering import aliases
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.clusters import Cluster, loudest, merge_pairs
from kg.extract.clustering.forms import LEAST_REST, behead, compose, extend, inner_names, owned
from kg.extract.clustering.licences import LICENSED, LICENSING, FullNames, is_alike, licenses, stand_together
from kg.extract.clustering.spread import SPREAD, spread
from kg.extract.names.fronted import PARTED
from kg.extract.names.nested import DERIVED
from kg.model import FAMILY_OF, Entity, Mention, Word, by_place

_ROUNDS = 2
_NO_OWN = frozenset((DERIVED, SPREAD))
"""`Mention.by` of mentions that by themselves make no thing and add nothing to the confidence of one."""


def find_entities(
    normal: str,
    text: str,
    mentions: Sequence[Mention],
    words: Sequence[Word],
    divisions: Collection[str] = frozenset(),
) -> tuple[Entity, ...]:
    """Return the things that an article's mentions name.

    Args:
        normal: `Article.normal`.
        text: `Article.text`.
        mentions: The mentions, in order; some may be inside others.
        words: The segmenter's words.
        divisions: Names of administrative divisions in the authority.
    """
    clusters = _by_name(_rejoined(mentions, text))
    compose(clusters, text)
    declared = aliases.declared(normal, text, mentions)
    clusters = _join(clusters, declared, divisions)
    extend(clusters, text)
    behead(clusters)
    spread(clusters, text, words)
    return _numbered(clusters)


def _rejoined(mentions: Sequence[Mention], text: str) -> Iterator[Mention]:
    """Yield the mentions, joining to its front each one that is not a name without it.

    This applies to what is too short (阳光电源|二期), and to what follows several different places:
    广东省|交通集团, 肇庆市|交通集团.
    """
    fronts = defaultdict(set)
    for front, mention in pairwise(mentions):
        if mention.by == PARTED and front.end == mention.start:
            fronts[mention.text].add(front.text)
    last: Mention | None = None
    for mention in mentions:
        short = last and owned(last, mention) and len(clean_name(mention.text)) < LEAST_REST
        several = last and last.end == mention.start and len(fronts.get(mention.text, ())) > 1
        if last and (short or several):
            whole = text[last.start : mention.end]
            mention = replace(mention, start=last.start, text=whole, by="composed", record=None)
        yield mention
        last = mention


def _by_name(mentions: Iterable[Mention]) -> list[Cluster]:
    """Return one cluster for each name; a name of several families goes to the most likely one."""
    by_name: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_name[clean_name(mention.text)].append(mention)
    clusters: list[Cluster] = []
    for name, group in by_name.items():
        family = loudest([(FAMILY_OF[m.type], m.confidence + (1.0 if m.record else 0.0)) for m in group])
        # records of one name in different places stay separate: two 朝阳区
        apart = len(group) > 1 and len({mention.record for mention in group if mention.record}) > 1
        own: dict[str, Cluster] = {}
        for mention in group:
            if FAMILY_OF[mention.type] != family:
                kind = min(m.type for m in group if FAMILY_OF[m.type] == family)
                mention = replace(mention, type=kind, record=None)
            record = (mention.record or "") if apart else ""
            if record not in own:
                own[record] = Cluster(family)
            own[record].add(mention, name)
        clusters.extend(own.values())
    return clusters


def _join(
    clusters: list[Cluster], declared: Iterable[tuple[str, str]], divisions: Collection[str]
) -> list[Cluster]:
    """Return the clusters, merging those that name one thing."""
    clusters = merge_pairs(clusters, _same_record(clusters))
    clusters = merge_pairs(clusters, _declared_pairs(clusters, declared))
    for family in sorted({c.family for c in clusters}):
        # a short name that two full names license is ambiguous until these are joined: 万华 of 万华化学集团
        # and 万华化学
        for _ in range(_ROUNDS):
            own = [c for c in clusters if c.family == family]
            pairs = _licensed_pairs(own, divisions)
            if not pairs:
                break
            clusters = merge_pairs(clusters, pairs)
    return clusters


def _same_record(clusters: Sequence[Cluster]) -> list[tuple[Cluster, Cluster]]:
    first: dict[str, Cluster] = {}
    pairs = []
    for cluster in clusters:
        if cluster.record:
            known = first.setdefault(cluster.record, cluster)
            if known is not cluster:
                pairs.append((known, cluster))
    return pairs


def _declared_pairs(
    clusters: Sequence[Cluster], declared: Iterable[tuple[str, str]]
) -> list[tuple[Cluster, Cluster]]:
    by_name = {name: cluster for cluster in clusters for name in cluster.names}
    return [
        (by_name[full], by_name[short])
        for full, short in declared
        if full in by_name and short in by_name and by_name[full] is not by_name[short]
    ]


def _licensed_pairs(clusters: Sequence[Cluster], divisions: Collection[str]) -> list[tuple[Cluster, Cluster]]:
    """Return (full, short) for each short name that exactly one other cluster licenses."""
    names = [
        (name, cluster, cluster.type, cluster.record)
        for cluster in clusters
        if cluster.type in LICENSING
        for name in sorted(cluster.names)
    ]
    if not names or len(clusters) == 1:
        return []
    index = FullNames([name for name, *_ in names], divisions)
    pairs = []
    for cluster in clusters:
        own_type, own_record = cluster.type, cluster.record
        # a place without a record may be a zone called by its bare name: 太平湾 of 太平湾合作创新区
        bare = cluster.family == "Location" and own_record is None
        if not bare and own_type not in LICENSED:
            continue
        licensing: dict[int, Cluster] = {}
        alike: dict[int, Cluster] = {}
        for short in sorted(cluster.names):
            for number in index.candidates(short, own_type):
                full, other, type_, record = names[number]
                kind = "DevelopmentZone" if bare and type_ == "DevelopmentZone" else own_type
                if (
                    other is not cluster
                    and not (own_record and record and own_record != record)
                    and licenses(full, type_, short, kind, divisions)
                    and _agree(full, type_, short, cluster, divisions)
                ):
                    licensing[id(other)] = other
                    if is_alike(full, short):
                        alike[id(other)] = other
        if len(alike) == 1:
            licensing = alike
        ranked = sorted(licensing.values(), key=lambda c: (-len(c.mentions), sorted(c.names)))
        # several full forms are ambiguous, unless one of them is what the article is about
        if ranked and (len(ranked) == 1 or len(ranked[0].mentions) >= 3 * len(ranked[1].mentions)):
            pairs.append((ranked[0], cluster))
    return pairs


def _agree(full: str, kind: str, short: str, cluster: Cluster, divisions: Collection[str]) -> bool:
    """Return whether a full name agrees with the other names of a cluster with a short name that it licenses.

    潍柴动力 is not the 潍柴 that is also called 潍柴集团, nor 株洲高新区 the 高新区 also called 湘西高新区.
    """
    own = cluster.type
    return all(
        name == full
        or licenses(full, kind, name, own, divisions)
        or licenses(name, own, full, kind, divisions)
        or (name.endswith(short) and stand_together(full, name[: -len(short)], short, divisions))
        for name in cluster.names
        if len(name) > len(short)
    )


def _numbered(clusters: Sequence[Cluster]) -> tuple[Entity, ...]:
    entities = []
    for cluster in clusters:
        mentions = tuple(
            sorted(cluster.mentions, key=by_place) if len(cluster.mentions) > 1 else cluster.mentions
        )
        kind, record = cluster.type, cluster.record
        # a quoted name inside a name is a name by itself too: “甘心办”服务品牌 is also called 甘心办
        names = sorted(
            {n for n in (*cluster.names, *inner_names(cluster.names, kind)) if n},
            key=lambda n: (-len(n), n),
        )
        sure = [mention.confidence for mention in mentions if mention.by not in _NO_OWN]
        if names and sure:
            confidence = max(sure)
            entities.append((mentions, kind, tuple(names), record, confidence))
    entities.sort(key=lambda e: (e[0][0].start, e[0][0].end, e[1], e[2]))
    return tuple(
        Entity(f"e{number}", kind, names, mentions, record, confidence)
        for number, (mentions, kind, names, record, confidence) in enumerate(entities, 1)
    )
