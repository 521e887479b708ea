"""Who made a thing, according to a relative clause in a sentence that says what the thing is.

    太平湾合作创新区成为辽宁省、大连市与招商局集团倾力打造的……项目。
    thing ── copula ── agents ── verb of carrying out + 的 ── noun

The agents before the verb are the subject of the relative clause. They carry out (`implements`) the thing
before the copula, which the whole sentence is about. Gold articles hardly ever use this construction, and
a trained model does not know it. The relation follows from the grammar alone.

References:
    Li, Thompson: Mandarin Chinese, a functional reference grammar (1981), 20.1, relative clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from kg.extract.relations.layout import Layout
from kg.model import FAMILY_OF

Triple = tuple[str, str, str]

_COPULA = re.compile(r"[^，。；：！？\n不未非]{0,6}?(?:是|成为|作为|系)[^，。；：！？\n不未非]{0,10}?")
_AND = re.compile(r"[、和与及]|以及|联合|携手|会同")
_MADE = re.compile(
    r"(?:共同|联合|合作|合资|倾力|携手|全力|全额|独资|于\d{4}年|在\d{4}年)*"
    r"(?:投资|打造|建设|开发|承建|运营|兴建|共建|建造|投建|管理)+的(?!时候|同时)"
)
_MADE_THINGS = frozenset(["Project", "DevelopmentZone", "Place"])
_MAKERS = frozenset(["Organization", "Location"])


def made_by(layout: Layout) -> Iterator[Triple]:
    """Yield a triple of ids (maker, `implements`, thing) for each maker that a copular sentence states.

    Args:
        layout: The article.
    """
    text, names = layout.text, np.flatnonzero(~layout.nested & ~layout.refers)
    starts, ends = layout.start[names].tolist(), layout.end[names].tolist()
    things = [layout.entities[number] for number in layout.who[names].tolist()]
    for last, end in enumerate(ends):
        if not _MADE.match(text, end):
            continue
        first = last
        while first and _AND.fullmatch(text, ends[first - 1], starts[first]):
            first -= 1
        if not first:
            continue
        what = things[first - 1]
        if what.type in _MADE_THINGS and _COPULA.fullmatch(text, ends[first - 1], starts[first]):
            for maker in things[first : last + 1]:
                if FAMILY_OF[maker.type] in _MAKERS and maker is not what:
                    yield maker.id, "implements", what.id
