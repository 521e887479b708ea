"""The server put together: routes, security headers, errors, and the graph that is watched for changes.

In: a graph's folder and limits. Out: an ASGI application, or a server that runs until it is stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from kg.errors import KGError
from kg.serve import api
from kg.serve.limits import Limits
from kg.serve.snapshot import Library

WATCH_SECONDS = 2.0
STATIC = Path(__file__).resolve().parent / "static"
log = logging.getLogger(__name__)


def make_app(folder: str | Path, *, limits: Limits | None = None) -> Starlette:
    """Return the application that serves a graph.

    Args:
        folder: The graph's folder; when it is built again, the new state is served within seconds.
        limits: What a query may take; the defaults of `Limits` if left out.

    Raises:
        GraphError: The folder is missing, is no graph, or was written by a newer version.
    """
    library = Library(Path(folder))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch(library))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    app = Starlette(
        routes=[*api.ROUTES, Mount("/static", StaticFiles(directory=STATIC, follow_symlink=False))],
        exception_handlers={KGError: _refuse, api.NotFoundError: _refuse},
        lifespan=lifespan,
    )
    app.state.library = library
    app.state.limits = limits or Limits()
    return app


async def _watch(library: Library) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            await run_in_threadpool(library.refresh)
        except (KGError, OSError) as error:
            # the graph is in the middle of being moved or damaged: the old state goes on being served
            log.warning("the graph cannot be opened again: %s", error)


async def _refuse(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, api.NotFoundError) else 400
    return JSONResponse({"error": str(error)}, status_code=status)
