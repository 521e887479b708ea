"""From files to articles: find the files that hold articles, identify each article, and read it.

Files and folders, as the user names them, give `Source` records, and each of these an `Article`.
Known endings: .txt .text .md .markdown .html .htm .xhtml .docx .pdf .jsonl .ndjson. A folder is
searched with all its subfolders, in sorted order. Hidden files, files with other endings and folders
named `gold` are skipped, but a file that is named explicitly and cannot be an article is an error.
`.json` files are annotations, not articles.

A `.jsonl` file holds one article per line: `{"text": …}` with, optionally, `id` (or `doc`), `title`,
`date`, `author`, `publisher`.

Limits: 20 MB per file (or per line of .jsonl), and at least one in five letters and digits must be a
Han character (gazette tables reach about one in three; Japanese is recognised by its kana).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.model import Article
from kg.text.article import parse_article
from kg.text.encoding import decode, veil
from kg.text.filedates import date_in_path, parse_date
from kg.text.filenames import told
from kg.text.formats import Content, on_one_line, read_docx, read_html, read_markdown, read_pdf
from kg.text.normal import han_share

MAX_BYTES = 20_000_000
MIN_HAN_SHARE = 0.2

_LINES = (".jsonl", ".ndjson")
_READERS: dict[str, Callable[[bytes, str], Content]] = {
    ".txt": lambda data, file: Content(decode(data, file=file)),
    ".text": lambda data, file: Content(decode(data, file=file)),
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
}
ENDINGS: tuple[str, ...] = (*_READERS, *_LINES)


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One article to be read.

    Attributes:
        path: The file.
        doc: Identifier: the file's stem, or if stems clash, its path from the folder that the
            clashing files share; for a line of .jsonl, its `id` (or stem and line number).
        line: Number of the line in a .jsonl file, from 1; else None.
        offset: Offset of the first byte of that line.
        length: Number of bytes of that line.
        at: Location of the bytes, if the reading process cannot reach them by `path`.
    """

    path: Path
    doc: str
    line: int | None = None
    offset: int = 0
    length: int = 0
    at: Path | None = None


def read_article(path: str | Path) -> Article:
    """Return the article in a file.

    Raises:
        ReadError: The file cannot be read as one Chinese article.
        MissingExtraError: The format needs the extra `docs`.
    """
    if Path(path).is_dir():
        raise ReadError("is a folder, not a file", file=path)
    sources = find_sources([path])
    if len(sources) != 1:
        raise ReadError(f"holds {len(sources)} articles; read them with read_source", file=path)
    return read_source(sources[0])


def find_sources(sources: Iterable[str | Path]) -> tuple[Source, ...]:
    """Return the articles in files and folders, sorted by path and line, each once and with a unique id.

    The result does not depend on the order of `sources`.

    Raises:
        ReadError: A named file is missing or has an unknown ending, or a folder holds no article.
    """
    files: dict[Path, Path] = {}
    for given in sources:
        for path in _files(Path(given)):
            # a file that is named twice counts once, under the path that sorts first
            real = Path(os.path.realpath(path))
            if real not in files or path < files[real]:
                files[real] = path
    found: list[Source] = []
    for path in sorted(files.values()):
        if path.suffix.lower() in _LINES:
            found.extend(_lines_of(path))
        else:
            found.append(Source(path, told(path.stem)))
    return _distinct(found)


def read_source(source: Source) -> Article:
    """Return the article of a source.

    Raises:
        ReadError: It cannot be read as a Chinese article; the message says why.
        MissingExtraError: The format needs the extra `docs`.
    """
    name = told(source.path)
    place = None if source.line is None else f"line {source.line}"
    if source.line is None:
        data = _bytes_of(source.at or source.path)
        content = _READERS[source.path.suffix.lower()](data, name)
    else:
        data = _bytes_of(source.at or source.path, source)
        content = _content_of(_record(data, name, place), name, place)
    content = on_one_line(content)
    _check_chinese(content.text, name, place)
    file_date = parse_date(content.date) or date_in_path(source.path if source.line is None else Path())
    title, text = content.title, content.text
    if title and re.sub(r"\s", "", title) not in re.sub(r"\s", "", text[:2000]):
        text = f"{title}\n\n{text}"
    article = parse_article(
        text,
        doc=source.doc,
        source=name if place is None else f"{name}, {place}",
        digest=hashlib.sha256(data).hexdigest(),
        file_date=file_date,
        title=title if source.path.suffix.lower() not in (".html", ".htm", ".xhtml") else None,
    )
    return _with_metadata(article, content, named=parse_date(content.date) is not None)


