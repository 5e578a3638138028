"""What may be kept for a time only is gone after it, in every table, without anybody coming by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from ingest import metadata
from web.leftovers import kept_for_a_time
from web.main import now

KEPT = {
    "conversations": timedelta(hours=2),
    "receipts": timedelta(hours=2),
    "shared_answers": timedelta(days=30),
    "feedback": timedelta(days=90),
    "asked_questions": timedelta(days=31),
}
"""Tables that hold what people asked, and how long a row may be there."""


@pytest.fixture
def asked(client):
    """A conversation whose answer was shared and rated."""
    return ask_share_and_report(client)


def ask_share_and_report(client):
    """The answer."""
    answer = client.post("/v1/answers", json={"question": "How much does a standard passport cost?"}).json()
    ids = {"conversation_id": answer["conversation_id"], "answer_id": answer["id"]}
    assert client.post("/v1/feedback", json={**ids, "kind": "report", "comment": "Old"}).status_code < 300
    shared = client.post("/share", data=ids)
    assert shared.status_code < 400, shared.text
    for counter in client.app.state.services.counters:
        client.portal.call(counter.flush)
    return answer


def rows(client, name):
    """How many rows a table has."""
    built = client.app.state.services

    async def count():
        async with built.engine.connect() as connection:
            return await connection.scalar(select(func.count()).select_from(metadata.tables[name]))

    return client.portal.call(count)


def at(client, when):
    """The sweep as it runs at that time."""
    built = client.app.state.services

    async def sweep():
        for store in kept_for_a_time(built):
            store._now = lambda: when
            await store.expire()

    client.portal.call(sweep)


@pytest.mark.parametrize("name", KEPT)
def test_it_is_there_until_its_time_and_gone_after_it(client, asked, name):
    """A minute before, nothing is deleted; a minute after, nothing is left."""
    assert rows(client, name) == 1
    slack = timedelta(days=1) if name == "asked_questions" else timedelta(minutes=1)
    at(client, now() + KEPT[name] - slack)
    assert rows(client, name) == 1
    at(client, now() + KEPT[name] + slack)
    assert rows(client, name) == 0


@pytest.fixture
def remembered(client):
    """Everything that the memory of answers holds, as text."""
    store = client.app.state.services.assistant.cache.store
    return lambda: repr(list(store._held.items()))


def test_a_persons_conversation_is_exported_and_then_deleted_everywhere(client, remembered):
    """What the export held is in no table, no memory, no vector and no log afterwards."""
    built = client.app.state.services
    vectors = client.portal.call(built.index.vectors.keys)
    with capture_logs() as lines:
        answer = ask_share_and_report(client)
        conversation = answer["conversation_id"]
        exported = client.get(f"/v1/conversations/{conversation}").json()
        assert [each["id"] for each in exported] == [answer["id"]]
        assert client.delete(f"/v1/conversations/{conversation}").status_code == 204
        assert client.get(f"/v1/conversations/{conversation}").status_code == 404

    async def everything():
        async with built.engine.connect() as connection:
            return [
                str(tuple(row))
                for table in metadata.sorted_tables
                for row in await connection.execute(select(table))
            ]

    held = client.portal.call(everything)
    assert not [row for row in held if conversation in row or (answer["id"] in row and "report" not in row)]
    assert "passport" in remembered()
    for place in (remembered(), repr(lines)):
        assert conversation not in place and answer["id"] not in place
    assert client.portal.call(built.index.vectors.keys) == vectors
