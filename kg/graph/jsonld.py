"""JSON-LD that people can read: compacted with the project's own context, one node per line.

The input is triples grouped by subject and a context (`ontology/context.jsonld`). The output is a document
with the context embedded, so that reading it needs no network. Only the features that our context uses are
supported: prefixes, terms, `@type`, `@language` and `@container: @set`. A term with any other feature is
ignored, and its property is written with a prefix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph import vocabulary as v

_STRING = v.XSD + "string"
_INTEGER = v.XSD + "integer"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the context: its word, the IRI it stands for and how its values are written."""

    word: str
    iri: str
    type: str = ""
    language: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """A context prepared for compaction.

    Attributes:
        document: The JSON value of `@context`.
        prefixes: IRI by prefix.
        terms: Terms by IRI.
        words: Word by IRI, for the values of `@type`.
        language: The default language, or None.
    """

    document: dict[str, Any]
    prefixes: Mapping[str, str]
    terms: Mapping[str, tuple[Term, ...]]
    words: Mapping[str, str]
    language: str | None


def read_context(path: Path, base: str = v.BASE) -> Context:
    """Return the context in a file, with `id:` for the base IRI of the graph's entities.

    Raises:
        OntologyError: The file is missing or is not JSON.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OntologyError(f"the JSON-LD context cannot be read: {error}", file=path.name) from error
    return parse_context(document.get("@context", document), base)


def parse_context(definitions: Mapping[str, Any], base: str = v.BASE) -> Context:
    """Return a context from the JSON object under `@context`."""
    document = {**definitions, "id": base}
    prefixes = {
        name: value
        for name, value in document.items()
        if isinstance(value, str) and not name.startswith("@") and value.endswith(("#", "/"))
    }
    vocab = _expand(str(document.get("@vocab") or ""), prefixes, "")
    terms: dict[str, list[Term]] = {}
    for word, value in sorted(document.items()):
        if word.startswith("@") or word in prefixes:
            continue
        term = _term(word, value, prefixes, vocab)
        if term is not None:
            terms.setdefault(term.iri, []).append(term)
    return Context(
        document,
        prefixes,
        {iri: tuple(same) for iri, same in terms.items()},
        {iri: same[0].word for iri, same in terms.items()},
        document.get("@language"),
    )


def _term(word: str, value: Any, prefixes: Mapping[str, str], vocab: str) -> Term | None:
    if isinstance(value, str):
        return None if value.startswith("@") else Term(word, _expand(value, prefixes, vocab))
    if not isinstance(value, dict) or set(value) - {"@id", "@type", "@language", "@container"}:
        return None
    if value.get("@container", "@set") != "@set" or str(value.get("@id", "")).startswith("@"):
        return None
    iri = _expand(str(value.get("@id", word)), prefixes, vocab)
    kind = _expand(str(value.get("@type", "")), prefixes, vocab) if value.get("@type") else ""
    language = (value["@language"] or "") if "@language" in value else None
    return Term(word, iri, kind, language, "@container" in value)


def _expand(value: str, prefixes: Mapping[str, str], vocab: str) -> str:
    if value.startswith("@"):
        return value
    prefix, colon, rest = value.partition(":")
    if colon and prefix in prefixes:
        return prefixes[prefix] + rest
    return value if colon else vocab + value


def write_jsonld(file: BinaryIO, triples: Iterable[ox.Triple], context: Context) -> None:
    """Write triples, which must be grouped by subject, as one document."""
    heading = json.dumps(context.document, ensure_ascii=False, indent=1)
    file.write(f'{{"@context": {heading},\n"@graph": ['.encode())
    for number, node in enumerate(generate_nodes(triples, context)):
        file.write(b",\n" if number else b"\n")
        file.write(json.dumps(node, ensure_ascii=False).encode())
    file.write(b"\n]}\n")


def generate_nodes(triples: Iterable[ox.Triple], context: Context) -> Iterator[dict[str, Any]]:
    """Yield one JSON object per subject, with its words in the order of the triples."""
    for subject, same in groupby(triples, key=lambda triple: triple.subject):
        node: dict[str, Any] = {"@id": _compact(subject.value, context)}
        for triple in same:
            if triple.predicate == v.RDF_TYPE and isinstance(triple.object, ox.NamedNode):
                value = triple.object.value
                node.setdefault("@type", []).append(context.words.get(value) or _compact(value, context))
                continue
            word, written, many = _pair(triple.predicate.value, triple.object, context)
            if word in node:
                node[word] = [*node[word], written] if isinstance(node[word], list) else [node[word], written]
            else:
                node[word] = [written] if many else written
        yield node


def _pair(predicate: str, value: Any, context: Context) -> tuple[str, Any, bool]:
    """Return the word, the value in the form the word requires, and whether the word always takes a list."""
    for term in context.terms.get(predicate, ()):
        fits, written = _coerced(term, value, context)
        if fits:
            return term.word, written, term.many
    bare = Term("", predicate)
    fits, written = _coerced(bare, value, context)
    word = context.terms[predicate][0].word if predicate in context.terms else _compact(predicate, context)
    return word, written if fits and predicate not in context.terms else _whole(value, context), False


def _coerced(term: Term, value: Any, context: Context) -> tuple[bool, Any]:
    if isinstance(value, ox.NamedNode):
        if term.type == "@id":
            return True, _compact(value.value, context)
        if term.type == "@vocab":
            return True, context.words.get(value.value) or _compact(value.value, context)
        return not term.type, _whole(value, context)
    if term.type and term.type != value.datatype.value:
        return False, None
    if value.datatype.value == _INTEGER and re.fullmatch("0|-?[1-9][0-9]{0,14}", value.value):
        return True, int(value.value)
    if term.type:
        return True, value.value
    language = context.language if term.language is None else term.language
    if (value.language or "") == (language or "") and (value.language or value.datatype.value == _STRING):
        return True, value.value
    return term.language is None, _whole(value, context)


def _whole(value: Any, context: Context) -> dict[str, str]:
    if isinstance(value, ox.NamedNode):
        return {"@id": _compact(value.value, context)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == _STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": _compact(value.datatype.value, context)}


def _compact(iri: str, context: Context) -> str:
    """Return `prefix:rest` with the longest matching prefix, or the whole IRI."""
    best = max(
        (name for name, start in context.prefixes.items() if iri.startswith(start) and iri != start),
        key=lambda name: (len(context.prefixes[name]), name),
        default="",
    )
    rest = iri[len(context.prefixes[best]) :] if best else ""
    # what follows `prefix:` must not look like the authority of an absolute IRI
    return f"{best}:{rest}" if best and not rest.startswith("//") else iri
