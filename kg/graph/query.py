"""SPARQL on a store: run a query and return typed rows or the serialised answer.

The project's prefixes are predefined. Queries run on the union of all articles' graphs, which is the store's
default graph. This module only reads: an update is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import pyoxigraph as ox

from kg.errors import ExportError, MissingExtraError, QueryError
from kg.graph import vocabulary as v
from kg.graph.rules import inferred_graphs

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Value = str | int | float | bool | Decimal | date | datetime | None
ROW_FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
TRIPLE_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "xml": ox.RdfFormat.RDF_XML,
    "json": ox.RdfFormat.JSON_LD,
}
_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_WHOLE = {v.XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger")}


class Row(tuple[Value, ...]):
    """One solution: a tuple of Python values that can also be accessed by variable name."""

    variables: tuple[str, ...]

    def __new__(cls, values: tuple[Value, ...], variables: tuple[str, ...]) -> Row:
        row = super().__new__(cls, values)
        row.variables = variables
        return row

    def __getattr__(self, name: str) -> Value:
        if name.startswith("__") or name not in self.variables:
            raise AttributeError(name)
        return cast(Value, self[self.variables.index(name)])

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.variables.index(key) if isinstance(key, str) else key)

    def asdict(self) -> dict[str, Value]:
        """Return the values by variable name."""
        return dict(zip(self.variables, self, strict=True))


@dataclass(frozen=True)
class Rows:
    """The answer to a SELECT query.

    Attributes:
        variables: Names of the columns, in the order of the query.
        rows: The solutions.
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame with one column per variable.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingExtraError("needs pandas: pip install 'kg-regional[pandas]'") from error
        return pandas.DataFrame([tuple(row) for row in self.rows], columns=list(self.variables))


@dataclass(frozen=True)
class Triples:
    """The answer to a CONSTRUCT or DESCRIBE query.

    Attributes:
        triples: The triples, sorted, each once.
    """

    triples: tuple[ox.Triple, ...]

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)


def query(
    store: ox.Store, sparql: str, *, base: str = v.BASE, inferred: bool = False
) -> Rows | bool | Triples:
    """Return the answer to a SPARQL 1.1 query: `Rows`, a bool for ASK, or `Triples`.

    Args:
        store: The graph.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE; the project's prefixes need no declaration.
        base: What `id:` stands for.
        inferred: Whether to query what rules inferred, too.

    Raises:
        QueryError: The query cannot be parsed (the message names line and column) or run.
    """
    answer = run(store, sparql, base=base, default_graphs=_with_inferred(store) if inferred else None)
    try:
        if isinstance(answer, ox.QuerySolutions):
            variables = tuple(variable.value for variable in answer.variables)
            return Rows(variables, tuple(Row(tuple(map(value_of, s)), variables) for s in answer))
        if isinstance(answer, ox.QueryTriples):
            return Triples(tuple(sorted(set(answer), key=str)))
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be run: {error}") from error
    return bool(answer)


def serialise(
    store: ox.Store, sparql: str, format: str, *, base: str = v.BASE, inferred: bool = False
) -> bytes:
    """Return the answer to a query in a W3C format, encoded as UTF-8.

    Args:
        store: The graph.
        sparql: As for `query`.
        format: `csv`, `tsv`, `json` or `xml` for SELECT and ASK (ASK: `json` and `xml`); `ttl`, `nt`,
            `xml` (RDF/XML) or `json` (JSON-LD) for CONSTRUCT and DESCRIBE.
        base: What `id:` stands for.
        inferred: As for `query`.

    Raises:
        QueryError: As for `query`.
        ExportError: The format does not fit the query.
    """
    answer = run(store, sparql, base=base, default_graphs=_with_inferred(store) if inferred else None)
    try:
        if isinstance(answer, ox.QueryTriples):
            if format not in TRIPLE_FORMATS:
                raise ExportError(f"triples have no form {format}", valid=TRIPLE_FORMATS)
            triples = sorted(set(answer), key=str)
            return cast(
                bytes, ox.serialize(triples, format=TRIPLE_FORMATS[format], prefixes=v.prefixes(base))
            )
        choices = [f for f in ROW_FORMATS if isinstance(answer, ox.QuerySolutions) or f in ("json", "xml")]
        if format not in choices:
            raise ExportError(f"this answer has no form {format}", valid=choices)
        return cast(bytes, answer.serialize(format=ROW_FORMATS[format]))
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be run: {error}") from error


