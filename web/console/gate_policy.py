"""Evaluations: what the gate demands, changed by evaluators, with every revision kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from evals import MEASURED, Limit, PolicyError, sheet_of
from web.access import Person, Role, allow
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.evaluating import known_suite, latest, suite_names
from web.policy_changes import Demands, change_suite, drop_suite, use_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from evals import Figure

router = APIRouter(
    prefix="/console/evaluations/gate/policy", include_in_schema=False, default_response_class=HTMLResponse
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]
Reason = Annotated[str, Form(max_length=500)]
BasedOn = Annotated[int, Form(ge=0, le=2**31 - 1)]

KINDS = ("floor", "ceiling", "fall")
OVERVIEW = "/console/evaluations/gate/policy"


@router.get("")
async def show_policy(request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """What is demanded of each suite, and who changed it when and why."""
    current = await built.policies.current()
    others = [name for name in suite_names(built) if name not in current.policy.suites]
    return console_page(
        request,
        person,
        "console/evaluation_policy.html",
        current=current,
        history=await built.policies.history(),
        others=[(name, name) for name in others],
    )


@router.get("/file")
async def download_policy(built: Built, _: Evaluator) -> PlainTextResponse:
    """The policy as TOML, for a repository."""
    headers = {"Content-Disposition": 'attachment; filename="gates.toml"'}
    return PlainTextResponse((await built.policies.current()).text, headers=headers)


@router.get("/suite")
async def show_suite(request: Request, built: Built, person: Evaluator, suite: str) -> HTMLResponse:
    """The form for one suite: each metric with what the latest run measured. Raises `SuiteError`."""
    known_suite(suite, built)
    current = await built.policies.current()
    own = current.policy.suites.get(suite)
    limits = {limit.metric: _texts(limit) for limit in own.limits} if own else {}
    values = {
        "limits": limits,
        "must_pass": "\n".join(own.must_pass) if own else "",
        "publish": bool(own and own.publish),
        "reason": "",
        "based_on": current.number,
    }
    return await _form(request, built, person, suite, values)


@router.post("/suite")
async def change(request: Request, built: Built, person: Evaluator) -> Response:
    """Keep the demands, or show the form again with what is wrong; nothing that was typed is lost."""
    form = await request.form()
    asked = _demands(form)
    try:
        await change_suite(asked, built, person)
    except PolicyError as error:
        values = {
            "limits": {metric: _typed(form, metric) for metric in MEASURED},
            "must_pass": str(form.get("must_pass", "")),
            "publish": asked.publish,
            "reason": asked.reason,
            "based_on": asked.based_on,
        }
        known_suite(asked.suite, built)
        told = f"{error}. {error.what_to_do}"
        return await _form(request, built, person, asked.suite, values, told)
    return RedirectResponse("/console/evaluations/gate", HTTPStatus.SEE_OTHER)


@router.post("/suite/drop")
async def drop(
    built: Built, person: Evaluator, suite: Annotated[str, Form()], reason: Reason, based_on: BasedOn
) -> RedirectResponse:
    """Demand nothing of the suite any more."""
    await drop_suite(suite, based_on, reason, built, person)
    return RedirectResponse(OVERVIEW, HTTPStatus.SEE_OTHER)


@router.get("/revisions/{number}")
async def show_revision(number: RowNumber, request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """A revision as TOML, and a form to use it again."""
    return console_page(
        request,
        person,
        "console/evaluation_policy_revision.html",
        revision=await built.policies.revision(number),
        current=await built.policies.current(),
    )


@router.post("/revisions/{number}")
async def restore(
    number: RowNumber, built: Built, person: Evaluator, reason: Reason, based_on: BasedOn
) -> RedirectResponse:
    """Make it the policy again, as a revision of its own."""
    await use_again(number, based_on, reason, built, person)
    return RedirectResponse(OVERVIEW, HTTPStatus.SEE_OTHER)


async def _form(
    request: Request, built: Parts, person: Person, suite: str, values: Mapping[str, Any], error: str = ""
) -> HTMLResponse:
    return console_page(
        request,
        person,
        "console/evaluation_policy_suite.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        suite=suite,
        metrics=MEASURED,
        measured=await _measured(built, suite),
        in_policy=suite in (await built.policies.policy()).suites,
        error=error,
        **values,
    )


async def _measured(built: Parts, suite: str) -> dict[str, Figure]:
    newest = (await latest(built, [suite])).get(suite)
    return dict((await sheet_of(built.runs, newest.id)).figures) if newest else {}


def _texts(limit: Limit) -> dict[str, str]:
    values = {kind: getattr(limit, kind) for kind in KINDS}
    return {kind: "" if value is None else f"{value:g}" for kind, value in values.items()}


def _typed(form: FormData, metric: str) -> dict[str, str]:
    return {kind: str(form.get(f"{kind}:{metric}", "")).strip() for kind in KINDS}


def _demands(form: FormData) -> Demands:
    problems: list[str] = []
    limits: dict[str, dict[str, float]] = {}
    for metric in MEASURED:
        for kind, text in _typed(form, metric).items():
            if not text:
                continue
            try:
                limits.setdefault(metric, {})[kind] = float(text.replace(",", "."))
            except ValueError:
                problems.append(f"the {kind} of {metric} is {text!r}, which is no number")
    number = str(form.get("based_on", ""))
    return Demands(
        suite=str(form.get("suite", "")),
        limits=limits,
        must_pass=[line.strip() for line in str(form.get("must_pass", "")).splitlines() if line.strip()],
        publish=form.get("publish") == "yes",
        reason=str(form.get("reason", "")),
        based_on=int(number) if number.isdecimal() and len(number) < 10 else -1,
        problems=problems,
    )
