"""Evaluators' pages and API: run, read, compare, judge, label; nobody else gets in."""

from __future__ import annotations

import json
import time

import pytest

from tests.web.people import bearer, form_token, sign_in
from web.access import Role

SUITE = [
    {"id": "fee", "question": "how much does a standard passport cost", "facts": ["$100"]},
    {"id": "card", "question": "must I pay the passport fee by card", "facts": ["by card"]},
    {"id": "years", "question": "must I renew a driver licence", "facts": ["every 10 years"]},
]
PAGES = {"fee": "renew-a-passport", "card": "renew-a-passport", "years": "renew-a-driver-licence"}
POLICY = '[suites.small]\n"fact recall" = { floor = 0.6, fall = 0.1 }\n'


@pytest.fixture
def evaluator(settings, tmp_path, request):
    """A client signed in as an evaluator, with a small suite and a policy of its own."""
    folder = settings.data_dir / "suites"
    folder.mkdir(parents=True)
    rows = [row | {"pages": [f"https://www.govt.nz/{PAGES[row['id']]}/"]} for row in SUITE]
    (folder / "small.jsonl").write_text("\n".join(map(json.dumps, rows)))
    settings.gate_policy = tmp_path / "gates.toml"
    settings.gate_policy.write_text(POLICY)
    return sign_in(request.getfixturevalue("client"), Role.EVALUATOR, "aroha")


def finished(client, job):
    """The job once it is over."""
    for _ in range(3000):
        found = client.get(f"/v1/jobs/{job}").json()
        if found["state"] in {"done", "failed", "cancelled"}:
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def run(client, **fields):
    """Run the small suite from the console; the number of the run."""
    sent = {"suite": "small", "csrf": form_token(client), **fields}
    done = client.post("/console/evaluations", data=sent)
    job = finished(client, done.url.path.rsplit("/", 1)[1])
    assert job["state"] == "done", job["error"]
    return job["result"]["run"]


def save(client, name, text):
    """Save a configuration from the console."""
    sent = {"name": name, "text": text, "csrf": form_token(client)}
    return client.post("/console/evaluations/configurations", data=sent)


def test_a_run_is_started_followed_and_read(evaluator):
    """From the form to the case: figures, what failed, what was retrieved, and the same answer again."""
    number = run(evaluator)
    page = evaluator.get(f"/console/evaluations/runs/{number}").text
    assert "fact recall" in page and "Open the report" in page
    case = evaluator.get(f"/console/evaluations/runs/{number}/cases/0").text
    assert "how much does a standard passport cost" in case and "What was retrieved" in case
    assert (
        "the same answer, to the byte"
        in evaluator.get(f"/console/evaluations/runs/{number}/cases/0/replay").text
    )
    assert f"{number}: small" in evaluator.get("/console/evaluations").text


def test_a_sample_is_a_number_of_cases(evaluator):
    """Of so many, and of all where the field is left empty; what is no number is refused in words."""
    for sample, cases in (("1", 1), ("", len(SUITE))):
        number = run(evaluator, sample=sample)
        assert len(evaluator.portal.call(evaluator.app.state.services.runs.planned, number)) == cases
    sent = {"suite": "small", "csrf": form_token(evaluator)}
    for wrong in ("²", "0", "some"):
        assert evaluator.post("/console/evaluations", data=sent | {"sample": wrong}).status_code == 422


def test_the_report_is_whole_in_one_file_and_runs_nothing(evaluator):
    """It fetches nothing, runs no script, and its policy allows its own style only."""
    number = run(evaluator)
    shown = evaluator.get(f"/console/evaluations/runs/{number}/report")
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script" not in shown.text and " style=" not in shown.text
    assert "http" not in shown.text.split("</style>")[0]
    assert shown.text.count("<svg") >= 3 and "Cases that do not pass" in shown.text


def test_a_run_can_be_taken_away_as_a_file(evaluator):
    """JUnit XML, JSON, Markdown and HTML; another form is told which there are."""
    number = run(evaluator)
    for form, begins in (("xml", "<?xml"), ("json", "{"), ("md", "## "), ("html", "<!doctype html>")):
        text = evaluator.get(f"/console/evaluations/runs/{number}/file.{form}").text
        assert text.lstrip().startswith(begins)
    assert evaluator.get(f"/console/evaluations/runs/{number}/file.exe").status_code == 404


