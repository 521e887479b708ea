"""Run calls on a Dask cluster, with a limited number in flight.

Takes the scheduler's address, a function and the arguments of its calls, and yields the result of each call.
Only a few calls per worker are in flight at any time, so the scheduler's memory does not grow with the number
of calls. If a worker dies, Dask passes its call to another one. A call on which workers die repeatedly yields
`DIED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from kg.errors import ClusterError, MissingExtraError

PATIENCE = 10  # seconds within which a scheduler has to answer
_AHEAD = 4  # calls in flight per thread of the cluster


class Died:
    """Placeholder for the result of a call on which workers died."""


DIED: Final = Died()


class Hands(Protocol):
    """Anything that runs calls, such as a cluster or this process."""

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call, from 0, and its result (or `DIED`), in any order."""


class Cluster:
    """The workers of a scheduler."""

    def __init__(self, client: Any, address: str) -> None:
        """Wrap a Dask client; use `connected` to create one."""
        self._client, self._address = client, address

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call, from 0, and its result (or `DIED`), as calls finish.

        Args:
            function: Function to run in the workers, where it has to be importable.
            calls: Arguments of each call; consumed as slots become free.

        Raises:
            ClusterError: The cluster was lost, or a call raised this error.
            KGError: A call raised it.
        """
        from distributed import CancelledError, KilledWorker, as_completed
        from distributed.comm import CommClosedError

        coming = iter(enumerate(calls))
        under_way: dict[Any, int] = {}
        done = as_completed(loop=self._client.loop)
        try:
            room = _AHEAD * max(1, sum(self._client.nthreads().values()))
            while True:
                while len(under_way) < room and (call := next(coming, None)) is not None:
                    number, arguments = call
                    future = self._client.submit(function, *arguments, pure=False)
                    under_way[future] = number
                    done.add(future)
                if not under_way:
                    return
                future = next(done)
                number = under_way.pop(future)
                try:
                    result = future.result()
                except KilledWorker:
                    result = DIED
                yield number, result
        except (CancelledError, CommClosedError, OSError, TimeoutError) as error:
            said = f"the cluster at {self._address} was lost; run the build again to go on"
            raise ClusterError(said) from error


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Hold a connection to a scheduler that has workers.

    Args:
        address: Address of the scheduler: `tcp://host:8786`.

    Raises:
        ClusterError: No scheduler answers at the address, or there are no workers.
        MissingExtraError: `distributed` is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError('a cluster needs distributed: pip install "kg-regional[cluster]"') from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}", valid=("tcp://HOST:8786",)) from error
    try:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            reason = f"the scheduler at {address} has no workers; start some: dask worker"
            raise ClusterError(reason) from error
        yield Cluster(client, address)
    finally:
        client.close(timeout=PATIENCE)
