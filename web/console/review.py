"""Evaluations: people label answers, blind, and see how far they agree."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from evals import PREFERENCE, RunState, Trial, UnknownRun, agreement, rubric, swapped
from web.access import Person, Role, allow
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(
    prefix="/console/evaluations/review", include_in_schema=False, default_response_class=HTMLResponse
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]
MARKS = {str(mark): mark for mark in range(1, 6)}


@router.get("")
async def show_sets(request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """What has been labelled, how far raters agree, and forms to begin."""
    sets = [
        (before, after, agreement(await built.labels.of(before, after)))
        for before, after in await built.labels.sets()
    ]
    runs = [each for each in await built.runs.list(limit=50) if each.state is RunState.FINISHED]
    return console_page(request, person, "console/evaluation_review.html", sets=sets, runs=runs)


@router.get("/pair")
async def next_pair(
    request: Request, built: Built, person: Evaluator, before: RowNumber, after: RowNumber
) -> HTMLResponse:
    """The next case that this person has not labelled: two answers, in an order that tells nothing."""
    pairs = await _pairs(built, before, after)
    done = {each.case_id for each in await built.labels.of(before, after) if each.rater == person.name}
    left = [each for each in pairs if each not in done]
    shown = None
    if left:
        one, other = pairs[left[0]]
        shown = (other, one) if swapped(left[0], person.name) else (one, other)
    return console_page(
        request,
        person,
        "console/evaluation_pair.html",
        before=before,
        after=after,
        case_id=left[0] if left else "",
        shown=shown,
        done=len(done),
        total=len(pairs),
    )


@router.post("/pair")
async def label_pair(
    built: Built,
    person: Evaluator,
    before: Annotated[RowNumber, Form()],
    after: Annotated[RowNumber, Form()],
    case_id: Annotated[str, Form()],
    better: Annotated[str, Form(pattern="^(left|right|neither)$")],
) -> RedirectResponse:
    """Keep which side is better, as the run that stood there."""
    if case_id not in await _pairs(built, before, after):
        raise UnknownRun(f"runs {before} and {after} have no case {case_id!r} in common")
    sides = (after, before) if swapped(case_id, person.name) else (before, after)
    value = {"left": sides[0], "right": sides[1], "neither": 0}[better]
    await built.labels.give(before, after, case_id, PREFERENCE, person.name, value)
    return RedirectResponse(
        f"/console/evaluations/review/pair?before={before}&after={after}", HTTPStatus.SEE_OTHER
    )


@router.get("/rubric")
async def next_answer(request: Request, built: Built, person: Evaluator, run: RowNumber) -> HTMLResponse:
    """The next answer of a run that this person has not marked."""
    trials = {each.case.id: each for each in await built.runs.trials(run) if not each.repeat}
    done = {each.case_id for each in await built.labels.of(run, run) if each.rater == person.name}
    left = [each for each in trials if each not in done]
    return console_page(
        request,
        person,
        "console/evaluation_rubric.html",
        run=run,
        trial=trials[left[0]] if left else None,
        criteria=rubric(),
        done=len(done),
        total=len(trials),
    )


@router.post("/rubric")
async def mark_answer(
    request: Request,
    built: Built,
    person: Evaluator,
    run: Annotated[RowNumber, Form()],
    case_id: Annotated[str, Form()],
) -> RedirectResponse:
    """Keep a mark for each criterion; the form has a field of the name of each."""
    form = await request.form()
    if case_id not in {each.case.id for each in await built.runs.trials(run)}:
        raise UnknownRun(f"run {run} has no case {case_id!r}")
    for each in rubric():
        value = MARKS.get(str(form.get(each.name)), 0)
        await built.labels.give(run, run, case_id, each.name, person.name, value)
    return RedirectResponse(f"/console/evaluations/review/rubric?run={run}", HTTPStatus.SEE_OTHER)


async def _pairs(built: Parts, before: int, after: int) -> dict[str, tuple[Trial, Trial]]:
    """Cases that both runs asked and answered differently: where they do not differ nothing can be better."""
    earlier = {each.case.id: each for each in await built.runs.trials(before) if not each.repeat}
    later = {each.case.id: each for each in await built.runs.trials(after) if not each.repeat}
    return {
        case: (one, later[case])
        for case, one in earlier.items()
        if case in later and one.answer.sentences != later[case].answer.sentences
    }
