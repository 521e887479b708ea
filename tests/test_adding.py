"""Changing a graph: the result is that of a build of all articles together, at a small cost."""

from __future__ import annotations

import random
import sys
import types
from pathlib import Path

import handmade
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.build import build, changing, ledger, remove
from kg.build.correcting import correct, undo
from kg.build.ledger import open_ledger
from kg.build.settling import Settling
from kg.errors import CorrectionError, GraphError
from kg.graph import identifiers, store
from kg.graph import vocabulary as v
from kg.model import Article, Extraction
from kg.resolve.correction_file import Correction, generate_corrections
from kg.resolve.things import resolve
from kg.resolve.told import tell

# few names, so that articles have much to do with each other: short and full ones, places in names,
# namesakes, bodies and zones that are told apart by their place, projects of several places
NAMES = {
    "AdministrativeDivision": ("甲州市", "乙州市", "甲州", "甲州市东区", "东区"),
    "DevelopmentZone": ("高新区", "甲州高新区", "甲州市高新区"),
    "GovernmentBody": ("市委", "甲州市委", "东区管委会", "管委会"),
    "Company": ("蓝鲸", "蓝鲸重工", "蓝鲸重工有限公司", "蓝鲸重工集团有限公司", "甲州蓝鲸重工有限公司"),
    "Project": ("滨海大道项目", "滨海大道", "二期工程", "甲州滨海大道项目"),
    "Initiative": ("海铁班列", "甲州海铁班列", "五个一工程"),
    "Person": ("王伟", "李娜"),
}
ALL = [(type_, name) for type_, names in NAMES.items() for name in names]
LINKS = ("locatedIn", "holdsPositionAt", "implements", "launches", "subsidiaryOf")


@st.composite
def extractions(draw: st.DrawFn) -> list[Extraction]:
    found = []
    for number in range(draw(st.integers(2, 5))):
        chosen = draw(st.lists(st.sampled_from(ALL), min_size=1, max_size=6, unique=True))
        # some things are given a second, shorter name
        entities = {}
        for at, (type_, name) in enumerate(chosen):
            short = draw(st.sampled_from((None, *(n for n in NAMES[type_] if n != name and n in name))))
            entities[f"e{at}"] = (type_, name, *([short] if short else []))
        text = "。".join("、".join(names[1:]) for names in entities.values()) + "。"
        ids = st.sampled_from(sorted(entities))
        facts = draw(st.lists(st.tuples(ids, st.sampled_from(LINKS), ids), max_size=4))
        found.append(
            handmade.make(f"d{number}", text, entities, [fact for fact in facts if fact[0] != fact[2]])
        )
    return found


