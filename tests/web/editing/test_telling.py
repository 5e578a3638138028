"""What a run tells reaches the log of its job, line by line."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from web.editing.telling import telling

pytestmark = pytest.mark.anyio


class Slow:
    """A job whose log takes a moment a line, as a busy database does."""

    def __init__(self, failures: int = 0) -> None:
        self.lines: list[str] = []
        self.failures = failures
        """Lines that its database does not take before it takes the next."""

    def check(self) -> None:
        """Nobody stops it."""

    async def progress(self, *_: object, **__: object) -> None:
        """Nobody looks."""

    async def log(self, line: str) -> None:
        """Keep the line, after a moment."""
        await asyncio.sleep(0.005)
        if self.failures:
            self.failures -= 1
            raise OperationalError("INSERT", {}, Exception("the database is locked"))
        self.lines.append(line)


async def test_no_line_is_lost_where_the_run_ends_while_lines_are_written():
    """Each page has its line, in order, however slowly they are stored."""
    job = Slow()
    async with telling(job) as told:
        for at in range(8):
            told.page("added", f"/{at}")
        await asyncio.sleep(0.012)
    assert job.lines == [f"added: /{at}" for at in range(8)]


async def test_a_run_goes_on_where_its_news_cannot_be_stored(monkeypatch):
    """What a run has made is not lost for a line of its log, and the line comes later."""
    monkeypatch.setattr("web.editing.telling.EVERY", 0.001)
    job = Slow(failures=2)
    async with telling(job) as told:
        told.page("added", "/1")
        async with asyncio.timeout(30):
            while not job.lines:
                await asyncio.sleep(0)
        told.page("added", "/2")
    assert job.lines == ["added: /1", "added: /2"]
