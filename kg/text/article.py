"""From decoded text to an `Article`: the main function of this subpackage.

The characters of one file become an article: a repaired text divided into parts, paragraphs and
sentences, with headline, authors and date, and the same text normalised for analysis. No file is
opened here; files are read in `kg.text.readers`.
"""

from __future__ import annotations

import hashlib

from kg.model import Article, Part, Sentence
from kg.text import sentences
from kg.text.dateline import find_parts, settle_kinds
from kg.text.encoding import veil
from kg.text.layout import Block, repair
from kg.text.normal import find_script, normalise
from kg.text.published import find_date


def parse_article(
    source_text: str,
    *,
    doc: str,
    source: str = "",
    digest: str = "",
    file_date: str | None = None,
    title: str | None = None,
) -> Article:
    """Return the article that a decoded text holds.

    Args:
        source_text: Characters of the file. Invisible ones (controls, lone surrogates, zero-width
            marks) become U+200A in `Article.source_text` and are absent from `Article.text`.
        doc: Identifier of the article.
        source: The file, as the user named it.
        digest: SHA-256 of the file's bytes; if empty, that of the text as UTF-8 is computed.
        file_date: Date of publication from the file's name, folder or metadata: `2023`, `2023-09`
            or `2023-09-21`; it takes precedence over the date found in the text.
        title: Headline from the metadata; if None, that of the text is used.

    >>> article = parse_article("春潮涌动\\n\\n本报记者 王宁\\n\\n2023年9月21日，项目开工。", doc="a")
    >>> article.title, article.parts[0].authors, article.date, [s.kind for s in article.sentences]
    ('春潮涌动', ('王宁',), '2023-09', ['headline', 'byline', 'body'])
    """
    clean = veil(source_text)
    layout = repair(clean)
    text = layout.text
    script = find_script(text)
    normal = normalise(text, script)
    blocks = settle_kinds(text, layout.blocks)
    parts = find_parts(text, blocks)
    date, date_source = find_date(normal, blocks, file_date=file_date)
    return Article(
        doc=doc,
        text=text,
        normal=normal,
        title=title or _title(text, blocks, parts),
        date=date,
        date_source=date_source,
        parts=parts,
        sentences=_sentences(text, blocks, parts),
        source=source,
        source_text=clean,
        places=layout.places,
        script=script,
        digest=digest or hashlib.sha256(source_text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _title(text: str, blocks: tuple[Block, ...], parts: tuple[Part, ...]) -> str:
    """Return the headline of the first part, else the first sentence of any headline or body text."""
    if parts[0].headline:
        return parts[0].headline
    first = next((b for b in blocks if b.kind in ("headline", "body")), None)
    if first is None:
        return ""
    return next(
        (text[first.start + a : first.start + b] for a, b in sentences.split(text[first.start : first.end])),
        "",
    )


def _sentences(text: str, blocks: tuple[Block, ...], parts: tuple[Part, ...]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    part = 0
    for paragraph, block in enumerate(blocks):
        while part + 1 < len(parts) and block.start >= parts[part + 1].start:
            part += 1
        if block.kind == "body" or block.kind == "caption":
            spans = [
                (block.start + a, block.start + b) for a, b in sentences.split(text[block.start : block.end])
            ]
        else:
            spans = [(block.start, block.end)]
        for start, end in spans:
            found.append(Sentence(len(found), start, end, paragraph, part, block.kind))
    return tuple(found)
