"""Each engine fails while people ask: what they see, that nothing acknowledged is lost, and that it recovers.

With FAULTS_REPORT=FILE each test writes its line of the table in docs/reliability.md (`make faults`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from sqlalchemy import event

from tests import scripted_model
from tests.contract import servers
from tests.contract.fault_report import acknowledged_lost, report
from tests.contract.traffic import Traffic
from tests.doubles import BagOfWords
from tests.serving import serving, without_memory
from tests.web.conftest import PAGES
from web import breakers
from web.editing.editing import HAND_IN
from web.main import services

ROOT = Path(__file__).parents[2]


@pytest.fixture
def base(tmp_path):
    """An installation without the memory of answers."""
    return without_memory(tmp_path)


def gone_and_back(fault, engine, installation, folder, meanwhile=lambda address: None):
    """Serve on `engine`, end it while people ask, start it again; nobody may see anything of that.

    `installation` makes the settings of the engine's address; `meanwhile` looks at the service without it.
    """
    port = servers.free_port()
    folder.mkdir()
    with ExitStack() as first, ExitStack() as service, ExitStack() as second:
        address = service.enter_context(
            serving(installation(first.enter_context(engine(folder, port))), PAGES)
        )
        with Traffic([address]).running() as traffic:
            traffic.until("answered")
            first.close()
            gone = time.monotonic()
            traffic.until("answered", count=5)
            meanwhile(address)
            second.enter_context(engine(folder, port))
            traffic.until("answered", count=5)
        lost = acknowledged_lost(traffic, address)
        report(fault, traffic, lost, traffic.back(gone))
        assert (traffic.endings, lost) == (["answered"], 0)
        service.close()


def test_redis_gone_and_back(base, tmp_path):
    """Nobody sees anything: limits are counted by each process alone, answers go on."""

    def installation(url):
        return base.model_copy(update={"redis_url": url, "answer_cache_minutes": 5})

    gone_and_back("Redis gone and back", servers.redis, installation, tmp_path / "redis")


def test_the_vector_server_gone_and_back(base, tmp_path):
    """Nobody sees anything: the version that answers is in memory."""

    def installation(url):
        return base.model_copy(update={"chroma_url": url})

    def look(address):
        ready = httpx.get(f"{address}/readyz", timeout=20, trust_env=False).json()
        assert (ready["status"], ready["dependencies"]["vectors"]["ok"]) == ("degraded", False)

    gone_and_back("Vector server gone and back", servers.chroma, installation, tmp_path / "chroma", look)


def test_postgresql_restarted(base):
    """While it is away people are told to come back; every answer of before and after is kept.

    What is being answered as it stops is shown, and may not be kept.
    """
    with servers.restartable_postgresql() as database:
        chosen = base.model_copy(update={"database_url": database.url})
        with serving(chosen, PAGES) as address, Traffic([address]).running() as traffic:
            traffic.until("answered")
            began = time.monotonic()
            database.stop()
            traffic.until("503", count=2)
            database.start()
            back = time.monotonic()
            traffic.until("answered")
        with serving(chosen, PAGES) as address:
            lost = acknowledged_lost(traffic, address, began, back)
    report("PostgreSQL restarted", traffic, lost, traffic.back(back))
    assert set(traffic.endings) <= {"answered", "503", "error_internal", "error_index"}
    assert lost == 0


def test_the_disk_is_full_and_has_room_again(base, monkeypatch):
    """Questions are told to come back or answered without being kept; earlier answers stay; it goes on."""
    full = {"is": False}

    def limit(connection, _record, _proxy):
        cursor = connection.cursor()
        cursor.execute("PRAGMA database_list")
        _, _, file = cursor.fetchone()
        if not file.startswith(str(base.data_dir.resolve())):
            return  # another test's database
        cursor.execute(f"PRAGMA max_page_count = {1 if full['is'] else 1_000_000}")
        cursor.close()

    from sqlalchemy.pool import Pool

    event.listen(Pool, "checkout", limit)
    try:
        with serving(base, PAGES) as address, Traffic([address]).running() as traffic:
            traffic.until("answered")
            began = time.monotonic()
            full["is"] = True
            traffic.until("503", count=2)
            full["is"] = False
            back = time.monotonic()
            traffic.until("answered")
            lost = acknowledged_lost(traffic, address, began)
    finally:
        event.remove(Pool, "checkout", limit)
    report("Disk full, then room", traffic, lost, traffic.back(back))
    assert lost == 0


@contextmanager
def replica(settings, port, **more):
    """A replica as a process of its own; `more` is added to its environment."""
    environment = {
        **os.environ,
        "GOVT_ASSISTANT_DATA_DIR": str(settings.data_dir),
        "GOVT_ASSISTANT_DATABASE_URL": settings.database_url,
        "GOVT_ASSISTANT_CHROMA_URL": settings.chroma_url,
        "GOVT_ASSISTANT_ANSWER_CACHE_MINUTES": "0",
        "GOVT_ASSISTANT_REQUESTS_PER_MINUTE": "1000000",
        "GOVT_ASSISTANT_WORKER": "false",
        "GOVT_ASSISTANT_LOG_LEVEL": "CRITICAL",
        **more,
    }
    command = [sys.executable, "-m", "tests.contract.replica", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            _ready(port)
            yield process
        finally:
            process.kill()


def _ready(port):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the replica did not become ready")


LEASE = 30.0 if "FAULTS_REPORT" in os.environ else 2.0
"""Seconds of a job's lease: as shipped where the table is written."""


