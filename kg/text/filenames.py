"""Names of files as text that is the same on every machine, whatever its locale.

In: a name or path as the system hands it out. Out: characters that can be written as UTF-8. A system
tells names as bytes, which Python decodes by the locale and escapes where it cannot (PEP 383); archives
packed on a Chinese Windows hold names in GB18030. Files are opened by the names as they came.
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
    text = os.fspath(name)
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:
        return _UNTOLD.sub(_escaped, text)
    for encoding in ("utf-8", "gb18030"):
        try:
            return _UNTOLD.sub(_escaped, data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _UNTOLD.sub(_escaped, data.decode("utf-8", "surrogateescape"))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        # a byte that did not decode (PEP 383); other halves are a Windows name's own
        code -= 0xDC00
    elif code > 0x7F:
        return f"%U{code:04X}"
    return f"%{code:02X}"
