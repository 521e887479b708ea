"""From mentions to the things of one article: which names belong to one thing, and where else it is named.

Mentions of one name are one thing. So are names with one record of the authority, and those that the text
declares to name one thing. Full, short and abbreviated names are then joined by a trained model
(`kg.extract.clustering.joining`). Finally, every further occurrence of a name of a thing becomes a mention
too, unless another mention covers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kg.extract.clustering import aliases
from kg.extract.clustering.aliases import clean_name
from kg.extract.clustering.clusters import Cluster, loudest, merge_pairs
from kg.extract.clustering.forms import LEAST_REST, behead, compose, extend, inner_names, owned
from kg.extract.clustering.joining import MODEL, join_names, read_joins
from kg.extract.clustering.spread import SPREAD, spread
from kg.extract.names.fronted import PARTED
from kg.extract.names.nested import DERIVED
from kg.extract.trees import Forest
from kg.model import FAMILIES, FAMILY_OF, Article, Entity, Mention, Word, by_place

JOINED = tuple(family for family in FAMILIES if family != "Person")
"""The families in which names are joined by the model. Too few persons are annotated with several names."""
_NO_OWN = frozenset((DERIVED, SPREAD))
"""`Mention.by` of mentions that by themselves make no thing and add nothing to the confidence of one."""


def find_entities(
    article: Article,
    mentions: Sequence[Mention],
    words: Sequence[Word],
    divisions: Collection[str] = frozenset(),
    *,
    model: Path = MODEL,
) -> tuple[Entity, ...]:
    """Return the things that an article's mentions name.

    Args:
        article: The article.
        mentions: The mentions, in order; some may be inside others.
        words: The segmenter's words.
        divisions: Names of administrative divisions in the authority.
        model: File of the trained trees that join names.

    Raises:
        KGError: The model is missing.
    """
    clusters = separate(article, mentions)
    clusters = _joined(clusters, article, divisions, read_joins(model))
    extend(clusters, article.text)
    behead(clusters)
    spread(clusters, article.text, words)
    return _numbered(clusters)


def separate(article: Article, mentions: Sequence[Mention]) -> list[Cluster]:
    """Return the clusters of an article's mentions before any names are joined that only look alike.

    Each has one name, or several that the text declares or the authority knows to name one thing.

    Args:
        article: The article.
        mentions: The mentions, in order.
    """
    clusters = _by_name(_rejoined(mentions, article.text))
    compose(clusters, article.text)
    declared = aliases.declared(article.normal, article.text, mentions)
    clusters = merge_pairs(clusters, _same_record(clusters))
    return merge_pairs(clusters, _declared_pairs(clusters, declared))


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


def _joined(
    clusters: Sequence[Cluster], article: Article, divisions: Collection[str], forest: Forest
) -> list[Cluster]:
    """Return the clusters, merging those of one family that are likely to name one thing."""
    return [
        cluster
        for family, own in sorted(by_family(clusters).items())
        for cluster in (join_names(own, article, divisions, forest) if family in JOINED else own)
    ]


def by_family(clusters: Sequence[Cluster]) -> dict[str, list[Cluster]]:
    """Return the clusters of each family."""
    families: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        families[cluster.family].append(cluster)
    return families


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
