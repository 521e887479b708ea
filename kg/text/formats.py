"""The characters of a Markdown, HTML, Word or PDF file.

The bytes of one file are read into a `Content`: its characters, and the title, date, author and
newspaper given in its metadata. Word, PDF and HTML need the extra `docs`.

Hostile files are safe to read: a Word file is checked before it is parsed (unpacked size, DOCTYPE),
XML entities are never resolved, and nothing is fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from kg.errors import MissingExtraError, ReadError
from kg.text.encoding import VEIL, decode, veil

UNPACKED_LIMIT = 100_000_000  # bytes of all members of a Word file together
TEXT_LIMIT = 20_000_000  # characters read from one file

MOST_ATTRIBUTES = 1_000  # of one tag in a web page

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PARTING = re.compile(r"[\s/]+")
_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*")
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})|<\?xml[^>]{0,100}encoding=["']([A-Za-z0-9_-]{2,20})""",
    re.I,
)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "gb_2312-80": "gb18030",
}
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file.

    Attributes:
        text: The characters.
        title: From metadata, or None.
        date: From metadata, as written there, or None.
        author: From metadata, or None.
        publisher: From metadata, or None.
    """

    text: str
    title: str | None = None
    date: str | None = None
    author: str | None = None
    publisher: str | None = None


def on_one_line(content: Content) -> Content:
    """Return the content with title, author and publisher on one line each, without invisible characters.

    >>> on_one_line(Content("", title="太平湾\\x00\\n开工", author=" ")).title
    '太平湾 开工'
    """

    def line(value: str | None) -> str | None:
        return (" ".join(veil(value).split()) or None) if value else None

    title, author, publisher = map(line, (content.title, content.author, content.publisher))
    return replace(content, title=title, author=author, publisher=publisher)


def read_markdown(data: bytes, file: str) -> Content:
    """Return the content of a Markdown file, with each character of its markup replaced by U+200A.

    Offsets therefore remain those of the file itself. Front matter (`---` … `---`) gives title, date,
    author and publisher.

    Raises:
        ReadError: As for a text file.
    """
    text = decode(data, file=file)
    meta: dict[str, str] = {}
    front = _FRONT.match(text)
    if front:
        for line in front[1].splitlines():
            key, colon, value = line.partition(":")
            if colon and value.strip():
                meta[key.strip().lower()] = value.strip().strip("\"'")
        text = _blank(text, 0, front.end())
    return Content(
        strip_markdown(text), meta.get("title"), meta.get("date"), meta.get("author"), meta.get("publisher")
    )


_MARKUP: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.M)
    for pattern in (
        r"<!--(?P<x>[^>]{0,2000}?)-->",
        r"^[ ]{0,3}(?P<x>```|~~~)[^\n]*$",
        r"^[ ]{0,3}(?P<x>\[[^\]\n]{1,100}\]:[^\n]*)$",
        r"(?P<x>!\[[^\]\n]{0,300}\]\([^)\s]{0,2000}(?:\s+\"[^\"\n]{0,200}\")?\))",
        r"(?P<x>\[)[^\]\n]{1,300}(?P<y>\]\([^)\n]{0,2000}\))",
        r"(?P<x>\[)[^\]\n]{1,300}(?P<y>\]\[[^\]\n]{0,100}\])",
        r"^[ ]{0,3}(?P<x>#{1,6}[ \t]+)[^\n]*$",
        r"[ \t](?P<x>#{1,6})[ \t]*$",
        r"^[ ]{0,3}(?P<x>(?:>[ \t]?)+)",
        r"^[ ]{0,3}(?P<x>(?:=|-|\*|_)(?:[ \t]*(?:=|-|\*|_)){2,}[ \t]*)$",
        r"^[ \t]{0,12}(?P<x>[-*+][ \t]+)(?=\S)",
        r"(?P<x>\*\*\*|\*\*|___|__|~~)(?=\S)[^\n]{1,2000}?(?<=\S)(?P<y>(?P=x))",
        r"(?<![*\w])(?P<x>\*)(?=[^\s*])[^*\n]{1,1000}?(?<=\S)(?P<y>\*)(?!\*)",
        # match each run of backticks as a whole, or a long run would be tried from each of its backticks
        r"(?<!`)(?P<x>`++)[^`\n]{1,500}(?P<y>(?P=x))(?!`)",
        r"(?P<x></?(?:p|br|div|span|b|i|em|strong|u|a|img|font|center|sup|sub|table|tr|td|th|"
        r"h[1-6])(?:\s[^<>\n]{0,500})?/?>)",
        r"(?P<x>\\)(?=[\\`*_{}\[\]()#+.!-])",
    )
)


def strip_markdown(text: str) -> str:
    """Return the text, at the same length, with Markdown markup replaced by U+200A.

    >>> strip_markdown("## 项目 **开工**").replace("\\u200a", "")
    '项目 开工'
    """
    for pattern in _MARKUP:
        if pattern.groups == 0:
            continue
        chars: list[str] = []
        last = 0
        for found in pattern.finditer(text):
            for name in ("x", "y"):
                if name in pattern.groupindex and found[name] is not None:
                    a, b = found.span(name)
                    chars += (text[last:a], re.sub(r"[^\n]", VEIL, text[a:b]))
                    last = b
        text = "".join(chars) + text[last:] if chars else text
    return text


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", VEIL, text[start:end]) + text[end:]


def read_html(data: bytes, file: str) -> Content:
    """Return the article in a web page.

    Raises:
        MissingExtraError: trafilatura is not installed.
        ReadError: The page holds no article, or is crafted to slow down a parser.
    """
    trafilatura = _extra("trafilatura", file)
    page = _decode_html(data, file)
    # libxml2 compares each attribute of a tag with all the others
    if any(len(_PARTING.split(_QUOTED.sub(" ", tag[0]))) > MOST_ATTRIBUTES for tag in _TAG.finditer(page)):
        raise ReadError(f"has a tag with over {MOST_ATTRIBUTES:,} attributes", file=file)
    found: Any = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = (getattr(found, "text", None) or "") if found is not None else ""
    if not text.strip():
        raise ReadError("holds no article (a web page of links, a form, or text made by scripts)", file=file)
    return Content(
        text[:TEXT_LIMIT],
        getattr(found, "title", None),
        getattr(found, "date", None),
        getattr(found, "author", None),
        getattr(found, "sitename", None),
    )


def _decode_html(data: bytes, file: str) -> str:
    declared = _META_CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = (declared[1] or declared[2]).decode("ascii").lower()
        try:
            return data.decode(_WIDER.get(name, name))
        except (UnicodeDecodeError, LookupError):
            pass  # wrong declarations are common: detect the encoding from the bytes instead
    return decode(data, file=file)


def read_docx(data: bytes, file: str) -> Content:
    """Return the paragraphs and table rows of a Word file, in order, one per line.

    Raises:
        MissingExtraError: python-docx is not installed.
        ReadError: It is not a Word file, is damaged, unpacks to over 100 MB, or declares XML entities.
    """
    docx = _extra("docx", file)
    _check_package(data, file)
    try:
        document = docx.Document(io.BytesIO(data))
        lines = list(_docx_lines(document))
    except Exception as error:  # python-docx passes on whatever zipfile, lxml and itself raise
        raise ReadError(f"is a damaged Word file: {type(error).__name__}", file=file) from error
    return Content("\n".join(lines)[:TEXT_LIMIT])


def _docx_lines(document: Any) -> Any:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            yield item.text
        elif isinstance(item, Table):
            for row in item.rows:
                cells = [cell.text.strip() for cell in dict.fromkeys(row.cells)]
                yield "\t".join(" ".join(cell.split()) for cell in cells)


def _check_package(data: bytes, file: str) -> None:
    """Reject files that would expand or fetch when parsed: check sizes and DOCTYPEs before any parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if sum(member.file_size for member in members) > UNPACKED_LIMIT or len(members) > 10_000:
                raise ReadError(f"unpacks to over {UNPACKED_LIMIT // 1_000_000} MB", file=file)
            if "word/document.xml" not in package.namelist():
                raise ReadError("is no Word file (.docx)", file=file)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with package.open(member) as stream:
                        if re.search(rb"<!(?:DOCTYPE|ENTITY)", stream.read(65_536).replace(b"\0", b"")):
                            raise ReadError("declares XML entities, which no Word file needs", file=file)
    except ReadError:
        raise
    except Exception as error:
        raise ReadError("is no Word file (.docx), or is damaged", file=file) from error


