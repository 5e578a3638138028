"""A service that is stopped in the middle of work ends."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

from web import main
from web.main import CLOSING, database

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1500000) SELECT count(*) FROM n"


async def work_that_is_cancelled(settings):
    """Ends while SQLite is at a statement that takes a while."""

    async def work(engine):
        async with engine.connect() as connection:
            await connection.execute(text(SLOW))

    async with database(settings) as engine:
        task = asyncio.create_task(work(engine))
        for _ in range(2):  # at the statement, and while its connection closes, as who stops a service does
            await asyncio.sleep(0.05)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ends(settings, seconds):
    """Whether the loop of such a service ends within that time."""
    before = set(threading.enumerate())
    loop = threading.Thread(target=asyncio.run, args=[work_that_is_cancelled(settings)], daemon=True)
    loop.start()
    loop.join(seconds)
    for each in set(threading.enumerate()) - before:  # the statement itself ends when it has counted
        if each.name.endswith("(_connection_worker_thread)"):
            each.join(seconds)
    return not loop.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # nobody is left to tell
@pytest.mark.parametrize("patience", [0.01, 1.0])
def test_work_that_is_cancelled_at_a_statement_does_not_keep_the_process(settings, monkeypatch, patience):
    """The loop ends, whether the statement has ended in the time that is given to it or not."""
    monkeypatch.setattr(main, "CLOSED_WITHIN", patience)
    assert ends(settings, 120)


def test_the_librarys_private_name_is_still_its_name():
    """SQLAlchemy offers nothing public to wait for: an upgrade that renames it must be noticed."""
    assert hasattr(AsyncAdapt_aiosqlite_connection, CLOSING.lstrip("."))
