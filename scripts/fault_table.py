"""Write the table of docs/reliability.md from what the tests saw: fault_table.py SEEN.jsonl DOCUMENT."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from evals.bench.document import written

MARKS = ("<!-- faults: begin -->", "<!-- faults: end -->")
SEES = {
    "answered": "an answer, as always",
    "503": "“try again in a few seconds” (503 with Retry-After)",
    "error_internal": "“something went wrong, please try again”",
    "error_index": "“I cannot search the pages at the moment”",
    "not_found": "“I did not find this” (until the damage is noticed)",
    "error_check": "“I could not check this question”",
    "connection": "the balancer's own error",
}


def main(seen: Path, document: Path) -> None:
    """One line a fault, in the order in which they were injected."""
    rows = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
    table = [
        "| fault | what a citizen sees | acknowledged answers lost | seconds until an answer |",
        "|---|---|---|---|",
    ]
    for row in rows:
        sees = "; ".join(SEES.get(each, each) for each in row["seen"])
        then = f"; its job is done after {row['job']}" if "job" in row else ""
        table.append(f"| {row['fault']} | {sees} | {row['lost']} | {row['seconds']}{then} |")
    text = written(document.read_text(encoding="utf-8"), "\n".join(table), MARKS)
    document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
