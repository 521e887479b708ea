"""The tasks of a build into shards, run by the workers, which read and write files on shared storage.

    annotations/NAME.jsonl.gz   extractions of the articles of a shard, one per line
    annotations/NAME.failed     sources of the shard that could not be read, and why
    work/…                      intermediate rows passed between steps (`kg.cluster.resolving`)
    quads-RUN/NAME.nq.gz        quads of the shard's articles, article by article, sorted within each

A file has the same content whichever worker writes it and however often. Annotations are kept for the next
run.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kg import authority
from kg.build import versions
from kg.build.reading import Job, extract_one
from kg.cluster import components as c
from kg.cluster import resolving
from kg.cluster.exchange import Parts, Piece, pack, put, put_rows, take, take_rows, unpack
from kg.cluster.sources import fetched
from kg.cluster.storage import Folder
from kg.errors import ClusterError
from kg.extract import document
from kg.graph import identifiers, store
from kg.graph.triples import generate_share
from kg.model import Extraction
from kg.resolve.told import Told, tell
from kg.text.readers import ENDINGS

MARKER = "kg-shards.json"
ANNOTATIONS, WORK = "annotations", "work"
_PLACES, _COMPONENTS = "places", "components"


@dataclass(frozen=True, slots=True)
class Run:
    """Settings that all tasks of a build need.

    Attributes:
        folder: Folder of the shards.
        version: Version of extraction and graph code on the machine that started the build.
        base: Prefix of the IRIs of things.
        authority: Folders of the user's own authority tables.
        parts: Number of parts into which resolution is divided.
        quads: Name of the folder for quads.
    """

    folder: Folder
    version: str
    base: str
    authority: tuple[str, ...]
    parts: int
    quads: str

    def check(self) -> None:
        """Check that this process can work for the build.

        Raises:
            ClusterError: It has another version, or does not see the folder.
        """
        if version() != self.version:
            reason = f"a worker has version {version()} of the code and tables, this build {self.version}"
            raise ClusterError(f"{reason}; install the same kg on all machines, with the same packages")
        if not self.folder.exists(MARKER):
            reason = "a worker does not see the folder of the shards; it has to lie on shared storage"
            raise ClusterError(reason, file=self.folder.url)

    @property
    def annotations(self) -> Folder:
        """Folder of the extractions."""
        return self.folder.below(ANNOTATIONS)

    @property
    def work(self) -> Folder:
        """Folder of intermediate rows."""
        return self.folder.below(WORK)


def version() -> str:
    """Return the version of everything that determines the contents of shards."""
    return f"{versions.extractor_version(ENDINGS)}-{versions.graph_version()}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of articles, figures and quads in one or more shards."""

    articles: int = 0
    figures: int = 0
    quads: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return the sum."""
        return Counts(self.articles + other.articles, self.figures + other.figures, self.quads + other.quads)


def read_shard(run: Run, name: str, jobs: Sequence[Job]) -> tuple[list[tuple[str, str]], int]:
    """Write the annotations of a shard; return the failures and the number of articles read before.

    A failure is the identifier of a source that could not be read, and the reason. Articles whose annotations
    already exist from an earlier run are not read again.
    """
    run.check()
    there = documents(run.annotations, name) if run.annotations.exists(f"{name}.jsonl.gz") else ()
    have = {found["doc"]: line_of(found) for found in there}
    kept = len(have)
    errors = []
    for job in jobs:
        if job.source.doc not in have:
            line, reason = read_line(job)
            if line is not None:
                have[job.source.doc] = line
            else:
                errors.append((job.source.doc, reason or ""))
    write_shard(run, name, [have[job.source.doc] for job in jobs if job.source.doc in have], errors)
    return errors, kept


def read_line(job: Job) -> tuple[bytes | None, str | None]:
    """Return (line of JSON, None) for an article's extraction, or (None, reason) if it could not be read."""
    with fetched(job) as here:
        found, reason = extract_one(here)
    return None if found is None else line_of(found), reason


