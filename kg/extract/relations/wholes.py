"""Parts listed after their whole: X项目由A、B、C组成, Y工作方法，涵盖甲、乙、丙.

The rules look for a list of things of one family and, before it in the same sentence, one thing of a family
that may contain them, with a verb of composition between. They also look for phases that share a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.relations.view import Candidate, View
from kg.model import FAMILY_OF

_HOLDS = re.compile(
    r"包括|包含|组成|构成|分为|分成|涵盖|涉及|囊括|即|分别[为是]|由|——|：|含|下设|其中|有|建设|新建|承担|实施"
)
_PHASE = re.compile(
    r"(?:项目|工程)?(?:[一二三四五首]期|[\d一二三四]号(?:机组|线)?|(?:首|东|西|南|北)段)(?:项目|工程)?$"
)
_WHOLES = {"Project": ("Project",), "Initiative": ("Initiative",), "Event": ("Event",)}


def whole_candidates(view: View) -> Iterator[Candidate]:
    """Yield the parts of projects, initiatives and events."""
    for i, part in enumerate(view.mentions):
        family = FAMILY_OF[part.type]
        if family not in _WHOLES:
            continue
        head = view.groups[i][0]
        listed = "list" if len(view.groups[i]) > 1 else "one"
        sentence = view.clause(i).sentence
        for j in range(head - 1, max(-1, head - 8), -1):
            whole = view.mentions[j]
            if view.clause(j).sentence != sentence:
                break
            if FAMILY_OF[whole.type] not in _WHOLES[family] or whole.entity == part.entity:
                continue
            gap = view.gap(j, head)
            said = "said" if _HOLDS.search(gap) else "bare"
            far = "near" if len(gap) <= 12 else "far"
            rule = f"partOf/before/{family}/{listed}/{said}/{far}"
            yield Candidate(part.entity, "partOf", whole.entity, rule, whole.start, part.end)
            break
    yield from _phases(view)


def _phases(view: View) -> Iterator[Candidate]:
    """Yield phases: a project whose name is another's name followed by 一期, 二期, 1号机组."""
    bases = {
        re.sub("(?:项目|工程)$", "", n): e
        for e in view.entities.values() if e.type == "Project"
        for n in e.names
    }  # fmt: skip
    for entity in view.entities.values():
        if entity.type != "Project" or not entity.mentions:
            continue
        for name in entity.names:
            base = bases.get(_PHASE.sub("", name))
            if base is not None and base.id != entity.id and _PHASE.search(name):
                m = entity.mentions[0]
                yield Candidate(entity.id, "partOf", base.id, "partOf/name-phase", m.start, m.end)
                break
