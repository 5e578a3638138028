"""Suites of other tools: what they wrote can be read, and what is written can be read back."""

from __future__ import annotations

import json

import pytest

from evals import Case, SuiteError
from evals.interchange import read_suite, write_suite
from tests.evals.making import trial

CASES = [
    Case(
        id="bond",
        question="how much bond, and when?",
        pages=("en/bond",),
        facts=("4 weeks", "23 working days"),
        forbidden=("6 weeks",),
        tags={"topic": "rent"},
    ),
    Case(id="moon", question="how far is the moon", pages=("en/moon",), facts=("far",)),
]


@pytest.mark.parametrize("shape", ["csv", "promptfoo"])
def test_a_suite_survives_the_way_out_and_back(shape, tmp_path):
    """Question, pages, facts and what is forbidden are the same afterwards."""
    write_suite(shape, CASES, tmp_path / "out")
    back = read_suite(shape, tmp_path / "out")
    for one, other in zip(CASES, back, strict=True):
        same = ("id", "question", "pages", "facts", "forbidden")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]


def test_ragas_rows_hold_what_was_answered_and_come_back_as_cases(tmp_path):
    """ragas is given question, reference, answer and contexts under its own names."""
    answered = trial("Up to 4 weeks.", id="bond", facts=("4 weeks",))
    write_suite("ragas", CASES, tmp_path / "rows.jsonl", [answered])
    first = json.loads((tmp_path / "rows.jsonl").read_text().split("\n")[0])
    assert first["user_input"] == "how much bond, and when?"
    assert first["response"] == "Up to 4 weeks."
    assert first["retrieved_context_ids"] == ["en/bond", "en/rent"]
    assert read_suite("ragas", tmp_path / "rows.jsonl")[0].facts == ("4 weeks", "23 working days")


def test_a_ragas_conversation_becomes_a_question_with_history(tmp_path):
    """The last human message is the question."""
    said = [
        {"type": "human", "content": "about my bond"},
        {"type": "ai", "content": "yes?"},
        {"type": "human", "content": "when is it paid back"},
    ]
    (tmp_path / "rows.jsonl").write_text(json.dumps({"user_input": said, "reference": "soon"}))
    case = read_suite("ragas", tmp_path / "rows.jsonl")[0]
    assert (case.question, case.history) == ("when is it paid back", ("about my bond",))


def test_beir_is_written_and_read(tmp_path):
    """Each judged query is a case that expects its relevant documents."""
    write_suite("beir", CASES, tmp_path / "beir")
    back = read_suite("beir", tmp_path / "beir")
    assert [(case.id, case.pages) for case in back] == [
        ("bond", ("urn:page:en/bond",)),
        ("moon", ("urn:page:en/moon",)),
    ]


def test_multidoc2dial_turns_become_cases_with_their_history(tmp_path):
    """Only user turns whose reply rests on a document are cases; earlier ones are history."""
    turns = [
        {"turn_id": 1, "role": "user", "utterance": "Hello", "references": []},
        {"turn_id": 2, "role": "agent", "utterance": "Hi", "references": []},
        {"turn_id": 3, "role": "user", "utterance": "My licence?", "references": []},
        {"turn_id": 4, "role": "agent", "utterance": "Renew it.", "references": [{"doc_id": "Renewal#1"}]},
    ]
    given = {"dial_data": {"dmv": [{"dial_id": "d9", "turns": turns}]}}
    (tmp_path / "dial.json").write_text(json.dumps(given))
    (case,) = read_suite("multidoc2dial", tmp_path / "dial.json")
    assert (case.id, case.history, case.pages) == ("d9-3", ("Hello",), ("urn:page:Renewal#1",))


@pytest.mark.parametrize(
    ("shape", "text"),
    [("csv", "id,question,colour\na,b,red\n"), ("promptfoo", "- vars: {}"), ("ragas", "{not"), ("xls", "")],
)
def test_what_cannot_be_read_is_told(shape, text, tmp_path):
    """A file in another shape is named, not half read."""
    (tmp_path / "file").write_text(text)
    with pytest.raises(SuiteError):
        read_suite(shape, tmp_path / "file")


def test_a_file_that_is_not_there_is_told(tmp_path):
    """The path is in the message."""
    with pytest.raises(SuiteError, match="cannot be read"):
        read_suite("csv", tmp_path / "none.csv")
