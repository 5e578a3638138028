"""A thousand planted identifiers, through every way in, and not one of them anywhere afterwards."""

from __future__ import annotations

import json
import logging
import re
import tomllib
from itertools import cycle, islice
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evals.guardrail_cases import FOLDER, identifier_cases
from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.scripted_model import faithful, serving
from tests.web.conftest import PAGES
from web.main import create_app, now

CANARIES = 1_000


def planted():
    """Sentences with a generated identifier each, and the identifiers."""
    templates = tomllib.loads((FOLDER / "templates.toml").read_text(encoding="utf-8"))["identifiers"]
    cases = identifier_cases(templates, [], -(-CANARIES // len(templates)))
    for case in islice(cases, CANARIES):
        (span,) = case["spans"]
        yield case["text"], case["text"][span["start"] : span["end"]]


def by_json(client, text, _number):
    """As a JSON body."""
    client.post("/v1/answers", json={"question": text})


def by_stream(client, text, _number):
    """As a stream."""
    client.post("/v1/answers", json={"question": text}, headers={"Accept": "text/event-stream"})


def by_form(client, text, _number):
    """On the page without script."""
    client.post("/", data={"question": text})


def by_follow_up(client, text, _number):
    """In a conversation."""
    first = client.post("/v1/answers", json={"question": "How do I renew a passport?"}).json()
    client.post("/v1/answers", json={"question": text, "conversation_id": first["conversation_id"]})


def by_wrong_field(client, text, _number):
    """Where a field is wrong, so that validation fails."""
    client.post("/v1/answers", json={"question": text, "language": text, "conversation_id": text * 3})
    client.post("/v1/answers", json={"question": [text]})


def by_long_question(client, text, _number):
    """In a question too long to be taken."""
    client.post("/v1/answers", json={"question": f"{text} " * 200})
    client.post("/", data={"question": f"{text} " * 200})


def by_malformed_json(client, text, _number):
    """In a body that cannot be parsed."""
    client.post("/v1/answers", content=f'{{"question": "{text}', headers={"Content-Type": "application/json"})


def by_unknown_identifiers(client, text, number):
    """As a citation's and a conversation's identifier, and as a header."""
    client.get(f"/v1/citations/{number.replace('/', '')}")
    client.get(f"/citations/{number.replace('/', '')}")
    client.post("/v1/answers", json={"question": "passport", "conversation_id": number[:64]})
    client.post("/v1/answers", json={"question": text}, headers={"X-Note": "x", "Accept": "application/json"})


def by_completions(client, text, _number):
    """As a chat completion with a history, whole and streamed."""
    messages = [{"role": "user", "content": text}] * 2
    for stream in (True, False):
        client.post("/v1/chat/completions", json={"messages": messages, "stream": stream})


def by_feedback(client, text, _number):
    """As the comment of a report."""
    given = client.post("/v1/answers", json={"question": text}).json()
    named = {"conversation_id": given["conversation_id"], "answer_id": given["id"]}
    client.post("/v1/feedback", json={**named, "kind": "report", "comment": text})
    client.post("/share", data=named)


def by_broken_index(client, text, _number):
    """While the index breaks."""
    _broken(client, "index", text)


def by_broken_guard(client, text, _number):
    """While the first check itself breaks."""
    _broken(client, "guards", text)


def by_broken_receipt(client, text, _number):
    """While the receipt cannot be stored."""
    _broken(client, "conversations", text)


def _broken(client, part, text):
    built = client.app.state.services
    working = getattr(built.assistant, part)

    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("broken")

    object.__setattr__(built.assistant, part, Broken() if part != "guards" else _without_redactor(working))
    try:
        client.post("/v1/answers", json={"question": text})
        client.post("/v1/answers", json={"question": text}, headers={"Accept": "text/event-stream"})
    finally:
        object.__setattr__(built.assistant, part, working)


def _without_redactor(guards):
    from dataclasses import replace

    class Broken:
        def redact(self, text, **_):
            raise RuntimeError("broken")

    return replace(guards, redactor=Broken())


WAYS = (
    by_json, by_stream, by_form, by_follow_up, by_wrong_field, by_long_question, by_malformed_json,
    by_unknown_identifiers, by_completions, by_feedback, by_broken_index, by_broken_guard, by_broken_receipt,
)  # fmt: skip


@pytest.fixture
def client(settings):
    """The service at its most talkative, with a model that is asked everything."""
    with serving(faithful) as model:
        changed = {
            "log_level": "DEBUG",
            "requests_per_minute": 1_000_000,
            "turns": 1_000_000,
            "model": "scripted",
            "openai_base_url": model.base_url,
        }
        app = create_app(settings.model_copy(update=changed), embedder=BagOfWords())
        with TestClient(app, raise_server_exceptions=False) as client:
            client.portal.call(lambda: sync(Pages(PAGES), app.state.services.index, now=now))
            client.model = model
            yield client


def test_no_planted_identifier_is_stored_logged_embedded_or_sent(client, settings, capfd, caplog):
    """Files, database, logs, the embedder and the model: none has seen a single one."""
    caplog.set_level(logging.DEBUG)
    numbers = []
    for way, (text, number) in zip(cycle(WAYS), planted(), strict=False):
        way(client, text, number)
        numbers.append(number)
    assert len(numbers) == CANARIES
    built = client.app.state.services
    printed = capfd.readouterr()
    seen = {
        "logs": printed.out + printed.err + caplog.text,
        "embedder": "\n".join(built.index.embedder.embedded),
        "model": json.dumps(client.model.requests, ensure_ascii=False),
        "files": "".join(_text(file) for file in Path(settings.data_dir).rglob("*") if file.is_file()),
    }
    assert "<" in seen["files"], "the redacted questions are kept, so the search looks in the right place"
    assert "<" in seen["model"]
    found = {place: [each for each in numbers if _stands_in(text, each)] for place, text in seen.items()}
    assert found == {place: [] for place in seen}


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ('{"question": "case 228022"}', True),
        ("enmy reference number is 228022P", True),
        ("2026-11-27 20:08:47.228022P", False),
        ("a_8aa1fea2a3896228022305097f8", False),
    ],
)
def test_a_leaked_number_is_told_from_a_moment_and_from_an_identifier(text, stands):
    """The search of the files above finds a number as it was written, and no part of a moment or key."""
    assert _stands_in(text, "228022") is stands
    assert _stands_in(text.replace("228022", "bf6191"), "bf6191") is stands


def _stands_in(text, identifier):
    """Whether it was written; digits and the letters a to f also occur by chance, in moments and keys."""
    if identifier not in text or not re.fullmatch("[0-9a-f]+", identifier):
        return identifier in text
    return bool(re.search(rf"(?<![0-9a-f.]){identifier}(?![0-9a-f])", text))


def _text(file):
    return file.read_bytes().decode("utf-8", "replace")
