"""The `kg` command: arguments in, one call into the library, an answer out.

Each command is a function that holds its arguments and nothing else. Answers go to
standard output in UTF-8, everything else to standard error. Exit status: 0 done (sources
that could not be read are named), 1 nothing could be done, 2 wrong usage. What the
library needs is imported inside the commands, so that `kg --help` is immediate.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.errors import ExportError, KGError, QueryError

app = typer.Typer(
    name="kg",
    help="Knowledge graphs from Chinese regional-development news, every fact with its sentence.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Sources = Annotated[list[Path], typer.Argument(metavar="SOURCE...", help="Files and folders of articles.")]
GraphFolder = Annotated[Path, typer.Option("--graph", metavar="DIR", help="Folder of the graph.")]
Authorities = Annotated[
    list[Path] | None,
    typer.Option("--authority", metavar="DIR", help="Folder of further authority tables; may be repeated."),
]
_COUNTS = ("articles", "things", "facts", "statements", "observations", "sentences", "quads")


class AnswerFormat(StrEnum):
    """How the answer to a query is written."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TTL = "ttl"


def _version(wanted: bool) -> None:
    if wanted:
        import kg

        sys.stdout.write(f"kg {kg.__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Knowledge graphs from Chinese regional-development news, every fact with its sentence."""


@app.command()
def extract(
    sources: Sources,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write one JSON file per article there.")
    ] = None,
    rejects: Annotated[
        bool, typer.Option("--rejects", help="Add the relations that were refused, with reasons.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less certain.")
    ] = 0.0,
    authority: Authorities = None,
) -> int:
    """Read articles and write what they say as JSON.

    Without --out one article is one JSON document on standard output; several are one
    document per line.

    Example: kg extract articles/ --out extracted/
    """
    from kg import api, terminal
    from kg.extract.document import to_json

    found, missing = api.find(sources)
    for error in missing:
        terminal.warn(f"kg: {error}")
    done = 0
    with terminal.progress("reading") as advance:
        for at, (source, result) in enumerate(api.extract_all(found, authority_folders=authority or ())):
            if advance:
                advance(at, len(found), source.doc)
            if isinstance(result, KGError):
                terminal.warn(f"kg: {result}")
                continue
            document = to_json(api.at_least(result, min_confidence), rejects=rejects)
            text = (
                json.dumps(document, ensure_ascii=False, indent=1 if out or len(found) == 1 else None) + "\n"
            )
            if out:
                _write(_inside(out, f"{source.doc}.json"), text)
            else:
                sys.stdout.write(text)
            done += 1
    return 0 if done else 1


@app.command()
def build(
    sources: Sources,
    graph: GraphFolder,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read articles; one per core if left out.")
    ] = None,
    authority: Authorities = None,
) -> int:
    """Build a graph, or bring it up to date.

    What has not changed since the last time is not read again.

    Example: kg build articles/ --graph out/graph
    """
    from kg import terminal
    from kg.build import build as run

    with terminal.progress("building") as advance:
        report = run(
            sources,
            graph=graph,
            workers=workers,
            progress=None if advance is None else lambda p: advance(p.done, p.total, p.doc),
            authority_folders=tuple(authority or ()),
        )
    for reason in report.failed:
        terminal.warn(f"kg: {reason}")
    terminal.say(str(report))
    return 0 if report.read or report.unchanged else 1


@app.command()
def remove(
    docs: Annotated[
        list[str], typer.Argument(metavar="DOC...", help="Articles: the stem of the file's name.")
    ],
    graph: GraphFolder,
) -> int:
    """Take articles out of a graph.

    All that only they say goes with them.

    Example: kg remove t01 t02 --graph out/graph
    """
    from kg import terminal
    from kg.build import remove as run

    terminal.say(str(run(docs, graph=graph)))
    return 0


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
            sys.stdout.write(opened.serialise(text, format.value).decode("utf-8"))
            return 0
        answer = opened.query(text)
        if isinstance(answer, bool):
            terminal.say("true" if answer else "false")
        elif hasattr(answer, "variables"):
            known = prefixes(opened.base)
            terminal.table(
                answer.variables, ([terminal.shorten(value, known) for value in row] for row in answer)
            )
        else:
            sys.stdout.write(opened.serialise(text, "ttl").decode("utf-8"))
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
    from kg.graph.graph import open_graph

    known = ontology.load()
    labels = {name: term.label_zh for name, term in (*known.classes.items(), *known.properties.items())}
    with open_graph(graph) as opened:
        thing = opened.entity(name)
        facts = sorted({*opened.facts(subject=thing), *opened.facts(object=thing)})
        figures = opened.observations(thing)
    terminal.card(thing, facts, figures, limit=None if all_ else 10, labels=labels)
    return 0


