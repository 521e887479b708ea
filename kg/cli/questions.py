"""Commands that query a graph: query, questions, show, stats."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import GraphFolder, app
from kg.errors import QueryError

_COUNTS = ("articles", "things", "facts", "statements", "observations", "sentences", "quads")


class AnswerFormat(StrEnum):
    """Formats of the answer to a query."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TTL = "ttl"


@app.command()
def query(
    graph: GraphFolder,
    sparql: Annotated[str | None, typer.Argument(metavar="[SPARQL]", help="The query.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="F.rq", help="Read the query from a file.")] = None,
    name: Annotated[str | None, typer.Option(metavar="QUESTION", help="Ask one of `kg questions`.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the question; may be repeated."),
    ] = None,
    format: Annotated[AnswerFormat, typer.Option(help="Form of the answer.")] = AnswerFormat.TABLE,
    inferred: Annotated[
        bool, typer.Option("--inferred", help="Ask what rules inferred, too, and not only what is said.")
    ] = False,
) -> int:
    """Ask a graph in SPARQL 1.1.

    The prefixes kg:, id: (things), skos:, dcterms:, rdf:, rdfs: and xsd: are known.

    Example: kg query --graph out/graph 'SELECT ?name { ?x a kg:Project ; skos:prefLabel ?name } LIMIT 5'
    """
    from kg import terminal
    from kg.graph.graph import open_graph
    from kg.graph.vocabulary import prefixes

    text = _query_text(sparql, file, name, set_ or ())
    with open_graph(graph) as opened:
        if format is not AnswerFormat.TABLE:
            sys.stdout.write(opened.serialise(text, format.value, inferred=inferred).decode("utf-8"))
            return 0
        answer = opened.query(text, inferred=inferred)
        if isinstance(answer, bool):
            terminal.say("true" if answer else "false")
        elif hasattr(answer, "variables"):
            known = prefixes(opened.base)
            terminal.table(
                answer.variables, ([terminal.shorten(value, known) for value in row] for row in answer)
            )
        else:
            sys.stdout.write(opened.serialise(text, "ttl", inferred=inferred).decode("utf-8"))
    return 0


@app.command()
def questions() -> int:
    """List the questions kg query --name asks.

    Example: kg questions
    """
    from kg import terminal
    from kg.ontology import questions as known

    rows = [(q.name, q.zh, q.en, ", ".join(f"{key}={value}" for key, value in q.parameters)) for q in known()]
    terminal.table(("name", "in Chinese", "in English", "parameters"), rows)
    return 0


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any of its names, or its IRI.")],
    graph: GraphFolder,
    all_: Annotated[
        bool, typer.Option("--all", help="Show every fact and sentence, not the first ten of a kind.")
    ] = False,
) -> int:
    """Show a thing: names, facts, figures.

    Each with the sentences that say so.

    Example: kg show 太平湾 --graph out/graph
    """
    from kg import ontology, terminal
    from kg.graph.card import card
    from kg.graph.graph import open_graph

    known = ontology.load()
    labels = {name: term.label_zh for name, term in (*known.classes.items(), *known.properties.items())}
    with open_graph(graph) as opened:
        found = card(opened, name)
    facts = (*found.outgoing, *found.incoming)
    terminal.card(found.thing, facts, found.figures, limit=None if all_ else 10, labels=labels)
    return 0


@app.command()
def stats(graph: GraphFolder) -> int:
    """Count what is in a graph.

    Example: kg stats --graph out/graph
    """
    from kg import terminal
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        counts = opened.stats()
    terminal.table(("in the graph", "number"), [(key, getattr(counts, key)) for key in _COUNTS])
    terminal.say("")
    terminal.table(("type", "things"), counts.things_by_type)
    terminal.say("")
    terminal.table(("predicate", "facts"), counts.facts_by_predicate)
    if counts.inferred_by_rule:
        terminal.say("")
        terminal.table(("rule", "inferred"), counts.inferred_by_rule)
    return 0


def _query_text(sparql: str | None, file: Path | None, name: str | None, settings: Sequence[str]) -> str:
    if sum(choice is not None for choice in (sparql, file, name)) != 1:
        raise typer.BadParameter("give a query, --file or --name, and only one of them")
    if settings and name is None:
        raise typer.BadParameter("--set goes with --name")
    if name is not None:
        from kg.ontology import fill_question

        return fill_question(name, dict(map(_setting, settings)))
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise QueryError("is not UTF-8 text", file=file, place=f"byte {error.start}") from error
    return sparql or ""


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise typer.BadParameter(f"--set {text} is not of the form NAME=VALUE")
    return name.strip(), value
