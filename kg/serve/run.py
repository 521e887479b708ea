"""The server as a process: uvicorn with our application, until it is interrupted.

In: a graph's folder, an address and limits. Out: nothing; it returns when the server has stopped.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from kg.errors import KGError
from kg.serve.app import make_app
from kg.serve.limits import Limits


def serve(
    graph: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a graph over HTTP until the process is interrupted (SIGINT or SIGTERM).

    Args:
        graph: The graph's folder; it may be built again meanwhile.
        host: Address to listen at; the default is reached from this machine alone.
        port: Port to listen at, 1 to 65535; 0 takes a free one.
        limits: What a query may take; the defaults of `Limits` if left out.
        ready: Is given the address, such as `http://127.0.0.1:8000/`, once connections are taken.

    Raises:
        GraphError: The folder is missing, is no graph, or was written by a newer version.
        KGError: The address cannot be listened at.
    """
    application = make_app(graph, limits=limits)
    # bound before the server starts, so that an address in use is our error and not uvicorn's exit
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            application,
            log_level="warning",
            access_log=False,
            server_header=False,
            # what is under way when the server is stopped has this long to end
            timeout_graceful_shutdown=5,
        )
        if ready is not None:
            ready(_address(host, listener))
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise KGError(f"cannot listen at {host}:{port}: {error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        raise KGError(f"cannot listen at {host}:{port}: {error}") from error
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
