"""From decoded text to an `Article`: the room's main function. (First version; the text room replaces it.)"""

from __future__ import annotations

import hashlib
import re
from array import array

from kg.model import Article, Part, Sentence

_WIDTH = {0x3000: " "} | {i: chr(i - 0xFEE0) for i in range(0xFF01, 0xFF5F) if chr(i) not in "，！？：；"}


def parse_article(source_text: str, *, doc: str, source: str = "", digest: str = "") -> Article:
    """Return the article that a decoded text holds."""
    text = source_text
    sentences = []
    paragraph = 0
    for m in re.finditer(r"[^\n]+", text):
        if not m.group().strip():
            continue
        for s in re.finditer(r"[^。！？]+[。！？]?[”」’）)]*", m.group()):
            if s.group().strip():
                sentences.append(Sentence(len(sentences), m.start() + s.start(), m.start() + s.end(), paragraph, 0))
        paragraph += 1
    title = next((line.strip() for line in text.splitlines() if line.strip()), "")
    date = re.search(r"(20\d\d)年(?:(\d+)月)?", text)
    when = None if not date else date[1] + (f"-{int(date[2]):02}" if date[2] else "")
    return Article(
        doc, text, text.translate(_WIDTH), title, when, "", (Part(0, len(text), title),), tuple(sentences),
        source, source_text, array("l", range(len(text))), "Hans",
        digest or hashlib.sha256(source_text.encode("utf-8", "surrogatepass")).hexdigest(),
    )
