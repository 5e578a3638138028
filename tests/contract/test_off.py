"""Each level is turned off by one command, in effect on every replica within two seconds."""

from __future__ import annotations

import time

import httpx
import pytest
from typer.testing import CliRunner

from tests import scripted_model
from tests.contract import servers
from tests.contract.test_faults import base, replica  # noqa: F401 pytest finds fixtures by name here
from tests.serving import serving
from tests.web.conftest import PAGES
from web.cli import app

PROMISED = 2.0
"""Seconds."""

ASKED = {"question": "How much does a standard passport cost?"}
TOPIC = "passports-citizenship-and-identity"
STEPS = (
    (["switch", "off", "generation"], "extractive"),
    (["topic", "off", "passports-citizenship-and-identity"], "refused_topic"),
    (["switch", "off", "answering"], "refused_off"),
    (["switch", "off", "everything"], "503"),
    (["switch", "on", "everything"], "refused_off"),
)
"""One command after the other, from the least level to the most, and what somebody who asks then sees."""


@pytest.fixture
def shared(base, database_url, empty_chroma):  # noqa: F811 the fixture of that name
    """An installation of two replicas, filled."""
    chosen = base.model_copy(update={"database_url": database_url, "chroma_url": empty_chroma})
    with serving(chosen, PAGES):
        pass
    return chosen


@pytest.fixture
def command(shared, tmp_path, monkeypatch):
    """Runs a command as on a machine of its own: nothing but the database is configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVT_ASSISTANT_DATABASE_URL", shared.database_url)
    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(tmp_path / "elsewhere"))

    def run(*words):
        done = CliRunner().invoke(app, [*words, "--reason", "It says something wrong."])
        assert done.exit_code == 0, done.output

    return run


def seen(port):
    """What an answer says of the levels: a refusal, who composed it, or a status."""
    told = httpx.post(f"http://127.0.0.1:{port}/v1/answers", json=ASKED, timeout=20, trust_env=False)
    if not told.is_success:
        return str(told.status_code)
    answer = told.json()
    return answer["composer"] if answer["outcome"] == "answered" else answer["outcome"]


def in_time(ports, wanted, seconds=PROMISED):
    """Whether each replica shows that, for a question asked so many seconds from now at the latest."""
    until = time.monotonic() + seconds
    for port in ports:
        while seen(port) != wanted:
            if time.monotonic() > until and seen(port) != wanted:
                return False
            time.sleep(0.1)
    return True


def test_every_level_is_off_on_both_replicas_in_time(shared, command):
    """Generation, a topic, answering, everything, and back: each by a command that has the database alone."""
    ports = servers.free_port(), servers.free_port()
    with scripted_model.serving(scripted_model.faithful) as model:
        told = {"GOVT_ASSISTANT_MODEL": "scripted", "GOVT_ASSISTANT_OPENAI_BASE_URL": model.base_url}
        with replica(shared, ports[0], **told), replica(shared, ports[1], **told):
            assert in_time(ports, "generative", seconds=60), "nothing is promised of how soon a model is open"
            for words, ending in STEPS:
                command(*words)
                assert in_time(ports, ending), words
