"""Reading request bodies up to a limit, so that a large one is refused before it is in memory."""

from __future__ import annotations

from starlette.requests import Request

from kg.errors import KGError


class TooLargeError(KGError):
    """A request that is larger than allowed."""


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Args:
        request: A request whose body has not been read yet.
        limit: Bytes that the body may have.

    Raises:
        TooLargeError: It has more, according to its header or as it arrives.
    """
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise TooLargeError(f"the request has {int(told)} bytes, more than the {limit} that it may have")
    pieces = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"the request has more than the {limit} bytes that it may have")
        pieces.append(piece)
    return b"".join(pieces)
