"""How a correction refers to a thing, and how the reference is resolved.

Keys can change when articles are added (a second 李明 gives both of them a place). A correction therefore
names an article beside the key. If the key no longer exists, or could now belong to a namesake, the reference
means the thing of that name in that article.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from kg.errors import CorrectionError
from kg.model import FAMILY_OF
from kg.resolve.things import Thing

_IN = " in "


def reference(thing: Thing) -> str:
    """Return a reference to a thing for the corrections file: its key, and the first article that names it.

    >>> reference(Thing("company/A B", "Company", "A B", ("A B",), None, (("t01", "e1"),)))
    'company/A%20B in t01'
    """
    return _path(thing.key) + _IN + thing.members[0][0]


def _path(key: str) -> str:
    return key.replace(" ", "%20")


def find(things: Iterable[Thing], words: str, into: Mapping[str, str] | None = None) -> Thing:
    """Return the thing to which a correction refers: by key, by name and article, or by name alone.

    Args:
        things: The things to choose from.
        words: A reference as written by `reference`, or a name.
        into: Keys into which things have been merged, by their former key.

    Raises:
        CorrectionError: No thing matches, or several do. The error lists similar names, or the matches.
    """
    listed = list(things)
    path, _, doc = words.partition(_IN)
    family, *chain = path.replace("%20", " ").split("/")
    name = (chain[-1] if chain else family).replace("%2F", "/").replace("%25", "%").partition("~")[0]
    if chain:
        keys = {path}
        for old, new in (into or {}).items():
            keys |= {_path(new)} if _path(old) in keys else set()
        exact = [t for t in listed if _path(t.key) in keys]
        # the key of a person without namesakes has no place, so it could also be that of a later namesake
        namesake = family == "person" and len(chain) == 1 and doc
        if exact and not (namesake and doc not in docs_of(exact[0])):
            return exact[0]
        found = [t for t in listed if name in t.names and FAMILY_OF[t.type].lower() == family]
        found = [t for t in found if doc and doc in docs_of(t)]
    else:
        found = [t for t in listed if t.name == words] or [t for t in listed if words in t.names]
    if len(found) == 1:
        return found[0]
    if found:
        raise CorrectionError(f"{name} is the name of {len(found)} things", valid=map(reference, found))
    near = [t for t in listed if name and any(name in form for form in t.names)]
    if not near:
        forms = {form: t for t in reversed(listed) for form in t.names}
        near = [forms[form] for form in difflib.get_close_matches(name, forms, n=5)]
    raise CorrectionError(f"nothing in the graph is called {name}", valid=[t.name for t in near[:5]])


def docs_of(thing: Thing) -> set[str]:
    """Return the articles that name a thing."""
    return {doc for doc, _ in thing.members}


def few(names: Iterable[str]) -> list[str]:
    """Return sorted names for the end of an error message, at most twenty of them."""
    listed = sorted(names)
    return [*listed[:20], *(["…"] if len(listed) > 20 else [])]
