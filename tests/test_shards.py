"""Building into shards, step by step in this process: the sharding must not affect the result."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_adding import extractions

from kg.build import build as build_here
from kg.build.reading import Job
from kg.cli import main
from kg.cluster import components, exchange, paths, resolving, shards, steps, storage
from kg.cluster.scheduler import DIED
from kg.errors import ClusterError, GraphError, ReadError
from kg.graph import identifiers, store
from kg.graph import vocabulary as v
from kg.model import Extraction
from kg.resolve.things import resolve
from kg.resolve.told import tell
from kg.text.readers import Source

pytest.importorskip("fsspec")


class Here:
    """Runs tasks in this process, in a turned order; calls in `dying` die.

    Calls of the function `twice` are run again, as those of a worker that dies after it has written.
    """

    def __init__(
        self, dying: Callable[[str, tuple[Any, ...]], bool] = lambda name, call: False, twice: str = ""
    ) -> None:
        self.ran: list[str] = []
        self.dying, self.twice = dying, twice

    def run(
        self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        for number, call in reversed(list(enumerate(calls))):
            self.ran.append(function.__name__)
            if function.__name__ == self.twice:
                function(*call)
            yield number, DIED if self.dying(function.__name__, call) else function(*call)


def gathered(outputs: Iterable[resolving.Rows]) -> dict[int, list[exchange.Row]]:
    found: dict[int, list[exchange.Row]] = defaultdict(list)
    for output in outputs:
        for part, rows in output.items():
            # as they travel
            found[part] += exchange.unpack(exchange.pack(rows))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(articles=extractions(), parts=st.integers(1, 5), count=st.integers(1, 3))
def test_resolution_in_parts_is_resolution_at_once(
    articles: list[Extraction], parts: int, count: int
) -> None:
    told = [tell(article) for article in articles]
    assert [resolving.told_of(resolving.told_row(one)) for one in told] == told
    cut = [told[at::count] for at in range(count)]
    bearers = np.concatenate([components.bearers(n for one in some for n in one.named) for some in cut])
    found = components.from_bytes(components.components(components.edges(bearers)).to_bytes())
    anywhere = frozenset().union(*(one.places for one in told))
    entities = gathered(
        resolving.entities_by_component(some, at, found, parts) for at, some in enumerate(cut)
    )
    things = gathered(resolving.join_entities(rows, anywhere, {}, parts) for rows in entities.values())
    faces = gathered(resolving.give_keys(rows, v.BASE)[0] for rows in things.values())
    persons = gathered(
        resolving.persons_by_name(some, at, resolving.Faces(faces[at]), parts) for at, some in enumerate(cut)
    )
    namesakes = gathered(resolving.join_persons(rows, parts) for rows in persons.values())
    more = gathered(resolving.give_keys(rows, v.BASE)[0] for rows in namesakes.values())
    got = {
        (doc, entity): tuple(face)
        for some in (faces, more)
        for rows in some.values()
        for doc, entity, *face in rows
    }
    whole = resolve(articles)
    iris = identifiers.thing_iris((thing.key for thing in whole), v.BASE)
    assert got == {
        member: (t.key, iris[t.key].value, t.type, t.name, t.record) for t in whole for member in t.members
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_those_of_a_graph(pairs: list[tuple[int, int]]) -> None:
    import networkx as nx

    found = components.components(np.array(pairs, np.uint64).reshape(-1, 2))
    net = nx.Graph(pairs)
    told = defaultdict(set)
    for node in net:
        told[found.of(node)].add(node)
    assert sorted(map(sorted, told.values())) == sorted(map(sorted, nx.connected_components(net)))
    assert all(min(nodes) == label for label, nodes in told.items())
    assert found.of(31) is None
    assert found.largest == max(map(len, told.values()), default=1)


def jobs(count: int, skipped: int = -1) -> list[Job]:
    return [
        Job(Source(Path(f"{n}.txt"), f"d{n}"), f"{n:064}", Path(), ()) for n in range(count) if n != skipped
    ]


@settings(deadline=None)
@given(st.integers(0, 199), st.integers(1, 30))
def test_an_article_less_changes_the_shards_about_it(skipped: int, size: int) -> None:
    whole, less = shards.plan(jobs(200), size), shards.plan(jobs(200, skipped), size)
    assert [job for shard in whole for job in shard.jobs] == jobs(200)
    assert max(len(shard.jobs) for shard in whole) <= 4 * size
    here = next(n for n, shard in enumerate(whole) if any(j.source.doc == f"d{skipped}" for j in shard.jobs))
    assert less[:here] == whole[:here]
    ends = [n for n in range(skipped + 1, 200) if exchange.number_of(f"d{n}") % size == 0]
    after = shards.plan(jobs(200)[ends[0] + 1 :], size) if ends else []
    assert whole[len(whole) - len(after) :] == less[len(less) - len(after) :] == after


TEXT = (
    "大连市{n}号项目开工\n\n2023年9月，蓝鲸{n}号重工有限公司与大连市签约，总投资{n}亿元的项目落户甘井子区。\n"
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    for number in range(1, 7):
        (folder / f"a{number}.txt").write_text(TEXT.format(n=number), encoding="utf-8")
    record = {"id": "x", "text": "沈阳市与红星纺织有限公司签署战略合作协议，总投资3亿元。"}
    (folder / "b.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wanted(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    graph = tmp_path_factory.mktemp("graph") / "g"
    build_here([texts], graph=graph, workers=1)
    return store.nquads(graph)


def quads(url: str) -> str:
    into = storage.folder(url)
    index = json.loads(into.read("kg-shards.json"))
    texts = [gzip.decompress(into.read(shard["quads_file"])).decode() for shard in index["shards"]]
    return "".join(sorted(line + "\n" for text in texts for line in text.split("\n") if line))


@pytest.fixture
def memory(request: pytest.FixtureRequest) -> Iterator[str]:
    url = f"memory://{request.node.name}"
    yield url
    import fsspec

    fsspec.filesystem("memory").rm("/", recursive=True)


@pytest.mark.parametrize(("size", "parts"), [(1, 7), (3, 2), (100, 1)])
def test_size_and_parts_do_not_show(texts: Path, wanted: str, memory: str, size: int, parts: int) -> None:
    report = shards.build([texts], shards=memory, hands=Here(), size=size, parts=parts)
    assert quads(memory) == wanted != ""
    assert (report.read, report.articles, report.quads) == (7, 7, wanted.count("\n"))
    assert "work" not in storage.folder(memory).names()


def test_a_second_run_goes_on_where_the_first_stopped(texts: Path, wanted: str, memory: str) -> None:
    with pytest.raises(ClusterError, match="workers died again and again in join_entities"):
        shards.build([texts], shards=memory, hands=Here(lambda name, call: name == "join_entities"), size=2)
    hands = Here()
    report = shards.build([texts], shards=memory, hands=hands, size=2)
    assert (report.read, report.unchanged) == (0, 7)
    assert "read_shard" not in hands.ran
    assert quads(memory) == wanted
    nothing = Here()
    assert shards.build([texts], shards=memory, hands=nothing, size=2).quads == report.quads
    assert nothing.ran == []


def test_what_a_dying_worker_had_written_counts_as_read(texts: Path, wanted: str, memory: str) -> None:
    report = shards.build([texts], shards=memory, hands=Here(twice="read_shard"), size=2)
    assert (report.read, report.unchanged) == (7, 0)
    assert quads(memory) == wanted


def test_the_article_under_which_workers_die_is_given_up_alone(texts: Path, memory: str) -> None:
    def kills(name: str, call: tuple[Any, ...]) -> bool:
        some = call[2] if name == "read_shard" else call if name == "read_line" else ()
        return any(job.source.doc == "a3" for job in some)

    report = shards.build([texts], shards=memory, hands=Here(kills), size=100)
    assert report.failed == (f"{texts / 'a3.txt'}: the workers that read it died",)
    assert (report.read, report.articles) == (6, 6)
    # it may have been the machine's fault: the next run tries it again
    again = shards.build([texts], shards=memory, hands=Here(), size=100)
    assert (again.read, again.unchanged, again.articles, again.failed) == (1, 6, 7, ())


def test_what_is_no_longer_given_leaves_no_trace(texts: Path, memory: str, tmp_path: Path) -> None:
    shards.build([texts], shards=memory, hands=Here(), size=2)
    shards.build([texts / "a1.txt", texts / "a2.txt"], shards=memory, hands=Here(), size=2)
    build_here([texts / "a1.txt", texts / "a2.txt"], graph=tmp_path / "g", workers=1)
    assert quads(memory) == store.nquads(tmp_path / "g")
    into = storage.folder(memory)
    index = json.loads(into.read("kg-shards.json"))
    assert sorted(into.names()) == ["annotations", "kg-shards.json", index["quads"]]
    assert len(into.below("annotations").names()) == len(index["shards"])


def test_a_folder_of_something_else_is_left_alone(texts: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("", encoding="utf-8")
    with pytest.raises(ClusterError, match=r"holds letter\.txt"):
        shards.build([texts], shards=tmp_path, hands=Here())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_worker_of_another_version_or_without_the_folder_is_told(tmp_path: Path) -> None:
    run = steps.Run(storage.folder(tmp_path), steps.version(), v.BASE, (), 1, "")
    with pytest.raises(ClusterError, match="does not see the folder of the shards"):
        steps.read_shard(run, "x", ())
    other = steps.Run(run.folder, "0-0", v.BASE, (), 1, "")
    with pytest.raises(ClusterError, match="install the same kg on all machines"):
        steps.tell_shard(other, "x")


@pytest.mark.parametrize(
    ("place", "said"),
    [("carrier-pigeon://loft", "is no place to store"), ("file:///proc/none", "cannot be read or written")],
)
def test_storage_that_refuses_is_one_line(texts: Path, place: str, said: str) -> None:
    with pytest.raises(ClusterError, match=said) as raised:
        shards.build([texts], shards=place, hands=Here())
    assert "\n" not in str(raised.value)


def test_nothing_to_build_is_refused(texts: Path, memory: str, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="nothing could be built"):
        shards.build([tmp_path / "none.txt"], shards=memory, hands=Here())
    with pytest.raises(GraphError, match="0 make no shard"):
        shards.build([texts], shards=memory, hands=Here(), size=0)


def test_articles_on_other_storage_are_the_same_articles(texts: Path, wanted: str, memory: str) -> None:
    import fsspec

    memory_files = fsspec.filesystem("memory")
    for file in texts.iterdir():
        memory_files.pipe_file(f"/news/more/{file.name}", file.read_bytes())
    memory_files.pipe_file("/news/gold/a1.txt", b"")
    given = ["memory://news", "memory://nothing"]
    report = shards.build(given, shards=memory, hands=Here(), size=3)
    assert quads(memory) == wanted
    assert report.failed == ("memory://nothing: does not exist or is empty",)
    memory_files.pipe_file("/news/more/a1.txt", TEXT.format(n=99).encode())
    again = shards.build(given, shards=memory, hands=Here(), size=3)
    assert again.articles == 7
    assert 1 <= again.read < 7
    assert "蓝鲸99号重工" in quads(memory)
    with pytest.raises(ReadError, match="name all sources in one way"):
        shards.build([texts, "memory://news"], shards=memory, hands=Here())


def test_a_graph_is_built_of_files() -> None:
    assert paths(["file:///shared/news", "news"]) == [Path("/shared/news"), Path("news")]
    with pytest.raises(ReadError, match="mount it"):
        paths(["s3://bucket/news"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--shards", "s"], "name its scheduler with --cluster"),
        ([], "Missing option '--graph'"),
        (["--shards", "s", "--cluster", "tcp://x:1", "--no-rules"], "name its folder with --graph"),
    ],
)
def test_the_command_says_what_is_missing(
    texts: Path, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    assert main(["build", str(texts), *typed]) == 2
    assert said in capsys.readouterr().err


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.binary(max_size=5), max_size=5))
def test_parts_of_a_file_are_found_again(parts: dict[int, bytes]) -> None:
    into = storage.Folder("memory://parts")
    where = exchange.put(into, "file", parts)
    for number in range(10):
        found = exchange.pieces([where], number)
        assert list(exchange.take(into, found)) == ([parts[number]] if number in parts else [])
