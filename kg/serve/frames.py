"""Frames on the pipes between the server and its query processes: a letter, a length, the content."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

HEAD = struct.Struct(">cI")


def write_frame(file: BinaryIO, kind: bytes, content: bytes | dict[str, Any]) -> None:
    """Write one frame; a dictionary is written as JSON.

    Args:
        file: A pipe.
        kind: One letter.
        content: Less than 4 GiB.
    """
    file.write(frame(kind, content))
    file.flush()


def frame(kind: bytes, content: bytes | dict[str, Any]) -> bytes:
    """Return one frame.

    >>> frame(b"R", b"")
    b'R\\x00\\x00\\x00\\x00'
    """
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HEAD.pack(kind, len(data)) + data


def read_frame(file: BinaryIO) -> tuple[bytes, bytes] | None:
    """Return the letter and the content of the next frame, or None at the end of the pipe."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, length = HEAD.unpack(head)
    content = file.read(length)
    return (kind, content) if len(content) == length else None
