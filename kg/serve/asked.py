"""Parsing requests to the SPARQL endpoint by the SPARQL 1.1 Protocol (W3C, 2013), section 2.1.

Takes a request and returns the query with its dataset, from the address or the body, or raises an error with
the HTTP status that the protocol or RFC 9110 prescribes for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.errors import KGError
from kg.serve.bodies import TooLargeError, read_body

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
# parameters that a request may have, including the graphs and the format of the answer
_MOST_PARAMETERS = 1000
# parameter names and percent-encoding make a form larger than the query in it
_FORM_FACTOR = 3


class RequestError(KGError):
    """A request that cannot be answered.

    Attributes:
        status: The HTTP status that gives the reason.
    """

    def __init__(self, status: int, reason: str) -> None:
        """Create the error from its status and reason."""
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was requested.

    Attributes:
        query: The text, or None if there is none.
        default_graphs: IRIs of the graphs whose union is the default graph, or None for all articles.
        named_graphs: IRIs of the graphs that GRAPH may name, or None for all articles.
        format: The format of the answer named by the parameter `format`, or empty.
    """

    query: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format: str = ""


async def read_request(request: Request, limit: int) -> Asked:
    """Return the query of a request.

    Args:
        request: A GET, HEAD or POST request.
        limit: Bytes that the query may have.

    Raises:
        RequestError: 400 for parameters that are missing, repeated or not UTF-8; 403 for an update; 413
            for more bytes than the limit; 415 for an unsupported type of body.
    """
    in_address = _parameters(request.url.query)
    try:
        if request.method != "POST":
            return _asked(in_address, None, limit)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == FORM:
            body = _text(await read_body(request, _FORM_FACTOR * limit))
            return _asked([*in_address, *_parameters(body)], None, limit)
        if kind == QUERY:
            return _asked(in_address, _text(await read_body(request, limit)), limit)
    except TooLargeError as error:
        raise RequestError(413, error.reason) from error
    if kind == UPDATE:
        raise RequestError(403, "updates are not allowed: this endpoint only answers questions")
    raise RequestError(415, f"a query is posted as {QUERY} or {FORM}, not as {kind[:60] or 'nothing'}")


def _asked(pairs: list[tuple[str, str]], body: str | None, limit: int) -> Asked:
    if any(key in ("update", "using-graph-uri", "using-named-graph-uri") for key, _ in pairs):
        raise RequestError(403, "updates are not allowed: this endpoint only answers questions")
    queries = [value for key, value in pairs if key == "query"] + ([] if body is None else [body])
    if len(queries) > 1:
        raise RequestError(400, "a request asks one query, not several")
    query = queries[0] if queries else None
    if query is not None and len(query.encode("utf-8", "surrogatepass")) > limit:
        raise RequestError(413, f"the query has more than the {limit} bytes that it may have")
    default = tuple(value for key, value in pairs if key == "default-graph-uri")
    named = tuple(value for key, value in pairs if key == "named-graph-uri")
    form = next((value for key, value in pairs if key == "format"), "")
    if default or named:
        # the graphs named in the request make up the whole dataset (section 2.1.4)
        return Asked(query, default, named, form)
    return Asked(query, format=form)


def _parameters(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise RequestError(400, f"the parameters cannot be read: {error}") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the request is not UTF-8 at byte {error.start}") from error
