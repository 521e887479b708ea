"""Answers to queries, written as they are found, up to a limit, in the formats of SPARQL 1.1.

Takes solutions or triples of the store and yields pieces of bytes. Solutions are written by this module
(SPARQL 1.1 Query Results JSON, XML, CSV and TSV), because the store's writer cannot stop after a given number
of rows and still leave a complete document. Triples go through the store's writers, sorted and without
duplicates; `kg.graph.jsonld` writes JSON-LD with the project's context.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from kg.graph import jsonld
from kg.graph import vocabulary as v
from kg.paths import data_folder

# the first is the default for clients that state no preference
ROWS: dict[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
TRIPLES: dict[str, str] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "text/plain": "nt",
}
_FORMATS: dict[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
PIECE = 64 * 1024
_STRING = v.XSD + "string"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# the store's writer does not escape carriage returns, and a reader would take them for line feeds
_NOT_RDF_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPARQL_XML = 'xmlns="http://www.w3.org/2005/sparql-results#"'
Row = Sequence[Any]


class Cut:
    """Counts the rows that pass through and stops at a limit.

    Attributes:
        count: Number of rows or triples that were let through.
        truncated: Whether there were more than the limit.
    """

    def __init__(self, limit: int) -> None:
        """Let at most `limit` rows through."""
        self.limit = limit
        self.count = 0
        self.truncated = False

    def __call__(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield rows up to the limit, then check whether there is one more."""
        iterator = iter(rows)
        for row in islice(iterator, self.limit):
            self.count += 1
            yield row
        self.truncated = next(iterator, None) is not None


def write_rows(variables: Sequence[str], rows: Iterable[Row], form: str) -> Iterator[bytes]:
    """Yield the answer to a SELECT query as `json`, `xml`, `csv` or `tsv`, in UTF-8.

    Args:
        variables: Names of the columns.
        rows: Terms of the store, None where a variable is unbound.
        form: One of the values of `ROWS`.
    """
    return _pieces(_WRITERS[form](variables, rows))


def write_truth(truth: bool, form: str) -> bytes:
    """Return the answer to an ASK query; CSV and TSV, which have no standard form for it, get the bare word.

    >>> write_truth(True, "json")
    b'{"head": {}, "boolean": true}'
    """
    word = "true" if truth else "false"
    if form == "json":
        return f'{{"head": {{}}, "boolean": {word}}}'.encode()
    if form == "xml":
        head = f'<?xml version="1.0"?>\n<sparql {_SPARQL_XML}>\n<head/>\n'
        return f"{head}<boolean>{word}</boolean>\n</sparql>\n".encode()
    return f"{word}\r\n".encode() if form == "csv" else f"{word}\n".encode()


def write_triples(triples: Iterable[ox.Triple], form: str, base: str) -> Iterator[bytes]:
    """Yield triples as `ttl`, `nt`, `jsonld`, `rdfxml`, `trig` or `nq`, sorted and without duplicates.

    Args:
        triples: The triples, in any order.
        form: One of the values of `TRIPLES`.
        base: The IRI that the prefix `id:` stands for.
    """
    found = sorted(set(triples), key=str)
    if form == "jsonld":
        file = io.BytesIO()
        context = jsonld.read_context(data_folder("ontology") / "context.jsonld", base)
        jsonld.write_jsonld(file, found, context)
        data = file.getvalue()
    else:
        data = _serialised([_for_xml(triple) for triple in found] if form == "rdfxml" else found, form, base)
    for at in range(0, len(data), PIECE):
        yield data[at : at + PIECE]


def write_quads(quads: Iterable[ox.Quad], form: str, base: str) -> bytes:
    """Return quads as `trig` or `nq`, in the given order."""
    return _serialised(quads, form, base)


def _serialised(found: Iterable[ox.Triple] | Iterable[ox.Quad], form: str, base: str) -> bytes:
    # sorted, so that the prefix declarations are the same in every process
    prefixes = dict(sorted(v.prefixes(base).items()))
    return cast(bytes, ox.serialize(found, format=_FORMATS[form], prefixes=prefixes))


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(held).encode("utf-8", "replace")
            held, size = [], 0
    if held:
        yield "".join(held).encode("utf-8", "replace")


def _json(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"head": {{"vars": {json.dumps(list(variables))}}},\n"results": {{"bindings": ['
    comma = "\n"
    for row in rows:
        bound = {
            name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None
        }
        yield comma + json.dumps(bound, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}}\n"


def _json_term(term: Any) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {key: _json_term(part) for key, part in parts.items()}}
    said = {"type": "literal", "value": term.value}
    if term.language:
        said["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        said["datatype"] = term.datatype.value
    return said


def _xml(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f'<?xml version="1.0"?>\n<sparql {_SPARQL_XML}>\n<head>'
    yield from (f"<variable name={quoteattr(name)}/>" for name in variables)
    yield "</head>\n<results>\n"
    for row in rows:
        bindings = (
            f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
            for name, term in zip(variables, row, strict=True)
            if term is not None
        )
        yield f"<result>{''.join(bindings)}</result>\n"
    yield "</results>\n</sparql>\n"


def _xml_term(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_xml_text(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_xml_text(term.value)}</bnode>"
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        inside = (f"<{key}>{_xml_term(part)}</{key}>" for key, part in parts.items())
        return f"<triple>{''.join(inside)}</triple>"
    said = ""
    if term.language:
        said = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype.value != _STRING:
        said = f" datatype={quoteattr(term.datatype.value)}"
    return f"<literal{said}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    # XML cannot represent control characters; a bare carriage return would be read as a line feed
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _for_xml(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal) or not _NOT_RDF_XML.search(value.value):
        return triple
    text = _NOT_RDF_XML.sub("\ufffd", value.value)
    if value.language:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, language=value.language))
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, datatype=value.datatype))


def _csv(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(variables) + "\r\n"
    for row in rows:
        yield ",".join(map(_csv_term, row)) + "\r\n"


def _csv_term(term: Any) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode | ox.Triple):
        return _quoted(str(term))
    return _quoted(cast(str, term.value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '",\r\n') else text


def _tsv(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in variables) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else _tsv_term(term) for term in row) + "\n"


def _tsv_term(term: Any) -> str:
    # the store writes terms as in N-Triples, which escapes line feeds and quotes
    return str(term).replace("\t", "\\t")


_WRITERS: dict[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    "json": _json,
    "xml": _xml,
    "csv": _csv,
    "tsv": _tsv,
}
