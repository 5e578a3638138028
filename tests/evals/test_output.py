"""What other programs are given: JUnit XML, JSON, Markdown."""

from __future__ import annotations

import json
from math import nan
from xml.etree import ElementTree

from evals import Finding, Score, Verdict, score_all
from evals.output import as_json, junit, markdown, table, verdict_text
from tests.evals.making import trial


def two():
    """One case that passes and one that does not, with characters that markup must escape."""
    return score_all(
        [
            trial("Free.", id="good", facts=("Free",)),
            trial("Free.", id="bad", question="<b> & | ?", facts=("dear",)),
        ]
    )


def test_junit_tells_a_ci_system_which_case_failed_and_why():
    """The file is well-formed and its failure holds the check's explanation."""
    root = ElementTree.fromstring(junit("small", two()))
    assert (root.attrib["tests"], root.attrib["failures"]) == ("2", "1")
    failure = root.find("testcase[@name='bad']/failure")
    assert failure.attrib["message"] == "fact recall"
    assert "missing: dear" in failure.text and "<b> & | ?" in failure.text


def test_json_has_figures_by_tag_and_no_bare_nan():
    """A strict reader of JSON can read it; what is no number is null."""

    class Judge:
        """No number."""

        name, check, better = "judge", True, "higher"

        def scores(self, trials):
            """NaN."""
            return [Score(nan, "no number") for _ in trials]

    found = as_json(score_all(two().trials, [Judge()]))
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text)["trials"][0]["scores"]["judge"]["value"] is None
    assert as_json(two())["by_tag"]["language"]["en"]["passed"]["n"] == 2


def test_markdown_tables_are_whole():
    """A question with a bar does not break the table; each row has as many cells as the head."""
    assert "`bad` <b> & \\| ?: fact recall" in markdown("Run 1", two())
    rows = table({"small": two()}).split("\n")
    assert len({row.count("|") for row in rows}) == 1
    assert "| `small` | 2 | 0.500 [0.000, 1.000] |" in rows[2]


def test_a_verdict_tells_what_is_not_met_first():
    """The reader sees the refusal and its cases before what is in order."""
    verdict = Verdict(
        (
            Finding("a", "passed", "at least 0.9", "1.000", met=True),
            Finding("a", "mrr", "at least 0.9", "0.800", met=False, cases=("c7",)),
        )
    )
    lines = verdict_text(verdict).split("\n")
    assert lines[0].startswith("NOT MET a: mrr") and lines[1].strip() == "c7"
    assert lines[-1] == "The gate refuses."
