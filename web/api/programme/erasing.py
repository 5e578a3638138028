"""POST /v1/programme/erasures: a person's data leaves the records and their history, for good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.problems import Problem
from web.programme.erasing import erase_person
from web.programme.people import actor_of

ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in (400, 401, 403, 404, 409)}
router = APIRouter(prefix="/v1/programme", tags=["work programme"], responses=ERRORS)


class Erasing(BaseModel):
    """Who is to be erased: by words that name them, by records of theirs, or both."""

    words: list[str] = Field(default=[], max_length=50, examples=[["Mere Tāne", "mere@agency.example"]])
    """Looked for in every record and its history, whatever their capitals and macrons."""
    records: list[str] = Field(default=[], max_length=50, examples=[["members/member-3"]])
    """Records of the person: what they keep private is erased everywhere, and they are removed."""
    dry_run: bool = True
    """Only count. What is erased cannot be brought back."""


class ErasedView(BaseModel):
    """How much was erased, or would be."""

    dry_run: bool
    records: int
    changes: int
    """Entries of the history that were overwritten."""
    removed: int


@router.post("/erasures", summary="Erase a person from the records and their history")
async def erase_a_person(
    body: Erasing,
    built: Annotated[Parts, Depends(parts)],
    person: Annotated[Person, Depends(allow(Role.ADMIN))],
) -> ErasedView:
    """For good. A dry run unless told otherwise; the audit trail keeps who erased how much, not what."""
    people = [kind_and_slug(each) for each in body.records]
    done = await erase_person(body.words, people, built, actor_of(person), dry=body.dry_run)
    return ErasedView(dry_run=body.dry_run, records=done.records, changes=done.changes, removed=done.removed)


def kind_and_slug(record: str) -> tuple[str, str]:
    """Kind and slug of a record named as `kind/slug`."""
    kind, _, slug = record.strip("/").partition("/")
    return kind, slug
