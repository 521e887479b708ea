"""The trained opinion on relations: layout, pairs, columns, trees, words, learning, results."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from handmade import lay
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import authority, ontology
from kg.corpus import docs, gold_folder, project, read_gold
from kg.errors import CorpusError, KGError
from kg.extract import segment, trees
from kg.extract.clauses import parse_clauses
from kg.extract.context import look
from kg.extract.relations import find_relations, tokens, traits, wording
from kg.extract.relations.closer import look_closer
from kg.extract.relations.decide import NEAREST, choose
from kg.extract.relations.evidence import QUOTE
from kg.extract.relations.geography import Geography
from kg.extract.relations.items import Items, code_of
from kg.extract.relations.layout import GAPS, SIDES, Layout
from kg.extract.relations.learning import Lesson, learn
from kg.extract.relations.meetings import ORDERED, THEMES, WINDOW, Meetings, find_meetings
from kg.extract.relations.opinion import (
    KIND,
    KNOWN,
    Board,
    Opinion,
    from_json,
    read_opinion,
    weigh,
    write_opinion,
)
from kg.extract.relations.others import NONE, Groups, company
from kg.extract.threads import one_thread
from kg.model import PREDICATES, TYPES, Article, Entity, Mention, Relation
from kg.text.article import parse_article
from kg.text.readers import read_article

CITY = ("AdministrativeDivision", "大连市", "大连")
PROVINCE = ("AdministrativeDivision", "辽宁省")
DISTRICT = ("AdministrativeDivision", "甘井子区")
FIRM = ("Company", "恒岳机械有限公司", "恒岳机械")
OTHER = ("Company", "泰安轴承有限公司")


def laid(text: str, *things: tuple[str, ...]) -> Layout:
    article, entities = lay(text, *things)
    words = segment.words(article.normal)
    return Layout(article, words, entities, parse_clauses(article, words, entities))


def table_of(layout: Layout) -> tuple[Meetings, traits.Table]:
    meetings = find_meetings(layout)
    table = traits.lay_out(layout, meetings, Geography(layout.entities, authority.load()))
    return meetings, look_closer(layout, meetings, table)


def found(text: str, *things: tuple[str, ...]) -> tuple[Article, tuple[Relation, ...]]:
    article, entities = lay(text, *things)
    words = segment.words(article.normal)
    clauses = parse_clauses(article, words, entities)
    with one_thread():
        told = look(article, words, entities, clauses)
        relations, _ = find_relations(article, entities, clauses, told=told)
    return article, relations


def test_the_layout_tells_what_stands_beside_and_between_names() -> None:
    layout = laid("由恒岳机械有限公司与泰安轴承有限公司在大连市甘井子区建厂。", FIRM, OTHER, CITY, DISTRICT)
    names = [layout.text[a:b] for a, b in zip(layout.start, layout.end, strict=True)]
    assert names == ["恒岳机械有限公司", "泰安轴承有限公司", "大连市", "甘井子区"]
    assert [SIDES[n] for n in layout.before] == ["agent", "with", "place", "none"]
    assert [GAPS[n] for n in layout.gap[:3]] == ["with", "other", "tight"]
    assert layout.group[0] == layout.group[1] != layout.group[2]
    assert layout.group_size[0] == 2


def test_a_name_inside_a_longer_one_is_known_as_such() -> None:
    article = parse_article("大连市政府发布公告。", doc="t")
    entities = tuple(
        Entity(f"e{n}", kind, (name,), (Mention(0, len(name), name, kind, "test"),))
        for n, (kind, name) in enumerate(
            (("GovernmentBody", "大连市政府"), ("AdministrativeDivision", "大连市")), 1
        )
    )
    words = segment.words(article.normal)
    layout = Layout(article, words, entities, parse_clauses(article, words, entities))
    assert layout.nested.tolist() == [False, True]
    _, table = table_of(layout)
    value = {name: table.columns[:, n] for n, name in enumerate(table.names)}
    row = [PREDICATES[p] for p in table.predicate].index("locatedIn")
    assert (value["gap"][row], value["ever:holds"][row] + value["ever-back:holds"][row]) == (-1, 1)


def test_words_inside_names_do_not_speak() -> None:
    spoken = laid("恒岳机械生产智能制造系统。", FIRM, ("Product", "智能制造系统")).spoken
    assert spoken[-1, PREDICATES.index("produces")] == 1


def test_things_meet_where_they_stand_closest() -> None:
    layout = laid("大连市开会。恒岳机械参加。甘井子区的恒岳机械在大连市投产。", CITY, FIRM, DISTRICT)
    meetings = find_meetings(layout)
    at = {
        (layout.entities[a].id, layout.entities[b].id): n
        for n, (a, b) in enumerate(zip(meetings.low, meetings.high, strict=True))
    }
    number = at["e1", "e2"] if ("e1", "e2") in at else at["e2", "e1"]
    left, right = meetings.left[number], meetings.right[number]
    assert layout.text[layout.end[left] : layout.start[right]] == "在"
    assert meetings.sentences[number] == 1


def test_partners_are_looked_for_within_a_window_or_among_themes() -> None:
    firms = tuple(("Company", f"恒岳{n:03}号公司") for n in range(5 * WINDOW))
    meetings = find_meetings(laid("、".join(name for _, name in firms) + "。", *firms))
    assert max(meetings.high - meetings.low) == WINDOW
    theme = laid("大连市开会。" * 3 + "、".join(name for _, name in firms) + "。", CITY, *firms)
    met = find_meetings(theme)
    city = theme.number["e1"]
    assert THEMES["Location"]
    assert ((met.low == city) | (met.high == city)).sum() == len(firms)


def test_a_name_in_a_name_and_a_known_container_meet_however_far_apart() -> None:
    far = "、".join(f"{n}号产品" for n in range(3 * WINDOW))
    things = [("Product", f"{n}号产品") for n in range(3 * WINDOW)]
    branch = ("Institution", "恒岳机械有限公司研究院")
    layout = laid(
        f"恒岳机械有限公司在辽宁省。{far}。大连市有{branch[1]}。", FIRM, PROVINCE, CITY, branch, *things
    )
    geography = Geography(layout.entities, authority.load())
    number = {e.name: n for n, e in enumerate(layout.entities)}

    def met(one: str, other: str, *, known: Geography | None) -> bool:
        meetings = find_meetings(layout, known)
        pairs = set(zip(meetings.low.tolist(), meetings.high.tolist(), strict=True))
        return tuple(sorted((number[one], number[other]))) in pairs

    assert met(FIRM[1], branch[1], known=None)
    assert met("大连市", "辽宁省", known=geography)
    assert not met("大连市", "辽宁省", known=None)
    assert not met(FIRM[1], "大连市", known=geography)


def test_rows_obey_the_ontology_and_tell_a_symmetric_relation_once() -> None:
    layout = laid("大连市的恒岳机械有限公司与泰安轴承有限公司合作。", CITY, FIRM, OTHER)
    _, table = table_of(layout)
    allows = ontology.load().allows
    types = [e.type for e in layout.entities]
    rows = list(zip(table.subject.tolist(), table.predicate.tolist(), table.object.tolist(), strict=True))
    assert len(set(rows)) == len(rows)
    both = PREDICATES.index("cooperatesWith")
    for s, p, o in rows:
        assert allows(PREDICATES[p], types[s], types[o]) or (
            p == both and allows(PREDICATES[p], types[o], types[s])
        )
        assert p != both or (o, p, s) not in rows
    assert table.columns.shape == (len(rows), len(table.names))
    kinds = {
        name: int(table.columns[:, n].max())
        for n, name in enumerate(table.names)
        if name in traits.CATEGORIES
    }
    assert all(most < traits.CATEGORIES[name] for name, most in kinds.items())


def test_columns_know_lists_heads_and_containers() -> None:
    text = "辽宁省大连市近年发展很快。恒岳机械有限公司生产轴承、齿轮、阀门。"
    things = (PROVINCE, CITY, FIRM, ("Product", "轴承"), ("Product", "齿轮"), ("Product", "阀门"))
    layout = laid(text, *things)
    _, table = table_of(layout)
    value = {name: table.columns[:, n] for n, name in enumerate(table.names)}
    ids = [e.name for e in layout.entities]
    row = {
        (ids[s], PREDICATES[p], ids[o]): n
        for n, (s, p, o) in enumerate(zip(table.subject, table.predicate, table.object, strict=True))
    }
    first, last = (row["恒岳机械有限公司", "produces", name] for name in ("轴承", "阀门"))
    assert value["outer"][last] == 3
    assert value["way:outer"][last] == value["way:outer"][first] == 1
    assert value["heads"][last] == 1
    assert value["said between"][first] == 1
    inside = row["大连市", "locatedIn", "辽宁省"]
    assert value["fit"][inside] == traits.FITS.index("above")
    assert value["steps"][inside] == 1
    assert value["ever-back:tight"][inside] == 1
    assert len(ORDERED) == 10


def test_trees_learn_what_a_single_question_cannot_tell() -> None:
    chance = np.random.default_rng(1)
    table = np.stack(
        [chance.integers(0, 9, 3000), chance.integers(0, 4, 3000), chance.integers(0, 99, 3000)], axis=1
    ).astype(np.int32)
    right = (table[:, 0] > 4) ^ (table[:, 1] == 2)
    settings_ = trees.Settings(trees=30, depth=3, rate=0.3, columns=1.0, rows=0.8, least=1.0)
    forest = trees.learn(table, right, ("a", "kind", "noise"), {"kind": 4}, settings_)
    assert ((forest.score(table) > 0) == right).mean() > 0.99
    again = trees.learn(table, right, ("a", "kind", "noise"), {"kind": 4}, settings_)
    assert again.to_json() == forest.to_json()
    back = trees.from_json(json.loads(json.dumps(forest.to_json())))
    # leaves are written with four digits
    assert np.allclose(back.score(table), forest.score(table), atol=30 * 5e-5)


def test_trees_go_on_from_an_offset() -> None:
    table = np.arange(200, dtype=np.int32)[:, None]
    right = table[:, 0] > 99
    sure = np.where(right, 8.0, -8.0)
    settings_ = trees.Settings(trees=5, depth=2, columns=1.0, rows=1.0)
    forest = trees.learn(table, right, ("n",), {}, settings_, offset=sure)
    assert np.abs(forest.score(table)).max() < 0.5


def test_trees_of_several_draws_tell_their_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(2)
    table = chance.integers(0, 9, (400, 2)).astype(np.int32)
    right = table[:, 0] + chance.integers(0, 5, 400) > 6
    one = trees.Settings(trees=6, depth=2, rate=0.3, rows=0.5, columns=1.0, least=1.0)
    apart = []
    for seed in (trees._SEED, trees._SEED + 1):
        with monkeypatch.context() as patch:
            patch.setattr(trees, "_SEED", seed)
            apart.append(trees.learn(table, right, ("a", "b"), {}, one).score(table))
    assert np.abs(apart[0] - apart[1]).max() > 0.01
    both = trees.learn(table, right, ("a", "b"), {}, replace(one, draws=2))
    np.testing.assert_allclose(both.score(table), (apart[0] + apart[1]) / 2, atol=1e-5)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), max_size=30))
def test_columns_about_rivals_say_what_a_loop_says(rows: list[tuple[int, int]]) -> None:
    key = np.array([k for k, _ in rows], np.int64)
    value = np.array([v for _, v in rows], np.float64)
    others = [[v for j, (k, v) in enumerate(rows) if k == own and j != i] for i, (own, _) in enumerate(rows)]
    assert Groups(key).best_other(value).tolist() == [max(o, default=-10.0) for o in others]
    assert np.allclose(Groups(key).mean_other(value), [sum(o) / len(o) if o else -10.0 for o in others])
    smaller = [sum(v < own for k, v in rows if k == which) for which, own in rows]
    assert traits.rank_within(key, value.astype(np.int64)).tolist() == smaller


MAKES = (
    "恒岳机械有限公司生产轴承。",
    "泰安轴承有限公司研制齿轮。",
    "甘井子区的恒岳机械有限公司生产阀门，还与泰安轴承有限公司合作。",
)
PRODUCTS = (("Product", "轴承"), ("Product", "齿轮"), ("Product", "阀门"))


def lessons() -> list[Lesson]:
    """Return small articles in which who stands before 生产 makes what follows."""
    taught = []
    for n in range(12):
        text = f"第{n}期。{MAKES[n % 3]}大连市位于辽宁省。"
        article, entities = lay(text, CITY, PROVINCE, DISTRICT, FIRM, OTHER, *PRODUCTS)
        words = segment.words(article.normal)
        name = {e.name: e.id for e in entities if e.mentions}
        right = {(name["大连市"], "locatedIn", name["辽宁省"])}
        maker, product = (
            ("恒岳机械有限公司", "轴承"),
            ("泰安轴承有限公司", "齿轮"),
            ("恒岳机械有限公司", "阀门"),
        )[n % 3]
        right.add((name[maker], "produces", name[product]))
        clauses = parse_clauses(article, words, entities)
        taught.append(Lesson(article, words, entities, clauses, right, right))
    return taught


def ask(lesson: Lesson, board: Board) -> npt.NDArray[np.float64]:
    told = look(lesson.article, lesson.words, lesson.entities, lesson.clauses)
    return told.relations(board.rows, board.sieved)


@pytest.fixture(scope="module")
def taught() -> Opinion:
    return learn(lessons(), authority.load(), ask)


def test_what_was_taught_is_known(taught: Opinion) -> None:
    for lesson in lessons()[:3]:
        told = look(lesson.article, lesson.words, lesson.entities, lesson.clauses)
        weighed = weigh(told, authority.load(), taught)
        best = dict(zip(weighed.board.triples(), weighed.sure.tolist(), strict=True))
        wrong = max((p for t, p in best.items() if t not in lesson.right), default=0.0)
        assert min(best[t] for t in lesson.right) > wrong


def test_the_same_lessons_give_the_same_opinion_and_it_can_be_kept(taught: Opinion, tmp_path: Path) -> None:
    path = tmp_path / "relations.json"
    write_opinion(taught, path)
    write_opinion(learn(lessons(), authority.load(), ask), tmp_path / "again.json")
    assert path.read_bytes() == (tmp_path / "again.json").read_bytes()
    assert read_opinion(path).to_json() == from_json(taught.to_json()).to_json()


def test_nothing_to_learn_from_is_an_error() -> None:
    bare = [Lesson(t.article, t.words, t.entities, t.clauses, set(), set()) for t in lessons()[:2]]
    with pytest.raises(CorpusError, match="no relation"):
        learn(bare, authority.load(), ask)


def test_the_opinion_needs_what_the_network_read() -> None:
    things = ("Company", "甲公司"), ("AdministrativeDivision", "望海市")
    article, entities = lay("甲公司落户望海市。\n", *things)
    words = segment.words(article.normal)
    with pytest.raises(ValueError, match="told"):
        find_relations(article, entities, parse_clauses(article, words, entities))


def test_words_weigh_by_predicate_and_place() -> None:
    layout = laid("恒岳机械有限公司生产轴承。", FIRM, ("Product", "轴承"))
    _, table = table_of(layout)
    context = wording.context_of(layout, table)
    # 生产 between the two, the subject first: the code that `tokens` gives it there
    between = tokens.GROUPS.index("between")
    forward = context.paired.row == int(context.pair[table.forward.argmax()])
    code = context.paired.code[forward & (context.paired.group == between)].astype(np.uint32)
    assert len(code) == 1
    weights = np.zeros((1, len(PREDICATES)), np.float32)
    weights[0, PREDICATES.index("produces")] = 2.0
    columns = wording.Wording(code, weights).columns(context, table.predicate)
    ids = [e.name for e in layout.entities]
    for row, (s, p) in enumerate(zip(table.subject, table.predicate, strict=True)):
        expected = 2.0 if PREDICATES[p] == "produces" and ids[s] == "恒岳机械有限公司" else 0.0
        assert columns[row, wording.COLUMNS.index("between")] == expected
        assert columns[row].sum() == expected


def test_what_is_summed_by_mention_and_pair_is_what_the_rows_tokens_sum_to() -> None:
    text = "大连市的恒岳机械有限公司与泰安轴承有限公司合作，投资3亿元在甘井子区生产轴承、齿轮。"
    layout = laid(text, CITY, DISTRICT, FIRM, OTHER, *PRODUCTS[:2])
    _, table = table_of(layout)
    context = wording.context_of(layout, table)
    by_row = context.by_row()
    codes = np.unique(by_row.code.astype(np.uint32))
    chance = np.random.default_rng(3)
    weighed = wording.Wording(codes, chance.normal(size=(len(codes), len(PREDICATES))).astype(np.float32))
    slow = np.zeros((len(table.pair), len(wording.COLUMNS)))
    for row, group, code in zip(by_row.row, by_row.group, by_row.code, strict=True):
        slow[row, group] += weighed.weights[np.searchsorted(codes, code), table.predicate[row]]
    assert np.allclose(weighed.columns(context, table.predicate), slow, atol=1e-4)


def test_items_are_words_and_types_and_know_the_verbs_around() -> None:
    items = Items(laid("大连市引进恒岳机械有限公司、泰安轴承有限公司建设2个厂。", CITY, FIRM, OTHER))
    names = [code_of(f"<{kind}>") for kind in ("AdministrativeDivision", "Company", "Company")]
    assert items.at(items.first).tolist() == names
    assert items.verb_before.tolist() == [1, code_of("引进"), code_of("引进")]
    # from either member of the list the way goes to what follows the list
    assert items.verb_after.tolist() == [code_of("引进"), code_of("建设"), code_of("建设")]
    assert code_of("#") in items.code.tolist()


def test_a_relation_follows_from_two_others_and_rivals_are_told_apart() -> None:
    zone = ("DevelopmentZone", "松山产业园")
    layout = laid("恒岳机械有限公司在松山产业园。松山产业园在大连市。", FIRM, zone, CITY)
    _, table = table_of(layout)
    number = {e.name: n for n, e in enumerate(layout.entities)}
    score = np.full(len(table.pair), -4.0)
    row = {
        (s, PREDICATES[p], o): n
        for n, (s, p, o) in enumerate(
            zip(table.subject.tolist(), table.predicate.tolist(), table.object.tolist(), strict=True)
        )
    }
    firm, park, city = (number[name] for name in ("恒岳机械有限公司", "松山产业园", "大连市"))
    score[row[firm, "locatedIn", park]] = 2.0
    score[row[park, "locatedIn", city]] = 1.0
    found = company(layout, table, score)
    follows = row[firm, "locatedIn", city]
    assert found["chain"][follows] == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert found["rival of subject"][follows] == 2.0
    assert found["partners of object"][follows] == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert found["also locatedIn"][row[firm, "investsIn", park]] == 2.0
    assert found["also locatedIn"][row[firm, "locatedIn", park]] == NONE


def test_of_two_containers_that_hold_the_nearest_is_told() -> None:
    near, far = ("e1", "locatedIn", "e2"), ("e1", "locatedIn", "e3")
    chosen = choose({near: 0.6, far: 0.9}, {near: 0.55, far: 0.05})[2]
    assert chosen == [near]
    # one that is hardly likely to hold at all is no nearest one
    assert choose({near: 0.2, far: 0.9}, {near: 0.2, far: 0.5})[2] == [far]
    assert NEAREST > 0


def test_a_relation_of_doubtful_things_needs_to_be_likelier() -> None:
    makes = ("e1", "produces", "e2")
    assert choose({makes: 0.5}, {}, {"e1": 1.0, "e2": 1.0})[2] == [makes]
    assert choose({makes: 0.5}, {}, {"e1": 0.5, "e2": 0.5})[2] == []


def test_a_missing_or_foreign_model_is_an_error_and_no_silent_loss(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="model is missing"):
        read_opinion(tmp_path / "none.json")
    for page in ("", "[]", "{}", json.dumps({"kind": KIND})):
        (tmp_path / "bad.json").write_text(page, encoding="utf-8")
        read_opinion.cache_clear()
        with pytest.raises(KGError, match=r"bad\.json.*no model of relations"):
            read_opinion(tmp_path / "bad.json")


SHIPPED = [
    ("locatedIn", "甘井子区位于大连市，是大连市的主城区。", (CITY, DISTRICT), ("甘井子区", "大连市")),
    (
        "launches",
        "大连市出台“春风八条”，优化环境。",
        (CITY, ("Initiative", "春风八条")),
        ("大连市", "春风八条"),
    ),
    (
        "holdsPositionAt",
        "恒岳机械有限公司董事长李远山说，形势很好。",
        (FIRM, ("Person", "李远山")),
        ("李远山", "恒岳机械有限公司"),
    ),
    (
        "cooperatesWith",
        "恒岳机械有限公司与泰安轴承有限公司签署战略合作协议。",
        (FIRM, OTHER),
        ("恒岳机械有限公司", "泰安轴承有限公司"),
    ),
    (
        "produces",
        "恒岳机械有限公司生产精密轴承，产品远销海外。",
        (FIRM, ("Product", "精密轴承")),
        ("恒岳机械有限公司", "精密轴承"),
    ),
]


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
def test_tokens_are_found_where_they_stand(codes: set[int], other: int) -> None:
    ordered = np.array(sorted(codes), dtype=np.uint32)
    words = wording.Wording(ordered, np.zeros((len(ordered), len(PREDICATES)), np.float32))
    # the last one among them, behind which there is nothing to look at
    found, known = words.find(np.append(ordered, other).astype(np.uint64))
    assert found[:-1].tolist() == list(range(len(ordered)))
    assert known.tolist() == [True] * len(ordered) + [other in codes]


@pytest.mark.parametrize(("predicate", "text", "things", "pair"), SHIPPED, ids=[row[0] for row in SHIPPED])
def test_the_shipped_opinion_finds_plain_relations(
    predicate: str, text: str, things: tuple[tuple[str, ...], ...], pair: tuple[str, str]
) -> None:
    article, relations = found(text, *things)
    names = {f"e{n}": thing[1] for n, thing in enumerate(things, 1)}
    said = {(names[r.subject], r.predicate, names[r.object]): r for r in relations}
    relation = said.get((pair[0], predicate, pair[1])) or said.get((pair[1], predicate, pair[0]))
    assert relation is not None
    for e in relation.evidence:
        assert article.text[e.start : e.end] == e.quote
        assert e.by == "model:relations"
        assert 0 < e.confidence < 1
        assert all(name in e.quote for name in pair)


def blank(start: float) -> trees.Forest:
    """Return a forest that gives every row the same log odds."""
    nothing = np.zeros(0, np.int64)
    return trees.Forest(
        (), nothing, nothing.astype(np.int32), nothing.astype(bool), nothing.reshape(0, 1),
        np.zeros((0, 2), np.float32), start,
    )  # fmt: skip


@dataclass
class Unsure:
    """An article of which the network knows nothing."""

    layout: Layout

    def relations(self, rows: traits.Table, sieved: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.zeros(len(sieved))


def test_a_division_lies_in_the_one_that_is_known_to_hold_it_though_no_word_says_so() -> None:
    words_ = wording.Wording(np.zeros(0, np.uint32), np.zeros((0, len(PREDICATES)), np.float32))
    own = tuple(blank(0.0) for _ in PREDICATES)
    doubting = Opinion(
        blank(0.0), (-1.0,) * len(PREDICATES), words_, blank(0.0), -1.0, blank(-3.0), own, blank(-3.0)
    )
    article, entities = lay(
        "辽宁省雨水多。甘井子区的樱桃卖得快。大连市的海鲜上市。", PROVINCE, DISTRICT, CITY
    )
    words = segment.words(article.normal)
    clauses = parse_clauses(article, words, entities)
    weighed = weigh(Unsure(Layout(article, words, entities, clauses)), authority.load(), doubting)
    sure = dict(zip(weighed.board.triples(), weighed.sure.tolist(), strict=True))
    known = {t for t, p in sure.items() if p == KNOWN}
    # district in city, city in province; that the district lies in the province follows
    assert known == {("e2", "locatedIn", "e3"), ("e3", "locatedIn", "e1")}
    assert sure["e3", "locatedIn", "e2"] < 0.05


def test_a_post_keeps_its_title_and_a_plan_its_status() -> None:
    _, relations = found("恒岳机械有限公司董事长李远山说，形势很好。", FIRM, ("Person", "李远山"))
    assert [r.qualifiers for r in relations if r.predicate == "holdsPositionAt"] == [(("title", "董事长"),)]


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="大连市甘井子区恒岳机械泰安轴承有限公司与、的在由投资建设，。（）\n", max_size=120))
def test_what_comes_out_is_well_formed_and_the_same_every_time(text: str) -> None:
    things = (CITY, DISTRICT, FIRM, OTHER)
    article, relations = found(text, *things)
    assert found(text, *things)[1] == relations
    types = {f"e{n}": thing[0] for n, thing in enumerate(things, 1)}
    assert len({(r.subject, r.predicate, r.object) for r in relations}) == len(relations)
    allows = ontology.load().allows
    for r in relations:
        assert r.subject != r.object
        assert allows(r.predicate, types[r.subject], types[r.object])
        assert all(article.text[e.start : e.end] == e.quote and e.quote for e in r.evidence)


def test_a_long_list_without_marks_is_read_in_linear_time() -> None:
    begun = time.process_time()
    found("大连市与恒岳机械有限公司、泰安轴承有限公司合作建设" * 600, CITY, FIRM, OTHER)
    assert time.process_time() - begun < 10


def test_all_types_have_a_number() -> None:
    assert traits.allowed().shape == (len(PREDICATES), len(TYPES), len(TYPES))


def test_quotes_over_the_corpus_are_exact_and_hold_both_ends_where_they_stand_close() -> None:
    close = both = 0
    for doc in docs("development")[:12]:
        path = gold_folder().parent / f"{doc}.txt"
        article = read_article(path)
        entities = project(article, read_gold(gold_folder() / f"{doc}.json"))
        words = segment.words(article.normal)
        clauses = parse_clauses(article, words, entities)
        places: dict[str, list[tuple[int, int]]] = {}
        for e in entities:
            places.setdefault(e.id, []).extend((m.start, m.end) for m in e.mentions)
        for placed in (m for clause in clauses for m in clause.mentions):
            places.setdefault(placed.entity, []).append((placed.start, placed.end))
        told = look(article, words, entities, clauses)
        relations, _ = find_relations(article, entities, clauses, told=told)
        assert relations
        for r in relations:
            e = r.evidence[0]
            assert article.text[e.start : e.end] == e.quote
            ends = [places[r.subject], places[r.object]]
            held = [any(e.start <= a and b <= e.end for a, b in spans) for spans in ends]
            assert any(held)
            if min(max(b, d) - min(a, c) for a, b in ends[0] for c, d in ends[1]) < QUOTE // 2:
                close += 1
                both += all(held)
    assert both == close > 500