@app.command()
def export(
    graph: GraphFolder,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File (or folder, for tables) to write.")],
    format: Annotated[
        str | None, typer.Option(help="graphml, gexf, turtle, …; told by the file's ending if left out.")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Only things of this type; may be repeated.")
    ] = None,
    predicate: Annotated[list[str] | None, typer.Option(help="Only this relation; may be repeated.")] = None,
    around: Annotated[str | None, typer.Option(metavar="NAME", help="Only what is near this thing.")] = None,
    hops: Annotated[int, typer.Option(min=0, help="How near.")] = 1,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="From this day on: 2023, 2023-09 or 2023-09-21.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to and with this day.")] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less certain.")
    ] = 0.0,
    aggregate: Annotated[
        bool, typer.Option("--aggregate", help="One edge for all statements of a fact.")
    ] = False,
) -> int:
    """Write a graph, or a part of it, to a file.

    For Gephi (gexf, graphml), RDF tools (turtle, trig, nquads, jsonld, rdfxml), as tables
    (csv, parquet), for Neo4j (cypher), as a page (html) or a picture (png, svg).

    Example: kg export --graph out/graph --format gexf --type Company --out companies.gexf
    """
    from kg import terminal
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        report = opened.export(
            out,
            format,
            types=tuple(type_ or ()),
            predicates=tuple(predicate or ()),
            around=around,
            hops=hops,
            since=since,
            until=until,
            min_confidence=min_confidence,
            aggregate=aggregate,
        )
    written = ", ".join(map(str, report.paths))
    terminal.say(f"wrote {written}: {report.nodes} things, {report.edges} relations, {report.bytes} bytes")
    return 0


@app.command()
def validate(graph: GraphFolder) -> int:
    """Check a graph against the shapes.

    Exit status 1 where it breaks them.

    Example: kg validate --graph out/graph
    """
    from kg import terminal
    from kg.graph.graph import open_graph

    with open_graph(graph) as opened:
        report = opened.validate()
    terminal.say(str(report))
    return 0 if report.conforms else 1


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
    return 0


@app.command()
def evaluate(
    predicted: Annotated[Path, typer.Argument(metavar="PREDICTED", help="Folder (or file) of `kg extract`.")],
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder (or file) of gold articles.")],
    errors: Annotated[
        bool, typer.Option("--errors", help="List what was missed, extra or of the wrong type.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures as JSON.")] = False,
) -> int:
    """Score extractions against gold articles.

    Precision, recall and F1 of entities, relations and figures.

    Example: kg evaluate extracted/ seeds/articles/gold
    """
    from kg import evaluate as scorer
    from kg import terminal

    result = scorer.evaluate(predicted, gold)
    if result.missing:
        terminal.warn(f"kg: no prediction for {', '.join(result.missing)}; all of it counts as missed")
    if as_json:
        terminal.say(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        rows = [(key, s.precision, s.recall, s.f1, s.gold) for key, s in result.scores.items()]
        terminal.table(("what", "precision", "recall", "F1", "gold"), rows)
    if errors:
        for mistake in result.mistakes:
            terminal.say(
                "\t".join((mistake.doc, mistake.kind, mistake.what, terminal.one_line(mistake.name)))
            )
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: As typed after `kg`; those of the process if None.
    """
    from kg import terminal

    terminal.speak_utf8()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = app(args=typed or ["--help"], prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        terminal.warn(f"kg: {terminal.one_line(error.format_message())}{_hint(typed)}")
        return 2
    except KGError as error:
        terminal.warn(f"kg: {error}")
        # a format or question that does not exist is a matter of the command line, not of the data
        return 2 if isinstance(error, ExportError | QueryError) and error.valid else 1
    except (KeyboardInterrupt, typer.Abort):
        terminal.warn("kg: interrupted")
        return 130
    except SystemExit as leaving:
        # typer leaves this way when the reader of its output (head, less) has gone
        return leaving.code if isinstance(leaving.code, int) else 1
    except BrokenPipeError:
        # the reader (head, less) has gone; give the interpreter's last flush a place to write to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        terminal.warn(f"kg: {error.filename or 'input or output'}: {error.strerror or error}")
        return 1
    if status == 130:
        terminal.warn("kg: interrupted")
    if not typed:
        return 2
    return status if isinstance(status, int) else 0


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _inside(folder: Path, name: str) -> Path:
    """Return a path in the folder, whatever an identifier from a data file tries."""
    return folder.joinpath(
        *(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    )


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


def _hint(typed: Sequence[str]) -> str:
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    command = next((word for word in typed if word in known), "")
    return f" (see kg {command} --help)" if command else " (see kg --help)"
