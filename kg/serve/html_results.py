"""The SPARQL endpoint for people: a query form, and answers as tables with links.

Takes a request and an answer written by a query process (JSON for rows, Turtle for triples), and returns a
page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg import ontology
from kg.graph import vocabulary as v
from kg.serve.addresses import id_of
from kg.serve.html import render
from kg.serve.pool import Answer

MOST_ROWS = 2_000
MOST_CHARACTERS = 500_000
ROW_FORMS = ("html", "json", "xml", "csv", "tsv")
TRIPLE_FORMS = ("html", "ttl", "nt", "jsonld", "rdfxml", "trig", "nq")
_FIRST = """SELECT ?name ?degree WHERE {
  { SELECT ?thing (COUNT(*) AS ?degree) WHERE { ?statement rdf:subject|rdf:object ?thing } GROUP BY ?thing }
  ?thing skos:prefLabel ?name
}
ORDER BY DESC(?degree) ?name
LIMIT 20"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table: its text, and the page that it links to, or empty."""

    text: str
    link: str = ""
    number: bool = False


def form(request: Request) -> Response:
    """Return the page with the query form and the competency questions."""
    return render(
        request, "sparql", query=_FIRST, forms=(*ROW_FORMS, *TRIPLE_FORMS[1:]), questions=ontology.questions()
    )


def answer(request: Request, query: str, kind: str, found: Answer) -> Response:
    """Return the page that shows an answer, and close the file of the answer.

    Args:
        request: The request to respond to.
        query: The text of the query.
        kind: Its form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        found: The answer, as JSON for the first two and as Turtle for the others.
    """
    base = request.app.state.library.current.base
    with found.file as file:
        text = file.read().decode("utf-8")
    shown: dict[str, Any] = {"truth": None, "columns": (), "rows": (), "triples": ""}
    if kind == "ASK":
        shown["truth"] = json.loads(text)["boolean"]
    elif kind == "SELECT":
        document = json.loads(text)
        shown["columns"] = document["head"]["vars"]
        bindings = document["results"]["bindings"][:MOST_ROWS]
        shown["rows"] = [[_cell(row.get(name), base) for name in shown["columns"]] for row in bindings]
    else:
        shown["triples"] = text[:MOST_CHARACTERS]
    cut = found.truncated or found.count > MOST_ROWS
    return render(
        request,
        "answer",
        query=query,
        kind=kind,
        count=found.count,
        limit=min(found.count, MOST_ROWS) if cut else None,
        forms=ROW_FORMS if kind in ("SELECT", "ASK") else TRIPLE_FORMS,
        **shown,
    )


def _cell(term: dict[str, Any] | None, base: str) -> Cell:
    if term is None:
        return Cell("")
    if term["type"] != "uri":
        value = str(term["value"])
        return Cell(value, number=term.get("datatype", "") in (v.XSD + "integer", v.XSD + "decimal"))
    iri = term["value"]
    if iri.startswith(base):
        return Cell("id:" + iri.removeprefix(base), id_of(iri, base))
    for name, start in v.prefixes(base).items():
        if iri.startswith(start):
            return Cell(f"{name}:{iri.removeprefix(start)}")
    return Cell(iri)
