"""The remaining features of possible relations (the closer look), for the rows that passed the sieve.

Takes rows from `kg.extract.relations.traits` with the features that are cheap to compute, and returns the
same rows with all features: the text next to the two names, which entities head their clauses and
paragraphs, the lists they belong to, and whether words near them signal the predicate.
"""

from __future__ import annotations

import numpy as np

from kg.extract.relations.layout import Ints, Layout
from kg.extract.relations.meetings import ORDERED, Meetings
from kg.extract.relations.traits import FAR, Table, rank_within
from kg.model import TYPES


def look_closer(layout: Layout, meetings: Meetings, rows: Table) -> Table:
    """Return rows of `lay_out` with all feature columns."""
    subject, object_, pair = rows.subject, rows.object, rows.pair
    s, o = rows.ends()
    things = rows.things
    columns: dict[str, Ints] = {"things": np.full(len(subject), len(layout.entities))}
    for name in ("share", "first", "named", "sure", "length", "known", "heads", "kind"):
        columns |= {f"s:{name}": things[name][subject], f"o:{name}": things[name][object_]}
    outer = np.cumsum(~layout.nested)
    columns |= {
        "clauses": layout.clause[rows.right] - layout.clause[rows.left],
        "words apart": layout.first_word[rows.right] - layout.next_word[rows.left],
        "together:clauses": meetings.clauses[pair],
        "times": meetings.times[pair],
        **_past_lists(layout, rows.left, rows.right, outer),
    }
    columns |= _of_places(layout, s, o)
    columns |= _of_subjects(layout, subject, s, o)
    columns |= _of_paragraphs(layout, subject, object_, s, o)
    low_first = (subject == meetings.low[pair]).astype(np.int64)
    for n, name in enumerate(ORDERED):
        columns[f"ever:{name}"] = meetings.ever[pair, 1 - low_first, n].astype(np.int64)
        columns[f"ever-back:{name}"] = meetings.ever[pair, low_first, n].astype(np.int64)
    columns |= _of_words(layout, rows.predicate, rows.left, rows.right, s, o)
    return rows.with_columns(columns)


def _past_lists(layout: Layout, left: Ints, right: Ints, outer: Ints) -> dict[str, Ints]:
    """Return the distances between the two mentions, with the list of each counted as one name."""
    near, far = layout.past_lists(left, right)
    between = outer[far] - outer[near]
    return {
        "way:gap": np.maximum(layout.start[far] - layout.end[near], -1),
        "way:clauses": layout.clause[far] - layout.clause[near],
        "way:kind": np.where(between == 1, layout.gap[near], 0),
    }


def _of_places(layout: Layout, s: Ints, o: Ints) -> dict[str, Ints]:
    columns: dict[str, Ints] = {}
    sentence_start = np.array([t.start for t in layout.article.sentences])
    for end, m in (("s", s), ("o", o)):
        columns |= {
            f"{end}:before": layout.before[m],
            f"{end}:after": layout.after[m],
            f"{end}:gap": layout.gap[m],
            f"{end}:list": layout.group_size[m],
            f"{end}:place in list": layout.place_in_group[m],
            f"{end}:refers": layout.refers[m].astype(np.int64),
            f"{end}:in sentence": layout.start[m] - sentence_start[layout.sentence[m]],
            f"{end}:list before": layout.before[layout.group[m]],
        }
    return columns


def _of_subjects(layout: Layout, subject: Ints, s: Ints, o: Ints) -> dict[str, Ints]:
    at_s, at_o = layout.clause[s], layout.clause[o]
    carried = layout.start[o] - layout.subject_start[at_o]
    heads = layout.subject[at_o] == subject
    return {
        "heads own": (layout.subject_start[at_s] == layout.start[s]).astype(np.int64),
        "o heads own": (layout.subject_start[at_o] == layout.start[o]).astype(np.int64),
        "carried": np.where(heads, carried, FAR),
        "topic only": (heads & (layout.subject_start[at_o] < 0)).astype(np.int64),
        "no subject": (layout.subject[at_o] < 0).astype(np.int64),
        "other subject": np.where(
            layout.subject[at_o] >= 0, layout.type_of[layout.subject[at_o]], len(TYPES)
        ),
    }


def _of_paragraphs(layout: Layout, subject: Ints, object_: Ints, s: Ints, o: Ints) -> dict[str, Ints]:
    """Return how often each thing is named in the other's paragraph, and whether it comes first there."""
    size = len(layout.entities)
    key = layout.paragraph * size + layout.who
    distinct, first, count = np.unique(key, return_index=True, return_counts=True)
    if not len(distinct):
        return dict.fromkeys(
            ("s in o's", "o in s's", "s ranks in o's", "s opens o's", "o ranks in s's"), subject
        )
    family = layout.family_of[distinct % size]
    ranks = rank_within((distinct // size) * 16 + family, -count)
    opening = rank_within((distinct // size) * 16 + family, first)

    def of(place: Ints, thing: Ints, values: Ints, missing: int) -> Ints:
        wanted = layout.paragraph[place] * size + thing
        at = np.minimum(np.searchsorted(distinct, wanted), len(distinct) - 1)
        return np.where(distinct[at] == wanted, values[at], missing)

    return {
        "s in o's": of(o, subject, count, 0),
        "o in s's": of(s, object_, count, 0),
        "s ranks in o's": of(o, subject, ranks, 99),
        "s opens o's": of(o, subject, opening, 99),
        "o ranks in s's": of(s, object_, ranks, 99),
    }


def _of_words(layout: Layout, predicate: Ints, left: Ints, right: Ints, s: Ints, o: Ints) -> dict[str, Ints]:
    """Return how many words signal the predicate: between the two, around them and in their clauses."""
    spoken, most = layout.spoken, len(layout.words)

    def count(first: Ints, last: Ints) -> Ints:
        first, last = np.minimum(first, most), np.minimum(last, most)
        said: Ints = spoken[np.maximum(first, last), predicate] - spoken[first, predicate]
        return said

    near = layout.sentence[right] - layout.sentence[left] <= 1
    first, last = layout.next_word[left], layout.first_word[right]
    begin, end = layout.clause_first[layout.clause[left]], layout.clause_last[layout.clause[right]]
    return {
        "said between": np.where(near, count(first, last), -1),
        "said after": count(layout.next_word[right], np.minimum(layout.next_word[right] + 5, end)),
        "said before": count(np.maximum(layout.first_word[left] - 5, begin), layout.first_word[left]),
        "said at o": count(layout.clause_first[layout.clause[o]], layout.clause_last[layout.clause[o]]),
        "said at s": count(layout.clause_first[layout.clause[s]], layout.clause_last[layout.clause[s]]),
        "said right before o": count(np.maximum(layout.first_word[o] - 2, 0), layout.first_word[o]),
        "said right after s": count(layout.next_word[s], layout.next_word[s] + 2),
    }
