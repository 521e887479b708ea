"""A cache of answers: the same query on the same state of the graph is run only once.

Takes jobs, as `kg.serve.pool` does, and returns their answers. Many people open the same pages and ask the
same questions: the second of them gets the answer of the first, and anyone who asks while the first is still
waiting waits for the same answer. Queries that depend on the moment (NOW, RAND, UUID) are run each time.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from kg.errors import GraphError
from kg.graph import store
from kg.serve.pool import Answer, Pool
from kg.serve.process import UnansweredError

# bytes of all cached answers together, and of the largest that is cached
KEPT = 64 * 1024 * 1024
LARGEST = KEPT // 8
# anything that looks like one of these functions of SPARQL 1.1 (17.4.2.10 to 17.4.5.1), even in a string
_OF_THE_MOMENT = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)

# state of the graph, job
Key = tuple[tuple[int, ...], str]


@dataclass(frozen=True, slots=True)
class _Kept:
    content: bytes
    truncated: bool
    count: int
    state: tuple[int, ...]

    def answer(self) -> Answer:
        return Answer(io.BytesIO(self.content), len(self.content), self.truncated, self.count, self.state)


class Answers:
    """The answers of a pool; those of up to `LARGEST` bytes are cached until the graph changes."""

    def __init__(self, pool: Pool, *, kept: int = KEPT) -> None:
        """Create a cache for the answers of a pool.

        Args:
            pool: The pool, which runs the queries.
            kept: Bytes that all cached answers may take together, at least 0.
        """
        self._pool = pool
        self._room = kept
        self._held: OrderedDict[Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._asked: dict[Key, asyncio.Future[_Kept | None]] = {}
        self.again = 0

    async def run(self, job: dict[str, Any]) -> Answer:
        """Return the answer to a job; the caller closes its file.

        Raises:
            UnansweredError: As for `Pool.run`.
        """
        while (key := self._key(job)) is not None:
            if key in self._held:
                self._held.move_to_end(key)
                self.again += 1
                return self._held[key].answer()
            first = self._asked.get(key)
            if first is None:
                return await self._first(key, job)
            await asyncio.wait((first,))
            # if the client that asked first has gone, another one takes its place
            if not first.cancelled():
                kept = first.result()
                if kept is None:
                    break
                self.again += 1
                return kept.answer()
        return await self._pool.run(job)

    def _key(self, job: dict[str, Any]) -> Key | None:
        """Return the key that jobs with the same answer share, or None if the answer must not be shared."""
        if _OF_THE_MOMENT.search(job["query"]):
            return None
        try:
            return store.stamp(self._pool.folder), json.dumps(job, sort_keys=True)
        except GraphError:
            # the graph is being moved: the processes go on with the state that they have opened
            return None

    async def _first(self, key: Key, job: dict[str, Any]) -> Answer:
        """Run a query, and pass its answer to those who ask meanwhile (None if it is too large to share)."""
        told = self._asked[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._pool.run(job)
        except UnansweredError as error:
            told.set_exception(error)
            # marks the exception as retrieved, because nobody may be waiting for it
            told.exception()
            raise
        except BaseException:
            told.cancel()
            raise
        finally:
            del self._asked[key]
        kept = None
        if answer.size <= LARGEST:
            kept = _Kept(answer.file.read(), answer.truncated, answer.count, answer.state)
            answer.file.seek(0)
            # the answer is of another state if the graph was rebuilt meanwhile or cannot be opened yet
            if answer.state == key[0]:
                self._keep(key, kept)
        told.set_result(kept)
        return answer

    def _keep(self, key: Key, kept: _Kept) -> None:
        # nobody asks about earlier states any more
        for old in [held for held in self._held if held[0] != key[0]]:
            self._bytes -= len(self._held.pop(old).content)
        self._held[key] = kept
        self._bytes += len(kept.content)
        while self._bytes > self._room:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= len(oldest.content)
