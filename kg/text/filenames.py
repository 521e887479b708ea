"""Names of files as text that is the same on every machine, whatever its locale.

In: a name or path as the system hands it out. Out: characters that can be written as UTF-8, and back. A
system tells names as bytes, which Python decodes by the locale and escapes where it cannot (PEP 383);
archives packed on a Chinese Windows hold names in GB18030. Files are opened by the names as they came.
"""

from __future__ import annotations

import os
import re

# halves of surrogate pairs, and what would move a terminal's cursor or end a line
_UNTOLD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def told(name: str | os.PathLike[str]) -> str:
    """Return a file's name or path as it is told: UTF-8, else GB18030, else broken bytes as `%FF`.

    Control characters are told as `%0A`, too, so that a name is one line.

    >>> import os
    >>> told(os.fsdecode("大连.txt".encode("gb18030"))), told(os.fsdecode(b"\\xff.txt")), told("a\\n/太平湾")
    ('大连.txt', '%FF.txt', 'a%0A/太平湾')
    """
    return _UNTOLD.sub(_escaped, decoded(os.fspath(name)))


def decoded(text: str) -> str:
    """Return what the system handed out, a name or a word typed, with its bytes read as UTF-8, else GB18030.

    >>> import os
    >>> decoded(os.fsdecode("大连".encode("gb18030"))), decoded("大连")
    ('大连', '大连')
    """
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:
        # no name that the system handed out
        return text
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "surrogateescape")


def native(text: str) -> str:
    """Return a name as the system takes it: UTF-8 on the disk where the locale is of another encoding.

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
        # a byte that did not decode (PEP 383); other halves are a Windows name's own
        code -= 0xDC00
    elif code > 0x7F:
        return f"%U{code:04X}"
    return f"%{code:02X}"
