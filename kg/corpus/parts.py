"""The origin of each article in the corpus, and the part to which it belongs.

`seeds/articles/articles.csv` has one row per article. The parts are fixed and follow the provinces, so that
no region is in two of them:

- `train` is for training models.
- `supplement`, from the same provinces, is for training those models that gain from more articles.
- `development` is for making choices.
- `test` is read only by the evaluation.
- `reserve` holds the articles from development and test provinces on which the rules were written before
  there were parts; they belong to neither of those two parts.
- `pages` holds long pages such as a newspaper devotes to a district, from all provinces; it is read only by
  the evaluation.

Annotators differ even when they follow the same guide, in what they take to be a project, a slogan or an
owner. The articles annotated along with the guide (`guide`) are the standard for measuring the others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import CorpusError
from kg.paths import data_folder

PARTS = ("train", "supplement", "development", "test", "reserve", "pages")
TRAINING = ("train", "supplement")
"""The parts for training, which come from the same provinces."""
LAYOUTS = ("clean", "damaged")
ANNOTATIONS = ("guide", "later")
COLUMNS = ("doc", "province", "place", "genre", "layout", "part", "annotation")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the corpus.

    Attributes:
        doc: Identifier: the stem of its text file and of its gold file.
        province: Full name of the province-level division from which it reports.
        place: City or county, or empty.
        genre: Kind of newspaper text.
        layout: `clean`, or `damaged` as newspaper pages are after conversion to text.
        part: One of `PARTS`.
        annotation: `guide` if it was annotated along with the guide, else `later`.
    """

    doc: str
    province: str
    place: str
    genre: str
    layout: str
    part: str
    annotation: str


def entries_file() -> Path:
    """Return the path of the corpus table that ships with the package."""
    return data_folder("seeds") / "articles" / "articles.csv"


def read_entries(path: str | Path | None = None) -> tuple[Entry, ...]:
    """Return the rows of a corpus table, in the order of the table.

    Args:
        path: The table; that of the package if None.

    Raises:
        CorpusError: The file cannot be read, or a row breaks its schema or repeats an article.
    """
    file = Path(path) if path else entries_file()
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"no table of articles: {error}", file=file) from error
    entries = []
    for number, row in enumerate(rows, 2):
        if tuple(row) != COLUMNS or None in row.values():
            raise CorpusError(
                "is no row of a table of articles", file=file, place=f"row {number}", valid=COLUMNS
            )
        for column, valid in (("part", PARTS), ("layout", LAYOUTS), ("annotation", ANNOTATIONS)):
            if row[column] not in valid:
                raise CorpusError(
                    f"unknown {column} {row[column]!r}", file=file, place=f"row {number}", valid=valid
                )
        entries.append(Entry(**row))
    seen: set[str] = set()
    for number, entry in enumerate(entries, 2):
        if entry.doc in seen:
            raise CorpusError(f"{entry.doc} stands twice", file=file, place=f"row {number}")
        seen.add(entry.doc)
    return tuple(entries)


def docs(*parts: str, annotation: str | None = None) -> tuple[str, ...]:
    """Return the identifiers of the articles in parts of the corpus, in the order of the table.

    Args:
        parts: Any of `PARTS`; all of them if none is given.
        annotation: One of `ANNOTATIONS`, to return only the articles with this annotation.

    Raises:
        CorpusError: There is no such part.
    """
    for part in parts:
        if part not in PARTS:
            raise CorpusError(f"no part {part!r}", valid=PARTS)
    return tuple(
        entry.doc
        for entry in read_entries()
        if (not parts or entry.part in parts) and annotation in (None, entry.annotation)
    )
