"""What a run tells reaches the log of its job, line by line."""

from __future__ import annotations

import asyncio

import pytest

from web.editing.telling import telling

pytestmark = pytest.mark.anyio


class Slow:
    """A job whose log takes a moment a line, as a busy database does."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def check(self) -> None:
        """Nobody stops it."""

    async def progress(self, *_: object, **__: object) -> None:
        """Nobody looks."""

    async def log(self, line: str) -> None:
        """Keep the line, after a moment."""
        await asyncio.sleep(0.005)
        self.lines.append(line)


async def test_no_line_is_lost_where_the_run_ends_while_lines_are_written():
    """Each page has its line, in order, however slowly they are stored."""
    job = Slow()
    async with telling(job) as told:
        for at in range(8):
            told.page("added", f"/{at}")
        await asyncio.sleep(0.012)
    assert job.lines == [f"added: /{at}" for at in range(8)]
