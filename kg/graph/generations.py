"""Write generations of the store: from scratch, or as the current one with some articles' shares changed.

A generation written from scratch is loaded some hundred thousand quads at a time, so that memory use is
bounded whatever the size of the graph. A changed generation starts as a copy of the current one. It shares,
by hard links, the database files that never change, so that its cost is only that of the change. Either kind
becomes current through a single `os.replace` of the manifest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.graph import store as s

_AT_ONCE = 200_000
# the end of an N-Quads line: the graph's IRI, which contains neither a space nor a bracket
_GRAPH = re.compile(rb" <[^<> \n]*> \.\n")
# files that RocksDB writes once and afterwards only deletes
_FIXED = ".sst"
_NOT_COPIED = re.compile(r"LOCK|LOG.*")


def write_generation(
    folder: Path,
    manifest: s.Manifest,
    quads: Iterable[ox.Quad],
    articles: Mapping[str, s.Entry],
    *,
    infer: Callable[[ox.Store], Iterable[ox.Quad]] | None = None,
    complete: Callable[[ox.Store, s.Manifest], s.Manifest] | None = None,
) -> s.Manifest:
    """Write a new generation, make it the current one and return its manifest.

    Args:
        folder: The graph's folder; the caller holds its lock as the writer.
        manifest: The new manifest, except for `store`.
        quads: What articles and people say, in named graphs.
        articles: The articles that the quads come from.
        infer: Function that adds what follows from the quads to a store, in further named graphs, and
            returns it.
        complete: Function that fills in those values of the manifest that have to be counted in the store.
    """
    generation = _begin(folder, manifest)
    store = ox.Store(str(generation / "quads"))
    for lines in _serialised(quads):
        store.bulk_load(input=lines, format=ox.RdfFormat.N_QUADS)
        # the union; each triple is stored once, since a store is a set
        store.bulk_load(input=_GRAPH.sub(b" .\n", lines), format=ox.RdfFormat.N_TRIPLES)
    # every load left files of its own, all of which a look-up has to consult; after merging them, rules take
    # a third of the time and queries half of it
    store.optimize()
    if complete is not None:
        manifest = complete(store, manifest)
    if infer is not None:
        for _ in infer(store):
            pass
        store.optimize()
    store.flush()
    # dropping the handle closes the database, after which its files never change
    del store
    return _end(folder, generation, manifest, articles)


def change_generation(
    folder: Path,
    manifest: s.Manifest,
    change: Callable[[ox.Store, s.Manifest], s.Manifest],
    articles: Mapping[str, s.Entry],
) -> s.Manifest:
    """Write a new generation that is the current one with changes; otherwise like `write_generation`.

    Args:
        folder: The graph's folder; the caller holds its lock as the writer.
        manifest: The new manifest, except for `store`, which still names the current generation.
        change: Function that changes a store and returns the manifest to be written.
        articles: All articles of the new generation.
    """
    assert manifest.store is not None
    generation = _begin(folder, manifest)
    _link(folder / manifest.store / "quads", generation / "quads")
    store = ox.Store(str(generation / "quads"))
    manifest = change(store, manifest)
    store.flush()
    del store
    return _end(folder, generation, manifest, articles)


def _begin(folder: Path, manifest: s.Manifest) -> Path:
    number = int(manifest.store.removeprefix("store-")) + 1 if manifest.store else 1
    while (folder / f"store-{number}").exists():
        # kept alive by a reader
        number += 1
    generation = folder / f"store-{number}"
    generation.mkdir()
    return generation


def _end(folder: Path, generation: Path, manifest: s.Manifest, articles: Mapping[str, s.Entry]) -> s.Manifest:
    # one line per article, each encoded by itself: encoding all at once with line breaks takes several times
    # as long
    told = json.JSONEncoder(ensure_ascii=False).encode
    lines = (f"{told(doc)}: {told({'key': e.key, 'file': e.file})}" for doc, e in sorted(articles.items()))
    s.write_file(generation / "articles.json", "{\n" + ",\n".join(lines) + "\n}\n")
    for path in sorted((generation / "quads").iterdir()):
        s.sync(path)
    s.write_file(generation / "in-use", "")
    s.sync(generation / "quads")
    s.sync(folder)
    new = replace(manifest, store=generation.name)
    s.write_manifest(folder, new)
    s.clear_leftovers(folder, new)
    return new


def _serialised(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    waiting = iter(quads)
    while lines := cast(bytes, ox.serialize(islice(waiting, _AT_ONCE), format=ox.RdfFormat.N_QUADS)):
        yield lines


def _link(old: Path, new: Path) -> None:
    """Copy a closed database, sharing the files that neither of the two will change."""
    new.mkdir()
    for path in sorted(old.iterdir()):
        if _NOT_COPIED.fullmatch(path.name):
            continue
        if path.suffix == _FIXED:
            try:
                os.link(path, new / path.name)
                continue
            except OSError:
                # the file system has no hard links: copying gives the same result at a higher cost
                pass
        shutil.copyfile(path, new / path.name)
