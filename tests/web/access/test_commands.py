"""`access`: the first admin is made, listed and revoked from a terminal, and the trail can be read there."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from web.commands.access import access, first_admin

KEY = re.compile(r"ga_[0-9a-f]{16}_[\w-]{43}")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs one command on an installation of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(access, arguments)


def test_the_first_admin_is_made_as_the_first_start_says(run):
    """The hint is there until a key is; the key is printed alone, so that a script can take it."""
    assert "access add-key NAME --role admin" in first_admin()
    made = run("add-key", "mere", "--role", "admin", "--expires", "30")
    assert made.exit_code == 0 and KEY.fullmatch(made.stdout.strip())
    assert first_admin() == ""


def test_keys_are_listed_without_their_secrets_and_revoked(run):
    """In words and in JSON; an unknown name says what to do and exits with 1."""
    key = run("add-key", "hine", "--role", "editor", "--role", "evaluator").stdout.strip()
    listed = run("list", "--json").stdout
    assert key not in listed
    assert json.loads(listed)["roles"] == ["editor", "evaluator"]
    assert run("revoke", "hine").exit_code == 0
    assert "revoked" in run("list").stdout
    unknown = run("revoke", "nobody")
    assert unknown.exit_code == 1 and "access list" in unknown.stderr


def test_the_trail_is_read_and_checked(run):
    """Exit code 0 while nobody has tampered with it."""
    run("add-key", "mere", "--role", "admin")
    trail = run("audit", "--json")
    assert trail.exit_code == 0
    assert json.loads(trail.stdout)["action"] == "key.added"
