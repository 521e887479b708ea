"""A query process as the server sees it: starting it, talking to it through pipes, stopping it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KGError
from kg.serve.frames import HEAD
from kg.serve.limits import Limits

# niceness of slow queries (nice(2)); at a much lower priority, a busy server would never finish them
LOW_PRIORITY = 5
START_SECONDS = 60.0
# the process imports the package from where this one did, whatever the working folder contains
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kg.serve.worker import main; main(sys.argv[2:])"
)
_PIPE_BYTES = 4 * 1024 * 1024


class UnansweredError(KGError):
    """A job that was not completed.

    Attributes:
        status: The HTTP status that gives the reason.
        retry: Seconds after which the client may try again, or None.
    """

    def __init__(self, status: int, reason: str, retry: int | None = None) -> None:
        """Create the error from its status, reason and retry delay."""
        super().__init__(reason)
        self.status = status
        self.retry = retry


@dataclass(slots=True, eq=False)
class Worker:
    """A query process.

    Attributes:
        process: The process, with its pipes.
        began: When its query began, on the monotonic clock.
        spent: Seconds of processor time that the process had used by then.
        slow: Whether the query holds one of the slots for slow queries.
        stopped: Why it was stopped, or None.
    """

    process: asyncio.subprocess.Process
    began: float = 0.0
    spent: float = 0.0
    slow: bool = False
    stopped: Exception | None = None

    def begin(self) -> None:
        """Record the start of a query."""
        self.began, self.spent = time.monotonic(), self.cpu()

    def worked(self) -> float:
        """Return the seconds of processor time that the query has used."""
        return self.cpu() - self.spent

    def cpu(self) -> float:
        """Return the seconds of processor time that the process has used.

        Unlike wall-clock time, this keeps a short query short on a busy machine. The clock is used only
        where the system does not report processor time.
        """
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii", errors="replace")
            # after the name in brackets, user and system time are the 12th and 13th fields (proc(5))
            user, system = stat.rpartition(")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, AttributeError):
            return time.monotonic()

    def stop(self, reason: Exception) -> None:
        """Kill the process, and keep the exception to raise to its caller."""
        self.stopped = reason
        with suppress(ProcessLookupError):
            self.process.kill()

    def place(self) -> None:
        """Mark the query as slow, and lower the priority of its process from now on."""
        self.slow = True
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, LOW_PRIORITY)


async def start(folder: Path, limits: Limits) -> Worker:
    """Start a process, and return it once it has opened the graph and waits for jobs.

    Raises:
        UnansweredError: The process did not start, or cannot open the graph.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _BOOT, json.dumps(sys.path), str(folder)),
        *(str(limits.timeout), str(limits.max_memory)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_PIPE_BYTES,
        # an interrupt at the terminal is meant for the server, which stops its processes itself
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        kind, content = await asyncio.wait_for(read(process.stdout), START_SECONDS)
    except (TimeoutError, asyncio.IncompleteReadError) as error:
        with suppress(ProcessLookupError):
            process.kill()
        raise UnansweredError(503, "a query process did not start") from error
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if kind != b"R":
        await process.wait()
        raise UnansweredError(503, json.loads(content)["message"])
    return Worker(process)


async def read(stream: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the letter and the content of the next frame.

    Raises:
        asyncio.IncompleteReadError: The process has ended.
    """
    kind, length = HEAD.unpack(await stream.readexactly(HEAD.size))
    return kind, await stream.readexactly(length)
