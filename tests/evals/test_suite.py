"""Suites: what a line may say, and how a mistake in one is told."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from evals import Case, Site, SuiteError, check, load, parse, schema, shipped
from evals.suite import SUITES, parse_lines
from ingest import Page


def line(**fields):
    """One line of a suite."""
    return json.dumps({"id": "a", "question": "can I?", "pages": ["en/bond"], **fields})


def site():
    """One page, under its slug and its address."""
    return Site.of(
        [Page(url="https://www.govt.nz/bond/", title="Bond", text="It is free.", slug="en/bond")]  # type: ignore[arg-type]
    )


def texts(lines, against=None):
    """What is wrong with lines."""
    return [str(problem) for problem in check(parse_lines("mine", lines), against)]


def test_the_published_schema_is_the_one_that_is_enforced():
    """An editor that checks against the file finds what the command finds."""
    assert json.loads((SUITES / "case.schema.json").read_text(encoding="utf-8")) == schema()


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_line_is_valid_under_the_schema(name):
    """The schema as published accepts each line that ships."""
    validator = jsonschema.Draft202012Validator(schema())
    for text in (SUITES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(text))


def test_every_mistake_is_told_with_its_line_and_field(tmp_path):
    """The writer of a suite sees all mistakes at once, each where it is."""
    path = tmp_path / "mine.jsonl"
    lines = [line(), "", line(id="b", polarity="perhaps", langauge="en"), "{not json", line(id="c", date="x")]
    path.write_text("\n".join([*lines, line()]), encoding="utf-8")
    found = [(problem.line, problem.text) for problem in parse(str(path)).problems]
    assert [number for number, _ in found] == [3, 3, 4, 5, 6]
    assert found[0][1].startswith("polarity: ")
    assert found[1][1].startswith("langauge: ")
    assert "id 'a' 2 times (lines 1, 6)" in found[4][1]
    with pytest.raises(SuiteError, match=r"mine: line 3: polarity.*; line 4"):
        load(str(path))


def test_an_unknown_suite_is_answered_with_the_names_that_there_are():
    """Whoever mistypes a name is told the right ones."""
    with pytest.raises(SuiteError) as raised:
        load("anwsers")
    assert "unanswerable" in raised.value.what_to_do


def test_endings_are_those_that_answers_have():
    """A misspelt ending could never be met, so it is refused."""
    assert Case(id="a", question="?", outcome="not_found").outcome == "not_found"
    assert "must be one of" in texts([line(outcome="notfound")])[0]


def test_pages_and_facts_are_looked_up_in_the_pages():
    """A page that does not exist, or a fact that it does not hold, can never be shown."""
    assert texts([line(facts=["It is free."], forbidden_pages=["en/"])], site()) == []
    missing = texts([line(pages=["en/bonds"], forbidden_pages=["mi/"])], site())
    assert missing == ["line 1: a: there is no page 'en/bonds'", "line 1: a: there is no page 'mi/'"]
    assert "does not stand, byte for byte, in en/bond" in texts([line(facts=["It is  free."])], site())[0]


def test_rephrasings_of_one_question_expect_the_same():
    """A group whose members expect different answers measures nothing."""
    together = [
        line(id="1", group="g", polarity="yes", facts=["x"]),
        line(id="2", question="may I?", group="g", polarity="no", facts=["x"]),
    ]
    assert texts(together) == ["line 2: 2: expects another answer than 1 of its group"]
    assert "line 1: group 'g' has one case only" in texts([line(group="g", polarity="yes")])


def test_the_same_question_twice_counts_twice_and_is_told():
    """A question asked twice would weigh double in every figure."""
    assert texts([line(), line(id="b", question="CAN I?")]) == ["line 2: b: asks what a asks"]
    assert texts([line(), line(id="b", history=["about my bond"])]) == []


def test_a_case_that_expects_nothing_is_told():
    """A case without pages, ending or refusal passes whatever is answered."""
    assert "names no page" in texts([json.dumps({"id": "a", "question": "?"})])[0]
    assert texts([json.dumps({"id": "a", "question": "?", "outcome": "refused_attack"})]) == []
    assert texts([json.dumps({"id": "a", "question": "?", "answerable": False})]) == []


def test_a_file_in_another_encoding_is_told(tmp_path):
    """A file saved in a legacy encoding is named, with what to do."""
    path = tmp_path / "old.jsonl"
    path.write_bytes("Māori".encode("utf-16"))
    with pytest.raises(SuiteError, match="not UTF-8"):
        parse(str(Path(path)))
