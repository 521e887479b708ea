"""The server under load: many clients at once, with one request in a hundred hostile.

    python benchmarks/bench_serve.py --graph out/graph --clients 64 --seconds 30 > benchmarks/serve.md

Starts `kg serve` in a separate process and queries it from threads, each a client that waits for its answer
and asks again: two thirds competency questions and look-ups at `/sparql`, one third pages and JSON. Hostile
requests are queries that never end or want all memory, calls to other servers, updates and large bodies. The
same requests first run without hostile ones. Memory is the sum over the server and its query processes
(resident, as reported by the system).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

from kg.ontology import questions

HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT ?x { { SELECT (CONCAT(STR(?a), STR(?c), STR(?f)) AS ?x) { ?a ?b ?c . ?d ?e ?f } } } ORDER BY ?x",
    "SELECT DISTINCT ?a ?d ?c ?f { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "INSERT DATA { <a:a> <a:b> 1 }",
    "SELECT * { ?s ?p ?o" + " " * 2_000_000 + "}",
)
MIB = 1024 * 1024


@dataclass
class Tally:
    """The results that the clients of one run saw."""

    seconds: list[float] = field(default_factory=list)
    good: Counter[int] = field(default_factory=Counter)
    bad: Counter[int] = field(default_factory=Counter)
    slowest_refusal: float = 0.0
    peak: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def ask(url: str, data: bytes | None = None) -> int:
    """Return the status of a request, after reading its answer; 0 if there was none."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=120) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.read()
        return error.code
    except OSError:
        return 0


def plain_requests(server: str) -> list[str]:
    """Return the addresses that clients request: questions, look-ups, search, pages, parts to draw."""
    with urllib.request.urlopen(f"{server}api/graph?limit=60") as answer:
        things = json.load(answer)["nodes"]
    asked = [f"{server}sparql?{urlencode({'query': q.sparql})}" for q in questions()]
    names = "SELECT ?n {{ <{}> skos:prefLabel|skos:altLabel ?n }}"
    asked += [f"{server}sparql?{urlencode({'query': names.format(t['id'])})}" for t in things[:35]]
    asked += [f"{server}{t['page'][1:]}" for t in things[30:40]]
    asked += [f"{server}api/search?q={quote(t['name'][:2])}" for t in things[:10]]
    asked += [f"{server}api/graph?around={quote(t['id'])}&limit=100" for t in things[:10]]
    return asked


def client(number: int, server: str, asked: list[str], until: float, share: float, tally: Tally) -> None:
    """Send requests until the time is up."""
    draw = random.Random(number)
    while time.monotonic() < until:
        hostile = draw.random() < share
        started = time.monotonic()
        if hostile:
            status = ask(f"{server}sparql", urlencode({"query": draw.choice(HOSTILE)}).encode())
        else:
            status = ask(draw.choice(asked))
        took = time.monotonic() - started
        with tally.lock:
            if hostile:
                tally.bad[status] += 1
                tally.slowest_refusal = max(tally.slowest_refusal, took)
            else:
                tally.good[status] += 1
                tally.seconds.append(took)


def memory(process: psutil.Process) -> int:
    """Return the resident bytes of a process and its children."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def run(server: str, process: psutil.Process, clients: int, seconds: float, share: float) -> Tally:
    """Let clients send requests for some seconds, a share of them hostile."""
    asked = plain_requests(server)
    tally = Tally()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=client, args=(number, server, asked, until, share, tally))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        tally.peak = max(tally.peak, memory(process))
        time.sleep(0.1)
    return tally


def line(name: str, clients: int, seconds: float, tally: Tally) -> str:
    """Return a row of the table."""
    ranked = sorted(tally.seconds)
    p50, p95 = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
    failed = ", ".join(
        f"{n} × {status or 'none'}" for status, n in sorted(tally.good.items()) if status != 200
    )
    hostile = ", ".join(f"{n} × {status or 'none'}" for status, n in sorted(tally.bad.items())) or "–"
    return (
        f"| {name} | {clients} | {len(ranked) / seconds:.0f} | {1000 * p50:.0f} | {1000 * p95:.0f} | "
        f"{1000 * ranked[-1]:.0f} | {failed or 0} of {len(ranked)} | {hostile} | {tally.peak / MIB:.0f} |"
    )


def main() -> None:
    """Run the benchmark and print the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--timeout", type=float, default=5.0)
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    chosen.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    command = [sys.executable, "-m", "kg", "serve", "--graph", str(chosen.graph), "--port", str(chosen.port)]
    command += ["--timeout", str(chosen.timeout)]
    started = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr is not None
        server = served.stderr.readline().split(" at ")[1].split()[0]
        ask(f"{server}api/stats")
        ready = time.monotonic() - started
        threading.Thread(target=served.stderr.read, daemon=True).start()
        process = psutil.Process(served.pid)
        try:
            rows = [line("one client", 1, 5, run(server, process, 1, 5, 0.0))]
            calm = run(server, process, chosen.clients, chosen.seconds, 0.0)
            rows.append(line("nothing hostile", chosen.clients, chosen.seconds, calm))
            before = memory(process)
            beset = run(server, process, chosen.clients, chosen.seconds, 0.01)
            rows.append(line("1 % hostile", chosen.clients, chosen.seconds, beset))
            begun = time.monotonic()
            status = ask(f"{server}sparql", urlencode({"query": HOSTILE[0]}).encode())
            stopped = time.monotonic() - begun
            time.sleep(3)
            after = memory(process)
            last = (
                f"A query that never ends was answered {status} after {stopped:.1f} s. Memory of all\n"
                f"processes: {before / MIB:.0f} MiB before the hostile requests, {beset.peak / MIB:.0f} MiB\n"
                f"at most among them, {after / MIB:.0f} MiB three seconds after the last."
            )
            report(chosen, ready, rows, last)
        finally:
            served.terminate()
            served.wait(timeout=30)


def report(chosen: argparse.Namespace, ready: float, rows: list[str], last: str) -> None:
    """Print the measurements."""
    command = f"python benchmarks/bench_serve.py --clients {chosen.clients} --seconds {chosen.seconds:g}"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print("# The server under load\n")
    print(f"Made by `{command} --timeout {chosen.timeout:g}`; {os.cpu_count()} cores shared by server and")
    print(
        f"clients, Python {platform.python_version()}. Load of the machine before: {chosen.load:.1f}, after:"
    )
    print(f"{load:.1f}. From the command to the first answer: {ready:.1f} s.\n")
    heads = ("run", "clients", "requests/s", "p50 ms", "p95 ms", "slowest ms", "failed for others")
    print(f"| {' | '.join((*heads, 'hostile: answers', 'peak MiB'))} |")
    print("|---|--:|--:|--:|--:|--:|--:|---|--:|")
    print("\n".join(rows))
    print(f"\n{last}")


if __name__ == "__main__":
    main()
