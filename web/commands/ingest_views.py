"""What an ingest did, for a reader and for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from ingest import Report


def report_as_dict(report: Report) -> dict[str, Any]:
    """For JSON."""
    names = (
        "version",
        "candidate",
        "added",
        "changed",
        "unchanged",
        "removed",
        "gone",
        "skipped",
        "failed",
        "flagged",
        "embedded",
        "rebuilt",
    )
    return {name: getattr(report, name) for name in names}


def print_report(report: Report) -> None:
    """For a reader."""
    console = Console(highlight=False)
    for url, reason in report.skipped.items():
        console.print(f"skipped  {url}: {reason}", soft_wrap=True, markup=False)
    for url, reason in report.gone.items():
        console.print(f"removed  {url}: {reason}", soft_wrap=True, markup=False)
    for url, found in report.flagged.items():
        print(f"flagged  {url}: {found} was taken out", file=sys.stderr)
    for url, reason in report.failed.items():
        print(f"failed   {url}: {reason}", file=sys.stderr)
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count) or "nothing found"
    if report.version:
        state = f"version {report.version} is live"
    elif report.candidate:
        state = f"version {report.candidate} is a candidate: govt-assistant index diff {report.candidate}"
    else:
        state = "nothing changed, nothing published"
    console.print(f"{counts}; {state}.", soft_wrap=True)
