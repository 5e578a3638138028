"""An installation as one file, and back: every table as lines of JSON, and the vectors.

The file fits any engine: what was kept on SQLite and Chroma on disk can be restored on PostgreSQL and a
Chroma server. Sign-ins and the caches are left out. It holds what the database holds: keep it as safe.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import TypeDecorator, func, insert, select, text

from ingest import metadata
from web.errors import WebError
from web.migrations.migrate import head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
    from sqlalchemy.types import TypeEngine

    from ingest import VectorStore

FORMAT = 1
LEFT_OUT = frozenset({"access_sessions", "access_handshakes", "hook_deliveries"})
ROWS = 1_000
VECTORS = 5_000
MANIFEST = "manifest.json"

ONE_READ = {"postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "sqlite": "BEGIN"}
"""What makes all that follows see one state: SQLite's driver begins nothing by itself before a change."""


class BackupError(WebError):
    """A backup that cannot be made or restored."""

    what_to_do = "Restore into an empty installation, with the release that made the backup or a newer one."


async def back_up(engine: AsyncEngine, vectors: VectorStore, path: Path) -> dict[str, int]:
    """Write the backup in one consistent read; how many rows each table has. Raises `VectorsUnavailable`."""
    building = path.with_name(f"{path.name}.building")
    try:
        counts = await _write(engine, vectors, building)
        building.rename(path)
    finally:
        building.unlink(missing_ok=True)
    return counts


async def _write(engine: AsyncEngine, vectors: VectorStore, path: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        async with engine.connect() as connection:
            await connection.execute(text(ONE_READ[engine.dialect.name]))
            for table in _tables():
                counts[table.name] = await _write_table(table, connection, archive)
        counts["vectors"] = await _write_vectors(vectors, archive)
        told = {"format": FORMAT, "migration": head(), "counts": counts}
        archive.writestr(MANIFEST, json.dumps(told))
    return counts


async def restore(engine: AsyncEngine, vectors: VectorStore, path: Path) -> dict[str, int]:
    """Fill an empty installation, all or nothing; raises `BackupError`, `VectorsUnavailable`."""
    with _opened(path) as archive:
        told = json.loads(archive.read(MANIFEST))
        if told["format"] > FORMAT or told["migration"] > head():
            raise BackupError(f"{path.name} was made by a newer release")
        await _read_vectors(vectors, archive)  # first: vectors that no version names do no harm
        async with engine.begin() as connection:
            for table in _tables():
                await _fill(table, connection, archive)
        counts: dict[str, int] = told["counts"]
    return counts


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
        archive.getinfo(MANIFEST)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise BackupError(
            f"{path} is not a whole backup", what_to_do="Take another one; this file is damaged or cut short."
        ) from error
    return archive


async def _write_table(table: Table, connection: AsyncConnection, archive: zipfile.ZipFile) -> int:
    count = 0
    rows = await connection.stream(select(table).order_by(*table.primary_key))
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        async for row in rows:
            file.write(json.dumps(list(row), default=_as_text, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


async def _fill(table: Table, connection: AsyncConnection, archive: zipfile.ZipFile) -> None:
    if await connection.scalar(select(func.count()).select_from(table)):
        raise BackupError(f"there is something in {table.name} already")
    name = f"tables/{table.name}.jsonl"
    if name not in archive.namelist():
        return  # a table that is newer than the backup
    with archive.open(name) as file:
        rows: list[dict[str, Any]] = []
        for line in file:
            rows.append(_row(table, json.loads(line)))
            if len(rows) == ROWS:
                await connection.execute(insert(table), rows)
                rows = []
        if rows:
            await connection.execute(insert(table), rows)
    await _go_on_counting(table, connection)


async def _go_on_counting(table: Table, connection: AsyncConnection) -> None:
    """PostgreSQL numbers new rows from a sequence, which has not seen the restored ones."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence = await connection.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    last = await connection.scalar(select(func.max(column)))
    if sequence and last:
        await connection.execute(
            text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last}
        )


def _row(table: Table, values: list[Any]) -> dict[str, Any]:
    """By position: columns that are newer than the backup stand at the end and take their defaults."""
    return {
        column.name: _from_text(_kind(column.type), value)
        for column, value in zip(table.columns, values, strict=False)
    }


def _kind(given: TypeEngine[Any]) -> type:
    """What Python has for a type; for our own types that of the one beneath."""
    return given.impl_instance.python_type if isinstance(given, TypeDecorator) else given.python_type


def _as_text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be backed up")


def _from_text(kind: type, value: Any) -> Any:
    if value is None or not isinstance(value, str) or not issubclass(kind, date):
        return value
    return kind.fromisoformat(value)


async def _write_vectors(vectors: VectorStore, archive: zipfile.ZipFile) -> int:
    keys = sorted(await vectors.keys())
    for number, batch in enumerate(_batches(keys)):
        held = io.BytesIO()
        np.save(held, await vectors.get(batch), allow_pickle=False)
        archive.writestr(f"vectors/{number:06}.npy", held.getvalue(), zipfile.ZIP_STORED)
        archive.writestr(f"vectors/{number:06}.json", json.dumps(batch))
    return len(keys)


async def _read_vectors(vectors: VectorStore, archive: zipfile.ZipFile) -> None:
    for name in sorted(each for each in archive.namelist() if each.startswith("vectors/")):
        if name.endswith(".json"):
            keys = json.loads(archive.read(name))
            found = np.load(io.BytesIO(archive.read(name.replace(".json", ".npy"))), allow_pickle=False)
            await vectors.add(keys, found)


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(keys), VECTORS):
        yield keys[at : at + VECTORS]
