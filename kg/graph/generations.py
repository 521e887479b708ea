"""Writing generations of the store: whole, or as the current one with the shares of some articles changed.

A whole one is loaded some hundred thousand quads at a time, so that memory is bounded whatever the size of
the graph. A changed one begins as the current one: the files of the database that never change are shared
with it by hard links, so that the cost is that of the change. Either becomes current by one `os.replace` of
the manifest.
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
# the end of a line of N-Quads: its graph's IRI, which holds neither a space nor a bracket
_GRAPH = re.compile(rb" <[^<> \n]*> \.\n")
# what RocksDB writes once and only ever deletes
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
    """Write a new generation, make it the current one and return the manifest that says so.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for `store`.
        quads: What articles and people say, in named graphs.
        articles: Where they come from.
        infer: Puts what follows from the quads into a store, in further named graphs, and gives it back.
        complete: Puts into the manifest what is to be counted in the store.
    """
    generation = _begin(folder, manifest)
    store = ox.Store(str(generation / "quads"))
    for lines in _serialised(quads):
        store.bulk_load(input=lines, format=ox.RdfFormat.N_QUADS)
        # the union: each triple once, since a store is a set
        store.bulk_load(input=_GRAPH.sub(b" .\n", lines), format=ox.RdfFormat.N_TRIPLES)
    # every load left files of its own, each of which a look-up has to ask: merged, rules take a third of the
    # time, and questions half of it
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
    """Write a new generation that is the current one with changes; as `write_generation` otherwise.

    Args:
        folder: The graph's folder, held as its writer.
        manifest: The new manifest but for `store`, whose value still is the current generation's.
        change: Changes a store and gives the manifest to be written.
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
    # a line an article; written as a whole with line breaks, json takes several times as long
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
    """Make a database that shares with another, closed one what neither of them will change."""
    new.mkdir()
    for path in sorted(old.iterdir()):
        if _NOT_COPIED.fullmatch(path.name):
            continue
        if path.suffix == _FIXED:
            try:
                os.link(path, new / path.name)
                continue
            except OSError:
                # a file system without hard links: the same at the cost of a copy
                pass
        shutil.copyfile(path, new / path.name)
