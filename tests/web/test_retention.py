"""What has been kept long enough is deleted, whether or not anybody asks again."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from fastapi.testclient import TestClient

from assistant import Answer, Conversations, Outcome
from assistant.conversations import receipts
from ingest import create_tables, open_engine
from tests.doubles import BagOfWords
from web.main import create_app
from web.retention import counting, sweeping

pytestmark = pytest.mark.anyio


class Counted:
    """A store that counts how often it was swept."""

    def __init__(self, store):
        self.store, self.sweeps = store, 0

    async def expire(self):
        """As the store, and one more."""
        gone = await self.store.expire()
        self.sweeps += 1
        return gone

    async def twice_more(self):
        """Return when it has been swept twice: one sweep at least has begun after this was asked."""
        wanted = self.sweeps + 2
        while self.sweeps < wanted:
            await anyio.sleep(0.01)


async def test_a_conversation_is_gone_from_the_table_after_its_time(tmp_path, now):
    """Two hours after its last question the words themselves are deleted, with nobody asking anything."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}")
    await create_tables(engine)
    moment = [now()]
    kept = Conversations(engine, keep_for=timedelta(hours=2), now=lambda: moment[0])
    identifier = await kept.start()
    await kept.keep(Answer("a_1", Outcome.ANSWERED, "en", "", question="words", conversation_id=identifier))
    swept = Counted(kept)
    async with sweeping([swept], every=0.01):
        with anyio.fail_after(60):
            moment[0] += timedelta(hours=1, minutes=59)
            await swept.twice_more()
            assert await _rows(engine) == 1
            moment[0] += timedelta(minutes=2)
            await swept.twice_more()
            assert await _rows(engine) == 0
    await engine.dispose()


def test_the_service_sweeps_from_its_start_on(settings):
    """What became due while the service was down is deleted when it comes up, with nobody asking anything."""
    short = settings.model_copy(update={"conversation_hours": 1e-9})
    with TestClient(create_app(short, embedder=BagOfWords())) as client:
        client.post("/v1/answers", json={"question": "How do I renew a passport?"})
    with TestClient(create_app(short, embedder=BagOfWords())) as client:
        engine = client.app.state.services.engine

        async def swept():
            with anyio.fail_after(30):
                while await _rows(engine):
                    await anyio.sleep(0.01)

        client.portal.call(swept)


async def test_a_store_that_fails_does_not_stop_the_sweep():
    """The others are swept, and again the next time."""

    class Store:
        def __init__(self, *, broken=False):
            self.broken, self.swept = broken, 0

        async def expire(self):
            self.swept += 1
            if self.broken:
                raise OSError("disk")
            return 0

    broken, working = Store(broken=True), Store()
    async with sweeping([broken, working], every=0.01):
        with anyio.fail_after(30):
            while working.swept < 2:
                await anyio.sleep(0.01)
    assert broken.swept >= 2


async def _rows(engine):
    async with engine.connect() as connection:
        return len((await connection.execute(receipts.select())).all())


async def test_what_was_counted_last_is_stored_before_the_service_ends():
    """A counter is written from time to time, and once more at the end."""

    class Counter:
        waiting, stored = 1, 0

        async def flush(self):
            self.stored, self.waiting = self.stored + self.waiting, 0

    counter = Counter()
    async with counting([counter], every=3600):
        with anyio.fail_after(60):
            while not counter.stored:
                await anyio.sleep(0.01)
        counter.waiting = 2
    assert (counter.stored, counter.waiting) == (3, 0)
