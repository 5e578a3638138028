"""What the processes do that `test_crashed_runs` kills: run a suite, by themselves or as a job."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from evals import Order, load, run
from ingest import sync
from tests.doubles import BagOfWords, Pages, page
from web.evaluating import KIND, own_suites
from web.jobs import Leases, Worker
from web.main import now, services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from web.main import Services

COUNT = 120
SITE = [page("kayak-permit", "You need a permit for a kayak.\n\nA kayak permit costs $12.")]


class Noting(BagOfWords):
    """An embedder that notes in a file what it is asked, and takes its time over it."""

    def __init__(self, file: Path, seconds: float) -> None:
        super().__init__()
        self._file, self._seconds = file, seconds

    def embed(self, texts: Sequence[str], progress=None):
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(text)}\n" for text in texts)
        time.sleep(self._seconds)
        return super().embed(texts, progress)


def settings(folder: Path) -> Settings:
    """An installation in `folder`."""
    return Settings(data_dir=folder, log_level="CRITICAL", _env_file=None)


def prepare(folder: Path) -> None:
    """The suite, the page and, in the queue, a job that runs the suite."""
    (folder / "suites").mkdir(parents=True)
    cases = [{"id": str(at), "question": f"what does kayak permit {at} cost"} for at in range(COUNT)]
    (folder / "suites" / "many.jsonl").write_text("\n".join(map(json.dumps, cases)))

    async def fill() -> None:
        async with services(settings(folder), BagOfWords()) as built:
            await sync(Pages(SITE), built.index, now=now)
            await built.jobs.start(KIND, {"suite": "many"}, "aroha")

    asyncio.run(fill())


async def alone(built: Services, after: timedelta) -> int:
    """As `eval run` does it; the number of the run."""
    async with built.subject() as subject:
        order = Order(load("many", own_suites(built)), take_up=True)
        return await run(order, subject, built.runs)


async def as_job(built: Services, after: timedelta) -> int:
    """As the service's worker does it, so long after: the lease of whoever had the job has run out."""
    leases = Leases(built.engine, lambda: now() + after)
    async with Worker(built.jobs, leases, look_every=0.05).running():
        while not (job := (await built.jobs.all())[0]).state.over:
            await asyncio.sleep(0.02)
    return int((job.result or {"run": 0})["run"])


def work(way: str, folder: Path, notes: Path, seconds: float, after: timedelta = timedelta()) -> int:
    """Run the suite that way; the number of the run."""

    async def go() -> int:
        async with services(settings(folder), Noting(notes, seconds)) as built:
            return await {"alone": alone, "job": as_job}[way](built, after)

    return asyncio.run(go())
