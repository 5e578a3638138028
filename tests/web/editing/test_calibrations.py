"""When the assistant declines can be fitted on an index's own pages, and belongs to the version then."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant import Threshold
from tests.web.editing.conftest import FEE
from tests.web.editing.test_versions import QUESTION, page_id

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def outcome(client):
    """How the question ends now."""
    return client.post("/v1/answers", json={"question": QUESTION}).json()["outcome"]


def calibrated(client, **changed):
    """A candidate that holds the threshold that ships, but for what is changed."""
    catalog = client.app.state.services.catalog
    fitted = {**Threshold.load().table, **changed}
    return client.portal.call(lambda: catalog.recalibrated(fitted, now=NOW))


def publish(client, admin, number):
    """Let the version answer, past the gate."""
    body = {"reason": "trying it"}
    assert client.post(f"/v1/versions/{number}/publish", json=body, headers=admin).json()["live"] is True


def test_a_calibration_answers_when_published_is_kept_by_later_versions_and_rolls_back(
    client, editor, admin, site, finish, published
):
    """A cut that trusts nothing declines from publishing to rolling back, whatever is read between."""
    number = calibrated(client, cut=1.0)
    assert outcome(client) == "answered"
    publish(client, admin, number)
    assert outcome(client) == "not_found"
    shown = client.get(f"/v1/versions/{number}", headers=editor).json()
    assert shown["calibration"]["cut"] == 1.0

    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    later = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    publish(client, admin, later)
    assert outcome(client) == "not_found"

    body = {"reason": "it declines everything"}
    client.post(f"/v1/versions/{published}/rollback", json=body, headers=admin)
    assert outcome(client) == "answered"


def test_the_gate_looks_at_every_question_before_a_calibration_may_answer(client, editor, finish, published):
    """No page differs, and yet every answer could: those that would be lost hold it back."""
    number = calibrated(client, cut=1.0)
    finish(client.post(f"/v1/versions/{number}/check", headers=editor))
    report = client.get(f"/v1/versions/{number}/report", headers=editor).json()
    assert (report["affected"], report["verdict"]["passed"]) == (report["asked"], False)


def test_a_calibration_of_another_release_leaves_the_one_that_ships(client, admin, published):
    """Numbers that this release does not know decline nothing and break nothing."""
    publish(client, admin, calibrated(client, with_units={"intercept": 0}))
    assert outcome(client) == "answered"
