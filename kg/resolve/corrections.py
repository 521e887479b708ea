"""Apply manual corrections to the things that `resolve` found.

Takes things, the articles they come from, and corrections in order. Returns the corrected things, the facts
that are rejected or added, and a record of each correction that no longer applies. The same articles and
corrections give the same result, in whatever order the articles were added.

A thing keeps its key, and so its IRI, when it is renamed or retyped. Merged things share the key of the thing
they are merged into; the graph records the old one as `dcterms:replaces`. A thing that is split off gets the
key of the old thing, followed by `~` and the first of its articles. Each correction refers to things as the
earlier corrections left them.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg import ontology
from kg.errors import CorrectionError
from kg.model import FAMILY_OF, PREDICATES, TYPES, Evidence, Extraction
from kg.resolve.corrected import BY_HAND, Added, Corrected, Stale, Triple, both_ways
from kg.resolve.correction_file import Correction
from kg.resolve.references import docs_of, few, find
from kg.resolve.things import Thing


def correct(
    things: Iterable[Thing], extractions: Mapping[str, Extraction], corrections: Sequence[Correction]
) -> Corrected:
    """Apply corrections to things.

    Args:
        things: The things that `resolve` found in the extractions.
        extractions: The extractions of the graph's articles; only those that a correction concerns are read.
        corrections: The corrections, in the order in which they were made.
    """
    state = _State(things, extractions)
    failed: dict[int, CorrectionError] = {}
    for number, correction in enumerate(corrections, start=1):
        try:
            state.apply(correction, number)
        except CorrectionError as error:
            failed[number] = error
    rejected, added = state.facts(failed)
    return Corrected(
        tuple(sorted(state.things.values())),
        rejected,
        added,
        {key: tuple(sorted(set(old))) for key, old in sorted(state.replaced.items())},
        {key: tuple(sorted(set(old))) for key, old in sorted(state.former.items())},
        frozenset(state.retyped),
        tuple(Stale(n, corrections[n - 1], e.reason, e.valid) for n, e in sorted(failed.items())),
    )


class _State:
    """The things as the corrections applied so far have left them."""

    def __init__(self, things: Iterable[Thing], extractions: Mapping[str, Extraction]) -> None:
        self.things = {thing.key: thing for thing in things}
        self.extractions = extractions
        self.into: dict[str, str] = {}
        self.replaced: dict[str, list[str]] = {}
        self.former: dict[str, list[str]] = {}
        self.retyped: set[str] = set()
        self.rejected: dict[int, Triple] = {}
        self.added: dict[int, Added] = {}

    def apply(self, correction: Correction, number: int) -> None:
        """Apply one correction.

        Raises:
            CorrectionError: The correction does not fit; in that case nothing is changed.
        """
        thing = self._find(correction.thing)
        if correction.action == "merge":
            self._merge(thing, self._find(correction.object))
        elif correction.action == "split":
            self._split(thing, correction.articles)
        elif correction.action == "rename":
            self._rename(thing, correction.object)
        elif correction.action == "retype":
            self._retype(thing, correction.object)
        else:
            self._fact(thing, self._find(correction.object), correction, number)

    def _find(self, words: str) -> Thing:
        return find(self.things.values(), words, self.into)

    def _merge(self, thing: Thing, other: Thing) -> None:
        if other.key == thing.key:
            raise CorrectionError(f"{thing.name} and {other.name} are one thing already")
        if FAMILY_OF[other.type] != FAMILY_OF[thing.type]:
            reason = f"{thing.name} is of type {thing.type} and {other.name} of type {other.type}"
            raise CorrectionError(f"{reason}: retype one of them first")
        if thing.record and other.record:
            raise CorrectionError(f"both have their own authority record: {thing.record}, {other.record}")
        names = _sorted({*thing.names, *other.names} - {thing.name})
        members = tuple(sorted({*thing.members, *other.members}))
        self.things[thing.key] = replace(
            thing, names=(thing.name, *names), record=thing.record or other.record, members=members
        )
        del self.things[other.key]
        self.into[other.key] = thing.key
        self.replaced.setdefault(thing.key, []).extend([other.key, *self.replaced.pop(other.key, [])])
        self.former.setdefault(thing.key, []).extend([other.name, *self.former.pop(other.key, [])])
        self.retyped.add(thing.key)

    def _split(self, thing: Thing, docs: Sequence[str]) -> None:
        apart = tuple(member for member in thing.members if member[0] in docs)
        if not apart:
            held = sorted(docs_of(thing))
            raise CorrectionError(f"{thing.name} is in none of {', '.join(docs)}", valid=held)
        first = min(docs).replace("%", "%25").replace("/", "%2F")
        key, number = f"{thing.key}~{first}", 1
        while key in self.things:
            number += 1
            key = f"{thing.key}~{first}~{number}"
        rest = tuple(member for member in thing.members if member[0] not in docs)
        del self.things[thing.key]
        if rest:
            self.things[thing.key] = self._named(replace(thing, members=rest), thing)
        self.things[key] = self._named(replace(thing, key=key, record=None, members=apart), thing)
        if thing.key in self.retyped:
            self.retyped.add(key)

    def _named(self, part: Thing, whole: Thing) -> Thing:
        """Return a part with its members' names; the name of the whole stays with members that bear it."""
        forms, full = self._forms(part), Counter(name for name, *_ in self._names(part))
        name = part.name
        lost = name in self._forms(whole) or (part.key != whole.key and whole.key in self.former)
        if part.record is None and name not in forms and lost:
            name = min(full, key=lambda form: (-full[form], form), default=name)
        return replace(part, name=name, names=(name, *_sorted(forms - {name})))

    def _names(self, thing: Thing) -> list[tuple[str, ...]]:
        wanted = set(thing.members)
        docs = sorted(docs_of(thing))
        entities = [(doc, entity) for doc in docs for entity in self.extractions[doc].entities]
        return [entity.names for doc, entity in entities if (doc, entity.id) in wanted]

    def _forms(self, thing: Thing) -> set[str]:
        return {form for names in self._names(thing) for form in names}

    def _rename(self, thing: Thing, name: str) -> None:
        if name == thing.name:
            raise CorrectionError(f"{name} is its name already")
        names = (name, *(form for form in thing.names if form != name))
        self.things[thing.key] = replace(thing, name=name, names=names)
        self.former.setdefault(thing.key, []).append(thing.name)

    def _retype(self, thing: Thing, type_: str) -> None:
        if type_ not in TYPES:
            near = difflib.get_close_matches(type_, TYPES, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise CorrectionError(f"there is no type {type_}{hint}", valid=TYPES)
        if type_ == thing.type:
            raise CorrectionError(f"{thing.name} is of type {type_} already")
        self.things[thing.key] = replace(thing, type=type_)
        self.retyped.add(thing.key)

    def _fact(self, thing: Thing, other: Thing, correction: Correction, number: int) -> None:
        predicate = correction.predicate
        if predicate not in PREDICATES:
            near = difflib.get_close_matches(predicate, PREDICATES, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise CorrectionError(f"there is no predicate {predicate}{hint}", valid=PREDICATES)
        if thing.key == other.key:
            raise CorrectionError(f"{thing.name} and {other.name} are one thing")
        triple = (thing.key, predicate, other.key)
        if correction.action == "reject":
            self.rejected[number] = triple
            return
        _check_types(thing, predicate, other)
        self.added[number] = Added(*triple, correction, self._evidence(correction))

    def _evidence(self, correction: Correction) -> Evidence | None:
        if not correction.articles:
            return None
        doc, quote = correction.articles[0], correction.quote
        if doc not in self.extractions:
            raise CorrectionError(f"there is no article {doc}", valid=few(self.extractions))
        article = self.extractions[doc].article
        start = article.text.find(quote)
        if start < 0:
            raise CorrectionError(f"article {doc} does not say {quote}")
        sentence = next((s.index for s in article.sentences if s.start <= start < s.end), 0)
        return Evidence(doc, sentence, start, start + len(quote), quote, BY_HAND)

    def facts(self, failed: dict[int, CorrectionError]) -> tuple[frozenset[Triple], tuple[Added, ...]]:
        """Return the facts rejected and added, with the final keys of their things.

        Args:
            failed: Filled with the error of each correction of a fact that has no effect.
        """
        added: dict[int, Added] = {}
        for number, fact in self.added.items():
            keys = (self._now(fact.subject), self._now(fact.object))
            subject, object_ = (self.things.get(key) for key in keys)
            try:
                if subject is None or object_ is None or subject is object_:
                    raise CorrectionError("its two things are one, or one of them is gone")
                _check_types(subject, fact.predicate, object_)
            except CorrectionError as error:
                failed[number] = error
                continue
            added[number] = replace(fact, subject=subject.key, object=object_.key)
        rejected: set[Triple] = set()
        for number, (s, predicate, o) in self.rejected.items():
            against = both_ways([(self._now(s), predicate, self._now(o))])
            undone = [
                n for n, a in added.items() if n < number and (a.subject, a.predicate, a.object) in against
            ]
            for earlier in undone:
                del added[earlier]
            if not undone and not any(map(self._is_said, sorted(against))):
                failed[number] = CorrectionError("no article says so")
            rejected |= against
        return frozenset(rejected), tuple(added[number] for number in sorted(added))

    def _now(self, key: str) -> str:
        while key in self.into:
            key = self.into[key]
        return key

    def _is_said(self, triple: Triple) -> bool:
        """Tell whether any article states a fact."""
        subject, predicate, object_ = triple
        if subject not in self.things or object_ not in self.things:
            return False
        ends = [set(self.things[key].members) for key in (subject, object_)]
        return any(
            relation.predicate == predicate
            and (doc, relation.subject) in ends[0]
            and (doc, relation.object) in ends[1]
            for doc in sorted(docs_of(self.things[subject]) & docs_of(self.things[object_]))
            for relation in self.extractions[doc].relations
        )


def _check_types(subject: Thing, predicate: str, object_: Thing) -> None:
    if ontology.allows(predicate, subject.type, object_.type):
        return
    fitting = [p for p in PREDICATES if ontology.allows(p, subject.type, object_.type)]
    ends = " to ".join(f"{thing.name} ({thing.type})" for thing in (subject, object_))
    raise CorrectionError(f"{predicate} does not go from {ends}", valid=fitting)


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda form: (-len(form), form))
