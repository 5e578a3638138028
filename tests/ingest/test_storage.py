"""What was deleted is out of the database's file, or the caller is told that it may not be."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event

from ingest import create_tables, open_engine
from ingest.storage import give_back

pytestmark = pytest.mark.anyio


async def test_a_reader_that_holds_the_file_back_is_told_of(tmp_path):
    """Old text can still be in the file then; once the reader is gone it is not."""
    path = tmp_path / "x.db"
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine.sync_engine, "connect", lambda each, _: each.execute("PRAGMA busy_timeout=50"))
    await create_tables(engine)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM index_versions").fetchone()
    assert await give_back(engine, least=0.0) is False
    reader.close()
    assert await give_back(engine, least=0.0) is True
    await engine.dispose()
