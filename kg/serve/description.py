"""The service description of the endpoint (SPARQL 1.1 Service Description) and of its data (VoID)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from starlette.requests import Request

from kg import ontology
from kg.errors import QueryError
from kg.graph import vocabulary as v
from kg.serve import results
from kg.serve.snapshot import Snapshot

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
_GIVEN = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_WRITTEN = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")


def write(request: Request, form: str) -> bytes:
    """Return the description in one of the formats of `kg.serve.results.TRIPLES`.

    Raises:
        QueryError: The address at which the server was asked cannot be part of an IRI.
    """
    snapshot: Snapshot = request.app.state.library.current
    root = str(request.base_url).rstrip("/")
    try:
        triples = list(generate(root, snapshot))
    except ValueError as error:
        raise QueryError("the name of this host is no part of an IRI") from error
    return b"".join(results.write_triples(triples, form, snapshot.base))


def generate(root: str, snapshot: Snapshot) -> Iterator[ox.Triple]:
    """Yield the description of the service at an address and of its graph.

    Args:
        root: Address of the server without the final slash: `http://127.0.0.1:8000`.
        snapshot: The graph.

    Raises:
        ValueError: The address is not valid.
    """
    endpoint = ox.NamedNode(f"{root}/sparql")
    service, dataset, default = (
        ox.NamedNode(f"{endpoint.value}#{name}") for name in ("service", "dataset", "default-graph")
    )

    def say(subject: ox.NamedNode, predicate: str, object_: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), object_)

    yield say(service, v.RDF_TYPE.value, ox.NamedNode(SD + "Service"))
    yield say(service, SD + "endpoint", endpoint)
    yield say(service, SD + "supportedLanguage", ox.NamedNode(SD + "SPARQL11Query"))
    # a query that names no graph is asked of all articles
    yield say(service, SD + "feature", ox.NamedNode(SD + "UnionDefaultGraph"))
    for name in (*_GIVEN, *_WRITTEN):
        yield say(service, SD + "resultFormat", ox.NamedNode(FORMATS + name))
    yield say(service, SD + "defaultDataset", dataset)
    for kind in (SD + "Dataset", VOID + "Dataset"):
        yield say(dataset, v.RDF_TYPE.value, ox.NamedNode(kind))
    yield say(dataset, SD + "defaultGraph", default)
    yield say(default, v.RDF_TYPE.value, ox.NamedNode(SD + "Graph"))
    yield say(dataset, VOID + "sparqlEndpoint", endpoint)
    yield say(dataset, VOID + "uriSpace", v.text(snapshot.base))
    yield say(dataset, VOID + "vocabulary", ox.NamedNode(v.KG))
    stats = snapshot.stats
    yield say(dataset, VOID + "triples", v.number(snapshot.triples))
    yield say(dataset, VOID + "entities", v.number(stats.things))
    yield say(dataset, VOID + "documents", v.number(stats.articles))
    known = ontology.load()
    for parts, counted, words in (
        ("class", stats.things_by_type, known.classes),
        ("property", stats.facts_by_predicate, known.properties),
    ):
        count = "entities" if parts == "class" else "triples"
        for name, number in counted:
            part = ox.NamedNode(f"{endpoint.value}#{parts}-{name}")
            yield say(dataset, f"{VOID}{parts}Partition", part)
            yield say(part, VOID + parts, ox.NamedNode(words[name].iri))
            yield say(part, VOID + count, v.number(number))
