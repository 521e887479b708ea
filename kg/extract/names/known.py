"""Known names: the forms of the authority tables that occur in a text, and the records they mean.

Matching is leftmost-longest over characters, so that word boundaries cannot cut a name. Names of the article
itself are counted with ahocorasick_rs. A form shared by several records (朝阳区, 城关镇) is disambiguated by
the other places in the article; if these do not decide, the name is kept without a record. Weak forms (和平,
三峡) count as names only if the name or an alias of their record is in the article too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kg.authority import Authority, Record
from kg.model import Mention, Word

# The country that the articles are from: its name is on every page and does not name a participant
_HOME = "country:CN"


# The rule of a hint: a weak form that may be a name in this article
HINT = "hint"


class Matcher:
    """The forms of an authority, indexed for search."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.divisions = frozenset(
            form
            for form, records in authority.forms.items()
            for record in records
            if record.type == "AdministrativeDivision"
        )
        # building an automaton of all forms takes a quarter of a second: too long for one article
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for form in (*authority.forms, *authority.weak_forms):
            lengths[form[:2]].add(len(form))
        for start, known in lengths.items():
            # a form of one character may begin where longer forms do
            known |= lengths.get(start[0], set())
        self._lengths = {start: sorted(known, reverse=True) for start, known in lengths.items()}

    def occurrences(self, normal: str) -> list[tuple[int, int, str]]:
        """Return (start, end, form) of all matches, leftmost-longest."""
        forms, weak, lengths = self.authority.forms, self.authority.weak_forms, self._lengths
        found, free = [], 0
        for at, first in enumerate(normal):
            if at < free:
                continue
            for length in lengths.get(normal[at : at + 2], ()) or lengths.get(first, ()):
                form = normal[at : at + length]
                if form in forms or form in weak:
                    free = at + len(form)
                    found.append((at, free, form))
                    break
        return found


def _automaton(names: Sequence[str]) -> AhoCorasick:
    """Return an automaton that finds all occurrences of some names, including overlapping ones."""
    # by default, few names get a table of all states, which takes minutes to build if a name is very long
    return AhoCorasick(names, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)


def places_of(names: Sequence[str], text: str) -> dict[str, list[int]]:
    """Return the positions of names in a text, from left to right; those of one name do not overlap.

    Args:
        names: Distinct names, none empty.
        text: The text, which is searched in one pass, however many names there are.

    >>> places_of(["大连", "连市", "沈阳", "连连"], "大连市大连连连")
    {'大连': [0, 3], '连市': [1], '连连': [4]}
    """
    found: dict[str, list[int]] = {}
    for number, start, end in _automaton(names).find_matches_as_indexes(text, overlapping=True):
        places = found.setdefault(names[number], [])
        if not places or places[-1] + end - start <= start:
            places.append(start)
    return found


def count_texts(names: Sequence[str], texts: Iterable[str]) -> list[int]:
    """Return the number of texts in which each name occurs.

    Args:
        names: Distinct names, none empty.
        texts: The texts, each of which is searched in one pass, however many names there are.

    >>> count_texts(["大连", "沈阳"], ["大连市和大连港", "大连", "长春"])
    [2, 0]
    """
    counts = [0] * len(names)
    if names:
        automaton = _automaton(names)
        for text in texts:
            for number in {n for n, _, _ in automaton.find_matches_as_indexes(text, overlapping=True)}:
                counts[number] += 1
    return counts


