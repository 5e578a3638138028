"""Jobs over HTTP: list, look, watch, cancel, retry."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.web.people import bearer
from web.access import Role
from web.jobs import JobKind


@pytest.fixture
def editor(client):
    """An editor's header."""
    return bearer(client, Role.EDITOR)


@pytest.fixture
def start(client):
    """Starts a job of a kind that editors may start; it goes on until it is cancelled, where so asked."""
    jobs = client.app.state.services.jobs

    async def run(job):
        await job.log("one")
        await job.progress(1, 2, "half way")
        while job.arguments.get("forever"):
            job.check()
            await job.renew()
            await asyncio.sleep(0.01)
        return {"failed": {"x": "away"}}

    def begin(**arguments):
        jobs.register(JobKind("count", "Count things", run, (Role.EDITOR,)))
        return client.portal.call(lambda: jobs.start("count", arguments, "mere"))

    return begin


def test_watching_a_job_gives_its_progress_and_its_end(client, editor, start):
    """Server-sent events: states and lines, then one `over`."""
    identifier = start()
    text = client.get(f"/v1/jobs/{identifier}/events", headers=editor).text
    events = [event.split("\n", 1) for event in text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    assert names[-1] == "over" and "line" in names and "job" in names
    last = json.loads(events[-1][1].removeprefix("data: "))
    assert (last["state"], last["done"], last["total"], last["title"]) == ("done", 1, 2, "Count things")
    assert client.get(f"/v1/jobs/{identifier}/log", headers=editor).json()[0]["text"] == "one"


def test_cancelling_needs_the_right_role_and_is_in_the_trail(client, editor, start):
    """An evaluator may look at an editor's job, and not stop it."""
    identifier = start(forever=True)
    evaluator = bearer(client, Role.EVALUATOR)
    assert client.get(f"/v1/jobs/{identifier}", headers=evaluator).status_code == 200
    assert client.delete(f"/v1/jobs/{identifier}", headers=evaluator).status_code == 403
    assert client.delete(f"/v1/jobs/{identifier}", headers=editor).status_code == 200
    client.get(f"/v1/jobs/{identifier}/events", headers=editor)
    assert client.get(f"/v1/jobs/{identifier}", headers=editor).json()["state"] == "cancelled"
    entry = client.portal.call(client.app.state.services.access.audit.entries)[0]
    assert (entry.action, entry.by, entry.subject) == ("job.cancelled", "editor-key", identifier)


def test_a_retry_is_a_new_job_of_what_failed(client, editor, start):
    """It names the job that it repeats; one that is not over cannot be repeated."""
    identifier = start()
    client.get(f"/v1/jobs/{identifier}/events", headers=editor)
    again = client.post(f"/v1/jobs/{identifier}/retry", headers=editor)
    assert again.status_code == 202
    assert (again.json()["retry_of"], again.json()["arguments"]) == (identifier, {"only": ["x"]})
    going = start(forever=True)
    assert client.post(f"/v1/jobs/{going}/retry", headers=editor).status_code == 409
    client.delete(f"/v1/jobs/{going}", headers=editor)


def test_an_unknown_job_is_a_problem_that_says_what_to_do(client, editor):
    """On every route."""
    for path in ("/v1/jobs/j_no", "/v1/jobs/j_no/log", "/v1/jobs/j_no/events"):
        answer = client.get(path, headers=editor)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-job")
        assert "GET /v1/jobs" in answer.json()["what_to_do"]