def line_of(found: document.Json) -> bytes:
    """Return an extraction document as a line of JSON."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def write_shard(run: Run, name: str, read: Iterable[bytes], errors: Sequence[tuple[str, str]]) -> None:
    """Write the annotations of a shard, and the list of sources that could not be read."""
    if errors:
        run.annotations.write(f"{name}.failed", pack([list(one) for one in errors]))
    run.annotations.write(f"{name}.jsonl.gz", _compressed(b"".join(line + b"\n" for line in read)))
    if not errors:
        run.annotations.delete(f"{name}.failed")


def documents(annotations: Folder, name: str) -> Iterator[document.Json]:
    """Yield the extraction documents of a shard."""
    for line in gzip.decompress(annotations.read(f"{name}.jsonl.gz")).split(b"\n"):
        if line:
            yield json.loads(line.decode("utf-8", "surrogatepass"))


def failed(annotations: Folder, name: str) -> list[tuple[str, str]]:
    """Return identifier and reason for each source of a shard that could not be read."""
    return [(doc, reason) for doc, reason in unpack(annotations.read(f"{name}.failed"))]


def _extractions(run: Run, name: str) -> Iterator[Extraction]:
    return map(document.from_json, documents(run.annotations, name))


def tell_shard(run: Run, name: str) -> Parts:
    """Write the resolution records of a shard; write the bearers of names by part, and return the parts."""
    run.check()
    tables = authority.load(run.authority)
    told = [tell(extraction, tables) for extraction in _extractions(run, name)]
    run.work.write(f"told-{name}", pack([resolving.told_row(one) for one in told]))
    places = frozenset().union(*(one.places for one in told))
    run.work.write(f"places-{name}", pack([sorted(places)]))
    found = c.bearers(named for one in told for named in one.named)
    of = found["name"] % np.uint64(run.parts)
    parts = {int(number): found[of == number].tobytes() for number in np.unique(of)}
    return put(run.work, f"bearers-{name}", parts)


def tie_names(run: Run, part: int, where: Sequence[Piece]) -> None:
    """Write the pairs of identities that are connected by the names of a part."""
    of = np.frombuffer(b"".join(take(run.work, where)), c.BEARER)
    run.work.write(f"ties-{part}", np.unique(c.edges(of), axis=0).tobytes())


def write_shared(run: Run, names: Sequence[str]) -> int:
    """Write the data that all parts need; return the number of identities in the largest component.

    This is the only step that sees data of all articles: two numbers for each identity that shares a name,
    and the names of places.

    Args:
        run: The build.
        names: Names of all shards.
    """
    pairs = b"".join(run.work.read(f"ties-{part}") for part in range(run.parts))
    found = c.components(np.frombuffer(pairs, np.uint64).reshape(-1, 2))
    run.work.write(_COMPONENTS, found.to_bytes())
    places: set[str] = set()
    for name in names:
        for row in unpack(run.work.read(f"places-{name}")):
            places.update(row)
    run.work.write(_PLACES, pack([sorted(places)]))
    return found.largest


def share_entities(run: Run, name: str, shard: int) -> Parts:
    """Write the entities of a shard by the part of their component."""
    rows = resolving.entities_by_component(_told(run, name), shard, _components(run), run.parts)
    return put_rows(run.work, f"entities-{name}", rows)


def join_entities(run: Run, part: int, where: Sequence[Piece]) -> Parts:
    """Write the things of a part by the part of their key."""
    records = authority.load(run.authority).records
    rows = resolving.join_entities(take_rows(run.work, where), _anywhere(run), records, run.parts)
    return put_rows(run.work, f"things-{part}", rows)


def give_keys(run: Run, kind: str, part: int, where: Sequence[Piece]) -> tuple[Parts, int]:
    """Write the faces of a part's things by shard; return their positions and the number of things."""
    rows, count = resolving.give_keys(take_rows(run.work, where), run.base)
    return put_rows(run.work, f"faces-{kind}-{part}", rows), count


def share_persons(run: Run, name: str, shard: int, where: Sequence[Piece]) -> Parts:
    """Write the persons of a shard by the part of their name."""
    faces = resolving.Faces(take_rows(run.work, where))
    rows = resolving.persons_by_name(_told(run, name), shard, faces, run.parts)
    return put_rows(run.work, f"persons-{name}", rows)


def join_persons(run: Run, part: int, where: Sequence[Piece]) -> Parts:
    """Write the distinct persons of a part by the part of their key."""
    return put_rows(
        run.work, f"namesakes-{part}", resolving.join_persons(take_rows(run.work, where), run.parts)
    )


def write_quads(run: Run, name: str, where: Sequence[Piece]) -> Counts:
    """Write the quads of a shard; return its counts."""
    records = authority.load(run.authority).records
    faces = resolving.Faces(take_rows(run.work, where))
    counts = Counts()
    data = io.BytesIO()
    # no name and time in the header, so that the same lines give the same bytes
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=data, mtime=0) as file:
        for extraction in _extractions(run, name):
            share = faces.things.get(extraction.article.doc, {})
            codes = {t.record: records[t.record].code or "" for t in share.values() if t.record}
            nodes = {t.key: identifiers.node(faces.iris[t.key]) for t in share.values()}
            # no two articles share a quad, because each has its own named graph
            text = store.canonical(generate_share(extraction, share, nodes, base=run.base, codes=codes))
            file.write(text.encode())
            counts += Counts(1, len(extraction.observations), text.count("\n"))
    run.folder.below(run.quads).write(f"{name}.nq.gz", data.getvalue())
    return counts


def _told(run: Run, name: str) -> Iterator[Told]:
    return map(resolving.told_of, unpack(run.work.read(f"told-{name}")))


# cached for the next task of the same build in the same process
@lru_cache(maxsize=1)
def _components(run: Run) -> c.Components:
    return c.from_bytes(run.work.read(_COMPONENTS))


@lru_cache(maxsize=1)
def _anywhere(run: Run) -> frozenset[str]:
    return frozenset(next(unpack(run.work.read(_PLACES)), []))


def _compressed(data: bytes) -> bytes:
    # no time in the header, so that the same lines give the same bytes
    return gzip.compress(data, 6, mtime=0)
