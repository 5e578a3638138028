"""A report as one file that needs no other: its style is inside it, its plots are SVG, nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from evals import Report, sheet_of
from evals.output import SHOWN
from web.console.rendering import moment
from web.pages.rendering import render
from web.paths import STATIC

if TYPE_CHECKING:
    from evals import Runs


async def report_of(number: int, runs: Runs) -> Report:
    """The report on run `number`, with the trend of the suite's runs; raises `UnknownRun`."""
    run = await runs.run(number)
    others = [each for each in await runs.list(run.suite, limit=30) if each.figures]
    return Report(run, await sheet_of(runs, number), tuple(reversed(others)))


def report_html(report: Report, base: str | None = None) -> str:
    """The whole file; `base` is the address of the console that it was made by, for replays."""
    return render(
        "report/report.html",
        "en",
        report=report,
        plots=report.plots(),
        by_tag=report.sheet.by_tag(),
        shown=[name for name in SHOWN if name in report.sheet.figures],
        style=style(),
        moment=moment,
        base=base,
    )


def report_policy() -> str:
    """The content security policy under which the report may be shown: its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'self'"


@cache
def style() -> str:
    """The rules that a report carries inside it."""
    return (STATIC / "report.css").read_text(encoding="utf-8")
