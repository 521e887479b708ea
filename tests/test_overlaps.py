"""Names that overlap: which of them stand, and what is told of those around a name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.clustering.entities import find_entities
from kg.extract.names.mentions import mentions_of
from kg.extract.names.nested import DERIVED, READ
from kg.extract.pipeline import matcher_of
from kg.extract.tagging.overlaps import overlap_columns, settle
from kg.extract.tagging.tagger import Tagged
from kg.model import TYPES, Mention
from kg.text.article import parse_article

TEXT = "恒岳机械临江产业园二期项目开工，临江产业园欢迎恒岳机械。"


def tagged(name: str, kind: str, sure: float, *, place: int = 0, chosen: bool = True) -> Tagged:
    """A name of `TEXT` at its first or a later place."""
    start = -1
    for _ in range(place + 1):
        start = TEXT.index(name, start + 1)
    mention = Mention(start, start + len(name), name, kind, "tagger", sure)
    return Tagged(mention, sure, sure, -0.1, -0.2, chosen)


def told(mentions: Sequence[Mention]) -> list[tuple[str, str, bool, float]]:
    return [(m.text, m.type, m.by == READ, m.confidence) for m in mentions]


PROJECT = tagged("恒岳机械临江产业园二期项目", "Project", 0.8)
ZONE = tagged("临江产业园", "DevelopmentZone", 0.1, chosen=False)
ZONE_LATER = tagged("临江产业园", "DevelopmentZone", 0.9, place=1)


def test_a_name_inside_another_stands_if_its_thing_is_named_nowhere_else() -> None:
    alone = settle([PROJECT, ZONE], [([0], 0.7), ([1], 0.6)])
    assert told(alone) == [
        ("恒岳机械临江产业园二期项目", "Project", False, 0.7),
        ("临江产业园", "DevelopmentZone", True, 0.6),
    ]
    both = settle([PROJECT, ZONE, ZONE_LATER], [([0], 0.7), ([1, 2], 0.6)])
    assert [m.start for m in both] == [0, TEXT.index("，") + 1]
    assert all(m.by == "tagger" for m in both)


def test_of_names_that_cross_and_of_one_stretch_the_likelier_stands() -> None:
    crossing = tagged("二期项目开工", "Event", 0.3, chosen=False)
    assert told(settle([PROJECT, crossing], [([0], 0.7), ([1], 0.8)])) == [
        ("二期项目开工", "Event", False, 0.8)
    ]
    place = tagged("临江产业园", "Place", 0.3, place=1, chosen=False)
    assert told(settle([ZONE_LATER, place], [([0], 0.7), ([1], 0.5)])) == [
        ("临江产业园", "DevelopmentZone", False, 0.7)
    ]


def test_a_name_that_was_chosen_nowhere_stands_where_it_is_likeliest() -> None:
    unsure = [
        tagged("恒岳机械", "Company", 0.04, chosen=False),
        tagged("恒岳机械", "Company", 0.2, place=1, chosen=False),
    ]
    assert [m.start for m in settle(unsure, [([0, 1], 0.5)])] == [TEXT.rindex("恒")]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 12), st.integers(1, 8), st.sampled_from(["Place", "Event"]), st.floats(0.01, 1)
        ),
        max_size=8,
        unique_by=lambda r: r[:3],
    ),
    st.data(),
)
def test_what_stands_never_crosses(rows: list[tuple[int, int, str, float]], data: st.DataObject) -> None:
    names = [
        Tagged(Mention(at, at + size, TEXT[at : at + size], kind, "tagger", sure), 1, 1, 0, 0, sure > 0.5)
        for at, size, kind, sure in sorted(rows)
    ]
    chances = [data.draw(st.floats(0.4, 1)) for _ in names]
    groups = [([n], chance) for n, chance in enumerate(chances)]
    stands = settle(names, groups)
    assert {m.confidence for m in stands} <= {round(c, 4) for c in chances}
    if names:
        # nothing can keep the likeliest from standing
        assert max(chances) - 5e-5 <= max(m.confidence for m in stands)
    for one, other in combinations(stands, 2):
        apart = one.end <= other.start or other.end <= one.start
        inside = other.start <= one.start <= one.end <= other.end or (
            one.start <= other.start <= other.end <= one.end
        )
        assert apart or (inside and (one.start, one.end) != (other.start, other.end))
        assert apart or READ in (one.by, other.by)


def test_what_is_told_of_the_names_around_a_name() -> None:
    names = [PROJECT, ZONE, tagged("恒岳机械", "Company", 0.4, chosen=False), ZONE_LATER]
    best = {("恒岳机械临江产业园二期项目", "Project"): 0, ("临江产业园", "Location"): 1}
    places = {key: [i for i in range(len(TEXT)) if TEXT.startswith(key[0], i)] for key in best}
    columns = overlap_columns(names, best, places)
    project, zone = ({name: column[n] for name, column in columns.items()} for n in range(2))
    assert (project["outer"], project["inner"], project["chosen"], project["inside"]) == (0, 40, True, 0)
    assert (zone["outer"], zone["inner"], zone["chosen"]) == (80, 0, False)
    assert zone["outer:type"] == TYPES.index("Project") + 1
    # one of the two places is inside the project, the other is the chosen name itself
    assert (zone["inside"], zone["free"]) == (1, 0)
    assert (zone["outer:opens"], zone["outer:closes"]) == (False, False)


def test_names_derived_from_those_around_them_bring_further_names_but_no_new_things() -> None:
    text = "太平湾开工。太平湾合作创新区管委会与长春新区管委会签约。"
    article = parse_article(text, doc="x")

    def name(of: str, kind: str) -> Mention:
        at = text.index(of)
        return Mention(at, at + len(of), of, kind, "tagger", 0.6)

    bodies = [name("太平湾合作创新区管委会", "GovernmentBody"), name("长春新区管委会", "GovernmentBody")]

    def things(*candidates: Mention, judged: bool) -> list[tuple[str, ...]]:
        mentions = mentions_of(candidates, article, matcher_of(), judged=judged)
        found = find_entities(article, mentions, (), matcher_of().divisions)
        return [e.names for e in found if e.type == "DevelopmentZone"]

    zone = name("太平湾", "DevelopmentZone")
    assert things(*bodies, judged=False) == [("太平湾合作创新区",), ("长春新区",)]
    assert things(*bodies, judged=True) == []
    assert things(zone, *bodies, judged=True) == [("太平湾合作创新区", "太平湾")]
    (derived,) = (m for m in mentions_of(bodies[:1], article, matcher_of(), judged=True) if m.by == DERIVED)
    assert (derived.text, derived.type) == ("太平湾合作创新区", "DevelopmentZone")
