"""Read damaged articles by the thousand, to find the worst that an article can do to the extraction.

    python benchmarks/fuzz.py --articles 2000 --seed 1

Articles of the sample corpus are damaged in thirteen ways, drawn from the seed: the same seed gives the same
articles. Each must be read (or refused with a `KGError`) without any other exception and within a time that
grows with its length (`BOUND`), and everything read from it must be in its text at the stated place. Every
hundred extractions become a graph in memory, which is exported, and the exports are parsed again.
Exit status 1 if any fault was found; the faults go to standard error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import authority
from kg.errors import KGError
from kg.extract.document import from_json, to_json
from kg.extract.pipeline import extract
from kg.graph.graph import Graph
from kg.graph.triples import generate_quads
from kg.model import Extraction
from kg.paths import data_folder
from kg.resolve.things import resolve
from kg.text.article import parse_article

# seconds of processor time that an article may take: a fixed part, and a part per thousand characters
BOUND = (0.5, 0.3)
BATCH = 100
DEEP = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not happen.

    Attributes:
        number: Number of the article, from 0.
        mutation: How the article was damaged.
        what: What happened.
    """

    number: int
    mutation: str
    what: str


def cut(text: str, rng: random.Random) -> str:
    """Keep a random piece, whose ends may fall within words and names."""
    start = rng.randrange(len(text))
    return text[start : rng.randrange(start, len(text)) + 1]


def shuffled(text: str, rng: random.Random) -> str:
    """Shuffle pieces of up to forty characters."""
    pieces, at = [], 0
    while at < len(text):
        step = rng.randint(1, 40)
        pieces.append(text[at : at + step])
        at += step
    rng.shuffle(pieces)
    return "".join(pieces)


def spliced(text: str, rng: random.Random, what: Sequence[str], times: int = 60) -> str:
    """Insert pieces at random places."""
    chars = list(text)
    for _ in range(rng.randint(1, times)):
        chars.insert(rng.randrange(len(chars) + 1), rng.choice(what))
    return "".join(chars)


def controls(text: str, rng: random.Random) -> str:
    """Insert characters that no text should contain."""
    return spliced(text, rng, [chr(c) for c in (*range(32), 127, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFF)])


def surrogates(text: str, rng: random.Random) -> str:
    """Insert halves of surrogate pairs."""
    return spliced(text, rng, ["\ud83d", "\udc00", "\udfff", "\ud800"])


def directions(text: str, rng: random.Random) -> str:
    """Insert marks that change the writing direction, joiners and combining marks."""
    return spliced(
        text, rng, ["\u202e", "\u202b", "\u200f", "\u2067", "\u200d", "\u0301", "\ufe0f", "\u0600"]
    )


def huge_numbers(text: str, rng: random.Random) -> str:
    """Insert figures with up to five thousand digits, exponents and broken decimals."""
    numbers = [
        "9" * rng.randint(20, 5000) + "亿元",
        "1e" + "9" * 40 + "万吨",
        "1,2,3,,4.5.6%",
        "零点" + "零" * 300 + "一亿",
        "万亿" * 200 + "元",
        "第" + "9" * 400 + "位",
        "增长" + "8" * 500 + "倍",
        "99999年13月32日",
        "二〇" * 300 + "年",
        "-0.0%",
        "1" + "0" * 4300,
    ]
    return spliced(text, rng, numbers, 8)


def nested(text: str, rng: random.Random) -> str:
    """Nest part of an article in quotes or brackets ten thousand deep, closed or not."""
    opening, closing = rng.choice(["“”", "（）", "《》", "「」", "()", "【】", "[]", "{}", "<>"])
    at = rng.randrange(len(text) + 1)
    end = closing * (DEEP if rng.random() < 0.6 else 0)
    return text[:at] + opening * DEEP + text[at:] + end


