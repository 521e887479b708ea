"""The pages: start, lists, search, things, articles. All are rendered on the server, without JavaScript."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from kg import ontology
from kg.errors import GraphError
from kg.graph import vocabulary as v
from kg.model import FAMILIES
from kg.serve import accept, around, data, drawing, results, told
from kg.serve.addresses import article_page, data_of, iri_of, page_of
from kg.serve.html import render
from kg.serve.snapshot import Snapshot

HTML = "text/html"
ON_A_PAGE = 100
FACTS_SHOWN = 12
MOMENTS_SHOWN = 20
FIGURES_SHOWN = 40
SENTENCES_SHOWN = 12
FOUND = 50


def home(request: Request) -> Response:
    """`GET /`: the explorer if it was built, otherwise the start page."""
    bundle: Path | None = request.app.state.explorer
    return FileResponse(bundle / "index.html") if bundle else start(request)


def editor(request: Request) -> Response:
    """`GET /query`: the query editor if it was built, otherwise the form of the endpoint."""
    bundle: Path | None = request.app.state.explorer
    if bundle and (bundle / "query.html").is_file():
        return FileResponse(bundle / "query.html")
    return RedirectResponse("/sparql?format=html", status_code=303)


def start(request: Request) -> Response:
    """`GET /start`: search, counts, types, questions."""
    snapshot = _snapshot(request)
    counts = dict(snapshot.stats.things_by_type)
    families = [
        (f, [(leaf, counts[leaf]) for leaf in leaves if leaf in counts]) for f, leaves in FAMILIES.items()
    ]
    return render(
        request,
        "start",
        stats=snapshot.stats,
        families=[(family, leaves) for family, leaves in families if leaves],
        questions=ontology.questions(),
    )


def search(request: Request) -> Response:
    """`GET /search?q=&type=`: things by any of their names, best matches first."""
    snapshot = _snapshot(request)
    typed = request.query_params.get("q", "")[:200]
    kind = request.query_params.get("type", "")
    try:
        types = around.leaf_types(kind)
    except GraphError:
        kind, types = "", frozenset()
    hits = snapshot.names.find(typed, types=types, limit=FOUND + 1)
    return render(
        request,
        "search",
        typed=typed,
        kind=kind,
        hits=hits[:FOUND],
        most=len(hits) > FOUND,
        families=tuple(FAMILIES),
    )


def things(request: Request) -> Response:
    """`GET /things?type=&page=`: the things of a type or family, best connected first."""
    snapshot = _snapshot(request)
    kind = request.query_params.get("type", "")
    try:
        types = around.leaf_types(kind)
    except GraphError:
        return missing(request)
    found = [thing for thing in snapshot.things.values() if not types or thing.type in types]
    found.sort(key=lambda thing: (-snapshot.degree.get(thing.iri, 0), thing.iri))
    page, pages = _page(request, len(found))
    shown = [
        (thing, snapshot.degree.get(thing.iri, 0))
        for thing in found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    ]
    return render(request, "things", kind=kind, shown=shown, total=len(found), page=page, pages=pages)


def articles(request: Request) -> Response:
    """`GET /articles?page=`: the articles, newest first, those without a date last."""
    snapshot = _snapshot(request)
    found = sorted(
        snapshot.articles.values(), key=lambda node: (node.published or "", node.doc), reverse=True
    )
    page, pages = _page(request, len(found))
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return render(request, "articles", shown=shown, total=len(found), page=page, pages=pages)


def article(request: Request) -> Response:
    """`GET /article/DOC`: an article by sentence, with the things that it names; `#s12` is sentence 12."""
    snapshot = _snapshot(request)
    iri = iri_of("article/" + data.raw_rest(request, "/article/"), snapshot.base)
    node = next((node for node in snapshot.articles.values() if node.iri == iri), None)
    if node is None:
        return missing(request)
    reading = snapshot.reading(node.doc)
    named = sorted(snapshot.named_in(node.doc), key=lambda t: (-snapshot.degree.get(t.iri, 0), t.iri))
    return render(
        request,
        "article",
        node=node,
        paragraphs=told.paragraphs(snapshot, reading),
        rows=told.statements(snapshot, node.iri),
        named=named,
    )


def identify(request: Request) -> Response:
    """`GET /id/…`: redirect (303) to the page or the data about an IRI, depending on `Accept`."""
    snapshot = _snapshot(request)
    iri = iri_of(data.raw_rest(request, "/id/"), snapshot.base)
    node = data.named(snapshot, iri)
    if node is None:
        return missing(request)
    kind = accept.choose(request.headers.get("accept"), (HTML, *results.TRIPLES))
    target = _page_about(snapshot, node) if kind == HTML else data_of(node.value, snapshot.base)
    return RedirectResponse(
        target, status_code=303, headers={"Vary": "Accept", "Access-Control-Allow-Origin": "*"}
    )


def page(request: Request) -> Response:
    """`GET /page/…`: all that the graph says about a thing; for a unit or period, its properties."""
    snapshot = _snapshot(request)
    iri = iri_of(data.raw_rest(request, "/page/"), snapshot.base)
    thing = snapshot.things.get(iri or "")
    if thing is None:
        node = data.named(snapshot, iri)
        if node is None:
            return missing(request)
        if (target := _page_about(snapshot, node)) != page_of(node.value, snapshot.base):
            return RedirectResponse(target, status_code=303)
        return render(
            request, "node", iri=node.value, triples=sorted(set(data.about(snapshot, node)), key=str)
        )
    groups = told.groups(snapshot, thing)
    figures = snapshot.graph.observations(thing)
    quotes, total = told.quotes(snapshot, thing, SENTENCES_SHOWN)
    return render(
        request,
        "thing",
        thing=thing,
        groups=groups,
        facts_shown=FACTS_SHOWN,
        figures=figures,
        figures_shown=FIGURES_SHOWN,
        charts=drawing.charts(figures),
        moments=told.moments(groups, figures),
        moments_shown=MOMENTS_SHOWN,
        quotes=quotes,
        quotes_total=total,
        picture=drawing.neighbourhood(snapshot, thing),
        drawing=drawing,
        articles=snapshot.articles,
        degree=snapshot.degree.get(thing.iri, 0),
    )


def missing(request: Request) -> Response:
    """Return the page that says that a page does not exist."""
    return render(request, "missing", status=404, reason="")


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/query", editor, methods=["GET"]),
    Route("/start", start, methods=["GET"]),
    Route("/search", search, methods=["GET"]),
    Route("/things", things, methods=["GET"]),
    Route("/articles", articles, methods=["GET"]),
    Route("/article/{rest:path}", article, methods=["GET"]),
    Route("/id/{rest:path}", identify, methods=["GET"]),
    Route("/page/{rest:path}", page, methods=["GET"]),
    Route("/data/{rest:path}", data.data, methods=["GET"]),
]


def _snapshot(request: Request) -> Snapshot:
    found: Snapshot = request.app.state.library.current
    return found


def _page(request: Request, total: int) -> tuple[int, int]:
    pages = max(1, ceil(total / ON_A_PAGE))
    try:
        return around.whole(request.query_params, "page", 1, 1, pages), pages
    except GraphError:
        return 1, pages


def _page_about(snapshot: Snapshot, node: ox.NamedNode) -> str:
    """Return the path of the page about a node: its own, or that of an article or sentence."""
    iri = node.value
    docs = {known.iri: doc for doc, known in snapshot.articles.items()}
    if iri in docs:
        return article_page(docs[iri])
    if iri in snapshot.things:
        return page_of(iri, snapshot.base)
    said = {
        triple.predicate: str(getattr(triple.object, "value", "")) for triple in data.about(snapshot, node)
    }
    where, sentence = said.get(v.kg("inArticle")), said.get(v.kg("sentence"))
    if where in docs and sentence:
        return article_page(docs[where], int(sentence))
    return page_of(iri, snapshot.base)
