"""What an earlier release stored is all there under today's code, on each engine.

`releases/` holds small installations that earlier releases made (scripts/keep_release.py), named by their
last migration: the database, the vectors, and what people saw then.
"""

from __future__ import annotations

import json
import tarfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, create_engine, func, select

from ingest import metadata
from tests.doubles import BagOfWords
from web.main import create_app
from web.migrations import migrate
from web.settings import Settings

KEPT = sorted((Path(__file__).parent / "releases").glob("*.tar.gz"))
LONG_AGO = {"conversation_hours": 1e6, "share_days": 1e5, "feedback_days": 1e5, "job_days": 1e5}
"""What was kept is older than it would be kept for."""


@pytest.fixture(params=KEPT, ids=lambda path: path.name.partition(".")[0])
def kept(request, tmp_path):
    """The data folder of an earlier release, and its migration."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path / "data", filter="data")
    return tmp_path / "data", request.param.name.partition(".")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request, kept):
    """Settings of that installation, its database on SQLite as it was or moved to PostgreSQL as it was."""
    folder, release = kept
    chosen = Settings(data_dir=folder, log_level="ERROR", _env_file=None, **LONG_AGO)
    if request.param == "postgresql":
        chosen = chosen.model_copy(update={"database_url": request.getfixturevalue("database_url")})
        move(folder / "assistant.db", chosen.database, release)
    return chosen


def move(file, url, release):
    """Every row of the old database into the tables that its release had on PostgreSQL."""
    old, new = create_engine(f"sqlite:///{file}"), create_engine(url)
    with old.connect() as source, new.begin() as target:
        migrate.upgrade(target, release)
        held, empty = MetaData(), MetaData()
        held.reflect(source)
        empty.reflect(target)
        for table in empty.sorted_tables:
            rows = [row._asdict() for row in source.execute(select(held.tables[table.name]))]
            if rows and table.name != "alembic_version":
                target.execute(table.insert(), rows)
                count_on(target, table)
    old.dispose()
    new.dispose()


def count_on(connection, table):
    """Numbers that PostgreSQL gives go on after the rows that were moved, as they would there."""
    [first, *_] = table.primary_key.columns
    sequence = func.pg_get_serial_sequence(table.name, first.name)
    if connection.scalar(select(sequence)):
        connection.execute(select(func.setval(sequence, select(func.max(first)).scalar_subquery())))


@contextmanager
def served(settings):
    """The installation under today's code."""
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        yield client


@pytest.fixture
def seen(kept):
    """What people saw when that release ran."""
    return json.loads((kept[0] / "seen.json").read_text(encoding="utf-8"))


def test_everything_that_an_earlier_release_stored_is_there(installation, seen):
    """Answers and their quotes, conversation, shared copy, record, job, topic, key and trail."""
    with served(installation) as client:
        client.headers["Authorization"] = f"Bearer {seen['key']}"
        assert client.get("/readyz").json()["index_version"] == seen["version"]
        conversation = seen["answers"][0]["conversation_id"]
        given = client.get(f"/v1/conversations/{conversation}").json()
        assert [(each["id"], words(each)) for each in given] == [
            (each["id"], words(each)) for each in seen["answers"]
        ]
        for quote in quotes(seen["answers"]):
            assert client.get(f"/v1/citations/{quote['id']}").json()["quote"] == quote["quote"]
        assert client.get(f"/shared/{seen['shared']}").status_code == 200
        record = client.get(f"/v1/programme/use-cases/{seen['record']['slug']}").json()
        assert record["fields"].items() >= seen["record"]["fields"].items()
        job = client.get(f"/v1/jobs/{seen['job']['id']}").json()
        assert (job["state"], job["result"]) == (seen["job"]["state"], seen["job"]["result"])
        assert [each["topic"] for each in client.get("/v1/topics").json() if each["off"]] == ["tax"]
        built = client.app.state.services
        assert client.portal.call(built.access.audit.broken) is None


def test_it_goes_on_from_there(installation, seen):
    """The conversation takes a further question, the tables are today's, and numbers go on counting."""
    with served(installation) as client:
        client.headers["Authorization"] = f"Bearer {seen['key']}"
        [first, *_] = seen["answers"]
        told = {name: first[name] for name in ("question", "conversation_id")}
        again = client.post("/v1/answers", json=told).json()
        assert again["outcome"] == "answered"
        assert quotes([again])[0]["quote"] in {each["quote"] for each in quotes(seen["answers"])}
        off = client.put("/v1/topics/tax", json={"off": False, "reason": "Corrected."})
        assert off.status_code == 200, off.text

        async def differences():
            async with client.app.state.services.engine.begin() as connection:
                return await connection.run_sync(
                    lambda each: compare_metadata(MigrationContext.configure(each), metadata)
                )

        assert client.portal.call(differences) == []


def test_the_earlier_release_refuses_what_the_newer_one_changed(installation, kept, monkeypatch):
    """Started again by mistake it says which release to run, and changes nothing."""
    with served(installation):
        pass
    monkeypatch.setattr(migrate, "head", lambda: kept[1])
    with pytest.raises(migrate.NewerDatabase, match=kept[1]) as refused, served(installation):
        pass
    assert "Run that release" in refused.value.what_to_do


def words(answer):
    """The sentences of an answer."""
    return [each["text"] for each in answer["sentences"]]


def quotes(answers):
    """Everything that answers quote."""
    return [each for answer in answers for sentence in answer["sentences"] for each in sentence["citations"]]
