"""The programme's parts, built once at the composition root."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from assistant.programme import (
    CHECKS,
    OFFICE,
    REACTIONS,
    Desk,
    Meaning,
    RecordedGates,
    Register,
    Signer,
    Usage,
    lapse_failed,
    load_catalogue,
    settle_all,
)
from ingest import IngestError
from web.programme.evaluated import NewestOf
from web.programme.publishing import Publisher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant.programme import Change, Gates, Record
    from guardrails import Redactor
    from ingest import Index
    from web.jobs import Jobs
    from web.settings import Settings

VERSION = "0.1.0"
CALENDAR_EVERY = 60.0
"""Seconds between two looks at what has expired; readers never see it late, since reading looks too."""
NAMES = frozenset({"PERSON", "ADDRESS"})
"""Kinds of findings that public records may hold: names of offices and places are no contact details."""
SIGNING_KEY = "certificate_key.pem"
_log = structlog.get_logger("programme")


@dataclass(frozen=True)
class Programme:
    """Records, what behaviours work with, and the way into the index."""

    register: Register
    desk: Desk
    publisher: Publisher

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is open, the calendar moves records; what changed before is published at the start."""
        if await self.register.any_public():
            await self.publisher.everything(OFFICE.name)
        closing = asyncio.Event()
        task = asyncio.create_task(self._calendar(closing), name="programme-calendar")
        try:
            yield
        finally:
            closing.set()  # not cancelled: a connection that is cancelled at work may never close
            await task

    async def _calendar(self, closing: asyncio.Event) -> None:
        while not closing.is_set():
            try:
                await settle_all(self.register)
                await lapse_failed(self.desk)
            except Exception as error:  # noqa: BLE001 a failing database must not end the calendar for good
                _log.error("the calendar could not be kept", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), CALENDAR_EVERY)


def build_programme(
    settings: Settings,
    engine: AsyncEngine,
    index: Index,
    jobs: Jobs,
    redactor: Redactor,
    now: Callable[[], datetime],
    *,
    gates: Sequence[Gates] = (),
) -> Programme:
    """The programme over the database of `engine`; `gates` are looked at beside the recorded results."""

    def personal(text: str) -> Iterable[str]:
        return {found.type for found in redactor.redact(text).findings} - NAMES

    async def about_service() -> dict[str, Any]:
        try:
            snapshot = await index.live()
        except IngestError as error:
            state: dict[str, Any] = {"status": "cannot answer", "reason": str(error)}
        else:
            state = {"status": "answers", "index_version": snapshot.version, "pages": len(snapshot.pages)}
        price = settings.price_per_1000_tokens
        return state | {"version": VERSION, "model": settings.model, "price_per_1000_tokens": price}

    register = Register(engine, load_catalogue(), now=now, personal=personal, checks=CHECKS)
    signer = (
        Signer.from_pem(settings.certificate_key.get_secret_value().replace("\\n", "\n"))
        if settings.certificate_key
        else Signer.from_file(settings.data_dir / SIGNING_KEY)
    )
    desk = Desk(
        register=register,
        meaning=Meaning(lambda texts: index.embedder.embed(list(texts))),
        gates=NewestOf(RecordedGates(register), *gates),
        signer=signer,
        usage=Usage(engine, now),
        site=settings.site,
        about_service=about_service,
    )

    async def react(change: Change, record: Record) -> None:
        for name in register.catalogue.kind(record.kind).reactions:
            await REACTIONS[name](desk, change, record)

    publisher = Publisher(
        register,
        index,
        jobs,
        site=settings.site,
        data_dir=settings.data_dir,
        database_url=settings.database_url,
        now=now,
    )
    register.listeners += [react, publisher.changed]
    return Programme(register, desk, publisher)
