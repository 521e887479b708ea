"""The exceptions of this package, each of which says where the error occurred.

Every error that a user can cause is a `KGError`. Its text is one line that names the file
and place and, where there are choices, what would have been valid. The command line prints
that line and nothing else; programs can read the attributes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable


class KGError(Exception):
    """Base class of all errors of this package.

    Args:
        reason: What is wrong, in words.
        file: The file concerned, as the user named it.
        place: Where in the file: a line, a row, a character offset.
        valid: The valid choices.
    """

    def __init__(
        self,
        reason: str,
        *,
        file: object | None = None,
        place: str | None = None,
        valid: Iterable[str] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.file = None if file is None else str(file)
        self.place = place
        self.valid = tuple(valid)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        text = f"{where}: {self.reason}" if where else self.reason
        if self.valid:
            text += f" (valid: {', '.join(self.valid)})"
        return " ".join(text.split())


class ReadError(KGError):
    """A source that cannot be read as a Chinese article: missing, empty, binary or of an unknown format."""


class AuthorityError(KGError):
    """A row of an authority table that breaks the table's schema."""


class OntologyError(KGError):
    """A class, property or query that the ontology does not have."""


class CorrectionError(KGError):
    """An invalid line in a corrections file, or a correction that does not fit the graph."""


class GraphError(KGError):
    """A folder that is not a graph, a graph in use by another writer, or a thing that is not in the graph."""


class ClusterError(KGError):
    """A cluster that cannot be reached, has no workers, or has workers that cannot read for this build."""


class QueryError(KGError):
    """A SPARQL query that cannot be parsed or run, or a question that does not exist."""


class ExportError(KGError):
    """An export format that does not exist, or a file that cannot be written."""


class CorpusError(KGError):
    """A gold or predicted article that breaks the annotation contract."""


class MissingExtraError(KGError):
    """An optional package that is needed but missing; the message names the extra that installs it."""


def exit_status(work: Callable[[], object]) -> int:
    """Run a command's work and return its exit status: 0, or 1 after printing the error on one line."""
    try:
        work()
    except KGError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
