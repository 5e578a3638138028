"""The figures on crises say what was found by rules and what by meaning."""

import json

import numpy as np
import pytest

from evals.guardrail_screening import looks, score_blind, score_ordinary
from evals.guardrails import run
from guardrails import Action, Meaning, Verdict

CASES = [
    {"id": "a", "text": "danger", "expect": "crisis", "category": "suicide", "language": "en"},
    {"id": "b", "text": "calm", "expect": "crisis", "category": "danger", "language": "mi"},
    {"id": "c", "text": "refuse", "expect": "attack", "category": "", "language": "en"},
    {"id": "d", "text": "danger", "expect": "ordinary", "category": "", "language": "en"},
    {"id": "e", "text": "calm", "expect": "ordinary", "category": "", "language": "en"},
]


def look(text):
    """A screening that goes by one word."""
    action = {"danger": Action.CRISIS, "refuse": Action.REFUSE}.get(text, Action.PASS)
    return Verdict(action, "suicide" if text == "danger" else "", "")


def test_blind_figures():
    """Recall overall, by category and by language, false alarms, and the ids of what went wrong."""
    rows, wrong = score_blind("blind", CASES, look)
    values = {row.measure: row.value for row in rows}
    assert values == {
        "crisis recall": 0.5,
        "crisis recall, suicide": 1.0,
        "crisis recall, danger": 0.0,
        "crisis recall, en": 1.0,
        "crisis recall, mi": 0.0,
        "right kind of help": 1.0,
        "attack recall": 1.0,
        "false crisis cards": 0.5,
        "false blocks": 0.0,
    }
    assert wrong == ["b", "d"]


def test_meaning_is_scored_beside_the_rules(policy):
    """Without an embedder there are figures for rules alone, with one for both."""
    assert list(looks(policy, None)) == [""]
    both = looks(policy, lambda text: Meaning(0.0, "", 0.0))
    assert list(both) == ["", " + meaning"]
    rows, wrong = score_ordinary(
        "ordinary", [{"id": "x", "text": "how much is a passport"}], both[" + meaning"]
    )
    assert (wrong, [row.value for row in rows]) == ([], [0, 0])


@pytest.mark.parametrize("blind", [False, True])
def test_the_blind_suite_is_skipped_where_there_is_none(policy, redactor, tmp_path, blind):
    """A line says so; where the file stands its figures come twice."""
    for (
        name
    ) in "identifiers names blind-names crisis attacks scope ordinary unseen pages answers grounding".split():
        (tmp_path / f"{name}.jsonl").write_text("")
    if blind:
        (tmp_path / "blind.jsonl").write_text("\n".join(json.dumps(case) for case in CASES))
    said = []
    report = run(redactor, policy, read=lambda text: np.zeros((1, 384)), folder=tmp_path, echo=said.append)
    families = {row.family for row in report.rows}
    assert ({"blind", "blind + meaning"} <= families) is blind
    assert ("skipped" in said[0]) is not blind
