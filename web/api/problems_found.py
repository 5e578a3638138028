"""GET /v1/content-problems: pages that repeat or contradict one another, and pages that are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from ingest import Checked, Statement, StoredPage, VersionState, check
from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.editing.deciding import standing
from web.problems import Problem

if TYPE_CHECKING:
    from ingest import Snapshot

router = APIRouter(prefix="/v1", tags=["pages"], responses={401: {"model": Problem}, 403: {"model": Problem}})


class PageNamed(BaseModel):
    """A page by its names."""

    page_id: str
    title: str
    url: str


class StatementView(PageNamed):
    """What a page says, and the figures in it."""

    text: str
    figures: list[str]


class ContradictionView(BaseModel):
    """Two statements that say the same with other figures."""

    unit: str
    statements: list[StatementView]


class DuplicateView(BaseModel):
    """Two pages that say nearly the same."""

    pages: list[PageNamed]
    alike: float
    newer: str | None
    """Identifier of the newer one, where dates tell."""


class StoppedView(BaseModel):
    """A candidate that the gate keeps from answering, and why."""

    version: int
    note: str
    reasons: list[str]


class ProblemsView(BaseModel):
    """All that was found in the live version, and the candidates that the gate has stopped."""

    version: int
    contradictions: list[ContradictionView]
    duplicates: list[DuplicateView]
    stale: list[PageNamed]
    """They answer with a label."""
    withheld: list[PageNamed]
    """They are too old to answer."""
    stopped: list[StoppedView]


@router.get("/content-problems", summary="What an editor should look at")
async def list_problems(
    built: Annotated[Parts, Depends(parts)], _: Annotated[Person, Depends(allow(Role.EDITOR))]
) -> ProblemsView:
    """In the live version; raises a 503 problem where there is none."""
    found = await content_problems(built)
    return ProblemsView(
        version=found.version,
        contradictions=[
            ContradictionView(unit=each.unit, statements=[_statement(each.first), _statement(each.second)])
            for each in found.contradictions
        ],
        duplicates=[
            DuplicateView(pages=[_named(each.first), _named(each.second)], alike=each.alike, newer=each.newer)
            for each in found.duplicates
        ],
        stale=[_named(each) for each in found.stale],
        withheld=[_named(each) for each in found.withheld],
        stopped=await _stopped(built),
    )


async def content_problems(built: Parts) -> Checked:
    """What is found in the live version; raises `EmptyIndex`."""
    snapshot: Snapshot = await built.index.live()
    return await to_thread.run_sync(check, snapshot)


async def _stopped(built: Parts) -> list[StoppedView]:
    found = []
    live = await built.catalog.live()
    for version in await built.catalog.versions():
        report = await built.editing.reports.of(version.id)
        if version.state is VersionState.CANDIDATE and report and standing(report, live) == "failed":
            reasons = list(report.verdict.reasons)
            found.append(StoppedView(version=version.id, note=version.note, reasons=reasons))
    return found


def _named(stored: StoredPage) -> PageNamed:
    return PageNamed(page_id=stored.id, title=stored.page.title, url=stored.page.url)


def _statement(each: Statement) -> StatementView:
    named = _named(each.page).model_dump()
    return StatementView(**named, text=each.text, figures=list(each.figures))
