"""A crowd is served in turn; whoever cannot be served soon is told honestly when to come back."""

from __future__ import annotations

import anyio
import pytest
from fastapi.testclient import TestClient

from tests.doubles import BagOfWords
from web.admission import Admission
from web.main import create_app
from web.observing.figures import Figures
from web.problems import Busy

pytestmark = pytest.mark.anyio


async def test_one_more_than_may_wait_is_told_when_to_come_back():
    """Two work, one waits, the fourth is refused with the time that the others need."""
    seconds = [0.0]
    admission = Admission(2, 1, Figures(), clock=lambda: seconds[0])
    admission._mean_seconds = 30.0
    served = []

    async def ask(name, go):
        async with admission.place():
            await go.wait()
            served.append(name)

    go = anyio.Event()
    async with anyio.create_task_group() as crowd:
        for name in ("first", "second", "third"):
            crowd.start_soon(ask, name, go)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Busy) as told:
            async with admission.place():
                pass
        assert told.value.headers == {"Retry-After": "30"}
        go.set()
    assert sorted(served) == ["first", "second", "third"], "nobody who was let in is lost"
    async with admission.place():
        pass


def test_a_busy_service_says_so_in_problem_details_and_on_the_page(settings):
    """503 with Retry-After over the API; the page keeps what was typed."""
    chosen = settings.model_copy(update={"questions_at_once": 1, "questions_waiting": 0})
    with TestClient(create_app(chosen, embedder=BagOfWords())) as client:
        client.portal.call(client.app.state.admission._slots.acquire)
        response = client.post("/v1/answers", json={"question": "How do I renew a passport?"})
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert "Try again in 1 seconds" in response.json()["detail"]
        page = client.post("/", data={"question": "How do I renew a passport?"})
        assert page.status_code == 503 and "How do I renew a passport?" in page.text
        assert "assistant_questions_busy_total 2.0" in client.get("/metrics").text
        client.app.state.admission._slots.release()
        assert client.post("/v1/answers", json={"question": "Passport?"}).status_code == 200
