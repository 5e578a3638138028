"""Suites of other tools: what they wrote can be read, and what is written can be read back."""

from __future__ import annotations

import json

import pytest

from assistant import Assistant
from evals import BenchmarkError, Case, SuiteError, rank_all, summary
from evals.dialogue_benchmark import DialogueCorpus, read_dialogues
from evals.interchange import parse_text, read_suite, write_suite
from ingest import sync
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


def turn(number, role, act, said, *spans):
    """A turn as MultiDoc2Dial writes it; spans are (document, span, label)."""
    references = [{"doc_id": doc, "id_sp": span, "label": label} for doc, span, label in spans]
    return {"turn_id": number, "role": role, "da": act, "references": references, "utterance": said}


PROOF, FEES = "Proof of ID#3_0", "Account fees#3_0"
DIALOGUE = [
    turn(1, "user", "query_condition", "my licence was stolen", (PROOF, "1", "precondition")),
    turn(2, "agent", "query_condition", "do you have a passport?", (PROOF, "2", "precondition")),
    turn(3, "user", "response_negative", "no", (PROOF, "2", "precondition")),
    turn(4, "user", "query_solution", "what can I bring then?", (PROOF, "3", "solution")),
    turn(5, "agent", "respond_solution", "A bill.", (PROOF, "2", "precondition"), (PROOF, "3", "solution")),
    turn(6, "user", "query_condition", "and on the moon?", (PROOF, "1", "precondition")),
    turn(7, "agent", "respond_no_solution", "Nothing was found.", (PROOF, "1", "precondition")),
    turn(8, "user", "query_solution", "what does an account cost?", (FEES, "1", "solution")),
    turn(9, "agent", "respond_solution", "It costs $5.", (FEES, "1", "solution")),
]


def document(identifier, *spans):
    """A document as MultiDoc2Dial writes it."""
    held = {str(at): {"id_sp": str(at), "text_sp": text} for at, text in enumerate(spans, start=1)}
    return {
        "doc_id": identifier,
        "title": identifier.split("#")[0],
        "doc_text": "".join(spans),
        "spans": held,
    }


@pytest.fixture
def dialogues(tmp_path):
    """A folder in MultiDoc2Dial's layout; the test split is a dummy, as it was published."""
    proof = document(PROOF, "\n\nProof of ID \n", "A passport proves who you are. ", "A gas bill will do. ")
    fees = document(FEES, "An account costs $5 a year. ")
    files = {
        "multidoc2dial_doc.json": {"doc_data": {"dmv": {PROOF: proof, FEES: fees}}},
        "multidoc2dial_dial_test.json": {"dial_data": {}},
        "multidoc2dial_dial_validation.json": {"dial_data": {"dmv": [{"dial_id": "d9", "turns": DIALOGUE}]}},
    }
    for name, held in files.items():
        (tmp_path / name).write_text(json.dumps(held), encoding="utf-8")
    return tmp_path


def test_questions_of_multidoc2dial_become_cases_with_history_documents_and_facts(dialogues):
    """A reply to the agent's question is no question; where the agent found nothing, nothing is expected."""
    cases = {case.id: case for case in read_suite("multidoc2dial", dialogues)}
    assert list(cases) == ["d9-1", "d9-4", "d9-6", "d9-8"]
    assert cases["d9-4"].history == ("my licence was stolen", "no")
    assert cases["d9-4"].pages == (f"urn:page:{PROOF}",)
    assert cases["d9-4"].facts == ("A gas bill will do.",)
    assert (cases["d9-6"].answerable, cases["d9-6"].pages) == (False, ())
    assert cases["d9-8"].pages == (f"urn:page:{FEES}",)


def test_a_dialogue_file_alone_gives_the_same_questions(dialogues):
    """Without the documents there are no facts to expect; Doc2Dial's grouping by document is read too."""
    (dialogues / "multidoc2dial_doc.json").unlink()
    file = dialogues / "multidoc2dial_dial_validation.json"
    assert [case.facts for case in read_suite("multidoc2dial", file)] == [()] * 4
    older = {"dial_data": {"dmv": {PROOF: [{"dial_id": "d9", "turns": DIALOGUE}]}}}
    file.write_text(json.dumps(older), encoding="utf-8")
    assert len(read_suite("multidoc2dial", file)) == 4


@pytest.mark.anyio
async def test_multidoc2dial_is_ranked_from_its_folder_to_its_figures(dialogues, index, guards, now):
    """Documents become pages, questions are asked with their history, and the right document is found."""
    await sync(DialogueCorpus(dialogues), index, now=now)
    benchmark = read_dialogues(dialogues)
    results = list(rank_all(benchmark, await index.live(), Assistant(index=index, guards=guards)))
    assert {each.id for each in results} == {"d9-1", "d9-4", "d9-8"}
    assert {each.id: each.ranked[:1] for each in results}["d9-8"] == (FEES,)
    assert summary(results)["recall@5"].n == 3


@pytest.mark.parametrize("missing", ["multidoc2dial_doc.json", "multidoc2dial_dial_validation.json"])
def test_a_folder_of_multidoc2dial_that_lacks_a_file_is_told(dialogues, missing):
    """What is missing is named, with the layout."""
    (dialogues / missing).unlink()
    with pytest.raises(BenchmarkError) as told:
        read_dialogues(dialogues)
    assert "multidoc2dial_doc.json and" in told.value.what_to_do


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


@pytest.mark.parametrize(
    ("shape", "text", "told"),
    [
        ("jsonl", '{"id": "a", "question": "?"}\n{"id": "b"}\n{oops', ["line 2: question: ", "line 3: "]),
        ("csv", "id,question,colour\na,b,red\n", ["line 2: colour: Extra"]),
        ("csv", "id,question\na,b,c\nd,\n", ["line 2: it has more cells", "line 3: question"]),
        ("ragas", '{"user_input": "?"}\n\n{}\nno', ["line 3: it needs a user_input", "line 4: "]),
        (
            "promptfoo",
            "tests:\n- vars: {question: a}\n- vars: {}\n",
            ["line 3: it needs vars with a question"],
        ),
        ("promptfoo", "tests: [", ["line 1: it is no YAML"]),
        ("promptfoo", "prompts: [a]", ["line 1: it needs a list of tests"]),
        ("csv", "id,question\na,b\na,c\n", ["line 3: id 'a' 2 times"]),
    ],
)
def test_every_problem_is_told_at_its_line(shape, text, told):
    """Somebody with a thousand rows finds the three that are wrong."""
    found = [str(each) for each in parse_text(shape, "mine", text).problems]
    assert len(found) == len(told)
    for one, begins in zip(found, told, strict=True):
        assert one.startswith(begins)