NEW = {"url": "https://www.govt.nz/new/", "title": "New", "text": "A fishing licence costs $20."}


async def until_job(settings, identifier, states):
    """The job once it is in one of those states; raises `AssertionError` after a while."""
    until = time.monotonic() + LEASE + 120
    async with services(settings, BagOfWords()) as built:
        while (job := await built.jobs.job(identifier)).state not in states:
            assert time.monotonic() < until, job
            await anyio.sleep(0.1)
        return job


async def started_job(settings):
    """The identifier of a job that takes in a page."""
    async with services(settings, BagOfWords()) as built:
        return await built.jobs.start(HAND_IN, {"pages": [NEW]}, "mere")


def test_a_replica_is_killed_at_its_job(base, database_url, empty_chroma):
    """The other one answers at the balancer's retry, and has every conversation that was acknowledged.

    The job is taken up by the replica that is started in its place, when the lease has run out.
    """
    shared = base.model_copy(update={"database_url": database_url, "chroma_url": empty_chroma})
    with serving(shared, PAGES):  # the pages, once
        pass
    ports = servers.free_port(), servers.free_port()
    first, second = (f"http://127.0.0.1:{port}" for port in ports)
    worker = {"GOVT_ASSISTANT_WORKER": "true", "REPLICA_LEASE_SECONDS": str(LEASE)}
    with replica(shared, ports[0], **worker, REPLICA_EMBED_SECONDS="60") as victim, replica(shared, ports[1]):
        with Traffic([first, second]).running() as traffic:
            traffic.until("answered", count=4)
            assert {each.where for each in traffic.seen} == {first, second}
            job = anyio.run(started_job, shared)
            anyio.run(until_job, shared, job, {"running"})
            victim.send_signal(signal.SIGKILL)
            gone = time.monotonic()
            traffic.until("answered", count=4)
            victim.wait()
            with replica(shared, ports[0], **worker):
                done = anyio.run(until_job, shared, job, {"done", "failed"})
                took = time.monotonic() - gone
        lost = acknowledged_lost(traffic, second)
    report("A replica killed (kill -9)", traffic, lost, traffic.back(gone))
    report("Its ingest worker killed at a job", traffic, lost, traffic.back(gone), job=took)
    assert (traffic.endings, lost) == (["answered"], 0)
    assert (done.state, done.attempts) == ("done", 2)


def test_the_clock_moves(base, monkeypatch):
    """A day forward ends conversations as if they had waited; back again nothing is answered wrongly."""
    from datetime import timedelta

    from web import main

    moved, now = {"by": timedelta()}, main.now
    monkeypatch.setattr(main, "now", lambda: now() + moved["by"])
    with serving(base, PAGES) as address, Traffic([address]).running() as traffic:
        traffic.until("answered")
        moved["by"] = timedelta(days=1)
        at = time.monotonic()
        traffic.until("answered")
        moved["by"] = -timedelta(days=1)
        traffic.until("answered")
    report("Clock moved a day forward and two back", traffic, 0, traffic.back(at))
    assert traffic.endings == ["answered"]


def _cut_off(request):
    return scripted_model.cut(scripted_model.faithful(request), 2)


MODEL_FAULTS = {
    "Language model sends nothing": lambda _: scripted_model.slow_first_token(),
    "Language model down (500)": lambda _: scripted_model.error(500),
    "Language model cut off in the middle": _cut_off,
    "Language model returns garbage": lambda _: scripted_model.garbage(),
}


def test_the_language_model_fails_in_every_way(base, monkeypatch):
    """Nobody sees an error: the pages' own words take the model's place, and the model theirs afterwards."""
    monkeypatch.setattr(breakers, "MODEL", breakers.Patience(1_000, 1))  # each fault is to reach the service
    does = {"now": scripted_model.faithful}
    with scripted_model.serving(lambda request: does["now"](request)) as model:
        changed = {"model": "scripted", "openai_base_url": model.base_url, "model_timeout": 0.3}
        with serving(base.model_copy(update=changed), PAGES) as address:
            for fault, failing in MODEL_FAULTS.items():
                with Traffic([address]).running() as traffic:
                    traffic.until("answered", count=1)
                    does["now"], at = failing, time.monotonic()
                    traffic.until("answered", count=1)
                    does["now"] = scripted_model.faithful
                    traffic.until("answered", count=1)
                lost = acknowledged_lost(traffic, address)
                report(fault, traffic, lost, traffic.back(at))
                assert (traffic.endings, lost) == (["answered"], 0)
    assert len(model.requests) > len(MODEL_FAULTS)


def test_the_language_model_stays_silent(base, monkeypatch):
    """Once the breaker is open nobody waits for it: the pages' own words come at once."""
    monkeypatch.setattr(breakers, "MODEL", breakers.Patience(breakers.MODEL.failures, 3_600))  # it stays open
    with scripted_model.serving(lambda _: scripted_model.slow_first_token()) as model:
        changed = {"model": "scripted", "openai_base_url": model.base_url, "model_timeout": 1.0}
        with serving(base.model_copy(update=changed), PAGES) as address:
            with Traffic([address]).running() as traffic:
                traffic.until("answered", count=breakers.MODEL.failures + 1)
                asked, at = len(model.requests), time.monotonic()
                traffic.until("answered", count=5)
            lost = acknowledged_lost(traffic, address)
            report("Language model stays silent (breaker open)", traffic, lost, traffic.back(at))
    assert (traffic.endings, lost, len(model.requests)) == (["answered"], 0, asked)
