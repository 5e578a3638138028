"""The console's frame, overview and jobs, as a server gives them, before any script."""

from __future__ import annotations

import re

import pytest

from assistant import TopicState
from tests.web.people import form_token, sign_in
from web.access import Role
from web.jobs import JobKind

PAGES = ["/console", "/console/jobs", "/console/jobs/j_none", "/console/sign-in"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_code_and_one_heading(client, path):
    """Nothing on a page would need a looser policy; each has a skip link, a main part and one h1."""
    html = sign_in(client).get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert 'class="skip" href="#main"' in html and 'id="main"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", ["/console", "/console/jobs", "/console/jobs/j_none"])
def test_nobody_sees_a_page_without_signing_in(client, path):
    """They come to the form."""
    assert client.get(path).url.path == "/console/sign-in"


def test_forms_are_sent_with_an_origin(client):
    """A policy of `no-referrer` would hide it, and no form could be told from a forged one."""
    assert client.get("/console/sign-in").headers["referrer-policy"] == "same-origin"
    assert client.get("/").headers["referrer-policy"] == "no-referrer"


def test_an_error_on_a_console_page_is_a_page(client):
    """With what to do, inside the console; the API keeps its problem details."""
    missing = sign_in(client).get("/console/jobs/j_none")
    assert missing.status_code == 404
    assert "There is no job" in missing.text and "<h1>Not Found</h1>" in missing.text
    assert client.get("/console/nowhere").headers["content-type"].startswith("text/html")
    assert client.get("/v1/nowhere").headers["content-type"] == "application/problem+json"


def test_the_overview_says_what_needs_somebody(empty):
    """An empty index, a topic that is off, a failed job: each with a link where there is one."""

    async def broken(job):
        raise RuntimeError

    services = empty.app.state.services
    services.jobs.register(JobKind("break", "Break something", broken, (Role.EDITOR,)))
    sign_in(empty)
    identifier = empty.portal.call(lambda: services.jobs.start("break", {}, "mere"))
    change = TopicState(off=True)
    empty.portal.call(lambda: services.topics.change("health", change, by="mere", reason="test"))
    empty.get(f"/v1/jobs/{identifier}/events")
    html = empty.get("/console").text
    assert "no question can be answered" in html
    assert "The topic health is turned off" in html
    assert f'“Break something” failed. <a href="/console/jobs/{identifier}">' in html


def test_a_job_is_cancelled_from_its_page(client):
    """By a plain form; afterwards the page offers to run it again."""
    jobs = client.app.state.services.jobs

    async def run(job):
        while True:
            await job.renew()
            job.check()

    jobs.register(JobKind("wait", "Wait", run, (Role.EDITOR,)))
    sign_in(client)
    identifier = client.portal.call(lambda: jobs.start("wait", {}, "mere"))
    page = client.get(f"/console/jobs/{identifier}").text
    assert ">Refresh</a>" in page and ">Cancel</button>" in page
    token = form_token(client)
    client.post(f"/console/jobs/{identifier}/cancel", data={"csrf": token})
    client.get(f"/v1/jobs/{identifier}/events")
    page = client.get(f"/console/jobs/{identifier}").text
    assert "cancelled" in page and ">Run again</button>" in page
    assert identifier in client.get("/console/jobs").text
