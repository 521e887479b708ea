"""Export the corpus for other tools: CoNLL columns with BIO labels, and spaCy's DocBin.

    python -m kg.corpus.export conll  --part train --out train.conll
    python -m kg.corpus.export docbin --part train --out train.spacy

Each character is a token, as everywhere in this project; of nested names, the outermost is exported.
What is lost: nested names, which names belong to the same thing, relations and figures.
This is the only module besides `kg.extract.spacy_doc` that uses spaCy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kg.corpus.gold import gold_folder, project, read_gold
from kg.corpus.parts import PARTS, docs
from kg.errors import exit_status
from kg.model import Article, Entity, Mention
from kg.text.readers import read_article


def outermost(entities: Iterable[Entity]) -> tuple[Mention, ...]:
    """Return the mentions that are not inside a longer mention, in order."""
    kept: list[Mention] = []
    for mention in sorted((m for e in entities for m in e.mentions), key=lambda m: (m.start - m.end, m)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return tuple(sorted(kept))


def generate_conll(article: Article, entities: Iterable[Entity]) -> Iterator[str]:
    """Yield the lines of one article: character, tab, label; an empty line after each sentence."""
    labels = ["O"] * len(article.text)
    for mention in outermost(entities):
        labels[mention.start] = f"B-{mention.type}"
        for at in range(mention.start + 1, mention.end):
            labels[at] = f"I-{mention.type}"
    yield f"# doc = {article.doc}"
    for sentence in article.sentences:
        for at in range(sentence.start, sentence.end):
            if not article.text[at].isspace():
                yield f"{article.text[at]}\t{labels[at]}"
        yield ""


def write_conll(articles: Iterable[tuple[Article, tuple[Entity, ...]]], path: Path) -> None:
    """Write articles as CoNLL columns.

    Args:
        articles: Each article with its gold entities aligned with the text.
        path: File to write.
    """
    lines = (line for article, entities in articles for line in generate_conll(article, entities))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_docbin(articles: Iterable[tuple[Article, tuple[Entity, ...]]], path: Path) -> int:
    """Write articles as a spaCy DocBin with `doc.ents`, and return their number.

    Args:
        articles: Each article with its gold entities aligned with the text.
        path: File to write, by convention ending in `.spacy`.
    """
    import spacy
    from spacy.tokens import Doc, DocBin, Span

    vocab = spacy.blank("zh").vocab
    box = DocBin(store_user_data=True)
    for article, entities in articles:
        doc = Doc(vocab, words=list(article.text), spaces=[False] * len(article.text))
        doc.ents = [Span(doc, m.start, m.end, label=m.type) for m in outermost(entities)]
        doc.user_data["doc"] = article.doc
        box.add(doc)
    box.to_disk(path)
    return len(box)


def read_part(part: str) -> Iterator[tuple[Article, tuple[Entity, ...]]]:
    """Yield the articles of a part of the corpus with their gold entities aligned with the text.

    Raises:
        CorpusError: There is no such part.
    """
    for doc in docs(part):
        article = read_article(gold_folder().parent / f"{doc}.txt")
        yield article, project(article, read_gold(gold_folder() / f"{doc}.json"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module docstring."""
    parser = argparse.ArgumentParser(prog="python -m kg.corpus.export", description="Export the gold corpus.")
    parser.add_argument("format", choices=("conll", "docbin"))
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    write = write_docbin if options.format == "docbin" else write_conll
    return exit_status(lambda: write(read_part(options.part), options.out))


if __name__ == "__main__":
    sys.exit(main())
