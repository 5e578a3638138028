"""Evaluations: two runs side by side, the gate's verdict, configurations."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from evals import (
    CaseView,
    ConfigurationError,
    Flip,
    Sheet,
    compare,
    gate,
    parse_configuration,
    sheet_of,
    tunable,
    view,
)
from web.access import Person, Role, allow
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.evaluating import KIND, accepted, latest

router = APIRouter(
    prefix="/console/evaluations", include_in_schema=False, default_response_class=HTMLResponse
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]


@router.get("/compare")
async def show_comparison(
    request: Request, built: Built, person: Evaluator, before: RowNumber, after: RowNumber
) -> HTMLResponse:
    """Paired differences, and every case that flipped, side by side."""
    runs = [await built.runs.run(number) for number in (before, after)]
    earlier, later = [await sheet_of(built.runs, number) for number in (before, after)]
    found = compare(earlier, later)
    return console_page(
        request,
        person,
        "console/evaluation_compare.html",
        before=runs[0],
        after=runs[1],
        found=found,
        broken=[_side_by_side(each, earlier, later) for each in found.broken],
        fixed=[_side_by_side(each, earlier, later) for each in found.fixed],
    )


@router.get("/gate")
async def show_verdict(request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """The policy applied to the latest run of each of its suites, against the accepted ones."""
    policy = await built.policies.policy()
    names = list(policy.suites)
    newest = await latest(built, names)
    sheets = {name: await sheet_of(built.runs, run.id) for name, run in newest.items()}
    return console_page(
        request,
        person,
        "console/evaluation_gate.html",
        verdict=gate(policy, sheets, await accepted(built, names)),
        newest=newest,
        places={name: _places(sheet) for name, sheet in sheets.items()},
        standards={name: await built.runs.accepted(name) for name in names},
    )


@router.post("/gate/run")
async def run_all_suites(built: Built, person: Evaluator) -> RedirectResponse:
    """Queue a run of each suite of the policy, as the assistant is served."""
    for name in (await built.policies.policy()).suites:
        await built.jobs.start(KIND, {"suite": name, "configuration": "served", "repeat": 1}, person.name)
    return RedirectResponse("/console/jobs", HTTPStatus.SEE_OTHER)


@router.get("/configurations")
async def show_configurations(
    request: Request, built: Built, person: Evaluator, name: str = "", error: str = ""
) -> HTMLResponse:
    """The saved ones, and a form for one of them or for a new one."""
    saved = await built.configurations.all()
    chosen = next((each for each in saved if each.name == name), None)
    return console_page(
        request,
        person,
        "console/evaluation_configurations.html",
        saved=saved,
        name=name,
        text=chosen.text if chosen else _starting_text(built),
        parts_now=tunable(built.assistant),
        error=error,
    )


@router.post("/configurations")
async def save_configuration(
    request: Request,
    built: Built,
    person: Evaluator,
    name: Annotated[str, Form()],
    text: Annotated[str, Form()],
) -> Response:
    """Keep it, where it fits the assistant; else show the form again with what is wrong."""
    text = text.replace("\r\n", "\n")
    before = next((each.text for each in await built.configurations.all() if each.name == name), None)
    try:
        async with built.subject(parse_configuration(name, text)):
            await built.configurations.save(name, text, person.name)
    except ConfigurationError as error:
        return console_page(
            request,
            person,
            "console/evaluation_configurations.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            saved=await built.configurations.all(),
            name=name,
            text=text,
            parts_now=tunable(built.assistant),
            error=f"{error}. {error.what_to_do}",
        )
    await built.access.audit.record(person.name, "configuration.saved", name, before, text)
    return RedirectResponse("/console/evaluations/configurations", HTTPStatus.SEE_OTHER)


def _starting_text(built: Parts) -> str:
    """What is served now, to be changed."""
    lines = ['note = ""']
    for section, values in tunable(built.assistant).items():
        lines += ["", f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _side_by_side(flip: Flip, earlier: Sheet, later: Sheet) -> tuple[Flip, CaseView, CaseView]:
    return flip, view(earlier, flip.before), view(later, flip.after)


def _places(sheet: Sheet) -> dict[str, int]:
    return {trial.case.id: at for at, trial in enumerate(sheet.trials)}
