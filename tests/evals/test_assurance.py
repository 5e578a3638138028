"""The evidence pack: what was recorded is linked, what was not is said to be missing."""

from __future__ import annotations

from datetime import UTC, datetime

from evals import Basis, Run, RunState
from evals.assurance import Known, assurance
from evals.guardrail_report import Row

NOW = datetime(2026, 11, 27, tzinfo=UTC)
FIGURE = {"mean": 0.91, "low": 0.88, "high": 0.94, "n": 300}


def pack(runs=(), guards=()):
    """A pack over these runs and rows of the guards."""
    found = {suite: _run(suite, figures) for suite, figures in runs}
    return assurance(Known(found, guards, {}, {"model": "no language model is used"}), NOW, "https://console")


def _run(suite, figures):
    basis = Basis(3, "c", "d", "m")
    return Run(7, suite, {"name": "served"}, basis, RunState.FINISHED, "", NOW, NOW, 0, figures)


def line(made, identifier):
    """The first line of that id."""
    return next(each for one in made.frameworks for each in one.lines if each.id == identifier)


def test_a_figure_is_evidence_with_a_link_to_its_run():
    """Whoever doubts the number can open the run."""
    (evidence,) = line(pack([("answers", {"fact recall": FIGURE})]), "LLM09").evidence
    assert evidence.text.startswith("fact recall 0.910 [0.880, 0.940] (run 7 of answers, 300 cases")
    assert evidence.link == "https://console/console/evaluations/runs/7"


def test_what_was_never_recorded_is_said_to_be_missing():
    """An empty installation has a pack full of gaps, not of promises."""
    made = pack()
    assert line(made, "LLM06").status == "no evidence"
    told = [each.text for one in made.frameworks for line in one.lines for each in line.evidence]
    assert set(told) == {"model: no language model is used"}


def test_the_weakest_figure_of_the_guards_stands_for_all_and_a_missed_target_is_told():
    """A pack that shows only the best would mislead."""
    rows = [
        Row("identifiers", "IRD_NUMBER recall", 1.0, "1.000"),
        Row("identifiers", "PASSPORT recall", 0.8, "0.800", 0.9),
    ]
    (evidence,) = line(pack(guards=rows), "LLM02").evidence
    assert "PASSPORT recall 0.800" in evidence.text and "MISSED" in evidence.text


def test_every_list_says_where_it_was_read_and_whether_it_was_checked():
    """No reader takes our short names for the wording of the source."""
    made = {each.name: each for each in pack().frameworks}
    for framework in made.values():
        assert framework.source.startswith("https://") and framework.note
        assert framework.read.year == 2026
    assert made["OWASP Top 10 for LLM Applications 2026"].unchecked == 0
    assert made["Privacy Act 2020: information privacy principles"].unchecked == 12
