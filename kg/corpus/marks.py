"""Convert articles with inline marks, the format in which people annotate, to text and gold and back.

    # t105 | 2012-06
    [[朝阳市|AdministrativeDivision|1]][[龙城工业园|DevelopmentZone|2]]…
    ---
    R 2 locatedIn 1
    O 2 | 企业 | 36家 | 2011

The first line gives the identifier and the date (`null` for none). Marks may be nested; the number
identifies the thing that is named. Quotes, title marks and white space inside a mark are not part of
the name. On the way back from gold, one piece of information is lost: which of several occurrences of a
nested name was marked, because gold records names, not positions.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from kg.corpus.gold import Gold, project
from kg.errors import CorpusError, exit_status
from kg.text.article import parse_article

_CLOSE = re.compile(r"\|([A-Za-z]+)\|(\d+)\]\]")
_DROPPED = re.compile(r"[\s“”\"《》]")


def parse_marks(source: str, *, file: object = None) -> tuple[str, Gold]:
    """Return the plain text and the gold for an article with inline marks.

    Raises:
        CorpusError: A mark is not closed, a number has two types, or a line of facts cannot be read.
    """
    head, _, rest = source.partition("\n")
    parts = [part.strip() for part in head.lstrip("# ").split("|")]
    if len(parts) != 2 or not head.startswith("#"):
        raise CorpusError("the first line must be '# identifier | date'", file=file, place="line 1")
    body, _, facts = rest.partition("\n---")
    text, entities = _read_marks(body.strip() + "\n", file)
    gold: Gold = {
        "doc": parts[0],
        "title": text.split("\n", 1)[0].strip(),
        "date": None if parts[1] == "null" else parts[1],
        "entities": [
            {"id": f"e{number}", "type": kind, "names": sorted(names, key=lambda name: -len(name))}
            for number, (kind, names) in sorted(entities.items())
        ],
        "relations": [],
        "observations": [],
    }
    for line in filter(None, (line.strip() for line in facts.splitlines())):
        _add_fact(gold, line, file)
    return text, gold


def _read_marks(marked: str, file: object) -> tuple[str, dict[int, tuple[str, list[str]]]]:
    out: list[str] = []
    opened: list[int] = []
    entities: dict[int, tuple[str, list[str]]] = {}
    at = 0
    while at < len(marked):
        if marked.startswith("[[", at):
            opened.append(len(out))
            at += 2
            continue
        close = _CLOSE.match(marked, at)
        if close and opened:
            name = _DROPPED.sub("", "".join(out[opened.pop() :]))
            kind, names = entities.setdefault(int(close[2]), (close[1], []))
            if kind != close[1]:
                raise CorpusError(f"two types for {close[2]}: {kind} and {close[1]}", file=file, place=name)
            if name not in names:
                names.append(name)
            at = close.end()
            continue
        out.append(marked[at])
        at += 1
    if opened:
        raise CorpusError("a mark is not closed", file=file, place="".join(out[opened[-1] :])[:20])
    return "".join(out), entities


def _add_fact(gold: Gold, line: str, file: object) -> None:
    if line.startswith("R ") and len(line.split()) == 4:
        _, subject, predicate, object_ = line.split()
        gold["relations"].append([f"e{subject}", predicate, f"e{object_}"])
        return
    cells = [cell.strip() for cell in line[2:].split("|")]
    if not line.startswith("O ") or len(cells) != 4:
        raise CorpusError("is neither 'R number predicate number' nor 'O number | …'", file=file, place=line)
    subject, indicator, value, period = cells
    gold["observations"].append(
        {
            "subject": f"e{subject}",
            "indicator": indicator,
            "value": value,
            "period": None if period in ("null", "") else period,
        }
    )


def format_marks(text: str, gold: Gold) -> str:
    """Return an article with inline marks; the inverse of `parse_marks`."""
    article = parse_article(text, doc=gold["doc"])
    opens: dict[int, list[tuple[int, str]]] = {}
    closes: dict[int, list[tuple[int, str]]] = {}
    number = {entity["id"]: re.sub(r"\D", "", entity["id"]) for entity in gold["entities"]}
    for entity in project(article, gold):
        for mention in entity.mentions:
            start, end = article.places[mention.start], article.places[mention.end - 1] + 1
            mark = f"|{entity.type}|{number[entity.id]}]]"
            opens.setdefault(start, []).append((-end, "[["))
            closes.setdefault(end, []).append((-start, mark))
    out = []
    for at in range(len(text) + 1):
        out += [mark for _, mark in sorted(closes.get(at, ()))]
        out += [mark for _, mark in sorted(opens.get(at, ()))]
        out.append(text[at : at + 1])
    lines = [f"# {gold['doc']} | {gold['date'] or 'null'}", "".join(out).strip(), "---"]
    lines += [f"R {number[s]} {p} {number[o]}" for s, p, o in gold["relations"]]
    lines += [
        f"O {number[o['subject']]} | {o['indicator']} | {o['value']} | {o['period'] or 'null'}"
        for o in gold["observations"]
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Turn marked articles into text and gold files: `python -m kg.corpus.marks FILE… --out DIR`."""
    parser = argparse.ArgumentParser(prog="python -m kg.corpus.marks", description=main.__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="folder for DOC.txt; gold goes to DIR/gold")
    options = parser.parse_args(arguments)
    (options.out / "gold").mkdir(parents=True, exist_ok=True)

    def work() -> None:
        for path in options.files:
            text, gold = parse_marks(path.read_text(encoding="utf-8"), file=path)
            (options.out / f"{gold['doc']}.txt").write_text(text, encoding="utf-8")
            page = json.dumps(gold, ensure_ascii=False, indent=1) + "\n"
            (options.out / "gold" / f"{gold['doc']}.json").write_text(page, encoding="utf-8")

    return exit_status(work)


if __name__ == "__main__":
    sys.exit(main())