def test_a_threshold_is_changed_compared_refused_and_mended(evaluator):
    """With a threshold that declines everything facts are lost: flips, a refusal by name, and back again."""
    first = run(evaluator)
    token = form_token(evaluator)
    evaluator.post(f"/console/evaluations/runs/{first}/accept", data={"csrf": token})
    assert "The gate passes" in evaluator.get("/console/evaluations/gate").text
    assert save(evaluator, "strict", "[threshold]\ncut = 1.0\n").url.path.endswith("/configurations")
    second = run(evaluator, configuration="strict")
    compared = evaluator.get(f"/console/evaluations/compare?before={first}&after={second}").text
    assert "passed before and do not now" in compared and "how much does a standard passport" in compared
    refused = evaluator.get("/console/evaluations/gate").text
    assert "The gate refuses" in refused and "cases/0" in refused
    save(evaluator, "strict", "[threshold]\ncut = 0.0\n")
    run(evaluator, configuration="strict")
    assert "The gate passes" in evaluator.get("/console/evaluations/gate").text


def test_a_configuration_that_does_not_fit_is_shown_again_with_what_is_wrong(evaluator):
    """Nothing that was typed is lost."""
    wrong = save(evaluator, "mine", "[threshold]\ncutt = 1.0\n")
    assert wrong.status_code == 422
    assert "has no cutt" in wrong.text and "cutt = 1.0" in wrong.text
    assert save(evaluator, "../x", "note = ''").status_code == 422


def test_two_people_label_blind_and_their_agreement_is_shown(evaluator):
    """The pages do not say whose answer stands where; the overview says how far raters agree."""
    first = run(evaluator)
    save(evaluator, "strict", "[threshold]\ncut = 1.0\n")
    second = run(evaluator, configuration="strict")
    for name in ("aroha", "mere"):
        sign_in(evaluator, Role.EVALUATOR, f"{name}-rater")
        address = f"/console/evaluations/review/pair?before={first}&after={second}"
        while "Left is better" in (page := evaluator.get(address).text):
            assert "strict" not in page and "served" not in page
            case = page.split('name="case_id" value="')[1].split('"')[0]
            left = page.split('aria-label="Left"')[1].split("</section>")[0]
            better = "left" if "[" in left else "right"
            sent = {"before": first, "after": second, "case_id": case, "better": better}
            evaluator.post("/console/evaluations/review/pair", data=sent | {"csrf": form_token(evaluator)})
    overview = evaluator.get("/console/evaluations/review").text
    assert f"run {first}: " in overview and "1.00" in overview
    marks = {"run": first, "case_id": "fee", "correct": 5, "complete": 4, "clear": 5}
    token = {"csrf": form_token(evaluator)}
    for wrong in ({"run": "x"}, {"run": 10**30}, {"correct": "²"}, {"correct": 9}):
        refused = evaluator.post("/console/evaluations/review/rubric", data=marks | wrong | token)
        assert refused.status_code == 422
    assert "complete" not in evaluator.get("/console/evaluations/review").text
    evaluator.post("/console/evaluations/review/rubric", data=marks | token)
    assert "complete" in evaluator.get("/console/evaluations/review").text


def test_the_same_by_api(evaluator, client):
    """A program starts a run, waits, reads scores, compares, and asks for the verdict."""
    headers = bearer(client, Role.EVALUATOR)
    client.cookies.clear()
    assert client.get("/v1/evals/suites", headers=headers).json()["suites"][0] == "small"
    job = client.post("/v1/evals/runs", json={"suite": "small"}, headers=headers).json()
    for _ in range(3000):
        done = client.get(f"/v1/jobs/{job['id']}", headers=headers).json()
        if done["state"] == "done":
            break
        time.sleep(0.02)
    number = done["result"]["run"]
    assert client.get(f"/v1/evals/runs/{number}", headers=headers).json()["figures"]["passed"]["n"] == 3
    scores = client.get(f"/v1/evals/runs/{number}/scores", headers=headers).json()
    assert {each["id"] for each in scores["trials"]} == {"fee", "card", "years"}
    same = client.get(f"/v1/evals/compare?before={number}&after={number}", headers=headers).json()
    assert (same["pairs"], same["broken"]) == (3, [])
    assert client.get("/v1/evals/gate", headers=headers).json()["passed"]
    assert client.get(f"/v1/evals/runs/{number}/cases/0/replay", headers=headers).json()["same"]
    text = {"text": "[threshold]\ncut = 0.5\n"}
    assert client.put("/v1/evals/configurations/half", json=text, headers=headers).json()["name"] == "half"
    unknown = client.post("/v1/evals/runs", json={"suite": "/etc/passwd"}, headers=headers)
    assert (unknown.status_code, "small" in unknown.json()["what_to_do"]) == (422, True)
    assert client.get("/v1/evals/runs/999", headers=headers).status_code == 404


def test_only_evaluators_get_in(client):
    """An editor has no business here, and nobody without a key."""
    headers = bearer(client, Role.EDITOR)
    for path in ("/console/evaluations", "/v1/evals/runs", "/console/evaluations/review"):
        assert client.get(path, headers=headers).status_code == 403
    assert client.get("/v1/evals/runs").status_code == 401
