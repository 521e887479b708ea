"""The facade: the functions that most programs need.

`extract` reads one article and `extract_all` many. `build` makes a graph of articles, `open`
opens a graph that was built before, and `correct` puts it right. `diff` compares two graphs, and
`conflicts` finds contradictions between articles. Each function calls the subpackage that does the work
and decides nothing about language or graphs itself.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KGError, ReadError

if TYPE_CHECKING:
    from kg.authority import Authority
    from kg.graph.conflicts import Conflict
    from kg.graph.diff import Change
    from kg.graph.graph import Graph
    from kg.model import Extraction
    from kg.text.readers import Source


def extract(source: str | Path, *, authority: Authority | None = None, doc: str = "text") -> Extraction:
    """Return what one article says: its things, relations and figures, each with its sentence.

    Args:
        source: The text itself, or the name of a file that holds it. A string is taken as a file
            name if such a file exists or if it is a single line with the ending of a known format.
        authority: Tables of known things; defaults to those of the package.
        doc: Identifier of the article if `source` is a text; a file is identified by its stem.

    Raises:
        ReadError: The file is missing, empty, or not a readable text.
    """
    from kg.extract import pipeline
    from kg.text.article import parse_article
    from kg.text.readers import read_article

    if isinstance(source, Path) or _names_a_file(source):
        article = read_article(source)
    elif source.strip():
        article = parse_article(source, doc=doc)
    else:
        raise ReadError("the text is empty", file=doc)
    return pipeline.extract(article, authority)


def find(sources: Iterable[str | Path]) -> tuple[tuple[Source, ...], tuple[ReadError, ...]]:
    """Return the articles in files and folders, and an error for each file or folder that holds none."""
    from kg.text.readers import find_sources

    good, bad = [], []
    for given in sources:
        try:
            find_sources([given])
        except ReadError as error:
            bad.append(error)
        else:
            good.append(given)
    return find_sources(good), tuple(bad)


def extract_all(
    sources: Iterable[Source], *, authority_folders: Sequence[str | Path] = ()
) -> Iterator[tuple[Source, Extraction | KGError]]:
    """Yield each source with its extraction, or with an error if it cannot be read.

    Args:
        sources: The articles returned by `find`.
        authority_folders: Additional folders of authority tables.

    Raises:
        AuthorityError: A folder is missing or a row of a table breaks its schema.
    """
    from kg.authority import load
    from kg.extract import pipeline
    from kg.text.readers import read_source

    authority = load(authority_folders)
    for source in sources:
        result: Extraction | KGError
        try:
            result = pipeline.extract(read_source(source), authority)
        except KGError as error:
            result = error
        except Exception as error:
            # an article that the code cannot handle must not stop the others
            result = ReadError(f"could not be read ({type(error).__name__}: {error})", file=source.path)
        yield source, result


def at_least(extraction: Extraction, confidence: float) -> Extraction:
    """Return an extraction without anything below a confidence threshold.

    Evidence below the threshold is dropped, with the relations and figures that rest on it alone. Entities
    below it are dropped too, with the relations and figures that involve them.

    Args:
        extraction: What one article says.
        confidence: Threshold between 0 and 1, inclusive.
    """
    entities = tuple(e for e in extraction.entities if e.confidence >= confidence)
    kept = {e.id for e in entities}
    sure = (
        replace(r, evidence=tuple(e for e in r.evidence if e.confidence >= confidence))
        for r in extraction.relations
        if r.subject in kept and r.object in kept
    )
    return replace(
        extraction,
        entities=entities,
        relations=tuple(r for r in sure if r.evidence),
        observations=tuple(
            o for o in extraction.observations if o.subject in kept and o.evidence.confidence >= confidence
        ),
        rejects=tuple(r for r in extraction.rejects if r.subject in kept and r.object in kept),
    )


def build(
    sources: str | Path | Iterable[str | Path],
    *,
    graph: str | Path,
    workers: int | None = None,
    progress: Callable[[Any], None] | None = None,
    authority_folders: Sequence[Path] = (),
    corrections: str | Path | None = None,
    rules: bool | None = None,
) -> Graph:
    """Build a graph from articles, or bring it up to date, and return it open for reading.

    Args:
        sources: Files and folders of articles.
        graph: Folder of the graph; created if it does not exist.
        workers: Number of processes that read articles; defaults to the number of cores.
        progress: Called with the state of the run after each article.
        authority_folders: Additional folders of authority tables.
        corrections: The user's own file of corrections; remembered by the graph.
        rules: Whether the graph includes what rules infer from its facts; remembered by the graph.

    Raises:
        ReadError: None of the sources could be read.
        GraphError: The folder holds something other than a graph, or another process is writing to it.

    Warns:
        UserWarning: Some sources could not be read and are missing from the graph, or a correction no
            longer applies.
    """
    from kg.build import build as run
    from kg.graph.graph import open_graph

    named = [sources] if isinstance(sources, str | Path) else list(sources)
    report = run(
        named,
        graph=graph,
        workers=workers,
        progress=progress,
        authority_folders=authority_folders,
        corrections=corrections,
        rules=rules,
    )
    if report.failed:
        reasons = "; ".join(str(reason) for reason in report.failed)
        warnings.warn(f"the graph lacks {len(report.failed)} of the sources: {reasons}", stacklevel=2)
    for stale in report.stale:
        warnings.warn(stale, stacklevel=2)
    return open_graph(graph)


def open(path: str | Path) -> Graph:
    """Return the graph in a folder, open for reading; a `with` block closes it at its end.

    Raises:
        GraphError: The folder is missing or holds no graph.
    """
    from kg.graph.graph import open_graph

    return open_graph(path)


def serve(
    graph: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], None] | None = None,
    **limits: Any,
) -> None:
    """Serve a graph over HTTP until the process is interrupted: SPARQL, pages, search, explorer.

    Args:
        graph: Folder of the graph, which may be rebuilt while it is served.
        host: Address to listen on; the default can be reached only from this machine.
        port: Port, 0 to 65535; 0 picks a free one.
        ready: Called with the address once the server accepts connections.
        limits: `timeout` (seconds), `max_rows`, `max_query_bytes`, `max_concurrent`, `max_waiting`
            (queries), `max_memory` (MiB), as in `kg.serve.limits.Limits`.

    Raises:
        GraphError: The folder is missing or holds no graph.
        KGError: The server cannot listen on the address, or a limit is out of range.
    """
    from kg.serve.limits import Limits
    from kg.serve.run import serve as run

    run(graph, host=host, port=port, limits=Limits(**limits), ready=ready)


def correct(
    graph: str | Path, action: str, thing: str, object: str = "", *, author: str, reason: str, **details: Any
) -> Graph:
    """Correct a graph, now and in every later build, and return it open for reading.

    Args:
        graph: Folder of the graph.
        action: `merge`, `split`, `rename`, `retype`, `reject` or `add`.
        thing: The thing concerned, given by its IRI or by any name that no other thing has.
        object: The other thing, the new name or the new type.
        author: Who makes the correction.
        reason: Why it is made.
        details: `predicate`, `docs`, `quote`, `date` and `corrections`, as for `kg.build.correcting.correct`.

    Raises:
        CorrectionError: The correction does not fit the graph.
        GraphError: The folder is not a graph, or another process is writing to it.
    """
    from kg.build import correcting
    from kg.graph.graph import open_graph

    correcting.correct(graph, action, thing, object, author=author, reason=reason, **details)
    return open_graph(graph)


def diff(old: str | Path, new: str | Path) -> tuple[Change, ...]:
    """Return the differences between two graphs (folders or N-Quads files), in a fixed order.

    Raises:
        GraphError: One of them cannot be read.
    """
    from kg.graph import diff as differ

    with differ.open_either(old) as one, differ.open_either(new) as other:
        return differ.diff(one, other)


def conflicts(graph: str | Path, *, within: bool = False) -> tuple[Conflict, ...]:
    """Return the contradictions between the articles of a graph, with their sentences.

    Args:
        graph: Folder of the graph.
        within: Whether to report also figures that differ within one article.

    Raises:
        GraphError: The folder is missing or holds no graph.
    """
    from kg.graph.conflicts import conflicts as find

    with open(graph) as opened:
        return find(opened, within=within)


def _names_a_file(source: str) -> bool:
    if not source or "\n" in source or len(source) > 1024 or "\0" in source:
        return False
    from kg.text.readers import ENDINGS

    # a misspelt file name must be an error, not an article of eleven letters
    return source.lower().endswith(ENDINGS) or Path(source).is_file()
