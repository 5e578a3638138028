"""What the processes do that `test_crashes` kills: ingest, publish and prune, again and again."""

from __future__ import annotations

import asyncio
import hashlib
import resource
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.extract import extract
from ingest import (
    Catalog,
    ChromaVectors,
    Index,
    IngestError,
    chroma_on_disk,
    create_tables,
    open_engine,
    prune,
    sync,
    writing,
)
from tests.doubles import BagOfWords, Pages, page
from tests.snapshots import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from multiprocessing.connection import Connection

QUESTIONS = ("How much does a passport cost?", "When must I renew a licence?", "Can I renew online?")
LICENCE = page("licence", "## When\n\nYou must renew a licence every 10 years.")


def priced(dollars: int):
    """The page at that price."""
    return page("passport", f"You can renew a passport online.\n\n## Cost\n\nA passport costs ${dollars}.")


def now() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Index]:
    """The index in `folder`."""
    engine = open_engine(f"sqlite+aiosqlite:///{folder / 'index.db'}")
    await create_tables(engine)
    embedder = BagOfWords(dimensions=32)
    vectors = ChromaVectors(chroma_on_disk(folder / "vectors"), embedder.name)
    yield Index(Catalog(engine), vectors, embedder)
    await vectors.close()
    await engine.dispose()


async def state(index: Index) -> tuple[int, str, str]:
    """Number, price and a digest of all that the live version answers."""
    live = await index.live()
    version = await index.catalog.version(live.version)
    said = [
        (sentence.text, [citation.id for citation in sentence.citations])
        for question in QUESTIONS
        for sentence in extract(ask(question, live, embedder=index.embedder))
    ]
    whole = repr((said, [each.version for each in live.pages])).encode() + live.vectors.tobytes()
    return live.version, version.note, hashlib.sha256(whole).hexdigest()


def work(folder: Path, dollars: int, channel: Connection) -> None:
    """Say what is live, then publish one price after the other until killed."""

    async def run() -> None:
        async with opened(folder) as index:
            channel.send(await state(index) if await index.catalog.live() else None)
            for price in range(dollars, dollars + 1_000):
                async with writing(folder, f"price {price}"):
                    await sync(Pages([priced(price), LICENCE]), index, now=now, note=str(price))
                    channel.send(await state(index))
                    await prune(index, now=now(), keep_published=2, thorough=price % 3 == 0)

    asyncio.run(run())


def fill_the_disk(folder: Path, most: int, channel: Connection) -> None:
    """Ingest while no file may grow beyond `most` bytes, then once more with room."""

    async def run() -> None:
        async with opened(folder) as index:
            await sync(Pages([priced(1), LICENCE]), index, now=now, note="1")
            before = await state(index)
            unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, unlimited[1]))
            failed = None
            try:
                await sync(Pages([priced(2), LICENCE]), index, now=now, note="2")
            except IngestError as error:
                failed = (type(error).__name__, error.what_to_do)
            index._open = None
            during = await state(index)
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
            await sync(Pages([priced(3), LICENCE]), index, now=now, note="3")
            channel.send((before, failed, during, await state(index)))

    asyncio.run(run())


def hold(folder: Path, channel: Connection) -> None:
    """Hold the writer's lock until killed."""

    async def run() -> None:
        async with writing(folder, "ingest sitemap.xml"):
            channel.send("held")
            channel.recv()

    asyncio.run(run())
