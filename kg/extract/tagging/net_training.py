"""Training of the network of names: `python -m kg.extract.tagging.net_training`.

    OUT=kg/extract/models
    python -m kg.extract.tagging.net_training general --corpus DIR --out $OUT/general.net
    python -m kg.extract.tagging.net_training names --start $OUT/general.net --part train --out $OUT/names.net

`general` learns organisations, places and people from public corpora of named entities, which are not part of
the project: a folder of `*.jsonl` files with one `{"text": …, "spans": [[start, end, label], …]}` per line.
`names` continues from there and learns the fifteen types from annotated articles, of the corpus or of your
own folder (`--gold DIR`). In a final stage, it is trained once more on the articles that were annotated along
with the guide and on as many others, so that it marks what the guide's annotators mark. Without `--start`, it
starts from random weights. The same input gives the same network on the same machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.corpus import PARTS
from kg.errors import CorpusError, exit_status
from kg.extract import pipeline
from kg.extract.lessons import asked_for, of_the_guide, with_others
from kg.extract.tagging import lexical, linear_chain, net, tagger
from kg.extract.tagging.names_training import read_names
from kg.extract.tagging.net import Codes, Net
from kg.extract.tagging.net_learning import IGNORED, Settings, Text, train
from kg.extract.tagging.net_start import begin, resume, widened
from kg.model import TYPES, Article, Part, Sentence

# The network that the training of networks for names starts from; it is shipped only for training
GENERAL = tagger.MODELS / "general.net"
GENERAL_KINDS = ("LOC", "ORG", "PER")
# The three coarse kinds that the public corpora share, by their labels; other labels are left out
COARSE = {
    "company": "ORG", "government": "ORG", "organization": "ORG",
    "org_name": "ORG", "company_name": "ORG", "ORG": "ORG",
    "address": "LOC", "scene": "LOC", "location": "LOC", "LOC": "LOC",
    "name": "PER", "person_name": "PER", "PER": "PER",
}  # fmt: skip
NAMES_KINDS = tuple(sorted(TYPES))
# Output width of the layers for each character: in the general network, and in those for names
GENERAL_WIDTH, WIDTH = 128, 192
GENERAL_SETTINGS = Settings(rounds=2, dropped=0.1, unseen=0.05)
NAMES_SETTINGS = Settings(rounds=10, seed=1)
GUIDE_SETTINGS = Settings(rounds=6, rate=1e-3, seed=1)
"""Settings of the final stage, on articles of the guide and others. Twice as many rounds, or larger steps,
lose more on articles of other annotators than they gain on those of the guide."""
# A word or pair gets a row if at least this many characters of the texts are in it; other values need 2
GENERAL_LEAST = {"w": 6, "cc": 4}
NAMES_LEAST = {"w": 4, "cc": 2}

# columns, labels, and `net_learning.Text.given` of each character
Labelled = tuple[Mapping[str, Codes], Sequence[str], npt.NDArray[np.float16]]


def train_general(corpora: Sequence[Path], out: Path, *, settings: Settings = GENERAL_SETTINGS) -> None:
    """Train a network on public corpora and write it.

    Args:
        corpora: `*.jsonl` files.
        out: File to write.
        settings: Training settings.

    Raises:
        CorpusError: A line of a corpus cannot be read.
    """
    texts = [text for path in sorted(corpora) for text in _public(path)]
    start = begin(GENERAL_KINDS, _frequent(texts, GENERAL_LEAST), GENERAL_WIDTH, settings.seed)
    train(start, _numbered(start, texts), settings).save(out)


def train_names(
    gold_files: Sequence[Path], out: Path, *, start: Path | None = None, settings: Settings = NAMES_SETTINGS
) -> None:
    """Train a network on annotated articles and write it.

    Args:
        gold_files: `DOC.json` files, each with `DOC.txt` in the folder above.
        out: File to write.
        start: Network to start from; only its tables are used if its layers are not of width `WIDTH`. If
            None, training starts from a random network.
        settings: Training settings; the final stage uses `GUIDE_SETTINGS`.

    Raises:
        KGError: A gold file breaks the contract or lacks its text, or `start` is not a network.
    """
    files = sorted(gold_files)
    texts = dict(zip(files, map(_annotated, files), strict=True))
    keys = _frequent(list(texts.values()), NAMES_LEAST)
    if start:
        origin = widened(net.open_net(start), WIDTH, settings.seed)
    else:
        origin = begin(NAMES_KINDS, keys, WIDTH, settings.seed)
    network = resume(origin, NAMES_KINDS, keys, settings.seed, given=lexical.WIDTH)
    train(network, _numbered(network, list(texts.values())), settings).save(out)
    chosen = with_others(of_the_guide(files), files)
    if chosen:
        # continue from the file, in half precision, so that either stage can be trained by itself
        network = net.read_net(out)
        train(network, _numbered(network, [texts[path] for path in chosen]), GUIDE_SETTINGS).save(out)


def _annotated(gold_file: Path) -> Labelled:
    article, marks, labels = read_names(gold_file)
    read = np.zeros(len(labels), dtype=bool)
    for sentence in article.sentences:
        read[sentence.start : sentence.end] = True
    told = [label if inside else "" for label, inside in zip(labels, read.tolist(), strict=True)]
    return marks.columns, told, marks.states().astype(np.float16)


def _public(path: Path) -> Iterator[Labelled]:
    for text, labels in read_public(path):
        if text:
            reading = pipeline.Reading(_as_article(text), pipeline.matcher_of())
            yield pipeline.marks(reading).columns, labels, np.zeros((len(text), 0), dtype=np.float16)


def read_public(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (text, labels) for each line of a public corpus.

    Raises:
        CorpusError: A line is not a JSON object with text and spans.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                text, spans = row["text"], row["spans"]
                kinds = ((start, end, COARSE.get(label)) for start, end, label in spans)
                labels = linear_chain.encode(
                    len(text), [(s, e, kind) for s, e, kind in kinds if kind and 0 <= s < e <= len(text)]
                )
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"no line of a corpus: {error}", file=path, place=f"line {number}"
                ) from error
            yield text, labels


def _as_article(text: str) -> Article:
    """Return a text, unchanged, as an article of one sentence."""
    return Article(
        doc="", text=text, normal=text, title="", date=None, date_source="",
        parts=(Part(0, len(text)),), sentences=(Sentence(0, 0, len(text), 0, 0),),
        source="", source_text=text, places=array("l", range(len(text))), script="Hans", digest="",
    )  # fmt: skip


def _frequent(texts: Sequence[Labelled], least: Mapping[str, int]) -> dict[str, Codes]:
    """Return, by table, the codes that occur often enough to get a row."""
    found = {}
    for name in net.WIDTHS:
        codes, counts = np.unique(
            np.concatenate([
                net.pairs(columns["c"]) if name == "cc" else columns[name] for columns, _, _ in texts
            ]),
            return_counts=True,
        )  # fmt: skip
        found[name] = codes[(counts >= least.get(name, 2)) & (codes != 0)]
    return found


def _numbered(network: Net, texts: Sequence[Labelled]) -> list[Text]:
    numbers = {label: number for number, label in enumerate(network.labels)} | {"": IGNORED}
    return [
        Text(network.rows(columns), np.array([numbers[label] for label in labels], dtype=np.int64), given)
        for columns, labels, given in texts
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m kg.extract.tagging.net_training", description=__doc__.split("\n")[0]
    )
    parser.add_argument("network", choices=("general", "names"))
    parser.add_argument("--corpus", type=Path, default=None, help="folder of *.jsonl corpora (general)")
    parser.add_argument("--part", action="append", choices=PARTS, help="part of the corpus (names)")
    parser.add_argument(
        "--gold", type=Path, default=None, help="folder of gold articles of one's own (names)"
    )
    parser.add_argument("--start", type=Path, default=None, help="network to go on from (names)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)

    def work() -> None:
        if options.network == "general":
            files = sorted(options.corpus.glob("*.jsonl")) if options.corpus else []
            if not files:
                parser.error("general needs --corpus DIR, a folder that holds *.jsonl")
            train_general(files, options.out)
        else:
            files = asked_for(parser, "names", options.part, options.gold)
            if not files:
                parser.error("the folder of --gold holds no *.json")
            train_names(files, options.out, start=options.start)

    return exit_status(work)


if __name__ == "__main__":
    sys.exit(main())
