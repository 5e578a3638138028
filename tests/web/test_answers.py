"""POST /v1/answers: cited answers, as a stream or as one body, and clear refusals of bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module

import pytest

from ingest import sync
from tests.doubles import Pages
from tests.web.conftest import PAGES
from web.main import now

PASSPORT_FEE = {"question": "How much does a standard passport cost?"}


def events(response):
    """The stream's events as (type, data)."""
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_answer_quotes_the_page_with_a_citation_behind_every_sentence(client):
    """Each sentence has a citation whose quote the citation endpoint shows at its span."""
    body = client.post("/v1/answers", json=PASSPORT_FEE).json()
    assert body["outcome"] == "answered"
    assert body["sentences"]
    for sentence in body["sentences"]:
        for citation in sentence["citations"]:
            stored = client.get(f"/v1/citations/{citation['id']}").json()
            assert stored["quote"] == citation["quote"]
            assert stored["passage"][stored["start"] : stored["end"]] == citation["quote"]
            assert stored["live"] is True


def test_a_fee_question_gets_the_row_with_its_columns_and_its_date(client):
    """A fee comes as a table row that names its columns and the date of the figure."""
    body = client.post("/v1/answers", json=PASSPORT_FEE).json()
    row = next(each for each in body["sentences"] if each["kind"] == "row")
    assert (row["columns"], row["cells"]) == (["Service", "Passport fee"], ["Standard passport", "$100"])
    assert row["as_at"] == "2026-07-01"


def test_a_statement_not_read_in_an_official_source_says_so(client):
    """An unchecked fact never passes for a checked one."""
    body = client.post("/v1/answers", json={"question": "Must I pay the passport fee by card?"}).json()
    unchecked = [each["text"] for each in body["sentences"] if not each["checked"]]
    assert unchecked == ["You must pay the passport fee by card."]


def test_a_how_to_question_gets_all_the_steps_in_order(client):
    """Steps come whole and numbered."""
    body = client.post("/v1/answers", json={"question": "How do I renew my passport?"}).json()
    steps = [(each["number"], each["text"]) for each in body["sentences"] if each["kind"] == "step"]
    assert steps == [(1, "Fill in the renewal form."), (2, "Upload a photo."), (3, "Pay the renewal fee.")]


