"""The second look at names: their features in an article, learning from them, and cross-fitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus import Gold, docs, gold_folder, read_gold
from kg.errors import CorpusError, KGError
from kg.extract import pipeline, segment, trees
from kg.extract.tagging import cross_reading, review_training
from kg.extract.tagging.review import LEAST, Review, look_again, read_review, write_review
from kg.extract.tagging.review_features import Groups, Surroundings, lay_out
from kg.extract.tagging.review_training import Lesson, learn_review, learn_usage, rows_of
from kg.extract.tagging.tagger import Tagged
from kg.extract.tagging.usage import NO_USAGE, Usage
from kg.model import Mention
from kg.text.article import parse_article

TEXT = "云港市新材料产业园开园。云港市、临江市与新材料产业园的恒岳机械签约，恒岳机械很高兴。"
NAMES = (
    ("云港市", "AdministrativeDivision"),
    ("新材料产业园", "DevelopmentZone"),
    ("临江市", "AdministrativeDivision"),
)


def surroundings(text: str) -> Surroundings:
    article = parse_article(text, doc="x")
    return Surroundings(article, segment.words(article.normal), (), (), ())


def read(text: str, names: Sequence[tuple[str, str]], sure: float = 0.9) -> list[Tagged]:
    """Every place of some names, as a tagger would give them."""
    found = []
    for name, kind in names:
        at = text.find(name)
        while at >= 0:
            found.append(Mention(at, at + len(name), name, kind, "tagger", sure))
            at = text.find(name, at + 1)
    return [Tagged(m, 0.95, 0.99, -0.1, -0.5) for m in sorted(found)]


def row(groups: Groups, name: str) -> dict[str, int]:
    """The columns of a name."""
    at = [key[0] for key in groups.keys].index(name)
    return dict(zip(groups.names, groups.columns[at].tolist(), strict=True))


def gold(*things: tuple[str, ...]) -> Gold:
    listed = [{"id": f"e{n}", "type": t[0], "names": list(t[1:])} for n, t in enumerate(things, 1)]
    return {"entities": listed, "relations": [], "observations": []}


def test_what_is_so_of_a_name_in_the_whole_article() -> None:
    tagged = read(TEXT, NAMES)
    tagged = [t for t in tagged if t.mention.start > 0]  # its first place the tagger has not seen
    city = row(lay_out(surroundings(TEXT), tagged, NO_USAGE), "云港市")
    assert (city["read"], city["stands"], city["read:share"]) == (1, 2, 50)
    assert (city["sure"], city["sure:digits"], city["sure:second"]) == (90, 100, -1)
    # in a list with a city behind it, beside nothing of the kind before
    assert (city["right:list"], city["right:gap"], city["left:list"]) == (90, 1, -1)
    assert city["type:number"] == 2
    assert city["opens word"] == city["closes word"] == 1
    assert (city["used"], city["used:family"]) == (0, -1)


def test_names_in_names_and_of_two_families_are_told() -> None:
    names = [*NAMES, ("产业园", "Place"), ("恒岳机械", "Company")]
    tagged = read(TEXT, names)
    twice = [
        *tagged,
        replace(tagged[-1], mention=replace(tagged[-1].mention, type="Product", confidence=0.3)),
    ]
    groups = lay_out(surroundings(TEXT), twice, NO_USAGE)
    assert row(groups, "新材料产业园")["holds"] == row(groups, "产业园")["held"] == 1
    assert row(groups, "云港市")["holds"] == row(groups, "云港市")["held"] == 0
    firm, product = (
        dict(zip(groups.names, c, strict=True))
        for k, c in zip(groups.keys, groups.columns.tolist(), strict=True)
        if k[0] == "恒岳机械"
    )
    assert (firm["rival"], product["rival"], firm["rivals"]) == (30, 90, 1)


def test_usage_counts_articles_and_shares() -> None:
    articles = [
        (parse_article("云港市推进乡村振兴。", doc="a"), gold(("AdministrativeDivision", "云港市"))),
        (parse_article("乡村振兴看临江市。", doc="b"), gold(("Initiative", "乡村振兴"), ("Place", "临江市"))),
        (parse_article("乡村振兴、乡村振兴。", doc="c"), gold()),
    ]
    usage = learn_usage(articles)
    # what only one article holds is left out
    assert usage == Usage({"乡村振兴": 3}, {("乡村振兴", "Initiative"): 1})
    assert usage.columns(("乡村振兴", "Initiative")) == (3, 45, 45)
    assert usage.columns(("乡村振兴", "Honor")) == (3, 20, 45)
    assert usage.columns(("云港市", "Location")) == (0, -1, -1)


def flat(probability: float) -> Review:
    """A review that finds every name as likely."""
    none = np.zeros(0, np.int64)
    start = float(np.log(probability / (1 - probability)))
    forest = trees.Forest(
        (),
        none,
        none.astype(np.int32),
        none.astype(bool),
        np.zeros((0, 6), np.int64),
        np.zeros((0, 64), np.float32),
        start,
    )
    return Review(NO_USAGE, forest)


def test_what_is_not_likely_enough_is_left_out() -> None:
    around, tagged = surroundings(TEXT), read(TEXT, NAMES)
    assert look_again(around, tagged, flat(LEAST - 0.01)) == []
    kept = look_again(around, tagged, flat(LEAST + 0.01))
    assert [replace(m, confidence=0.9) for m in kept] == [t.mention for t in tagged]
    assert {m.confidence for m in kept} == {round(LEAST + 0.01, 4)}
    assert look_again(around, [], flat(0.9)) == []


def lessons() -> list[Lesson]:
    """Articles in which what stands in a list is no name, and all else is one."""
    found = []
    for at in range(30):
        firm, city = f"恒岳{chr(0x4E00 + 37 * at)}公司", f"云{chr(0x5E00 + 41 * at)}市"
        text = f"{firm}落户{city}。“{city}、{firm}、临江市”。" if at % 2 else f"{firm}落户{city}。"
        names = [(firm, "Company"), (city, "AdministrativeDivision"), ("临江市", "AdministrativeDivision")]
        told = gold(("Company", firm), ("AdministrativeDivision", city))
        found.append(Lesson(surroundings(text), read(text, names), (), told, NO_USAGE))
    return found


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learned here needs no hundreds of trees."""
    monkeypatch.setattr(review_training, "FOREST", trees.Settings(trees=20, depth=3, rate=0.3, ridge=1.0))


