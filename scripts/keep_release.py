"""Keep a small installation of this release, which every later one must be able to take over.

    PYTHONPATH=. .venv/bin/python scripts/keep_release.py

Run it when a release adds a migration, in that release. It serves three pages over a small index, asks,
shares, rates, publishes a record, runs a job and turns a topic off, all over HTTP, and packs the data folder
with what was answered into tests/contract/releases/MIGRATION.tar.gz. tests/contract/test_upgrade.py
opens each of them with the code of the day.
"""

from __future__ import annotations

import json
import sqlite3
import tarfile
import time
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.web.conftest import PAGES
from web.access import Role
from web.main import create_app, now
from web.migrations.migrate import head
from web.settings import Settings

KEPT = Path(__file__).parents[1] / "tests/contract/releases"
QUESTIONS = ("How much does a standard passport cost?", "And an urgent one?")
RECORD = {
    "title": "Sorting letters",
    "agency": "Ministry of Letters",
    "summary": "Sorts incoming letters by what they ask for.",
    "stage": "trial",
    "contact": "letters@example.govt.nz",
}
CENTURY = 36_500


def main() -> None:
    """Make the installation, then pack it."""
    KEPT.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        settings = Settings(data_dir=data, log_level="ERROR", _env_file=None)
        with TestClient(create_app(settings, embedder=BagOfWords())) as client:
            seen = use(client)
        with sqlite3.connect(data / "assistant.db") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("VACUUM")
        (data / "seen.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")
        target = KEPT / f"{head()}.tar.gz"
        with tarfile.open(target, "w:gz") as archive:
            for name in ("assistant.db", "vectors", "seen.json"):
                archive.add(data / name, name)
    print(f"{target}: {target.stat().st_size:,} bytes")


def use(client: TestClient) -> dict[str, Any]:
    """What people do with it; gives what they saw."""
    built = client.app.state.services  # type: ignore[attr-defined]  # TestClient types its app as any callable
    client.portal.call(lambda: sync(Pages(PAGES), built.index, now=now))
    key = client.portal.call(lambda: built.access.keys.add("kept", list(Role), days=CENTURY, by="release"))
    client.headers["Authorization"] = f"Bearer {key}"
    record = publish(client, built)
    asked = ask(client)
    ids = {"conversation_id": asked[0]["conversation_id"], "answer_id": asked[0]["id"]}
    done(client.post("/v1/feedback", json={**ids, "kind": "report", "comment": "A comment"}))
    shared = client.post("/share", data=ids).text
    off = {"off": True, "reason": "Figures are out of date."}
    done(client.put("/v1/topics/tax", json=off))
    page = done(client.get("/v1/pages", params={"text": "licence"}))["pages"][0]
    job = wait_for(client, done(client.delete(f"/v1/pages/{page['id']}")))
    return {
        "key": key,
        "answers": asked,
        "shared": shared.split("/shared/")[1].split('"')[0],
        "record": record,
        "job": job,
        "version": client.get("/readyz").json()["index_version"],
    }


def ask(client: TestClient) -> list[dict[str, Any]]:
    """The questions as one conversation."""
    asked: list[dict[str, Any]] = []
    for question in QUESTIONS:
        earlier = asked[-1]["conversation_id"] if asked else None
        asked.append(
            done(client.post("/v1/answers", json={"question": question, "conversation_id": earlier}))
        )
    return asked


def publish(client: TestClient, built: Any) -> dict[str, Any]:
    """A record that everyone may read, in the register and in the index."""
    path = "/v1/programme/use-cases"
    draft = done(client.post(path, json={"fields": RECORD}))
    move = {"move": "publish", "reason": ""}
    headers = {"If-Match": f'"{draft["version"]}"'}
    done(client.post(f"{path}/{draft['slug']}/moves", json=move, headers=headers))
    while not client.portal.call(built.programme.publisher.idle):
        time.sleep(0.1)
    return done(client.get(f"{path}/{draft['slug']}"))


def wait_for(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """The job once it is over."""
    while job["state"] in {"queued", "running"}:
        time.sleep(0.1)
        job = done(client.get(f"/v1/jobs/{job['id']}"))
    return job


def done(response: Any) -> dict[str, Any]:
    """The body; raises `SystemExit` with it where the request failed."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"{response.request.url}: {response.text}")
    body: dict[str, Any] = response.json() if response.content else {}
    return body


if __name__ == "__main__":
    main()
