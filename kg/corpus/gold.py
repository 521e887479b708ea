"""Gold articles: read the annotated corpus and align it with the text.

The annotation names things, not positions in the text (see the annotation contract in
`seeds/README.md`). `project` finds where each name occurs, so that gold entities can be used
in later steps and in training.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import CorpusError
from kg.model import SYMMETRIC, Article, Entity, Mention
from kg.paths import data_folder

Gold = dict[str, Any]
Triple = tuple[str, str, str]
# Predicates whose annotated relations imply further ones: see `closure`
TRANSITIVE = ("locatedIn", "subsidiaryOf")
_IGNORED = re.compile(r"[\s“”\"‘’'《》〈〉「」『』]")


def gold_folder() -> Path:
    """Return the folder of the gold articles that ship with the package."""
    return data_folder("seeds") / "articles" / "gold"


def read_gold(path: str | Path) -> Gold:
    """Return one gold (or predicted) article.

    Raises:
        CorpusError: The file is not a JSON object with entities, relations and observations.
    """
    path = Path(path)
    try:
        gold = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CorpusError(f"no gold article: {error}", file=path) from error
    keys = ("entities", "relations", "observations")
    missing = [key for key in keys if not isinstance(gold, dict) or key not in gold]
    if missing:
        raise CorpusError(f"lacks {', '.join(missing)}", file=path, valid=keys)
    return gold  # type: ignore[no-any-return]


def squeeze(text: str) -> tuple[str, list[int]]:
    """Return a text without white space, quotes and title marks, and the offset of each remaining character.

    >>> squeeze("“甘心 办”")
    ('甘心办', [1, 2, 4])
    """
    kept = [(c, i) for i, c in enumerate(text) if not _IGNORED.match(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]


def closure(relations: Iterable[Triple]) -> set[Triple]:
    """Return relations together with those that follow from them by symmetry and transitivity.

    >>> sorted(closure([("a", "locatedIn", "b"), ("b", "locatedIn", "c")]))[1]
    ('a', 'locatedIn', 'c')
    """
    said = set(relations)
    said |= {(o, p, s) for s, p, o in said if p in SYMMETRIC}
    for predicate in TRANSITIVE:
        above: dict[str, list[str]] = {}
        for s, p, o in said:
            if p == predicate:
                above.setdefault(s, []).append(o)
        for start in above:
            reached: set[str] = set()
            waiting = list(above[start])
            while waiting:
                node = waiting.pop()
                if node not in reached:
                    reached.add(node)
                    waiting.extend(above.get(node, ()))
            said |= {(start, predicate, node) for node in reached}
    return said


def project(article: Article, gold: Gold) -> tuple[Entity, ...]:
    """Return the gold entities with the positions of their names in the article's text.

    Names are placed from longest to shortest. If two overlap, the longer one wins, except that a name
    inside a longer one is kept if its entity has no mention of its own yet. Names are searched for in
    `article.text`, ignoring white space, quotes and title marks. Entities without any mention are left out.
    """
    flat, places = squeeze(article.text)
    forms = sorted(
        ((squeeze(name)[0], entity) for entity in gold["entities"] for name in entity["names"]),
        key=lambda pair: (-len(pair[0]), pair[0]),
    )
    taken = bytearray(len(flat))
    found: dict[str, list[Mention]] = {entity["id"]: [] for entity in gold["entities"]}
    for form, entity in forms:
        nested: Mention | None = None
        placed = False
        for at in _occurrences(flat, form):
            start, end = places[at], places[at + len(form) - 1] + 1
            mention = Mention(start, end, article.text[start:end], entity["type"], "gold")
            if any(taken[at : at + len(form)]):
                nested = nested or mention
                continue
            taken[at : at + len(form)] = b"\1" * len(form)
            found[entity["id"]].append(mention)
            placed = True
        if nested and not placed and not found[entity["id"]]:
            found[entity["id"]].append(nested)
    return tuple(
        Entity(entity["id"], entity["type"], tuple(entity["names"]), tuple(sorted(found[entity["id"]])))
        for entity in gold["entities"]
        if found[entity["id"]]
    )


def _occurrences(text: str, form: str) -> Iterator[int]:
    at = text.find(form) if form else -1
    while at >= 0:
        yield at
        at = text.find(form, at + len(form))
