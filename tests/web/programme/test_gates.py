"""Gates: the evaluators' own runs are evidence, and the newest result of a gate counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import anyio

from assistant.programme import GateResult, lapse_failed
from web.programme.evaluated import NewestOf

EARLY = datetime(2026, 11, 1, tzinfo=UTC)


class Known:
    """Results as given."""

    def __init__(self, *results):
        self._results = {result.gate: result for result in results}

    async def latest(self, names):
        """Those asked for that are known."""
        return {name: self._results[name] for name in names if name in self._results}


def test_the_newest_of_two_places_counts():
    """A recorded pass does not outlive a later run that failed, nor the other way round."""
    passed, failed = GateResult("a", True, EARLY), GateResult("a", False, EARLY + timedelta(days=1))
    for places in ((Known(passed), Known(failed)), (Known(failed), Known(passed))):
        found = anyio.run(NewestOf(*places).latest, ["a", "b"])
        assert found == {"a": failed}


def test_an_evaluation_run_is_evidence_and_its_failure_ends_a_certificate(
    served, editor, evaluator, admin, published
):
    """A suite whose newest run misses the policy's limits fails as a gate, wherever the gate is named."""
    case = editor.publish("use-cases", title="Case", agency="A", summary="Reads.", stage="trial")
    published()
    assessment = editor.create(
        "assessments", title="Assessed", use_case=case["slug"], agency="A", gates=["starter"]
    )
    assert evaluator.view(assessment, "evidence").json()["gates"][0]["passed"] is None
    evaluator.create(
        "gate-results", title="starter: passed", gate="starter", passed=True, measured_at=EARLY.isoformat()
    )
    certificate = evaluator.create(
        "certificates", title="Certificate", use_case=case["slug"], agency="A", gates=["starter"],
        expires="2027-10-01",
    )  # fmt: skip
    register, desk = served.app.state.services.programme.register, served.app.state.services.programme.desk
    stored = served.portal.call(register.seen, "certificates", certificate["slug"])
    served.portal.call(lambda: register.settle(stored, "issued", reason="test"))
    served.portal.call(lapse_failed, desk)
    assert evaluator.read(certificate)["state"] == "issued"

    job = served.post("/v1/evals/runs", json={"suite": "starter"}, headers=evaluator._headers).json()
    while not served.get(f"/v1/jobs/{job['id']}", headers=evaluator._headers).json()["finished_at"]:
        time.sleep(0.05)
    gate = evaluator.view(assessment, "evidence").json()["gates"][0]
    assert (gate["passed"], gate["run"]) == (False, "evaluation run 1")
    assert "at least 0.9" in gate["figure"]
    served.portal.call(lapse_failed, desk)
    assert evaluator.read(certificate)["state"] == "lapsed"
