"""The server process: uvicorn running our application until it is interrupted.

Takes a graph's folder, an address and limits; returns once the server has stopped.
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
        graph: The graph's folder; the graph may be rebuilt while the server runs.
        host: Address to listen on; the default is reachable from this machine only.
        port: Port to listen on, 1 to 65535; 0 picks a free one.
        limits: Limits on queries; the defaults of `Limits` if left out.
        ready: Called with the address, such as `http://127.0.0.1:8000/`, once connections are accepted.

    Raises:
        GraphError: The folder is missing, is not a graph, or was written by a newer version.
        KGError: The server cannot listen on the address.
    """
    application = make_app(graph, limits=limits)
    # bound before the server starts, so that an address in use raises our error, not an exit of uvicorn
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            application,
            log_level="warning",
            access_log=False,
            server_header=False,
            # seconds that running requests have to finish when the server is stopped
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
