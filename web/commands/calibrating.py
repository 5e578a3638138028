"""`eval calibrate`: fit when to say "I don't know", and see what each choice costs."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals import load
from evals.calibrate import DEVELOPMENT, REPORT, Calibration, as_toml, calibrate
from ingest import writing
from web.commands import with_services
from web.main import now

if TYPE_CHECKING:
    from web.main import Services


def run_calibration(
    fit: Annotated[
        list[str] | None, typer.Option("--fit", help="A suite to learn from; may be repeated.")
    ] = None,
    report: Annotated[
        list[str] | None, typer.Option("--report", help="A suite to measure on alone; may be repeated.")
    ] = None,
    most_refused: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of questions with the right page first that may be refused at most."
        ),
    ] = 0.04,
    out: Annotated[Path | None, typer.Option("--out", help="Write the threshold to this file.")] = None,
    keep: Annotated[
        bool,
        typer.Option(help="Store it in a candidate with the same pages, which `index publish` lets answer."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The curves as JSON.")] = False,
) -> None:
    """Fit the threshold below which nothing is answered, and print what each cut refuses and declines."""

    fits, reports = fit or DEVELOPMENT, report or REPORT

    async def work(built: Services) -> tuple[Calibration, int | None]:
        learnt, measured = (
            [case for name in names for case in load(name).cases] for names in (fits, reports)
        )
        snapshot = await built.index.live()
        found = calibrate(learnt, measured, snapshot, built.index.embedder, most_refused=most_refused)
        source = f"{', '.join(fits)}; measured on {', '.join(reports)}"
        return found, await _kept(found, source, built) if keep else None

    found, candidate = with_services(work)
    if out is not None:
        source = f"{found.fitted} questions of {', '.join(fits)}; measured on {', '.join(reports)}"
        out.write_text(as_toml(found, source=source, date=f"{now():%Y-%m-%d}"), encoding="utf-8")
    if as_json:
        print(json.dumps({**asdict(found), "candidate": candidate}))
    else:
        _show(found)
        if candidate is not None:
            print(f"Version {candidate} has it. Let it answer: govt-assistant index publish {candidate}")


async def _kept(found: Calibration, source: str, built: Services) -> int:
    """The candidate that holds the threshold, and where that comes from."""
    at = now()
    fitted = {**found.threshold.table, "questions": found.fitted, "source": source, "date": f"{at:%Y-%m-%d}"}
    async with writing(built.settings.data_dir, "store a calibration", built.settings.database_url):
        candidate = await built.catalog.recalibrated(fitted, now=at)
    await built.access.audit.record(
        getpass.getuser(), "version.calibrated", str(candidate), None, {"cut": found.threshold.cut}
    )
    return candidate


def _show(found: Calibration) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{found.fitted} questions fitted; cut {found.threshold.cut}")
    table.add_column("cut")
    for name in ("fitted on", "measured on"):
        for column in ("refused", "of right", "declined"):
            table.add_column(f"{name}\n{column}", justify="right")
    for seen, fresh in zip(found.development, found.report, strict=True):
        cells = [
            f"{value:.3f}"
            for each in (seen, fresh)
            for value in (each.refused, each.refused_right, each.declined)
        ]
        style = "bold" if seen.cut == found.threshold.cut else None
        table.add_row(f"{seen.cut:.2f}", *cells, style=style)
    console.print(table)
    console.print(
        "Refused: of the answerable questions, and of those whose page is first. Declined: of the others. "
        "What was fitted on is cross-validated. "
        f"Expected calibration error on the report suites: {found.error:.3f}."
    )
