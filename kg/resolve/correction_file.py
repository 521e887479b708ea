"""Reading and writing the corrections file: tab-separated, one correction per line.

The file is read into `Correction` records and written from them. It is maintained by people as much as by
the program: it opens in a spreadsheet, lines that begin with `#` are comments, and it can be kept under
version control. A thing is referred to by the path of its IRI and one article that names it
(`company/蓝鲸重工 in t01`), or by its bare name. `kg.resolve.corrections` resolves these references in a
graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kg.errors import CorrectionError

ACTIONS = ("merge", "split", "rename", "retype", "reject", "add")
COLUMNS = ("date", "author", "action", "thing", "predicate", "object", "articles", "quote", "reason")
HEADING = "# Corrections, replayed on every build. Columns are separated by tabs; # begins a comment.\n"
# columns that each action requires besides date, author, thing and reason; all others stay empty
NEEDED: dict[str, tuple[str, ...]] = {
    "merge": ("object",),
    "split": ("articles",),
    "rename": ("object",),
    "retype": ("object",),
    "reject": ("predicate", "object"),
    "add": ("predicate", "object"),
}
_ALSO = {"add": ("articles", "quote")}
_BETWEEN = " | "
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction made by a person.

    Attributes:
        date: Date of the correction, YYYY-MM-DD.
        author: Who made the correction.
        action: One of `ACTIONS`.
        thing: The thing that is corrected, as the file refers to it.
        predicate: One of `kg.model.PREDICATES` for `reject` and `add`, else empty.
        object: The other thing (`merge`, `reject`, `add`), the new name (`rename`) or type (`retype`).
        articles: The articles that mean another thing (`split`), or the article that states the fact (`add`).
        quote: The passage of that article that states the fact, or empty.
        reason: Why the correction was made.
        line: Line number in the file, from 1; 0 if the correction was not read from a file.
    """

    date: str
    author: str
    action: str
    thing: str
    predicate: str = ""
    object: str = ""
    articles: tuple[str, ...] = ()
    quote: str = ""
    reason: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        words = [self.action, self.thing, self.predicate, self.object]
        words += ["for " + ", ".join(self.articles)] if self.articles else []
        return " ".join(word for word in words if word)


def parse_corrections(text: str, *, file: str | Path | None = None) -> tuple[Correction, ...]:
    """Return the corrections in the text of a file, in their order there.

    Args:
        text: Text of the file. Lines that are empty or begin with `#` are skipped. The first other line may
            be a heading with the names of the columns.
        file: Name of the file, for messages.

    Raises:
        CorrectionError: A line has too many columns, lacks what its action needs, or names no action. The
            message gives the line number.
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        shown = line.removesuffix("\r")
        if not shown.strip() or shown.startswith("#") or shown.split("\t")[:3] == list(COLUMNS[:3]):
            continue
        try:
            found.append(_parse_line(shown, number))
        except CorrectionError as error:
            raise CorrectionError(
                error.reason, file=file, place=f"line {number}", valid=error.valid
            ) from error
    return tuple(found)


def _parse_line(line: str, number: int) -> Correction:
    cells = [_unescape(cell).strip() for cell in line.split("\t")]
    if len(cells) > len(COLUMNS):
        raise CorrectionError(f"has {len(cells)} columns", valid=COLUMNS)
    if len(cells) < 4:
        raise CorrectionError(f"has {len(cells)} columns; they are separated by tabs", valid=COLUMNS)
    said = dict(zip(COLUMNS, cells + [""] * (len(COLUMNS) - len(cells)), strict=True))
    articles = tuple(doc.strip() for doc in said.pop("articles").split(_BETWEEN.strip()) if doc.strip())
    correction = Correction(articles=articles, line=number, **said)
    check(correction)
    return correction


def check(correction: Correction) -> None:
    """Check that a correction has the columns that its action needs, and no others.

    Raises:
        CorrectionError: It does not; the message says what is wrong.
    """
    action = correction.action
    if action not in ACTIONS:
        raise CorrectionError(f"there is no correction {action or 'without a name'}", valid=ACTIONS)
    try:
        day = date.fromisoformat(correction.date) if len(correction.date) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise CorrectionError(f"{correction.date or 'nothing'} is no date", valid=("2026-01-31",))
    for column in ("author", "thing", "reason", *NEEDED[action]):
        if not getattr(correction, column):
            raise CorrectionError(f"{action} needs {'an' if column[0] in 'ao' else 'a'} {column}")
    for column in {"predicate", "object", "articles", "quote"} - {*NEEDED[action], *_ALSO.get(action, ())}:
        if getattr(correction, column):
            raise CorrectionError(f"{action} takes no {column}")
    if bool(correction.quote) != (action == "add" and bool(correction.articles)):
        raise CorrectionError("a quote needs the article that it is from, and an article its quote")
    if action == "add" and len(correction.articles) > 1:
        raise CorrectionError("a fact is added with one article; add it again for another one")


def generate_corrections(corrections: Iterable[Correction]) -> str:
    """Return the text of a corrections file; the inverse of `parse_corrections`.

    Comments and line numbers are lost.
    """
    return HEADING + "\t".join(COLUMNS) + "\n" + "".join(format_line(c) for c in corrections)


def format_line(correction: Correction) -> str:
    """Return a correction as a line of the file, including the line feed."""
    cells = [getattr(correction, column) for column in COLUMNS]
    cells = [_BETWEEN.join(cell) if isinstance(cell, tuple) else cell for cell in cells]
    return "\t".join("".join(_ESCAPES.get(c, c) for c in cell) for cell in cells).rstrip("\t") + "\n"


def _unescape(cell: str) -> str:
    letters = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    return _ESCAPED.sub(lambda match: letters.get(match[1], match[0]), cell)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections in a file, or none if the file does not exist.

    Raises:
        CorrectionError: The file cannot be read, or a line of it is wrong.
    """
    return parse_corrections(read_text(path), file=path)


def read_text(path: Path) -> str:
    """Return the text of a corrections file; empty if the file does not exist.

    Raises:
        CorrectionError: The file cannot be read or is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise CorrectionError("is not UTF-8 text", file=path, place=f"byte {error.start}") from error
    except OSError as error:
        raise CorrectionError(f"cannot be read: {error.strerror}", file=path) from error


def appended(text: str, correction: Correction) -> str:
    """Return the text of a file with one more correction at the end; everything else, comments too, stays."""
    start = text or HEADING + "\t".join(COLUMNS) + "\n"
    return start + ("" if start.endswith("\n") else "\n") + format_line(correction)


def without(text: str, correction: Correction) -> str:
    """Return the text of a file without the line from which a correction was read."""
    lines = text.split("\n")
    return "\n".join(lines[: correction.line - 1] + lines[correction.line :])


def numbered(corrections: Sequence[Correction], number: int, *, file: str | Path | None = None) -> Correction:
    """Return the correction with a given number, counted from 1.

    Raises:
        CorrectionError: There is no correction with that number.
    """
    if not 1 <= number <= len(corrections):
        held = f"{len(corrections)} corrections" if corrections else "no corrections"
        raise CorrectionError(f"there is no correction {number}: there are {held}", file=file)
    return corrections[number - 1]
