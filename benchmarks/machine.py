"""Helpers that the benchmarks share: processor time, memory of a separate process, a machine description."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

MIB = 2**20


def median(action: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Return the median processor seconds of some runs, and the result of the last one."""
    seconds, answer = [], None
    for _ in range(runs):
        started = time.process_time()
        answer = action()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), answer


def command(words: Sequence[str | Path], runs: int) -> tuple[float, float]:
    """Return the median processor and wall seconds of a command, from its start to its end.

    A first run is not counted, so that the modules are compiled, as those of an installed package are.

    Raises:
        subprocess.CalledProcessError: The command fails.
    """
    processor, wall = [], []
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(runs + 1):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([str(word) for word in words], check=True, capture_output=True, env=compiled)
        wall.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return statistics.median(processor[1:]), statistics.median(wall[1:])


def apart(script: str, *arguments: str | Path | int) -> list[str]:
    """Run a benchmark in a separate process, for a peak memory of its own; return its output lines.

    Raises:
        subprocess.CalledProcessError: It fails; its messages are on standard error.
    """
    words = [sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)]
    run = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    return run.stdout.splitlines()


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # after a fork, the value of getrusage starts from the memory of the parent
        told = dict(
            line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line
        )
        return int(told["VmHWM"].split()[0]) / 1024
    # kilobytes on Linux, bytes on macOS
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def machine(*packages: str) -> str:
    """Return cores, memory, load, Python version and package versions in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MIB / 1024
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, load "
        f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}, {versions}"
    )


def row(*cells: object) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"
