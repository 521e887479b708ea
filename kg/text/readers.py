"""Files to articles. (First version; the text room replaces it.)"""

from __future__ import annotations

from pathlib import Path

from kg.model import Article
from kg.text.article import parse_article


def read_article(path: str | Path) -> Article:
    """Return the article in a file."""
    path = Path(path)
    return parse_article(path.read_text(encoding="utf-8"), doc=path.stem, source=str(path))
