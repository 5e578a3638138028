"""`eval report`: a run as a file."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.output import as_json, junit, markdown
from web.commands import with_services
from web.reports import report_html, report_of

if TYPE_CHECKING:
    from evals import Report
    from web.main import Services


class Format(StrEnum):
    """What a report is written as."""

    HTML = "html"
    JUNIT = "junit"
    JSON = "json"
    MARKDOWN = "markdown"


def report_run(
    number: Annotated[int, typer.Argument(help="Number of a run: `eval runs` lists them.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.HTML,
    out: Annotated[Path | None, typer.Option(help="File to write; by default standard output.")] = None,
    base: Annotated[str | None, typer.Option(help="Address of a console, for replays by a click.")] = None,
) -> None:
    """Write a run as one self-contained HTML file, or as JUnit XML, JSON or Markdown."""

    async def work(built: Services) -> Report:
        return await report_of(number, built.runs)

    text = as_text(with_services(work), form, base)
    if out is None:
        print(text)
    else:
        out.write_text(text, encoding="utf-8")


def as_text(report: Report, form: Format, base: str | None = None) -> str:
    """The report in that form."""
    title = f"Run {report.run.id} of {report.run.suite}"
    if form is Format.HTML:
        return report_html(report, base)
    if form is Format.JUNIT:
        return junit(report.run.suite, report.sheet)
    if form is Format.JSON:
        return json.dumps(as_json(report.sheet), ensure_ascii=False, indent=1)
    return markdown(title, report.sheet)