def test_what_was_taught_is_known_and_the_same_lessons_teach_the_same(tmp_path: Path) -> None:
    taught = learn_review([*map(rows_of, lessons())], Usage({"云港市": 2}, {("云港市", "Location"): 1}))
    lesson = lessons()[1]
    kept = {m.text: m.confidence for m in look_again(lesson.around, lesson.tagged, taught)}
    assert kept.pop("临江市", 0.0) < min(kept.values())
    assert len(kept) == 2
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_review(taught, first)
    write_review(learn_review([*map(rows_of, lessons())], taught.usage), second)
    assert first.read_bytes() == second.read_bytes()
    again = read_review(first)
    assert again.usage == taught.usage
    assert again.forest.to_json() == trees.from_json(taught.forest.to_json()).to_json()


def test_where_lessons_contradict_each_other_the_heavier_ones_decide() -> None:
    def told(heavy: bool) -> float:
        found = []
        for lesson in lessons():
            other = replace(lesson, gold=gold(("Person", "某人")))
            found += [
                replace(lesson, weight=9.0 if heavy else 1.0),
                replace(other, weight=1.0 if heavy else 9.0),
            ]
        taught = learn_review([*map(rows_of, found)], NO_USAGE)
        groups = lay_out(lessons()[0].around, lessons()[0].tagged, NO_USAGE)
        return float(trees.probability(taught.forest.score(groups.columns)).min())

    assert told(heavy=True) > 0.8
    assert told(heavy=False) < 0.2


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(CorpusError, match="no name"):
        learn_review([rows_of(Lesson(surroundings(TEXT), [], (), gold(), NO_USAGE))], NO_USAGE)


