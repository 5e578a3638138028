"""A page that an editor or a CMS hands in whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingest import IngestError, Origin, Page
from ingest.sources.address import canonical
from web.editing.errors import NotAsGiven

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

LONGEST = 500_000
"""Characters of a page's text."""


class PageGiven(BaseModel):
    """A page as it is handed in: its text in Markdown, without its title."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2_000, examples=["https://www.govt.nz/browse/passports/renew/"])
    title: str = Field(min_length=1, max_length=300)
    text: str = Field(min_length=1, max_length=LONGEST)
    language: Literal["en", "mi"] = "en"
    agency: str | None = Field(default=None, max_length=200)
    topic: str | None = Field(default=None, max_length=100)
    last_updated: date | None = None
    reviewed: bool = True
    """False for text in te reo Māori that no fluent speaker has reviewed."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            return canonical(value)
        except IngestError as error:
            raise ValueError(str(error)) from error

    def page(self) -> Page:
        """As ingest takes it."""
        return Page(**self.model_dump(), origin=Origin.SOURCE)


def onto(page: Page, before: Page | None) -> Page:
    """A page that was handed in, with what the form does not ask of the page at its address.

    Facts stay where their text still stands; a figure that was edited is no longer one that was read.
    """
    if before is None:
        return page
    facts = tuple(fact for fact in before.facts if fact.text in page.text)
    return replace(
        page,
        slug=before.slug,
        audience=before.audience,
        translation_of=before.translation_of,
        facts=facts,
    )


def as_page(given: Mapping[str, Any]) -> Page:
    """The page of a job's arguments; raises `NotAsGiven` naming what is wrong."""
    try:
        return PageGiven.model_validate(given).page()
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        refusal = NotAsGiven(f"{where}: {_told(fault)}")
        refusal.field, refusal.told = where, _told(fault)
        raise refusal from error


def _told(fault: ErrorDetails) -> str:
    """What is wrong with a field, in plain words; not what was typed."""
    if fault["type"] in {"string_too_short", "missing", "string_type"}:
        return "this is missing"
    if fault["type"] == "string_too_long":
        return f"this is longer than {fault['ctx']['max_length']:,} characters"
    return fault["msg"].removeprefix("Value error, ")
