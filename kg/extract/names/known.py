"""Known names: every form of the authority tables found in a text, and which record is meant.

Matching is leftmost-longest and over characters, so that word boundaries cannot cut a name; names of the
article itself are counted with ahocorasick_rs. A form that leads to several records (朝阳区, 城关镇) is
settled by the other places of the article; where they do not settle it, the name is kept and the record left
open. Weak forms (和平, 三峡) count only in the company that `Authority` asks for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kg.authority import Authority, Record
from kg.model import Mention, Word

# The country that the articles are written in: its name stands on every page and names no party
_HOME = "country:CN"


# The rule of a weak form that may be a name in this article
HINT = "hint"


class Matcher:
    """The forms of an authority, ready for search."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.divisions = frozenset(
            form
            for form, records in authority.forms.items()
            for record in records
            if record.type == "AdministrativeDivision"
        )
        # an automaton of all forms takes a quarter of a second to make: too long for one article
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for form in (*authority.forms, *authority.weak_forms):
            lengths[form[:2]].add(len(form))
        for start, known in lengths.items():
            # where there is a form of one character, it begins as others do
            known |= lengths.get(start[0], set())
        self._lengths = {start: sorted(known, reverse=True) for start, known in lengths.items()}

    def occurrences(self, normal: str) -> list[tuple[int, int, str]]:
        """Return (start, end, form) of all forms found, leftmost-longest."""
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
    """Return what finds all places of some names, overlapping ones too."""
    # for few names a table of all states would be made, which takes minutes where one is very long
    return AhoCorasick(names, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)


def places_of(names: Sequence[str], text: str) -> dict[str, list[int]]:
    """Return where names stand in a text, from left to right; those of one name do not overlap.

    Args:
        names: Each once, none empty.
        text: It is passed over once, however many names there are.

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
    """Return in how many of some texts each name stands.

    Args:
        names: Each once, none empty.
        texts: Each is passed over once, however many names there are.

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

    A hint (`by` is `HINT`) is no name yet: an everyday word that may be one here.

    Args:
        normal: `Article.normal`.
        text: `Article.text`, of the same length.
        words: The segmenter's words of `normal`.
        matcher: The forms of the tables.
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
    """Return which of several records of one name is meant, or None if the context does not tell.

    Args:
        records: Those that the name may mean.
        context: How often each place (by key) is meant by names that can mean only it, its
            subordinate places counted in.
        authority: The tables.
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
    # 吉林: the province holds the city of the same name; what is larger is meant unless the text says more
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
    """Tell whether the article names a place around a county, or the county itself in full.

    A county without 区, 县 or 市 (滨城, 东方) may be anything; far from home it is not the county.
    With `closely` the nearest of city and province must be named.
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
    """Tell whether a weak form may stand for a record: the record's own full name is in the article too."""
    return any(strong[form] for form in record.forms)


def _stands_apart(start: int, end: int, words: Sequence[Word]) -> bool:
    """Tell whether a form of two characters is no accident of two words that meet (其中|山东 holds 中山)."""
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
