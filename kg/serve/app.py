"""The server application: routes, security headers, error handling, and a watch on the graph for changes.

Takes a graph's folder and limits, and builds an ASGI application that only reads the graph.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from kg.errors import KGError
from kg.serve import api, pages, protocol
from kg.serve.answers import Answers
from kg.serve.limits import Limits
from kg.serve.pool import Pool
from kg.serve.security import SecurityHeaders
from kg.serve.snapshot import Library

WATCH_SECONDS = 2.0
STATIC = Path(__file__).resolve().parent / "static"
log = logging.getLogger(__name__)


def make_app(folder: str | Path, *, limits: Limits | None = None, watch: float = WATCH_SECONDS) -> Starlette:
    """Return the application that serves a graph.

    Args:
        folder: The graph's folder; when the graph is rebuilt, the new state is served soon after.
        limits: Limits on queries; the defaults of `Limits` if left out.
        watch: Seconds between two checks of the folder, above 0.

    Raises:
        GraphError: The folder is missing, is not a graph, or was written by a newer version.
    """
    library = Library(Path(folder))
    chosen = limits or Limits()
    pool = Pool(Path(folder).resolve(), chosen)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await pool.open()
        watching = asyncio.create_task(_watch(library, watch))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await pool.close()

    app = Starlette(
        routes=[
            *protocol.ROUTES,
            *api.ROUTES,
            *pages.ROUTES,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={KGError: _refuse, HTTPException: _failed},
        lifespan=lifespan,
    )
    app.state.library = library
    app.state.limits = chosen
    app.state.pool = pool
    app.state.answers = Answers(pool)
    # the explorer, if it was built; everything else works without it
    app.state.explorer = STATIC / "web" if (STATIC / "web" / "index.html").is_file() else None
    return app


async def _watch(library: Library, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await run_in_threadpool(library.refresh)
        except (KGError, OSError) as error:
            # the graph is being moved or is damaged: the old state is still served
            log.warning("the graph cannot be opened again: %s", error)


async def _refuse(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, api.NotFoundError) else 400
    return JSONResponse({"error": str(error)}, status_code=status, headers=protocol.CORS)


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and not request.url.path.startswith(("/api/", "/static/")):
        return await run_in_threadpool(pages.missing, request)
    # one line of text, with the headers that the standard requires (Allow, for an unsupported method)
    return PlainTextResponse(f"{error.detail}\n", status_code=error.status_code, headers=error.headers)
