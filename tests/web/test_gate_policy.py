"""The gate's policy, changed in the console and by API: checked, with a reason, every revision kept."""

from __future__ import annotations

import json
import re

import pytest

from tests.web.people import bearer, form_token, sign_in
from web.access import Role

POLICY = (
    '[suites.small]\n"fact recall" = { floor = 0.6, fall = 0.1 }\n[suites.other]\npassed = { floor = 0.5 }\n'
)
PATH = "/console/evaluations/gate/policy"


@pytest.fixture
def evaluator(settings, tmp_path, request):
    """A client signed in as an evaluator, with a suite and a policy in a file."""
    (settings.data_dir / "suites").mkdir(parents=True)
    case = {"id": "fee", "question": "how much does a standard passport cost", "pages": ["en/p"]}
    (settings.data_dir / "suites" / "small.jsonl").write_text(json.dumps(case))
    settings.gate_policy = tmp_path / "gates.toml"
    settings.gate_policy.write_text(POLICY)
    return sign_in(request.getfixturevalue("client"), Role.EVALUATOR, "aroha")


def change(client, **fields):
    """Send the form for the small suite."""
    sent = {"suite": "small", "based_on": "0", "reason": "trial", "csrf": form_token(client), **fields}
    return client.post(f"{PATH}/suite", data=sent)


def test_a_floor_is_changed_with_a_reason_and_counts_at_once(evaluator):
    """The form shows what is demanded; after the change the gate demands it, and who and why are kept."""
    form = evaluator.get(f"{PATH}/suite?suite=small").text
    assert re.search(r'name="floor:fact recall" value="0.6"', form)
    sent = {"floor:fact recall": "0,7", "ceiling:words": "120", "must_pass": "fee", "publish": "yes"}
    done = change(evaluator, **sent, reason="call me on 021 555 1234")
    assert done.url.path == "/console/evaluations/gate"
    page = evaluator.get(PATH).text
    assert "Revision 1, by aroha" in page and "021 555 1234" not in page
    assert "asked before publishing" in page and "Must pass: fee" in page
    text = evaluator.get(f"{PATH}/file").text
    assert '"fact recall" = { floor = 0.7 }' in text and '"words" = { ceiling = 120.0 }' in text
    assert '[suites."other"]' in text
    trail = evaluator.get("/v1/evals/policy").json()
    assert (trail["revision"], trail["changed_by"]) == (1, "aroha")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"floor:fact recall": "high"}, "is &#39;high&#39;, which is no number"),
        ({"floor:fact recall": "1.4"}, "it must be from 0 to 1"),
        ({"floor:passed": "0.9", "ceiling:passed": "0.8"}, "above its ceiling"),
        ({"floor:passed": "0.9", "must_pass": "fees"}, "has no case &#39;fees&#39;"),
        ({"floor:passed": "0.9", "reason": " "}, "say in a sentence why"),
        ({}, "nothing is demanded"),
        ({"floor:passed": "0.9", "based_on": "7"}, "at revision 0 by now"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_that_was_typed_is_lost(evaluator, fields, told):
    """The form comes back with what is wrong; the policy is as it was."""
    answer = change(evaluator, **fields)
    assert answer.status_code == 422 and told in answer.text
    for name, value in fields.items():
        if name.startswith(("floor", "ceiling")):
            assert f'name="{name}" value="{value}"' in answer.text
    assert evaluator.get("/v1/evals/policy").json()["revision"] == 0


def test_a_suite_is_dropped_and_an_earlier_revision_used_again(evaluator):
    """Nothing is ever lost: what was demanded before can be demanded again, as a revision of its own."""
    token = form_token(evaluator)
    sent = {"suite": "other", "based_on": "0", "reason": "no longer run", "csrf": token}
    assert evaluator.post(f"{PATH}/suite/drop", data=sent).status_code == 200
    assert list(evaluator.get("/v1/evals/policy").json()["suites"]) == ["small"]
    again = {"based_on": "1", "reason": "run after all", "csrf": token}
    assert evaluator.post(f"{PATH}/revisions/0", data=again).status_code == 200
    assert sorted(evaluator.get("/v1/evals/policy").json()["suites"]) == ["other", "small"]
    assert "run after all" in evaluator.get(PATH).text
    assert "fact recall" in evaluator.get(f"{PATH}/revisions/2").text


def test_the_change_is_in_the_audit_trail_with_before_and_after(evaluator, client):
    """An auditor sees who changed which floor, from what to what, and why."""
    change(evaluator, **{"floor:fact recall": "0.5"}, reason="fewer facts for now")
    sign_in(client, Role.ADMIN, "root")
    page = client.get("/console/audit").text
    assert "evaluation.policy" in page and "fewer facts for now" in page
    assert "floor = 0.6" in page and "floor = 0.5" in page


def test_programs_change_it_too(evaluator, client):
    """The same checks, as problem details; a stale change is a conflict."""
    headers = bearer(client, Role.EVALUATOR)
    client.cookies.clear()
    asked = {"limits": {"passed": {"floor": 0.8}}, "reason": "stricter", "based_on": 0}
    changed = client.put("/v1/evals/policy/suites/small", json=asked, headers=headers)
    assert changed.json()["suites"]["small"]["limits"]["passed"]["floor"] == 0.8
    assert client.put("/v1/evals/policy/suites/small", json=asked, headers=headers).status_code == 409
    wrong = asked | {"limits": {"passt": {"floor": 0.8}}, "based_on": 1}
    told = client.put("/v1/evals/policy/suites/small", json=wrong, headers=headers)
    assert told.status_code == 422 and "no metric" in told.json()["detail"]
    gone = client.delete("/v1/evals/policy/suites/other?reason=unused&based_on=1", headers=headers)
    assert list(gone.json()["suites"]) == ["small"]
    editor = bearer(client, Role.EDITOR)
    assert client.get("/v1/evals/policy", headers=editor).status_code == 403
