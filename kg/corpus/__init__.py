"""The gold corpus of annotated articles: reading, alignment with the text, checks, coverage and export."""

from kg.corpus.gold import (
    TRANSITIVE,
    Gold,
    Triple,
    closure,
    gold_folder,
    project,
    read_gold,
    squeeze,
)
from kg.corpus.parts import PARTS, Entry, docs, read_entries

__all__ = [
    "PARTS",
    "TRANSITIVE",
    "Entry",
    "Gold",
    "Triple",
    "closure",
    "docs",
    "gold_folder",
    "project",
    "read_entries",
    "read_gold",
    "squeeze",
]
