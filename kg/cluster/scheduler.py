"""A Dask cluster to which calls are handed, some at a time.

In: the scheduler's address, a function and the arguments of its calls. Out: what each call returned. At any
time there are only a few calls a worker under way, so that the scheduler's memory does not grow with the
number of calls. Dask gives a call whose worker died to another one; a call under which workers die again and
again is handed back as `DIED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from kg.errors import ClusterError, MissingExtraError

PATIENCE = 10  # seconds in which a scheduler has to answer
_AHEAD = 4  # calls under way for each thread of the cluster


class Died:
    """In place of what a call returned: the workers that ran it died."""


DIED: Final = Died()


class Hands(Protocol):
    """Whatever runs calls: a cluster, or this process."""

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call, from 0, and what it returned (or `DIED`), in any order."""


class Cluster:
    """The workers of a scheduler."""

    def __init__(self, client: Any, address: str) -> None:
        """Wrap a client of Dask; `connected` makes one."""
        self._client, self._address = client, address

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call, from 0, and what it returned (or `DIED`), as they come.

        Args:
            function: Runs in the workers, where it has to be importable.
            calls: Its arguments; taken when there is room for one more.

        Raises:
            ClusterError: The cluster was lost, or a call raised it.
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
        address: Of the scheduler: `tcp://host:8786`.

    Raises:
        ClusterError: Nothing answers at the address, or no worker is there.
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
