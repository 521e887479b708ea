"""Compare two graphs: articles, things, facts and figures that were added, removed or changed.

`diff` takes two open graphs (`open_either` opens one from its path) and returns changes in a fixed order,
each of which prints as one readable line. A thing is identified by its IRI; a fact by its two things and its
predicate; a figure by its thing, indicator, period and article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph.graph import Graph, open_graph
from kg.graph.records import Fact, Figure, Thing

KINDS = ("article", "thing", "fact", "figure")
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_ENDINGS = (".nq", ".trig", ".ttl", ".nt")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two graphs.

    Attributes:
        how: `added`, `removed` or `changed`.
        kind: One of `KINDS`.
        what: The article, thing, fact or figure, in words.
        detail: The old and new values of what changed, or further details.
    """

    how: str
    kind: str
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{SIGNS[self.how]} {self.kind} {self.what}" + (f": {self.detail}" if self.detail else "")

    def to_json(self) -> dict[str, str]:
        """Return the change as plain data."""
        return asdict(self)


def open_either(path: str | Path) -> Graph:
    """Open a graph's folder, or a file of N-Quads, TriG, Turtle or N-Triples, for reading.

    Raises:
        GraphError: The path is neither, or it cannot be read.
    """
    where = Path(path)
    if where.is_dir() or where.suffix.lower() not in _ENDINGS:
        return open_graph(where)
    held = ox.Store()
    try:
        held.load(path=str(where), format=ox.RdfFormat.from_extension(where.suffix[1:].lower()))
    except SyntaxError as error:
        raise GraphError(f"cannot be read as RDF: {error}", file=where) from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror or error}", file=where) from error
    return Graph(held, path=where)


def diff(old: Graph, new: Graph) -> tuple[Change, ...]:
    """Return what was added, removed or changed between the old graph and the new one.

    Changes are sorted by kind, in the order of `KINDS`, then by what they are about.
    """
    found = [*_articles(old, new), *_things(old, new), *_facts(old, new), *_figures(old, new)]
    return tuple(sorted(found, key=lambda c: (KINDS.index(c.kind), c.what, c.how, c.detail)))


def _articles(old: Graph, new: Graph) -> Iterator[Change]:
    one, other = ({a.doc: a for a in graph.articles()} for graph in (old, new))
    for doc, how in _keys(one, other):
        if how != "changed":
            yield Change(how, "article", doc, (other if how == "added" else one)[doc].title)
            continue
        before, after = one[doc], other[doc]
        parts = [
            _step("title", before.title, after.title),
            _step("published", before.published, after.published),
        ]
        parts += ["another text"] if before.text != after.text else []
        if any(parts):
            yield Change(how, "article", doc, _joined(parts))


def _things(old: Graph, new: Graph) -> Iterator[Change]:
    one, other = ({t.iri: t for t in graph.things()} for graph in (old, new))
    for iri, how in _keys(one, other):
        if how != "changed":
            thing = (other if how == "added" else one)[iri]
            yield Change(how, "thing", _named(thing), "")
            continue
        before, after = one[iri], other[iri]
        parts = [_step("name", before.name, after.name), _step("type", before.type, after.type)]
        parts += [_step("record", before.record, after.record), _sets("names", before.names, after.names)]
        if any(parts):
            yield Change(how, "thing", _named(after), _joined(parts))


def _facts(old: Graph, new: Graph) -> Iterator[Change]:
    one, other = (
        {(f.subject.iri, f.predicate, f.object.iri): f for f in graph.facts()} for graph in (old, new)
    )
    for key, how in _keys(one, other):
        if how != "changed":
            fact = (other if how == "added" else one)[key]
            yield Change(how, "fact", _fact(fact), _docs(fact))
            continue
        before, after = one[key], other[key]
        if {s.iri for s in before.statements} == {s.iri for s in after.statements}:
            continue
        parts = [_sets("articles", before.docs, after.docs)]
        parts += [_step("confidence", f"{before.confidence:g}", f"{after.confidence:g}")]
        parts += [_sets("particulars", *([f"{k} {v}" for k, v in f.qualifiers] for f in (before, after)))]
        parts = parts if any(parts) else ["other sentences say so"]
        yield Change(how, "fact", _fact(after), _joined(parts))


def _figures(old: Graph, new: Graph) -> Iterator[Change]:
    one, other = (_by_place(graph.observations()) for graph in (old, new))
    for key, how in _keys(one, other):
        gone = sorted(f.text for f in one.get(key, ()))
        come = sorted(f.text for f in other.get(key, ()))
        if gone == come and how == "changed":
            continue
        some = (other.get(key) or one[key])[0]
        what = " ".join(
            filter(None, (some.subject.name, some.indicator, some.period, f"({some.evidence.doc})"))
        )
        detail = (
            _joined([_step("", "、".join(gone), "、".join(come))])
            if how == "changed"
            else "、".join(gone or come)
        )
        yield Change(how, "figure", what, detail)


def _by_place(figures: Sequence[Figure]) -> dict[tuple[str, str, str, str], list[Figure]]:
    found: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        found[figure.subject.iri, figure.indicator, figure.period or "", figure.evidence.doc].append(figure)
    return dict(found)


def _keys(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    for key in sorted({*one, *other}):
        yield key, "changed" if key in one and key in other else "added" if key in other else "removed"


def _named(thing: Thing) -> str:
    return f"{thing.name} ({thing.type})"


def _fact(fact: Fact) -> str:
    return f"{fact.subject.name} {fact.predicate} {fact.object.name}"


def _docs(fact: Fact) -> str:
    hands = sorted({s.author for s in fact.statements if s.author})
    return "、".join([*fact.docs, *(f"by {author}" for author in hands)])


def _step(what: str, before: str | None, after: str | None) -> str:
    return f"{what} {before or '-'} → {after or '-'}".strip() if (before or "") != (after or "") else ""


def _sets(what: str, before: Sequence[str], after: Sequence[str]) -> str:
    marked = [f"+{name}" for name in after if name not in before]
    marked += [f"-{name}" for name in before if name not in after]
    return f"{what} {' '.join(marked)}" if marked else ""


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(part for part in parts if part)