def test_the_stream_tells_sources_then_sentences_then_one_final(client):
    """A client that streams sees the same answer, and exactly one final event, last."""
    response = client.post("/v1/answers", json=PASSPORT_FEE, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    seen = events(response)
    kinds = [kind for kind, _ in seen]
    assert kinds.index("sources") < kinds.index("sentence") < kinds.index("final") == len(kinds) - 1
    streamed = [data["sentence"] for kind, data in seen if kind == "sentence"]
    assert streamed == seen[-1][1]["answer"]["sentences"]


def test_a_follow_up_is_understood_from_the_conversation(client):
    """ "How much does it cost?" after a passport question is about the passport."""
    first = client.post("/v1/answers", json={"question": "How do I renew my passport?"}).json()
    follow_up = {"question": "How much does it cost?", "conversation_id": first["conversation_id"]}
    second = client.post("/v1/answers", json=follow_up).json()
    assert second["sources"][0]["title"] == "Renew a passport"
    assert "$100" in json.dumps(second["sentences"])


def test_a_doubtful_answer_says_so_before_its_first_sentence(client):
    """What may well be about something else is never shown as if it fitted; what fits has no warning."""
    built = client.app.state.services
    trusting = replace(built.assistant.threshold, cut=0.0)
    client.app.state.services = replace(built, assistant=replace(built.assistant, threshold=trusting))
    stream = {"Accept": "text/event-stream"}
    doubtful = events(client.post("/v1/answers", json={"question": "passport moons"}, headers=stream))
    kinds = [kind for kind, _ in doubtful]
    assert kinds.index("notice") < kinds.index("sentence")
    assert "not sure" in doubtful[-1][1]["answer"]["notices"][0]["text"]
    assert client.post("/v1/answers", json=PASSPORT_FEE).json()["notices"] == []


def test_nothing_relevant_is_an_answer_too(client):
    """A question that no page answers gets no sentence, and somewhere to go."""
    body = client.post("/v1/answers", json={"question": "Which planet has the most moons?"}).json()
    assert (body["outcome"], body["sentences"]) == ("not_found", [])
    assert body["message"]


def test_personal_information_is_gone_before_anything_else(client):
    """An IRD number in a question is told of, and is nowhere in the answer."""
    body = client.post(
        "/v1/answers", json={"question": "My IRD number is 49-091-850. How do I renew a passport?"}
    )
    assert "49-091-850" not in body.text
    assert "IRD_NUMBER" in body.json()["redacted"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"question": ""}, 422, "empty"),
        ({"question": "x" * 10_000}, 422, "10,000 characters"),
        ({"question": "🙂🙂"}, 422, "no words"),
        ({"question": "passport\u0000"}, 422, "not text"),
        ({}, 422, "question"),
        ({"question": 5}, 422, "question"),
        ({"question": "passport", "conversation_id": "v_unknown"}, 404, "conversation"),
        ({"question": "passport", "language": "fr"}, 422, "language"),
    ],
)
def test_bad_input_gets_problem_details_that_say_what_to_do(client, body, status, words):
    """Every refusal names what is wrong and the way out (RFC 9457)."""
    response = client.post("/v1/answers", json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert words in response.json()["detail"]
    assert response.json()["what_to_do"]


def test_a_body_that_is_not_json_is_told_so(client):
    """Malformed JSON and bytes that are no text are a 400, not a 500."""
    for content in (b'{"question": ', b"\xff\xfe\x00"):
        response = client.post("/v1/answers", content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 400
        assert "JSON" in response.json()["detail"]


def test_an_accept_that_cannot_be_met_is_refused(client):
    """Asking for another media type names those that there are."""
    response = client.post("/v1/answers", json=PASSPORT_FEE, headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert "text/event-stream" in response.json()["detail"]


def test_what_was_typed_never_comes_back_in_an_error(client):
    """An error message repeats nothing of a question, which may be personal."""
    response = client.post("/v1/answers", json={"question": "x", "language": "my IRD is 49-091-850"})
    assert "49-091-850" not in response.text


def test_an_unknown_citation_is_a_404_that_says_where_to_get_one(client):
    """Neither a malformed identifier nor one of no stored text is served."""
    for identifier in ("nonsense", f"c_{'0' * 64}_0_5"):
        response = client.get(f"/v1/citations/{identifier}")
        assert response.status_code == 404
        assert response.json()["what_to_do"]


def test_an_empty_index_starts_and_says_which_command_fills_it(empty):
    """Before any ingest the service lives, is not ready, and names the command."""
    assert empty.get("/healthz").json() == {"status": "ok"}
    ready = empty.get("/readyz")
    assert ready.status_code == 503
    assert "govt-assistant ingest" in ready.json()["what_to_do"]
    answer = empty.post("/v1/answers", json=PASSPORT_FEE).json()
    assert (answer["outcome"], answer["sentences"]) == ("error_index", [])


def test_ready_names_the_version_that_answers(client):
    """A ready service says which version of the index it serves."""
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["index_version"], ready["pages"]) == ("ready", 1, 3)


def test_ready_tells_each_dependency_by_name(client):
    """Deep: the database, the index, the embedder, the vectors, Redis and the disk; not where they are."""
    dependencies = client.get("/readyz").json()["dependencies"]
    assert set(dependencies) == {"database", "index", "embedder", "vectors", "redis", "disk"}
    assert all(each["ok"] and set(each) == {"ok", "milliseconds"} for each in dependencies.values())


def test_a_broken_embedder_is_told_and_nothing_unchecked_is_shown(client):
    """The guards read with it: without it no question passes them, and /readyz takes the replica out."""
    client.app.state.services.index.embedder.broken = True
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["type"]) == (503, "/problems/embedder-unavailable")
    answer = client.post("/v1/answers", json=PASSPORT_FEE).json()
    assert (answer["outcome"], answer["sentences"]) == ("error_check", [])


def test_every_event_is_in_the_openapi_document(client):
    """A client can be generated for the stream, not only for the body."""
    document = client.get("/openapi.json").json()
    stream = document["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    assert set(stream["schema"]["x-events"]) == {"status", "notice", "sources", "sentence", "final", "error"}
    for reference in stream["schema"]["x-events"].values():
        assert reference["$ref"].rsplit("/", 1)[1] in document["components"]["schemas"]


def test_a_large_site_answers_as_a_small_one_does(empty, monkeypatch):
    """Where sentences get their vectors only when needed, the same question gets the same answer."""
    monkeypatch.setattr(import_module("ingest.run"), "UNIT_PAGES", 0)
    built = empty.app.state.services
    empty.portal.call(lambda: sync(Pages(PAGES), built.index, now=now))
    before = len(built.index.embedder.embedded)
    large = empty.post("/v1/answers", json=PASSPORT_FEE).json()
    assert len(built.index.embedder.embedded) > before + 5, "the page's sentences were embedded now"
    rows = [each["text"] for each in large["sentences"] if each["kind"] == "row"]
    assert "Standard passport | $100" in rows
    again = len(built.index.embedder.embedded)
    empty.post("/v1/answers", json=PASSPORT_FEE)
    assert len(built.index.embedder.embedded) <= again + 3, "and are kept"