def find_known(normal: str, text: str, words: Sequence[Word], matcher: Matcher) -> Iterator[Mention]:
    """Yield the known names of an article, and hints: weak forms (共和, 定海) of places near those named.

    A hint (`by` is `HINT`) is not yet a name, but an everyday word that may be one in this article.

    Args:
        normal: `Article.normal`.
        text: `Article.text`, of the same length.
        words: The segmenter's words of `normal`.
        matcher: Matcher with the forms of the authority.
    """
    authority = matcher.authority
    found = [
        (start, end, form)
        for start, end, form in matcher.occurrences(normal)
        if _stands_apart(start, end, words)
    ]
    strong = Counter(form for _, _, form in found if form in authority.forms)
    context = _context(strong, authority)
    for start, end, form in found:
        records = authority.forms.get(form, ())
        if not records:
            weak = authority.weak_forms[form]
            records = tuple(r for r in weak if _licensed(r, strong))
            if not records:
                at_home = [r for r in weak if _near(r, context, authority, closely=True)]
                if at_home:
                    yield Mention(start, end, text[start:end], at_home[0].type, HINT, 0.3, at_home[0].key)
                continue
        if records[0].key == _HOME:
            continue
        record = choose_record(records, context, authority)
        if (
            record
            and record.level == "county"
            and form != record.name
            and not _near(record, context, authority)
        ):
            record = None
        kind = record.type if record else records[0].type
        yield Mention(
            start,
            end,
            text[start:end],
            kind,
            f"known:{records[0].table}",
            0.9,
            record.key if record else None,
        )


def choose_record(records: Sequence[Record], context: Counter[str], authority: Authority) -> Record | None:
    """Return which of several records a name means, or None if the context does not decide.

    Args:
        records: The records that the name may mean.
        context: Number of unambiguous names of each place (by key), including those of its
            subordinate places.
        authority: The authority tables.
    """
    if len(records) == 1:
        return records[0]
    ranked = sorted(
        ((_support(record, context, authority), record.key, record) for record in records),
        key=lambda row: (-row[0], row[1]),
    )
    best, second = ranked[0], ranked[1]
    if best[0] > second[0]:
        return best[2]
    # 吉林: the province contains the city of the same name; the larger is meant unless the text says more
    levels = [
        row[2]
        for row in ranked
        if row[0] == best[0] and row[2].level in ("country", "province", "prefecture")
    ]
    top = [
        r
        for r in levels
        if r.level == min((x.level for x in levels), key=("country", "province", "prefecture").index)
    ]
    return top[0] if len(top) == 1 else None


def _near(record: Record, context: Counter[str], authority: Authority, *, closely: bool = False) -> bool:
    """Return whether the article names a place around a county, or the county itself in full.

    The name of a county without 区, 县 or 市 (滨城, 东方) may mean anything; in an article about another
    region it is not the county. With `closely`, only the nearer of its city and its province counts.
    """
    above = [a for a in authority.ancestors(record.key) if a.level in ("province", "prefecture")]
    around = [a.key for a in (above[:1] if closely else above)]
    return any(context[key] > context[record.key] for key in around) or context[f"full {record.key}"] > 0


def _support(record: Record, context: Counter[str], authority: Authority) -> int:
    return sum(
        context[above.key] * weight
        for above, weight in zip(authority.ancestors(record.key), (4, 2, 1), strict=False)
        if above.level != "country"
    )


def _context(strong: Counter[str], authority: Authority) -> Counter[str]:
    context: Counter[str] = Counter()
    for form in sorted(strong):
        records = authority.forms[form]
        if len(records) == 1 and records[0].type != "CentralEnterprise":
            context[records[0].key] += strong[form]
            if form == records[0].name:
                context[f"full {records[0].key}"] += 1
            for above in authority.ancestors(records[0].key):
                context[above.key] += 1
    return context


def _licensed(record: Record, strong: Counter[str]) -> bool:
    """Return whether a weak form may stand for a record: its name or an alias is in the article too."""
    return any(strong[form] for form in record.forms)


def _stands_apart(start: int, end: int, words: Sequence[Word]) -> bool:
    """Return whether a two-character form is not just two words meeting by chance (中山 in 其中|山东)."""
    count = len(words)
    if end - start > 2 or not count:
        return True
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if words[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    first = words[low]
    last = first if end <= first.end else words[min(low + 1, count - 1)]
    return first.start == start or (last.end == end and first is last)
