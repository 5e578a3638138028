"""What one process takes: how soon it is ready, how much memory it holds, what a question costs it.

    python -m evals.bench.footprint --data DATA_DIR --models DIR

DATA_DIR is an installation that holds the starter content; a service of it is started for the run, with its
cache of answers turned off, on loopback. Processor seconds say the same on a busy machine as on an idle one;
seconds by the clock do not.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from evals.bench.service import processor_seconds, serving, wait_until_ready
from evals.suite import load

if TYPE_CHECKING:
    from collections.abc import Sequence

SUITE = "answers-development"
ASKED = 60


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

    @property
    def table(self) -> str:
        """The figures, a line each."""
        return "\n".join(
            (
                "| measure | value | target |",
                "|---|---|---|",
                f"| command until ready, by the clock | {self.ready:.1f} s | 3 s |",
                f"| command until ready, processor time | {self.ready_processor:.1f} s | |",
                f"| resident when ready | {self.resident:.0f} MB | 400 MB |",
                f"| of it this process's own | {self.own:.0f} MB | |",
                f"| resident after {ASKED} questions | {self.resident_after:.0f} MB | 400 MB |",
                f"| processor time of one question, HTTP and all | {1000 * self.per_question:.1f} ms | |",
            )
        )


def measure(data: Path, models: Path) -> Footprint:
    """Start a service, wait for it, and ask it questions one after the other."""
    questions = [case.question for case in load(SUITE).cases if not case.history][: ASKED + 5]
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


def rollup(pid: int) -> dict[str, float]:
    """The sums of a process's memory map, in megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name.rstrip(":"): int(value) * 1024 / 1e6 for name, value, _ in map(str.split, lines)}


def _ask(client: httpx.Client, questions: Sequence[str]) -> None:
    for question in questions:
        client.post("/v1/answers", json={"question": question}).raise_for_status()


def main() -> None:
    """Measure, and print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", required=True, type=Path)
    reader.add_argument("--models", required=True, type=Path)
    given = reader.parse_args()
    print(measure(given.data, given.models).table)


if __name__ == "__main__":
    main()
