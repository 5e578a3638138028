"""Cases on their way into a suite: nothing that nobody reviewed, nothing that contradicts what is there."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assistant import FeedbackItem, FeedbackKind
from evals import Case, SuiteError, load
from evals.drafts import add, from_feedback, write_cases
from evals.suite import parse


def given(tmp_path, **fields):
    """A file with one case."""
    case = {"id": "a", "question": "can I?", "pages": ("en/bond",), "author": "mere", **fields}
    write_cases([Case.model_validate(case)], tmp_path / "new.jsonl")
    return parse(str(tmp_path / "new.jsonl"))


def test_a_reviewed_case_is_added_once(tmp_path):
    """The second time it is known; the suite can be run by name."""
    suite = tmp_path / "suites" / "mine.jsonl"
    assert add(given(tmp_path), suite, None).added == ("a",)
    assert add(given(tmp_path), suite, None).known == ("a",)
    assert [case.id for case in load("mine", suite.parent).cases] == ["a"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"tags": {"review": "draft"}}, "take away the tag 'review'"),
        ({"author": ""}, "name its author"),
        ({"pages": ()}, "names no page"),
    ],
)
def test_an_unfinished_case_is_refused_and_nothing_is_written(tmp_path, fields, told):
    """A person has to have looked at it."""
    suite = tmp_path / "mine.jsonl"
    with pytest.raises(SuiteError, match=told):
        add(given(tmp_path, **fields), suite, None)
    assert not suite.exists()


def test_another_question_under_a_known_id_is_refused(tmp_path):
    """An id keeps its meaning, or runs could not be compared."""
    suite = tmp_path / "mine.jsonl"
    add(given(tmp_path), suite, None)
    with pytest.raises(SuiteError, match="another question under this id"):
        add(given(tmp_path, question="may I?"), suite, None)


def test_reports_become_drafts(tmp_path):
    """The redacted question, tagged as a draft; what would be right is left to a person."""
    item = FeedbackItem(
        id="f1", answer_id="a1", at=datetime(2026, 11, 27, tzinfo=UTC), kind=FeedbackKind.REPORT,
        helpful=None, reasons=(), comment="it is wrong", outcome="answered", topic="rent", pages=(),
        index_version=1, question="how much is a bond", answer=None, closed_at=None, closed_by=None, note="",
    )  # fmt: skip
    (draft,) = from_feedback([item], today=date(2026, 11, 27))
    assert (draft.question, draft.tags["review"], draft.date) == ("how much is a bond", "draft", "2026-11-27")
    assert "wrong" not in draft.model_dump_json()
