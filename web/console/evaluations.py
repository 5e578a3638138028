"""Evaluations: start a run, see how it went, read a case, ask it again."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from evals import LATENCY, PASSED, RunState, UnknownRun, ask, score_all, sheet_of, view
from evals.output import as_json, junit, markdown
from web.access import Person, Role, allow
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.evaluating import KIND, configuration_names, known_suite, suite_names
from web.reports import report_html, report_of, report_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals import Figure, Run, Trial

router = APIRouter(
    prefix="/console/evaluations", include_in_schema=False, default_response_class=HTMLResponse
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]


@router.get("")
async def show_runs(request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """The form that starts a run, and the latest runs."""
    runs = await built.runs.list(limit=50)
    return console_page(
        request,
        person,
        "console/evaluations.html",
        runs=runs,
        pair=_latest_pair(runs),
        suites=[(name, name) for name in suite_names(built)],
        configurations=[(name, name) for name in await configuration_names(built)],
    )


@router.post("")
async def start_run(
    built: Built,
    person: Evaluator,
    suite: Annotated[str, Form()],
    configuration: Annotated[str, Form()] = "served",
    sample: Annotated[int | None, Form(ge=1, le=100_000)] = None,
    repeat: Annotated[int, Form(ge=1, le=20)] = 1,
) -> RedirectResponse:
    """Queue the run as a job, whose page follows it."""
    arguments = {"suite": suite, "configuration": configuration, "repeat": repeat}
    if sample is not None:
        arguments["sample"] = sample
    known_suite(suite, built)
    job = await built.jobs.start(KIND, arguments, person.name)
    await built.access.audit.record(person.name, "evaluation.started", suite, None, configuration)
    return RedirectResponse(f"/console/jobs/{job}", HTTPStatus.SEE_OTHER)


@router.get("/runs/{number}")
async def show_run(number: RowNumber, request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """Figures, the cases that do not pass, and the run's files."""
    run = await built.runs.run(number)
    sheet = await sheet_of(built.runs, number)
    failed = [view(sheet, at) for at, passed in enumerate(sheet.passed) if not passed]
    others = [each for each in await built.runs.list(run.suite) if each.id != number]
    return console_page(
        request,
        person,
        "console/evaluation_run.html",
        run=run,
        figures={**sheet.figures, **_latency(sheet.trials)},
        count=len(sheet.trials),
        failed=failed,
        others=others,
        finished=run.state is RunState.FINISHED,
    )


@router.get("/runs/{number}/report")
async def show_report(number: RowNumber, built: Built, _: Evaluator) -> HTMLResponse:
    """The report as one file, under a policy that allows its own style and nothing else."""
    page = report_html(await report_of(number, built.runs), "")
    return HTMLResponse(page, headers={"Content-Security-Policy": report_policy()})


@router.get("/runs/{number}/file.{form}")
async def download(number: RowNumber, form: str, built: Built, _: Evaluator) -> Response:
    """The run for other programs: html, xml (JUnit), json or md; raises `UnknownRun` for another form."""
    report = await report_of(number, built.runs)
    name, sheet = f"run-{number}", report.sheet
    if form == "html":
        return _file(report_html(report), "text/html", f"{name}.html")
    if form == "xml":
        return _file(junit(report.run.suite, sheet), "application/xml", f"{name}.xml")
    if form == "json":
        return Response(json.dumps(as_json(sheet), ensure_ascii=False), media_type="application/json")
    if form == "md":
        return _file(markdown(f"Run {number} of {report.run.suite}", sheet), "text/markdown", f"{name}.md")
    what_to_do = "Ask for html, xml, json or md."
    raise UnknownRun(f"run {number} has no file of the form {form!r}", what_to_do=what_to_do)


@router.post("/runs/{number}/accept")
async def accept_run(number: RowNumber, built: Built, person: Evaluator) -> RedirectResponse:
    """Later runs of the suite are judged against this one."""
    run = await built.runs.run(number)
    before = await built.runs.accepted(run.suite)
    await built.runs.accept(number)
    await built.access.audit.record(person.name, "evaluation.accepted", run.suite, before, number)
    return RedirectResponse("/console/evaluations/gate", HTTPStatus.SEE_OTHER)


@router.get("/runs/{number}/cases/{at}")
async def show_case(
    number: RowNumber, at: RowNumber, request: Request, built: Built, person: Evaluator
) -> HTMLResponse:
    """One case: what was expected, retrieved and answered, and what each check said."""
    return await _case(number, at, request, built, person, again=False)


@router.get("/runs/{number}/cases/{at}/replay")
async def replay(
    number: RowNumber, at: RowNumber, request: Request, built: Built, person: Evaluator
) -> HTMLResponse:
    """The same, with the case asked again on the same version and configuration; nothing is kept of it."""
    return await _case(number, at, request, built, person, again=True)


async def _case(
    number: int, at: int, request: Request, built: Parts, person: Person, *, again: bool
) -> HTMLResponse:
    run = await built.runs.run(number)
    sheet = await sheet_of(built.runs, number)
    if not 0 <= at < len(sheet.trials):
        raise UnknownRun(f"run {number} has no case number {at}")
    shown, now = view(sheet, at), None
    if again:
        async with built.subject(run.varied, version=run.basis.index_version) as subject:
            now = await ask(shown.trial.case, subject.assistant)
    return console_page(
        request,
        person,
        "console/evaluation_case.html",
        run=run,
        case=shown,
        now=view(score_all([now]), 0) if now else None,
        same=now is not None and now.asked == shown.trial.asked,
        before=at - 1 if at else None,
        after=at + 1 if at + 1 < len(sheet.trials) else None,
    )


def _latest_pair(runs: Sequence[Run]) -> tuple[int, int] | None:
    """The newest run that has an earlier one of its suite, and that one: what one most likely compares."""
    newest: dict[str, int] = {}
    pairs: dict[str, tuple[int, int]] = {}
    for run in runs:
        if run.suite in newest:
            pairs.setdefault(run.suite, (run.id, newest[run.suite]))
        newest.setdefault(run.suite, run.id)
    return max(pairs.values(), key=lambda each: each[1], default=None)


def _latency(trials: Sequence[Trial]) -> dict[str, Figure]:
    return {name: each for name, each in score_all(trials, LATENCY).figures.items() if name != PASSED}


def _file(text: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=kind, headers=headers)
