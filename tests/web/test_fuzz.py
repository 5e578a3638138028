"""What comes in place of a file, a proof, a cookie, a signed message or a tool call is read or refused."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.programme import ProgrammeError, load_catalogue, read_rows
from evals import EvalError
from evals.interchange import ONE_FILE, parse_text
from tests.doubles import BagOfWords
from web.api.hooks import sign
from web.challenge import Challenges, Proof
from web.main import create_app
from web.settings import Settings

SECRET = "a secret of the webhook"
KINDS = list(load_catalogue().kinds.values())

few = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

WORDS = st.text("aā #-*|:/.,;\"'\n\r\t\0\u2028{}[]1", max_size=20)
HOSTILE = {
    "lists": "[" * 1_500,
    "objects": '{"a":' * 20_000,
    "items": "- " * 1_500,
    "itself": "&a [*a]",
    "a character": "\x00",
    "a mark": "\ufeff",
    "a Python object": "- !!python/object:os.system {}",
    "a long cell": "question,id\n" + "x" * 140_000,
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
NAMES = st.sampled_from(
    [
        "slug",
        "title",
        "id",
        "question",
        "pages",
        "facts",
        "tests",
        "vars",
        "assert",
        "metadata",
        "user_input",
        "reference_contexts",
        "history",
        "records",
        "answerable",
    ]
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | NAMES, inner, max_size=3)
)
CASE = st.fixed_dictionaries(
    {"vars": st.fixed_dictionaries({"question": LEAVES}), "user_input": st.just("x") | TREES},
    optional=dict.fromkeys(("assert", "metadata", "reference_contexts", "reference_context_ids"), TREES),
)
ROWS = st.lists(st.dictionaries(NAMES, TREES, max_size=4) | CASE, max_size=3)
TEXTS = (
    WORDS
    | ROWS.map(json.dumps)
    | st.builds("{}\n{}".format, st.lists(NAMES, max_size=4).map(",".join), WORDS)
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@contextmanager
def serving(folder, **changes):
    """A service without pages, whose jobs are only queued."""
    chosen = Settings(
        data_dir=folder, log_level="CRITICAL", requests_per_minute=1_000_000, worker=False, _env_file=None
    ).model_copy(update=changes)
    with TestClient(create_app(chosen, embedder=BagOfWords())) as served:
        yield served


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """One that asks for work, and takes signed messages."""
    with serving(
        tmp_path_factory.mktemp("fuzz"), webhook_secret=SecretStr(SECRET), challenge="always"
    ) as served:
        yield served


@pytest.fixture(scope="module")
def mcp_client(tmp_path_factory):
    """One that asks for no work."""
    with serving(tmp_path_factory.mktemp("mcp")) as served:
        yield served


@few
@given(st.sampled_from(ONE_FILE), TEXTS)
def test_any_suite_is_read_or_told_by_line(shape, text):
    """Rows, trees and nests of every shape that an evaluator can bring in."""
    with suppress(EvalError):
        parsed = parse_text(shape, "mine", text)
        assert all(each.line >= 1 and str(each) for each in parsed.problems)


@few
@given(st.sampled_from(KINDS), TEXTS.map(str.encode) | st.binary(max_size=60))
def test_any_import_of_records_is_read_or_refused(kind, body):
    """CSV and JSON, cells that hold tables, and neither."""
    with suppress(ProgrammeError):
        assert all(isinstance(row, dict) for row in read_rows(body, kind))


@hostile
@pytest.mark.parametrize("shape", ONE_FILE)
def test_a_hostile_suite_is_told_with_a_reason(shape, text):
    """Nests without an end, what must not be in a file, and cells that are too long."""
    parsed = parse_text(shape, "mine", text)
    assert parsed.cases == ()


@hostile
def test_hostile_records_are_refused_or_none(text):
    """The same, as records."""
    with suppress(ProgrammeError):
        assert not any(set(row) & {"title", "slug"} for row in read_rows(text.encode(), KINDS[0]))


@few
@given(data=st.data())
def test_no_proof_but_a_solution_lets_a_question_in(client, data):
    """Tasks of others, trees in base64 and noise: refused, and never an error."""
    challenges: Challenges = client.app.state.challenges
    task = challenges.required("203.0.113.1", {}, Proof()).task
    solutions = TREES | st.builds(
        lambda key, n: {"challenge": task, "solution": {"derivedKey": key, "counter": n}}, TREES, TREES
    )
    tree = data.draw(solutions)
    solution = (
        base64.b64encode(json.dumps(tree).encode()).decode() if data.draw(st.booleans()) else data.draw(WORDS)
    )
    for proof in (Proof(solution or "x"), Proof(ticket=data.draw(WORDS | HEADER))):
        assert client.portal.call(challenges.accepts, proof, "203.0.113.1") is False


@few
@given(HEADER, HEADER)
def test_no_cookie_and_no_key_but_ones_that_were_given_are_anybody(client, cookie, key):
    """Names, quotes and bytes of every kind: a page to sign in on, and 401 for a program."""
    client.cookies.clear()
    headers = {
        "Cookie": f"session={cookie}".encode("latin-1"),
        "Authorization": f"Bearer {key}".encode("latin-1"),
    }
    assert client.get("/v1/jobs", headers=headers).status_code in {401, 429}
    del headers["Authorization"]
    assert client.get("/console", headers=headers, follow_redirects=False).status_code == 303
    assert client.get("/", headers=headers).status_code == 200


@few
@given(TREES.map(json.dumps) | WORDS, HEADER, st.text("0123456789٣²-.", max_size=20))
def test_no_message_of_a_content_system_is_an_error_of_ours(client, body, signature, timestamp):
    """Unsigned, signed for another time, and signed rightly with nonsense in it."""
    sent = body.encode()
    now = str(int(datetime.now(UTC).timestamp()))
    for stamp, signed in ((timestamp, signature), (timestamp, None), (now, None)):
        headers = {
            "X-Timestamp": stamp.encode("utf-8"),
            "X-Signature": (sign(sent, stamp, SECRET) if signed is None else signed).encode("latin-1"),
        }
        assert client.post("/v1/hooks/cms", content=sent, headers=headers).status_code in {401, 409, 422}


METHODS = st.sampled_from(["tools/call", "tools/list", "initialize", "ping", "resources/read", ""])
CALLS = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0") | LEAVES, "method": METHODS | LEAVES},
    optional={
        "id": LEAVES,
        "params": TREES
        | st.fixed_dictionaries({"name": st.sampled_from(["ask", "get_page"]), "arguments": TREES}),
    },
)


@few
@given(body=(CALLS | TREES).map(json.dumps) | WORDS)
def test_no_message_of_the_model_context_protocol_is_an_error_of_ours(mcp_client, body):
    """JSON-RPC of every shape, and none."""
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    assert mcp_client.post("/mcp", content=body.encode(), headers=headers).status_code < 500


@hostile
def test_no_hostile_call_is_an_error_of_ours(mcp_client, text):
    """The same, as a message."""
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    assert mcp_client.post("/mcp", content=text.encode(), headers=headers).status_code < 500
