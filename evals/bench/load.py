"""How many people at once: a served installation under 1 to 200 concurrent conversations, on loopback.

    python -m evals.bench.load --data DATA_DIR --models DIR [--model-script FILE] [--write docs/scaling.md]

DATA_DIR is an installation that holds the starter content; a service of it is started for the run, with its
cache of answers turned off. A conversation is one question, streamed; every level asks the same questions, in
waves of as many at once. Bounded: at most `ASKED` and a few requests a level. Latencies are of this machine;
the ratio of a column to its first row is what carries.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np

from evals.bench.document import written
from evals.bench.service import PATIENCE, processor_seconds, serving, wait_until_ready
from evals.suite import load

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS = (1, 10, 50, 100, 200)
ASKED = 200
"""Questions of each level, so that its rate is of the same questions as the others'."""

SUITE = "answers-development"
MARKS = ("<!-- load: begin -->", "<!-- load: end -->")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Asked:
    """One conversation: seconds until its first sentence and its end; what went wrong, if anything."""

    first: float | None
    whole: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """What one level of concurrency came to."""

    mode: str
    conversations: int
    asked: Sequence[Asked]
    seconds: float
    megabytes: float
    """Resident memory of the service after it."""
    cores: float
    """Processor time that the service used in each second."""

    @property
    def row(self) -> str:
        """A line of the table."""
        good = [each for each in self.asked if not each.error]
        busy = sum(each.error == "busy" for each in self.asked)
        wrong = len(self.asked) - len(good) - busy
        rate = len(good) / self.seconds
        first = _quantiles([each.first for each in good if each.first is not None])
        whole = _quantiles([each.whole for each in good])
        return (
            f"| {self.mode} | {self.conversations} | {rate:.1f} | {first} | {whole} | {busy} | {wrong} "
            f"| {self.megabytes:.0f} | {self.cores:.2f} |"
        )


def main() -> None:
    """Measure, print the table, and write it where asked."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", required=True, type=Path)
    reader.add_argument("--models", required=True, type=Path)
    reader.add_argument("--model-script", type=Path, help="a scripted model server: run with a port")
    reader.add_argument("--levels", default=",".join(map(str, LEVELS)))
    reader.add_argument("--write", type=Path)
    given = reader.parse_args()
    levels = [int(each) for each in given.levels.split(",")]
    found = run("extractive", levels, given.data, given.models, None)
    if given.model_script:
        found += run("scripted model", levels, given.data, given.models, given.model_script)
    table = "\n".join([*_head(), *(each.row for each in found)])
    print(table)
    if given.write:
        document = given.write.read_text(encoding="utf-8")
        given.write.write_text(written(document, table, MARKS), encoding="utf-8")


def run(mode: str, levels: Sequence[int], data: Path, models: Path, script: Path | None) -> list[Level]:
    """One service through all levels, after a few questions that warm it up."""
    questions = [case.question for case in load(SUITE).cases if not case.history]
    with serving(data, models, script, most=max(levels)) as (process, address):
        wait_until_ready(process, address)
        asyncio.run(wave(address, questions[:5]))
        found = []
        for count in levels:
            chosen = questions[: max(count, ASKED // count * count)]
            spent, began = processor_seconds(process.pid), time.monotonic()
            asked = [
                each
                for at in range(0, len(chosen), count)
                for each in asyncio.run(wave(address, chosen[at : at + count]))
            ]
            seconds = time.monotonic() - began
            used = (processor_seconds(process.pid) - spent) / seconds
            found.append(Level(mode, count, asked, seconds, _resident(process.pid), used))
    return found


async def wave(address: str, questions: Sequence[str]) -> list[Asked]:
    """All `questions` at once, each a conversation of its own at `address`."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=address, timeout=PATIENCE, limits=limits, trust_env=False
    ) as client:
        return list(await asyncio.gather(*(_ask(client, each) for each in questions)))


async def _ask(client: httpx.AsyncClient, question: str) -> Asked:
    began, first, last = time.monotonic(), None, ""
    headers = {"Accept": "text/event-stream"}
    try:
        async with client.stream(
            "POST", "/v1/answers", json={"question": question}, headers=headers
        ) as reply:
            if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                return Asked(None, time.monotonic() - began, "busy")
            async for line in reply.aiter_lines():
                last = line.removeprefix("event: ") if line.startswith("event: ") else last
                if last == "sentence" and first is None:
                    first = time.monotonic() - began
    except httpx.HTTPError as error:
        return Asked(first, time.monotonic() - began, type(error).__name__)
    return Asked(first, time.monotonic() - began, "" if last == "final" else "broke off")


def _resident(pid: int) -> float:
    """Megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def _quantiles(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    return " / ".join(f"{each:.2f}" for each in np.quantile(seconds, (0.5, 0.95, 0.99)))


def _head() -> tuple[str, str]:
    return (
        "| answers | conversations at once | answers a second | first sentence p50 / p95 / p99, s "
        "| whole answer p50 / p95 / p99, s | busy | errors | resident, MB | cores used |",
        "|---|---|---|---|---|---|---|---|---|",
    )


if __name__ == "__main__":
    main()
