"""Observations: the owner of a figure, what it measures, its period, and where it is stated."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.extract import trees
from kg.extract.clauses import parse_clauses
from kg.extract.context import look
from kg.extract.dates import find_periods
from kg.extract.figures.claims import NOBODY, WIDTH, Claims, claims
from kg.extract.figures.indicators import indicator
from kg.extract.figures.learning import Lesson, learn_calling
from kg.extract.figures.lessons import Annotated, find_trust, learn_ranking
from kg.extract.figures.measures import Figure
from kg.extract.figures.neighbours import COLUMNS, neighbour_columns
from kg.extract.figures.observations import find_figures, find_observations
from kg.extract.figures.pairing import paired_column
from kg.extract.figures.pointers import GROUPS, find_pointers
from kg.extract.figures.quantities import find_quantities
from kg.extract.figures.ranking import confidence, read_ranking, write_ranking
from kg.extract.figures.reach import rank
from kg.extract.figures.subjects import Board, lay_out
from kg.extract.figures.time_lessons import annotate_times, learn_timing
from kg.extract.figures.times import Timing, describe, find_times
from kg.extract.segment import words
from kg.extract.wholes import settle_wholes
from kg.model import Article, Entity, Mention, Observation
from kg.text.article import parse_article


def read(
    text: str, things: dict[str, str], written: str = "2023-09"
) -> tuple[Article, tuple[Observation, ...]]:
    """Return the observations of a text whose things are given as name: type."""
    article, found = laid(text, things, written)
    tokens = words(article.normal)
    clauses = parse_clauses(article, tokens, found)
    quantities, periods = find_quantities(article.normal), find_periods(article)
    told = look(article, tokens, found, clauses, quantities)
    return article, find_observations(told, found, quantities, periods)


def laid(text: str, things: dict[str, str], written: str = "2023-09") -> tuple[Article, tuple[Entity, ...]]:
    """Return the article of a text and its things, given as name: type."""
    article = dataclasses.replace(parse_article(text, doc="x"), date=written)
    entities = []
    for index, (name, kind) in enumerate(things.items(), 1):
        places = [i for i in range(len(article.text)) if article.text.startswith(name, i)]
        mentions = tuple(Mention(i, i + len(name), name, kind, "test") for i in places)
        entities.append(Entity(f"e{index}", kind, (name,), mentions))
    return article, tuple(entities)


def facts(text: str, things: dict[str, str]) -> list[tuple[str, str, str, str | None]]:
    names = dict(zip((f"e{i}" for i in range(1, len(things) + 1)), things, strict=True))
    return [
        (names[o.subject], o.indicator, o.quantity.text, o.period.value if o.period else None)
        for o in read(text, things)[1]
    ]


def test_a_district_and_its_growth() -> None:
    assert facts(
        "东海区加快发展，全年工作取得新成效。2022年，东海区地区生产总值302.1亿元，同比增长5.6%。",
        {"东海区": "AdministrativeDivision"},
    ) == [
        ("东海区", "地区生产总值", "302.1亿元", "2022"),
        ("东海区", "地区生产总值同比增长", "5.6%", "2022"),
    ]


def test_figures_listed_one_for_one_are_each_of_their_own_and_measure_the_same() -> None:
    text = "2022年，东河镇、西河镇、南河镇粮食产量分别为3.1万吨、2.4万吨和1.9万吨，全县农业形势稳定。"
    towns = ("东河镇", "西河镇", "南河镇")
    assert [row[:3] for row in facts(text, dict.fromkeys(towns, "AdministrativeDivision"))] == [
        ("东河镇", "粮食产量", "3.1万吨"),
        ("西河镇", "粮食产量", "2.4万吨"),
        ("南河镇", "粮食产量", "1.9万吨"),
    ]


def test_what_a_project_is_to_make_a_year_is_its_figure() -> None:
    text = "2022年4月，年产5万吨电池材料项目在东海区开工，总投资36亿元，当地产业加快发展。"
    found = facts(text, {"年产5万吨电池材料项目": "Project", "东海区": "AdministrativeDivision"})
    assert [row[:3] for row in found] == [
        ("年产5万吨电池材料项目", "年产电池材料", "5万吨"),
        ("年产5万吨电池材料项目", "总投资", "36亿元"),
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("过去一年，高安市有项目开工，宜春加快发展。\n\n全市企业202家，产值增长5%。", "宜春"),
        ("去年，代表团走访新加坡和新加坡的港口，宜春收获不小。\n\n全市企业202家，产值增长5%。", "宜春"),
        ("过去五年，福清市有项目开工，福州加快发展，福州名列前茅。\n\n全市企业202家，产值增长5%。", "福州"),
        ("去年，宜春开会。\n\n高安市加快发展，全市企业202家，产值增长5%。", "高安市"),
    ],
)
def test_the_whole_city_is_the_one_the_text_is_about(text: str, meant: str) -> None:
    names = [name for name in ("宜春", "高安市", "新加坡", "福州", "福清市") if name in text]
    article, things = laid(text, dict.fromkeys(names, "AdministrativeDivision"))
    clauses = settle_wholes(article, parse_clauses(article, words(article.normal), things), things)
    (whole,) = (
        mention
        for clause in clauses
        for mention in clause.mentions
        if article.text[mention.start : mention.end] == "全市"
    )
    assert names[int(whole.entity[1:]) - 1] == meant


def test_a_rank_is_named_by_its_list() -> None:
    article = parse_article(
        "甲钢公司再次进入中国民营企业500强，列第368位，营收创下新高，职工人数也有增加。", doc="x"
    )
    (quantity,) = (q for q in find_quantities(article.normal) if q.unit == "RANK" and q.text == "第368位")
    begin = article.normal.index("列")
    assert (
        indicator(article.normal, words(article.normal), quantity, begin, "", "rank")
        == "中国民营企业500强排名"
    )


@pytest.mark.parametrize(
    ("text", "last", "kind", "measured"),
    [
        # what is counted stands behind the number, with the verb in front of it if there is one
        ("东海区|加快发展信息技术、新能源等【6个】战略性新兴产业。", "", "count", "战略性新兴产业"),
        ("东海区|围绕转变作风，推出【27项】工作举措。", "", "count", "推出工作举措"),
        ("|【4个】安置区、两所学校同日开工。", "", "count", "安置区"),
        ("村民|养了【600只】羊，销路不愁。", "", "count", "养羊"),
        ("东海区|现拥有规上工业企业【149家】，门类齐全。", "", "count", "规上工业企业"),
        ("产品出口|【40多个】国家和地区，销路不愁。", "", "count", "国家和地区"),
        ("该产业初步形成，|【3年】有望突破百亿元。", "", "duration", "用时"),
        # a count without a noun does not measure a time because the figure before it did
        ("东海区经过40年发展，|拥有近【500个】系列的互感器。", "用时", "count", "系列"),
        ("服务业占比由2017年的|【4%】提高到31%。", "营业收入", "ratio", "服务业占比"),
        ("去年营收1060亿元，占东海市|的【五分之一】。", "营收", "ratio", "营收占东海市"),
        ("|增速居全省【第二】，好于预期。", "规模工业增加值", "rank", "规模工业增加值增速全省排名"),
        ("|综合投资环境在13个县区中排【第三】。", "", "rank", "综合投资环境在县区排名"),
        ("签的是智能物流仓，|【4.1亿元】。", "投资", "money", "投资"),
    ],
)
def test_what_a_figure_measures(text: str, last: str, kind: str, measured: str) -> None:
    """The mark | shows where the noun phrase may begin, and the brackets the figure."""
    begin = text.index("|")
    start = text.index("【") - 1
    plain = text.replace("|", "").replace("【", "").replace("】", "")
    article = parse_article(plain, doc="x")
    (quantity,) = (q for q in find_quantities(article.normal) if q.start == start)
    assert indicator(article.normal, words(article.normal), quantity, begin, last, kind) == measured


def test_the_project_that_a_figure_leads_to() -> None:
    assert facts(
        "东海区工地上，总投资50亿元的北湾码头项目正在加紧施工，占地约350亩。",
        {"东海区": "AdministrativeDivision", "北湾码头项目": "Project"},
    ) == [("北湾码头项目", "总投资", "50亿元", None), ("北湾码头项目", "占地", "350亩", None)]


def test_a_list_does_not_own_the_count() -> None:
    (found,) = facts(
        "目前，东海产业园已吸引甲钢公司、乙钢公司、丙钢公司等70余家企业入驻，园区建设不断提速。",
        {
            "东海产业园": "DevelopmentZone",
            "甲钢公司": "Company",
            "乙钢公司": "Company",
            "丙钢公司": "Company",
        },
    )
    assert (found[0], found[2]) == ("东海产业园", "70余家")


@pytest.mark.parametrize(
    "text",
    [
        "东海区抓好三件大事，围绕两方面工作，一位负责人介绍了情况，大家都很受鼓舞和启发。",
        "东海区三年来持续发力，近三年工作成效明显，各项事业发展都迈上了一个新的台阶。",
        "东海区推进亿元以上项目建设，做好各项服务保障，各部门都要拿出实招硬招来落实。",
        "东海区签约102个项目",
    ],
)
def test_what_only_lists_or_frames_is_left_out(text: str) -> None:
    assert facts(text, {"东海区": "AdministrativeDivision"}) == []


def test_plans_are_planned() -> None:
    _, found = read(
        "到2035年，东海区力争地区生产总值突破1000亿元，成为辐射周边的区域中心，让群众生活更好。",
        {"东海区": "AdministrativeDivision"},
    )
    assert [(o.evidence.status, str(o.period), o.quantity.bound) for o in found] == [
        ("planned", "2035", "min")
    ]


def test_evidence_is_the_text_itself() -> None:
    article, found = read(
        "甲钢公司去年营业收入12.5亿元，利润增长8%，员工1200余名，产品远销30多个国家和地区。",
        {"甲钢公司": "Company"},
    )
    assert len(found) == 4
    for observation in found:
        evidence, quantity = observation.evidence, observation.quantity
        assert article.text[evidence.start : evidence.end] == evidence.quote
        assert evidence.start <= quantity.start
        assert quantity.end <= evidence.end
        assert "甲钢公司" in evidence.quote
        assert quantity.text in evidence.quote


def test_a_text_without_things_has_no_observations() -> None:
    assert read("总投资50亿元，占地350亩，这是一个没有名字的地方，什么也没有提到过。", {})[1] == ()


def test_figures_of_a_list_of_things_go_each_to_its_own() -> None:
    found = facts(
        "分区域看，东海区地区生产总值302.1亿元，北湾区地区生产总值210.5亿元，南山县地区生产总值98.7亿元。",
        {
            "东海区": "AdministrativeDivision",
            "北湾区": "AdministrativeDivision",
            "南山县": "AdministrativeDivision",
        },
    )
    assert [(subject, value) for subject, _, value, _ in found] == [
        ("东海区", "302.1亿元"),
        ("北湾区", "210.5亿元"),
        ("南山县", "98.7亿元"),
    ]


def board_of(text: str, things: dict[str, str]) -> tuple[Board, list[Figure]]:
    """Return the board of a text and its quantities as plain figures."""
    article, entities = laid(text, things)
    tokens = words(article.normal)
    board = lay_out(article, tokens, parse_clauses(article, tokens, entities), entities)
    return board, find_figures(board, find_quantities(article.normal), ())


LIST = "东海区地区生产总值302.1亿元，北湾区地区生产总值210.5亿元，南山县增长5.6%，带动区域发展再上新台阶。"
PLACES = dict.fromkeys(("东海区", "北湾区", "南山县"), "AdministrativeDivision")


def test_claims_are_of_the_entities_named_and_of_nobody() -> None:
    board, figures = board_of(LIST, PLACES)
    listed = claims(board, figures)
    assert listed.table.shape == (len(listed.figure), WIDTH)
    for index, figure in enumerate(figures):
        rows = listed.figure == index
        # the entities named before it or later in its sentence, in order of the article's, then nobody
        assert listed.entity[rows].tolist() == [0, 1, 2, 3]
        assert listed.type[rows][-1] == NOBODY
        assert listed.mention[rows].tolist()[-1] == -1
        before = [m.end for m in board.placed if m.start < figure.quantity.start]
        assert (board.marks.start[listed.mention[rows][: len(before)]] < figure.quantity.start).all()


def test_phrases_that_point_back_fit_by_name_or_by_type() -> None:
    article, things = laid(
        "东海区有甲钢公司和北湾产业园。该公司员工1200名，园区企业70家，全区人口30万人，该院另有职工。",
        {"东海区": "AdministrativeDivision", "甲钢公司": "Company", "北湾产业园": "DevelopmentZone"},
    )
    found = find_pointers(article, things)
    told = [
        (article.text[start : start + 2], GROUPS[group], found.fits[noun].tolist(), latest)
        for start, group, noun, latest in zip(
            found.start.tolist(),
            found.group.tolist(),
            found.noun.tolist(),
            found.latest.tolist(),
            strict=True,
        )
    ]
    assert told == [
        ("该公", "firm", [0, 2, 0], 1),
        ("园区", "zone", [0, 0, 1], 2),
        ("全区", "rank", [2, 0, 0], 0),
        ("该院", "other", [0, 0, 0], -1),
    ]


def test_a_phrase_that_points_back_takes_the_last_named_and_knows_the_most_named() -> None:
    article, things = laid(
        "甲钢公司很大。甲钢公司又签约。乙钢公司落户。该公司员工1200名。",
        {"甲钢公司": "Company", "乙钢公司": "Company"},
    )
    found = find_pointers(article, things)
    assert (found.latest.tolist(), found.main.tolist()) == ([1], [0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 50)), min_size=1, max_size=40))
def test_ranks_count_the_nearer_ones_of_a_group(rows: list[tuple[int, int]]) -> None:
    found = rank(np.array([g for g, _ in rows]), np.array([n for _, n in rows])).tolist()
    for (group, near), place in zip(rows, found, strict=True):
        nearer = sum(g == group and n > near for g, n in rows)
        equal = sum((g, n) == (group, near) for g, n in rows)
        assert nearer <= place < nearer + equal


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("东海区、北湾区和南山县增加值分别增长5.1%、6.2%和7.3%。", [[3, 1, 1], [1, 3, 1], [1, 1, 3]]),
        ("东海区、北湾区和南山县增加值增长5.1%、6.2%和7.3%。", [[2, 1, 1], [1, 2, 1], [1, 1, 2]]),
        ("东海区、北湾区增加值增长5.1%、6.2%和7.3%。", [[0, 0, 0]] * 3),
        ("东海区、北湾区设点，南山县投入5.1亿元、6.2亿元。", [[2, 1, 0], [1, 2, 0]]),
        ("东海区、北湾区设点。南山县投入5.1亿元、6.2亿元。", [[0, 0, 0]] * 2),
        ("东海区、北湾区增加值5.1亿元、6.2%。", [[0, 0, 0]] * 2),
    ],
)
def test_figures_in_a_row_pair_with_as_many_names_before_them(text: str, told: list[list[int]]) -> None:
    board, figures = board_of(text, PLACES)
    every = np.arange(len(figures))
    column = paired_column(board, figures, np.repeat(every, 3), np.tile(np.arange(3), len(figures)))
    # as PLACES has them, of which a text need not name all
    order = [("东海区", "北湾区", "南山县").index(names.split("\n")[0]) for names in board.names]
    assert [[row[order.index(place)] for place in range(3)] for row in column.reshape(-1, 3).tolist()] == told


@given(st.data())
def test_neighbours_tell_what_the_other_figures_say(data: st.DataObject) -> None:
    board, figures = board_of(LIST, PLACES)
    listed = claims(board, figures)
    raw = np.array(data.draw(st.lists(st.floats(0.01, 1), min_size=12, max_size=12)))
    odds = raw / np.bincount(listed.figure, raw)[listed.figure]
    of = odds.reshape(3, 4)
    columns = neighbour_columns(listed, odds)
    assert columns.shape == (12, COLUMNS)
    logs = np.rint(10 * np.log(of)).astype(int)
    assert (columns[:, 0].reshape(3, 4) == logs).all()
    # before the second figure stands the first, and behind it the third; before the first stands none
    before, behind = columns[:, 2].reshape(3, 4), columns[:, 6].reshape(3, 4)
    assert (before[1] == logs[0]).all()
    assert (behind[1] == logs[2]).all()
    assert (before[0] == 20).all()
    # the first two measure the same, so the most that another gives an entity is what the other gives it
    same = columns[:, -2].reshape(3, 4)
    assert (same[:2] == logs[1::-1]).all()
    assert (same[2] == -92).all()


QUICK = trees.Settings(trees=30, depth=2, rate=0.3, ridge=0.1, rows=1.0, columns=1.0, least=0.01)
NO_TIMES = Timing({"none": 1.0})


def even(listed: Claims) -> npt.NDArray[np.float64]:
    """Return the probability of each claim where nothing is known of any."""
    return 1 / np.bincount(listed.figure)[listed.figure]


def taught(text: str, things: dict[str, str], owners: list[int]) -> Annotated:
    """Return a text as a lesson; `owners` are places in `things`, their number for nobody."""
    board, figures = board_of(text, things)
    listed = claims(board, figures)
    assert len(figures) == len(owners)
    right = listed.entity == np.array(owners)[listed.figure]
    return Annotated(Lesson(listed, right, even(listed)), True)


def test_learning_finds_what_decides_and_the_same_each_time(tmp_path: Path) -> None:
    told = [
        taught(LIST, PLACES, [0, 1, 2]),
        taught(LIST.replace("302.1", "17.5"), PLACES, [0, 1, 2]),
        taught(
            "甲钢公司营收12.5亿元，利润增长8%，员工1200余名，产品远销国内外多个市场。",
            {"甲钢公司": "Company"},
            [0, 0, 0],
        ),
    ]
    folds = [told, told]
    ranking = learn_ranking(folds, NO_TIMES, QUICK, QUICK)
    for annotated in told:
        listed, right = annotated.lesson.claims, annotated.lesson.right
        odds = ranking.odds(listed, even(listed))
        assert np.allclose(np.bincount(listed.figure, odds), 1)
        for index in range(len(listed.words)):
            rows = np.flatnonzero(listed.figure == index)
            assert right[rows[np.argmax(odds[rows])]]
    write_ranking(ranking, tmp_path / "a.npz")
    write_ranking(learn_ranking(folds, NO_TIMES, QUICK, QUICK), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = read_ranking(tmp_path / "a.npz")
    assert (again.trust, again.timing) == (ranking.trust, NO_TIMES)
    # the weights of words are kept in 16 bits
    for annotated in told:
        listed = annotated.lesson.claims
        assert np.allclose(again.odds(listed, even(listed)), ranking.odds(listed, even(listed)), atol=0.05)


def test_words_tell_the_kind_of_owner() -> None:
    port = {"东海港": "Place", "甲钢公司": "Company"}
    lessons = [
        taught(
            f"东海港吞吐量{n}万吨，甲钢公司营业收入{n}亿元，双方合作多年，往来一直密切。", port, [0, 1]
        ).lesson
        for n in range(10, 16)
    ]
    columns = learn_calling(lessons).columns(lessons[0].claims)
    listed = lessons[0].claims
    by_type = {
        (f, e): c
        for f, e, c in zip(listed.figure.tolist(), listed.entity.tolist(), columns[:, 1], strict=True)
    }
    assert by_type[0, 0] > by_type[0, 1]
    assert by_type[1, 1] > by_type[1, 0]


TIMED = (
    "2022年，东海区地区生产总值302.1亿元。今年一季度，财政收入18.8亿元，去年为16.5亿元。\n\n"
    "北湾码头总投资50亿元，是一座新的码头。"
)


def test_the_times_around_a_figure_and_how_they_are_told() -> None:
    article, things = laid(TIMED, {"东海区": "AdministrativeDivision", "北湾码头": "Project"})
    clauses = parse_clauses(article, words(article.normal), things)
    periods = find_periods(article)
    found = {}
    for quantity in find_quantities(article.normal):
        at = next(i for i, c in enumerate(clauses) if c.start <= quantity.start < c.end)
        times = find_times(article, clauses, at, quantity, periods)
        assert len({time.period for time in times}) == len(times)
        found[quantity.text] = {
            way: time.period.value if time.period else None for time in times for way in time.ways
        }
    assert found["302.1亿元"]["sentence whole last"] == "2022"
    assert found["18.8亿元"]["sentence whole last"] == "2023-01/2023-03"
    assert found["18.8亿元"]["next clause"] == "2022"
    assert found["16.5亿元"]["clause whole last"] == "2022"
    assert found["50亿元"]["above whole last"] == "2022"
    assert (found["50亿元"]["none"], found["50亿元"]["article"]) == (None, "2023-09")


def test_when_figures_hold_is_learned() -> None:
    article, things = laid(TIMED, {"东海区": "AdministrativeDivision", "北湾码头": "Project"})
    told = (("e1", "302.1亿元", "2022"), ("e1", "18.8亿元", "2023-01/2023-03"), ("e2", "50亿元", None))
    gold = {
        "date": "2023-09",
        "entities": [{"id": e.id, "type": e.type} for e in things],
        "observations": [{"subject": s, "value": v, "period": p} for s, v, p in told],
    }
    lessons = list(annotate_times(article, things, gold)) * 5
    timing = learn_timing(lessons)
    assert len(lessons) == 15
    for lesson in lessons:
        assert lesson.values[timing.choose(lesson.described)] == lesson.told


def test_an_article_without_a_date_has_the_times_it_tells() -> None:
    article, things = laid("2022年，东海区人口30万人。", {"东海区": "AdministrativeDivision"})
    article = dataclasses.replace(article, date=None)
    (quantity,) = find_quantities(article.normal)
    clauses = parse_clauses(article, words(article.normal), things)
    times = find_times(article, clauses, len(clauses) - 1, quantity, find_periods(article))
    assert [time.period.value if time.period else None for time in times] == [None, "2022"]
    described = describe(times, None, "", "AdministrativeDivision", "count", ("in 人",))
    assert len(described) == 2
    assert described[0][0] == "none"


def test_trust_puts_right_what_is_too_sure() -> None:
    annotated = taught(LIST, PLACES, [0, 1, 2])
    listed = annotated.lesson.claims
    always = [np.where(listed.entity == 0, 0.97, 0.01)]
    # the first entity is right once in three times: far less often than 0.97 says
    trust = find_trust([annotated] * 30, always * 30)
    assert confidence(0.97, trust) == pytest.approx(1 / 3, abs=0.05)


def test_a_missing_broken_or_old_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(KGError, match=r"none\.npz.*missing"):
        read_ranking(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"0.5\tnear\n")
    with pytest.raises(KGError, match=r"broken\.npz.*no file of weights"):
        read_ranking(broken)
    ranking = read_ranking()
    trees_of_old = dataclasses.replace(ranking.trees, names=ranking.trees.names[:-1])
    old = dataclasses.replace(ranking, trees=trees_of_old)
    write_ranking(old, tmp_path / "old.npz")
    with pytest.raises(KGError, match=r"old\.npz.*train them again"):
        read_ranking(tmp_path / "old.npz")


def test_every_observation_has_a_confidence() -> None:
    _, found = read(LIST, PLACES)
    assert found
    assert all(0 < o.evidence.confidence < 1 and o.evidence.by == "model:figures" for o in found)
