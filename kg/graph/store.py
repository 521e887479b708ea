"""The folder of a graph: manifest, extraction cache and generations of the store.

    kg-graph.json      names the format, the current generation and what it was built with
    lock               held by the one writer
    cache/ab/….json    one extraction per article, so that unchanged articles are not read again
    ledger.db          what earlier builds found out about identity; made again if it is missing
    store-7/           a generation: quads/ (the database), articles.json, in-use

A generation is written beside the current one and never changed afterwards (`kg.graph.generations`). A build
ends with a single `os.replace` of the manifest. If it is killed before that, the old graph is intact; if
after, the new one is. The next writer clears what is left over. Readers hold a shared lock on their
generation, so that a writer does not delete it while they read; they never wait for anyone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph import vocabulary as v
from kg.graph.locks import locked

FORMAT = 1
DEFAULT = ox.DefaultGraph()
MANIFEST = "kg-graph.json"
LEDGER = "ledger.db"
_OURS = (MANIFEST, "lock", "cache", LEDGER)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `kg-graph.json`.

    Attributes:
        store: Name of the current generation's folder, or None before the first build has ended.
        base: Base IRI of things.
        extractor: Version of the extraction that the last build ran.
        authority: Absolute paths of the folders with the user's own authority tables.
        inputs: SHA-256 of everything that the current generation was made from.
        counts: Numbers of articles, things, facts and figures in it.
        corrections: Absolute path of the user's own corrections file; empty for the one in the folder.
        corrections_in_force: Number of corrections that the generation was made with.
        stale: One line for each correction that did not apply.
        rules: Whether the generation holds what the rules infer from its facts.
        format: Version of the folder's layout.
    """

    store: str | None = None
    base: str = v.BASE
    extractor: str = ""
    authority: tuple[str, ...] = ()
    inputs: str = ""
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    corrections: str = ""
    corrections_in_force: int = 0
    stale: tuple[str, ...] = ()
    rules: bool = True
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a graph.

    Attributes:
        key: Name of its extraction in the cache.
        file: The source, as the user named it.
    """

    key: str
    file: str

    @property
    def content(self) -> tuple[str, str]:
        """What a graph depends on: the key, and of the source only the file name, not its folder."""
        return self.key, os.path.basename(self.file)


def stamp(folder: Path) -> tuple[int, ...]:
    """Return a stamp that distinguishes one state of a graph's folder from its other states.

    Raises:
        GraphError: There is no graph in the folder.
    """
    try:
        found = (folder / MANIFEST).stat()
    except OSError as error:
        raise GraphError("there is no graph here any more", file=folder) from error
    return found.st_mtime_ns, found.st_ino, found.st_size


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a graph's folder.

    Raises:
        GraphError: The folder is missing, is not a graph, or was written by a newer version.
    """
    if not folder.exists():
        raise GraphError("there is no graph here: build one first", file=folder)
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        form = data["format"]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise GraphError(f"is not a graph: it lacks {MANIFEST}", file=folder) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GraphError(f"its {MANIFEST} cannot be read: {error}", file=folder) from error
    if not isinstance(form, int) or form > FORMAT:
        reason = f"was written by a newer version of kg (format {form}; this one reads up to {FORMAT})"
        raise GraphError(reason, file=folder)
    return Manifest(
        data.get("store"),
        data.get("base", v.BASE),
        data.get("extractor", ""),
        tuple(data.get("authority", ())),
        data.get("inputs", ""),
        tuple(data.get("counts", (0, 0, 0, 0))),
        data.get("corrections", ""),
        data.get("corrections_in_force", 0),
        tuple(data.get("stale", ())),
        data.get("rules", True),
        form,
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in a single step that survives a power cut."""
    data = {
        "format": manifest.format,
        "store": manifest.store,
        "base": manifest.base,
        "extractor": manifest.extractor,
        "authority": list(manifest.authority),
        "inputs": manifest.inputs,
        "counts": list(manifest.counts),
        "corrections": manifest.corrections,
        "corrections_in_force": manifest.corrections_in_force,
        "stale": list(manifest.stale),
        "rules": manifest.rules,
    }
    write_file(folder / MANIFEST, json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def open_store(folder: Path) -> tuple[ox.Store, Manifest, Callable[[], None]]:
    """Return the current generation, open for reading, its manifest, and a function to call when done.

    Raises:
        GraphError: As for `read_manifest`, or nothing has been built yet, or the store is damaged.
    """
    for _ in range(20):
        manifest = read_manifest(folder)
        if manifest.store is None:
            raise GraphError("holds no article yet: its first build did not end", file=folder)
        generation = folder / manifest.store
        held = _hold(generation)
        if held is None:
            # a writer has swapped the manifest and is clearing this generation: look again
            continue
        try:
            return ox.Store.read_only(str(generation / "quads")), manifest, held.close
        except (OSError, RuntimeError) as error:
            held.close()
            raise GraphError(f"its store is damaged: {error}", file=folder) from error
    raise GraphError(f"its store {manifest.store} is missing; build the graph again", file=folder)


def _hold(generation: Path) -> IO[bytes] | None:
    try:
        held = (generation / "in-use").open("rb")
    except OSError:
        return None
    if not locked(held, shared=True) or not (generation / "in-use").exists():
        held.close()
        return None
    return held


@contextmanager
def writer(folder: Path, *, base: str | None = None) -> Iterator[Manifest]:
    """Lock a graph's folder as its only writer, clear leftovers and yield the manifest.

    A folder that does not exist, or is empty, becomes a graph.

    Raises:
        GraphError: Another process is writing, the folder holds something else, its format is newer, or
            the base IRI differs from the graph's.
    """
    _check_ours(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+b")
    except OSError as error:
        raise GraphError(f"cannot be written: {error.strerror}", file=folder) from error
    with lock:
        if not locked(lock, shared=False):
            raise GraphError("is being written by another process; try again when it has ended", file=folder)
        if not (folder / MANIFEST).exists():
            # from here on, a killed build leaves a folder that is recognised as a graph's
            write_manifest(folder, Manifest(base=base or v.BASE))
        manifest = read_manifest(folder)
        if base is not None and base != manifest.base:
            raise GraphError(f"has the base {manifest.base}, not {base}", file=folder)
        clear_leftovers(folder, manifest)
        yield manifest


def _check_ours(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise GraphError("is a file, not a graph's folder", file=folder)
    if (folder / MANIFEST).exists():
        read_manifest(folder)
        return
    foreign = sorted(p.name for p in folder.iterdir() if p.name != "lock" and not p.name.startswith(MANIFEST))
    if foreign:
        reason = f"is neither empty nor a graph (it holds {foreign[0]}); nothing was written into it"
        raise GraphError(reason, file=folder)


def clear_leftovers(folder: Path, manifest: Manifest) -> None:
    """Delete generations that are neither current nor being read, and half-written files."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("trash-") or path.suffix == ".tmp":
            _delete(path)
        elif path.name.startswith("store-") and path.name != manifest.store:
            _discard(path)
    for path in sorted((folder / "cache").glob("*/*.tmp")):
        _delete(path)


def _discard(generation: Path) -> None:
    marker = generation / "in-use"
    if not marker.exists():
        # it never became current, so nobody can be reading it
        _delete(generation)
        return
    with suppress(OSError), marker.open("rb") as held:
        if locked(held, shared=False):
            trash = generation.with_name("trash-" + generation.name)
            os.replace(generation, trash)
            _delete(trash)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def union(store: ox.Store) -> list[ox.Quad]:
    """Return the triples of the articles' graphs, each once, as quads of the default graph.

    What rules inferred is not included. The union is kept in the store because Oxigraph's own union of graphs
    returns a triple once for each graph that holds it, so that joins and counts over it come out too high (an
    RDF merge is a set).
    """
    said = (q for q in store if q.graph_name != DEFAULT and not v.is_rule(q.graph_name))
    return list({ox.Quad(q.subject, q.predicate, q.object) for q in said})


def has_union(store: ox.Store) -> bool:
    """Return whether the default graph holds anything."""
    return next(iter(store.quads_for_pattern(None, None, None, DEFAULT)), None) is not None


def canonical(quads: Iterable[ox.Quad]) -> str:
    """Return quads as N-Quads, each once, sorted by code point."""
    data = cast(bytes, ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
    lines = sorted(set(data.decode("utf-8").split("\n")) - {""})
    return "".join(line + "\n" for line in lines)


def nquads(folder: Path, *, inferred: bool = False) -> str:
    """Return what a graph says, or what rules inferred from it, as N-Quads sorted by code point.

    Two graphs of the same articles give the same text, however they were built.

    Raises:
        GraphError: As for `open_store`.
    """
    store, _, release = open_store(folder)
    try:
        quads = (q for q in store if q.graph_name != DEFAULT)
        return canonical(q for q in quads if v.is_rule(q.graph_name) == inferred)
    finally:
        del store
        release()


def read_articles(folder: Path, manifest: Manifest) -> dict[str, Entry]:
    """Return the articles of the current generation by identifier, sorted."""
    if manifest.store is None:
        return {}
    try:
        listing = json.loads((folder / manifest.store / "articles.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GraphError(f"its list of articles cannot be read: {error}", file=folder) from error
    return {doc: Entry(entry["key"], entry["file"]) for doc, entry in sorted(listing.items())}


def cache_file(folder: Path, key: str) -> Path:
    """Return the path of the cached extraction with a key."""
    return folder / "cache" / key[:2] / f"{key}.json"


def read_cached(folder: Path, key: str) -> dict[str, Any] | None:
    """Return a cached extraction document, or None if it is missing or damaged."""
    try:
        document = json.loads(cache_file(folder, key).read_text(encoding="utf-8", errors="surrogatepass"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def write_cached(folder: Path, key: str, document: Mapping[str, Any]) -> None:
    """Write an extraction document to the cache; several processes may do so at once."""
    path = cache_file(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def prune_cache(folder: Path, articles: Mapping[str, Entry]) -> None:
    """Delete the cached extractions of articles that are no longer in the graph."""
    wanted = {f"{entry.key}.json" for entry in articles.values()}
    cache = folder / "cache"
    # names, not paths: adding one article must not create a path for each of those that stay
    for part in sorted(os.listdir(cache)) if cache.is_dir() else ():
        if not (cache / part).is_dir():
            continue
        for name in sorted(set(os.listdir(cache / part)) - wanted):
            if name.endswith(".json"):
                _delete(cache / part / name)
        # fails, as intended, while the folder holds other files
        with suppress(OSError):
            (cache / part).rmdir()


def write_file(path: Path, text: str) -> None:
    """Write a text file (UTF-8, line feeds) atomically: readers see either the old or the new one, whole."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    # a folder cannot be opened on Windows, where a rename needs no flush of its folder
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def abandon(folder: Path) -> None:
    """Delete a graph's folder that this build has created and that holds nothing in the end."""
    for name in _OURS:
        _delete(folder / name)
    with suppress(OSError):
        folder.rmdir()
