"""/v1/evals/suites/{name}: an installation's own suites, for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from evals import counts
from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.evaluating import known_suite
from web.problems import Problem
from web.suite_import import Brought, delete_suite, import_suite

router = APIRouter(
    prefix="/v1/evals/suites",
    tags=["evaluation"],
    responses={401: {"model": Problem}, 403: {"model": Problem}, 422: {"model": Problem}},
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]


class SuiteText(BaseModel):
    """Cases in one of the shapes that are read."""

    model_config = ConfigDict(extra="forbid")

    shape: Literal["jsonl", "csv", "ragas", "promptfoo"] = "jsonl"
    text: str
    against_live: bool = True
    """Whether pages and facts must stand in the live version of the index."""


class LineProblem(BaseModel):
    """Something wrong at a line, which counts from 1."""

    line: int
    text: str


class ImportView(BaseModel):
    """What came of an import: with problems, nothing was written."""

    added: int
    known: int
    redacted: int
    problems: list[LineProblem]


class SuiteCounts(BaseModel):
    """What a suite is made of."""

    name: str
    cases: int
    counts: dict[str, dict[str, int]]


@router.get("/{name}", summary="What a suite is made of")
async def read_suite(name: str, built: Built, _: Evaluator) -> SuiteCounts:
    """Cases by language, expected ending and tag."""
    suite = known_suite(name, built)
    found = {tag: dict(values) for tag, values in counts(suite.cases).items()}
    return SuiteCounts(name=name, cases=len(suite.cases), counts=found)


@router.post("/{name}", summary="Import cases into a suite of this installation")
async def post_suite(
    name: str, given: SuiteText, response: Response, built: Built, person: Evaluator
) -> ImportView:
    """All of them or, if anything is wrong, none: then the status is 409 and each problem has its line."""
    brought = Brought(name, given.shape, given.text, given.against_live)
    done = await import_suite(brought, built, person)
    if done.problems:
        response.status_code = HTTPStatus.CONFLICT
    told = [LineProblem(line=each.line, text=each.text) for each in done.problems]
    return ImportView(added=done.added, known=done.known, redacted=done.redacted, problems=told)


@router.delete("/{name}", status_code=204, summary="Delete a suite of this installation")
async def remove_suite(name: str, built: Built, person: Evaluator) -> None:
    """Its runs stay."""
    await delete_suite(name, built, person)
