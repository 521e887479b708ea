"""Find articles on storage that is not a file system, such as `s3://bucket/news`.

Takes URLs of files and folders, and returns jobs that give the URL and byte range of each article, for
workers to fetch. Articles get the same identifiers as the same files on a local disk. The process that lists
the sources reads `.jsonl` files completely, because the lines contain their identifiers. For other files it
only asks the storage for a key that represents their contents (fsspec's `ukey`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from kg.build import reading
from kg.build.reading import Job
from kg.cluster import storage
from kg.errors import ReadError
from kg.text.readers import Source

_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class RemoteJob(Job):
    """An article to be read from a URL.

    Attributes:
        url: URL of the file; `source.path` is only its name.
    """

    url: str = ""


def find(sources: Iterable[str | Path], tables: tuple[str, ...]) -> tuple[list[Job], list[str]]:
    """Return a job for each article, and a message for each source that contains none.

    Args:
        sources: Either paths and `file://` URLs, or URLs of other storage.
        tables: Folders of the user's own authority tables.

    Raises:
        ClusterError: A storage operation fails.
        ReadError: Some sources are files and others are not, so that identifiers cannot be kept distinct.
    """
    listed = list(map(str, sources))
    places = [storage.local(source) for source in listed]
    files = [place for place in places if place is not None]
    if len(files) == len(places):
        found, missing = reading.find(files)
        return [Job(source, reading.key_of(source, tables), Path(), tables) for source in found], missing
    if files:
        raise ReadError("is a path beside URLs; name all sources in one way", file=files[0])
    return _remote(listed, tables)


def _remote(urls: Sequence[str], tables: tuple[str, ...]) -> tuple[list[Job], list[str]]:
    missing: list[str] = []
    with TemporaryDirectory() as temporary:
        mirror = Path(temporary).resolve()
        origin: dict[Path, tuple[str, str]] = {}
        roots: list[Path] = []
        for url in sorted({url.rstrip("/") for url in urls}):
            root, there = _copy(url, mirror)
            origin.update(there)
            if there:
                roots.append(root)
            else:
                missing.append(str(ReadError("does not exist or is empty", file=url)))
        found, more = reading.find(roots)
        missing += [line.replace(f"{mirror.as_posix()}/", "") for line in more]
        jobs: list[Job] = []
        for source in found:
            url, contents = origin[source.path]
            named = replace(source, path=source.path.relative_to(mirror))
            jobs.append(RemoteJob(named, _key(source, named, contents, tables), Path(), tables, url))
    return jobs, sorted(missing)


def _copy(url: str, mirror: Path) -> tuple[Path, dict[Path, tuple[str, str]]]:
    """Mirror the files of a URL, empty unless they hold lines; return the root, and URL and key of each."""
    there: dict[Path, tuple[str, str]] = {}
    with storage.opened(url) as (fs, path):
        # a host or bucket becomes a folder like any other; the scheme keeps kinds of storage apart
        top = mirror / url.partition("://")[0]
        root = top / PurePosixPath(path.lstrip("/"))
        for name in sorted(fs.find(path)):
            file = top / PurePosixPath(name.lstrip("/"))
            if not file.is_relative_to(mirror) or ".." in file.parts:
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.suffix.lower() in _LINES:
                fs.get_file(name, str(file))
            else:
                file.touch()
            there[file] = (fs.unstrip_protocol(name), str(fs.ukey(name)))
    return root, there


def _key(source: Source, named: Source, contents: str, tables: tuple[str, ...]) -> str:
    """Return a digest of all that an extraction depends on, as `kg.build.reading.key_of` does for files."""
    digest = reading.digest_without_text(named, tables)
    if source.line is None:
        digest.update(contents.encode())
    else:
        with source.path.open("rb") as file:
            file.seek(source.offset)
            digest.update(file.read(source.length))
    return digest.hexdigest()


@contextmanager
def fetched(job: Job) -> Iterator[Job]:
    """Hold a job whose bytes are in a file on this machine.

    Raises:
        ClusterError: A storage operation fails.
    """
    if not isinstance(job, RemoteJob):
        yield job
        return
    source = job.source
    end = None if source.line is None else source.offset + source.length
    with storage.opened(job.url) as (fs, path):
        data = fs.cat_file(path, start=source.offset, end=end)
    with TemporaryDirectory() as folder:
        file = Path(folder, "article")
        file.write_bytes(data)
        yield Job(replace(source, at=file, offset=0), job.key, job.folder, job.authority)
