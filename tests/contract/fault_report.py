"""What a fault did, as a line of the table in docs/reliability.md."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.contract.traffic import Traffic


def report(fault: str, traffic: Traffic, lost: int, seconds: float, *, job: float | None = None) -> None:
    """Note a line for the table, where one is to be written; `job` is seconds until a job was done."""
    if target := os.environ.get("FAULTS_REPORT"):
        line = {"fault": fault, "seen": traffic.endings, "lost": lost, "seconds": round(seconds, 1)}
        if job is not None:
            line["job"] = round(job)
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def acknowledged_lost(
    traffic: Traffic, address: str, before: float = float("inf"), after: float = float("inf")
) -> int:
    """Answers given before the one moment, or asked for after the other, that cannot be read any more."""
    with httpx.Client(base_url=address, trust_env=False) as client:
        return traffic.lost(client, before, after)
