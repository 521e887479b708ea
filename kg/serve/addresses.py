"""Conversion between IRIs of the graph and paths of the server.

A thing `<BASE/company/A%20B>` has its page at `/page/company/A%20B` and its data at
`/data/company/A%20B`; `/id/company/A%20B` redirects to one of them. Browsers send Chinese characters
percent-encoded, so a path is decoded segment by segment and encoded again as in `kg.graph.identifiers`:
whatever a client did to the path, the result is the graph's own spelling.
"""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from kg.graph.identifiers import segment


def iri_of(rest: str, base: str) -> str | None:
    """Return the IRI for the path after `/id/`, as sent; None if it is not UTF-8.

    >>> iri_of("company/A%20%E5%8E%82", "https://kg.example.org/id/")
    'https://kg.example.org/id/company/A%20厂'
    """
    try:
        parts = [unquote_to_bytes(part).decode("utf-8") for part in rest.split("/")]
    except UnicodeDecodeError:
        return None
    return base + "/".join(segment(part) for part in parts) if all(parts) else None


def page_of(iri: str, base: str) -> str:
    """Return the path of a thing's page.

    >>> page_of("https://kg.example.org/id/company/A%20厂", "https://kg.example.org/id/")
    '/page/company/A%20%E5%8E%82'
    """
    return _path("/page/", iri, base)


def id_of(iri: str, base: str) -> str:
    """Return the path that redirects to a thing's page or data, as the client prefers."""
    return _path("/id/", iri, base)


def data_of(iri: str, base: str, extension: str = "") -> str:
    """Return the path of the triples about a thing."""
    return _path("/data/", iri, base) + (f"?format={extension}" if extension else "")


def article_page(doc: str, sentence: int | None = None) -> str:
    """Return the path of an article's page, or of a sentence in it.

    >>> article_page("2023/s2", 12)
    '/article/2023/s2#s12'
    """
    anchor = "" if sentence is None else f"#s{sentence}"
    return (
        "/article/"
        + "/".join(quote(segment(part), safe="%~!$&'()*+,;=:@") for part in doc.split("/"))
        + anchor
    )


def _path(start: str, iri: str, base: str) -> str:
    # everything is encoded except the escapes that the IRI itself contains
    return start + quote(iri.removeprefix(base), safe="/%~!$&'()*+,;=:@")
