"""Run the commands shown in README.md and put their real output below them.

    python benchmarks/readme.py

Runs every line `$ kg …` in a `console` block, in order; the graph must exist (`make graph`). A line
`$ kg … | head -N` shows the first N lines. Lines are cut at 110 columns. Corrections are shown on a separate
small graph, `out/small`, which each run builds anew.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 110
SMALL = ROOT / "out" / "small"
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


def rerun(block: str) -> str:
    """Return a console block with the current output of its commands.

    Raises:
        SystemExit: A command failed.
    """
    lines: list[str] = []
    for typed in re.findall(r"^\$ .*$", block, re.MULTILINE):
        command, _, head = typed[2:].partition(" | head -")
        words = re.sub(r"^kg\b", f"'{sys.executable}' -m kg", command)
        done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, encoding="utf-8")
        # as with diff(1), status 1 means that the two differ
        if done.returncode and not (command.startswith("kg diff ") and done.returncode == 1):
            sys.exit(f"{typed}: {done.stderr}")
        shown = done.stdout.splitlines()[: int(head) if head else None]
        lines += [typed, *(cut(line) for line in shown), ""]
    return "\n".join(lines[:-1]) + "\n"


def cut(line: str) -> str:
    """Return a line cut to the width of the page; a Chinese character counts as two columns."""
    from rich.cells import cell_len, set_cell_size

    return line if cell_len(line) <= WIDTH else set_cell_size(line, WIDTH - 1).rstrip() + "…"


def main() -> None:
    """Bring README.md up to date."""
    path = ROOT / "README.md"
    shutil.rmtree(SMALL, ignore_errors=True)
    path.write_text(_BLOCK.sub(lambda m: rerun(m[0]), path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