def faces(found: Settling, docs: list[str]) -> dict[tuple[str, str], tuple[str, str, str, str, str | None]]:
    told = {}
    for doc in docs:
        share, iris = found.share(doc)
        for entity, t in share.items():
            told[doc, entity] = (t.key, iris[t.key], t.type, t.name, t.record)
    return told


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=extractions(), order=st.randoms(use_true_random=False))
def test_articles_settled_one_by_one_give_what_all_give_together(
    tmp_path: Path, articles: list[Extraction], order: random.Random
) -> None:
    order.shuffle(articles)
    with open_ledger(tmp_path / "ledger.db", new=True) as held:
        held.index()
        before: dict[tuple[str, str], tuple[str, str, str, str, str | None]] = {}
        for number, article in enumerate(articles, start=1):
            doc = article.article.doc
            settling = Settling(held, {}, v.BASE)
            settling.article(doc, *held.add(tell(article)))
            settling.finish()
            docs = [one.article.doc for one in articles[:number]]
            now = faces(settling, docs)
            things = resolve(articles[:number])
            assert tuple(sorted(settling.things())) == things
            iris = identifiers.thing_iris((thing.key for thing in things), v.BASE)
            assert now == {
                member: (t.key, iris[t.key].value, t.type, t.name, t.record)
                for t in things
                for member in t.members
            }
            assert settling.docs() >= {d for d, e in now if now[d, e] != before.get((d, e))}
            before = now


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    articles=extractions(),
    others=extractions(),
    steps=st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=4),
)
def test_what_is_taken_out_of_a_ledger_leaves_what_the_others_give(
    tmp_path: Path, articles: list[Extraction], others: list[Extraction], steps: list[tuple[int, bool]]
) -> None:
    kept = {one.article.doc: one for one in articles}
    again = {one.article.doc: one for one in others}
    with open_ledger(tmp_path / "ledger.db", new=True) as held:
        held.index()
        first = Settling(held, {}, v.BASE)
        for one in articles:
            held.add(tell(one))
        first.all()
        for number, back in steps:
            doc = f"d{number}"
            before = faces(Settling(held, {}, v.BASE), list(kept))
            settling = Settling(held, {}, v.BASE)
            if kept.pop(doc, None):
                settling.take_out([doc])
            if back and doc in again:
                kept[doc] = again[doc]
                settling.article(doc, *held.add(tell(again[doc])))
            settling.finish()
            now = faces(settling, list(kept))
            assert tuple(sorted(settling.things())) == resolve(list(kept.values()))
            changed = {d for d, e in now if now[d, e] != before.get((d, e))}
            assert settling.docs() >= changed
            with open_ledger(tmp_path / "fresh.db", new=True) as fresh:
                fresh.index()
                for one in kept.values():
                    fresh.add(tell(one))
                anew = Settling(fresh, {}, v.BASE)
                anew.all()
                assert faces(anew, list(kept)) == now
                for table, columns in (("identity", "said, looks"), ("place", "name, doc")):
                    query = f"SELECT {columns} FROM {table} ORDER BY 1, 2"
                    assert held.sql.execute(query).fetchall() == fresh.sql.execute(query).fetchall()
                query = "SELECT f.name, i.said FROM form f JOIN identity i ON i.id = f.identity ORDER BY 1, 2"
                assert held.sql.execute(query).fetchall() == fresh.sql.execute(query).fetchall()
                query = "SELECT a.name, i.said FROM asked a LEFT JOIN identity i ON i.id = a.identity"
                asked = set(held.sql.execute(query))
                assert asked >= set(fresh.sql.execute(query))
                assert all(said for _, said in asked)


def read(article: Article, authority: object = None) -> Extraction:
    """Read `A位于B。` and `A与B合作。`: companies that end with 厂, all else a place."""
    found: dict[str, tuple[str, str]] = {}
    facts = []
    for sentence in article.text.replace("\n", "").split("。"):
        for word, predicate in (("位于", "locatedIn"), ("与", "cooperatesWith")):
            one, at, other = sentence.removesuffix("合作").partition(word)
            if at:
                for name in (one, other):
                    found.setdefault(name, ("Company" if name.endswith("厂") else "Place", name))
                facts.append((one, predicate, other))
    return handmade.make(article.doc, article.text, found, facts)


TEXTS = {
    "a": "蓝星厂位于望海园。红日厂与蓝星厂合作。\n",
    "b": "望海园位于碧波湾。\n",
    "c": "碧波湾位于东海岸。蓝星厂与红日厂合作。\n",
    "d": "蓝星厂位于碧波湾。青云厂位于望海园。\n",
    "e": "东海岸位于大洋洲。\n",
}
# another text of an article that is there already
OTHERS = {"b": "望海园位于东海岸。青云厂与蓝星厂合作。\n"}


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = types.ModuleType("kg.extract.pipeline")
    module.extract = read  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kg.extract.pipeline", module)
    for folder, told in (("texts", TEXTS), ("others", OTHERS)):
        (tmp_path / folder).mkdir()
        for doc, text in told.items():
            (tmp_path / folder / f"{doc}.txt").write_text(text, encoding="utf-8")
    return tmp_path / "texts"