def repeated(text: str, rng: random.Random) -> str:
    """Repeat one piece a hundred times or more."""
    piece = cut(text, rng)[:200]
    return text + piece * (20_000 // max(1, len(piece)))


def one_sentence(text: str, rng: random.Random) -> str:
    """Replace all sentence ends and line ends with commas."""
    joined = text.translate({ord(c): "，" for c in "。！？；\n"})
    return joined * rng.randint(1, 8)


def no_words(text: str, rng: random.Random) -> str:
    """Remove punctuation and small words, so that nothing is left between names and figures."""
    return "".join(c for c in text if c not in "，。、；：的和与在了将对为是一")


def mixed(text: str, rng: random.Random) -> str:
    """Replace characters with random ones from the whole of Unicode."""
    chars = list(text)
    for _ in range(rng.randint(1, max(1, len(chars) // 5))):
        chars[rng.randrange(len(chars))] = chr(rng.randrange(0x110000))
    return "".join(chars)


def markup(text: str, rng: random.Random) -> str:
    """Insert markup and code that other languages would run or resolve."""
    pieces = [
        "<script>alert(1)</script>",
        "&xxe;",
        "<!ENTITY a 'b'>",
        "${jndi}",
        "]]>",
        "<?php ?>",
        '"}',
        "\\u0000",
    ]
    return spliced(text, rng, pieces, 30)


def commas(text: str, rng: random.Random) -> str:
    """Append a long list: many things under one verb."""
    names = [text[i : i + rng.randint(2, 8)] for i in rng.sample(range(len(text)), min(300, len(text)))]
    return text + "、".join(names) + "等项目签约落户大连市。"


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "cut": cut,
    "shuffled": shuffled,
    "control characters": controls,
    "lone surrogates": surrogates,
    "directions": directions,
    "huge numbers": huge_numbers,
    "nested 10,000 deep": nested,
    "repeated": repeated,
    "one sentence": one_sentence,
    "without small words": no_words,
    "random characters": mixed,
    "markup": markup,
    "long lists": commas,
}


def mutated(texts: Sequence[str], seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Yield (mutation, article) pairs; every third article is damaged in two ways."""
    names = list(MUTATIONS)
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        chosen = [names[number % len(names)], *([rng.choice(names)] if number % 3 == 0 else [])]
        text = rng.choice(texts)
        for name in chosen:
            text = MUTATIONS[name](text, rng) or "空"
        yield " + ".join(chosen), text


def check(extraction: Extraction) -> list[str]:
    """Return the places where an extraction contradicts its text or itself."""
    text = extraction.article.text
    wrong = [
        f"mention {m.text!r} is not at {m.start}"
        for entity in extraction.entities
        for m in entity.mentions
        if text[m.start : m.end] != m.text or not m.text
    ]
    places = [e for relation in extraction.relations for e in relation.evidence]
    places += [o.evidence for o in extraction.observations]
    wrong += [f"quote at {e.start} is not the text" for e in places if text[e.start : e.end] != e.quote]
    wrong += [
        f"figure {o.quantity.text!r} is not at {o.quantity.start}"
        for o in extraction.observations
        if text[o.quantity.start : o.quantity.end] != o.quantity.text
    ]
    ids = {entity.id for entity in extraction.entities}
    for relation in extraction.relations:
        if not {relation.subject, relation.object} <= ids:
            wrong.append(f"relation of an unknown thing: {relation.subject} {relation.object}")
    written = json.dumps(to_json(extraction), ensure_ascii=True)
    if to_json(from_json(json.loads(written))) != json.loads(written):
        wrong.append("JSON and back is another extraction")
    return wrong


def read(number: int, mutation: str, text: str) -> tuple[Extraction | None, float, list[Fault]]:
    """Read one article; return its extraction, the processor seconds, and the faults."""
    started = time.process_time()
    try:
        extraction = extract(parse_article(text, doc=f"f{number}"))
    except KGError:
        return None, time.process_time() - started, []
    except Exception:
        said = traceback.format_exc().strip().splitlines()
        place = next((line.strip() for line in reversed(said) if line.strip().startswith("File ")), "")
        return None, time.process_time() - started, [Fault(number, mutation, f"{said[-1]} ({place})")]
    seconds = time.process_time() - started
    faults = [Fault(number, mutation, what) for what in check(extraction)]
    limit = BOUND[0] + BOUND[1] * len(text) / 1000
    if seconds > limit:
        faults.append(
            Fault(number, mutation, f"{len(text)} characters took {seconds:.1f} s, not {limit:.1f}")
        )
    return extraction, seconds, faults


def exports(extractions: Sequence[Extraction], first: int) -> list[Fault]:
    """Make a graph of extractions, export it, and parse the exports; return the faults."""
    faults = []
    try:
        store = ox.Store()
        store.extend(generate_quads(resolve(extractions, authority.load()), extractions))
        graph = Graph(store)
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("graphml", "gexf", "rdf"):
                path = Path(folder) / f"g.{ending}"
                graph.export(path)
                ElementTree.parse(path)
            path = Path(folder) / "g.jsonld"
            graph.export(path)
            json.loads(path.read_text(encoding="utf-8"))
            graph.export(Path(folder) / "g.nq")
            graph.export(Path(folder) / "g.ttl")
    except Exception:
        said = traceback.format_exc().strip().splitlines()
        faults.append(Fault(first, "exports", " | ".join(said[-3:])))
    return faults


def corpus() -> list[str]:
    """Return the texts of the sample corpus, sorted by name."""
    paths = sorted((data_folder("seeds") / "articles").glob("*.txt"))
    return [path.read_text(encoding="utf-8") for path in paths]


def long_sentence(megabytes: int) -> str:
    """Return one sentence of a given number of million bytes of UTF-8."""
    piece = "大连市与蓝鲸重工有限公司签约，总投资120亿元的氢能项目落户甘井子区，"
    return piece * (megabytes * 1_000_000 // len(piece.encode())) + "前景广阔。"


def run(count: int, seed: int, tell: Callable[[str], None]) -> tuple[list[Fault], Counter[str], float]:
    """Read damaged articles.

    Args:
        count: Number of articles.
        seed: The same seed gives the same articles.
        tell: Called with a line for each fault when it is found.

    Returns:
        The faults, the processor seconds by (first) mutation, and the most seconds per 1,000 characters
        in any article of more than 2,000 characters.
    """
    read(0, "none", "大连市。")  # loads models and tables before the clock runs
    faults: list[Fault] = []
    spent: Counter[str] = Counter()
    batch: list[Extraction] = []
    slowest = 0.0
    for number, (mutation, text) in enumerate(mutated(corpus(), seed, count)):
        extraction, seconds, found = read(number, mutation, text)
        faults += found
        for fault in found:
            tell(f"{fault.number} {fault.mutation}: {fault.what}")
        spent[mutation.partition(" + ")[0]] += seconds
        if len(text) > 2000:
            slowest = max(slowest, seconds / len(text) * 1000)
        if extraction is not None and len(text) < 5000:
            batch.append(extraction)
        if batch and (len(batch) == BATCH or number == count - 1):
            found = exports(batch, number)
            faults += found
            for fault in found:
                tell(f"{fault.number} {fault.mutation}: {fault.what}")
            batch = []
    return faults, spent, slowest


def main() -> int:
    """Read, check, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sentence", type=int, default=0, metavar="MB", help="one sentence of that size, too"
    )
    options = parser.parse_args()
    faults, spent, slowest = run(options.articles, options.seed, lambda line: print(line, file=sys.stderr))
    for mutation, seconds in spent.most_common():
        print(f"{seconds:8.1f} s  {mutation}")
    print(f"slowest: {slowest:.2f} s of processor time for 1,000 characters")
    if options.sentence:
        text = long_sentence(options.sentence)
        _, seconds, found = read(options.articles, "one long sentence", text)
        faults += found
        print(f"one sentence of {options.sentence} MB: {seconds:.1f} s")
        for fault in found:
            print(f"{fault.mutation}: {fault.what}", file=sys.stderr)
    kinds = Counter(fault.mutation for fault in faults)
    print(f"{options.articles} articles, {len(faults)} faults {dict(kinds) if kinds else ''}".rstrip())
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