def read_pdf(data: bytes, file: str) -> Content:
    """Return the text of a PDF file, page by page.

    Raises:
        MissingExtraError: pypdf is not installed.
        ReadError: It is damaged, needs a password, or holds no text (a scan).
    """
    pypdf = _extra("pypdf", file)
    if b"%PDF-" not in data[:1024]:
        raise ReadError("is no PDF file", file=file)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
    except Exception as error:  # pypdf raises many kinds of errors on damaged files
        if "crypt" in type(error).__module__ + str(error).lower():
            raise ReadError("is an encrypted PDF file; remove the password first", file=file) from error
        raise ReadError(f"is a damaged PDF file: {type(error).__name__}", file=file) from error
    if locked:
        raise ReadError("is an encrypted PDF file; remove the password first", file=file)
    pages: list[str] = []
    size = 0
    try:
        for page in reader.pages:
            pages.append(page.extract_text() or "")
            size += len(pages[-1])
            if size > TEXT_LIMIT:
                break
    except Exception as error:
        raise ReadError(
            f"is a damaged PDF file: {type(error).__name__}", file=file, place=f"page {len(pages) + 1}"
        ) from error
    text = "\n".join(pages)
    if not re.search(r"\w", text):
        raise ReadError("holds no text: a scanned PDF file, which must be recognised (OCR) first", file=file)
    return Content(text[:TEXT_LIMIT])


def _extra(name: str, file: str) -> ModuleType:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(f'needs {name}: pip install "kg-regional[docs]"', file=file) from error
