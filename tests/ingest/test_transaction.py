"""What every question stores is stored whole or not at all, and what one way writes the other reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from ingest import reading, transact
from ingest.database import sources

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ingest import Index

pytestmark = pytest.mark.anyio

ROW = {"name": "sitemap:https://www.govt.nz/sitemap.xml", "read_at": datetime(2026, 11, 27, tzinfo=UTC)}


async def stored(index: Index) -> int:
    """How many rows there are, seen from an asynchronous connection."""
    async with reading(index.catalog.engine) as connection:
        return await connection.scalar(select(func.count()).select_from(sources)) or 0


async def test_a_transaction_that_breaks_leaves_nothing(index: Index):
    """The first of two statements is undone with the second."""

    def twice(connection: Connection) -> None:
        connection.execute(insert(sources), ROW)
        connection.execute(insert(sources), ROW)

    with pytest.raises(IntegrityError):
        await transact(index.catalog.engine, twice)
    assert await stored(index) == 0


async def test_many_at_once_are_all_stored(index: Index):
    """More at the same moment than there are threads for them."""

    async def write(number: int) -> None:
        row = {**ROW, "name": f"source {number}"}
        await transact(index.catalog.engine, lambda connection: connection.execute(insert(sources), row))

    async with anyio.create_task_group() as group:
        for number in range(60):
            group.start_soon(write, number)
    assert await stored(index) == 60


async def test_who_meets_a_locked_file_waits_without_holding_up_others(index: Index):
    """While another process writes, what a question stores waits its turn, and the loop goes on."""
    went_on = anyio.Event()
    row = {**ROW, "name": "later"}

    async def unlock() -> None:
        await anyio.sleep(0.05)
        went_on.set()
        await connection.rollback()

    async with index.catalog.engine.connect() as connection, anyio.create_task_group() as group:
        await connection.execute(insert(sources), ROW)
        group.start_soon(unlock)
        await transact(index.catalog.engine, lambda other: other.execute(insert(sources), row))
        assert went_on.is_set() or index.catalog.engine.dialect.name != "sqlite"
    assert await stored(index) == 1
