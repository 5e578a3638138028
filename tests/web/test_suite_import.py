"""Suites brought in by evaluators: every shape, errors by line, all of a file or none of it."""

from __future__ import annotations

import json

import pytest

from tests.web.people import bearer, form_token, sign_in
from web.access import Role

PATH = "/console/evaluations/suites"
URL = "https://www.govt.nz/renew-a-passport/"
JSONL = json.dumps({"id": "fee", "question": "what does a passport cost", "pages": [URL], "facts": ["$100"]})
CSV = f"id,question,pages,facts,tag:topic\nfee,what does a passport cost,{URL},$100,passport\n"
RAGAS = json.dumps(
    {
        "id": "fee",
        "user_input": "what does a passport cost",
        "reference_contexts": ["$100"],
        "reference_context_ids": [URL],
    }
)
PROMPTFOO = f"""tests:
  - vars: {{question: what does a passport cost}}
    assert: [{{type: contains, value: $100}}]
    metadata: {{id: fee, pages: "{URL}"}}
"""


@pytest.fixture
def evaluator(client):
    """A client signed in as an evaluator."""
    return sign_in(client, Role.EVALUATOR, "aroha")


def bring(client, text, shape="jsonl", name="mine", *, upload=False):
    """Send the form, with a file or with its text."""
    sent = {"name": name, "shape": shape, "against_live": "yes", "csrf": form_token(client)}
    if upload:
        return client.post(PATH, data=sent, files={"file": ("cases", text.encode(), "text/plain")})
    return client.post(PATH, data={**sent, "text": text})


@pytest.mark.parametrize(
    ("shape", "text", "upload"),
    [
        ("jsonl", JSONL, False),
        ("csv", CSV, True),
        ("ragas", RAGAS, True),
        ("promptfoo", PROMPTFOO, False),
    ],
)
def test_a_suite_is_brought_in_looked_at_and_can_be_run(evaluator, shape, text, upload):
    """Each shape gives the same case, signed by who brought it, in a suite that runs by name."""
    page = bring(evaluator, text, shape, upload=upload)
    assert page.status_code == 200 and "1 added" in page.text and "what does a passport cost" in page.text
    (case,) = map(json.loads, evaluator.get(f"{PATH}/mine/file").text.splitlines())
    assert (case["id"], case["facts"], case["pages"], case["author"]) == ("fee", ["$100"], [URL], "aroha")
    assert '<option value="mine"' in evaluator.get("/console/evaluations").text
    assert "1 were there" in bring(evaluator, text, shape).text


@pytest.mark.parametrize(
    ("shape", "text", "told"),
    [
        (
            "csv",
            f"{CSV}b,and a hut?,{URL},,,surplus\nc,,,,\n",
            ["Line 3: it has more cells", "Line 4: question"],
        ),
        ("jsonl", f"{JSONL}\n".replace("$100", "$9"), ["Line 1: fee: the fact", "byte for byte"]),
        ("jsonl", JSONL[:-1] + ', "tags": {"review": "draft"}}', ["take away the tag"]),
        ("jsonl", "", ["Line 1: there is no case in it"]),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nothing_is_written(evaluator, shape, text, told):
    """The form comes back with the text, every problem at its line, and no half of a suite."""
    page = bring(evaluator, text, shape)
    assert page.status_code == 422 and "Nothing was imported" in page.text
    for each in told:
        assert each in page.text
    assert evaluator.get(f"{PATH}/mine").status_code == 422


@pytest.mark.parametrize("name", ["../x", "answers", "", "A suite"])
def test_a_name_that_cannot_be_is_refused(evaluator, name):
    """Never a path, and never a suite that ships."""
    assert "cannot be the name of a suite" in bring(evaluator, JSONL, name=name).text or not name


def test_personal_information_is_taken_out_before_anything_is_kept(evaluator, settings):
    """What somebody pasted from a letter is not in the file, and the page says so."""
    case = {"id": "a", "question": "my IRD number is 49-091-850, what does a passport cost", "pages": [URL]}
    page = bring(evaluator, json.dumps(case))
    assert "personal information taken out of 1" in page.text
    assert "49-091-850" not in (settings.data_dir / "suites" / "mine.jsonl").read_text()


def test_a_suite_of_ones_own_can_be_deleted(evaluator):
    """One that ships cannot."""
    bring(evaluator, JSONL)
    token = {"csrf": form_token(evaluator)}
    assert evaluator.post(f"{PATH}/mine/delete", data=token).status_code == 200
    assert evaluator.get(f"{PATH}/mine").status_code == 422
    assert evaluator.post(f"{PATH}/answers/delete", data=token).status_code == 422


def test_the_same_by_api(client):
    """Programs get the problems with their lines; an editor gets nothing."""
    headers = bearer(client, Role.EVALUATOR)
    wrong = client.post("/v1/evals/suites/mine", json={"text": f"{JSONL}\nno"}, headers=headers)
    assert (wrong.status_code, wrong.json()["problems"][0]["line"]) == (409, 2)
    done = client.post("/v1/evals/suites/mine", json={"text": CSV, "shape": "csv"}, headers=headers)
    assert done.json() == {"added": 1, "known": 0, "redacted": 0, "problems": []}
    found = client.get("/v1/evals/suites/mine", headers=headers).json()
    assert (found["cases"], found["counts"]["topic"]) == (1, {"passport": 1})
    assert client.delete("/v1/evals/suites/mine", headers=headers).status_code == 204
    editor = bearer(client, Role.EDITOR)
    assert client.post("/v1/evals/suites/mine", json={"text": CSV}, headers=editor).status_code == 403
