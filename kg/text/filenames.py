"""File names as text that is the same on every machine, whatever its locale.

Names and paths from the system are converted to characters that can be written as UTF-8, and back.
The system returns names as bytes, which Python decodes by the locale, escaping what it cannot decode
(PEP 383); archives packed on a Chinese Windows contain names in GB18030. Files are always opened by
their original names.
"""

from __future__ import annotations

import os
import re

# surrogates, and characters that would move a terminal's cursor or end a line
_UNTOLD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def told(name: str | os.PathLike[str]) -> str:
    """Return a file's name or path for display: read as UTF-8, else GB18030, else broken bytes as `%FF`.

    Control characters are escaped too (`%0A`), so that a name is always one line.

    >>> import os
    >>> told(os.fsdecode("大连.txt".encode("gb18030"))), told(os.fsdecode(b"\\xff.txt")), told("a\\n/太平湾")
    ('大连.txt', '%FF.txt', 'a%0A/太平湾')
    """
    return _UNTOLD.sub(_escaped, decoded(os.fspath(name)))


def decoded(text: str) -> str:
    """Return a name or command-line word from the system with its bytes read as UTF-8, else GB18030.

    >>> import os
    >>> decoded(os.fsdecode("大连".encode("gb18030"))), decoded("大连")
    ('大连', '大连')
    """
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:
        # not a name that came from the system
        return text
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "surrogateescape")


def native(text: str) -> str:
    """Return a name as the system accepts it: UTF-8 on disk if the locale cannot encode it.

    >>> native("大连.txt")
    '大连.txt'
    """
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return os.fsdecode(text.encode("utf-8", "surrogatepass"))
    return text


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        # a byte that could not be decoded (PEP 383); other surrogates are part of a Windows name
        code -= 0xDC00
    elif code > 0x7F:
        return f"%U{code:04X}"
    return f"%{code:02X}"
