"""Access a folder on storage that all machines of a cluster see, by its URL.

The folder is given as a path or as a URL that fsspec reads: `file:///shared/x`, `memory://x` within one
process, or `s3://bucket/x` with a plug-in that the user installs. Files are written atomically.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kg.errors import ClusterError, MissingExtraError


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder given by its URL; it is created with its first file.

    Attributes:
        url: URL without a trailing slash.
    """

    url: str

    def below(self, name: str) -> Folder:
        """Return a subfolder of this folder."""
        return Folder(f"{self.url}/{name}")

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing any existing one.

        Raises:
            ClusterError: The file cannot be written. All methods raise this if a storage operation fails.
        """
        with self._open(name) as (fs, path):
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            if "file" in _protocols(fs):
                # on other storage, a file appears only when it is complete
                draft = f"{path}.{os.getpid()}.part"
                fs.pipe_file(draft, data)
                os.replace(draft, path)
            else:
                fs.pipe_file(path, data)

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes of a file, or a range of them.

        Args:
            name: Name of the file.
            start: Offset of the first byte.
            end: Offset after the last byte; None for the end of the file.
        """
        with self._open(name) as (fs, path):
            return cast(bytes, fs.cat_file(path, start=start, end=end))

    def exists(self, name: str) -> bool:
        """Tell whether a file exists."""
        with self._open(name) as (fs, path):
            fs.invalidate_cache()
            return bool(fs.exists(path))

    def names(self) -> list[str]:
        """Return the names of the files and folders in this folder, sorted."""
        with self._open() as (fs, path):
            fs.invalidate_cache()
            found = fs.ls(path, detail=False) if fs.exists(path) else []
            return sorted(str(name).rstrip("/").rpartition("/")[2] for name in found)

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its files, if it exists."""
        with self._open(name) as (fs, path):
            fs.invalidate_cache()
            # delete file by file, because `fs.rm` treats a name with brackets as a pattern
            for file in fs.find(path) if fs.exists(path) else ():
                fs.rm_file(file)
            fs.invalidate_cache()
            if fs.isdir(path):
                # only where folders are more than prefixes of file names
                fs.rmdir(path)

    def _open(self, name: str = "") -> AbstractContextManager[tuple[Any, str]]:
        return opened(f"{self.url}/{name}" if name else self.url)


@contextmanager
def opened(url: str) -> Iterator[tuple[Any, str]]:
    """Hold the file system of a URL, and the path on it.

    Raises:
        ClusterError: There is no such storage, or an operation on it within the `with` block fails.
        MissingExtraError: fsspec is not installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtraError('a cluster needs fsspec: pip install "kg-regional[cluster]"') from error
    try:
        yield url_to_fs(url)
    except ImportError as error:
        raise ClusterError(f"its storage needs a package: {error}", file=url) from error
    except ValueError as error:
        raise ClusterError(f"is no place to store: {error}", file=url) from error
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ClusterError(f"cannot be read or written: {reason}", file=url) from error


def folder(place: str | Path) -> Folder:
    """Return a folder under the URL by which all machines know it.

    Args:
        place: A URL, or a path on this machine, which is made absolute.

    >>> folder("s3://bucket/shards/").url
    's3://bucket/shards'
    """
    text = str(place)
    if "://" in text:
        return Folder(text.rstrip("/"))
    return Folder("file://" + Path(text).resolve().as_posix())


def local(place: str | Path) -> Path | None:
    """Return the path of a place on a file system, or None if it is on other storage.

    >>> local("file:///shared/news").as_posix(), local("s3://bucket/news")
    ('/shared/news', None)
    """
    text = str(place)
    if "://" not in text:
        return Path(place)
    protocol, _, path = text.partition("://")
    return Path(path) if protocol in ("file", "local") else None


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)