def held(graph: Path) -> tuple[object, ...]:
    manifest = store.read_manifest(graph)
    told = manifest.counts, manifest.corrections_in_force, manifest.stale
    return store.nquads(graph), store.nquads(graph, inferred=True), told


@pytest.mark.parametrize("order", ["abcde", "edcba", "cadbe"])
def test_a_graph_that_grew_is_the_graph_built_at_once(
    order: str, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "grown"
    build([texts / f"{doc}.txt" for doc in order[:2]], graph=graph, workers=1)
    for number, doc in enumerate(order[2:], start=3):
        with monkeypatch.context() as patched:
            patched.setattr(changing, "write_all", lambda *_, **__: pytest.fail("written anew"))
            build([texts / f"{doc}.txt"], graph=graph, workers=1)
        build([texts / f"{d}.txt" for d in order[:number]], graph=tmp_path / f"{number}", workers=1)
        assert held(graph) == held(tmp_path / f"{number}")


def test_articles_that_were_moved_are_the_same(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "graph"
    build([texts / f"{doc}.txt" for doc in "abcd"], graph=graph, workers=1)
    moved = texts.rename(tmp_path / "elsewhere")
    with monkeypatch.context() as patched:
        patched.setattr(changing, "write_all", lambda *_, **__: pytest.fail("written anew"))
        patched.setattr(changing.Settling, "take_out", lambda *_: pytest.fail("taken out"))
        build([moved / f"{doc}.txt" for doc in "abcde"], graph=graph, workers=1)
    build([moved / f"{doc}.txt" for doc in "abcde"], graph=tmp_path / "new", workers=1)
    assert held(graph) == held(tmp_path / "new")
    entries = store.read_articles(graph, store.read_manifest(graph))
    assert {Path(entry.file).parent for entry in entries.values()} == {moved}


STEPS = (
    ("merge", "蓝星厂", "红日厂"),
    ("merge", "碧波湾", "望海园"),
    ("merge", "东海岸", "碧波湾"),
    ("split", "蓝星厂", "", "", ("c",)),
    ("split", "碧波湾", "", "", ("b", "d")),
    ("rename", "碧波湾", "蓝湾"),
    ("rename", "蓝星厂", "红日厂"),
    ("retype", "望海园", "DevelopmentZone"),
    ("retype", "碧波湾", "Person"),
    ("reject", "蓝星厂", "望海园", "locatedIn"),
    ("reject", "望海园", "东海岸", "locatedIn"),
    ("reject", "红日厂", "蓝星厂", "cooperatesWith"),
    ("add", "红日厂", "碧波湾", "investsIn"),
    ("add", "大洋洲", "东海岸", "cooperatesWith"),
)


def _put_right(
    graph: Path, action: str, thing: str, object_: str, predicate: str = "", docs: tuple[str, ...] = ()
) -> None:
    correct(graph, action, thing, object_, predicate=predicate, docs=docs, author="王芳", reason="误")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from([*STEPS, *["undo"] * 6, *"debbcc", "another b"]), min_size=3, max_size=6),
    order=st.permutations("abc"),
    at_first=st.sampled_from(("", "unsaid")),
)
def test_a_graph_that_was_put_right_is_the_graph_built_with_its_corrections(
    steps: list[str | tuple[str, ...]],
    order: list[str],
    at_first: str,
    texts: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("corrected")
    graph, kept = folder / "g", folder / "kept.tsv"
    # what rules alone tell can be rejected, too, though no article says it
    unsaid = Correction("2026-01-31", "王芳", "reject", "望海园", "locatedIn", "东海岸", (), "", "误")
    kept.write_text(generate_corrections([unsaid] if at_first else []), encoding="utf-8")
    others = texts.parent / "others"
    docs = {doc: texts / f"{doc}.txt" for doc in order}
    build(docs.values(), graph=graph, workers=1, corrections=kept)
    for number, step in enumerate(steps):
        before = held(graph)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(changing, "write_all", lambda *_, **__: pytest.fail("written anew"))
            try:
                if step == "undo":
                    undo(graph, 1)
                elif isinstance(step, tuple):
                    _put_right(graph, *step)
                elif step not in docs:
                    doc = step.removeprefix("another ")
                    docs[doc] = (others if doc != step else texts) / f"{doc}.txt"
                    build([docs[doc]], graph=graph, workers=1)
                elif len(docs) > 1:
                    del docs[step]
                    remove([step], graph=graph)
            except CorrectionError:
                assert held(graph) == before
                continue
        fresh = folder / f"{number}"
        build(docs.values(), graph=fresh, workers=1, corrections=kept)
        assert held(graph) == held(fresh)


def test_a_lost_or_foreign_ledger_costs_time_and_nothing_else(texts: Path, tmp_path: Path) -> None:
    for number, harm in enumerate(("lost", "damaged", "of another build")):
        graph = tmp_path / f"g{number}"
        build([texts / "a.txt", texts / "b.txt"], graph=graph, workers=1)
        path = graph / store.LEDGER
        if harm == "lost":
            ledger.delete(path)
        elif harm == "damaged":
            path.write_bytes(b"no database at all" * 100)
        else:
            with open_ledger(path) as opened:
                opened.commit("another")
        build([texts / "c.txt"], graph=graph, workers=1)
        build([texts / f"{doc}.txt" for doc in "abc"], graph=tmp_path / f"n{number}", workers=1)
        assert held(graph) == held(tmp_path / f"n{number}")
        # and the next one is added again
        assert ledger.belongs_to(path, store.read_manifest(graph).inputs)


def test_a_ledger_names_its_generation_only_when_it_is_whole(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "g"
    path = graph / store.LEDGER
    real = store.sync

    def stop(what: Path) -> None:
        if what == path:
            raise KeyboardInterrupt
        real(what)

    monkeypatch.setattr(store, "sync", stop)
    with pytest.raises(KeyboardInterrupt):
        build([texts / "a.txt", texts / "b.txt"], graph=graph, workers=1)
    monkeypatch.setattr(store, "sync", real)
    # the generation had become current before, and is whole without the ledger
    manifest = store.read_manifest(graph)
    assert store.nquads(graph)
    assert not ledger.belongs_to(path, manifest.inputs)
    build([texts / "c.txt"], graph=graph, workers=1)
    assert ledger.belongs_to(path, store.read_manifest(graph).inputs)


def test_what_was_added_and_removed_leaves_no_trace(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    build([texts / "a.txt", texts / "b.txt"], graph=graph, workers=1)
    build([texts / "e.txt"], graph=graph, workers=1)
    assert any("大洋洲".encode() in p.read_bytes() for p in graph.rglob("*") if p.is_file())
    remove(["e"], graph=graph)
    assert "大洋洲" not in store.nquads(graph, inferred=True)
    # the store keeps every word, the ledger and the cache do not
    bytes_of = {p: p.read_bytes() for p in graph.rglob("*") if p.is_file()}
    assert all("quads" in p.parts for p, data in bytes_of.items() if "大洋洲".encode() in data)
    remove([], graph=graph, forget=True)
    assert not any("大洋洲".encode() in p.read_bytes() for p in graph.rglob("*") if p.is_file())


def test_a_missing_extraction_is_named_and_the_graph_stays(texts: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    build([texts / "a.txt", texts / "b.txt"], graph=graph, workers=1)
    before = held(graph)
    entries = store.read_articles(graph, store.read_manifest(graph))
    store.cache_file(graph, entries["a"].key).unlink()
    ledger.delete(graph / store.LEDGER)
    with pytest.raises(GraphError, match="cached extraction of a is missing"):
        remove(["b"], graph=graph)
    assert held(graph) == before
    # it is not missed where it is to go itself
    remove(["a"], graph=graph)
    build([texts / "b.txt"], graph=tmp_path / "b", workers=1)
    assert held(graph) == held(tmp_path / "b")
