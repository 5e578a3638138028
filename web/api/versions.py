"""/v1/versions: candidates and published versions: what each changes, publish, roll back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from assistant import Answer, Question, answer
from ingest import PageChange, Version, writing
from web.access import Person, Role, allow
from web.api.answers import final
from web.api.jobs import JobView
from web.api.pages import PassageView, begin, passage_view
from web.asking import check_question
from web.columns import RowNumber
from web.dependencies import Parts, parts
from web.editing import VersionReport
from web.editing.comparing import on_version
from web.editing.deciding import decide, standing
from web.editing.editing import CHECK
from web.problems import Problem

router = APIRouter(
    prefix="/v1/versions",
    tags=["versions"],
    responses={status: {"model": Problem} for status in (401, 403, 404)},
)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]
Reader = Annotated[Person, Depends(allow(Role.EDITOR, Role.EVALUATOR))]


class VersionView(BaseModel):
    """A version of the index."""

    id: int
    parent: int | None
    state: str
    note: str
    counts: Mapping[str, int]
    created_at: datetime
    published_at: datetime | None
    live: bool
    calibration: Mapping[str, Any] | None = None
    """When it declines, where that was fitted on it: `govt-assistant eval calibrate --keep`."""
    check: str = "missing"
    """Of a candidate: passed, failed, outdated or missing."""


class PassageChangeView(BaseModel):
    """A passage before and after."""

    change: str
    before: PassageView | None
    after: PassageView | None


class PageChangeView(BaseModel):
    """A page that differs, with the passages and other values that do."""

    change: str
    page_id: str
    url: str
    title: str
    language: str
    metadata: Mapping[str, tuple[str, str]]
    """Values before and after, by field."""
    passages: list[PassageChangeView]


class DifferenceView(BaseModel):
    """What one version changes against another."""

    before: int | None
    after: int
    pages: Mapping[str, int]
    passages: Mapping[str, int]
    changes: list[PageChangeView]


class Reasoned(BaseModel):
    """A decision and why it was taken."""

    reason: str = Field(default="", max_length=500)


class Trying(BaseModel):
    """A question for a version that is not live."""

    question: str


@router.get("", summary="The versions of the index")
async def list_versions(built: Built, _: Reader) -> list[VersionView]:
    """Newest first."""
    live = await built.catalog.live()
    return [await version_view(each, live, built) for each in await built.catalog.versions()]


@router.get("/{number}", summary="One version")
async def read_version(number: RowNumber, built: Built, _: Reader) -> VersionView:
    """Raises a 404 problem for a number that no version has."""
    return await version_view(await built.catalog.version(number), await built.catalog.live(), built)


@router.get("/{number}/diff", summary="What a version changes")
async def read_difference(
    number: RowNumber, built: Built, _: Reader, against: RowNumber | None = None
) -> DifferenceView:
    """Against the live version, or against another."""
    before = against if against is not None else await built.catalog.live()
    found = await built.catalog.diff(before, number)
    return DifferenceView(
        before=found.before,
        after=found.after,
        pages=found.page_counts,
        passages=found.passage_counts,
        changes=[_change(each) for each in found.pages],
    )


@router.post("/{number}/check", status_code=202, summary="Check which answers a version changes, as a job")
async def check_version(number: RowNumber, built: Built, person: Editor, response: Response) -> JobView:
    """Every question that its pages could affect is answered under it and under the live version."""
    await built.catalog.version(number)
    return await begin(CHECK, {"version": number}, str(number), built, person, response)


@router.get("/{number}/report", summary="Which answers a version changes")
async def read_report(number: RowNumber, built: Built, _: Reader) -> VersionReport | None:
    """The last check's report; null where there was none."""
    await built.catalog.version(number)
    return await built.editing.reports.of(number)


@router.post("/{number}/answers", summary="Try a question against a version")
async def try_question(number: RowNumber, body: Trying, built: Built, _: Reader) -> Answer:
    """Nothing of it is kept or counted."""
    return await tried(number, body.question, built)


@router.post("/{number}/publish", summary="Let a candidate answer", responses={409: {"model": Problem}})
async def publish_version(number: RowNumber, body: Reasoned, built: Built, person: Editor) -> VersionView:
    """One whose check passed; any other needs the admin role and a reason, which is in the audit trail."""
    await built.catalog.version(number)
    await decide(number, person, body.reason, built.editing)
    return await read_version(number, built, person)


@router.post("/{number}/rollback", summary="Let an earlier version answer again")
async def roll_back(number: RowNumber, body: Reasoned, built: Built, person: Editor) -> VersionView:
    """Of one that was published before; the reason is in the audit trail."""
    await built.editing.rollback(number, person.name, body.reason)
    return await read_version(number, built, person)


@router.post("/{number}/rebase", summary="Put a candidate's changes onto the live version")
async def rebase_version(number: RowNumber, built: Built, person: Editor) -> VersionView:
    """Needed where another version was published since it was built; its check is then outdated."""
    live = await built.catalog.live()
    async with writing(built.settings.data_dir, f"rebase version {number}", built.settings.database_url):
        await built.catalog.rebase(number)
    await built.editing.forget(number)
    await built.access.audit.record(person.name, "version.rebased", str(number), None, {"onto": live})
    return await read_version(number, built, person)


@router.delete("/{number}", summary="Give a candidate up")
async def discard_version(number: RowNumber, built: Built, person: Editor) -> VersionView:
    """A published version stays; roll back instead."""
    async with writing(built.settings.data_dir, f"discard version {number}", built.settings.database_url):
        await built.catalog.discard(number)
    await built.editing.forget(number)
    await built.access.audit.record(person.name, "version.discarded", str(number), "candidate", "discarded")
    return await read_version(number, built, person)


async def tried(number: int, text: str, built: Parts) -> Answer:
    """The answer of a version; raises `QuestionError`, `UnknownVersion`."""
    snapshot = await built.editing.candidate(number)
    return await final(answer(Question(check_question(text)), on_version(built.assistant, snapshot)))


async def version_view(version: Version, live: int | None, built: Parts) -> VersionView:
    """A version with how its check stands."""
    values = {name: getattr(version, name) for name in VersionView.model_fields if name != "check"}
    check = standing(await built.editing.reports.of(version.id), live) if _is_candidate(version) else ""
    return VersionView(**values, check=check)


def _is_candidate(version: Version) -> bool:
    return version.state == "candidate"


def _change(change: PageChange) -> PageChangeView:
    page = change.page
    return PageChangeView(
        change=change.change,
        page_id=page.id,
        url=page.page.url,
        title=page.page.title,
        language=page.page.language,
        metadata=change.metadata,
        passages=[
            PassageChangeView(
                change=each.change,
                before=passage_view(each.before) if each.before else None,
                after=passage_view(each.after) if each.after else None,
            )
            for each in change.passages
        ],
    )
