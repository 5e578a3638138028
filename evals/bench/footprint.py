"""What one process takes: how soon it is ready, how much memory it holds, what a question costs it.

    python -m evals.bench.footprint --data DATA_DIR --models DIR [--rounds 5] [--write docs/scaling.md]

DATA_DIR is an installation that holds the starter content; a service of a copy of it is started for each
round, with its cache of answers turned off, on loopback; the last one also publishes a record while people
ask. Processor seconds say the same on a busy machine as on an idle one; seconds by the clock do not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np

from evals.bench.document import written
from evals.bench.load import wave
from evals.bench.service import processor_seconds, serving, wait_until_ready
from evals.suite import load

if TYPE_CHECKING:
    from collections.abc import Sequence

SUITE = "answers-development"
ASKED = 60
CROWD = 100
QUEUED = 3.0
"""Seconds within which a published record has become a job."""

RESTED = 35.0
"""Seconds after which a process has given back what publishing took."""

RECORD = {
    "title": "Sorting of letters",
    "agency": "Department of Examples",
    "summary": "Sorts incoming letters by topic.",
    "stage": "trial",
}
MARKS = ("<!-- footprint: begin -->", "<!-- footprint: end -->")


@dataclass(frozen=True, slots=True)
class Footprint:
    """One process: seconds, and megabytes of memory."""

    ready: float
    ready_processor: float
    resident: float
    own: float
    """Resident and shared with no other process."""
    resident_after: float
    per_question: float
    """Processor seconds."""


def main() -> None:
    """Measure, print the table, and write it where asked."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", required=True, type=Path)
    reader.add_argument("--models", required=True, type=Path)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--write", type=Path)
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = shutil.copytree(given.data, Path(folder) / "data", ignore=shutil.ignore_patterns("models"))
        found = [measure(data, given.models) for _ in range(given.rounds)]
        most, rested = published(data, given.models)
    table = "\n".join(_rows(found, most, rested))
    print(table)
    if given.write:
        document = given.write.read_text(encoding="utf-8")
        given.write.write_text(written(document, table, MARKS), encoding="utf-8")


def measure(data: Path, models: Path) -> Footprint:
    """Start a service, wait for it, and ask it questions one after the other."""
    questions = _questions()[: ASKED + 5]
    began = time.monotonic()
    with serving(data, models) as (process, address):
        wait_until_ready(process, address)
        ready, spent = time.monotonic() - began, processor_seconds(process.pid)
        memory = rollup(process.pid)
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            _ask(client, questions[:5])
            before = processor_seconds(process.pid)
            _ask(client, questions[5:])
            per_question = (processor_seconds(process.pid) - before) / len(questions[5:])
        after = rollup(process.pid)
    own = memory["Private_Clean"] + memory["Private_Dirty"]
    return Footprint(ready, spent, memory["Rss"], own, after["Rss"], per_question)


def published(data: Path, models: Path) -> tuple[float, float]:
    """Megabytes: the most while a record is published and a crowd asks, and when that is over."""
    environment = {**os.environ, "GOVT_ASSISTANT_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "web", "access", "add-key", "bench", "--role", "editor"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    key = next(word for word in told.split() if word.startswith("ga_"))
    questions, most = _questions()[:CROWD], 0.0
    with serving(data, models, most=CROWD) as (process, address):
        wait_until_ready(process, address)
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=address, timeout=60, trust_env=False, headers=headers) as client:
            _publish(client)
            until = time.monotonic() + QUEUED
            while time.monotonic() < until or _at_work(client):
                asyncio.run(wave(address, questions))
                most = max(most, rollup(process.pid)["Rss"])
            time.sleep(RESTED)
            asyncio.run(wave(address, questions))
            time.sleep(1)
        return most, rollup(process.pid)["Rss"]


def _publish(client: httpx.Client) -> None:
    made = client.post("/v1/programme/use-cases", json={"fields": RECORD}).raise_for_status()
    moves, version = f"/v1/programme/use-cases/{made.json()['slug']}/moves", made.headers["ETag"]
    client.post(moves, json={"move": "publish"}, headers={"If-Match": version}).raise_for_status()


def _at_work(client: httpx.Client) -> bool:
    jobs = client.get("/v1/jobs").raise_for_status().json()
    return any(each["state"] in {"queued", "running"} for each in jobs)


def _rows(found: Sequence[Footprint], most: float, rested: float) -> list[str]:
    ready, spent, resident, own, after, question = np.median([astuple(each) for each in found], axis=0)
    return [
        f"| measure (medians of {len(found)}) | value | target |",
        "|---|---|---|",
        f"| command until ready, by the clock | {ready:.1f} s | 3 s |",
        f"| command until ready, processor time | {spent:.1f} s | |",
        f"| resident when ready | {resident:.0f} MB | 400 MB |",
        f"| of it this process's own | {own:.0f} MB | |",
        f"| resident after {ASKED} questions | {after:.0f} MB | 400 MB |",
        f"| resident after a record was published under load (once) | {rested:.0f} MB | 400 MB |",
        f"| the most while it was published (once) | {most:.0f} MB | |",
        f"| processor time of one question, HTTP and all | {1000 * question:.1f} ms | |",
    ]


def rollup(pid: int) -> dict[str, float]:
    """The sums of a process's memory map, in megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name.rstrip(":"): int(value) * 1024 / 1e6 for name, value, _ in map(str.split, lines)}


def _questions() -> list[str]:
    return [case.question for case in load(SUITE).cases if not case.history]


def _ask(client: httpx.Client, questions: Sequence[str]) -> None:
    for question in questions:
        client.post("/v1/answers", json={"question": question}).raise_for_status()


if __name__ == "__main__":
    main()
