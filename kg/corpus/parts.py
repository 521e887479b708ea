"""Where each article of the corpus comes from and which part it belongs to.

`seeds/articles/articles.csv` has one row an article. The parts are fixed and go by province, so that no
region is in two: `train` teaches models, and `supplement`, of the same provinces, those of them that gain by
more articles; `development` is where choices are made, `test` is read by the evaluation alone. `reserve`
holds the articles of development and test provinces on which the rules were written before there were parts;
they are in neither. `pages` holds long pages as a paper gives a district, from all provinces, read by the
evaluation alone.

Annotators differ even under one guide, in what they take for a project, a slogan or an owner. Those articles
that were annotated along with the guide are what the others are measured by (`guide`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import CorpusError
from kg.paths import data_folder

PARTS = ("train", "supplement", "development", "test", "reserve", "pages")
TRAINING = ("train", "supplement")
"""Parts of the same provinces, to learn from."""
LAYOUTS = ("clean", "damaged")
ANNOTATIONS = ("guide", "later")
COLUMNS = ("doc", "province", "place", "genre", "layout", "part", "annotation")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the corpus.

    Attributes:
        doc: Identifier: the stem of its text and of its gold file.
        province: Full name of the province-level division it reports from.
        place: City or county, or empty.
        genre: Kind of newspaper text.
        layout: `clean`, or `damaged` as newspaper pages are when they are turned into text.
        part: One of `PARTS`.
        annotation: `guide` where it was annotated along with the guide, `later` otherwise.
    """

    doc: str
    province: str
    place: str
    genre: str
    layout: str
    part: str
    annotation: str


def entries_file() -> Path:
    """Return the table of the corpus that travels with the package."""
    return data_folder("seeds") / "articles" / "articles.csv"


def read_entries(path: str | Path | None = None) -> tuple[Entry, ...]:
    """Return the rows of a corpus table, in its order.

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
    """Return the identifiers of the articles in parts of the corpus, in the table's order.

    Args:
        parts: Of `PARTS`; all of them if none is given.
        annotation: One of `ANNOTATIONS`: those annotated so alone.

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
