"""Two replicas on PostgreSQL, Redis and a Chroma server are one service, whichever of them a request meets.

The journeys are those of tests/journeys; here each request of the browser goes to the next replica.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from ingest import sync
from tests.contract import servers
from tests.contract.balancer import balancing
from tests.doubles import BagOfWords, Pages
from tests.journeys import citizen, editor
from tests.journeys.conftest import FEES, PASSPORT, RAIHANA, REFUNDS, browser, visit  # noqa: F401 fixtures
from tests.journeys.editor import COST, key, site  # noqa: F401 fixtures
from tests.journeys.editor import settings as embedded  # noqa: F401 a fixture
from web.main import now, services

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
QUESTION = {"question": "How do I renew a passport?"}


def beside(work, *arguments):
    """Run a coroutine in a thread: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, work, *arguments).result()


@pytest.fixture(scope="module")
def settings(embedded, postgresql_server, redis_url, chroma_url):  # noqa: F811 the fixture of that name
    """The editor's installation, on the real engines."""
    with servers.database(postgresql_server) as database_url:
        engines = {"database_url": database_url, "chroma_url": chroma_url}
        yield embedded.model_copy(update={**engines, "redis_url": redis_url.removesuffix("0") + "5"})


@contextmanager
def replica(settings, port, *, worker):
    """A replica as a process of its own, with a data folder of its own."""
    changed = {name: getattr(settings, name) for name in settings.model_fields_set}
    changed |= {"data_dir": settings.data_dir / str(port), "worker": worker}
    environment = {f"GOVT_ASSISTANT_{name.upper()}": str(value) for name, value in changed.items()}
    command = [sys.executable, "-m", "tests.contract.replica", str(port)]
    with subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT) as process:
        try:
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def replicas(settings):
    """The balancer before two replicas, of which one does the jobs, and the addresses of both."""
    ports = servers.free_port(), servers.free_port()
    with replica(settings, ports[0], worker=True), replica(settings, ports[1], worker=False):
        for port in ports:
            _wait_for(port)
        with balancing(ports) as (balancer, address):
            yield balancer, address, [f"http://127.0.0.1:{port}" for port in ports]


def _wait_for(port):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the replica did not start")


@pytest.fixture(scope="module")
def address(replicas):
    """Where the balancer answers."""
    return replicas[1]


@pytest.fixture
def ask(replicas):
    """Asks each replica itself; gives their responses."""
    _, _, both = replicas
    with httpx.Client(trust_env=False, timeout=20) as client:

        def asking(body, **more):
            return [client.post(f"{each}/v1/answers", json=body, **more) for each in both]

        yield asking


def test_the_editors_day(visit, site, key, replicas, ask):  # noqa: F811 fixtures
    """What is published or rolled back on one replica answers on both, from the next question on."""
    editor.test_an_edited_fee_is_read_compared_published_and_rolled_back(visit, site, key)
    assert ["$200" in response.text for response in ask({"question": COST})] == [True, True]
    balancer, _, _ = replicas
    assert min(balancer.taken.values()) > 10, "both had their part"


def test_the_citizens_visit(visit, settings, replicas):  # noqa: F811 fixtures
    """Answers, quotes, follow-ups, feedback and forgetting, each request at the next replica."""

    async def fill():
        async with services(settings, BagOfWords()) as built:
            await sync(Pages([PASSPORT, FEES, REFUNDS, RAIHANA]), built.index, now=now)

    beside(fill)
    citizen.test_first_visit_on_a_phone(visit)
    citizen.test_forgetting_leaves_nothing(visit)


def test_a_conversation_goes_on_at_the_other_replica(ask):
    """Begun at one, it is known at the other, and deleted for both."""
    first, _ = ask(QUESTION)
    conversation = first.json()["conversation_id"]
    _, other = ask({"question": "What photo does it need?", "conversation_id": conversation})
    assert (other.status_code, other.json()["conversation_id"]) == (200, conversation)
    assert "photo" in str(other.json()["sentences"])


def test_a_quota_holds_for_both_together(settings, replicas, address):
    """Twelve questions at once, by turns, of which seven are allowed: seven are answered."""

    async def add_key():
        async with services(settings, BagOfWords()) as built:
            return await built.access.keys.add("portal", [], days=1, by="test", per_minute=7)

    bearer = {"Authorization": f"Bearer {beside(add_key)}"}

    def asked(_):
        response = httpx.post(
            f"{address}/v1/answers", json=QUESTION, headers=bearer, trust_env=False, timeout=20
        )
        return response.status_code

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(asked, range(12))) == [200] * 7 + [429] * 5


def test_off_is_off_on_both(key, address, ask):  # noqa: F811 fixtures
    """Whichever replica the switch was turned at; and on again. How soon is the promise of test_off.py."""
    bearer = {"Authorization": f"Bearer {key}"}

    def turn(*, off):
        told = {"off": off, "reason": "trying it"}
        url = f"{address}/v1/switches/everything"
        httpx.put(url, json=told, headers=bearer, trust_env=False, timeout=20).raise_for_status()

    def seen():
        return [response.status_code for response in ask(QUESTION)]

    for off, status in ((True, 503), (False, 200)):
        turn(off=off)
        until = time.monotonic() + 60
        while seen() != [status, status]:
            assert time.monotonic() < until, (off, seen())
            time.sleep(0.1)
