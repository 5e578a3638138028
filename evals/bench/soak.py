"""Whether memory stays flat: one service asked many questions one after the other, measured along the way.

    python -m evals.bench.soak --data DATA_DIR --models DIR [--questions 3600]

DATA_DIR is an installation that holds the starter content. 3,600 questions are an hour of one a second.
Bounded by their number. The first tenth warms up; memory is compared from there on.
"""

from __future__ import annotations

import argparse
from itertools import cycle, islice
from pathlib import Path

import httpx

from evals.bench.footprint import rollup
from evals.bench.service import serving, wait_until_ready
from evals.suite import load

SUITE = "answers-development"
PARTS = 10


def main() -> None:
    """Ask, and print a line a tenth: questions so far, resident megabytes, errors so far."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", required=True, type=Path)
    reader.add_argument("--models", required=True, type=Path)
    reader.add_argument("--questions", type=int, default=3_600)
    given = reader.parse_args()
    questions = cycle(case.question for case in load(SUITE).cases if not case.history)
    each, errors, resident = max(1, given.questions // PARTS), 0, []
    print("| questions | resident, MB | errors |\n|---|---|---|")
    with serving(given.data, given.models) as (process, address):
        wait_until_ready(process, address)
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            for part in range(1, PARTS + 1):
                asked = [{"question": question} for question in islice(questions, each)]
                errors += sum(not client.post("/v1/answers", json=body).is_success for body in asked)
                resident.append(rollup(process.pid)["Rss"])
                print(f"| {part * each} | {resident[-1]:.0f} | {errors} |", flush=True)
    print(f"\nFrom the first tenth to the last: {resident[-1] - resident[0]:+.0f} MB")


if __name__ == "__main__":
    main()
