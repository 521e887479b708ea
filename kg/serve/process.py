"""One query process as the server sees it: started, talked to through pipes, stopped."""

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

# of what runs long, as nice(2) counts; much lower, and a busy server would never end it
LOW_PRIORITY = 5
START_SECONDS = 60.0
# the process finds the package where this one found it, whatever the working folder holds
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kg.serve.worker import main; main(sys.argv[2:])"
)
_PIPE_BYTES = 4 * 1024 * 1024


class UnansweredError(KGError):
    """A job that was not done.

    Attributes:
        status: The HTTP status that says why.
        retry: Seconds after which it may be tried again, or None.
    """

    def __init__(self, status: int, reason: str, retry: int | None = None) -> None:
        """Keep status and reason."""
        super().__init__(reason)
        self.status = status
        self.retry = retry


@dataclass(slots=True, eq=False)
class Worker:
    """A query process.

    Attributes:
        process: The process, with its pipes.
        began: When its query began, on the monotonic clock.
        spent: Seconds of processor time that it had taken by then.
        slow: Whether the query has a place among those that run long.
        stopped: Why it was stopped, or None.
    """

    process: asyncio.subprocess.Process
    began: float = 0.0
    spent: float = 0.0
    slow: bool = False
    stopped: Exception | None = None

    def begin(self) -> None:
        """Note that a query begins."""
        self.began, self.spent = time.monotonic(), self.cpu()

    def worked(self) -> float:
        """Return the seconds of processor time that the query has taken."""
        return self.cpu() - self.spent

    def cpu(self) -> float:
        """Return the seconds of processor time that the process has taken.

        Not those of the clock, so that on a busy machine a short query stays short; the clock is taken
        only where the system does not tell.
        """
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii", errors="replace")
            # after the name in brackets, user and system time are the 12th and 13th field (proc(5))
            user, system = stat.rpartition(")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, AttributeError):
            return time.monotonic()

    def stop(self, reason: Exception) -> None:
        """Kill the process, with the reason that its caller is given."""
        self.stopped = reason
        with suppress(ProcessLookupError):
            self.process.kill()

    def place(self) -> None:
        """Count the query among those that run long, and let other processes go first from now on."""
        self.slow = True
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, LOW_PRIORITY)


async def start(folder: Path, limits: Limits) -> Worker:
    """Return a process that has opened the graph and waits for jobs.

    Raises:
        UnansweredError: It did not start, or the graph cannot be opened.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _BOOT, json.dumps(sys.path), str(folder)),
        *(str(limits.timeout), str(limits.max_memory)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_PIPE_BYTES,
        # an interrupt at the terminal is for the server, which ends its processes itself
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
    """Return letter and content of the next frame.

    Raises:
        asyncio.IncompleteReadError: The process has ended.
    """
    kind, length = HEAD.unpack(await stream.readexactly(HEAD.size))
    return kind, await stream.readexactly(length)
