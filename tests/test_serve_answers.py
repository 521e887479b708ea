"""The cache of answers: which are reused, and which are computed again."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from kg.graph import store
from kg.serve.answers import LARGEST, Answers
from kg.serve.pool import Answer
from kg.serve.process import UnansweredError


class Counting:
    """A pool that answers with the number of the job and keeps count."""

    def __init__(self, folder: Path, *, size: int = 8, wait: float = 0.0) -> None:
        self.folder = folder
        self.size = size
        self.wait = wait
        self.jobs: list[dict[str, Any]] = []
        self.failing = False
        self.state: tuple[int, ...] | None = None

    async def run(self, job: dict[str, Any]) -> Answer:
        self.jobs.append(job)
        number = len(self.jobs)
        state = self.state or store.stamp(self.folder)
        await asyncio.sleep(self.wait)
        if self.failing:
            raise UnansweredError(504, "the time limit")
        content = str(number).encode().ljust(self.size)
        return Answer(io.BytesIO(content), len(content), False, number, state)


def job(query: str, **more: Any) -> dict[str, Any]:
    return {"query": query, "default_graphs": None, "named_graphs": None, "format": "json", **more}


def said(answer: Answer) -> int:
    with answer.file as file:
        return int(file.read())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / store.MANIFEST).write_text("{}")
    return tmp_path


def test_the_same_question_is_worked_out_once(folder: Path) -> None:
    pool = Counting(folder)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        given = [await answers.run(job("SELECT 1")), await answers.run(job("SELECT 2"))]
        given += [await answers.run(job("SELECT 1")), await answers.run(job("SELECT 1", format="csv"))]
        return [said(answer) for answer in given]

    assert asyncio.run(ask()) == [1, 2, 1, 3]
    assert answers.again == 1


def test_who_asks_meanwhile_waits_with_the_first(folder: Path) -> None:
    pool = Counting(folder, wait=0.05)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        given = await asyncio.gather(*(answers.run(job("SELECT 1")) for _ in range(20)))
        return [said(answer) for answer in given]

    assert asyncio.run(ask()) == [1] * 20
    assert len(pool.jobs) == 1


def test_a_failure_is_told_to_all_who_wait_and_not_kept(folder: Path) -> None:
    pool = Counting(folder, wait=0.05)
    pool.failing = True
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> int:
        given = await asyncio.gather(*(answers.run(job("Q")) for _ in range(3)), return_exceptions=True)
        assert [type(answer) for answer in given] == [UnansweredError] * 3
        assert len(pool.jobs) == 1
        pool.failing = False
        return said(await answers.run(job("Q")))

    assert asyncio.run(ask()) == 2


def test_where_the_first_has_gone_another_is_the_first(folder: Path) -> None:
    pool = Counting(folder, wait=0.05)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        first, *others = (asyncio.create_task(answers.run(job("Q"))) for _ in range(4))
        await asyncio.sleep(0.01)
        first.cancel()
        given = await asyncio.gather(*others)
        assert first.cancelled()
        return [said(answer) for answer in given]

    assert asyncio.run(ask()) == [2, 2, 2]


def test_one_who_waits_can_go_without_harm_to_the_first(folder: Path) -> None:
    pool = Counting(folder, wait=0.05)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> int:
        first, other = (asyncio.create_task(answers.run(job("Q"))) for _ in range(2))
        await asyncio.sleep(0.01)
        other.cancel()
        assert await asyncio.gather(other, return_exceptions=True) != []
        assert other.cancelled()
        return said(await first)

    assert asyncio.run(ask()) == 1


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?t) {}", "select (rand() as ?x) {}", "SELECT (STRUUID() AS ?x) {}"]
)
def test_what_depends_on_the_moment_is_worked_out_each_time(folder: Path, query: str) -> None:
    pool = Counting(folder)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        return [said(await answers.run(job(query))) for _ in range(2)]

    assert asyncio.run(ask()) == [1, 2]


def test_another_state_of_the_graph_is_asked_anew(folder: Path) -> None:
    pool = Counting(folder)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        given = [said(await answers.run(job("Q")))]
        (folder / store.MANIFEST).write_text('{"built": "again"}')
        given += [said(await answers.run(job("Q"))) for _ in range(2)]
        return given

    assert asyncio.run(ask()) == [1, 2, 2]


def test_an_answer_of_another_state_than_asked_for_is_not_kept(folder: Path) -> None:
    pool = Counting(folder)
    # a process that could not open the new state yet
    pool.state = (1, 2, 3)
    answers = Answers(pool)  # type: ignore[arg-type]

    async def ask() -> list[int]:
        return [said(await answers.run(job("Q"))) for _ in range(2)]

    assert asyncio.run(ask()) == [1, 2]


def test_a_graph_that_has_gone_is_left_to_the_pool(folder: Path) -> None:
    pool = Counting(folder)
    pool.state = (1, 2, 3)
    (folder / store.MANIFEST).unlink()

    async def ask() -> list[int]:
        answers = Answers(pool)  # type: ignore[arg-type]
        return [said(await answers.run(job("Q"))) for _ in range(2)]

    assert asyncio.run(ask()) == [1, 2]


def numbers(answers: Answers, queries: str) -> list[int]:
    async def ask() -> list[int]:
        return [said(await answers.run(job(query))) for query in queries]

    return asyncio.run(ask())


def test_the_answers_asked_for_least_lately_make_room(folder: Path) -> None:
    # room for two of a hundred bytes
    answers = Answers(Counting(folder, size=100), kept=200)  # type: ignore[arg-type]
    assert numbers(answers, "abab") == [1, 2, 1, 2]
    assert numbers(answers, "acab") == [1, 3, 1, 4]


def test_a_large_answer_is_not_kept(folder: Path) -> None:
    assert numbers(Answers(Counting(folder, size=LARGEST), kept=2 * LARGEST), "aa") == [1, 1]  # type: ignore[arg-type]
    assert numbers(Answers(Counting(folder, size=LARGEST + 1)), "aa") == [1, 2]  # type: ignore[arg-type]
