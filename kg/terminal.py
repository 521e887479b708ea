"""Output of the `kg` command: UTF-8 tables, cards and a progress bar.

Records of the library are written as lines on standard output (answers) or standard error
(progress, warnings). Tables fit the width of a terminal, where a Chinese character takes two
columns; in a file or a pipe they are written in full. Nothing is computed here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph.records import Fact, Figure, Thing
    from kg.model import Evidence

# Wide enough for any cell; lines are stripped afterwards.
_UNLIMITED = 100_000
_CONTROL = {c: None for c in (*range(32), *range(127, 160)) if c not in (9, 10)}


def speak_utf8() -> None:
    """Switch standard output and standard error to UTF-8, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(clean(text) + "\n")


def warn(text: str) -> None:
    """Write a line that is not part of the answer."""
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def clean(text: str) -> str:
    """Return text without control characters, so that an article cannot control the terminal.

    >>> clean("太平湾\\x1b[2J")
    '太平湾[2J'
    """
    return text.translate(_CONTROL)


def one_line(text: str) -> str:
    """Return a quote on one line.

    >>> one_line("太\\n\\n平湾")
    '太 平湾'
    """
    return " ".join(clean(text).split())


def shorten(value: object, prefixes: Mapping[str, str]) -> object:
    """Return an IRI shortened by the longest matching prefix; return anything else unchanged.

    >>> shorten("https://e.org/ns#Place", {"e": "https://e.org/", "kg": "https://e.org/ns#"})
    'kg:Place'
    """
    if not isinstance(value, str) or "://" not in value:
        return value
    fitting = [(len(iri), name) for name, iri in prefixes.items() if value.startswith(iri) and value != iri]
    return f"{max(fitting)[1]}:{value[max(fitting)[0] :]}" if fitting else value


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table, with numbers aligned to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    listed = [tuple(row) for row in rows]
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for at, title in enumerate(head):
        numbers = bool(listed) and all(isinstance(row[at], int | float) for row in listed)
        shown.add_column(Text(title), justify="right" if numbers else "left", overflow="fold")
    for row in listed:
        shown.add_row(*(Text(one_line(_cell(value))) for value in row))
    _write(shown)


def card(
    thing: Thing,
    facts: Sequence[Fact],
    figures: Sequence[Figure],
    *,
    limit: int | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Write what is known about a thing: names, facts in both directions and figures, with their sentences.

    Args:
        thing: The thing.
        facts: Facts of which it is the subject or the object.
        figures: Its observations.
        limit: Maximum number of facts of one kind and of figures to show; all if None.
        labels: Labels to show beside types and predicates.
    """
    labels = labels or {}
    say(f"{thing.name}  {_labelled(thing.type, labels)}")
    if len(thing.names) > 1:
        say(f"  also called  {', '.join(thing.names[1:])}")
    if thing.code:
        say(f"  code         {thing.code}")
    say(f"  in           {', '.join(thing.docs)}")
    groups: dict[tuple[bool, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.subject != thing, fact.predicate), []).append(fact)
    for (inward, predicate), group in sorted(groups.items()):
        say("")
        say(f"{'← ' if inward else ''}{_labelled(predicate, labels)}{'' if inward else ' →'}  ({len(group)})")
        for fact in group[:limit]:
            other = fact.subject if inward else fact.object
            particulars = "".join(f", {key}: {value}" for key, value in fact.qualifiers)
            say(f"  {other.name}{particulars}")
            _sentences(fact.evidence, limit)
            for made in fact.statements:
                if made.author:
                    say(f"      added by {made.author} on {made.created}: {one_line(made.reason)}")
        _rest(group, limit)
    if figures:
        say("")
        say(f"figures  ({len(figures)})")
        for figure in figures[:limit]:
            say("  " + " ".join(filter(None, (figure.period, figure.indicator, figure.text))))
            _sentences((figure.evidence,), limit)
        _rest(figures, limit)


@contextmanager
def progress(task: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """Yield a function (done, total, what) that draws a bar on standard error; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(task),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        handle = bar.add_task(task, total=None, what="")

        def advance(done: int, total: int, what: str) -> None:
            bar.update(handle, completed=done, total=total, what=one_line(what))

        yield advance


def _sentences(evidence: Sequence[Evidence], limit: int | None) -> None:
    for place in [place for place in evidence if place.doc][:limit]:
        planned = "" if place.status == "stated" else f" ({place.status})"
        say(f"      {place.doc}{planned}: {one_line(place.quote)}")
    _rest(evidence, limit, indent="      ")


def _rest(items: Sequence[Any], limit: int | None, indent: str = "  ") -> None:
    if limit is not None and len(items) > limit:
        say(f"{indent}… {len(items) - limit} more (--all shows them)")


def _labelled(name: str, labels: Mapping[str, str]) -> str:
    return f"{name} {labels[name]}" if name in labels else name


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _write(renderable: Any) -> None:
    from rich.console import Console

    console = Console() if sys.stdout.isatty() else Console(width=_UNLIMITED, color_system=None)
    with console.capture() as captured:
        console.print(renderable)
    # rich pads every row to the width of the table
    sys.stdout.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))
