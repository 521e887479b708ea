"""IRIs: readable, deterministic, one per thing.

A key such as `location/辽宁省/大连市/甘井子区` becomes `<base + key>`. Chinese characters are kept; only
characters that an IRI path must not contain (RFC 3987, rule `isegment-nz`) are percent-encoded. Nothing here
depends on the order of articles or on chance.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.model import Period

# the ipchar of RFC 3987 without the percent sign, which starts an escape
_LEGAL = re.compile(
    "[0-9A-Za-z._~!$&'()*+,;=:@\\-\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd"
    "\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)
# the characters that most names consist of; they never need an escape
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")
# format characters that change how an IRI is displayed (RFC 3987, section 4.1), and U+3000 and other spaces
_UNREADABLE = re.compile("[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")


def segment(name: str) -> str:
    """Return a name as one segment of an IRI path.

    >>> segment("甘井子区"), segment("A/B 厂")
    ('甘井子区', 'A%2FB%20厂')
    """
    if _PLAIN.fullmatch(name):
        return name
    if set(name) <= {"."}:
        return "".join("%2E" for _ in name)
    return "".join(c if _LEGAL.match(c) and not _UNREADABLE.match(c) else _escape(c) for c in name)


def _escape(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def path(key: str) -> str:
    """Return a thing's key as the path of its IRI; `%2F` and `%25` in a key stand for / and % in a name.

    >>> path("company/A B%2FC")
    'company/A%20B%2FC'
    """
    return "/".join(segment(part.replace("%2F", "/").replace("%25", "%")) for part in key.split("/"))


def thing_iris(keys: Iterable[str], base: str) -> dict[str, ox.NamedNode]:
    """Return the IRI of every key, by key; no two keys share one.

    If several keys would give the same path, all but the first in sorted order get a suffix from the key's
    SHA-256, so that the result does not depend on the order of the keys.
    """
    taken: set[str] = set()
    iris: dict[str, ox.NamedNode] = {}
    for key in sorted(set(keys)):
        where = path(key)
        if where in taken:
            where = f"{where}~{digest(key)[:8]}"
        taken.add(where)
        iris[key] = ox.NamedNode(base + where)
    return iris


def article_iri(doc: str, base: str) -> ox.NamedNode:
    """Return the IRI of an article, which is also the name of the graph that holds its share.

    >>> article_iri("2023/s2", "https://kg.example.org/id/").value
    'https://kg.example.org/id/article/2023/s2'
    """
    return ox.NamedNode(f"{base}article/" + "/".join(segment(part) for part in doc.split("/")))


def corrections_iri(base: str) -> ox.NamedNode:
    """Return the IRI of the graph that holds what people have added by hand."""
    return ox.NamedNode(f"{base}corrections")


def node(iri: str) -> ox.NamedNode:
    """Return the node for an IRI that was made here and stored as text."""
    return ox.NamedNode(iri)


def period_iri(period: Period, base: str) -> ox.NamedNode:
    """Return the IRI of a period; the solidus of a range becomes `--` (ISO 8601-1, 4.4.2)."""
    return ox.NamedNode(f"{base}period/" + segment(period.value.replace("/", "--")))


def unit_iri(unit: str, base: str) -> ox.NamedNode:
    """Return the IRI of a unit by its key in the table of units."""
    return ox.NamedNode(f"{base}unit/" + segment(unit))


def content_iri(kind: str, parts: Iterable[str], base: str) -> ox.NamedNode:
    """Return `<base + kind/HASH>` with the first 24 hexadecimal digits of the SHA-256 of the parts."""
    return ox.NamedNode(f"{base}{kind}/{digest(chr(31).join(parts))[:24]}")


def digest(content: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
