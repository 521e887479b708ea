"""Infer facts from facts with SPARQL CONSTRUCT rules, which run over a graph when it is written.

The rules of `ontology/rules` run over a store and produce quads. What a rule infers is kept in a named graph
of its own, `https://kg.example.org/rules/NAME`, so that it can be recognised and left out. It is never part
of the default graph, which holds what articles and people say. Rules run in the order of their file names,
each on the graph and on what the rules before it inferred.

A rule may declare at its head how little has to be inferred again when facts are added or removed:

- `# again: ?thing kg:locatedIn` means that what the rule infers about `?thing` depends only on the
  `kg:locatedIn` values of the things that `?thing` reaches through that predicate.
- `# again: ?subject` means that it depends on the values that `?subject` itself has for the predicates that
  the rule names.

The variable is the subject or the object of everything that the rule infers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph import vocabulary as v
from kg.paths import data_folder

_FILE = re.compile(r"[0-9]+-(?P<name>[a-z][a-z-]*)\.rq")
_HEADER = re.compile(r"# *(zh|en): *(.*?) *$")
_AGAIN = re.compile(r"# *again: *\?(?P<variable>\w+)(?: +kg:(?P<predicate>\w+))? *$", re.MULTILINE)
_TEMPLATE = re.compile(r"CONSTRUCT\s*\{\s*(\S+)\s+(\S+)\s+(\S+?)\s*\.?\s*\}")
_DEFAULT = ox.DefaultGraph()
# number of facts held in memory at once
_AT_ONCE = 100_000
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Again:
    """What the answer of a rule for one thing depends on.

    Attributes:
        variable: The variable that stands for the thing.
        subject: Whether the thing is the subject, and not the object, of what is inferred.
        predicate: The predicate through which the thing reaches what the answer depends on, and the only
            predicate that matters; None if the answer depends on the thing's own values.
        named: The predicates that the answer may depend on.
    """

    variable: ox.Variable
    subject: bool
    predicate: ox.NamedNode | None
    named: frozenset[ox.NamedNode]


@dataclass(frozen=True, slots=True)
class Rule:
    """An inference rule.

    Attributes:
        name: Stem of its file name, without the number.
        zh: What it says, in Chinese.
        en: The same in English.
        sparql: A CONSTRUCT query whose template is one triple.
        again: What has to be inferred again when facts are added or removed; None if everything has to.
    """

    name: str
    zh: str
    en: str
    sparql: str
    again: Again | None = None

    @property
    def graph(self) -> ox.NamedNode:
        """Name of the graph that holds what it infers."""
        return v.rule(self.name)

    @property
    def listed(self) -> str:
        """The rule as a SELECT of subject, predicate and object; no engine holds its whole answer in memory.

        A CONSTRUCT returns each triple once and so has to hold all of them; here a triple may be repeated.
        """
        return _TEMPLATE.sub(
            r"SELECT (\1 AS ?inferred_s) (\2 AS ?inferred_p) (\3 AS ?inferred_o)", self.sparql
        )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules that come with the package, in the order in which they run.

    Raises:
        OntologyError: A file lacks a number and name, or its descriptions, or is no CONSTRUCT of one triple.
    """
    return read_rules(data_folder("ontology") / "rules")


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Return the rules in a folder, in the order of their file names.

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
    template = _TEMPLATE.search(text)
    if template is None:
        raise OntologyError("infers no single triple", file=path, valid=("CONSTRUCT { ?s kg:partOf ?o }",))
    again = _again(text, (template[1], template[3]), path)
    return Rule(match["name"], said["zh"], said["en"], text, again)


def _again(text: str, ends: tuple[str, str], path: Path) -> Again | None:
    found = _AGAIN.search(text)
    if found is None:
        return None
    variable = f"?{found['variable']}"
    if ends.count(variable) != 1:
        reason = f"says # again: of {variable}, which is neither subject nor object of what is inferred"
        raise OntologyError(reason, file=path, valid=[end for end in ends if end.startswith("?")])
    predicate = v.kg(found["predicate"]) if found["predicate"] else None
    named = frozenset({predicate}) if predicate else _named(text)
    return Again(ox.Variable(found["variable"]), ends[0] == variable, predicate, named)


def _named(sparql: str) -> frozenset[ox.NamedNode]:
    """Return every IRI in a query, written in full or with a prefix that the query declares."""
    body = "\n".join(line for line in sparql.splitlines() if not line.startswith("#"))
    spaces = dict(re.findall(r"(?i)PREFIX\s+(\w*):\s*<([^>]*)>", body))
    short = re.findall(r"(?<![\w<?])(\w*):(\w+)", body)
    whole = re.findall(r"<([^>]+)>", body)
    return frozenset(
        map(ox.NamedNode, [*whole, *(spaces[prefix] + name for prefix, name in short if prefix in spaces)])
    )


