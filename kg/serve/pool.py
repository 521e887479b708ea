"""The query processes of a server: one job each at a time, a queue, and an end to runaway queries.

Takes jobs and returns each answer in a file, or raises an error with an HTTP status. A process that reaches
the time limit is killed, which frees all its memory, and is replaced.

So that slow queries do not occupy every process, they share a few slots: half as many as there are processes,
but at least one. A query takes a slot once it has used `QUICK_SECONDS` of processor time. If no slot is free
and others are waiting, the query is set aside: its process is stopped, and it starts again when a slot is
free. Slow queries run on at a lower priority.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kg.serve.frames import frame
from kg.serve.limits import Limits
from kg.serve.process import UnansweredError, Worker, read, start

# seconds of processor time after which a query counts as slow
QUICK_SECONDS = 1.0
# seconds that others wait before a slow query without a slot is set aside for them
PATIENCE_SECONDS = 0.5
WATCH_SECONDS = 0.1
# seconds that a query waits at least, however short the time limit: a process may have to be started
LEAST_WAIT = 10.0
# seconds that a slow query waits at least for a slot
LEAST_WAIT_FOR_PLACE = 60.0
# answers of up to this many bytes stay in memory
IN_MEMORY = 1024 * 1024


@dataclass(slots=True)
class Answer:
    """The answer to a query.

    Attributes:
        file: The whole document, positioned at its start.
        size: Its size in bytes.
        truncated: Whether rows were cut off.
        count: Number of rows or triples in it.
        state: `store.stamp` of the graph that was queried.
    """

    file: IO[bytes]
    size: int
    truncated: bool
    count: int
    state: tuple[int, ...]


class _SetAsideError(Exception):
    """A query was stopped because others were waiting, and has to start again."""


@dataclass(slots=True, eq=False)
class _Counts:
    running: set[Worker] = field(default_factory=set)
    stopped: int = 0
    set_aside: int = 0


@dataclass(slots=True, eq=False)
class _Waiting:
    worker: asyncio.Future[Worker]
    since: float


class Pool:
    """A pool of processes that answer queries."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Create a pool; its processes start when it is opened.

        Args:
            folder: The graph's folder.
            limits: Limits on queries.
        """
        self.folder = folder
        self.limits = limits
        self._free: deque[Worker] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._state = _Counts()
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(max(1, limits.max_concurrent // 2))
        self._closed = False

    @property
    def _patience(self) -> float:
        return max(self.limits.timeout, LEAST_WAIT)

    @property
    def stopped(self) -> int:
        """Number of queries that were stopped."""
        return self._state.stopped

    @property
    def set_aside(self) -> int:
        """Number of queries that were set aside for others and started again."""
        return self._state.set_aside

    @property
    def processes(self) -> list[int]:
        """Identifiers of the processes, busy ones last."""
        return [worker.process.pid for worker in (*self._free, *self._state.running)]

    async def open(self) -> None:
        """Start the processes and wait until the first is ready.

        Raises:
            UnansweredError: The first process did not start, or could not open the graph.
        """
        self._free.append(await start(self.folder, self.limits))
        for _ in range(self.limits.max_concurrent - 1):
            self._later(self._replace())

    async def close(self) -> None:
        """Stop all processes."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in (*self._free, *self._state.running):
            worker.stop(UnansweredError(503, "the server is stopping"))
        for waiting in self._waiting:
            waiting.worker.cancel()
        await asyncio.gather(*(worker.process.wait() for worker in self._free))

    async def run(self, job: dict[str, Any]) -> Answer:
        """Return the answer to a job of `kg.serve.worker`; the caller closes its file.

        Raises:
            UnansweredError: Too many queries are waiting (503), the time limit was reached (504), or the
                process reported an error (400, 403, 500, 503).
        """
        try:
            return await self._run(job, slow=False)
        except _SetAsideError:
            self._state.set_aside += 1
        try:
            await asyncio.wait_for(self._places.acquire(), max(self._patience, LEAST_WAIT_FOR_PLACE))
        except TimeoutError as error:
            reason = "the server is busy: no place for a query that runs long became free in time"
            raise UnansweredError(503, reason, retry=5) from error
        return await self._run(job, slow=True)

    async def _run(self, job: dict[str, Any], *, slow: bool) -> Answer:
        """Return the answer to a job; a slow one must hold a slot, which is released at the end."""
        try:
            worker = await self._take()
        except BaseException:
            if slow:
                self._places.release()
            raise
        # a separate file, so that a slow reader does not keep a process busy
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        healthy = False
        try:
            worker.begin()
            if slow:
                worker.place()
            self._state.running.add(worker)
            watch = asyncio.create_task(self._watch(worker))
            try:
                end = await self._talk(worker, job, file)
                healthy = True
            finally:
                watch.cancel()
                self._state.running.discard(worker)
        except BaseException:
            file.close()
            raise
        finally:
            if worker.slow:
                self._places.release()
            self._give_back(worker, healthy)
        if "status" in end:
            file.close()
            raise UnansweredError(end["status"], end["message"])
        size = file.tell()
        file.seek(0)
        return Answer(file, size, end["truncated"], end["count"], tuple(end["state"]))

    async def _talk(self, worker: Worker, job: dict[str, Any], file: IO[bytes]) -> dict[str, Any]:
        jobs, answers = worker.process.stdin, worker.process.stdout
        assert jobs is not None
        assert answers is not None
        try:
            jobs.write(frame(b"Q", {**job, "max_rows": self.limits.max_rows}))
            await jobs.drain()
            while True:
                kind, content = await read(answers)
                if kind == b"D":
                    file.write(content)
                    continue
                found: dict[str, Any] = json.loads(content)
                return found
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if worker.stopped is not None:
                raise worker.stopped from error
            # killed by the system for its memory or time, or crashed in the store
            reason = "the query was stopped: it needs more memory or time than it may take"
            raise UnansweredError(503, reason) from error

    async def _watch(self, worker: Worker) -> None:
        """Stop a query at its time limit; set it aside earlier if it is slow and others wait."""
        while (left := worker.began + self.limits.timeout - time.monotonic()) > 0:
            await asyncio.sleep(min(left, WATCH_SECONDS))
            if worker.slow or worker.worked() <= QUICK_SECONDS:
                continue
            if not self._places.locked():
                # a slot is free, so this does not wait
                await self._places.acquire()
                worker.place()
            elif self._others_wait():
                worker.stop(_SetAsideError())
                return
        reason = f"the query was stopped: it reached the time limit of {self.limits.timeout:g} s"
        self._stop(worker, UnansweredError(504, reason))

    def _others_wait(self) -> bool:
        return bool(self._waiting) and time.monotonic() - self._waiting[0].since >= PATIENCE_SECONDS

    def _stop(self, worker: Worker, reason: UnansweredError) -> None:
        self._state.stopped += 1
        worker.stop(reason)

    async def _take(self) -> Worker:
        while self._free:
            worker = self._free.pop()
            if worker.process.returncode is None:
                return worker
            self._later(self._replace())
        if len(self._waiting) >= self.limits.max_waiting:
            raise UnansweredError(503, f"{len(self._waiting)} queries wait already", retry=2)
        waiting: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        place = _Waiting(waiting, time.monotonic())
        self._waiting.append(place)
        try:
            return await asyncio.wait_for(waiting, self._patience)
        except TimeoutError as error:
            raise UnansweredError(503, "no process became free in time", retry=5) from error
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._put(waiting.result())
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(place)

    def _put(self, worker: Worker) -> None:
        while self._waiting:
            waiting = self._waiting.popleft().worker
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._free.append(worker)

    def _give_back(self, worker: Worker, healthy: bool) -> None:
        # a lowered priority cannot be raised again, so such a process ends with its query;
        # a process that was killed while answering cannot be used again either
        used = worker.slow or worker.stopped is not None
        if healthy and not used and not self._closed:
            self._put(worker)
            return
        with suppress(ProcessLookupError):
            worker.process.kill()
        if not self._closed:
            self._later(self._replace(worker))

    async def _replace(self, old: Worker | None = None) -> None:
        if old is not None:
            await old.process.wait()
        wait = 0.1
        while not self._closed:
            try:
                self._put(await start(self.folder, self.limits))
                return
            except (UnansweredError, OSError):
                # the graph is being moved, or the machine is short of processes
                await asyncio.sleep(wait)
                wait = min(5.0, wait * 2)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
