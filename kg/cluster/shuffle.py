"""The sequence of steps in which workers resolve entities and write the quads.

Takes the names of shards whose annotations have been written, and returns counts. Each step waits for the
previous one, because a part needs the rows of all shards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.cluster import scheduler, steps
from kg.cluster.exchange import Parts, Piece, pieces
from kg.cluster.steps import Counts, Run
from kg.errors import ClusterError


@dataclass(frozen=True, slots=True)
class Resolved:
    """Counts after resolution.

    Attributes:
        things: Number of things.
        largest: Number of identities in the largest component.
        counts: Counts of each shard, by name.
    """

    things: int
    largest: int
    counts: Mapping[str, Counts]


def resolve(run: Run, hands: scheduler.Hands, names: Sequence[str], stage: Callable[[str], None]) -> Resolved:
    """Resolve entities and write the quads.

    Args:
        run: The build.
        hands: Runs the tasks.
        names: Names of the shards.
        stage: Called with `resolve` and `write` when these stages begin.

    Raises:
        ClusterError: Workers died repeatedly on a task, or as for `Hands.run`.
    """

    def step(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> list[Any]:
        found = dict(hands.run(function, calls))
        if any(isinstance(result, scheduler.Died) for result in found.values()):
            reason = f"workers died again and again in {function.__name__}; give them more memory, or cut"
            raise ClusterError(f"{reason} resolution into more parts")
        return [found[number] for number in sorted(found)]

    def by_part(parts: Sequence[Parts]) -> Iterator[tuple[int, tuple[Piece, ...]]]:
        return ((part, pieces(parts, part)) for part in range(run.parts))

    stage("resolve")
    shards = list(enumerate(names))
    bearers = step(steps.tell_shard, ((run, name) for name in names))
    step(steps.tie_names, ((run, *part) for part in by_part(bearers)))
    (largest,) = step(steps.write_shared, [(run, names)])
    entities = step(steps.share_entities, ((run, name, at) for at, name in shards))
    things = step(steps.join_entities, ((run, *part) for part in by_part(entities)))
    keyed = step(steps.give_keys, ((run, "things", *part) for part in by_part(things)))
    faces = [parts for parts, _ in keyed]
    persons = step(steps.share_persons, ((run, name, at, pieces(faces, at)) for at, name in shards))
    namesakes = step(steps.join_persons, ((run, *part) for part in by_part(persons)))
    keyed += step(steps.give_keys, ((run, "persons", *part) for part in by_part(namesakes)))
    stage("write")
    faces = [parts for parts, _ in keyed]
    counts = step(steps.write_quads, ((run, name, pieces(faces, at)) for at, name in shards))
    return Resolved(sum(count for _, count in keyed), largest, dict(zip(names, counts, strict=True)))