def _with_inferred(store: ox.Store) -> list[ox.NamedNode | ox.DefaultGraph]:
    return [ox.DefaultGraph(), *inferred_graphs(store)]


def run(
    store: ox.Store,
    sparql: str,
    *,
    base: str = v.BASE,
    default_graphs: Sequence[ox.NamedNode | ox.DefaultGraph] | None = None,
    named_graphs: Sequence[ox.NamedNode] | None = None,
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Return the store's own answer to a query, which is evaluated lazily, while it is read.

    Args:
        store: The graph.
        sparql: As for `query`.
        base: What `id:` stands for.
        default_graphs: Graphs whose union is the default graph, instead of those of FROM or of all articles.
        named_graphs: Graphs that GRAPH may name, instead of those of FROM NAMED or of all articles.

    Raises:
        QueryError: As for `query`; an error may also occur while the answer is read.
    """
    try:
        return store.query(
            sparql,
            prefixes=v.prefixes(base),
            default_graph=None if default_graphs is None else list(default_graphs),
            named_graphs=None if named_graphs is None else list(named_graphs),
        )
    except SyntaxError as error:
        raise _syntax_error(sparql, str(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be run: {error}") from error


def _syntax_error(sparql: str, message: str) -> QueryError:
    match = _PLACE.match(message)
    if match is None:
        return QueryError(f"the query cannot be read: {message}")
    line, column = int(match[1]), int(match[2])
    shown = sparql.splitlines()[line - 1 : line] or [""]
    found = shown[0][column - 1 :].strip()[:30] or "the end"
    # the parser lists every character class it would have accepted; only a short list is helpful
    expected = " ".join(match[3].split()).replace(", [_]", "")
    if "Prefix not found" in expected:
        reason = f"the prefix before {found} is not declared"
        return QueryError(reason, place=f"line {line}, column {column}", valid=v.prefixes())
    if "variable that is unbound" in expected:
        reason = f"SELECT names a variable that is not grouped or bound, near {found}"
    elif _is_update(sparql):
        reason = "only SELECT, ASK, CONSTRUCT and DESCRIBE can be run: a graph changes by build and remove"
    else:
        reason = f"syntax error at {found}"
        # [_] stands for any character
        if expected and expected != "[_]" and len(expected) <= 120 and "\\u" not in expected:
            reason += f": expected {expected}"
    return QueryError(reason, place=f"line {line}, column {column}")


def _is_update(sparql: str) -> bool:
    body = re.sub(r"(?im)^\s*(?:#.*|(?:prefix|base)\s.*)$", "", sparql).lstrip()
    return re.match(r"(?i)(?:insert|delete|load|clear|drop|create|copy|move|add)\b", body) is not None


def value_of(term: Term | None) -> Value:
    """Return a term as a Python value: an IRI as text; numbers, dates and booleans as such.

    >>> value_of(ox.Literal("45.6", datatype=v.DECIMAL)), value_of(ox.Literal("大连", language="zh"))
    (Decimal('45.6'), '大连')
    """
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    datatype = term.datatype.value
    try:
        if datatype in _WHOLE:
            return int(term.value)
        if datatype == v.XSD + "decimal":
            return Decimal(term.value)
        if datatype in (v.XSD + "double", v.XSD + "float"):
            return float(term.value)
        if datatype == v.XSD + "boolean":
            return term.value in ("true", "1")
        if datatype == v.XSD + "date":
            return date.fromisoformat(term.value)
        if datatype == v.XSD + "dateTime":
            return datetime.fromisoformat(term.value)
    except (ValueError, ArithmeticError):
        # an ill-typed literal is kept as text: judging the data is not the task of this module
        return term.value
    return term.value
