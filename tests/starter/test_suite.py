"""What the README promises of the starter content, measured through the real command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results(command):
    """The starter suite's 40 cases with their answers."""
    run = command("eval", "run", "starter", "--json")
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


def score(result, metric):
    """The value of one metric of a result."""
    return result["scores"][metric]["value"]


def test_at_least_36_of_40_show_the_expected_page_first_and_the_fact(results):
    """The page that answers comes first, and the answer shows the expected fact."""
    assert len(results) == 40
    right = [each for each in results if score(each, "recall@1") == score(each, "fact recall") == 1]
    assert len(right) >= 36, sorted({each["id"] for each in results} - {each["id"] for each in right})


def test_every_citation_of_every_answer_verifies(results):
    """Every quote stands byte for byte in the stored page at its span."""
    assert all(score(each, "citation validity") == 1 for each in results)
    assert (
        sum(len(sentence["citations"]) for each in results for sentence in each["answer"]["sentences"]) > 100
    )


def test_answers_are_short_enough_for_a_phone(results):
    """The median answer stays under 80 words."""
    words = sorted(score(each, "words") for each in results)
    assert words[len(words) // 2] < 80


def test_the_transcript_of_the_readme_is_what_the_command_prints(command):
    """Whoever types the README's questions reads the README's answers, from the same page."""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"## A real transcript\n\n```console\n(.*?)```", readme, re.DOTALL)[1]
    asked = re.findall(r'^\$ make ask Q="(.*?)"\n\n(.*?)\n \[2\]', shown, re.DOTALL | re.MULTILINE)
    assert len(asked) == 2
    for question, answer in asked:
        assert answer in command("ask", question).stdout, question
