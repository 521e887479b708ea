"""Validate a graph against the SHACL shapes of the ontology with pySHACL.

`validate` takes a graph and returns a readable `ValidationReport`. The requirements are the shapes in
`ontology/shapes.ttl`; none are written here. Nothing is inferred: superclasses are in the graph already.

pySHACL takes a minute for a graph of some hundred articles. So `kg.graph.sieve` first sets aside the nodes
that certainly conform, and pySHACL checks the rest; with `sieved=False` it checks everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph import bridge, sieve, store
from kg.paths import data_folder

if TYPE_CHECKING:
    from kg.graph.graph import Graph

_SHACL = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One place where a graph breaks a shape.

    Attributes:
        severity: `Violation`, `Warning` or `Info`.
        focus: IRI of the node that breaks it.
        label: The node's label, or its IRI.
        path: The property, by its local name; empty for a longer path or the node as a whole.
        message: What the shape requires.
        value: The value that breaks it, or empty.
    """

    severity: str
    focus: str
    label: str
    path: str
    message: str
    value: str

    def __str__(self) -> str:
        place = f"{self.label} {self.path}".strip()
        return f"{self.severity}: {place}: {self.message}" + (f" ({self.value})" if self.value else "")


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The outcome of a validation.

    Attributes:
        conforms: Whether no shape of severity `Violation` is broken.
        violations: Everything that was found, the most severe first.
    """

    conforms: bool
    violations: tuple[Violation, ...]

    def __str__(self) -> str:
        if not self.violations:
            return "the graph conforms to the shapes"
        grave = sum(v.severity == "Violation" for v in self.violations)
        head = f"the graph {'conforms to' if self.conforms else 'breaks'} the shapes: {grave} violations"
        return "\n".join([f"{head}, {len(self.violations) - grave} remarks", *map(str, self.violations)])


def validate(graph: Graph, shapes: str | Path | None = None, *, sieved: bool = True) -> ValidationReport:
    """Check a graph against SHACL shapes.

    Args:
        graph: The graph.
        shapes: A Turtle file, or None for those of the ontology.
        sieved: Whether to give pySHACL only the nodes that may break a shape. The report is the same.

    Raises:
        OntologyError: The shapes cannot be read.
    """
    path = Path(shapes) if shapes is not None else data_folder("ontology") / "shapes.ttl"
    merged = graph.store.quads_for_pattern(None, None, None, store.DEFAULT)
    if not sieved:
        return _judge(bridge.to_rdflib_graph(merged), path, None)
    data = sieve.Data(merged)
    found = sieve.suspects(_read(path), data)
    if found is None or not all(isinstance(node, ox.NamedNode) for node in found):
        # shapes that the sieve does not support, or nodes without an IRI
        return validate(graph, path, sieved=False)
    if not found:
        return ValidationReport(True, ())
    near = bridge.to_rdflib_graph(ox.Quad(*triple) for triple in sieve.around(found, data))
    return _judge(near, path, {node.value for node in found})


def _read(path: Path) -> bytes:
    try:
        turtle = path.read_bytes()
        for _ in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
            pass
    except (OSError, SyntaxError) as error:
        raise OntologyError(f"cannot be read as shapes: {error}", file=path) from error
    return turtle


def _judge(data: Any, path: Path, wanted: set[str] | None) -> ValidationReport:
    import pyshacl
    from rdflib import Graph as RdfGraph

    demands = RdfGraph()
    try:
        demands.parse(path, format="turtle")
    except Exception as error:
        # rdflib's parsers may raise any exception
        raise OntologyError(f"cannot be read as shapes: {error}", file=path) from error
    # pySHACL's own selection of focus nodes leaves out those inside sh:or, so results are filtered afterwards
    _, results, _ = pyshacl.validate(
        data, shacl_graph=demands, inference="none", advanced=True, inplace=True, allow_warnings=True
    )
    found = [found for found in _violations(results, data) if wanted is None or found.focus in wanted]
    violations = tuple(sorted(found, key=lambda v: (_rank(v.severity), v)))
    return ValidationReport(not any(v.severity == "Violation" for v in violations), violations)


def _rank(severity: str) -> int:
    order = ("Violation", "Warning", "Info")
    return order.index(severity) if severity in order else len(order)


def _violations(results: Any, data: Any) -> Iterator[Violation]:
    from rdflib import RDF, SKOS, Namespace, URIRef

    sh = Namespace(_SHACL)
    for result in results.subjects(RDF.type, sh.ValidationResult):
        focus = results.value(result, sh.focusNode)
        messages = sorted(str(message) for message in results.objects(result, sh.resultMessage))
        path, value = results.value(result, sh.resultPath), results.value(result, sh.value)
        yield Violation(
            _local(results.value(result, sh.resultSeverity)),
            str(focus),
            str(min(data.objects(focus, SKOS.prefLabel), default=focus)),
            _local(path) if isinstance(path, URIRef) else "",
            "; ".join(messages),
            str(value) if value is not None else "",
        )


def _local(iri: Any) -> str:
    return str(iri).replace("#", "/").rsplit("/", 1)[-1]
