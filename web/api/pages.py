"""/v1/pages: the pages that answer, and changes to them, each of which becomes a candidate version."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from ingest import PageFilter, PageList, PageVersion, Passage, Removal, UnknownPage
from web.access import Person, Role, allow
from web.api.jobs import JobView, view
from web.dependencies import Parts, parts
from web.editing.editing import HAND_IN, READ, REMOVE, RESTORE
from web.editing.errors import NotAsGiven, NothingToRead
from web.editing.handing_in import PageGiven
from web.editing.reading import SITE
from web.problems import Problem

router = APIRouter(
    prefix="/v1/pages",
    tags=["pages"],
    responses={status: {"model": Problem} for status in (401, 403)},
)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]


class PassageView(BaseModel):
    """A passage exactly as answers see it: `text == page.text[start:end]`, in code points."""

    id: str
    heading_path: list[str]
    start: int
    end: int
    text: str


class PageVersionView(BaseModel):
    """One text that a page has had; `held_by` numbers the index versions that hold it."""

    version: str
    title: str
    url: str
    language: str
    agency: str | None
    topic: str | None
    last_updated: date | None
    fetched_at: datetime
    held_by: list[int]
    live: bool
    text: str
    passages: list[PassageView]


class PageDetail(BaseModel):
    """A page with all its stored texts, the live one first."""

    id: str
    versions: list[PageVersionView]


class Reading(BaseModel):
    """What is to be read again: pages by id, web addresses, a source as a whole, or the whole site."""

    pages: list[str] = Field(default=[], max_length=5_000)
    urls: list[str] = Field(default=[], max_length=5_000)
    source: str = Field(default="", max_length=2_000)
    site: bool = False
    """All sources that the pages came from, in one job."""
    publish: bool = False
    """Publish by itself where the check passes."""


class Restoring(BaseModel):
    """Pages that were taken out and come back, by identifier."""

    pages: list[str] = Field(min_length=1, max_length=500)
    publish: bool = False
    """Publish by itself where the check passes."""


class Wanted(BaseModel):
    """Filters of the list of pages."""

    text: str = Field(default="", max_length=200)
    agency: str = ""
    topic: str = ""
    language: str = ""
    source: str = ""
    older_than_days: int | None = Field(default=None, ge=0, le=36_500)
    """Whose source has not vouched for them for so many days."""
    problem: bool | None = None
    """Whose last check failed."""

    def filter(self, now: datetime) -> PageFilter:
        """As the catalogue takes them."""
        days = self.older_than_days
        return PageFilter(
            text=self.text,
            agency=self.agency or None,
            topic=self.topic or None,
            language=self.language or None,
            source=self.source or None,
            unconfirmed_since=None if days is None else now - timedelta(days=days),
            problem=self.problem,
        )


@router.get("", summary="The pages that answer")
async def list_pages(
    built: Built,
    _: Editor,
    wanted: Annotated[Wanted, Depends()],
    version: int | None = None,
    offset: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
) -> PageList:
    """By title; of the live version, or of `version`; with what the filters could be set to."""
    chosen = wanted.filter(built.jobs.now())
    return await built.catalog.list_pages(chosen, version=version, offset=offset, limit=limit)


@router.post("/read-again", status_code=202, summary="Read pages again, as a job")
async def read_again(body: Reading, built: Built, person: Editor, response: Response) -> JobView:
    """Pages, a source, or the whole site. What changes becomes a candidate; its answers are checked."""
    if not (body.pages or body.urls or body.source or body.site):
        raise NothingToRead("name pages, urls or a source, or say site")
    subject = SITE if body.site else body.source or "pages"
    return await begin(READ, body.model_dump(), subject, built, person, response)


@router.get("/removed", summary="Pages that were taken out")
async def list_removed(built: Built, _: Editor) -> list[Removal]:
    """By title: they stay out, whatever gives them again, until somebody lets them in."""
    return list((await built.catalog.removals.standing()).values())


@router.post(
    "/restore",
    status_code=202,
    summary="Let pages in again that were taken out, as one job",
    responses={404: {"model": Problem}},
)
async def restore_pages(body: Restoring, built: Built, person: Editor, response: Response) -> JobView:
    """Read from their sources, else as they were stored last, they become one candidate version."""
    standing = await built.catalog.removals.standing()
    if unknown := [each for each in body.pages if each not in standing]:
        raise UnknownPage(f"nobody has taken out {', '.join(unknown)}")
    first, *others = [standing[each].url for each in body.pages]
    subject = f"{first} and {len(others)} more" if others else first
    return await begin(RESTORE, body.model_dump(), subject, built, person, response)


@router.post(
    "/{identifier}/restore",
    status_code=202,
    summary="Let a page in again that was taken out, as a job",
    responses={404: {"model": Problem}},
)
async def restore_page(
    identifier: str, built: Built, person: Editor, response: Response, publish: bool = False
) -> JobView:
    """Read from its source, else as it was stored last, it becomes a candidate version."""
    return await restore_pages(Restoring(pages=[identifier], publish=publish), built, person, response)


@router.get("/{identifier}", summary="A page and its history", responses={404: {"model": Problem}})
async def read_page(identifier: str, built: Built, _: Editor) -> PageDetail:
    """With its passages exactly as answers see them; raises a 404 problem for a page never held."""
    history = await built.catalog.history(identifier)
    return PageDetail(id=identifier, versions=[version_view(each) for each in history])


@router.put("/{identifier}", status_code=202, summary="Hand in a page, as a job")
async def put_page(
    identifier: str, body: PageGiven, built: Built, person: Editor, response: Response, publish: bool = False
) -> JobView:
    """Its text becomes a candidate version. `identifier` is that of the address and language of the page.

    A page that was taken out is let in again by this.
    """
    page = body.page()
    if page.id != identifier:
        raise NotAsGiven(
            f"the page at that address in that language has the identifier {page.id}",
            what_to_do=f"PUT it to /v1/pages/{page.id}.",
        )
    arguments = {"pages": [body.model_dump(mode="json")], "let_in": [identifier], "publish": publish}
    return await begin(HAND_IN, arguments, page.url, built, person, response)


@router.delete("/{identifier}", status_code=202, summary="Take a page out, as a job")
async def delete_page(
    identifier: str, built: Built, person: Editor, response: Response, publish: bool = False
) -> JobView:
    """A candidate version without it; with `publish` it is published by itself where the check passes.

    Once that is published the page stays out, whatever gives it again, until it is let in.
    """
    live = await built.catalog.live()
    held = await built.catalog.manifest(live) if live is not None else {}
    if identifier not in held:
        raise UnknownPage("the live version holds no page of that identifier")
    (stored,) = await built.catalog.pages([held[identifier]])
    page = stored.page
    arguments = {"urls": [page.url], "languages": [page.language], "publish": publish}
    return await begin(REMOVE, arguments, page.url, built, person, response)


async def begin(
    kind: str, arguments: dict[str, Any], subject: str, built: Parts, person: Person, response: Response
) -> JobView:
    """Start a job, note it in the trail, and say where it can be watched."""
    identifier = await built.jobs.start(kind, arguments, person.name)
    await built.access.audit.record(person.name, f"job.{kind}", subject, None, {"job": identifier})
    response.headers["Location"] = f"/v1/jobs/{identifier}"
    return view(await built.jobs.job(identifier), built.jobs)


def passage_view(passage: Passage) -> PassageView:
    """A passage."""
    return PassageView(
        id=passage.id,
        heading_path=list(passage.heading_path),
        start=passage.start,
        end=passage.end,
        text=passage.text,
    )


def version_view(found: PageVersion) -> PageVersionView:
    """One text of a page."""
    page = found.stored.page
    return PageVersionView(
        version=found.stored.version,
        title=page.title,
        url=page.url,
        language=page.language,
        agency=page.agency,
        topic=page.topic,
        last_updated=page.last_updated,
        fetched_at=found.fetched_at,
        held_by=list(found.held_by),
        live=found.live,
        text=page.text,
        passages=[passage_view(each) for each in found.stored.passages],
    )
