"""The JSON interface under `/api/`, used by the explorer and open to any other program.

Every answer is a JSON object in UTF-8. A wrong parameter is answered with status 400 and
`{"error": "one line"}`, a thing that does not exist with 404 and the same object. The keys of things, edges,
facts, figures and evidence are documented in `kg.serve.forms`; the parameters and the answer of each address
are documented at its function here.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg import ontology
from kg.errors import GraphError
from kg.graph.records import Thing
from kg.model import FAMILIES, FAMILY_OF, PREDICATES, TYPES
from kg.serve import around, forms
from kg.serve.snapshot import Snapshot


def graph(request: Request) -> Response:
    """`GET /api/graph?around=&hops=&types=&predicates=&since=&until=&min_confidence=&limit=`: a part to draw.

    `around` is an IRI (or a name that only one thing has), `hops` is 1 to 3; without `around`, the best
    connected things are returned. `types` and `predicates` are comma-separated lists; a family stands for
    its types. `since` and `until` are days, months or years; `limit` is 1 to 2,000 things (default 500).

    Returns `nodes` as in `forms.node`, the centre first; `edges` as in `forms.edge`; `truncated`.
    """
    snapshot = _snapshot(request)
    values = request.query_params
    choice = around.choose(values)
    hops = around.whole(values, "hops", 1, 1, around.MOST_HOPS)
    centre = _thing(snapshot, values["around"]) if values.get("around") else None
    part = around.part(snapshot, choice, centre=centre, hops=hops)
    return _json(
        {
            "nodes": [forms.node(snapshot, thing) for thing in part.things],
            "edges": [forms.edge(link) for link in part.links],
            "truncated": part.truncated,
        }
    )


def thing(request: Request) -> Response:
    """`GET /api/thing?id=IRI`: all that the graph says about a thing, as in `forms.thing`."""
    snapshot = _snapshot(request)
    return _json(forms.thing(snapshot, _thing(snapshot, _needed(request, "id"))))


def evidence(request: Request) -> Response:
    """`GET /api/evidence?s=IRI&p=predicate&o=IRI`: every place that states a fact.

    A symmetric fact is found in either direction.

    Returns `s` and `o` as in `forms.node`; `predicate`, `label_zh`, `label_en`; `evidence`, a list as in
    `forms.place`, with `qualifiers` added to each. The list is empty if nothing states the fact.
    """
    snapshot = _snapshot(request)
    subject, object_ = (_thing(snapshot, _needed(request, key)) for key in ("s", "o"))
    predicate = _needed(request, "p").rpartition("#")[2]
    if predicate not in PREDICATES:
        raise GraphError(f"p has an unknown name {predicate[:40]}", valid=PREDICATES)
    found = snapshot.graph.facts(subject=subject, predicate=predicate, object=object_)
    places = [
        {**forms.place(snapshot, statement.evidence), "qualifiers": [list(q) for q in statement.qualifiers]}
        for fact in found
        for statement in fact.statements
    ]
    return _json(
        {
            "s": forms.node(snapshot, subject),
            "o": forms.node(snapshot, object_),
            **forms.relation(predicate),
            "evidence": places,
        }
    )


def search(request: Request) -> Response:
    """`GET /api/search?q=&type=&limit=`: things by any name, in characters or pinyin, best first.

    `type` is a comma-separated list of types or families, `limit` is 1 to 200 (default 20). Returns `query`
    and `results`, a list as in `forms.hit`; the list is empty for an empty `q`.
    """
    snapshot = _snapshot(request)
    values = request.query_params
    types = around.leaf_types(values.get("type", ""))
    limit = around.whole(values, "limit", 20, 1, 200)
    typed = values.get("q", "")
    hits = snapshot.names.find(typed, types=types, limit=limit)
    return _json({"query": typed, "results": [forms.hit(snapshot, hit) for hit in hits]})


def vocabulary(request: Request) -> Response:
    """`GET /api/vocabulary`: the possible types of things and relations, with their labels.

    Returns `families`, a list of `name`, `label_zh`, `label_en`, `types`; `classes`, a list of `name`,
    `iri`, `label_zh`, `label_en`, `definition_zh`, `definition_en`, `family`, `count` (things in the graph);
    `properties`, a list of `name`, `iri`, the labels and definitions, `domain` and `range` (lists of
    types), `symmetric`, `count` (facts in the graph).
    """
    known = ontology.load()
    stats = _snapshot(request).stats
    things, facts = dict(stats.things_by_type), dict(stats.facts_by_predicate)
    return _json(
        {
            "families": [
                {**_words(known.classes[name], definitions=False), "types": list(leaves)}
                for name, leaves in FAMILIES.items()
            ],
            "classes": [
                {**_words(known.classes[name]), "family": FAMILY_OF[name], "count": things.get(name, 0)}
                for name in TYPES
            ],
            "properties": [
                {
                    **_words(known.properties[name]),
                    "domain": sorted(known.properties[name].domain),
                    "range": sorted(known.properties[name].range),
                    "symmetric": known.properties[name].symmetric,
                    "count": facts.get(name, 0),
                }
                for name in PREDICATES
            ],
        }
    )


def questions(request: Request) -> Response:
    """`GET /api/questions`: the competency questions.

    Returns `questions`, a list of `name`, `zh`, `en`, `parameters` (a list of `name` and `value`), `sparql`.
    With `?name=QUESTION&PARAMETER=VALUE`, the list has only that question, with its parameters filled in.
    """
    values = dict(request.query_params)
    name = values.pop("name", "")
    found = [ontology.question(name, **values)] if name else ontology.questions()
    return _json(
        {
            "questions": [
                {
                    "name": question.name,
                    "zh": question.zh,
                    "en": question.en,
                    "parameters": [{"name": key, "value": value} for key, value in question.parameters],
                    "sparql": question.sparql,
                }
                for question in found
            ]
        }
    )


def stats(request: Request) -> Response:
    """`GET /api/stats`: counts.

    Returns `articles`, `things`, `facts`, `statements`, `observations`, `sentences`, `quads`; `types` and
    `predicates`, lists of `name`, `label_zh`, `label_en`, `count`, the most frequent first.
    """
    counted = _snapshot(request).stats
    known = ontology.load()
    plain = ("articles", "things", "facts", "statements", "observations", "sentences", "quads")
    return _json(
        {
            **{name: getattr(counted, name) for name in plain},
            "types": [
                {**_words(known.classes[name], definitions=False), "count": n}
                for name, n in counted.things_by_type
            ],
            "predicates": [
                {**_words(known.properties[name], definitions=False), "count": n}
                for name, n in counted.facts_by_predicate
            ],
        }
    )


ROUTES = [
    Route(f"/api/{endpoint.__name__}", endpoint, methods=["GET"])
    for endpoint in (graph, thing, evidence, search, vocabulary, questions, stats)
]


class NotFoundError(GraphError):
    """A thing or article that is not in the graph."""


def _snapshot(request: Request) -> Snapshot:
    found: Snapshot = request.app.state.library.current
    return found


def _thing(snapshot: Snapshot, name: str) -> Thing:
    try:
        return snapshot.thing(name)
    except GraphError as error:
        raise NotFoundError(error.reason, valid=error.valid) from error


def _needed(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise GraphError(f"the parameter {name} is missing")
    return value


def _words(term: ontology.Term, *, definitions: bool = True) -> dict[str, Any]:
    words = {"name": term.name, "iri": term.iri, "label_zh": term.label_zh, "label_en": term.label_en}
    if definitions:
        words |= {"definition_zh": term.definition_zh, "definition_en": term.definition_en}
    return words


def _json(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, headers={"Access-Control-Allow-Origin": "*"})