def infer(store: ox.Store, following: Sequence[Rule], rejected: Iterable[Triple] = ()) -> Iterator[ox.Quad]:
    """Run rules over a store, add what they infer to it and yield it, rule by rule, each fact once.

    Args:
        store: A store whose default graph is the union of the articles' graphs.
        following: The rules, in the order in which they run.
        rejected: Facts, as IRIs, that do not hold, whatever the rules say.
    """
    refused = set(rejected)
    seen: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [_DEFAULT]
    for rule in following:
        # the answer is unaffected by later additions to the store
        answer = iter(cast(ox.QuerySolutions, store.query(rule.listed, default_graph=seen)))
        # the graphs with each predicate; most predicates are in no graph but the rule's own
        holding: dict[ox.NamedNode, list[Any]] = {}
        while some := list(islice(answer, _AT_ONCE)):
            quads = []
            for triple in dict.fromkeys(ox.Triple(s, p, o) for s, p, o in some):
                if triple.predicate not in holding:
                    holding[triple.predicate] = _graphs_with(store, triple.predicate, seen)
                quad = _quad(triple, rule.graph)
                known = quad in store or _is_in(store, triple, holding[triple.predicate])
                if not known and _iris(triple) not in refused:
                    quads.append(quad)
            store.bulk_extend(quads)
            yield from quads
        seen.append(rule.graph)


def can_infer_again(following: Iterable[Rule]) -> bool:
    """Return whether every rule declares what to infer again when facts are added or removed."""
    return all(rule.again is not None for rule in following)


def infer_again(
    store: ox.Store,
    following: Sequence[Rule],
    changed: Iterable[ox.Triple],
    rejected: Iterable[Triple] = (),
    turned: Iterable[Triple] = (),
) -> None:
    """Update what rules inferred after facts were added or removed, as if all were inferred anew.

    Args:
        store: A store as `infer` left it, except for the changed facts.
        following: The same rules; each declares what has to be inferred again.
        changed: Triples that are newly said or no longer said.
        rejected: As for `infer`.
        turned: Facts that are rejected now and were not before, and vice versa.
    """
    touched, refused, other = set(changed), set(rejected), set(turned)
    seen: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [_DEFAULT]
    for rule in following:
        again = cast(Again, rule.again)
        new: set[ox.Quad] = set()
        old: set[ox.Quad] = set()
        own = {ox.NamedNode(s if again.subject else o) for s, _, o in other}
        for thing in _concerned(store, again, touched, seen) | own:
            found = store.query(rule.sparql, default_graph=seen, substitutions={again.variable: thing})
            new.update(_quad(t, rule.graph) for t in set(cast(ox.QueryTriples, found)))
            subject, object_ = (thing, None) if again.subject else (None, thing)
            old.update(store.quads_for_pattern(subject, None, object_, rule.graph))
        new = {q for q in new if _iris(q.triple) not in refused and not _is_in(store, q.triple, seen)}
        store.extend(new - old)
        for quad in old - new:
            store.remove(quad)
        touched |= {quad.triple for quad in new ^ old}
        seen.append(rule.graph)


def _quad(triple: ox.Triple, graph: Any) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _concerned(
    store: ox.Store, again: Again, changed: Iterable[ox.Triple], seen: Sequence[Any]
) -> set[ox.NamedNode]:
    """Return the things for which the answer of a rule may have changed."""
    found: set[ox.NamedNode] = set()
    for triple in changed:
        if triple.predicate in again.named:
            # what is said is not inferred as well: the triple may itself be an answer, so its object counts
            ends = (triple.subject,) if again.subject else (triple.subject, triple.object)
            found.update(end for end in ends if isinstance(end, ox.NamedNode))
    waiting = list(found) if again.predicate is not None else []
    while waiting:
        node = waiting.pop()
        for graph in seen:
            for quad in store.quads_for_pattern(None, again.predicate, node, graph):
                before = quad.subject
                if isinstance(before, ox.NamedNode) and before not in found:
                    found.add(before)
                    waiting.append(before)
    return found


def _iris(triple: ox.Triple) -> Triple:
    return (
        cast(ox.NamedNode, triple.subject).value,
        triple.predicate.value,
        cast(ox.NamedNode, triple.object).value,
    )


def _graphs_with(store: ox.Store, predicate: ox.NamedNode, graphs: Iterable[Any]) -> list[Any]:
    return [
        graph for graph in graphs if any(True for _ in store.quads_for_pattern(None, predicate, None, graph))
    ]


def _is_in(store: ox.Store, triple: ox.Triple, graphs: Iterable[Any]) -> bool:
    return any(_quad(triple, graph) in store for graph in graphs)


def inferred_graphs(store: ox.Store) -> list[ox.NamedNode]:
    """Return the graphs of a store that hold what rules inferred, sorted."""
    names = (name for name in store.named_graphs() if v.is_rule(name))
    return sorted((cast(ox.NamedNode, name) for name in names), key=lambda name: name.value)