def _with_metadata(article: Article, content: Content, *, named: bool) -> Article:
    first = article.parts[0]
    if not first.authors and content.author:
        first = replace(first, authors=tuple(a for a in re.split(r"[\s,，、;；]+", content.author) if a))
    if not first.publisher and content.publisher:
        first = replace(first, publisher=content.publisher)
    source = "metadata" if named and article.date_source == "file name" else article.date_source
    return replace(article, parts=(first, *article.parts[1:]), date_source=source)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = list(_walk(path))
        if not found:
            raise ReadError("holds no articles", file=path, valid=ENDINGS)
        yield from found
        return
    if not path.exists():
        raise ReadError("does not exist", file=path)
    if not path.is_file():
        raise ReadError("is no ordinary file", file=path)
    if path.suffix.lower() not in ENDINGS:
        what = (
            "is an annotation file, not an article"
            if path.suffix.lower() == ".json"
            else "has an unknown ending"
        )
        raise ReadError(what, file=path, valid=ENDINGS)
    yield path


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "gold")
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith((".", "~$")) and path.suffix.lower() in ENDINGS and path.is_file():
                yield path


def _distinct(found: list[Source]) -> tuple[Source, ...]:
    """Identify sources with the same identifier by their path from the deepest folder that they share."""
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in found:
        groups[source.doc].append(source)
    named: list[Source] = []
    for doc, group in groups.items():
        if len(group) == 1:
            named += group
            continue
        folder = os.path.commonpath([os.path.abspath(source.path.parent) for source in group])
        for source in group:
            below = told(Path(os.path.relpath(os.path.abspath(source.path), folder)).as_posix())
            named.append(
                replace(source, doc=below if source.line is None else f"{below}:{source.line}:{doc}")
            )
    return tuple(sorted(named, key=lambda source: (source.path, source.line or 0)))


def _lines_of(path: Path) -> Iterator[Source]:
    seen: set[str] = set()
    offset = 0
    any_line = False
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    any_line = True
                    doc = _id_of(line) or f"{told(path.stem)}-{number}"
                    if doc in seen:
                        doc = f"{doc}-{number}"
                    seen.add(doc)
                    yield Source(path, doc, number, offset, len(line))
                offset += len(line)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", file=path) from error
    if not any_line:
        raise ReadError("is empty", file=path)


def _id_of(line: bytes) -> str | None:
    """Return the identifier in a line; None if there is none or the line is broken (reading reports it)."""
    if len(line) > MAX_BYTES:
        return None
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    value = (record.get("id") or record.get("doc")) if isinstance(record, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return " ".join(veil(str(value)).split()) or None


def _bytes_of(path: Path, source: Source | None = None) -> bytes:
    try:
        size = source.length if source else path.stat().st_size
        if size > MAX_BYTES:
            place = f"line {source.line}" if source else None
            raise ReadError(
                f"is {size / 1e6:.0f} MB large; the limit is {MAX_BYTES // 1_000_000} MB",
                file=path,
                place=place,
            )
        with path.open("rb") as stream:
            if source:
                stream.seek(source.offset)
                data = stream.read(source.length)
            else:
                data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ReadError("does not exist", file=path) from error
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", file=path) from error
    if not data:
        raise ReadError("is empty", file=path)
    return data


def _record(line: bytes, file: str, place: str | None) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadError("is no UTF-8", file=file, place=place) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is no JSON: {error}", file=file, place=place) from error
    if not isinstance(record, dict):
        raise ReadError("is no JSON object", file=file, place=place)
    return record


def _content_of(record: dict[str, Any], file: str, place: str | None) -> Content:
    text = record.get("text")
    if not isinstance(text, str):
        raise ReadError(
            'lacks the key "text"' if text is None else '"text" is no string', file=file, place=place
        )
    values: dict[str, str | None] = {}
    for key in ("title", "date", "author", "publisher"):
        value = record.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and key == "date":
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise ReadError(f'"{key}" is no string', file=file, place=place)
        values[key] = value or None
    if values["date"] and parse_date(values["date"]) is None:
        raise ReadError(
            f'"date" is no date: {values["date"][:40]}',
            file=file,
            place=place,
            valid=("2023", "2023-09", "2023-09-21"),
        )
    return Content(text.replace("\r\n", "\n").replace("\r", "\n"), **values)


def _check_chinese(text: str, file: str, place: str | None) -> None:
    if not text.strip():
        raise ReadError("is empty", file=file, place=place)
    head = text[:100_000]
    words = len(re.findall(r"[^\W_]", head))
    if len(re.findall("[\u3041-\u30fa]", head)) > 0.1 * words:
        raise ReadError("is Japanese, not Chinese", file=file, place=place)
    share = han_share(head)
    if share < MIN_HAN_SHARE:
        raise ReadError(
            f"is not Chinese: {share:.0%} Han characters (at least {MIN_HAN_SHARE:.0%})",
            file=file,
            place=place,
        )
