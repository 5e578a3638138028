"""What fluent speakers say in the console of the service's words: approved as they stand, or better words.

Nothing here changes what the service says. A maintainer takes the export, merges it into the files, and the
change goes the way of every other change. Rows are only ever added: the latest word on a string counts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, Integer, String, Table, Text, insert, select

from assistant.errors import AssistantError
from assistant.te_reo_strings import Review, as_toml
from ingest import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant.te_reo_strings import TeReoString

LONGEST = 2_000
"""Characters of a suggestion."""

string_reviews = Table(
    "string_reviews",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("string", String(100), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("suggestion", Text, nullable=False),
    Column("reviewer", String(100), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


class ReviewError(AssistantError):
    """A review that cannot be taken."""

    what_to_do = "Name the reviewer, and open the list again: the words may have changed meanwhile."


@dataclass(frozen=True, slots=True)
class StringReview:
    """One word on one text: an approval, or `suggestion` where there is one."""

    string: str
    text: str
    suggestion: str
    reviewer: str
    """Who read it, as they want to be named."""
    by: str
    """Who entered it."""
    at: datetime

    @property
    def approves(self) -> bool:
        """Whether the text is right as it stands."""
        return not self.suggestion


class StringReviews:
    """The reviews, in the database that all workers share."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    async def add(self, string: TeReoString, text: str, *, suggestion: str, reviewer: str, by: str) -> None:
        """Keep a review of `string`; raises `ReviewError` where other words than these were read."""
        suggestion, reviewer = (unicodedata.normalize("NFC", each).strip() for each in (suggestion, reviewer))
        if text != string.text:
            raise ReviewError(f"{string.id} has changed since it was read")
        if not reviewer or len(reviewer) > 100:
            raise ReviewError("a review names its reviewer in at most 100 characters")
        if len(suggestion) > LONGEST:
            raise ReviewError(f"a suggestion has at most {LONGEST} characters")
        row = {"string": string.id, "text": text, "suggestion": suggestion, "reviewer": reviewer, "by": by}
        async with self._engine.begin() as connection:
            await connection.execute(insert(string_reviews).values(**row, at=self._now()))

    async def latest(self) -> dict[str, StringReview]:
        """By string, the last word on it."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(string_reviews).order_by(string_reviews.c.id))
            return {row["string"]: _review(row) for row in rows.mappings()}


def _review(row: RowMapping) -> StringReview:
    return StringReview(**{name: value for name, value in row.items() if name != "id"})


def export(reviews: Iterable[StringReview]) -> str:
    """A file for a maintainer: approvals as entries of `reviews.toml`, suggestions as comments above them."""
    parts = ["# Reviews of words in te reo Māori. Paste the entries into assistant/words/reviews.toml.\n"]
    for each in reviews:
        if each.approves:
            parts.append(as_toml(each.string, Review(each.text, each.reviewer, each.at.date())))
            continue
        heading = f"Suggested by {each.reviewer} on {each.at.date()} for {each.string}:"
        lines = [heading, *each.suggestion.splitlines()]
        parts.append("".join(f"# {line}\n" for line in lines))
    return "\n".join(parts)
