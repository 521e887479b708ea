"""The triples of the graph about one node, as RDF.

A thing comes with its facts in both directions, the statements and observations about it, and the names of
the things that it is linked to. An article comes with its own properties or, as N-Quads or TriG, with its
whole named graph. Any other node comes with its own triples.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from kg.graph import vocabulary as v
from kg.serve import accept, results
from kg.serve.addresses import iri_of
from kg.serve.html import render
from kg.serve.protocol import CORS
from kg.serve.snapshot import Snapshot

_DEFAULT = ox.DefaultGraph()
_ABOUT = (v.SUBJECT, v.OBJECT, v.kg("subject"))
_NAMES = (v.RDF_TYPE, v.PREF_LABEL)


def data(request: Request) -> Response:
    """`GET /data/…`: triples about a node, in the format of `Accept` or `format=`; 404 and 406 as usual."""
    snapshot: Snapshot = request.app.state.library.current
    iri = iri_of(raw_rest(request, "/data/"), snapshot.base)
    node = named(snapshot, iri)
    if node is None:
        return render(request, "missing", status=404, reason=iri or "")
    forms = {form: kind for kind, form in reversed(results.TRIPLES.items())}
    asked = request.query_params.get("format", "")
    kind = forms.get(asked) if asked else accept.choose(request.headers.get("accept"), list(results.TRIPLES))
    if kind is None:
        reason = f"none of the accepted forms is on offer (valid: {', '.join(results.TRIPLES)})\n"
        return Response(reason, status_code=406, media_type="text/plain; charset=utf-8", headers=CORS)
    form = results.TRIPLES[kind]
    whole = form in ("nq", "trig") and any(
        True for _ in snapshot.graph.store.quads_for_pattern(None, None, None, node)
    )
    if whole:
        quads = sorted(snapshot.graph.store.quads_for_pattern(None, None, None, node), key=str)
        content = results.write_quads(quads, form, snapshot.base)
    else:
        content = b"".join(results.write_triples(about(snapshot, node), form, snapshot.base))
    typed = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(content, media_type=typed, headers={**CORS, "Vary": "Accept"})


def about(snapshot: Snapshot, node: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the triples about a node, some of them more than once."""
    store = snapshot.graph.store
    yield from (quad.triple for quad in store.quads_for_pattern(node, None, None, _DEFAULT))
    if node.value not in snapshot.things:
        return
    linked = {link.other(node.value) for link in snapshot.links_of(node.value)}
    yield from (
        q.triple for q in store.quads_for_pattern(None, None, node, _DEFAULT) if q.predicate not in _ABOUT
    )
    for predicate in _ABOUT:
        for told in store.quads_for_pattern(None, predicate, node, _DEFAULT):
            yield from (quad.triple for quad in store.quads_for_pattern(told.subject, None, None, _DEFAULT))
    for iri in linked:
        for predicate in _NAMES:
            for quad in store.quads_for_pattern(ox.NamedNode(iri), predicate, None, _DEFAULT):
                yield quad.triple


def named(snapshot: Snapshot, iri: str | None) -> ox.NamedNode | None:
    """Return the node of an IRI, or None if the graph says nothing about it."""
    try:
        node = ox.NamedNode(iri or "")
    except ValueError:
        return None
    found = snapshot.graph.store.quads_for_pattern(node, None, None, _DEFAULT)
    return node if any(True for _ in found) else None


def raw_rest(request: Request, start: str) -> str:
    """Return the path of a request without its beginning, as it was sent."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode("utf-8")
    return raw.decode("latin-1").partition("?")[0].removeprefix(start)
