"""Messages of a content system: signed, fresh, and taken once."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from tests.web.editing.conftest import FEE, SECRET
from tests.web.editing.test_versions import said
from web.api.hooks import sign


def send(client, message, *, secret=SECRET, at=None, body=None, signature=None):
    """A message as the CMS would send it."""
    raw = json.dumps(message).encode()
    stamp = str(int(datetime.now(UTC).timestamp())) if at is None else str(at)
    headers = {
        "X-Timestamp": stamp,
        "X-Signature": signature or sign(raw, stamp, secret),
        "Content-Type": "application/json",
    }
    return client.post("/v1/hooks/cms", content=body or raw, headers=headers)


def test_a_signed_message_reads_the_page_again(client, editor, site, finish, published, pages):
    """The change waits as a candidate; the trail says that the CMS asked."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    job = finish(send(client, {"event": "changed", "urls": [pages[0]]}))
    assert job["by"] == "cms webhook"
    assert job["result"]["candidate"]
    assert "$200" in said(client)


def test_a_page_that_is_removed_or_given_whole_is_taken(client, editor, finish, published, pages):
    """Each becomes a candidate."""
    given = {"url": pages[0], "title": "Passport fees", "text": "A standard passport costs $300."}
    assert finish(send(client, {"event": "given", "pages": [given]}))["result"]["candidate"]
    assert finish(send(client, {"event": "removed", "urls": [pages[1]]}))["result"]["candidate"]


@pytest.mark.parametrize(
    "how", [{"secret": "guessed"}, {"signature": "sha256=00"}, {"body": b"{}"}, {"at": "x"}, {"at": 1_000}]
)
def test_an_unsigned_changed_or_old_message_is_refused(client, how):
    """401, and nothing is started."""
    assert send(client, {"event": "changed", "urls": ["https://x.example/"]}, **how).status_code == 401
    jobs = client.app.state.services.jobs
    assert client.portal.call(jobs.all) == []


def test_the_same_message_counts_once(client, published, pages):
    """Somebody who listened cannot send it again."""
    stamp = int(datetime.now(UTC).timestamp())
    message = {"event": "changed", "urls": [pages[0]]}
    assert send(client, message, at=stamp).status_code == 202
    assert send(client, message, at=stamp).status_code == 409


def test_a_message_of_which_nothing_came_may_be_sent_again(client, published, pages, monkeypatch):
    """The database was away as its job was to begin: the next try of the CMS is not taken for a repeat."""
    stamp, message = int(datetime.now(UTC).timestamp()), {"event": "changed", "urls": [pages[0]]}

    async def away(*_):
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(client.app.state.services.jobs, "start", away)
        assert send(client, message, at=stamp).status_code == 503
    assert send(client, message, at=stamp).status_code == 202


@pytest.mark.parametrize(
    "message", [{"event": "sold"}, {"event": "changed"}, {"event": "given", "pages": [{}]}]
)
def test_a_message_that_says_nothing_useful_names_what_is_wrong(client, message):
    """422 with the field."""
    refused = send(client, message)
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/hook-malformed"


def test_without_a_secret_nothing_is_taken(client, settings):
    """And the answer says which setting is missing."""
    object.__setattr__(settings, "webhook_secret", type(settings.webhook_secret)(""))
    refused = send(client, {"event": "changed", "urls": ["https://x.example/"]}, secret="")
    assert refused.status_code == 401
    assert "GOVT_ASSISTANT_WEBHOOK_SECRET" in refused.json()["what_to_do"]
