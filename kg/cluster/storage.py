"""A folder on storage that all machines of a cluster see, by its URL.

In: a path, or a URL that fsspec reads: `file:///shared/x`, `memory://x` within one process, `s3://bucket/x`
with the plug-in that the user installs. Out: files, each of which appears whole or not at all.
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
    """A folder by its URL; it comes into being with its first file.

    Attributes:
        url: Without a slash at the end.
    """

    url: str

    def below(self, name: str) -> Folder:
        """Return a folder in this one."""
        return Folder(f"{self.url}/{name}")

    def write(self, name: str, data: bytes) -> None:
        """Write a file in place of what is there.

        Raises:
            ClusterError: It cannot be written, like all methods where the storage refuses.
        """
        with self._open(name) as (fs, path):
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            if "file" in _protocols(fs):
                # elsewhere a file appears when it is whole
                draft = f"{path}.{os.getpid()}.part"
                fs.pipe_file(draft, data)
                os.replace(draft, path)
            else:
                fs.pipe_file(path, data)

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes of a file, or some of them.

        Args:
            name: Of the file.
            start: The first byte.
            end: Behind the last byte; None for the end of the file.
        """
        with self._open(name) as (fs, path):
            return cast(bytes, fs.cat_file(path, start=start, end=end))

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        with self._open(name) as (fs, path):
            fs.invalidate_cache()
            return bool(fs.exists(path))

    def names(self) -> list[str]:
        """Return the names of the files and folders in it, sorted."""
        with self._open() as (fs, path):
            fs.invalidate_cache()
            found = fs.ls(path, detail=False) if fs.exists(path) else []
            return sorted(str(name).rstrip("/").rpartition("/")[2] for name in found)

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with the files in it, if there is one."""
        with self._open(name) as (fs, path):
            fs.invalidate_cache()
            # file by file: `fs.rm` takes a name with brackets for a pattern
            for file in fs.find(path) if fs.exists(path) else ():
                fs.rm_file(file)
            fs.invalidate_cache()
            if fs.isdir(path):
                # where folders are more than the beginnings of names
                fs.rmdir(path)

    def _open(self, name: str = "") -> AbstractContextManager[tuple[Any, str]]:
        return opened(f"{self.url}/{name}" if name else self.url)


@contextmanager
def opened(url: str) -> Iterator[tuple[Any, str]]:
    """Hold the file system of a URL, and the path that it stands for.

    Raises:
        ClusterError: There is no such storage, or it refuses what is done with it.
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
    """Return a folder as all machines name it.

    Args:
        place: A URL, or a path of this machine, which is made absolute.

    >>> folder("s3://bucket/shards/").url
    's3://bucket/shards'
    """
    text = str(place)
    if "://" in text:
        return Folder(text.rstrip("/"))
    return Folder("file://" + Path(text).resolve().as_posix())


def local(place: str | Path) -> Path | None:
    """Return the path of a place on a file system, None where it is none.

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
