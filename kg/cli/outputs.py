"""Files that commands write: where they go, and how they appear whole or not at all.

In: a folder and an identifier that may come from a data file, and a text. Out: a file inside the folder,
with a name that the system takes.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from kg.errors import ExportError
from kg.text.filenames import native

# What Windows refuses in names: marks, a dot or space at the end, and its devices with any ending
_REFUSED = re.compile(r'[<>:"|?*]|[. ]$')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|$)", re.I)
# Bytes of a name: file systems take 255, and a draft's name is longer than its file's
_LONGEST = 200


def path_of(folder: Path, doc: str, ending: str, *, windows: bool = os.name == "nt") -> Path:
    """Return the file for an article, inside the folder whatever its identifier tries.

    Args:
        folder: Where files go.
        doc: Identifier of the article; its slashes part folders.
        ending: Of the file, with the dot.
        windows: Whether names must be such as Windows takes; other systems keep a stem as it is.

    >>> path_of(Path("out"), "../2023/t01", ".json").as_posix()
    'out/2023/t01.json'
    >>> path_of(Path("out"), "news.jsonl:3:a?", ".json", windows=True).name
    'news.jsonl%3A3%3Aa%3F.json'
    """
    *above, name = [p for p in doc.replace("\\", "/").split("/") if p not in ("", ".", "..")] or ["article"]
    if windows:
        above, name = [_allowed(part) for part in above], _allowed(name)
    return folder.joinpath(*(native(_short(part)) for part in above), native(_short(name) + ending))


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8, line feeds), whole or not at all; folders above it are made.

    Raises:
        ExportError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            os.replace(draft, path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ExportError(f"cannot be written: {error.strerror or error}", file=path) from error


def _allowed(part: str) -> str:
    part = _REFUSED.sub(lambda found: f"%{ord(found[0]):02X}", part)
    return f"%{ord(part[0]):02X}{part[1:]}" if _DEVICE.match(part) else part


def _short(part: str) -> str:
    data = part.encode("utf-8", "surrogatepass")
    if len(data) <= _LONGEST:
        return part
    digest = hashlib.sha256(data).hexdigest()[:16]
    return data[: _LONGEST - 17].decode("utf-8", "ignore") + "-" + digest
