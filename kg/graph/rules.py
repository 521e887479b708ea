"""Facts that follow from facts: SPARQL CONSTRUCT files, run over a graph when it is written.

In: a store and the rules of `ontology/rules`. Out: quads. What a rule infers lies in a named graph of
its own, `https://kg.example.org/rules/NAME`, so that it is known for what it is and can be left out: it
is never part of the default graph, which holds what articles and people say. Rules run in the order of
their files' names, each on the graph and on what those before it inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph import vocabulary as v
from kg.paths import data_folder

_FILE = re.compile(r"[0-9]+-(?P<name>[a-z][a-z-]*)\.rq")
_HEADER = re.compile(r"# *(zh|en): *(.*?) *$")
_DEFAULT = ox.DefaultGraph()
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: Its file's stem without the number.
        zh: What it says, in Chinese.
        en: The same in English.
        sparql: A CONSTRUCT query.
    """

    name: str
    zh: str
    en: str
    sparql: str

    @property
    def graph(self) -> ox.NamedNode:
        """The graph that holds what it infers."""
        return v.rule(self.name)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules that travel with the package, in the order in which they run.

    Raises:
        OntologyError: A file has no number and name, lacks its words, or is no CONSTRUCT query.
    """
    return read_rules(data_folder("ontology") / "rules")


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Return the rules of a folder, in the order of their files' names.

    Raises:
        OntologyError: As for `rules`.
    """
    return tuple(_read(path) for path in sorted(folder.glob("*.rq")))


def _read(path: Path) -> Rule:
    match = _FILE.fullmatch(path.name)
    if match is None:
        raise OntologyError("is no name of a rule", file=path, valid=("10-located-in.rq",))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"cannot be read: {error}", file=path) from error
    said = {found[1]: found[2] for found in map(_HEADER.match, text.splitlines()) if found}
    missing = [f"# {language}:" for language in ("zh", "en") if not said.get(language)]
    if missing:
        raise OntologyError(f"lacks its words at the head: {', '.join(missing)}", file=path)
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        raise OntologyError(f"cannot be read: {error}", file=path) from error
    if not isinstance(answer, ox.QueryTriples):
        raise OntologyError("is no CONSTRUCT query", file=path)
    return Rule(match["name"], said["zh"], said["en"], text)


def infer(store: ox.Store, following: Sequence[Rule], rejected: Iterable[Triple] = ()) -> Iterator[ox.Quad]:
    """Run rules over a store, put what follows into it and yield it, rule by rule, each fact once.

    Args:
        store: A store whose default graph is the union of the articles' graphs.
        following: The rules, in the order in which they run.
        rejected: Facts, as IRIs, that do not hold whatever rules say.
    """
    refused = set(rejected)
    seen: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [_DEFAULT]
    for rule in following:
        answer = set(cast(ox.QueryTriples, store.query(rule.sparql, default_graph=seen)))
        # one walk over the few predicates concerned; a look-up for each fact takes several times as long
        answer -= _held(store, {triple.predicate for triple in answer}, seen)
        quads = [
            ox.Quad(t.subject, t.predicate, t.object, rule.graph) for t in answer if _iris(t) not in refused
        ]
        store.bulk_extend(quads)
        seen.append(rule.graph)
        yield from quads


def _iris(triple: ox.Triple) -> Triple:
    return (
        cast(ox.NamedNode, triple.subject).value,
        triple.predicate.value,
        cast(ox.NamedNode, triple.object).value,
    )


def _held(store: ox.Store, predicates: Iterable[ox.NamedNode], graphs: Iterable[Any]) -> set[ox.Triple]:
    return {
        quad.triple
        for graph in graphs
        for predicate in predicates
        for quad in store.quads_for_pattern(None, predicate, None, graph)
    }


def inferred_graphs(store: ox.Store) -> list[ox.NamedNode]:
    """Return the graphs of a store that hold what rules inferred, sorted."""
    names = (name for name in store.named_graphs() if v.is_rule(name))
    return sorted((cast(ox.NamedNode, name) for name in names), key=lambda name: name.value)
