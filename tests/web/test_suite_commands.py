"""`eval suite`: what evaluators type about their files of cases."""

from __future__ import annotations

import json

import pytest
import structlog
from typer.testing import CliRunner

from tests.doubles import BagOfWords
from web.cli import app

CASES = [
    {
        "id": "a",
        "question": "can I?",
        "polarity": "yes",
        "facts": ["yes"],
        "pages": ["en/a"],
        "tags": {"topic": "rent"},
    },
    {"id": "b", "question": "and I?", "answerable": False, "tags": {"topic": "rent", "kind": "near miss"}},
    {"id": "c", "question": "he aha?", "language": "mi", "pages": ["mi/a"], "tags": {"topic": "tax"}},
]


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """The `eval suite` command on an installation with a suite of its own."""
    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(tmp_path))
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "mine.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    yield lambda *words: CliRunner().invoke(app, ["eval", "suite", *words])
    structlog.reset_defaults()  # the commands log to a stream that is gone with the runner


def test_stats_count_cases_by_language_ending_polarity_and_tag(suite):
    """An evaluator sees what a suite is made of."""
    told = suite("stats", "mine")
    assert told.exit_code == 0
    rows = {
        row[1].strip(): row[2].strip()
        for row in (line.split("│") for line in told.stdout.splitlines())
        if len(row) > 3
    }
    assert "mine: 3 cases" in told.stdout
    assert rows["language"] == "en 2, mi 1"
    assert rows["ending"] == "answered 2, not answered 1"
    assert rows["topic"] == "rent 2, tax 1"
    assert (rows["polarity"], rows["kind"]) == ("yes 1", "near miss 1")


def test_stats_of_a_suite_that_does_not_exist_say_which_there_are(suite):
    """A slip of the fingers is told with the names that could have been meant."""
    told = suite("stats", "mien")
    assert told.exit_code == 1 and "there is no suite 'mien'" in told.stderr and "answers" in told.stderr


@pytest.mark.parametrize("words", [("ask", "--file"), ("search", "--file"), ("eval", "run")])
def test_an_empty_index_is_told_once_with_what_to_do(suite, words, tmp_path, monkeypatch):
    """Not a question at a time: one error says which command to run first."""
    monkeypatch.setattr("web.main.open_recovering", lambda *_, **__: BagOfWords())
    (tmp_path / "asked.jsonl").write_text(
        "".join(f'{{"id": "{at}", "question": "can I?"}}\n' for at in range(3))
    )
    ran = CliRunner().invoke(app, [*words, str(tmp_path / "asked.jsonl")])
    assert ran.exit_code == 1
    assert ran.stderr.count("ingest starter") == 1


def test_generating_without_a_judge_says_what_to_set(suite, tmp_path):
    """The command ends before anything is opened."""
    told = suite("generate", str(tmp_path / "drafts.jsonl"))
    assert told.exit_code == 1 and "GOVT_ASSISTANT_JUDGE_MODEL" in told.stderr
    assert not (tmp_path / "drafts.jsonl").exists()
