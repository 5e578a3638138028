"""A backup restored into an empty installation answers the same, also on other engines."""

from __future__ import annotations

import json
import zipfile

import pytest
from anyio import to_thread
from fastapi.testclient import TestClient

from assistant import TopicState
from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.web.conftest import PAGES
from tests.web.people import bearer
from web import backup
from web.access import Role
from web.backup import BackupError, back_up, restore
from web.main import create_app, now
from web.settings import Settings

QUESTIONS = (
    "How much does a standard passport cost?",
    "How do I renew a driver licence?",
    "Me pēhea te whakahou i te raihana taraiwa?",
)


def served(settings):
    """A service of that installation."""
    return TestClient(create_app(settings, embedder=BagOfWords()))


def answers(client):
    """What it says, without what is an answer's own."""
    own = ("id", "conversation_id", "timings", "cached")
    given = [client.post("/v1/answers", json={"question": each}).json() for each in QUESTIONS]
    return [{name: value for name, value in each.items() if name not in own} for each in given]


def on(client, work, path):
    """A backup of, or into, the installation that serves `client`."""
    built = client.app.state.services
    return client.portal.call(lambda: work(built.engine, built.index.vectors, path))


@pytest.fixture
def embedded(tmp_path):
    """An installation on SQLite and Chroma on disk."""
    return Settings(data_dir=tmp_path / "old", log_level="ERROR", _env_file=None)


@pytest.mark.parametrize("target", ["embedded", "engines"])
def test_a_restored_installation_answers_the_same(embedded, settings, tmp_path, target):
    """Pages, vectors, switches and the trail come along; keys go on working; new rows get new numbers."""
    path = tmp_path / "backup.zip"
    with served(embedded) as old:
        built = old.app.state.services
        old.portal.call(lambda: sync(Pages(PAGES), built.index, now=now))
        old.portal.call(lambda: built.topics.change("tax", TopicState(off=True), by="m", reason="r"))
        key = bearer(old, Role.ADMIN)
        before = answers(old)
        counts = on(old, back_up, path)
    assert counts["page_versions"] == 3 and counts["vectors"] > 3
    fresh = settings if target == "engines" else embedded.model_copy(update={"data_dir": tmp_path / "new"})
    with served(fresh) as new:
        assert on(new, restore, path) == counts
        assert answers(new) == before
        assert new.get("/v1/jobs", headers=key).status_code == 200
        built = new.app.state.services
        assert new.portal.call(built.topics.states)["tax"].off
        new.portal.call(lambda: built.topics.change("tax", TopicState(), by="m", reason="r"))
        assert new.portal.call(built.access.audit.broken) is None


@pytest.mark.parametrize("source", ["embedded", "engines"])
def test_what_is_asked_during_a_backup_does_not_spoil_it(embedded, settings, tmp_path, monkeypatch, source):
    """The file holds one moment: neither the conversation that began after it nor half of it."""
    path = tmp_path / "backup.zip"
    write_table = backup._write_table
    with served(settings if source == "engines" else embedded) as old:
        built = old.app.state.services
        old.portal.call(lambda: sync(Pages(PAGES), built.index, now=now))
        answers(old)

        async def asked_meanwhile(table, connection, archive):
            count = await write_table(table, connection, archive)
            if table.name == "conversations":
                await to_thread.run_sync(answers, old)
            return count

        monkeypatch.setattr(backup, "_write_table", asked_meanwhile)
        counts = on(old, back_up, path)
    assert counts["conversations"] == counts["receipts"] == len(QUESTIONS)
    with served(embedded.model_copy(update={"data_dir": tmp_path / "new"})) as new:
        assert on(new, restore, path) == counts


def test_a_restore_never_mixes_and_never_half_fills(embedded, tmp_path):
    """Into an installation that holds something, and of a damaged file, nothing is restored."""
    path = tmp_path / "backup.zip"
    with served(embedded) as client:
        built = client.app.state.services
        client.portal.call(lambda: sync(Pages(PAGES), built.index, now=now))
        on(client, back_up, path)
        with pytest.raises(BackupError, match="already"):
            on(client, restore, path)
        cut = tmp_path / "cut.zip"
        cut.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(BackupError, match="not a whole backup"):
            on(client, restore, cut)


def test_a_backup_of_a_newer_release_is_refused(embedded, tmp_path):
    """An old release does not guess what a newer one wrote."""
    path = tmp_path / "newer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 1, "migration": "9999", "counts": {}}))
    with served(embedded) as client, pytest.raises(BackupError, match="newer release"):
        on(client, restore, path)
