"""What was deleted is out of the database's file, or the caller is told that it may not be."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import event

from ingest import create_tables, open_engine
from ingest.storage import give_back

pytestmark = pytest.mark.anyio


async def test_a_reader_that_holds_the_file_back_is_told_of(tmp_path, monkeypatch):
    """Old text can still be in the file then; once the reader is gone it is not."""
    monkeypatch.setattr("ingest.storage.CHECKPOINTS", 2)
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


async def test_others_who_write_meanwhile_do_not_hold_the_file_back(tmp_path):
    """Another connection may be copying the log into the file at that very moment."""
    path = tmp_path / "x.db"
    engine = open_engine(f"sqlite:///{path}")
    await create_tables(engine)
    over = threading.Event()
    writers = [threading.Thread(target=write_until, args=(over, path)) for _ in range(2)]
    for each in writers:
        each.start()
    try:
        assert all([await give_back(engine, least=0.0) for _ in range(20)])
    finally:
        over.set()
        for each in writers:
            each.join()
        await engine.dispose()


def write_until(over, path):
    """Many small commits, each of which copies the log into the file."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA wal_autocheckpoint=1")
    connection.execute("CREATE TABLE IF NOT EXISTS small (x)")
    while not over.wait(0.002):
        connection.execute("INSERT INTO small VALUES (zeroblob(9000))")
    connection.close()
