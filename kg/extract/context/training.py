"""Training of the network of relations and owners: `python -m kg.extract.context.training`.

    OUT=kg/extract/models
    python -m kg.extract.context.training --part train --out $OUT/context.net
    python -m kg.extract.context.training --part train --without 0 --out FOLDS/context-0.net

The network is trained on parts of the annotated corpus that comes with the project, or on your own folder
(`--gold DIR` with `DOC.json`, and `DOC.txt` above it). The same input gives the same network. `--without N`
leaves out every third article, starting with the Nth. `kg.extract.training` needs such networks, because the
models of relations and figures must learn from what the network says of articles that it has not seen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kg.corpus import PARTS
from kg.errors import exit_status
from kg.extract.context.folds import FOLDS, others
from kg.extract.context.lessons import train_context
from kg.extract.lessons import asked_for
from kg.extract.threads import one_thread


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m kg.extract.context.training", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus to learn from")
    parser.add_argument("--gold", type=Path, default=None, help="folder of gold articles of one's own")
    parser.add_argument(
        "--without", type=int, choices=range(FOLDS), default=None, help="fold of articles to leave out"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)

    def work() -> None:
        files = asked_for(parser, "context", options.part, options.gold)
        # the last bits of a sum depend on how it is divided among threads
        with one_thread():
            train_context(files if options.without is None else others(files, options.without), options.out)

    return exit_status(work)


if __name__ == "__main__":
    sys.exit(main())
