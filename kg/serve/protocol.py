"""The SPARQL endpoint: the query operation of the SPARQL 1.1 Protocol, for programs and for browsers.

A request is parsed (`kg.serve.asked`), the format of the answer is negotiated, the query is run in a separate
process (`kg.serve.pool`), once for all clients that ask the same (`kg.serve.answers`), and the answer is
sent. Errors are one line of plain text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kg.errors import QueryError
from kg.serve import accept, description, html_results, results, tokens
from kg.serve.answers import Answers
from kg.serve.asked import Asked, RequestError, read_request
from kg.serve.pool import Answer
from kg.serve.process import UnansweredError

HTML = "text/html"
PATH = "/sparql"
# header of an answer that has as many rows as allowed and would have had more
TRUNCATED = "X-KG-Truncated"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"{TRUNCATED}, Retry-After",
}
_METHODS = "GET, HEAD, POST, OPTIONS"
_PIECE = 256 * 1024


async def sparql(request: Request) -> Response:
    """`/sparql`: GET or POST with a query; GET without one returns the service description or a page.

    The query is the parameter `query` (GET, or POST as a form) or the body (POST,
    `application/sparql-query`). `default-graph-uri` and `named-graph-uri` name the dataset. `format` (json,
    xml, csv, tsv, ttl, nt, jsonld, rdfxml, trig, nq, html) takes precedence over the header `Accept`; other
    values are ignored.

    The status is 200 with the answer; if rows were cut off, `X-KG-Truncated` gives the number that are left.
    Errors: 400 malformed; 403 update or SERVICE; 406 no acceptable format; 413 too large; 415 unsupported
    type of body; 503 busy; 504 time limit.
    """
    if request.method == "OPTIONS":
        allowed = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": "Accept, Content-Type",
            "Access-Control-Max-Age": "86400",
        }
        return Response(status_code=204, headers={**CORS, **allowed, "Allow": _METHODS})
    try:
        asked = await read_request(request, request.app.state.limits.max_query_bytes)
        if asked.query is None:
            # in a thread, because the first description of a graph counts its triples
            return await run_in_threadpool(_without_query, request, asked)
        return await _answered(request, asked, asked.query)
    except RequestError as error:
        return _failed(error.status, str(error))
    except tokens.RefusedError as error:
        return _failed(403, str(error))
    except QueryError as error:
        return _failed(400, str(error))
    except UnansweredError as error:
        return _failed(error.status, str(error), error.retry)


def _without_query(request: Request, asked: Asked) -> Response:
    if request.method == "POST":
        raise RequestError(400, "the parameter query is missing")
    offered = (*results.TRIPLES, HTML)
    kind = _agreed(request, asked, offered, results.TRIPLES)
    if kind == HTML:
        return _with_headers(html_results.form(request))
    data = description.write(request, results.TRIPLES[kind])
    return Response(data, media_type=_typed(kind), headers={**CORS, "Vary": "Accept"})


async def _answered(request: Request, asked: Asked, query: str) -> Response:
    form = tokens.form(query)
    known = results.ROWS if form in ("SELECT", "ASK") else results.TRIPLES
    kind = _agreed(request, asked, (*known, HTML), known)
    # a page is made from JSON for rows and from Turtle for triples
    wanted = known[kind] if kind != HTML else ("json" if known is results.ROWS else "ttl")
    job = {
        "query": query,
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "format": wanted,
    }
    answers: Answers = request.app.state.answers
    answer = await _while_wanted(request, answers.run(job))
    if kind == HTML:
        return _with_headers(html_results.answer(request, query, form, answer))
    headers = {**CORS, "Vary": "Accept", "Content-Length": str(answer.size)}
    if answer.truncated:
        headers[TRUNCATED] = str(answer.count)
    return StreamingResponse(_pieces(answer.file), media_type=_typed(kind), headers=headers)


async def _while_wanted(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for an answer, and stop its query if the client disconnects."""
    running = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((running, gone), return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            running.cancel()
            # nobody receives this
            raise RequestError(499, "the client has gone")
        return running.result()
    finally:
        gone.cancel()
        running.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _agreed(request: Request, asked: Asked, offered: tuple[str, ...], forms: dict[str, str]) -> str:
    named = {form: kind for kind, form in reversed(forms.items())} | {"html": HTML}
    # clients also send values of their own in this parameter, and say in Accept what they want
    if asked.format in named:
        return named[asked.format]
    kind = accept.choose(request.headers.get("accept"), offered)
    if kind is None:
        raise RequestError(406, f"none of the accepted forms is on offer (valid: {', '.join(offered)})")
    return kind


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _typed(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _with_headers(response: Response) -> Response:
    response.headers.update({**CORS, "Vary": "Accept, Accept-Language, Cookie"})
    return response


def _failed(status: int, reason: str, retry: int | None = None) -> Response:
    headers = dict(CORS) if retry is None else {**CORS, "Retry-After": str(retry)}
    return Response(
        " ".join(reason.split()) + "\n",
        status_code=status,
        media_type="text/plain; charset=utf-8",
        headers=headers,
    )


ROUTES = [Route(PATH, sparql, methods=["GET", "HEAD", "POST", "OPTIONS"])]
