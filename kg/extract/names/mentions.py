"""From candidates to mentions: edges corrected, overlaps settled, places in front and names inside found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.extract.names.choose import choose
from kg.extract.names.fronted import part_fronted, trimmed
from kg.extract.names.known import Matcher
from kg.extract.names.nested import DERIVED, READ, find_nested
from kg.model import Article, Mention, by_place


def mentions_of(
    candidates: Iterable[Mention], article: Article, matcher: Matcher, *, judged: bool
) -> tuple[Mention, ...]:
    """Return the mentions of an article, in order; some are inside others.

    Args:
        candidates: Candidate names.
        article: The article.
        matcher: Matcher with the forms of the authority.
        judged: Whether it has been judged of names inside others, too, whether they denote things. If so,
            those that `find_nested` derives from the names around them are marked as `DERIVED`.
    """
    given = tuple(candidates)
    starts = frozenset(sentence.start for sentence in article.sentences)
    outer = [m for m in given if m.by != READ]
    edged = trimmed(outer, starts, article.normal, article.text, matcher)
    parted = part_fronted(choose(edged, len(article.text)), article.normal, article.text, matcher)
    found = {(m.start, m.end): m for m in parted}
    for mention in given:
        if mention.by == READ:
            found.setdefault((mention.start, mention.end), mention)
    for mention in find_nested(sorted(found.values(), key=by_place), article.normal, article.text, matcher):
        derived = replace(mention, by=DERIVED) if judged else mention
        found.setdefault((mention.start, mention.end), derived)
    return tuple(sorted(found.values(), key=by_place))
