"""Files written by commands: choose their paths, and write each of them whole or not at all.

A folder, an identifier that may come from a data file, and a text give a file inside the folder, with a
name that the system accepts.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from kg.errors import ExportError
from kg.text.filenames import native

# What Windows rejects in names: certain marks, a dot or space at the end, and device names with any ending
_REFUSED = re.compile(r'[<>:"|?*]|[. ]$')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|$)", re.I)
# Maximum bytes of a name: file systems allow 255, and the name of a draft is longer than its file's
_LONGEST = 200


def path_of(folder: Path, doc: str, ending: str, *, windows: bool = os.name == "nt") -> Path:
    """Return the path for an article's file, always inside the folder, whatever the identifier contains.

    Args:
        folder: The folder for the files.
        doc: Identifier of the article; slashes in it separate folders.
        ending: The ending of the file, with the dot.
        windows: Whether names must be valid on Windows; other systems keep a stem as it is.

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
    """Write a text file (UTF-8, line feeds), whole or not at all, creating the folders above it.

    Raises:
        ExportError: The file cannot be written.
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
