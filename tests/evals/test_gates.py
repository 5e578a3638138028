"""The gate: what it refuses, and that it names what to look at."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from assistant import GenerativeComposer, ModelSettings, Prompts
from evals import (
    Case,
    Order,
    PolicyError,
    Score,
    Suite,
    chosen,
    gate,
    gate_version,
    load_policy,
    run,
    score_all,
    subject_of,
)
from evals.gate_policy import GatePolicy
from ingest import sync
from tests.doubles import Pages, page
from tests.evals.making import trial
from tests.scripted_model import passages_of, says, sentence, serving

POLICY = """
[suites.small]
publish = true
must_pass = ["kayak"]
passed = { floor = 0.7, fall = 0.1 }
"fact recall" = { floor = 0.9 }
words = { ceiling = 100 }
"""


@pytest.fixture
def policy(tmp_path):
    """A policy for the small suite."""
    path = tmp_path / "gates.toml"
    path.write_text(POLICY)
    return load_policy(path)


def sheet(*right):
    """One case for each truth value."""
    return score_all(
        [trial("Free.", id=f"c{n}", facts=("Free" if ok else "dear",)) for n, ok in enumerate(right)]
    )


def refused(verdict):
    """What is not met, with its cases."""
    return {(each.metric, each.demand.split()[0]): each.cases for each in verdict.refusals}


def test_the_shipped_policy_names_suites_metrics_and_cases_that_there_are():
    """A demand on a metric that does not exist could never be met."""
    from evals import load, shipped

    for name, suite in load_policy().suites.items():
        assert name in shipped()
        chosen(each.metric for each in suite.limits if each.metric != "passed")
        assert set(suite.must_pass) <= {case.id for case in load(name).cases}


def test_a_floor_a_fall_and_a_case_that_must_pass(policy):
    """Each demand that is not met names the cases."""
    policy = replace(policy, suites={"small": replace(policy.suites["small"], must_pass=("c1",))})
    before, after = sheet(*[True] * 10), sheet(True, False, False, *[True] * 7)
    assert gate(policy, {"small": before}, {}).passed
    found = refused(gate(policy, {"small": after}, {"small": before}))
    assert found == {
        ("passed", "falls"): ("c1", "c2"),
        ("fact recall", "at"): ("c1", "c2"),
        ("cases that must pass", "all"): ("c1",),
    }


def test_what_was_not_run_or_measured_is_refused(policy):
    """Nothing passes for want of evidence."""
    assert refused(gate(policy, {}, {})) == {("passed", "is"): ()}
    without = score_all([trial("x", id="kayak")])
    assert ("fact recall", "is") in refused(gate(policy, {"small": without}, {}))


def test_a_judge_that_gives_no_number_is_refused(policy):
    """A seeded NaN is refused by name, however good the rest is."""

    class Judge:
        """Gives a number for all but one case."""

        name, check, better = "judge", False, "higher"

        def scores(self, trials):
            """NaN for c7."""
            return [Score(nan if each.case.id == "c7" else 1.0, "") for each in trials]

    trials = sheet(*[True] * 10).trials
    judged = score_all(trials, [Judge()])
    demanded = replace(
        policy.suites["small"],
        limits=(replace(policy.suites["small"].limits[0], metric="judge"),),
        must_pass=(),
    )
    verdict = gate(GatePolicy({"small": demanded}), {"small": judged}, {})
    assert refused(verdict) == {("judge", "is"): ("c7",)}


@pytest.mark.parametrize(
    "text",
    [
        "[suites.a]\npassed = { flor = 1 }",
        '[suites.a]\npassed = "x"',
        "[suites",
        "[suites.a]\npassed = {}",
    ],
)
def test_a_policy_that_cannot_be_used_is_told(tmp_path, text):
    """A misspelt demand would otherwise demand nothing."""
    path = tmp_path / "gates.toml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=r"gates\.toml"):
        load_policy(path)


def written(suite, tmp_path, monkeypatch):
    """The suite where the publish gate finds it by name."""
    lines = [case.model_dump_json(exclude_defaults=True) for case in suite.cases]
    (tmp_path / "small.jsonl").write_text("\n".join(lines))
    monkeypatch.setattr("evals.suite.SUITES", tmp_path)


@pytest.mark.anyio
async def test_a_bad_page_is_refused_before_it_is_published(
    suite, small, runs, policy, tmp_path, monkeypatch, now
):
    """A seeded page that gives another price crowds out the right one: the gate names the case."""
    from contextlib import asynccontextmanager

    written(suite, tmp_path, monkeypatch)

    @asynccontextmanager
    async def subjects(*, version):
        yield await subject_of(small, version=version)

    bad = page("kayak-permit-cost", "What does a kayak permit cost? A kayak permit does cost $9,000.")
    await sync(Pages([bad], name="seeded"), small.index, now=now)
    verdict = await gate_version(2, 1, subjects, runs, policy)
    assert "kayak" in refused(verdict)["cases that must pass", "all"]
    good = page("boat-licence", "A boat licence is for boats.")
    await small.index.catalog.rollback(1)
    await sync(Pages([good], name="harmless"), small.index, now=now)
    assert (await gate_version(3, 1, subjects, runs, policy)).passed


@pytest.mark.anyio
async def test_a_suite_about_other_pages_says_nothing_about_a_version(
    small, runs, policy, tmp_path, monkeypatch
):
    """An installation with pages of its own is not refused for lacking the shipped ones."""
    from contextlib import asynccontextmanager

    other = Suite("small", (Case(id="kayak", question="?", pages=("en/none",), facts=("x",)),))
    written(other, tmp_path, monkeypatch)

    @asynccontextmanager
    async def subjects(*, version):
        yield await subject_of(small, version=version)

    assert (await gate_version(1, 1, subjects, runs, policy)).findings == ()


@pytest.mark.anyio
async def test_a_bad_prompt_is_refused(suite, small, runs, policy):
    """With a prompt under which the model says little, answers lose their facts and the gate names them."""
    from pydantic import SecretStr

    def obeys(request):
        """As the instructions bid: every line of the first passage, or the first alone."""
        first = passages_of(request)[0]
        lines = [line for line in first["text"].split("\n") if line.strip()]
        brief = "Only ever write one sentence" in request["messages"][0]["content"]
        return says(*(sentence(line, first["id"]) for line in lines[: 1 if brief else None]))

    answerable = Suite("small", suite.cases[:3])
    with serving(obeys) as model:
        sheets = []
        for prompts in (Prompts(), Prompts(en="Only ever write one sentence. {{canary}}")):
            composer = GenerativeComposer(
                ModelSettings("scripted", model.base_url, SecretStr("x")), canary="c4n4ry", prompts=prompts
            )
            sheets.append(await _with_model(answerable, small, composer, runs))
            await composer.aclose()
    before, after = sheets
    assert gate(policy, {"small": before}, {}).passed
    verdict = gate(policy, {"small": after}, {"small": before})
    assert "kayak" in refused(verdict)["cases that must pass", "all"]


async def _with_model(suite, small, composer, runs):
    subject = await subject_of(replace(small, composers=(composer,)), code="code", models="scripted")
    return score_all(await runs.trials(await run(Order(suite, parallel=1), subject, runs)))