@pytest.mark.parametrize(
    "page", ["", "{}", '{"kind": "kg review 2", "usage": {}}', '{"kind": "kg review 0"}']
)
def test_a_broken_model_is_a_clear_error(page: str, tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    with pytest.raises(KGError, match="missing"):
        read_review(path)
    path.write_text(page, encoding="utf-8")
    with pytest.raises(KGError, match="no model of names to review"):
        read_review(path)


@given(st.text("云港市临江新材料产业园、，。“”恒岳", max_size=60), st.data())
def test_any_names_of_any_text_can_be_laid_out(text: str, data: st.DataObject) -> None:
    article = parse_article(text, doc="x")
    cuts = sorted(data.draw(st.sets(st.integers(0, len(article.text)), max_size=10)))
    tagged = [
        Tagged(
            Mention(a, b, article.text[a:b], data.draw(st.sampled_from(["Place", "Honor"])), "tagger", 0.5),
            1.0,
            0.0,
            0.0,
            0.0,
        )
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    around = Surroundings(article, segment.words(article.normal), (), (), ())
    groups = lay_out(around, tagged, NO_USAGE)
    listed = sorted(n for members in groups.members for n in members)
    assert len(groups.keys) == len(groups.members) == len(groups.columns)
    assert len(set(listed)) == len(listed) <= len(tagged)
    assert (groups.columns >= -2000).all()


def test_articles_are_read_by_models_that_have_not_seen_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_reading, "ProcessPoolExecutor", _Here)
    monkeypatch.setattr(cross_reading.net_training, "train_names", _no_net)
    files = [gold_folder() / f"{doc}.json" for doc in docs("train")[:2]]
    cross_reading.train_folds(files, tmp_path)
    folds = cross_reading.deal(files, tmp_path)
    assert [fold.files for fold in folds] == [tuple(files[::2]), tuple(files[1::2])]
    assert folds[0].models.names.read_bytes() != folds[1].models.names.read_bytes()
    out = tmp_path / "review.json"
    cross_reading.train_review(files, out, tmp_path)
    assert len(read_review(out).forest.asked)


def _no_net(files: Sequence[Path], out: Path, *, start: Path) -> None:
    """The network of a fold costs minutes: that of the package stands in for it."""
    out.write_bytes(pipeline.SHIPPED.net.read_bytes())  # type: ignore[union-attr]


class _Here:
    """A pool of processes that is none."""

    found: object = None

    def __init__(self, *_: object, **__: object) -> None: ...
    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None: ...
    def submit(self, work, *about):  # type: ignore[no-untyped-def]
        done = _Here()
        done.found = work(*about)
        return done

    def result(self) -> object:
        return self.found


def test_excerpts_are_stretches_of_whole_sentences_and_always_the_same() -> None:
    article = parse_article("。".join(f"云港市第{n}家企业开工" for n in range(40)) + "。", doc="a1")
    some = list(cross_reading.excerpts(article))
    assert len(some) == cross_reading.EXCERPTS
    for excerpt in some:
        assert excerpt.text in article.text
        assert excerpt.doc == "a1"
        assert len(excerpt.sentences) in cross_reading.LENGTHS
    assert [e.text for e in cross_reading.excerpts(article)] == [e.text for e in some]
    assert list(cross_reading.excerpts(parse_article("", doc="a1"))) == []


def test_one_article_is_too_few_for_two_folds(tmp_path: Path) -> None:
    files = [gold_folder() / f"{docs('train')[0]}.json"]
    with pytest.raises(KGError, match="at least 2"):
        cross_reading.train_folds(files, tmp_path)
    assert read_gold(files[0])["entities"]
